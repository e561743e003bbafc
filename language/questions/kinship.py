"""Whether two words are one in another form: a slip of the finger, a diminutive, the other aspect of a verb, the same root."""

import re
from functools import lru_cache
from typing import Literal

from language.words import fold, morph, word_set

Kinship = Literal["form", "typo", "little", "aspect", "root", "voice", "stem", ""]
"""How two words belong together, from a form of one word to nothing."""

_LITTLE = re.compile(
    r"(?:(?:к|[иеоы]?[нт]?[чшж][еи]?[кнц]|[еоё]?н?[ьч]?[кц]|ул|ус|уш|юш|ищ|ёнок|енок|онок|ят|ишк|ышк|ушк|юшк|еньк|оньк|очк|ечк|ичк|ик|чик|ек|ок"
    r"|як|ак|ашк|яшк|ан|ян|аш|уля|юл|онк|ёнк|енк|ец|иц|онн?к|ёх|ёш)+)\Z"
)
"""What stands behind the root of a diminutive or a chat word: кот-ик, кош-ечк-а, пар-ень-к, рест-ик."""
_SOFTENED = str.maketrans("чшжцщ", "кхгкк")
_PREFIX = re.compile(
    r"\A(?:пере|пре|при|про|под|над|раз|рас|роз|рос|воз|вос|вз|вс|вы|за|из|ис|на|недо|от|ото|об|обо|до|по|с|со|у|в|во|о)(?=[^ьъ]{2})"
)
_VERB_TAIL = re.compile(r"(?:ся|сь)\Z")
_OPPOSED = frozenset(
    frozenset(pair.split("/"))
    for pair in word_set(
        """
        в/вы от/при у/при за/вы на/с от/под от/за раз/за рас/за с/раз с/рас в/с в/из о/раз до/от за/о на/вы при/вы на/раз
        у/рас за/от в/от
        """
    )
)
"""Prefixes that turn a verb into its opposite: "включить" and "выключить"."""


_DENIES = word_set("не без бес анти контр противо раз рас")
"""What turns a word into its opposite."""
_FOREIGN = (("ин", "де"), ("им", "экс"), ("гипо", "гипер"), ("микро", "макро"), ("про", "анти"))


@lru_cache(maxsize=50_000)
def forms(word: str) -> frozenset[str]:
    """The dictionary forms that a word may have, lower-cased, with `е` for `ё`: "стали" is "стать" and "сталь"."""
    parses = morph().parse(word.lower())
    best = parses[0].score
    return frozenset(fold(parse.normal_form) for parse in parses if parse.score >= best / 5)


@lru_cache(maxsize=20_000)
def kinship(one: str, other: str) -> Kinship:
    """How two words belong together; the words as they stand in the text."""
    mine, theirs = forms(one), forms(other)
    if one == other or mine & theirs:
        return "form"
    if not any(a[:2] in b or b[:2] in a or a[-4:] == b[-4:] for a in mine for b in theirs) and _is_known(one) and _is_known(other):
        return ""  # most pairs: the one has the beginning or the end of the other
    if is_slip(one, other):
        return "typo"
    found: set[Kinship] = {_related(a, b) for a in mine for b in theirs}
    return next((kind for kind in ("little", "aspect", "voice", "root", "stem") if kind in found), "")


def opposed(one: str, other: str) -> bool:
    """Whether two words differ in prefixes of opposite sense and in nothing else."""
    for a in forms(one):
        for b in forms(other):
            short, long = sorted((a, b), key=len)
            if long.removesuffix(short) in _DENIES and len(short) > 3:
                return True
            for x, y in (*_FOREIGN, *((y, x) for x, y in _FOREIGN)):
                if a.startswith(x) and b.startswith(y) and a.removeprefix(x) == b.removeprefix(y) and len(a) > len(x) + 3:
                    return True
            if not (is_verb(a) and is_verb(b)):
                continue
            first, second = _PREFIX.match(a), _PREFIX.match(b)
            if (
                first
                and second
                and first[0] != second[0]
                and _same_root(a[first.end() :], b[second.end() :])
                and (frozenset({first[0], second[0]}) in _OPPOSED)
            ):
                return True
    return False


@lru_cache(maxsize=20_000)
def is_verb(form: str) -> bool:
    """Whether a dictionary form is a verb's; "кость" looks like one."""
    return len(form) > 3 and form.endswith(("ть", "ться", "ти", "тись", "чь", "чься")) and morph().parse(form)[0].tag.POS == "INFN"


def is_slip(one: str, other: str) -> bool:
    """Whether one word is the other mistyped: only a word that the dictionary does not have can be."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 2 or not (_is_word(one) and _is_word(other)):
        return False
    if _is_known(one) and _is_known(other):
        return False
    a, b = _heard(one), _heard(other)
    allowed = 1 if min(len(a), len(b)) < 7 else 2
    if a == b:
        return True
    # An inflected form is compared by its beginning, too: "бутербот" and "бутерброда".
    return distance(a, b) <= allowed or (min(len(a), len(b)) > 5 and distance(a[: len(b)], b[: len(a)]) < allowed)


@lru_cache(maxsize=20_000)
def _is_known(word: str) -> bool:
    return bool(morph().word_is_known(word))


def _is_word(word: str) -> bool:
    return re.fullmatch(r"[а-яё-]+", word) is not None


@lru_cache(maxsize=20_000)
def _heard(word: str) -> str:
    """A word as it sounds: unstressed vowels alike, no doubled letters, no soft sign."""
    word = fold(word).translate(str.maketrans("оэы", "аеи", "ьъ"))
    word = re.sub(r"(.)\1+", r"\1", word)
    return word.replace("тс", "ц").replace("тц", "ц").replace("сч", "щ").replace("я", "и").replace("е", "и")


def distance(one: str, other: str) -> int:
    """Letters to change, add, remove or swap with the next to make one word the other (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _related(one: str, other: str) -> Kinship:
    if is_verb(one) and is_verb(other):
        return _of_verbs(one, other)
    short, long = sorted((one, other), key=len)
    common = _common(short, long)
    if _is_little(short, long, common):
        return "little"
    root = _common(one, other)
    if (root >= 4 and root >= 0.55 * len(short)) or (root >= 3 and root >= len(short) - 2 and is_verb(one) != is_verb(other)):
        return "root"
    bare, bare_other = (min(sorted(_roots(_bare(word))), key=len) if is_verb(word) else word for word in (one, other))
    if is_verb(one) != is_verb(other) and _common(bare, bare_other) >= max(3, min(len(bare), len(bare_other)) - 1):
        return "root"
    return ""


def _is_little(short: str, long: str, common: int) -> bool:
    """Whether nouns share a root, apart from its softened end, that is followed by an ending and by a diminutive suffix."""
    if is_verb(short) or is_verb(long) or common < 2 or not _same_gender(short, long):
        return False
    stems = {re.sub(r"(?:ок|ек|ец)\Z|[аяоеьыий]+\Z", "", short), re.sub(r"к[аои]\Z", "", short)}
    # A vowel comes in between: "тыква" and "тыковка", "деньги" and "денежки".
    stems |= {re.sub(r"([^аеиоуыэюя])ь?([^аеиоуыэюяь])\Z", rf"\1{vowel}\2", stem) for stem in stems for vowel in "ое"}
    return any(
        (len(stem) > 2 or (len(stem) == 2 and long.startswith(stem)))
        and long[: len(stem)].translate(_SOFTENED) == stem.translate(_SOFTENED)
        and _LITTLE.match(long[len(stem) :].rstrip("аяоеьыий")) is not None
        for stem in stems
    )


def _same_gender(one: str, other: str) -> bool:
    """Whether two nouns may be of one gender: "внук" and "внучка" are two people. An unknown word may be of any."""
    genders = [
        {parse.tag.gender for parse in morph().parse(form) if "NOUN" in parse.tag} if morph().word_is_known(form) else set()
        for form in (one, other)
    ]
    return not genders[0] or not genders[1] or None in genders[0] | genders[1] or not genders[0].isdisjoint(genders[1])


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _of_verbs(one: str, other: str) -> Kinship:
    a, b = _VERB_TAIL.sub("", one), _VERB_TAIL.sub("", other)
    reflexive = (a == one) != (b == other)
    if _same_root(a, b):
        return "voice" if reflexive else "aspect"
    for long, short in ((a, b), (b, a)):
        if (prefix := _PREFIX.match(long)) and _same_root(long[prefix.end() :], short) and len(short) > 3:
            if prefix[0] in {"пере", "недо", "до", "под", "над", "в", "при", "от"}:
                return "stem"
            return "voice" if reflexive else "aspect"
    first, second = _PREFIX.match(a), _PREFIX.match(b)
    if first and second and first[0] != second[0] and _same_root(a[first.end() :], b[second.end() :]):
        return "stem"
    return ""


def _bare(verb: str) -> str:
    verb = _VERB_TAIL.sub("", verb)
    prefix = _PREFIX.match(verb)
    return verb[prefix.end() :] if prefix and len(verb) - prefix.end() > 3 else verb


_IRREGULAR = re.compile(r"(?:клад|лаг)(?=ыва|а|ть)")
_MUTATED = str.maketrans("жчшщ", "гкст")


@lru_cache(maxsize=20_000)
def _roots(verb: str) -> frozenset[str]:
    """What a verb may be without the marks of its aspect: "собирать" and "собрать", "выбрасывать" and "выбросить" share one."""
    verb = _IRREGULAR.sub("лож", _VERB_TAIL.sub("", verb))
    if verb.endswith("чь"):
        return frozenset({verb[:-2] + "г"})
    if verb.endswith("сти"):
        return frozenset({verb[:-3] + "с", verb[:-3] + "д", verb[:-3] + "з"})
    root = re.sub(r"(?:(?<=[^аяоеуиы])(?:ыва|ива)|ова|ева|(?<=[аяоеуиы])ва|ну)?[аяиеоуы]?(?:ть|ти)\Z", "", verb)
    root = re.sub(r"(?<=[бпвм])л\Z", "", root)
    found = {root.replace("щ", "ст"), root[:1] + root[1:].translate(_MUTATED)}
    found |= {re.sub(r"(?<=[^аяоеуиыь])[иы](?=[рнмлс][^аяоеуиы]?\Z)", "", root) for root in found}
    if verb.endswith(("имать", "инать")):
        found.add(verb[:-5])  # "понимать" and "понять", "начинать" and "начать"
    if verb.endswith(("ывать", "ивать")):
        found |= {re.sub(r"а(?=[^аяоеуиы]+\Z)", "о", root) for root in found}
    return frozenset(found)


def _same_root(one: str, other: str) -> bool:
    return not _roots(one).isdisjoint(_roots(other))
