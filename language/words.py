"""Words of a text: splitting, normal forms, and whether a text carries anything to search for."""

import re
from functools import lru_cache

from pymorphy3 import MorphAnalyzer

# A word, with inner hyphens and apostrophes ("чуть-чуть", "О'Нил"), in any script.
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")

# What people say to keep a talk going; such a message has no topic of its own. Compared as `normalise` gives it.
_SMALL_TALK = frozenset(
    """
    а ага агась ай алло ау ах бывает блин вау верно вот всё все га гм го да давай дада договорились ес жаль жиза здравствуй
    здравствуйте здрасте зачем и интересно йо как класс классно ладно лан лол м мда мм ммм мне можно молодец нда не неа нет ну
    о ого ок оке окей окс оки ой ох отлично пасиб пасибо пж плиз пока пон понял поняла понятно понятненько почему прив привет
    приветик приветствую приветики прикольно прости пфф сам сама салют серьезно серьёзно слушай смешно согласен согласна
    спасибо спс спасибочки супер так там тебе ты угу ура ух фу ха хай хах хаха хахаха хе хело хех хи хм хмм хорошо хо чего чё че
    что чтож круто кек э эй это эх я ясно ясненько
    hello hey hi lol ok okay okey thanks yes no yep nope bye thx k
    добрый доброе день вечер утро ночи доброй
    """.split()
)


@lru_cache(maxsize=1)
def morph() -> MorphAnalyzer:
    """The Russian dictionary of pymorphy3, loaded at the first use (about 15 MB)."""
    return MorphAnalyzer()


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """The dictionary form of one word, lower-cased, with `ё` as `е`: "Друзьями" -> "друг"."""
    return str(morph().parse(word.lower())[0].normal_form).replace("ё", "е")


def words(text: str) -> list[str]:
    """The words of `text` in order, as written, without punctuation, digits and emoji."""
    return WORD.findall(text)


def normalise(text: str) -> str:
    """`text` for comparing by letters: lower case, `ё` as `е`, only words and numbers, single spaces."""
    return " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))


def carries_content(text: str) -> bool:
    """Whether `text` says something to search by: not only "ок", "ага, привет", laughter, emoji or punctuation."""
    for word in words(text):
        plain = normalise(word)
        if plain in _SMALL_TALK or len(plain) < 2 or re.fullmatch(r"(?:[ахеиоыъ]{2,}|(.)\1+)", plain):
            continue
        return True
    return False
