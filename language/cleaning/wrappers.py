"""What a whole reply is packed in: JSON, a tag, a block of code around what is no code."""

import json
import re

from language.words import either, stems

_WANTS_DATA = either(
    stems(
        "json джейсон xml html yaml toml csv код$ кода$ коде$ кодом$ скрипт конфиг словар массив объект питон python js$ javascript"
        " sql тег$ теги$ тега$ тегом тегов разметк формат верст шаблон команд консол терминал markdown маркдаун бэктик"
        " фрагмент программ функци"
    )
)
_WANTS_BLOCK = either(stems("напиши составь сочини придумай письм текст$ блок$ шаблон рамк"))
_ENTRY = re.compile(
    r"[\"'](?P<key>[\w -]{1,30})[\"']\s*:\s*(?:\"(?P<double>(?:[^\"\\]|\\.)*)(?:\"|\Z)|'(?P<single>(?:[^'\\]|\\.)*)(?:'|\Z))",
    re.DOTALL,
)
_ITEM = re.compile(r"\A\[\s*\"((?:[^\"\\]|\\.)*)\"\s*\]\Z", re.DOTALL)
_ROLE = re.compile(r"role|name|type|speaker|author|lang|id|роль|имя|тип|автор|язык", re.IGNORECASE)
_REPLY = re.compile(
    r"reply|response|answer|text|message|content|output|final\w*|assistant|bot|result|ответ|реплика|текст|сообщение|гриша|бот", re.I
)
_TAG = re.compile(
    r"\A<(?!/?(?:think|thought|reason|reflect|analy|scratch|system|user))([^\W\d][\w-]*)(?:\s[^<>\n]*)?>(.*)</\1\s*>\Z", re.I | re.S
)
_LOOSE_TAG = re.compile(
    r"\A<(?:reply|response|answer|final|output|message|text|assistant|bot|ответ|реплика)>(?=[^<]*\Z)"
    r"|(?<=[^<>\s])\s*</(?:final|text|content|ответ|реплика|гриша|бот)>\Z",
    re.IGNORECASE,
)
_CALL = re.compile(r"\A[a-z_]{3,12}\s*[=(: ]\s*([\"'])(?P<said>[^\"']+)\1\)?;?\Z")
_FENCE = re.compile(r"\A(?:```|~~~)[ ]*([a-zA-Z0-9_+-]*)[ ]*\n?(.*?)\s*(?:```|~~~)\Z", re.DOTALL)
_INLINE = re.compile(r"\A`([^`\n]+)`\Z")
_CODE_SIGN = re.compile(r"[{}=;<>$|\\]|\w\(|^\s*(?:#|//|--)", re.MULTILINE)


def without_wrapper(text: str, question: str) -> str:
    """The words of a reply out of what it is packed in as a whole, unless `question` is about data or code."""
    call = _CALL.match(text)
    if call and _is_prose(call["said"]) and not _WANTS_DATA.search(question):
        return call["said"]
    if not text or (text[0] not in "{[<`~" and text[-1] != ">") or _WANTS_DATA.search(question):
        return text
    if text[0] in "{[":
        return _out_of_json(text)
    if text[0] in "`~":
        return _out_of_block(text, question)
    tagged = _TAG.match(text)
    if tagged and _is_prose(tagged[2]):
        return tagged[2].strip()
    return _LOOSE_TAG.sub("", text).strip()


def _out_of_json(text: str) -> str:
    """The reply in an object or a list of one string; objects that were cut off and those in single quotes are read as well."""
    single = _ITEM.match(text)
    if single:
        return _unescape(single[1])
    if not re.match(r"\A(?:\[\s*)?\{\s*[\"']", text):
        return text
    entries = [(entry["key"], entry["double"] or entry["single"] or "") for entry in _ENTRY.finditer(text)]
    said = [value for key, value in entries if _REPLY.fullmatch(key)] or [
        value for key, value in entries if not _ROLE.fullmatch(key) and _is_prose(value)
    ]
    return _unescape(said[0]) if said and (len(said) == 1 or len(said) < len(entries)) else text


def _unescape(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False)).strip()
    except json.JSONDecodeError:
        return value.replace("\\n", "\n").replace("\\'", "'").replace('\\"', '"').strip()


def _out_of_block(text: str, question: str) -> str:
    block = _FENCE.match(text) or _INLINE.match(text)
    said = block[block.lastindex or 0] if block else ""
    if said.lstrip()[:1] in ("{", "["):
        data = said.strip()
        return text if _out_of_json(data) == data else _out_of_json(data)
    is_quoted = "`" in said or not _is_prose(said) or len(said.split()) < 3 or _CODE_SIGN.search(said) is not None
    return text if is_quoted or _WANTS_BLOCK.search(question) else said.strip()


def _is_prose(text: str) -> bool:
    """Whether most letters are Russian ones."""
    letters = [letter for letter in re.sub(r"</?\w+>", "", text.lower()) if letter.isalpha()]
    return bool(letters) and 10 * sum("а" <= letter <= "ё" for letter in letters) >= 7 * len(letters)
