"""Whether a cleaned reply may be sent, and why not."""
