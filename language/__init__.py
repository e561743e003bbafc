"""Pure functions over Russian text: words, names, personal data, cleaning. They know nothing of the rest of the house."""
