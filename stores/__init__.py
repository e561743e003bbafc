"""What Grisha keeps: dialogues, vectors, learned patterns, profiles, and the files behind them."""
