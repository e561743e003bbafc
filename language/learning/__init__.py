"""Whether an exchange is worth repeating, and what people think of a reply."""
