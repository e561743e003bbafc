"""How people name themselves in a chat, and what they ask about their name."""
