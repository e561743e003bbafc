"""What Grisha says with the embedded model, for a person to judge."""
