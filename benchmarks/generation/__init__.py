"""How fast and how faithfully replies are generated, beside transformers' own `generate`."""
