"""Whether a text names a private person.

A name counts unless it clearly belongs to culture: a well-known surname, a title in quotes, a foreign full name, or a name next
to a word such as "режиссёр", "роман", "фильм". Names that are everyday words as well ("лев", "вера") count only where the words
around say so.
"""

import re
from collections.abc import Iterator
from itertools import pairwise, product

from language.personal import lists
from language.personal.famous import CULTURE, TOGETHER
from language.personal.forms import to_cyrillic
from language.personal.life_lists import OWN
from language.personal.readings import Reading, read
from language.words import WORD, either, fold, lemma

_NAMED_AS = either(
    r"\b(?:зовут|по имени|на имя|на фамилию|держател\w+|получател\w+|латиницей|"
    r"(?:мо[её]|е[её]|его|твоё) имя|фамилия|my name is|zovut) *[—:-]? *([^\W\d_]{2,})"
)
_TITLE = re.compile(r"«[^«»,:!?\n]{2,45}»|\"[^\",:!?\n]{2,45}\"")
_SIGNED = either(r"(?:подпис\w*|зовут|имя|:)\s*\Z")  # before quotation marks that hold no title

# What stands before a name, read to its end.
_SENTENCE_START = re.compile(r"(?:\A|\n|[^\w\s,;»)(&/%№+'’-])[\s«\"“(—–-]*\Z")
_GREETING = either(r"\b(?:привет|спасибо|здравствуй\w*|хай|пока),?\s\Z")
_IN_A_PLACE = either(r"\b(?:в|во|из|до|под|город\w*|г\.)\s\Z")
_ADDRESS = re.compile(r"\n\W*(?:([А-ЯЁ][а-яё]+) ?,|(?:[Пп]ривет|[Зз]дравствуй|[Дд]обр))")
_COUNT = re.compile(r"\d[-\s]\Z")
# What stands after a name.
_ADDRESSED = either(r",\s(?:ты|тебя|тебе|вы|привет|спасибо|прив|здравствуй)")

_OWN = either(r"\b(?:я|меня|мне|мной|мо[йяиюё]|моего|моей|моему|моим|моих|мы|нас|нам|наш\w*)\b", lists.KIN)

_NUMERAL = re.compile(r" [IVX]{1,4}\b")  # Александр I
_ADJECTIVE = either(r"(?:ой|[йоеы][йехмю]|го|му|ми|ая)\Z")


# What makes a question about names one about somebody: a greeting, an own relative.
_IN_A_STORY = either(
    r"\b(?:привет|спасибо|здравствуй\w*|хай|пока),? [А-ЯЁа-яё]+", r"[^\W\d_]+,\s(?:ты|тебя|тебе|вы|привет|спасибо)\b"
)


def has_name(text: str) -> bool:
    """Whether `text` names a private person, other than the bot."""
    text = lists.TO_BOT.sub("…", lists.FIXED.sub("…", text))
    if lists.NAMES_AS_TOPIC.search(text) and not _IN_A_STORY.search(text):
        return False
    introduced = (match[1] for match in _NAMED_AS.finditer(_TITLE.sub("…", text)))
    return any(_may_be_introduced(word) for word in introduced) or _names_somebody(text)


def _may_be_introduced(word: str) -> bool:
    """Whether the word is a name after "зовут", where only small words, relatives and the bot's own name are none."""
    reading = read(word.lower())
    return (
        not reading.is_bot
        and not lists.KIN_WORD.match(word)
        and not (word.isascii() and word.islower())
        and (word[0].isupper() or reading.name >= 0.02 or not reading.known)
    )


def _names_somebody(text: str) -> bool:
    """Goes through the words outside of titles; neighbouring words with capital letters are judged together."""
    titles = [
        match.span() for match in _TITLE.finditer(text) if not _SIGNED.search(text[max(0, match.start() - 20) : match.start()])
    ]
    titles.reverse()
    group: list[re.Match[str]] = []
    asked = text.partition("\n")[0]
    has_own = _OWN.search(asked) is not None
    is_public = lists.PUBLIC.search(text) is not None and not has_own
    if is_public and lists.WHO_IS.search(asked):
        return False
    of_the_world = not has_own and (lists.WHO_DID.search(text) or lists.ASKS_OF_PLACES.search(asked))
    if (of_the_world or (_asks_of_culture(asked) and not OWN.search(asked))) and not _speaks_to_somebody(text):
        text = asked
    for match in WORD.finditer(text):
        word = match[0]
        while titles and titles[-1][1] <= match.start():
            titles.pop()
        if titles and titles[-1][0] < match.start():
            continue
        if word[0].isascii():
            if _is_latin_name(word):
                return True
            continue
        reading = read(word.lower())
        if _is_made_of_name(word, reading):
            return True
        joins = bool(group) and word[0].isupper() and text[group[-1].end() : match.start()] == " "
        if group and not joins:
            if _Mention(text, group, is_public).is_private():
                return True
            group = []
        if joins or (not reading.is_bot and (reading.name > 0 or reading.surname >= 0.2 or reading.patronymic)):
            group.append(match)
    return bool(group) and _Mention(text, group, is_public).is_private()


def _asks_of_culture(question: str) -> bool:
    """Whether somebody famous is asked about, so that the others of the reply are as famous: "раскаялся ли Раскольников"."""
    readings = [read(word.lower()) for word in WORD.findall(question)]
    return any(reading.lemmas & CULTURE and (not reading.known or reading.name + reading.surname >= 0.3) for reading in readings)


def _speaks_to_somebody(text: str) -> bool:
    """Whether the reply begins with a greeting or a name: "Сергей, попробуйте ...", "Привет, Лёша!"."""
    address = _ADDRESS.search(text)
    return address is not None and (address[1] is None or read(address[1].lower()).name >= 0.3)


def _is_latin_name(word: str) -> bool:
    """Whether the word is an everyday Russian name in Latin letters: "Masha"."""
    if not word[0].isupper() or word.isupper():
        return False
    reading = read(to_cyrillic(word))
    return bool(reading.lemmas & lists.EVERYDAY) and not reading.lemmas & CULTURE and reading.name >= 0.5


def _is_made_of_name(word: str, reading: Reading) -> bool:
    """Whether the word is made of an everyday name: "Катина сумка", "сашин день рождения", "Маринка", "санёк"."""
    plain = fold(word)
    made = lists.MADE_OF_NAME.fullmatch(plain)
    if made and not reading.lemmas & CULTURE and ((word[0].isupper() and made["pet"]) or not reading.other or not reading.known):
        is_everyday = not {made["stem"], made["stem"] + "а", made["stem"] + "я"}.isdisjoint(lists.EVERYDAY | {"света"})
        if is_everyday or reading.known:
            return is_everyday
    if reading.known:
        return False
    tender = lists.TENDER_NAME.fullmatch(plain)
    return lists.PET_NAME.fullmatch(plain) is not None or (
        tender is not None and any(_is_base(tender[1] + ending, word[0].isupper()) for ending in ("а", "я", "", "ий", "ей", "ь"))
    )


def _is_base(name: str, is_written_as_name: bool) -> bool:
    reading = read(name)
    return name in lists.EVERYDAY or (is_written_as_name and reading.known and reading.name >= 0.5)


class _Mention:
    """Neighbouring words that could be parts of one name, the first of them in the dictionary of names."""

    def __init__(self, text: str, group: list[re.Match[str]], is_public: bool) -> None:
        start, end = group[0].start(), group[-1].end()
        self.words = [match[0] for match in group]
        self.readings = [read(word.lower()) for word in self.words]
        self.before, self.after = text[max(0, start - 60) : start], text[end : end + 60]
        words_before, words_after = WORD.findall(re.split(r"[\n»:.!?;]", self.before)[-1])[-2:], WORD.findall(self.after)[:3]
        verbs = {lemma(word) for word in (*words_before[-1:], *words_after)}

        self.is_public = is_public
        self.is_kin = any(lists.STANDS_BY.match(word) for word in words_before)
        self.acts = bool(verbs & lists.DOES)
        self.speaks = bool(verbs & lists.SAYS)
        self.is_listened_to = any(re.match("слуша|чита|перечит", word) for word in words_before)
        self.is_of_art = (
            (not self.is_kin and any(lists.ART.match(word) for word in (*words_before, *words_after[:2])))
            or self.before.rstrip().endswith("»")
            or self.after.lstrip(" ,—").startswith("«")
        )
        # In small letters a surname is no part of the group: "мария кюри".
        self.is_beside_famous = self.words[0].islower() and any(read(word.lower()).lemmas & CULTURE for word in words_after[:1])
        self.is_ruler = any(lists.RULER.match(word) for word in words_before[-1:])
        self.has_capital = self.words[0][0].isupper() and not self.words[0].isupper()
        self.has_capital_inside = self.has_capital and not _SENTENCE_START.search(self.before)

    def is_private(self) -> bool:
        """Whether a private person is meant."""
        famous = self.is_beside_famous or any(
            reading.lemmas & CULTURE and (place or not reading.name) for place, reading in enumerate(self.readings)
        )
        together = {f"{name} {surname}" for name, surname in pairwise_lemmas(self.readings)} | {fold(" ".join(self.words))}
        if (famous and not self.acts) or together & TOGETHER:
            return False
        if any(reading.patronymic for reading in self.readings):
            return True
        if any(lists.EPITHET.fullmatch(word) for word in self.words[1:]) or _NUMERAL.match(self.after):
            return False
        first = next((reading for reading in self.readings if reading.name and (reading.is_common or reading.name >= 0.3)), None)
        if len(self.words) > 1 and first:
            local = first.is_common or any(lists.LOCAL_SURNAME.search(word) for word in self.words[1:])
            return self.is_kin or self.acts or (local and not self.is_of_art)
        reading = self.readings[0]
        if reading.place and _IN_A_PLACE.search(self.before):
            return False
        if reading.name and (reading.name >= reading.surname or reading.is_common):
            return self._first_name_is_private(self.words[0], reading)
        return self._surname_is_private(self.words[0], reading)

    def _first_name_is_private(self, word: str, reading: Reading) -> bool:
        if reading.lemmas & lists.NOT_PEOPLE or _COUNT.search(self.before):
            return False
        if not reading.known:
            return self.has_capital and (self.is_kin or (self.acts and not self.is_of_art))
        is_word_form = word.lower() in lists.WORD_FORMS
        if self.is_kin or self.acts or self.speaks or _GREETING.search(self.before):
            fits = reading.is_common or (reading.name >= 0.3 and (self.has_capital or not reading.other))
            return fits and not is_word_form
        if self.is_public and not reading.lemmas & lists.EVERYDAY:
            return False
        if reading.lemmas & lists.DOUBTFUL:
            return self.has_capital_inside or (self.has_capital and _ADDRESSED.match(self.after) is not None)
        if self.is_ruler and self.has_capital:
            return False
        if reading.lemmas & lists.EVERYDAY:
            return self.has_capital_inside or (reading.name >= 0.2 and not is_word_form)
        if self.has_capital_inside:
            return reading.name >= 0.3 and not self.is_of_art and not self.is_listened_to
        return not reading.other and not reading.place and not self.is_of_art and len(word) > 3

    def _surname_is_private(self, word: str, reading: Reading) -> bool:
        if reading.surname < max(0.3, reading.other) or (not self.has_capital and _ADJECTIVE.search(word)):
            return False
        if self.is_kin and self.has_capital:
            return True
        if self.is_public:
            return False
        local = lists.LOCAL_SURNAME.search(word) is not None or (self.acts and self.has_capital)
        return local and not self.is_of_art and (self.has_capital_inside or not reading.other)


def pairwise_lemmas(readings: list[Reading]) -> Iterator[tuple[str, str]]:
    """The dictionary forms of neighbouring words, each with each."""
    for one, other in pairwise(readings):
        yield from product(one.lemmas, other.lemmas)
