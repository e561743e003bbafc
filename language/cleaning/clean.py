"""A small model's raw output made fit to send: artefacts out, everything a person could have meant kept byte for byte.

Code and the blanks of a form are lifted out first and put back last, so that no rule sees them. The rules then run in the
order of `_rules`, and all of them again until nothing changes, which is what makes cleaning a cleaned text a no-op.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from language.cleaning.acting import without_stage_directions
from language.cleaning.characters import plain_characters
from language.cleaning.code import Pieces
from language.cleaning.echo import without_echo
from language.cleaning.insertions import without_foreign_script, without_foreign_sentences, without_placeholders
from language.cleaning.leads import without_lead
from language.cleaning.loops import unstick, without_repeated_words
from language.cleaning.markdown import without_emphasis, without_markdown
from language.cleaning.markup import close_markdown, without_html, without_unfinished_end, without_wrapping
from language.cleaning.notes import without_notes
from language.cleaning.pages import without_page
from language.cleaning.plans import without_plan
from language.cleaning.repeats import wants_verse, without_repeated_sentences
from language.cleaning.signs import without_doubled_marks, without_emoji_rows
from language.cleaning.spacing import with_one_blank_line, with_plain_spaces, without_heap
from language.cleaning.tails import without_tail
from language.cleaning.talk import without_invented_talk
from language.cleaning.thoughts import without_thoughts
from language.cleaning.turns import Labels, first_turn
from language.cleaning.wrappers import without_wrapper
from language.judging.address import Address
from language.judging.notes import without_hashtags, without_links
from language.words import either, stems


@dataclass(frozen=True)
class Cleaned:
    """A reply after cleaning."""

    text: str
    """What may be sent; empty when nothing usable is left."""
    changes: tuple[str, ...]
    """The names of the rules that changed something, in order."""


def clean_reply(
    raw: str, *, question: str = "", bot_name: str = "Гриша", person_name: str | None = None, address: Address | None = None
) -> Cleaned:
    """The reply that `raw` holds, without the artefacts of a small model, and the names of the rules that were needed.

    `question` is the person's message: its script is allowed and its echo is removed. `address` says who may be called by name.
    A clean text comes back as it is.
    """
    if is_drawing(raw, question):
        return Cleaned(plain_characters(raw).strip("\n").rstrip(), ())
    rules = _rules(question, bot_name, Labels(bot_name, person_name, question), address)
    text = plain_characters(raw).strip()
    changes = ["characters"] if text != raw.replace("\r\n", "\n").strip() else []
    for _ in range(_ROUNDS):
        cleaned, applied = _apply(rules, text, question)
        changes += applied
        if cleaned == text:
            break
        text = cleaned
    pieces = Pieces()
    plain = pieces.put_back(without_emphasis(pieces.lift(text), question, is_mended=bool(changes)))
    changes += ["emphasis"] if plain != text else []
    text = plain
    if changes and not any(letter.isalnum() or ord(letter) > 0x2190 for letter in text):  # from there on arrows and emoji
        text = ""
    return Cleaned(text, tuple(dict.fromkeys(changes)))


_WANTS_DRAWING = either(stems("нарисуй рисун символ ascii аски арт$ псевдографик схем[уы]$ табличк таблиц"))


def is_drawing(text: str, question: str) -> bool:
    """Whether a text of several lines has more signs than letters because somebody asked for a drawing."""
    if _WANTS_DRAWING.search(question) is None:
        return False
    signs = sum(not sign.isalnum() and not sign.isspace() for sign in text)
    return "\n" in text.strip() and signs > sum(map(str.isalnum, text)) and "<|" not in text and "```" not in text


_ROUNDS = 8
_Rule = Callable[[str], str]


def _rules(question: str, bot_name: str, labels: Labels, address: Address | None) -> tuple[tuple[str, _Rule], ...]:
    """The rules by name, in their order: whose words they are, what is foreign in them, what is said twice, how they end."""
    address = address or Address(question, None, "")
    is_verse_wanted = wants_verse(question)
    return (
        ("control_tokens", lambda text: first_turn(text, question)),
        ("think", lambda text: without_thoughts(text, question)),
        ("plan", lambda text: without_plan(text, question)),
        ("html", lambda text: without_html(text, question)),
        ("blank_lines", with_one_blank_line),
        ("echo", lambda text: without_echo(text, question)),
        ("foreign_turn", labels.cut_others),
        ("role_prefix", labels.remove_own),
        ("talk", lambda text: without_invented_talk(text, question, bot_name)),
        ("note", lambda text: without_notes(text, question)),
        ("lead", lambda text: without_lead(text, question)),
        ("stage_direction", lambda text: without_stage_directions(text, question)),
        ("placeholder", lambda text: without_placeholders(text, question)),
        ("foreign_script", lambda text: without_foreign_script(text, question)),
        ("foreign_sentence", lambda text: without_foreign_sentences(text, question)),
        ("name", address.without_names),
        ("doubled_mark", lambda text: without_doubled_marks(text, question)),
        ("loop", unstick),
        ("spaces", lambda text: with_plain_spaces(text, question)),
        ("repeated_word", lambda text: without_repeated_words(text, question)),
        ("emoji", lambda text: without_emoji_rows(text, question)),
        ("heap", without_heap),
        ("repeated_sentence", lambda text: without_repeated_sentences(text, question)),
        ("hashtags", lambda text: without_hashtags(text, question)),
        ("links", lambda text: without_links(text, question)),
        ("page", lambda text: without_page(text, question)),
        ("tail", lambda text: without_tail(text, question, bot_name)),
        ("markdown", lambda text: without_markdown(text, question)),
        ("unfinished", lambda text: text if "\n" in text and is_verse_wanted else without_unfinished_end(text)),
        ("markup", lambda text: text if text.endswith(" —") and "\n" in text and is_verse_wanted else close_markdown(text)),
        ("junk", lambda text: without_wrapping(text, question)),
    )


_OPENS_WITH_THOUGHT = re.compile(r"\s*(?:<[^>\n]{1,40}>\s*)*[<\[◁{]\|?(?:begin_of_|seed:)?(?:think|thought|reason)", re.IGNORECASE)


def _apply(rules: tuple[tuple[str, _Rule], ...], text: str, question: str) -> tuple[str, list[str]]:
    """All rules once, and the names of those that changed something."""
    applied = []
    if _OPENS_WITH_THOUGHT.match(text):  # before the code is lifted: a thought may hold half a piece of it
        text, before = without_thoughts(text), text
        applied += ["think"] if text != before else []
    text, before = without_wrapper(text.strip(), question), text.strip()
    applied += ["wrapper"] if text != before else []
    pieces = Pieces()
    text = pieces.lift(text)
    for name, rule in rules:
        text, before = rule(text), text
        applied += [name] if text is not before and text.strip() != before.strip() else []
    return pieces.put_back(text).strip(), applied
