"""A small model's raw output made fit to send: artefacts out, everything a person could have meant kept byte for byte.

Code is lifted out first and put back last, so that no rule sees it. The rules then run in the order of `_rules`, and all of
them again until nothing changes, which is what makes cleaning a cleaned text a no-op.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from language.insertions import without_foreign_script, without_placeholders
from language.markup import close_markdown, without_html, without_unfinished_end, without_wrapping
from language.repeats import unstick, without_echo, without_repeated_sentences, without_repeated_words
from language.turns import Labels, first_turn, without_thoughts


@dataclass(frozen=True)
class Cleaned:
    """A reply after cleaning."""

    text: str
    """What may be sent; empty when nothing usable is left."""
    changes: tuple[str, ...]
    """The names of the rules that changed something, in order."""


def clean_reply(raw: str, *, question: str = "", bot_name: str = "Гриша", person_name: str | None = None) -> Cleaned:
    """The reply that `raw` holds, without the artefacts of a small model, and the names of the rules that were needed.

    `question` is the person's message: its script is allowed and its echo is removed. A clean text comes back as it is.
    """
    rules = _rules(question, Labels(bot_name, person_name))
    text = _without_control_characters(raw).strip()
    changes = ["control_characters"] if text != raw.replace("\r\n", "\n").strip() else []
    for _ in range(_ROUNDS):
        cleaned, applied = _apply(rules, text)
        changes += applied
        if cleaned == text:
            break
        text = cleaned
    if changes and not any(letter.isalnum() or ord(letter) > 0x2190 for letter in text):  # from there on arrows and emoji
        text = ""
    return Cleaned(text, tuple(dict.fromkeys(changes)))


_ROUNDS = 8
_Rule = Callable[[str], str]


def _rules(question: str, labels: Labels) -> tuple[tuple[str, _Rule], ...]:
    """The rules by name, in their order: whose words they are, what is foreign in them, what is said twice, how they end."""
    return (
        ("control_tokens", first_turn),
        ("think", without_thoughts),
        ("html", without_html),
        ("foreign_turn", labels.cut_others),
        ("role_prefix", labels.remove_own),
        ("placeholder", without_placeholders),
        ("foreign_script", lambda text: without_foreign_script(text, question)),
        ("loop", unstick),
        ("repeated_word", without_repeated_words),
        ("echo", lambda text: without_echo(text, question)),
        ("repeated_sentence", without_repeated_sentences),
        ("unfinished", without_unfinished_end),
        ("markup", close_markdown),
        ("junk", without_wrapping),
    )


_CONTROL_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd"
    "\ue000-\uf8ff\ud800-\udfff\U000f0000-\U0010ffff]"
)
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_LONE_JOINER = re.compile(f"(?<![\ufe0f{_EMOJI}])\u200d|\u200d(?![\u3030\u3297\u3299{_EMOJI}])")


def _without_control_characters(text: str) -> str:
    """Line breaks of one kind; control and private characters out, and joiners that join no emoji."""
    return _LONE_JOINER.sub("", _CONTROL_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


_CODE = re.compile(r"```[^`]*(?:`{1,2}[^`]+)*```|(?<!`)`[^`\n]+`(?!`)")
_FIRST_MARK = 0xF0000  # private characters stand for the pieces of code, in order
_MARK = re.compile("[\U000f0000-\U0010ffff]")
_OPENS_WITH_THOUGHT = re.compile(r"\s*(?:<[^>\n]{1,40}>\s*)*<think")


def _apply(rules: tuple[tuple[str, _Rule], ...], text: str) -> tuple[str, list[str]]:
    """All rules once, and the names of those that changed something."""
    applied = []
    if _OPENS_WITH_THOUGHT.match(text):  # before the code is lifted: a thought may hold half a piece of it
        text, before = without_thoughts(text), text
        applied += ["think"] if text != before else []
    codes = _CODE.findall(text)
    marks = map(chr, count(_FIRST_MARK))
    text = _CODE.sub(lambda _: next(marks), text)
    for name, rule in rules:
        text, before = rule(text), text
        applied += [name] if text.strip() != before.strip() else []
    return _MARK.sub(lambda mark: codes[ord(mark[0]) - _FIRST_MARK], text).strip(), applied
