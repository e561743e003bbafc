"""Whether a text holds personal data: what must never become a pattern that other chats are shown.

It is made to err on the safe side: a harmless text that is kept back costs a pattern, a private one that is shown costs trust.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

from language.names.introductions import find_introduction
from language.personal.asked import find_told
from language.personal.contacts import ADDRESS, EMAIL, HANDLE, LINK
from language.personal.facts import has_birth_date, has_money
from language.personal.forms import has_known_name, to_cyrillic
from language.personal.life import find_life
from language.personal.names import has_name
from language.personal.numbers import (
    COORDINATES,
    DOCUMENT,
    SECRET,
    VEHICLE,
    has_card,
    has_identifier,
    has_phone,
    plain_numbers,
)

# Zero-width characters, which would split a number, and the number sign, which NFKC would turn into the letters "No".
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff№]")

_LATIN_WORD = re.compile("[A-Za-z]{2,}")

_KINDS: dict[str, Callable[[str], object]] = {
    "phone": has_phone,
    "email": EMAIL.search,
    "card": has_card,
    "document": DOCUMENT.search,
    "vehicle": VEHICLE.search,
    "number": has_identifier,
    "address": ADDRESS.search,
    "link": LINK.search,
    "handle": HANDLE.search,
    "money": has_money,
    "secret": SECRET.search,
    "birth_date": has_birth_date,
    "coordinates": COORDINATES.search,
}


def find_personal_data(text: str, known_names: Collection[str] = ()) -> list[str]:
    """The kinds of personal data in `text`, such as ["phone", "name"]; empty when it may be shared.

    An exchange is given as the question in one line and the reply below it. `known_names` are the names of the people of this
    chat, found in any case form. The bot's own name never counts.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if len(_LATIN_WORD.findall(text.partition("\n")[0])) > 2:
        text = f"{to_cyrillic(text)}\n{text}"
    plain = plain_numbers(text)
    found = [kind for kind, has in _KINDS.items() if has(plain)]
    found += [kind for kind in dict.fromkeys((*find_life(plain), *find_told(plain))) if kind not in found]
    if has_name(text) or find_introduction(text.partition("\n")[0]) or has_known_name(text, known_names):
        found.append("name")
    return found
