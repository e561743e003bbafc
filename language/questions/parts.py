"""A question taken apart: what it asks for, the words that say about what, and who does what to whom."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from language.questions.forms import FILL, TELLS, plain
from language.questions.kinship import forms, is_slip
from language.words import fold, morph, word_set

_AFFIX = re.compile(r"\Aпо-(?=.*ки\Z)|(?<=..)-(?:то|ка)\Z")
"""What a word may have or lack and stay the same: "по-французски", "звать-то"."""
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:-[^\W\d_]+)*")
_ASKS = {
    word: kind
    for kind, listed in {
        "почему": "почему", "зачем": "зачем", "когда": "когда", "часто": "часто", "возраст": "возраст", "где": "где",
        "куда": "куда", "откуда": "откуда", "сколько": "сколько насколько", "как": "как", "кто": "кто кого кому кем ком",
        "чей": "чей чья чье чьи",
        "что": "что чего чему чем", "какой": "какой какая какое какие какого каких какому каким какими какую каком "
        "который каков какова каково каковы",
    }.items()
    for word in listed.split()
}  # fmt: skip
TIMES = tuple(
    {form: name for name, listed in group.items() for form in [name, *listed.split()]}
    for group in (
        {"зима": "зимой зимний", "весна": "весной весенний", "лето": "летом летний", "осень": "осенью осенний"},
        {"утро": "утром утренний утречко", "день": "днем дневной", "вечер": "вечером вечерний вечерок", "ночь": "ночью ночной"},
        {"вчера": "вчерашний", "сегодня": "сегодняшний нынче", "завтра": "завтрашний", "послезавтра": "", "позавчера": ""},
        dict.fromkeys(word_set("январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"), ""),
        dict.fromkeys(word_set("понедельник вторник среда четверг пятница суббота воскресенье выходной"), ""),
        {"час": "часик", "минута": "минутка", "неделя": "", "месяц": "", "год": "лет", "век": "", "сутки": "", "секунда": ""},
    )
)
"""Closed lists of times, each by the forms of its members, adjectives and diminutives included."""
_NUMBERS = {
    form: str(value)
    for value, listed in {
        0: "ноль нулевой", 1: "первый", 2: "два второй двое оба вдвоем", 3: "три третий трое втроем", 4: "четыре четвертый четверо",
        5: "пять пятый пятеро", 6: "шесть шестой", 7: "семь седьмой", 8: "восемь восьмой", 9: "девять девятый",
        10: "десять десятый",
        11: "одиннадцать одиннадцатый", 12: "двенадцать двенадцатый", 13: "тринадцать", 14: "четырнадцать", 15: "пятнадцать",
        16: "шестнадцать", 17: "семнадцать", 18: "восемнадцать", 19: "девятнадцать", 20: "двадцать двадцатый", 30: "тридцать",
        40: "сорок", 50: "пятьдесят", 60: "шестьдесят", 70: "семьдесят", 80: "восемьдесят", 90: "девяносто", 100: "сто сотый сотня",
        200: "двести", 300: "триста", 400: "четыреста", 500: "пятьсот", 600: "шестьсот", 700: "семьсот", 800: "восемьсот",
        900: "девятьсот", 1000: "тысяча", 1000000: "миллион", 1000000000: "миллиард", "1/2": "половина",
    }.items()
    for form in listed.split()
}  # fmt: skip
_NOT = word_set("не нет нельзя без нету")
_THERE_IS_NO = word_set("нет нету")
_LONG_FILL = sorted(word for word in FILL | {"помогите", "подскажите", "скажите"} if len(word) > 5)
_WHO = {"кто": "кs", "кого": "кo", "кому": "кo"}
_NAMES = frozenset({"Geox", "Name", "Surn", "Patr", "Orgn", "Trad"})
_PERSONS = dict.fromkeys(word_set("я мы мой наш"), "1") | dict.fromkeys(word_set("ты вы твой ваш"), "2")
_LONG = 5
"""A preposition of so many letters is an adverb at the end of a question: "внутри"."""
_OTHERS = word_set("он она они")
_POSSESSIVE = word_set("мой наш твой ваш")
_PREPOSITIONS = {"со": "с", "во": "в", "ко": "к", "об": "о", "обо": "о", "изо": "из", "ото": "от", "про": "о"}


@dataclass(frozen=True)
class Word:
    """A word that says what a question is about."""

    text: str
    forms: frozenset[str]
    part: str
    """The part of speech as pymorphy3 names it, `LATN` for a word in other letters."""
    cases: frozenset[str]
    preposition: str
    """The one before it; with ">" where "в" and "на" say whereto, not where."""
    is_name: bool
    """Whether it is a proper name, known to the dictionary or written with a capital; or a word in other letters."""
    alive: bool
    doer: frozenset[str]
    """Who does what a verb says, as its form tells: "1per", "2per", "3per"."""

    negated: bool
    """Whether a "not" is said of it: one before it, or "нет" after it, too."""

    @property
    def lemma(self) -> str:
        """One of its dictionary forms, always the same."""
        return min(self.forms)

    @property
    def is_verb(self) -> bool:
        """Whether it is a verb that may be replaced by another; a participle is more of an adjective."""
        return self.part in ("VERB", "INFN", "GRND")

    @property
    def time(self) -> tuple[int, str] | None:
        """Which of the closed lists of times it is in, and as what."""
        found = ((number, names[form]) for number, names in enumerate(TIMES) for form in self.forms | {self.text} if form in names)
        return min(found, default=None)


@dataclass(frozen=True)
class Question:
    """What a question asks."""

    plain: str
    words: tuple[Word, ...]
    asks: frozenset[str]
    """What it asks for: "почему", "когда", ..."""
    numbers: tuple[tuple[str, str], ...]
    """Each with the preposition before it, in order."""
    negated: bool
    persons: frozenset[str]
    """"1s" for "я", "1o" for "мне" and "мой", "2s" for "ты" and "вы"; "кs" for "кто", "кo" for "кого"."""
    pronouns: tuple[tuple[str, str], ...]
    """The persons again, and "он", "она", "они", each with its case, in order."""
    owners: frozenset[str]
    """Whose something is: "1" for "мой" and for "я ... свой"."""
    tenses: frozenset[str]
    """The tenses of its verbs, "быть" included, as pymorphy3 names them."""


@lru_cache(maxsize=2_000)
def take_apart(text: str) -> Question:
    """The parts of a question."""
    whole = plain(text)
    capitals = {fold(word) for word in re.findall(r"(?<=[^\W\d_] )[A-ZА-ЯЁ][\w-]+", text)}
    words: list[Word] = []
    asks: set[str] = set()
    numbers: list[tuple[str, str]] = []
    persons: set[str] = set()
    pronouns: list[tuple[str, str]] = []
    owners: set[str] = set()
    negated = False
    preposition = ""
    is_negated = False
    tokens = _TOKEN.findall(whole)
    for place, token in enumerate(tokens, 1):
        token = _AFFIX.sub("", token)
        parses = morph().parse(token)
        found = forms(token)
        if token.isdigit():
            numbers.append((token, preposition))
        elif token in _ASKS:
            asks.add(_ASKS[token])
            persons |= {_WHO[token]} if token in _WHO else set()
        elif token in _NOT:
            negated = True
            is_negated = token != "нельзя"  # stands anywhere
            if token in _THERE_IS_NO and words:
                words[-1] = replace(words[-1], negated=True)
            preposition = token if token == "без" else preposition
        elif (value := _number(found)) is not None:
            numbers.append((value, preposition))
        elif whose := next((_PERSONS[form] for form in sorted(found) if form in _PERSONS), ""):
            is_owner = not found.isdisjoint(_POSSESSIVE)
            persons.add(whose + ("s" if not is_owner and any("nomn" in parse.tag for parse in parses) else "o"))
            owners |= {whose} if is_owner else set()
            pronouns += [] if is_owner else [(whose, str(parses[0].tag.case))]
            preposition = preposition if is_owner else ""
        elif "свой" in found:
            owners.add("?")
        elif parses[0].tag.POS == "NPRO" and not found.isdisjoint(_OTHERS):
            pronouns.append((min(found), str(parses[0].tag.case)))
        elif parses[0].tag.POS == "PREP" and (place < len(tokens) or len(token) < _LONG):
            preposition = _PREPOSITIONS.get(token, token)
        elif not _is_filler(token, found, parses[0]):
            words.append(_word(token, found, parses, preposition, token in capitals, is_negated))
            is_negated = False
            preposition = preposition if parses[0].tag.POS in ("ADJF", "PRTF") else ""
    if not asks and any(_is_request(word) for word in words):
        asks.add("какой")
    if asks:
        words = [word for word in words if word.forms.isdisjoint(TELLS) or ("как" in asks and word.part == "INFN")] or words
    subjects = {person[0] for person in persons if person[1] == "s"}
    owners = (owners | subjects if subjects else set()) - {"?"} if "?" in owners else owners  # "свой" is the subject's
    return Question(
        plain=whole,
        words=tuple(words),
        asks=frozenset(asks),
        numbers=tuple(numbers),
        negated=negated,
        persons=frozenset(persons),
        pronouns=tuple(pronouns),
        owners=frozenset(owners),
        tenses=frozenset(str(tag.tense) for token in tokens if (tag := morph().parse(token)[0].tag).tense),
    )


def _is_request(word: Word) -> bool:
    """Whether it tells to tell: "назови реку" asks "какая река"."""
    return not word.forms.isdisjoint(TELLS) and "impr" in morph().parse(word.text)[0].tag


def _number(found: frozenset[str]) -> str | None:
    return next((_NUMBERS[form] for form in sorted(found) if form in _NUMBERS), None)


def _is_filler(token: str, found: frozenset[str], parse: Any) -> bool:
    if parse.tag.POS in ("CONJ", "PRCL", "INTJ") and found.isdisjoint(TELLS):
        return True
    if token in FILL or not found.isdisjoint(FILL):
        return True
    return not morph().word_is_known(token) and any(is_slip(token, word) for word in _LONG_FILL)


def _word(token: str, found: frozenset[str], parses: list[Any], preposition: str, has_capital: bool, is_negated: bool) -> Word:
    tag = parses[0].tag
    cases = frozenset(str(parse.tag.case) for parse in parses if parse.tag.case and fold(parse.normal_form) in found)
    is_whereto = preposition in ("в", "на") and "accs" in cases and "loct" not in cases
    is_name = not _NAMES.isdisjoint(tag.grammemes) and morph().word_is_known(token)
    part = str(tag.POS or "") if re.search("[а-я]", token) else "LATN"
    return Word(
        text=token,
        forms=found,
        part=part,
        cases=cases,
        preposition=preposition + ">" * is_whereto,
        is_name=is_name or has_capital or part == "LATN",
        alive=any("anim" in parse.tag and "NOUN" in parse.tag for parse in parses),
        negated=is_negated,
        doer=frozenset({str(tag.person)} if tag.person and tag.mood == "indc" else ()),
    )
