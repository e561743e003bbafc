"""What is written another way in a chat: signs for words, words run together, the commonest words mistyped, foreign names."""

import re
from functools import lru_cache

from language.questions.kinship import distance
from language.words import morph, word_set

_SIGNS = (
    (re.compile(r"(?<=\d)\s*%"), " процентов"),
    (re.compile(r"(?<=\d)\s*(?:₽|р\b\.?|руб\b\.?)"), " рублей"),
    (re.compile(r"(?<=\d)\s*\$|\$(?=\d)"), " долларов "),
    (re.compile(r"€"), " евро "),
    (re.compile(r"(?<=\d)\s*°(?:\s*[cс]\b)?"), " градусов"),
    (re.compile(r"№"), " номер "),
)
_SHORT = {"кк": "как", "чт": "что", "гд": "где", "пчм": "почему", "кд": "когда", "скк": "сколько"}
_COMMON = tuple(
    sorted(
        word_set(
            """
            какая какой какое какие какого какую каким какова почему зачем когда куда откуда сколько такое можно нужно надо начать
            сделать делать лучше правильно пожалуйста подскажите подскажи скажите скажи расскажи расскажите объясни объясните
            посоветуй посоветуйте помоги помогите привет здравствуйте который сейчас
            """
        )
    )
)
"""Words that the rules of `plain` go by."""
_GLUED = re.compile(r"\A(?:(не|ни|что|как|где|когда|почему|сколько)(.{4,})|(.{3,}?)(ли|же|бы|то))\Z")
_TOKEN = re.compile(r"[а-я]+")
_LONG = 8
_SOUNDS = tuple(
    (re.compile(latin), put)
    for latin, put in (
        ("sch|sh", "ш"), ("t?ch", "ч"), ("ph", "ф"), ("th", "т"), ("ck", "к"), ("wh", "в"), ("kh", "х"), ("x", "кс"),
        ("c(?=[eiy])", "с"), ("qu", "кв"), ("oo|u", "у"), ("dzh|j", "дж"),
    )
)  # fmt: skip
_LETTERS = str.maketrans("abcdefghiklmnopqrstvwyz", "абкдефгхиклмнопкрстввиз")
_SILENT = re.compile(r"[аеиоуыэюяйьъв]")


def spelled(text: str) -> str:
    """`text`, folded, with words for signs, and the commonest words as they are spelled."""
    for pattern, put in _SIGNS:
        text = pattern.sub(put, text)
    return _TOKEN.sub(lambda found: _corrected(found[0]), text)


def sounds_as(one: str, other: str) -> bool:
    """Whether one word is the other in Latin letters: "Python" and "питон"."""
    if bool(re.search("[a-z]", one)) == bool(re.search("[a-z]", other)):
        return False
    mine, theirs = _consonants(one), _consonants(other)
    return len(mine) > 1 and mine == theirs


@lru_cache(maxsize=20_000)
def _corrected(word: str) -> str:
    """`word` as one of the commonest, when it is unknown and a slip away from it, or run together with a particle."""
    if word in _SHORT:
        return _SHORT[word]
    if morph().word_is_known(word):
        return word
    glued = _GLUED.match(word)
    if glued and morph().word_is_known(glued[2] or glued[3]):
        return f"{glued[1].replace('ни', 'не')} {glued[2]}" if glued[1] else f"{glued[3]} {glued[4]}"
    slips = (common for common in _COMMON if abs(len(common) - len(word)) < 2 and common[0] == word[0])
    return next((common for common in slips if distance(word, common) <= 1 + (len(common) >= _LONG)), word)


@lru_cache(maxsize=20_000)
def _consonants(word: str) -> str:
    """What of a name is written much alike in both alphabets."""
    for latin, put in _SOUNDS:
        word = latin.sub(put, word)
    word = _SILENT.sub("", word.translate(_LETTERS))
    return re.sub(r"(.)\1+", r"\1", word)
