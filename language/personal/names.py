"""Whether a text names a private person.

A name counts unless it clearly belongs to culture: a well-known surname, a title in quotes, a foreign full name, or a name next
to a word such as "режиссёр", "роман", "фильм". Names that are everyday words as well ("лев", "вера") count only where the words
around say so. The people of the chat itself are found by their own names, in any case form.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise, product

from language.personal import lists
from language.personal.famous import CULTURE, TOGETHER
from language.personal.readings import Reading, read
from language.words import WORD, either, fold, lemma, morph

_NAMED_AS = either(r"\b(?:зовут|по имени|(?:мо[её]|е[её]|его|твоё) имя|фамилия|my name is|zovut)\s*[—:-]?\s*([^\W\d_]{2,})")
_TITLE = re.compile(r"«[^«»,:!?\n]{2,45}»|\"[^\",:!?\n]{2,45}\"")
_SIGNED = either(r"(?:подпис\w*|зовут|имя|:)\s*\Z")  # before quotation marks that hold no title

# What stands before a name, read to its end.
_SENTENCE_START = re.compile(r"(?:\A|\n|[^\w\s,;)(&/%№+'’-])[\s«\"“(—–-]*\Z")
_GREETING = either(r"\b(?:привет|спасибо|здравствуй\w*|хай|пока),?\s\Z")
_IN_A_PLACE = either(r"\b(?:в|во|из|до|под|город\w*|г\.)\s\Z")
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
    text = lists.FIXED.sub("…", text)
    if lists.NAMES_AS_TOPIC.search(text) and not _IN_A_STORY.search(text):
        return False
    introduced = (match[1] for match in _NAMED_AS.finditer(_TITLE.sub("…", text)))
    return any(_may_be_introduced(word) for word in introduced) or _names_somebody(text)


def _may_be_introduced(word: str) -> bool:
    """Whether the word is a name after "зовут", where only small words and the bot's own name are none."""
    reading = read(word.lower())
    return (
        not reading.is_bot
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
    if lists.WHO_DID.search(text) and not has_own:
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
        return not {made["stem"], made["stem"] + "а", made["stem"] + "я"}.isdisjoint(lists.EVERYDAY | {"света"})
    return not reading.known and lists.PET_NAME.fullmatch(plain) is not None


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
        together = {f"{name} {surname}" for name, surname in pairwise_lemmas(self.readings)}
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
            return self.has_capital and (self.is_kin or self.acts)
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
        return not reading.other and not reading.place and len(word) > 3

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


def has_known_name(text: str, names: Collection[str]) -> bool:
    """Whether `text` holds one of `names`, in any case form, in Cyrillic or Latin letters."""
    pattern = _forms(frozenset(names))
    return pattern is not None and bool(pattern.search(text) or pattern.search(to_cyrillic(text)))


@lru_cache(maxsize=1_000)
def _forms(names: frozenset[str]) -> re.Pattern[str] | None:
    """What finds the given names in any case form; None when there is nothing to find."""
    forms: set[str] = set()
    for word in {word.lower() for name in names for word in re.findall(r"\w{2,}", name)}:
        for spelling in {word, fold(word), to_cyrillic(word)}:
            if lemma(spelling) in lists.BOT or spelling in lists.BOT:
                continue
            forms.add(re.escape(spelling))
            stem = re.sub(r"(?<=..)[аяоеёуюиыьй]\Z", "", spelling)
            if re.fullmatch(r"[а-яё-]{2,}", stem):  # cases by the ending, for names that the dictionary does not have
                more = "|ою|ею|ам|ям|ами|ями|ах|ях|" if len(stem) > 2 else ""
                forms.add(f"{re.escape(stem)}(?:[аяоеёуюиыьй]|[оеё][йм]{more})")
                forms.add(re.sub(r"[еёо]([кц])\Z", r"ь?\1", stem) + "(?:а|у|ом|е|и|ам)")  # "Санёк", "Санька"
            for parse in morph().parse(spelling):
                if {"Name", "Surn", "anim"} & parse.tag.grammemes and parse.is_known:
                    forms.update(form.word for form in parse.lexeme)
    text = "|".join(sorted(forms, key=len, reverse=True)).replace("ё", "[её]")
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE) if forms else None


def to_cyrillic(text: str) -> str:
    """Latin letters as the Russian ones that they stand for: "Masha" -> "маша"."""
    text = text.lower()
    for latin, letter in lists.TRANSLIT:
        text = text.replace(latin, letter)
    return text
