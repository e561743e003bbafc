"""From a model's raw output to what it meant to say."""
