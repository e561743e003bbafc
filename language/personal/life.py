"""What people tell of their lives and of those near to them: health, intimate matters, money, law, work, school, where they are.

A subject alone is harmless ("что такое диабет?", "как пережить развод"). It is private where somebody in particular is meant: the
one who writes ("пью антидепрессанты", "сужусь") or a relative, a friend, a neighbour ("батя после инсульта"). As no list of
subjects is complete, whatever somebody tells of themselves in other than everyday words is private as well.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from language.personal import life_lists as lists
from language.personal.everyday import EVERYDAY
from language.personal.lists import KIN_WORD
from language.words import WORD, either, fold, lemma, morph

_TELLING = frozenset({"NOUN", "VERB", "INFN", "GRND", "ADJS", "PRTS", "PRTF"})
_TOLD_FREELY = EVERYDAY | lists.TALK
_NAMES = frozenset({"Name", "Surn", "Patr", "Geox"})
_SHORT_QUESTION = 3
"""Words of a question that, without a noun, is about the one who is asked: "чем занят?"."""
_DIGIT = re.compile(r"\d")
_SENTENCE = re.compile(r"[^.!?…\n]*[^\s.!?…][^.!?…\n]*(?:[.]\d[^.!?…\n]*)*[.!?…]?")
# Who is asked of their own life rather than for an opinion, for help or for a tale.
_ASKED = either(r"\b(?:ты|тебя|тебе|тобой|вы|вас|вам|ваш\w{0,3}|тво[йяеёию]\w{0,2})\b|\b[а-яё]{2,}(?:ешь|[её]шь|ишь)(?:ся)?\b")
_ASKED_OTHERWISE = either(
    r"\b(?:дума(?:ешь|ете)|счита(?:ешь|ете)|посовету\w+|зна(?:ешь|ете)|слышал\w*|объясни\w*|уме(?:ешь|ете)|мож(?:ешь|ете)|расскаж\w+|по-твоему|"
    r"порекоменд\w+|что делать|как быть|помоги\w*|подскаж\w+|скажи\w*|относи\w+|понима(?:ешь|ете)|напиши\w*|"
    r"придума\w+|вер(?:ишь|ите))\b"
)


def find_life(text: str) -> Iterator[str]:
    """The kinds of private matters that `text` tells of somebody; numbers in it are digits.

    The first line is what a person wrote. In the others, the bot's, only what is "yours" or "mine" is somebody's.
    """
    has_number = _DIGIT.search(text) is not None
    subjects = ((kind, pattern) for kind, pattern in lists.SUBJECTS.items() if has_number or kind not in lists.NEED_NUMBER)
    kinds = [(kind, pattern) for kind, pattern in subjects if pattern.search(text)]
    first, _, rest = text.partition("\n")
    for match in _SENTENCE.finditer(first):
        sentence = match[0]
        is_own = _has_owner(sentence)
        told = [kind for kind, pattern in kinds if pattern.search(sentence)]
        if is_own or (told and not _asks(sentence)):
            yield from (kind for kind in told if is_own or kind in lists.OWNERLESS)
        if is_own and not _asks_in_general(sentence) and not all(_is_everyday(word.lower()) for word in WORD.findall(sentence)):
            yield "story"
    is_asked = bool(kinds) and _asks_for_a_life(first)
    if is_asked and rest:
        yield from (kind for kind, pattern in kinds if kind in lists.OWNERLESS and pattern.search(first))
    for match in _SENTENCE.finditer(rest):
        concrete = lists.GENERAL.sub(" ", match[0])
        if kinds and lists.OWN_IN_REPLY.search(concrete):
            yield from (kind for kind, pattern in kinds if pattern.search(match[0]))
        elif kinds and is_asked and not lists.YOU.search(concrete) and not _asks(match[0]) and not _advises(match[0]):
            says_own = lists.OWN.search(concrete) is not None
            yield from (
                kind
                for kind, pattern in kinds
                if kind in lists.TOLD_WHEN_ASKED and (says_own if pattern.search(first) else pattern.search(match[0]))
            )
        elif kinds and lists.YOU.search(concrete):
            yield from (kind for kind, pattern in kinds if kind in lists.OF_YOU and pattern.search(match[0]))
        elif kinds and KIN_WORD.search(concrete) and not _asks(match[0]) and not _advises(match[0]):
            yield from (kind for kind, pattern in kinds if kind in lists.OWNERLESS and pattern.search(match[0]))
        if lists.AS_IS_KNOWN.search(match[0]) and (
            KIN_WORD.search(match[0])
            or lists.AT_HOME.search(match[0])
            or not all(_is_everyday(word.lower()) for word in WORD.findall(match[0]))
        ):
            yield "story"
    yield from (kind for kind, pattern in lists.PLAIN.items() if pattern.search(text))


@lru_cache(maxsize=50_000)
def _is_everyday(word: str) -> bool:
    """Whether the word tells nothing of a person's affairs. Names are the business of `language.person_names`."""
    if word.isascii() or len(word) == 1:
        return True
    parses = morph().parse(word)[:3]
    return any(
        parse.tag.POS not in _TELLING or not _NAMES.isdisjoint(parse.tag.grammemes) or fold(parse.normal_form) in _TOLD_FREELY
        for parse in parses
        if parse.score * 4 > parses[0].score
    )


def _has_owner(sentence: str) -> bool:
    """Whether the sentence is about the one who writes or about somebody near, and not a question in general."""
    concrete = lists.GENERAL.sub(" ", sentence)
    return (
        lists.OWN.search(concrete) is not None
        or (KIN_WORD.search(concrete) is not None and not _asks_in_general(concrete))
        or any(_is_first_person(word.lower()) for word in WORD.findall(concrete))
        or _has_hidden_owner(sentence)
    )


def _asks(sentence: str) -> bool:
    """Whether the sentence asks for something; what it states happens to somebody, unnamed or not: "киста, режут в четверг"."""
    kinds = [_tag(word.lower()) for word in WORD.findall(sentence)]
    return (sentence.endswith("?") and "past" not in kinds) or "question" in kinds or "request" in kinds


def _asks_for_a_life(question: str) -> bool:
    """Whether "you" or somebody near is asked about: "какие у тебя планы?", "как дела у бати?", "почему не пришёл?"."""
    kinds = [_tag(word.lower()) for word in WORD.findall(question)]
    if _ASKED_OTHERWISE.search(question) or not ("?" in question or "question" in kinds):
        return False
    if _ASKED.search(question):
        return True
    if "infinitive" in kinds:
        return False
    if KIN_WORD.search(question):
        return True
    is_hidden = "past" in kinds or len(kinds) <= _SHORT_QUESTION
    return is_hidden and not any(morph().parse(word.lower())[0].tag.POS == "NOUN" for word in WORD.findall(question))


def _advises(sentence: str) -> bool:
    """Whether the sentence tells what one does or should do, not what somebody did."""
    words = [word.lower() for word in WORD.findall(sentence)]
    kinds = [_tag(word) for word in words]
    does = "past" in kinds or any(_is_first_person(word) for word in words)
    return "request" in kinds or "это" in words or ("infinitive" in kinds and not does)


def _asks_in_general(sentence: str) -> bool:
    """Whether the sentence asks what one does, not what somebody did: "куда сводить девушку на свидание"."""
    kinds = [_tag(word.lower()) for word in WORD.findall(sentence)]
    is_simple = "infinitive" in kinds or "," not in sentence
    return "question" in kinds[:2] and is_simple and "past" not in kinds and not (KIN_WORD.search(sentence) and "verb" in kinds)


@lru_cache(maxsize=50_000)
def _is_first_person(word: str) -> bool:
    """Whether the word is a verb of the first person that is more than a way to begin: "сужусь", but not "думаю"."""
    if not word.endswith(("у", "ю", "сь", "м", "мся")) or not morph().word_is_known(word):
        return False
    parse = morph().parse(word)[0]
    return "1per" in parse.tag and "VERB" in parse.tag and "excl" not in parse.tag and lemma(word) not in lists.TALK


def _has_hidden_owner(sentence: str) -> bool:
    """Whether a verb of the past stands without a subject: "изменил жене", "вчера закодировался"."""
    kinds = [_tag(word.lower()) for word in WORD.findall(sentence)[:5]]
    for place, kind in enumerate(kinds[:4]):
        if kind == "past":
            return "subject" not in kinds[place + 1 : place + 2]
        if kind in ("subject", "noun", "question"):
            return False
    return False


@lru_cache(maxsize=50_000)
def _tag(word: str) -> str:
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
