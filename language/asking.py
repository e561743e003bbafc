"""Whether a message wants something, an answer or a deed, or only tells."""

import re

from language.words import either, fold, lemma, morph, stems, word_set, words

_FILLERS = word_set(
    "а и ну но так вот да нет о об в на с у по про за от до из к ты вы мне ка же гриша гриш интересно правда все равно тогда"
)
"""What may stand before the word that asks."""
_WHO = word_set(
    "что чем чего чему кто кого кому как где куда откуда когда почему зачем отчего сколько какой чей который можно ли стоит"
)
_OPENS_TALK = word_set(
    "слушать смотреть глянуть представить представлять прикинуть погодить подождать поверить извинить простить думать"
)
"""Imperatives that want nothing but attention."""
_ANYWHERE = either(
    stems("что_делать что_мне_делать как_быть с_чего_начать что_посоветуешь что_скажешь что_думаешь как_думаешь"),
    r"\bли\b",
    r"(?:\A|[,.])\s*(?:что|чем|куда|кому|где|как|с чего)(?: \w+)? \w+(?:ть|ти|чь)(?:ся)?\b",
    r"\bне\s+(?:знаю|понимаю|пойму|могу понять),?\s+(?:что|как|где|куда|зачем|почему|кому|чем|с чего|како\w+|ли)\b",
)
_SENTENCE = re.compile(r"[.!…\n]+\s*")
_CLAUSE = re.compile(r"[,.!…:\n]+\s*")


def wants_something(text: str) -> bool:
    """Whether `text` asks or requests: by its marks, by how its sentences begin, by "что делать"."""
    plain = fold(text)
    if "?" in plain or _ANYWHERE.search(plain):
        return True
    return any(map(_begins_asking, _SENTENCE.split(plain))) or any(map(_begins_requesting, _CLAUSE.split(plain)))


def _begins_asking(sentence: str) -> bool:
    word = _first(sentence)
    return word in _WHO or lemma(word) in _WHO


def _begins_requesting(clause: str) -> bool:
    form = morph().parse(_first(clause))[0]
    return "impr" in form.tag and "sing" in form.tag


def _first(clause: str) -> str:
    """The first word that says something, or asks."""
    said = (word for word in words(clause) if word in _WHO or (word not in _FILLERS and lemma(word) not in _OPENS_TALK))
    return next(said, "")
