"""Words that may be names: what the dictionary knows of each, and how a name is brought to the nominative."""

import re
from functools import lru_cache
from typing import NamedTuple

from language.names import lists
from language.names.tokens import Token
from language.words import fold, morph, word_set

LONGEST_NAME = 40
# What the names of many peoples end in; a word that the dictionary does not know and that ends so is a name.
_SHAPE = re.compile(
    r".{2,}(?:бек|жан|джан|гуль|гюль|гул|улла|уллох|ддин|мурат|мурад|мурод|магомед|мамед|хаммед|хаммад|нисо|болат|султан|бегим"
    r"|назар|берди|хон|хан|зода|нур|слав|слава|мир|бай|сылу|сулу|бике|бика|бану|гали|гирей|шах|мурза)"
    r"|(?:гуль?|гюль|абду|мухамм|магомед|алтын|нур|шамс).{3,}"
)
# Of men only those after a vowel: "Хазбиевич", while an unknown word like "Гершкович" is rather a surname.
_STRANGE_PATRONYMIC = {
    "nomn": re.compile(r".{2,}(?:[оеё]вна|ична|[аеиоуэюя]евич)"),
    "ablt": re.compile(r".{2,}(?:[оеё]вной|ичной|[аеиоуэюя]евичем)"),
}
_SYLLABLES = re.compile(r"[а-яё]{1,4}(?:-[а-яё]{1,4})+")
# Suffixes of pet names, and what the full name may end in.
_PET_ENDS = word_set(
    """
    улечка юлечка анечка очка ечка енька онька ушка юшка улька юлька уська юська унчик юнчик анчик янчик усик юсик асик
    юня уня уля юля уша юша уся юся юха уха аха ёк ек ок ик чик ка ян он ыч ха ша ня
    """
)
_FULL_ENDS = ("", "а", "я", "й", "ий", "ь", "ия", "ай", "ей")
_ENDINGS = {
    "ablt": (("ой", "а"), ("ей", "ая"), ("ом", ("",)), ("ем", ("й", "ь", "")), ("ью", "ь")),
    "datv": (("у", ("",)), ("ю", "йь"), ("е", "ая")),
    "accs": (("у", "а"), ("ю", "я"), ("а", ("",)), ("я", "йь")),
}
"""What a name ends in, in an oblique case, and in the nominative."""


class Form(NamedTuple):
    """One reading of a word: its grammemes, its dictionary form, and the word itself with its `ё`."""

    tags: frozenset[str]
    normal: str
    word: str


@lru_cache(maxsize=20_000)
def forms_of(word: str) -> tuple[Form, ...]:
    """How the dictionary reads a lower-case word, the likeliest first."""
    return tuple(Form(frozenset(parse.tag.grammemes), str(parse.normal_form), str(parse.word)) for parse in morph().parse(word))


def forms(token: Token) -> tuple[Form, ...]:
    """How the dictionary reads a token, with `ё` as the user wrote it."""
    return forms_of(token.text.lower() or token.low)


def known(token: Token) -> bool:
    """Whether the dictionary lists the word instead of guessing by its ending."""
    return bool(morph().word_is_known(token.text.lower()))


def is_person(word: str) -> bool:
    """Whether the word is most likely an animate noun in the nominative: somebody who speaks or acts."""
    return {"NOUN", "anim", "nomn"} <= forms_of(word)[0].tags


def has(token: Token, *tags: str) -> bool:
    """Whether the dictionary has the word, in the singular, in a form with all of `tags`."""
    return token.is_word and any({"sing", *tags} <= form.tags for form in forms(token))


def possible(token: Token) -> bool:
    """Whether the word may be a name at all."""
    fits = token.is_word and 1 < len(token.low) <= LONGEST_NAME and not lists.INSULT.match(token.low)
    return fits and (token.low not in lists.NO_NAMES or (token.low == "ли" and token.capital))


def rivals(token: Token) -> list[frozenset[str]]:
    """The readings by which the word is no name: "лев" the animal, "рада" the short adjective."""
    if token.low.isascii():
        return []
    kinds = [form.tags for form in forms(token) if not {"Name", "Surn", "Geox", "Patr", "GRND", "Orgn"} & form.tags]
    return [tags for tags in kinds if "NOUN" not in tags or {"nomn", "sing"} <= tags]


def is_ambiguous(token: Token) -> bool:
    """Whether the word is not only a name: "вера", "лев"."""
    return bool(rivals(token)) or token.low in lists.RATHER_WORDS


def first_name(token: Token, *cases: str) -> str | None:
    """The nominative of a first name that stands in one of `cases`."""
    if not possible(token):
        return None
    if _SYLLABLES.fullmatch(token.low) and _is_listed(token.low.replace("-", "")):  # "Да-ри-на"
        return cased(token.low.replace("-", "")) if "nomn" in cases else None
    if token.low.isascii():
        return cased(token.text) if _is_latin_name(token.low) else None
    if "nomn" in cases and (
        token.low in lists.MORE_NAMES | lists.RATHER_WORDS or (not known(token) and _looks_like_name(token.low))
    ):
        return cased(token.text)
    for case in cases:
        for form in forms(token):
            if (
                {"sing", case, "NOUN"} <= form.tags
                and not (case == "nomn" and _is_dative(form, forms(token)[0]))
                and (
                    fold(form.normal) in lists.MORE_NAMES
                    or ("Name" in form.tags and (known(token) or "-" in token.low))
                    or (not known(token) and _looks_like_name(fold(form.normal)))
                )
            ):
                return _nominative(token, form, case)
    return None if known(token) else _by_ending(token, cases)


def _by_ending(token: Token, cases: tuple[str, ...]) -> str | None:
    """The name of which an unknown word may be a form, where the dictionary guesses wrong: "Валюшей" -> "Валюша"."""
    for case in cases:
        for end, endings in _ENDINGS.get(case, ()):
            stem = token.low.removesuffix(end)
            if stem != token.low and len(stem) > 2:
                for ending in endings:
                    if _is_listed(stem + ending) or _looks_like_name(stem + ending):
                        return cased(token.text[: len(stem)].lower() + ending)
    return None


def _is_dative(form: Form, likeliest: Form) -> bool:
    """Whether the dictionary's rare undeclined "Алисе" is more likely the dative of "Алиса"."""
    return "Fixd" in form.tags and {"Name", "datv"} <= likeliest.tags


def word_in(token: Token, case: str, tag: str) -> str | None:
    """The nominative of the word, where it has a form in `case` with `tag`."""
    for form in forms(token) if token.is_word else ():
        if {"sing", case, tag} <= form.tags:
            if tag == "Patr" and case != "nomn":  # the dictionary form of "Палычем" is "Павлович", of "Петровной" "Петрович"
                return cased(re.sub("[оеё]м$", "", re.sub("о[йю]$", "а", token.text.lower())))
            return _nominative(token, form, case)
    return _strange_patronymic(token, case) if tag == "Patr" and token.is_word and not known(token) else None


def _strange_patronymic(token: Token, case: str) -> str | None:
    """The nominative of a patronymic that the dictionary does not know: "Бадмаевна", "Хазбиевичем"."""
    word = token.text.lower()
    if case not in _STRANGE_PATRONYMIC or not _STRANGE_PATRONYMIC[case].fullmatch(word):
        return None
    return cased(re.sub("ем$", "", re.sub("ой$", "а", word)))


def _nominative(token: Token, form: Form, case: str) -> str:
    """The dictionary form, with `е` for `ё` where the user writes so: "лехой" -> "Леха", but "Петром" -> "Пётр"."""
    word = token.text.lower()
    if case == "nomn" or (case == "ablt" and "Patr" in form.tags and re.search("[иы]ч[её]м$", word)):
        return cased(token.text if case == "nomn" else word[:-2])  # "Саныч" is his name, not "Александрович"
    if case == "ablt" and "Patr" in form.tags and word.endswith("ной"):
        return cased(word[:-2] + "а")  # and "Ярославна" hers, not "Ярославович"
    dropped = {i for i, letter in enumerate(form.word) if letter == "ё" and word[i : i + 1] == "е"}
    return cased("".join("е" if i in dropped and letter == "ё" else letter for i, letter in enumerate(form.normal)))


@lru_cache(maxsize=5_000)
def _looks_like_name(word: str) -> bool:
    """Whether a word that the dictionary does not know is built like a name, or is a pet form of a name that it knows."""
    if _SHAPE.fullmatch(word) or ("-" in word and all(map(_is_listed, word.split("-")))):
        return True
    stems = [word.removesuffix(end) for end in _PET_ENDS if word.endswith(end) and len(word) > len(end) + 1]
    return any(_is_listed(stem + end) for stem in stems for end in _FULL_ENDS)


def _is_listed(word: str) -> bool:
    if word in lists.MORE_NAMES:
        return True
    return bool(morph().word_is_known(word)) and any({"Name", "nomn", "sing"} <= form.tags for form in forms_of(word))


@lru_cache(maxsize=5_000)
def _is_latin_name(word: str) -> bool:
    """Whether a word in Latin letters is a first name, English or Russian: "kate", "sasha"."""
    if word in lists.LATIN_NAMES or word in lists.LATIN_WORDS:
        return word in lists.LATIN_NAMES
    for latin, letter in lists.TRANSLIT:
        word = word.replace(latin, letter)
    return len(word) > 3 and (_is_listed(word) or (not morph().word_is_known(word) and _looks_like_name(word)))


def cased(word: str) -> str:
    """A name with its capital letters: "анна-мария" -> "Анна-Мария"."""
    return re.sub(r"[^\W_]+", lambda part: part[0].capitalize(), word)
