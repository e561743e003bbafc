"""Whether the last words of a text ask for more: a preposition, an attribute without its noun, a verb without its complement."""

import re
from functools import lru_cache

from language.words import lemma, morph, word_set, words

_SHORTEST = 5
"""Words of a tail that is long enough to be no elliptic answer ("Лучше в красной")."""
_LONG = 7
"""Words of a tail that is no quick remark."""
_BEGINS_CLAUSE = re.compile(r", (?:я|ты|мы|вы|он|она|оно|они)\Z")
_LITTLE = 3
_ALSO_ADVERBS = word_set(
    """
    после около вокруг мимо напротив против внутри снаружи впереди позади сзади спереди поперёк вдоль вперёд назад кругом рядом
    насчёт навстречу наперекор вслед накануне сверху снизу поверх внизу ввиду благодаря включая свыше сквозь за так как раз пусть
    же ли бы да вот тоже зато притом причём точно будто словно чем что кто где когда куда пока тем то
    """
)
_LINKS = word_set("становиться являться оказаться оказываться казаться считаться представлять позволять состоять заключаться")
_CAN = word_set("может могут")
_AS_CAN = re.compile(r"\b(?:не|как|чем|что|сколько|где|куда|кто|если|он|она|они) \w+\Z", re.IGNORECASE)
_LINKED = frozenset({"ADJS", "COMP", "ADVB", "INFN", "PRED", "PRTS", "NPRO"})


def needs_more(tail: str) -> bool:
    """Whether what follows the last finished sentence cannot end as it does."""
    said = words(tail)
    if not said or not tail.rstrip()[-1:].isalpha():
        return False
    last = said[-1].lower()
    if len(said) == 1:
        return tail[0].isspace() and _asks_for_more(last)  # after a finished sentence
    if _asks_for_more(last) and len(said) > 2:
        return True
    if len(said) < _SHORTEST:
        return False
    if len(said) >= _LONG and last in _CAN and not _AS_CAN.search(tail):
        return True
    if lemma(last) in _LINKS and _part(last) == "VERB":
        return lemma(last) not in {"казаться", "оказаться"}
    if lemma(said[-2]) in _LINKS and _is_wrong_complement(last):
        return True
    if _BEGINS_CLAUSE.search(tail.rstrip()):
        return True
    before = [word.lower() for word in said[:-1]]
    return _is_attribute(last) and (_opens_phrase(before) or (len(said) >= _LONG and _is_object(before)))


def lacks_noun(text: str) -> bool:
    """Whether a text ends with an attribute of what is not named: "отдыхай каждые"."""
    said = words(text)
    return len(said) > 1 and text.rstrip("* \n")[-1:].isalpha() and _part(said[-1].lower()) in {"ADJF", "PRTF", "PREP"}


def is_small_word(text: str) -> bool:
    """Whether a text is one little word that is no answer: "уж", "по"."""
    word = text.strip().lower()
    tags = [form.tag for form in morph().parse(word)] if 0 < len(word) <= _LITTLE and word.isalpha() else []
    return word not in {"да", "нет"} and any(tag.POS in {"PREP", "CONJ", "PRCL"} for tag in tags)


def breaks_off(text: str) -> bool:
    """Whether a text of one line ends with a small word after which more must come."""
    said = words(text)
    if re.search(r"\A[^.!?…\n]+(?:[—–-] это|\b(?:занимает|составляет|стоит|длится) около|\b(?:в том|тем|то), что)\Z", text):
        return True
    if names_letter(text):
        return False
    return len(said) > 2 and "\n" not in text and text[-1].isalpha() and text[0].isupper() and _asks_for_more(said[-1].lower())


_NAMES_LETTER = re.compile(r"\b(?:на|букв[аеуы]) [а-яё]\Z")


def names_letter(text: str) -> bool:
    """Whether a text ends with a letter that it speaks of: "теперь тебе на а"."""
    return _NAMES_LETTER.search(text.rstrip()) is not None


_SUBORDINATES = word_set("если когда чтобы хотя пока поскольку раз")
_JOINS = word_set("а но и потому что если когда чтобы хотя пока где который которая которое которые которую")
_COMMA = re.compile(r",\s*")
_LEADS = word_set("около насчёт насчет благодаря включая свыше не ни")
"""What is followed by more, though it may end a quick remark."""
_PREDICATES = frozenset({"VERB", "INFN", "PRED", "ADJS", "PRTS", "COMP"})
_LONG_PROSE = 12
_PROSE = 6
"""Words before the tail from which the text is written with full stops, so that a last sentence without one is no habit."""


_OPENERS = word_set("а и но также кроме потом затем ещё еще потому поэтому однако или если чтобы")
_ASKS = word_set("куда где откуда когда кто что как почему зачем сколько")
_ADDS = word_set("ещё еще также можно нужно необходимо следует кроме того потом потому стоит")


def _is_linking(word: str) -> bool:
    return word in _OPENERS or word in _ADDS or _part(word) in {"CONJ", "PREP"}


def breaks_off_in_prose(said: str, tail: str) -> bool:
    """Whether a tail after sentences that all end in full stops lacks what it has begun: a main clause, a predicate, an object."""
    every = [word.lower() for word in words(tail)]
    stops = re.findall(r"[.!?…]+(?=\s|\Z)", said)
    if len(every) > 1 and stops and every[0] in _OPENERS and every[-1] not in _ASKS and all(map(_is_linking, every)):
        return True
    if len(every) < 3 or len(words(said)) < _PROSE or set(stops) != {"."} or not tail.rstrip()[-1:].isalpha():
        return False
    if len(stops) > 1 and len(words(said)) >= _LONG_PROSE:
        return True  # whoever writes like this does not forget the last one
    if every[0] in _SUBORDINATES and "," not in tail and len(stops) > 1:
        return True
    clause = [word.lower() for word in words(_COMMA.split(tail)[-1])]
    return every[-1] in _LEADS or _is_attribute(every[-1]) or _lacks_object(every) or _lacks_predicate(clause, "," in tail)


def _lacks_object(said: list[str]) -> bool:
    """Whether nothing is done to by the last verb ("также можно рассмотреть"), or nobody does it ("в мае там цветут")."""
    tags = [morph().parse(word)[0].tag for word in said]
    cases = {tag.case for tag in tags[:-1]}
    if tags[-1].POS == "INFN":
        return "tran" in tags[-1] and not cases & {"accs", "nomn"} and any(tag.POS == "PRED" for tag in tags)
    return tags[-1].POS == "VERB" and "intr" in tags[-1] and "3per" in tags[-1] and "plur" in tags[-1] and "nomn" not in cases


def _lacks_predicate(clause: list[str], is_last: bool) -> bool:
    """Whether the last clause, after its conjunction or its pronoun, says nothing of its subject, or has none."""
    tags = [morph().parse(word)[0].tag for word in clause]
    if not is_last or not tags or any(tag.POS in _PREDICATES for tag in tags):
        return False
    is_joined = clause[0] in _JOINS or tags[0].POS == "NPRO"
    cases = [tag.case for tag in tags]
    return is_joined and ("nomn" in cases or not {"accs", "gent"} & {*cases}) and not (cases[-1] == "nomn" and len(clause) == 2)


_INTENSIFIERS = word_set("очень слишком весьма самый такой так довольно более настолько")


def without_small_words(text: str) -> str:
    """`text` without the small words at its end whose next word was lost, and without a last clause that is left with a subject."""
    while (said := words(text)) and (_asks_for_more(said[-1].lower()) or said[-1].lower() in _INTENSIFIERS):
        text = text.rstrip()[: -len(said[-1])].rstrip(" ,—–-")
    head, comma, clause = text.rpartition(",")
    rest = [word.lower() for word in words(clause)]
    is_begun = bool(comma and rest) and len(rest) < _SHORTEST and _part(rest[0]) == "CONJ"
    return head if is_begun and not any(_part(word) in _PREDICATES for word in rest) else text


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
