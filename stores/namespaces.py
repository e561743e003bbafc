"""Every namespace and key of the store, so that writer and reader cannot disagree.

A label may hold no dot and may not be empty, and ids of people and chats come from outside; so an id is a key, or a label by way of
a UUID. No namespace is the beginning of another one but as said here: the store looks through all that begins alike.
"""

from uuid import NAMESPACE_URL, uuid5

PROFILES = ("profiles",)
"""Key: the person's id. Value: `stores.users.Profile` as a dict."""

PATTERNS = ("patterns",)
"""What all chats share. Key: the pattern's id. Value: `stores.pattern.Pattern` as a dict."""

CHATS_PATTERNS = ("patterns_of_chats",)
"""The beginning of every `chat_patterns`."""


def chat_patterns(chat_id: str) -> tuple[str, ...]:
    """What one chat alone is to see. Key and value as in `PATTERNS`."""
    return (*CHATS_PATTERNS, str(uuid5(NAMESPACE_URL, f"grisha:chat\0{chat_id}")))
