"""What an actor would do and not say: "*улыбается*", "(вздыхает)"."""

import re

from language.words import either, lemma, morph, stems, word_set, words

_WANTS_PART = either(
    stems(
        "будь$ будешь побудь стань$ притвор сыгра поигра изобрази представь_себя представь,?_что вообрази веди_себя роле рол[её]в"
        " роль$ ты_теперь теперь_ты пусть_ты днд$ dnd обними погладь поцелуй отыгра"
    ),
    r"\bты [—–-] ",
)
"""Asks the bot to act, as an actor does."""
_SIGN = re.compile(r"[*_(\[~]")
_TILDES = re.compile(r"(?<![~\w])~([а-яё][а-яё ,-]{2,60})~(?![~\w])")
_STAGE_DIRECTION = re.compile(
    r"(?:\A|(?<=[.!?…)][ ])|(?<=\n))(?:(?P<sign>\*|__?)(?![*_])\(?"
    r"(?P<done>(?:(?:[А-ЯЁ][а-яё]+ )?[a-zа-яё](?:[^\W_]|[ ,-]){2,60}|[А-ЯЁ][а-яё]{2,}(?:[её]т|ит|[юя]т)(?:ся)?)[.!…]{0,3})"
    r"\)?(?P=sign)(?![*_])"
    r"|(?P<mark>\*\*)(?P<marked>[а-яё]+(?: [а-яё]+){0,2})(?P=mark)"
    r"|\((?P<shown>[А-ЯЁа-яё][а-яё]+)[.!]?\)"
    r"|(?<!.)\((?P<begun>[А-ЯЁа-яё][а-яё]*(?:,? [а-яё]+){1,7})[.!]?\)"
    r"|\[(?:[А-ЯЁ][а-яё]+ )?(?P<acted>[а-яё]+(?: [а-яё]+){0,4}|[a-z]+(?: [a-z]+){1,4})\](?!\())[.,:]?(?:[ ]|\n|\Z)"
)


def without_stage_directions(text: str, question: str) -> str:
    """What an actor would do and not say ("*улыбается*") out of the text, unless the person does so too."""
    if _SIGN.search(text) is None or "*" in question or "_" in question or _WANTS_PART.search(question):
        return text
    text = _TILDES.sub(r"*\1*", text)
    without = _STAGE_DIRECTION.sub(lambda match: "" if _is_action(match) else match[0], text).strip()
    return without or text


_MANNERS = word_set("вздох вздохи пауза смех смешок улыбка шёпот шепот кивок аплодисменты")


def _is_action(direction: re.Match[str]) -> bool:
    """Whether what stands between the signs is done, or says how the rest is said: "(тихо)", "(с улыбкой)", "[вздох]"."""
    if direction["sign"] == "__" and direction["done"].isascii():
        return False  # "__init__"
    told = direction["done"] or direction["marked"] or direction["shown"] or direction["acted"] or direction["begun"]
    said = told.lower().rstrip(".!…").split()
    tags = [morph().parse(word)[0].tag for word in said]
    is_manner = (len(said) == 1 and (tags[0].POS == "ADVB" or said[0] in _MANNERS)) or (
        said[0] in ("с", "со") and tags[-1].case == "ablt"
    )
    opens_speech = direction.string[direction.end() : direction.end() + 1].isupper()
    if is_manner and opens_speech and direction.string[: direction.start()][-1:] in ("", "\n"):
        return True
    is_told_of = bool(direction["begun"]) and told.split()[0].istitle() and tags[0].case == "nomn"  # "(Гриша улыбается)"
    deeds = tags if direction["done"] else tags[:2] if is_told_of else tags[:1]
    return told.isascii() or "past" in tags[0] or any("3per" in tag or "GRND" in tag for tag in deeds)


def _is_done(text: str) -> bool:
    return any("3per" in morph().parse(word.lower())[0].tag for word in words(text))


def is_stage_direction(text: str, question: str) -> bool:
    """Whether a text is nothing but what an actor would do; who asks for it ("обними") hears the word again."""
    directions = [_STAGE_DIRECTION.fullmatch(line.strip()) for line in text.split("\n") if line.strip()]
    if not directions or "*" in question or "_" in question or _WANTS_PART.search(question):
        return False
    if not all(direction and (_is_action(direction) or _is_done(direction[0])) for direction in directions):
        return False
    asked = {lemma(word)[:4] for word in words(question)}
    return all(lemma(word)[:4] not in asked for word in words(text))
