"""Every namespace and key of the store, so that writer and reader cannot disagree.

A label may hold no dot and may not be empty, and people's ids come from outside; so an id is always a key, never a label.
"""

PROFILES = ("profiles",)
"""Key: the person's id. Value: `stores.users.Profile` as a dict."""

PATTERNS = ("patterns",)
"""Key: the pattern's id. Value: `stores.patterns.Pattern` as a dict."""
