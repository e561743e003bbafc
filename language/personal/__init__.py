"""What in a text is personal: whose it is, and what kind."""
