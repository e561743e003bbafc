"""How well Grisha understands: names, retrieval, cleaning, privacy, learning, each on sets of its own and beside two references."""
