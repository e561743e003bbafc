"""Whether a text holds personal data: what must never become a pattern that other people are shown.

It is made to err on the safe side: a harmless text that is kept back costs a pattern, a private one that is shown costs trust.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

from language.person_contacts import ADDRESS, COORDINATES, EMAIL, HANDLE, LINK, has_phone
from language.person_facts import DOCUMENT, SECRET, has_birth_date, has_card, has_health, has_money
from language.person_names import has_known_name, has_name

# Zero-width characters, which would split a number, and the number sign, which NFKC would turn into the letters "No".
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff№]")

_KINDS: dict[str, Callable[[str], object]] = {
    "phone": has_phone,
    "email": EMAIL.search,
    "card": has_card,
    "document": DOCUMENT.search,
    "address": ADDRESS.search,
    "link": LINK.search,
    "handle": HANDLE.search,
    "name": has_name,
    "health": has_health,
    "money": has_money,
    "secret": SECRET.search,
    "birth_date": has_birth_date,
    "coordinates": COORDINATES.search,
}


def find_personal_data(text: str, known_names: Collection[str] = ()) -> list[str]:
    """The kinds of personal data in `text`, such as ["phone", "name"]; empty when it may be shared.

    `known_names` are the names of the people of this chat, found in any case form. The bot's own name never counts.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    found = [kind for kind, has in _KINDS.items() if has(text)]
    if "name" not in found and has_known_name(text, known_names):
        found.append("name")
    return found
