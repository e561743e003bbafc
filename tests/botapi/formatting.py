"""Text as Telegram stores it: HTML parsed into entities, entities checked, commands and mentions found; offsets in UTF-16 units."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botapi.records import JSON, ApiError, Params, bad_request

TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
ENTITY_TYPES = {
    *TAGS.values(),
    "expandable_blockquote",
    "text_mention",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
}
ENTITY_TYPES |= {"phone_number", "date_time"}
LITERAL = ("code", "pre")  # nothing inside these is looked at

_CHARACTER = re.compile(r"&(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot)\b;?", re.IGNORECASE)
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_URL = re.compile(r"(?:(?:https?|tg|ton)://\S+|mailto:\S+|tel:\S+|[^\s/]+\.[^\s/.]{2,}(?:/\S*)?)\Z", re.IGNORECASE)
_FOUND = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])(?P<mention>@[A-Za-z0-9_]{3,32})(?!\w)"
    r"|(?<![\w/<])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/>])"
    r"|(?<!\w)(?P<hashtag>#[^\W\d]\w*)"
)


def utf16(text: str) -> int:
    """The length in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def found(text: str, taken: Sequence[JSON] = ()) -> list[JSON]:
    """The entities that Telegram finds by itself, outside code and links already marked."""
    closed = [entity for entity in taken if entity["type"] in (*LITERAL, "text_link")]
    entities: list[JSON] = []
    for match in _FOUND.finditer(text):
        offset, length = utf16(text[: match.start()]), utf16(match[0])
        entity = {"type": match.lastgroup, "offset": offset, "length": length}
        inside = any(each["offset"] < offset + length and offset < each["offset"] + each["length"] for each in closed)
        if not inside and entity not in taken:
            entities.append(entity)
    return entities


def formatted(params: Params, text_name: str, entities_name: str) -> tuple[str, list[JSON]]:
    """The text of a call and its entities, by parse_mode or by explicit entities; raises ApiError 400 as Telegram does."""
    text = params.text(text_name)
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("can't parse entities: this server reads HTML only")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        entities = _checked(text, params.json(entities_name, list) or [])
    text, entities = _trimmed(text, entities)
    return text, sorted(entities + found(text, entities), key=lambda entity: (entity["offset"], -entity["length"]))


@dataclass
class _Open:
    tag: str
    start: int
    fields: JSON


def parse_html(text: str) -> tuple[str, list[JSON]]:
    """The visible text and the entities of Telegram's HTML; raises ApiError 400 "can't parse entities" where Telegram would."""
    parts: list[str] = []
    entities: list[JSON] = []
    opened: list[_Open] = []
    length = position = 0
    while position < len(text):
        character = text[position]
        if character == "<":
            end = text.find(">", position)
            if text.startswith("</", position):
                _close(text, position, end, opened, entities, length)
            else:
                end = _open(text, position, opened, length)
            position = end + 1
            continue
        piece = character
        if character == "&" and (match := _CHARACTER.match(text, position)):
            piece = html.unescape(match[0].rstrip(";") + ";")
            position = match.end()
        else:
            position += 1
        parts.append(piece)
        length += utf16(piece)
    if opened:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return "".join(parts), entities


def _unparsable(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


def _at(text: str, position: int) -> str:
    return f"at byte offset {len(text[:position].encode())}"


def _open(text: str, position: int, opened: list[_Open], length: int) -> int:
    """Takes a start tag; where its ">" is."""
    name = _NAME.match(text, position + 1)
    assert name
    tag, end = name[0].lower(), name.end()
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(text, end):
        attributes[match[1].lower()] = html.unescape((match[2] or "").strip("\"'"))
        end = match.end()
    while end < len(text) and text[end].isspace():
        end += 1
    if ">" not in text[end:]:
        raise _unparsable(f"Unclosed start tag {_at(text, position)}")
    if tag not in TAGS:
        raise _unparsable(f'Unsupported start tag "{tag}" {_at(text, position)}')
    if text[end] != ">":
        raise _unparsable(f'Unexpected end of attributes of the tag "{tag}" {_at(text, position)}')
    opened.append(_Open(tag, length, _fields(tag, attributes, _at(text, position))))
    return end


def _fields(tag: str, attributes: dict[str, str], where: str) -> JSON:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" {where}')
    if tag == "tg-emoji":
        if not attributes.get("emoji-id", "").isdigit():
            raise _unparsable(f"Invalid custom emoji identifier specified {where}")
        return {"custom_emoji_id": attributes["emoji-id"]}
    if tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    if tag == "code" and attributes.get("class", "").startswith("language-"):
        return {"language": attributes["class"].removeprefix("language-")}
    return {"url": attributes["href"]} if "href" in attributes else {}


def _close(text: str, position: int, end: int, opened: list[_Open], entities: list[JSON], length: int) -> None:
    if end < 0:
        raise _unparsable(f"Unclosed end tag {_at(text, position)}")
    if not opened:
        raise _unparsable(f"Unexpected end tag {_at(text, position)}")
    tag = text[position + 2 : end].strip().lower()
    last = opened.pop()
    if tag not in ("", last.tag):  # Telegram takes "</>" for the tag that is open
        raise _unparsable(f'Unmatched end tag {_at(text, position)}, expected "</{last.tag}>", found "</{tag}>"')
    entity = {"type": TAGS[last.tag], "offset": last.start, "length": length - last.start, **last.fields}
    inner = [each for each in entities if each["offset"] >= last.start]
    if last.tag in LITERAL:
        del entities[len(entities) - len(inner) :]
    if last.tag == "pre" and inner and inner[-1]["length"] == entity["length"] and "language" in inner[-1]:
        entity["language"] = inner[-1]["language"]  # <pre><code class="language-x"> is one block with a language
    if last.tag == "code" and not (opened and opened[-1].tag == "pre"):
        entity.pop("language", None)
    nested_quote = last.tag == "blockquote" and any(outer.tag == "blockquote" for outer in opened)
    broken_link = last.tag == "a" and not _URL.match(entity.get("url", ""))
    if entity["length"] and not nested_quote and not broken_link:
        entities.append(entity)


def _checked(text: str, entities: list[Any]) -> list[JSON]:
    borders = {0}
    position = 0
    for character in text:
        position += 2 if ord(character) > 0xFFFF else 1
        borders.add(position)
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in ENTITY_TYPES:
            raise _unparsable("unsupported type of an entity")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0:
            raise _unparsable("an entity has an incorrect offset or length")
        if offset + length > position:
            raise _unparsable(f"an entity ends at {offset + length}, beyond the text of {position} UTF-16 units")
        if not {offset, offset + length} <= borders:
            raise _unparsable(f"an entity at UTF-16 offset {offset} cuts a symbol in two")
    return [dict(entity) for entity in entities]


def _trimmed(text: str, entities: list[JSON]) -> tuple[str, list[JSON]]:
    """Without the blank edges, which Telegram cuts off, and the entities moved along."""
    left = utf16(text) - utf16(text.lstrip())
    size = utf16(text.strip())
    moved: list[JSON] = []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, size)
        if start < end:
            moved.append({**entity, "offset": start, "length": end - start})
    return text.strip(), moved
