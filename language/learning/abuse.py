"""Whether a text is abusive: swearing, insults at somebody, slurs, threats.

Swearing is found by its roots, as a word may have any prefix and ending, and in the disguises that people give it: masked letters
("х*й"), letters set apart or repeated, look-alikes ("xyй", "пи3дец"), Latin spelling ("blyad"). A word that is rude only when it is
said of somebody ("козёл", "тупой") counts only then. Mild words ("блин", "чёрт", "дурацкий") are no abuse.
"""

import re
from itertools import groupby

from language.learning import abuse_lists as lists
from language.learning.abuse_address import calls_names, harasses, hates_a_group
from language.words import either, fold

_TOKEN = re.compile(r"[^\s,;:()\[\]{}\"«»“”!?/\\—–]+")
_LETTER = re.compile(r"[^\W\d_]")
_EDGES = "*_.~'`-…"
# A word of both Russian and Latin letters.
_MIXED = re.compile(r"(?<!\w)(?=[^\W\d_]*[а-я])(?=[^\W\d_]*[a-z])[^\W\d_]{1,30}(?!\w)")
_MASK = re.compile(r"[*#@$%&^_+~•…=.-]+")
# A root with a masked letter, in a longer word as well: "чернож*пый".
_MASKED_INSIDE = re.compile(r"ж[*#@]п[аыоуи]|п[*#@]зд|бл[*#@]д|[её]б[*#@]н|муд[*#@]к|п[*#@]д[оа]р")
_DIGIT_INSIDE = re.compile(r"(?<=[а-я])\d(?=[а-я])")
_APART = re.compile(r"(?<![^\W\d_])(?:[а-яa-z][\s.*_-]{1,3}){2,}[а-яa-z](?![^\W\d_])")
_IN_PIECES = either(*(rf"\b{r'[ .-]?'.join(word)}\b" for word in lists.SPLIT.split()))


def find_abuse(text: str) -> list[str]:
    """The kinds of abuse in `text`, of "swearing", "insult", "slur", "threat" and "harassment"; empty for a decent text."""
    plain = fold(text)
    found = {"swearing": _swears(plain)}
    plain = _MIXED.sub(lambda match: _look_alikes(match[0]), plain)
    found |= {
        "insult": _insults(plain),
        "slur": lists.SLUR.search(plain) is not None or hates_a_group(plain),
        "threat": lists.THREAT.search(plain) is not None,
        "harassment": harasses(plain),
    }
    return [kind for kind, is_there in found.items() if is_there]


def _swears(text: str) -> bool:
    if "🖕" in text or _MASKED_INSIDE.search(text) or _IN_PIECES.search(text):
        return True
    if any(lists.ROOT_ANYWHERE.search(re.sub(r"[^а-яa-z]", "", _look_alikes(run[0]))) for run in _APART.finditer(text)):
        return True
    has_dog = lists.OF_DOGS.search(text) is not None
    return any(_is_swearword(token, has_dog) for token in set(_TOKEN.findall(text)))


def _is_swearword(token: str, has_dog: bool) -> bool:
    word = token.strip(_EDGES)
    if len(word) < 2 or not _LETTER.search(word):
        return False
    if word.isascii() and word.isalpha() and lists.LATIN.fullmatch(_single(word)):
        return True
    if word.isalpha() and not word.isascii():
        return any(_has_root(form, has_dog) for form in {word, _few(word), _single(word), _look_alikes(word)})
    joined = _MASK.sub("", word)
    return (
        _has_root(_single(_look_alikes(joined)), has_dog)
        or (not word.isascii() and _has_root(_look_alikes(word.replace("b", "б")), has_dog))
        or _has_root(_look_alikes(word), has_dog)
        or _is_masked(_look_alikes(word))
        or _is_masked(_DIGIT_INSIDE.sub("*", word))
    )


def _has_root(word: str, has_dog: bool) -> bool:
    return lists.ROOT.match(word) is not None or (not has_dog and lists.BITCH.fullmatch(word) is not None)


def _is_masked(word: str) -> bool:
    """Whether the word is a swearword some letters of which are replaced by signs: "бл#ть", "п***ц", "на**й"."""
    if not _MASK.search(word) or len(_LETTER.findall(word)) < 2 or len(word) > 20:
        return False
    for stem in lists.MASKED_STEMS:
        differing = [letter for letter, meant in zip(word, stem, strict=False) if letter != meant]
        if len(word) >= len(stem) and len(differing) == 1 and _MASK.fullmatch(differing[0]):
            return True
    parts = ((_MASK.fullmatch(run), run) for run in re.findall(r"[а-я]+|[^а-я]+", word))
    pattern = "".join(f"[а-я]{{1,{len(run) + 2}}}" if masked else re.escape(run) for masked, run in parts)
    return any(re.fullmatch(pattern, swearword) for swearword in lists.MASKED.split())


def _few(word: str) -> str:
    """Without the repeats of a letter that no word has: "бляяядь" -> "блядь", but "ссать" stays."""
    return re.sub(r"(.)\1{2,}", r"\1", word)


def _single(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


def _look_alikes(word: str) -> str:
    """Latin letters, digits and signs as the Russian letters that they look like; a word of Latin letters only when all do."""
    return word.translate(lists.LOOK_ALIKES)


def _insults(text: str) -> bool:
    rest = lists.FOOL_OF_SAYINGS.sub("…", text)
    if lists.INSULT_ALWAYS.search(text) or calls_names(rest):
        return True
    return lists.FOOL.search(rest) is not None or lists.INSULT_AT.search(rest) is not None
