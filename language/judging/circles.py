"""Replies that go round in a circle: what is left of a loop, and sentences that explain a thing by itself."""

import re
from collections import Counter
from collections.abc import Collection

from language.cleaning.repeats import wants_verse
from language.judging.courtesy import asks
from language.words import carries_content, either, fold, lemma, stems, word_set, words

_LOOPS = frozenset({"repeated_word", "repeated_sentence"})
"""The rules of cleaning that take a loop apart."""
_OFTEN = 3
"""How often a word stands in a reply that turns round it."""
_TOO_OFTEN = 6
"""How often a word stands in what is no explanation, nor a chant: "Люблю, люблю, люблю!"."""
_EXPLAINS = either(r"\s[—–-]\s|\b(?:это|котор\w+|потому|поэтому|является|означает|зависит)\b")
_FEW = 2
"""So many new words do not make up for it."""
_STANDS_FOR = either(r"\A(?:котор|этот|эт[аиоу]|т[оеа][мтйх]?\Z|по(?:то|это)му|такой|есть|явля)")
_NEEDED = word_set("нужно надо потому")
_REASONS = re.compile(r"\W*(?:потому что|чтобы)\b", re.IGNORECASE)
"""Begins what is a circle if it has the words of the question: "Чтобы разбогатеть, нужно разбогатеть."."""
_TO_BOT = re.compile(r"\b(?:ты|вы)\b", re.IGNORECASE)
_DEFINES = re.compile(r"(?:\w+ ){1,4}[—–-] это [^.!?…\n]+[.!?…]*\Z")
_COUNTS = either(r"\d", stems("сколько числ цифр счита счёт счет посчита назови когда год$ номер во_сколько который"))
_ENDS = re.compile(r"[.?…](?=\s|\Z)")
_MANY_TIMES = either(
    r"\b(?:\d+|(?!опять)[а-яё]+ть|сорок|сто|два|три|четыре|много|несколько) раза?\b", stems("склоня просклоня спряга проспряга")
)
_ROOT = 5
"""Letters by which words count as one: "справка", "справочный"."""
_QUOTED_OR_COUNTED = re.compile(r"[«\"\d\n]")
_YES_OR_NO = re.compile(r"(?:\A|(?<=[.!?…]\s)|(?<=\n))(да|нет)\b,?", re.IGNORECASE)


def wants_many_times(question: str) -> bool:
    """Whether a word is to be said over and over: ten times, or in every case."""
    return _MANY_TIMES.search(question) is not None


def turns_round(text: str, question: str) -> bool:
    """Whether a reply explains a thing by itself, with hardly a word that is new, or says yes and no by turns.

    "Космос — это космос, где есть космос."
    """
    if wants_many_times(question):
        return False
    if _REASONS.match(text) and not _TO_BOT.search(question):
        told = {lemma(word) for word in words(text) if carries_content(word)} - _NEEDED
        if told and told <= {lemma(word) for word in words(question)}:
            return True
    answers = [fold(answer) for answer in _YES_OR_NO.findall(text)]
    if len(answers) >= _OFTEN and len({*answers}) > 1:
        return True  # "Да, можно. Нет, нельзя. Да, можно."
    if _QUOTED_OR_COUNTED.search(text) or wants_verse(question):  # a sum, a rule of grammar and a verse say a word over and over
        return False
    said = [_root(word) for word in words(text) if carries_content(word) and not _STANDS_FOR.search(word)]
    often = max(Counter(said).values(), default=0)
    news = {*said} - {_root(word) for word in words(question)}
    is_dense = _OFTEN * often >= len(said) or len(said) >= 2 * len({*said})
    is_told = often >= _TOO_OFTEN or len(_ENDS.findall(text)) >= _OFTEN or _EXPLAINS.search(text) is not None
    explains = _EXPLAINS.search(text) is not None
    says_nothing = explains and len(said) > _OFTEN and len(said) + 1 >= 2 * len({*said}) and len(news) <= 1
    return (often >= _OFTEN or says_nothing) and is_told and is_dense and len(news) <= _FEW


def _root(word: str) -> str:
    return lemma(word)[:_ROOT]


def is_left_of_loop(text: str, raw: str, question: str, changes: Collection[str]) -> bool:
    """Whether a reply was a loop, of which cleaning has left nothing that answers: the person's own words, or a nod."""
    if _LOOPS.isdisjoint(changes) or wants_many_times(question):
        return False
    subject, _, told = text.partition("это ") if _DEFINES.match(text) else ("", "", "")
    named = {lemma(word) for word in words(subject)}
    if named and named <= {lemma(word) for word in words(told)}:
        return True  # "Тверь - это город, в котором находится Тверь."
    if 5 * len(text) > 2 * len(raw):
        return False
    if re.search(r"\d", text):
        return not any(map(str.isalpha, text)) and _COUNTS.search(question) is None
    said = {lemma(word) for word in words(text) if carries_content(word) and not _STANDS_FOR.search(word)} - _NEEDED
    if said - {lemma(word) for word in words(question)}:
        return False
    return asks(question) or wants_verse(question) or (bool(said) and re.fullmatch(r"[^.!…]+\?\W*", text) is not None)
