"""What is said again: stuck letters, words, phrases and sentences.

People repeat themselves too ("да, да, конечно", "ха-ха", the refrain of a song), so a rule only takes what nobody says that often.
"""

import re
from functools import lru_cache
from itertools import groupby, pairwise, takewhile

from language.cleaning.markup import LIST_ITEM
from language.words import either, morph, normalise, stems, word_set

_STUCK = re.compile(r"([^\s=_*~#|.\-]|[^\W\d_]{2,8}?)\1{19,}")


def unstick(text: str) -> str:
    """A letter or a syllable that comes twenty times in a row, three times."""
    return _STUCK.sub(lambda match: match[1] * 3, text)


_SOUND = re.compile(
    r"[хкгбтжшмнвлпдр][аеиоуыя]|[хмрбгшж]+|[аоуэыияюе]+[хй]?|тик|так|тук|тра|тра-та-та|кап|гав|мяу|мур|муу|ква|хрю|бум|бам|бах|бла"
    r"|кря|динь|дзынь|пам|парам|буль|чик|хлоп|топ|шлёп|ha|la|ho|na|he"
)
_NO_SOUNDS = word_set("да не но на я и")
# Words that people double for emphasis.
_DOUBLED = word_set("очень далеко давно долго много сильно крепко быстро тихо только больно knock")
_MARKS = ",.!?…;:"
_LONGEST_PHRASE = 30


def without_repeated_words(text: str) -> str:
    """One word said three times in a row, or a long one twice, and phrases that come round again and again, said once."""
    return "\n".join(_without_repeated_words(line) for line in text.split("\n"))


def _without_repeated_words(line: str) -> str:
    tokens = re.findall(r"\s*\S+", line)
    keys = [token.strip().strip(".,!?…;:—–-«»\"'()*").lower() for token in tokens]
    left = _without_phrases(keys, _without_stammer(tokens, keys))
    if len(left) == len(tokens):
        return line
    for place, after in pairwise(left):
        if after - place > 1 and re.search(r"[.!?…]\Z", tokens[after - 1]) and tokens[place][-1] in ",;:":
            tokens[place] = tokens[place][:-1] + tokens[after - 1][-1]  # the mark after the last round
    kept = "".join(tokens[place] for place in left)
    if left[-1] < len(tokens) - 1 and not re.search(r"[.!?…]\Z", kept):
        ending = re.search(r"[.!?…]+\Z", line.rstrip())
        is_sentence = kept.lstrip()[:1].isupper() and len(left) > 3
        kept = re.sub(r"[,\s]+(?:и|а|но|да|или|что|потом)\Z", "", kept.rstrip(",;:—- ")) + (
            ending[0] if ending else "." if is_sentence else ""
        )
    return kept


def _without_stammer(tokens: list[str], keys: list[str]) -> list[int]:
    """The places that are left where one word is said over and over; the last one left takes over the mark after the run."""
    left: list[int] = []
    for key, run in groupby(range(len(tokens)), keys.__getitem__):
        places = list(run)
        is_sound = _SOUND.fullmatch(key) is not None and key not in _NO_SOUNDS
        is_in_one_breath = all(tokens[place][-1] not in _MARKS for place in places[:-1])
        if is_sound:
            most, kept = 7, 3
        elif not is_in_one_breath:
            most, kept = 4, 1
        else:
            most, kept = 1 if (len(key) > 4 and key not in _DOUBLED) or _is_thing(key) else 2, 1
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


def _without_phrases(keys: list[str], left: list[int]) -> list[int]:
    """The places of `left` that remain where phrases of two and more words come round; a cut-off round goes as well."""
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
                dropped.update(left[place - run : place])
            run = 0
        left = [place for place in left if place not in dropped]
    return left


@lru_cache(maxsize=10_000)
def _is_preposition(word: str) -> bool:
    """Whether a word leads a phrase such as "от города", which nobody says three times."""
    return "PREP" in morph().parse(word)[0].tag


_SENTENCE = re.compile(r"(?:[^.!?…]+|[.!?…]+(?=[^\s»\")\]*.!?…]))*(?:[.!?…]+[»\")\]*]*)?\s*")
_DENIALS = word_set("не ни нет без никогда нельзя")


_WANTS_VERSE = either(stems("стих спой песн частушк припев считалк колыбельн куплет хокку рэп"))


def wants_verse(question: str) -> bool:
    """Whether `question` asks for a poem or a song."""
    return _WANTS_VERSE.search(question) is not None


def without_repeated_sentences(text: str, question: str) -> str:
    """Sentences and lines said before out of the text; the refrain of a verse and short exclamations stay."""
    lines = text.split("\n")
    plain = [normalise(LIST_ITEM.sub("", line)) for line in lines if any(map(str.isalpha, line))]
    repeats = len(plain) - len(set(plain))
    is_verse = (
        len(plain) >= (2 if wants_verse(question) else 4)
        and repeats * 5 <= len(plain) * 2
        and all(len(line) < 70 for line in plain)
        and not all(map(LIST_ITEM.match, filter(None, lines[-2:])))
    )
    if is_verse:
        return text
    kept: list[str] = []
    seen: list[list[str]] = []
    known: set[str] = set()
    is_repeating = False
    last_item = ""
    for line in lines:
        is_item = LIST_ITEM.match(line) is not None
        units = [line] if is_item else [match[0] for match in _SENTENCE.finditer(line) if match[0]]
        left = []
        for unit in units if is_item else _without_second_greeting(units, question):
            words = normalise(LIST_ITEM.sub("", unit)).split()
            symbols = re.sub(r"[\w\s.,!?…:;\"«»*()—–-]", "", unit)  # emoji, formulas: what makes equal words different
            key = " ".join(words) + symbols
            is_begun = is_repeating and words and re.search(r"[.!?…]\W*\Z", unit) is None
            if is_begun and any(" ".join(other).startswith(" ".join(words)) for other in seen):
                continue  # the last round of a loop, cut off
            is_long = (
                is_item or (len(set(words)) > 1 and max(map(len, words)) > 1) or sum(map(len, words)) >= 6
            )  # "и т. д. и т. п."
            if is_long and any(map(str.isalpha, key)):
                is_known = key in known and (not is_item or repeats * 3 > len(plain) or line.strip() == last_item)
                if is_known or (not symbols and not is_item and any(_say_the_same(words, other) for other in seen[-3:])):
                    is_repeating = True
                    continue
                seen.append(words)
            last_item = line.strip() if is_item else ""
            known.add(key)
            left.append(unit)
        if left or not units:
            kept.append("".join(left).rstrip() if len(left) < len(units) else line)
    return "\n".join(kept)


_GREETS = re.compile(
    r"[ ]*(?:привет(?:ик|ики|ствую|ствуем)?|здравствуй(?:те)?|здрав[ие]я желаю|здрас(?:ь)?те|хай|хей|салют"
    r"|добр(?:ый|ое|ая) (?:день|утро|вечер)|доброго времени суток)"
    r"(?:,? (?:дорог\w+|друг|друзья|тебя|вас|всем|тебе|ещё раз|снова|[А-ЯЁ][а-яё]+))*[.!…)]+\s*\Z",
    re.IGNORECASE,
)


def _without_second_greeting(units: list[str], question: str) -> list[str]:
    """The sentences without greetings that follow a greeting; one that gives the person's own back stays."""
    if "добр" in question.lower():
        return units
    greetings = list(takewhile(_GREETS.match, units))
    return greetings[:1] + units[len(greetings) :] if len(greetings) > 1 else units


def _say_the_same(one: list[str], other: list[str]) -> bool:
    """Whether two sentences have the same words: all but a few added or dropped, or but one ending."""
    if one == other or (len(one) > 3 and sorted(one) == sorted(other)):
        return True
    if one[:_OPENING] == other[:_OPENING] and _adds_nothing(one, other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or len(long) - len(short) > max(1, len(long) // 6):
        return False
    if len(short) == len(long):
        differing = [pair for pair in zip(short, long, strict=True) if pair[0] != pair[1]]
        return len(differing) == 1 and _differ_in_ending(*differing[0])
    added, position = [], 0
    for word in long:
        if position < len(short) and word == short[position]:
            position += 1
        else:
            added.append(word)
    return position == len(short) and all(word.isalpha() and word not in _DENIALS for word in added)


_OPENING = 3
_STEM = 5
"""Letters of a word by which forms of it, and words of its kind, count as one."""


def _adds_nothing(one: list[str], other: list[str]) -> bool:
    """Whether a sentence that begins as another has no word of content that the other lacks, and says no less of it."""
    said, before = ({word[:_STEM] for word in some if len(word) > _OPENING or word in _DENIALS} for some in (one, other))
    is_plain = all(word.isalpha() for word in one + other)
    return is_plain and len(said) > _OPENING and said <= before | _LINKS and not (said ^ before) & _DENIALS


_LINKS = word_set("также потом затем")


def _differ_in_ending(one: str, other: str) -> bool:
    same = sum(a == b for a, b in zip(one, other, strict=False))
    return one.isalpha() and other.isalpha() and one[:3] == other[:3] and same * 10 >= 6 * max(len(one), len(other))
