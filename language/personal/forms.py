"""A name in all its forms and spellings: the people of the chat itself are found by their own names."""

import re
from collections.abc import Collection
from functools import lru_cache

from language.personal import lists
from language.words import fold, lemma, morph


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
