"""Whether an exchange is worth repeating: a question that stands alone and a decent reply that answers it.

Only the texts are judged; who said them and where is the business of the caller.
"""

import re
from functools import lru_cache

from language import worth_lists as lists
from language.abuse import find_abuse
from language.words import WORD, carries_content, fold, lemma, morph, normalise

_SHORTEST_QUESTION = 2
"""Words of a question that can be understood on its own."""
_SHORTEST_REPLY = 3
"""Words and numbers of a reply that is worth repeating."""
_LONG_QUESTION = 8
"""Words of a question in a reply that is more than a question back."""
_LONGEST = 600
"""Characters: what is longer is a text, not a turn of a conversation."""


def flaw(question: str, reply: str) -> str:
    """Why the exchange is not worth repeating, in a few words; empty when it is."""
    if _needs_context(question):
        return "the question cannot stand alone"
    if max(len(question), len(reply)) > _LONGEST:
        return "too long"
    if abuse := find_abuse(f"{question}\n{reply}"):
        return "abusive: " + ", ".join(abuse)
    said = re.findall(r"\w+", reply)
    if len(said) < _SHORTEST_REPLY:
        return "the reply is too short"
    return next((reason for reason, has in _FLAWS.items() if has(question, reply)), "")


def _needs_context(question: str) -> bool:
    """Whether the question makes sense only after what was said before: "а почему?", "сколько он весит?", "а для кошек?"."""
    asked = [fold(word) for word in WORD.findall(question)]
    if (
        len(re.findall(r"\w+", question)) < _SHORTEST_QUESTION
        or not (carries_content(question) or re.search(r"\d", question))
        or lists.CONTINUE.match(question)
        or lists.EARLIER.search(question)
    ):
        return True
    kinds = [_kind(word) for word in asked]
    if lists.ELLIPSIS.match(question) and len(asked) <= 5 and "verb" not in kinds:
        return True
    pointing = [place for place, word in enumerate(asked) if word in lists.ANAPHOR]
    # A noun or the one who speaks before the pronoun is what it stands for: "кот линяет, что с ним делать".
    return bool(pointing) and "noun" not in kinds[: pointing[0]] and not _explains(asked, kinds, pointing)


def _explains(asked: list[str], kinds: list[str], pointing: list[int]) -> bool:
    """Whether what the pronouns point to comes after them: "что это за птица", "этот фильм", "правда ли это, что ..."."""
    after = kinds[pointing[0] + 1 :]
    if asked[pointing[0]] in lists.PERSONAL:
        return False
    return "noun" in after or "что" in asked[pointing[0] + 1 :] or len(asked) > 6


@lru_cache(maxsize=50_000)
def _kind(word: str) -> str:
    """What a word does in a sentence, as far as standing alone goes."""
    parses = morph().parse(word)
    tag = parses[0].tag
    if any(parse.tag.POS == "NOUN" and parse.score * 4 > parses[0].score for parse in parses):
        return "noun"
    if tag.POS in ("VERB", "INFN", "PRED", "ADJS", "PRTS"):
        return "verb"
    return "noun" if tag.POS is None else "other"


def _admits(_question: str, reply: str) -> bool:
    return lists.ADMISSION.search(fold(reply)) is not None


def _talks_as_a_machine(question: str, reply: str) -> bool:
    return lists.MACHINE.search(fold(reply)) is not None and not lists.ABOUT_MACHINES.search(question)


def _recalls(_question: str, reply: str) -> bool:
    return lists.EARLIER.search(reply) is not None


def _has_hashtags(question: str, reply: str) -> bool:
    return len(lists.HASHTAG.findall(reply)) > 1 and not re.search("х[еэ]шт", fold(question))


def _only_asks(_question: str, reply: str) -> bool:
    """Whether nothing is left of the reply without its questions and small talk."""
    sentences = re.findall(r"[^.!?…\n]+[.!?…\n]*", reply)
    # A long question tells on the way: "Довезём за полчаса или вернём деньги, как удобнее?"
    told = [sentence for sentence in sentences if "?" not in sentence or len(WORD.findall(sentence)) > _LONG_QUESTION]
    return "?" in reply and not any(_tells(sentence) for sentence in told)


def _tells(sentence: str) -> bool:
    return carries_content(sentence) and not _is_polite(sentence)


def _is_polite(text: str) -> bool:
    return all(_is_courtesy(word.lower()) for word in WORD.findall(text)) and not re.search(r"\d", text)


@lru_cache(maxsize=50_000)
def _is_courtesy(word: str) -> bool:
    return lemma(word) in lists.POLITE or morph().parse(word)[0].tag.POS in ("PREP", "CONJ", "PRCL", "INTJ", "NPRO")


def _is_empty(question: str, reply: str) -> bool:
    return _is_polite(reply) and not lists.POLITE_ASKED.search(question)


def _repeats(question: str, reply: str) -> bool:
    """Whether the reply says little but what was asked."""
    said = {lemma(word) for word in WORD.findall(reply) if _weighs(word.lower())} - lists.ABOUT_ASKING
    asked = {lemma(word) for word in WORD.findall(question)}
    if normalise(reply) == normalise(question):
        return True
    return bool(said) and not re.search(r"\d", reply) and len(said - asked) <= len(said) // 5


@lru_cache(maxsize=50_000)
def _weighs(word: str) -> bool:
    return morph().parse(word)[0].tag.POS not in ("PREP", "CONJ", "PRCL", "INTJ", "NPRO")


def _is_cut_off(_question: str, reply: str) -> bool:
    end = reply.rstrip()
    if reply.count("```") % 2 or end.count("«") > end.count("»") or lists.UNFINISHED.search(end[-20:]):
        return True
    last = (WORD.findall(end) or [""])[-1]
    return (
        end.endswith(last)
        and last.islower()
        and not last.isascii()
        and (end.count(".") > 0 or not morph().word_is_known(last.lower()))
    )


def _misses_number(question: str, reply: str) -> bool:
    asks = re.search(r"\b(?:сколько|во сколько|в каком году|какого числа)\b", fold(question))
    return asks is not None and not lists.NUMBER_SAID.search(fold(reply))


def _is_foreign(question: str, reply: str) -> bool:
    """Whether the reply is not in the language of a Russian question."""
    if not lists.CYRILLIC.search(question) or lists.ASKS_FOREIGN.search(question):
        return False
    letters = lists.LETTERS.findall(reply)
    return len(lists.CYRILLIC.findall(reply)) * 2 < len(letters) or len(lists.OTHER_SLAVIC.findall(reply)) > 1


_FLAWS = {
    "the reply admits that it answers nothing": _admits,
    "the reply talks as a language model": _talks_as_a_machine,
    "the reply leans on an earlier talk": _recalls,
    "the reply is in another language": _is_foreign,
    "the reply is full of hashtags": _has_hashtags,
    "the reply only asks back": _only_asks,
    "the reply is empty politeness": _is_empty,
    "the reply repeats the question": _repeats,
    "the reply is cut off": _is_cut_off,
    "the reply does not answer": _misses_number,
}
