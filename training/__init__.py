"""How the weights that Grisha brings were made."""
