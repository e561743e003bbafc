"""What is said over and over within a sentence: stuck letters, words, phrases and the things of a list.

People repeat themselves too ("да, да, конечно", "ха-ха"), so a rule only takes what nobody says that often.
"""

import re
from functools import lru_cache
from itertools import groupby, pairwise

from language.words import morph, normalise, word_set, words

_STUCK = re.compile(r"([^\s\d=_*~#|.\-]|[^\W\d_]{2,8}?)\1{19,}")
_STUCK_WORD = re.compile(r"\b([а-яё]{2,}[.!])(?:\1){2,}(?:[а-яё]+\Z)?", re.IGNORECASE)

_STUCK_HYPHEN = re.compile(r"\b([а-яё]{5,30})(?:-\1){3,}(?:-[а-яё]+\Z)?", re.IGNORECASE)
_STUCK_DIGIT = re.compile(r"(?<=\d)([.,:]\d{1,2})\1{5,}")


def unstick(text: str) -> str:
    """A letter or a syllable that comes twenty times in a row, three times; a word between full stops once."""
    text = _STUCK_DIGIT.sub("", _STUCK_WORD.sub(r"\1", text))
    text = _STUCK_HYPHEN.sub(r"\1", text) if "-" in text else text
    return _STUCK.sub(lambda match: match[1] * 3, text)


_SOUND = re.compile(
    r"[хкгбтжшмнвлпдр][аеиоуыя]|[хмрбгшж]+|[аоуэыияюе]+[хй]?|тик|так|тук|тра|тра-та-та|кап|гав|мяу|мур|муу|ква|хрю|бум|бам|бах|бла"
    r"|кря|динь|дзынь|пам|парам|буль|чик|хлоп|топ|шлёп|ha|la|ho|na|he"
)
_NO_SOUNDS = word_set("да не но на я и")
# Words that people double for emphasis.
_DOUBLED = word_set("очень далеко давно долго много сильно крепко быстро тихо только больно knock")
_MARKS = ",.!?…;:"
_END = re.compile(r"[.!?…][»\")]*\Z")
_LONGEST_PHRASE = 30


def without_repeated_words(text: str, question: str) -> str:
    """One word said three times in a row, or a long one twice, and phrases that come round again and again, said once.

    What was asked for several times stays.
    """
    return text if wants_again(question) else "\n".join(_without_repeated_words(line) for line in text.split("\n"))


_PHRASE = 3
"""Words of what is a sentence rather than a phrase."""
_ITEMS = 5
"""Parts of a sentence between commas from which it is a list."""
_FEW = 7
"""Things of a list that somebody would still say one by one."""
_WANTS_AGAIN = re.compile(
    r"\b(?:\d+|дв[ае]|три|четыре|пять|шесть|семь|восемь|девять|десять|\w+дцать|сто|тысячу|миллион|много|несколько) раза?\b"
    r"|повтор|докучн|мантр",
    re.IGNORECASE,
)


def wants_again(question: str) -> bool:
    """Whether `question` asks for the same to be said several times: "напиши ура десять раз"."""
    return _WANTS_AGAIN.search(question) is not None


def _without_repeated_items(line: str) -> str:
    """The things of a list in a sentence, each named once: "сазан, судак, сазан, щука, сазан"."""
    parts = re.split(r"(,\s+)", line)
    keys = [re.sub(r"^(?:и|или) ", "", normalise(part)) for part in parts[::2]]
    if len(keys) < _ITEMS or not _goes_round(line, keys) or any(map(_is_number, keys)) or _is_refrain(keys):
        return line
    kept, seen, is_dropped = parts[0], [keys[0]], False
    for place, key in enumerate(keys[1:], 1):
        is_known = all(any(f" {one}".endswith(f" {thing}") for one in seen) for thing in key.split(" и ")) and _is_thing_named(key)
        is_begun = is_dropped and place == len(keys) - 1 and any(one.startswith(key) for one in seen)
        is_dropped = is_known or is_begun
        kept += "" if is_dropped else parts[2 * place - 1] + parts[2 * place]
        seen.append(key)
    if not is_dropped:
        return kept
    mark = re.search(r"[.!?…]*\s*\Z", line)
    return kept + (mark[0] if mark and mark[0] else "." if len(words(kept)) > _PHRASE else "")


def _goes_round(line: str, keys: list[str]) -> bool:
    """Whether two things of a list are said again, or one is said for the third time; one alone makes no list."""
    again = [key for place, key in enumerate(keys) if any(f" {one}".endswith(f" {key}") for one in keys[:place])]
    return len({*keys}) > 1 and (len(again) > 1 or any(normalise(line).split().count(key) > 2 for key in again))


def _is_refrain(keys: list[str]) -> bool:
    """Whether half and more of a few things are one, said on purpose: "тайга, тайга, тайга, Байкал, тайга"."""
    most = max(map(keys.count, keys))
    return len(keys) <= _FEW and len(keys) <= 2 * most <= 2 * (len(keys) - 1)


def _is_thing_named(key: str) -> bool:
    return any(map(_is_noun, key.split())) and not any(map(str.isdigit, key)) and not _is_preposition(key.split()[0])


@lru_cache(maxsize=10_000)
def _is_number(key: str) -> bool:
    return " " not in key and "NUMR" in morph().parse(key)[0].tag


@lru_cache(maxsize=10_000)
def _is_noun(word: str) -> bool:
    tag = morph().parse(word)[0].tag
    return "NOUN" in tag or "LATN" in tag


def _without_repeated_words(line: str) -> str:
    if line.count(",") >= _ITEMS - 1:
        sentences = re.findall(r"(?:[^.!?…]|[.!?…](?!\s))+[.!?…]*\s*", line)
        plain = "".join(map(_without_repeated_items, sentences))
        line = f"{plain}." if len(sentences) > 1 and plain != line and plain[-1:].isalpha() else plain
    tokens = re.findall(r"\s*\S+", line)
    keys = [token.strip().strip(".,!?…;:—–-«»\"'()*").lower() for token in tokens]
    left = _without_phrases(keys, _without_stammer(tokens, keys), tokens)
    if len(left) == len(tokens):
        return line
    for place, after in pairwise(left):
        if after - place > 1 and re.search(r"[.!?…]\Z", tokens[after - 1]) and tokens[place][-1] in ",;:":
            tokens[place] = tokens[place][:-1] + tokens[after - 1][-1]  # the mark after the last round
    kept = _SAID_AND_SAID.sub(r"\1", "".join(tokens[place] for place in left))
    if left[-1] < len(tokens) - 1 and not re.search(r"[.!?…]\Z", kept):
        ending = re.search(r"[.!?…]+\Z", line.rstrip())
        is_sentence = kept.lstrip()[:1].isupper() and len(left) > 3
        kept = re.sub(r"[,\s]+(?:и|а|но|да|или|что|потом)\Z", "", kept.rstrip(",;:—- ")) + (
            ending[0] if ending else "." if is_sentence else ""
        )
    return kept


_SAID_AND_SAID = re.compile(r"\b(\w+(?: \w+){1,5}),? и \1(?=[.!?…]|\Z)", re.IGNORECASE)
"""What is left of a loop that ends with "and"."""


def _without_stammer(tokens: list[str], keys: list[str]) -> list[int]:
    """The places that are left where one word is said over and over; the last one left takes over the mark after the run."""
    left: list[int] = []
    runs = [list(run) for _, run in groupby(range(len(tokens)), keys.__getitem__)]
    is_stuck = sum(len(run) > 2 for run in runs) > 1  # "смелый, смелый, смелый, храбрый, храбрый, храбрый"
    for places in runs:
        if len(places) == 1:
            left += places
            continue
        key = keys[places[0]]
        is_sound = all(map(_SOUND.fullmatch, key.split("-"))) and key not in _NO_SOUNDS
        is_in_one_breath = all(tokens[place][-1] not in _MARKS for place in places[:-1])
        if is_sound:
            most, kept = 7, 3
        elif not is_in_one_breath:
            most, kept = 1 if is_stuck else 3 if len(key) > 4 and key.isalpha() else 4, 1
        else:
            most, kept = (
                1
                if (_is_never_doubled(key) and all(tokens[at].strip()[0].isalpha() for at in places))
                or (len(key) > 4 and key not in _DOUBLED)
                or _is_thing(key)
                else 2,
                1,
            )
        if len(places) > most and key.replace("-", "").isalpha():
            last = tokens[places[-1]]
            mark = last[len(last.rstrip(_MARKS)) :]
            places = places[:kept]
            tokens[places[-1]] = tokens[places[-1]].rstrip(_MARKS) + mark
        left += places
    return left


@lru_cache(maxsize=10_000)
def _is_thing(word: str) -> bool:
    """Whether a short word is a noun that nobody doubles, as one doubles "раз, раз" or "мам, мам"."""
    tag = morph().parse(word)[0].tag
    return len(word) > 2 and word != "раз" and "NOUN" in tag and "inan" in tag and bool(morph().word_is_known(word))


@lru_cache(maxsize=10_000)
def _is_never_doubled(word: str) -> bool:
    """Whether a small word stands once before what it is of: "в в", "это это", "или или"."""
    return word in ("это", "или", "и") or ("PREP" in morph().parse(word)[0].tag and word not in ("до", "на"))


def _without_phrases(keys: list[str], left: list[int], tokens: list[str]) -> list[int]:
    """The places of `left` that remain where phrases of two and more words come round; a cut-off round goes as well.

    Whole sentences are left, and the last round where the text goes on in it.
    """
    if len(left) - len({keys[place] for place in left}) < 2:
        return left  # nothing comes round
    for period in range(2, min(_LONGEST_PHRASE, len(left) // 2) + 1):
        dropped: set[int] = set()
        run = 0  # how many words in a row are the same as those one period before
        for place in range(period, len(left) + 1):
            is_end = place == len(left)
            is_same = not is_end and keys[left[place]] and keys[left[place]] == keys[left[place - period]]
            is_begun = place == len(left) - 1 and run >= period and keys[left[place - period]].startswith(keys[left[place]])
            if is_same or is_begun:
                run += 1
                continue
            is_cut_off = is_end and run >= period and run % period and run + period >= 8
            phrase = [keys[at] for at in left[place - run : place]]
            is_led = all(map(str.isalpha, phrase)) and any(map(_is_preposition, phrase))
            if run >= (2 if period > 2 or is_led else 3) * period or is_cut_off:
                first, last = place - run, place
                begins = [at for at in range(first, first + period) if at < last and _END.search(tokens[left[at - 1]])]
                if begins and is_end:
                    first = begins[0]
                elif begins == [first] and not _END.search(tokens[left[place - 1]]):
                    rounds = run // period * period
                    first, last = first - period, first - period + rounds
                dropped.update(left[first:last])
            run = 0
        left = [place for place in left if place not in dropped]
    return left


@lru_cache(maxsize=10_000)
def _is_preposition(word: str) -> bool:
    """Whether a word leads a phrase such as "от города", which nobody says three times."""
    return "PREP" in morph().parse(word)[0].tag
