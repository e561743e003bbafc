"""What becomes of a model's raw reply: mended where it can be, refused where it is nobody's answer to the person.

The verdict on a reply that is refused is one of these:

    nothing_left      nothing was left after cleaning
    wrong_language    it is in another language than the person's
    hashtags          it is a list of hashtags
    links             it is a list of links
    unfinished        it breaks off before its first sentence ends
    gibberish         it consists of no words
    prompt_leak       it gives away the instructions of the model
    model_talk        "как языковая модель", "я создан в OpenAI"
    wrong_name        it calls the person, or Grisha, by somebody else's name
    repeats_itself    Grisha has just said it
    echo              it gives the person's own words back
    courtesy          it is empty politeness, or joy at a misfortune
    misplaced_copy    it is the reply of an example to another question
    stage_direction   it is what an actor would do: "(вздыхает)"
    machine_output    it is a call of a tool, an unfilled template, an empty list
    web_junk          it is a scrap of a forum, a shop, an article
    human_talk        it is told by a person with a life, or by another service
    scene             it is a scene among characters
    circle            it is what was left of a loop, explains a thing by itself, or says yes and no by turns
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from language.cleaning.acting import is_stage_direction
from language.cleaning.clean import clean_reply, is_drawing
from language.cleaning.endings import breaks_off
from language.cleaning.markup import CODE
from language.cleaning.signs import wants_emoji
from language.judging.address import Address
from language.judging.circles import is_left_of_loop, turns_round
from language.judging.copies import Shown, is_echo, misplaced_copy, repeats_itself
from language.judging.courtesy import asks_what, is_courtesy, only_begins
from language.judging.foreign import is_wrong_language
from language.judging.gibberish import is_gibberish
from language.judging.machine import is_machine_output
from language.judging.model_talk import is_model_talk, leaks_prompt
from language.judging.notes import is_hashtags, is_links
from language.judging.people import is_human_talk, is_scene
from language.judging.web import is_web_junk
from language.words import fold

_RECENTLY = 2
"""Replies after which a person may be called by name once more."""


@dataclass(frozen=True)
class Judged:
    """A reply after cleaning, with the verdict on it."""

    text: str
    """What may be sent; empty when the reply is refused."""
    changes: tuple[str, ...]
    """The names of the rules that changed something, in order."""
    verdict: str
    """Why the reply is refused; empty when it is not."""


def judge_reply(
    raw: str,
    *,
    question: str,
    earlier: Sequence[str] = (),
    examples: Sequence[Shown] = (),
    bot_name: str = "Гриша",
    person_name: str | None = None,
    other_names: Collection[str] = (),
    instructions: str = "",
) -> Judged:
    """What of a model's raw output may be sent to the person.

    Args:
        raw: the output as it came.
        question: the person's message.
        earlier: Grisha's earlier replies, oldest first.
        examples: the exchanges that the model was shown.
        bot_name: what the bot is called.
        person_name: the person's name, when it is known.
        other_names: the names of others in the chat.
        instructions: what the model was told about its part.
    """
    is_named_already = any(fold(person_name) in fold(text) for text in earlier[-_RECENTLY:]) if person_name else False
    address = Address(question, person_name, bot_name, other_names, is_named_already)
    cleaned = clean_reply(raw, question=question, bot_name=bot_name, person_name=person_name, address=address)
    text, asked = cleaned.text, question if any(map(str.isalpha, question)) else " ".join(earlier[-1:])
    prose = CODE.sub(" ", text)
    if is_drawing(text, question) or (_MORSE.fullmatch(text) and _WANTS_MORSE.search(question)):
        verdict = ""
    elif not _SAYS_SOMETHING.search(text) or _is_row_of_signs(text, question, cleaned.changes):
        verdict = next((_EMPTIED[rule] for rule in reversed(cleaned.changes) if rule in _EMPTIED), "nothing_left")
    elif is_wrong_language(prose, asked):
        verdict = "wrong_language"
    elif is_hashtags(prose, question):
        verdict = "hashtags"
    elif breaks_off(prose) or ("unfinished" in cleaned.changes and only_begins(text, question)):
        verdict = "unfinished"
    elif is_links(text, question):
        verdict = "links"
    elif is_gibberish(prose, question) or _is_scrap_of_loop(text, cleaned.changes):
        verdict = "gibberish"
    elif is_stage_direction(text, question):
        verdict = "stage_direction"
    elif is_machine_output(text, question):
        verdict = "machine_output"
    elif leaks_prompt(text, question, instructions, bot_name):
        verdict = "prompt_leak"
    elif is_model_talk(text, question):
        verdict = "model_talk"
    elif address.mistakes_somebody(prose):
        verdict = "wrong_name"
    elif is_web_junk(text, question):
        verdict = "web_junk"
    elif is_human_talk(text, question):
        verdict = "human_talk"
    elif is_scene(raw if _OPENS_SCENE.match(raw) else text, question):
        verdict = "scene"
    elif is_left_of_loop(text, raw, question, cleaned.changes) or turns_round(text, question):
        verdict = "circle"
    elif repeats_itself(text, question, earlier):
        verdict = "repeats_itself"
    elif is_echo(text, question):
        verdict = "echo"
    elif is_courtesy(text, question):
        verdict = "courtesy"
    elif misplaced_copy(text, question, examples):
        verdict = "misplaced_copy"
    else:
        verdict = ""
    return Judged("" if verdict else text, cleaned.changes, verdict)


def _is_scrap_of_loop(text: str, changes: Collection[str]) -> bool:
    """Whether of a loop one letter or some digits are left."""
    return "loop" in changes and (len({*filter(str.isalnum, fold(text))}) == 1 or not any(map(str.isalpha, text)))


def _is_row_of_signs(text: str, question: str, changes: Collection[str]) -> bool:
    """Whether no word is said: emoji of a long row, or several to somebody who wants to be told something."""
    is_row = len(text) > _FEW_SIGNS and asks_what(question) and not wants_emoji(question) and not _ASKS_WHICH.search(question)
    return not any(map(str.isalnum, text)) and ("emoji" in changes or is_row)


_MORSE = re.compile(r"[\s.·•*/|−–—_-]+")
_WANTS_MORSE = re.compile(r"\bморз", re.IGNORECASE)
_FEW_SIGNS = 2
_ASKS_WHICH = re.compile(r"\bкак(?:ой|ая|ое|ие|ую)\b", re.IGNORECASE)
_OPENS_SCENE = re.compile(r"\s*[—–]")
_SAYS_SOMETHING = re.compile(
    r"\w|[\u2190-\u24ff\u25a0-\u2bff\U0001f000-\U0001faff]|[:;=8xX][-'’]?[()DPp*|]|\){2,}|\({2,}|[\^_]_[\^_]|\^[.-]?\^"
)
"""A letter, a number, an emoji, a smiley."""
_EMPTIED = {"foreign_script": "wrong_language", "foreign_sentence": "wrong_language", "hashtags": "hashtags"}
"""The verdict on a text of which a rule left nothing."""
