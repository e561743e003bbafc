"""Telegram: how updates come in and are kept, how a chat is served, how replies go out."""
