"""What a sentence does: it asks, asks in general, advises or tells, and whether of the one who says it."""

import re
from functools import lru_cache

from language.personal import life_lists as lists
from language.personal.lists import KIN_WORD
from language.personal.readings import is_ordinal
from language.words import WORD, either, fold, lemma, morph

SENTENCE = re.compile(r"[^.!?…\n]*[^\s.!?…][^.!?…\n]*(?:[.]\d[^.!?…\n]*)*[.!?…]?")
_DIGIT = re.compile(r"\d")
_WHEN = either(
    r"\b(?:скоро|сегодня|завтра|послезавтра|вчера|на днях|в (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье))\b"
)


def asks(sentence: str) -> bool:
    """Whether the sentence asks for something; what it states happens to somebody, unnamed or not: "киста, режут в четверг"."""
    kinds = [part(word.lower()) for word in WORD.findall(sentence)]
    return (sentence.endswith("?") and "past" not in kinds) or "question" in kinds or "request" in kinds


def advises(sentence: str) -> bool:
    """Whether the sentence tells what one does or should do, not what somebody did."""
    words = [word.lower() for word in WORD.findall(sentence)]
    kinds = [part(word) for word in words]
    does = "past" in kinds or any(is_first_person(word) for word in words)
    return "request" in kinds or "это" in words or ("infinitive" in kinds and not does)


def asks_in_general(sentence: str) -> bool:
    """Whether the sentence asks what one does, not what somebody did: "куда сводить девушку на свидание"."""
    kinds = [part(word.lower()) for word in WORD.findall(sentence)]
    is_simple = "infinitive" in kinds or "," not in sentence
    return "question" in kinds[:2] and is_simple and "past" not in kinds and not (KIN_WORD.search(sentence) and "verb" in kinds)


def is_told(clause: str) -> bool:
    """Whether the clause tells what happened, or how often and how long: "киста, режут в четверг", "после третьей химии"."""
    words = [word.lower() for word in WORD.findall(clause)]
    return (
        _DIGIT.search(clause) is not None
        or _WHEN.search(clause) is not None
        or any(part(word) in ("past", "verb") or is_ordinal(word) for word in words)
    )


@lru_cache(maxsize=50_000)
def is_first_person(word: str) -> bool:
    """Whether the word is a verb of the first person that is more than a way to begin: "сужусь", but not "думаю"."""
    if not word.endswith(("у", "ю", "сь", "м", "мся")) or not morph().word_is_known(word):
        return False
    parses = morph().parse(word)
    return any(
        "1per" in parse.tag and "VERB" in parse.tag and "excl" not in parse.tag and fold(parse.normal_form) not in lists.TALK
        for parse in parses
        if parse.score * 4 > parses[0].score
    )


def has_hidden_owner(sentence: str) -> bool:
    """Whether a verb of the past stands without a subject: "изменил жене", "вчера закодировался"."""
    words = [word.lower() for word in WORD.findall(sentence)[:5]]
    kinds = [part(word) for word in words]
    for place, kind in enumerate(kinds[:4]):
        if kind == "past":
            # "на выставке сказали": whoever they are
            is_hearsay = words[place].endswith("ли") and lemma(words[place]) in lists.TALK
            return "subject" not in kinds[place + 1 : place + 2] and not is_hearsay
        if kind in ("subject", "noun", "question"):
            return False
    return False


@lru_cache(maxsize=50_000)
def part(word: str) -> str:
    """What a word is to the verb of its sentence."""
    if word in lists.QUESTION_WORDS:
        return "question"
    tag = morph().parse(word)[0].tag
    if "impr" in tag and len(word) > 2:
        return "request"
    if tag.POS == "VERB":
        return "past" if "past" in tag and "neut" not in tag and morph().word_is_known(word) else "verb"
    if tag.POS == "INFN":
        return "infinitive"
    if tag.POS == "PRTS":
        return "past"
    cases = {parse.tag.case for parse in morph().parse(word) if parse.tag.POS in ("NOUN", "NPRO")}
    if "nomn" in cases and tag.POS in ("NOUN", "NPRO"):
        # A noun may be an object as well: "сделала аборт".
        return "noun" if "accs" in cases else "subject"
    return "verb" if tag.POS in ("PRED", "ADJS", "COMP") else ""
