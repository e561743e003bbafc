"""Whether the last words of a text ask for more: a preposition, an attribute without its noun, a verb without its complement."""

from functools import lru_cache

from language.words import lemma, morph, word_set, words

_SHORTEST = 5
"""Words of a tail that is long enough to be no elliptic answer ("Лучше в красной")."""
_LONG = 7
"""Words of a tail that is no quick remark."""
_ALSO_ADVERBS = word_set(
    """
    после около вокруг мимо напротив против внутри снаружи впереди позади сзади спереди поперёк вдоль вперёд назад кругом рядом
    насчёт навстречу наперекор вслед накануне сверху снизу поверх внизу ввиду благодаря включая свыше сквозь за так как раз пусть
    же ли бы да вот тоже зато притом причём точно будто словно чем что кто где когда куда пока тем то
    """
)
_LINKS = word_set("становиться являться оказаться оказываться казаться считаться представлять позволять состоять заключаться")
_LINKED = frozenset({"ADJS", "COMP", "ADVB", "INFN", "PRED", "PRTS", "NPRO"})


def needs_more(tail: str) -> bool:
    """Whether what follows the last finished sentence cannot end as it does."""
    said = words(tail)
    if len(said) < 2 or not tail.rstrip()[-1:].isalpha():
        return False
    last = said[-1].lower()
    if _asks_for_more(last) and len(said) > 2:
        return True
    if len(said) < _SHORTEST:
        return False
    if lemma(last) in _LINKS and _part(last) == "VERB":
        return lemma(last) not in {"казаться", "оказаться"}
    if lemma(said[-2]) in _LINKS and _is_wrong_complement(last):
        return True
    before = [word.lower() for word in said[:-1]]
    return _is_attribute(last) and (_opens_phrase(before) or (len(said) >= _LONG and _is_object(before)))


def breaks_off(text: str) -> bool:
    """Whether a text of one line ends with a small word after which more must come."""
    said = words(text)
    return len(said) > 2 and "\n" not in text and text[-1].isalpha() and text[0].isupper() and _asks_for_more(said[-1].lower())


def _asks_for_more(word: str) -> bool:
    return _part(word) in {"PREP", "CONJ"} and word not in _ALSO_ADVERBS


@lru_cache(maxsize=20_000)
def _part(word: str) -> str | None:
    part: str | None = morph().parse(word)[0].tag.POS
    return part


@lru_cache(maxsize=20_000)
def _is_attribute(word: str) -> bool:
    """Whether a word is an adjective or participle and can be nothing else."""
    forms = morph().parse(word)
    return all(form.tag.POS in {"ADJF", "PRTF"} for form in forms) and not any(
        "Subx" in form.tag or "Anum" in form.tag for form in forms
    )


def _opens_phrase(before: list[str]) -> bool:
    """Whether a preposition stands before, with only attributes between."""
    for word in reversed(before[-3:]):
        if _part(word) == "PREP":
            return True
        if not _is_attribute(word) and _part(word) != "ADVB":
            return False
    return False


def _is_object(before: list[str]) -> bool:
    """Whether an attribute follows a transitive verb: "можно найти совсем пустой"."""
    verb = next((word for word in reversed(before) if _part(word) not in {"ADVB", "NPRO"} and not _is_attribute(word)), "")
    return "tran" in morph().parse(verb)[0].tag if verb else False


@lru_cache(maxsize=20_000)
def _is_wrong_complement(word: str) -> bool:
    """Whether no form of a word says what something becomes: "становится слад"."""
    return all(form.tag.POS not in _LINKED and "ablt" not in form.tag and "loct" not in form.tag for form in morph().parse(word))
