"""Whether two questions ask the same: their words side by side, what is left over, and what the structure says."""
