"""The person's own question, repeated before the answer to it."""

import re
from itertools import islice

from language.cleaning.insertions import GREETING
from language.cleaning.repeats import wants_verse
from language.words import fold, lemma

_QUESTION_LABEL = re.compile(
    r"\A\s*(?:[*_\[]{0,3}(?:user|human|пользовател|собеседник|the user)[\w' ]{0,20}[*_\]]{0,3}:"
    r"|(?:ваш |твой |мой )?вопрос|question|(?:ты|вы) (?:спрашива|спроси|интересу|хо)\w+(?: узнать| знать)?,?)?[:\s«\"]*",
    re.IGNORECASE,
)
_ANSWER_LABEL = re.compile(r"\A\s*(?:ответ|answer)\s*:\s*", re.IGNORECASE)
_IS_TOLD = re.compile(
    r"\s*(?:спро[сш]|спрашива|скаж|говор|дума)\w+ (?:ты|вы|он|она|все|люди|многие)\b|\s*(?:спрашива|говор)[еи]т [а-яё]+[^.!?]*\."
)
ASKS_WHAT = re.compile(
    r"\s*(?:а |и |ну )?(?:как|что|кто|где|куда|откуда|когда|почему|зачем|сколько|как(?:ой|ая|ое|ие)|чем|чей)\b", re.IGNORECASE
)
_FIRST_QUESTION = re.compile(r"\A(?P<said>[^?.\n«»\":]{8,150})(?P<mark>[?.]+|(?<![,;—])(?=\n))[ ]*\s*(?=\S)")
_PERSONS = {"ты": "я", "вы": "я", "твой": "мой", "ваш": "мой"}
_SHORTEST = 4
_END_OF_QUESTION = re.compile(r"[ ]*(?:[.!?…:]*[»\"][.:]?(?=\s|\Z)|[.!?…:]+(?=\s|\Z)|[ ]*[—–-]{1,2}[ ]|\n|\Z)")


def without_echo(text: str, question: str) -> str:
    """The person's question repeated at the start out of the text, where an answer follows or a question was all."""
    asked = re.findall(r"\w+", fold(question))
    if not asked or wants_verse(question):
        return text
    body = _QUESTION_LABEL.sub("", text)
    said = list(islice(re.finditer(r"\w+", body), len(asked)))
    is_whole = [fold(word[0]) for word in said] == asked and not re.search(r"[\n«\"]", body[: said[-1].end()])
    end = _END_OF_QUESTION.match(body, said[-1].end()) if is_whole else None
    if end is None:
        return _after_part_of(body, question, is_told=body != text) or text
    is_question = question.rstrip().endswith("?") or "?" in end[0] or ASKS_WHAT.match(question) is not None
    if (
        re.fullmatch(r"[ ]*[—–-]{1,2}[ ]", end[0])
        and not is_question
        and not any(map(ASKS_WHAT.match, re.findall(r"\w+", question)))
    ):
        return text  # "Доброе утро по-китайски - ...": the subject of a sentence
    if _IS_TOLD.match(body, end.end()):
        return text  # "Когда уже лето - спросишь ты, а оно ..."
    rest = _ANSWER_LABEL.sub("", body[end.end() :].lstrip(" \n—–-"))
    if rest and body == text and body[end.end()] != "\n" and _is_taken_up(end[0], question):
        return text
    is_echo = len(asked) >= (2 if is_question else 3) and (rest or (is_question and not GREETING.match(asked[0])))
    return rest[:1].upper() + rest[1:] if is_echo else text


def _is_taken_up(mark: str, question: str) -> bool:
    """Whether an answer that begins with the words of `question` and `mark` has a use for them.

    It weighs them ("Чай или кофе? Утром ..."), says yes by them ("Земля круглая. Ну, ..."), or gives a wish back.
    """
    if mark == "!":
        return True
    if ASKS_WHAT.match(question):
        return False
    return mark == "?" or (mark == "." and question.rstrip().endswith("?"))


def _after_part_of(text: str, question: str, *, is_told: bool) -> str:
    """What follows a first question in the person's own words, or in them as another would say them: "у меня" - "у тебя"."""
    first = _FIRST_QUESTION.match(text)
    if first is None or (first["mark"].startswith(".") and not is_told):
        return ""
    said, asked = _as_said(first["said"]), _as_said(question)
    is_part = len(said) >= _SHORTEST and any(asked[start : start + len(said)] == said for start in range(len(asked)))
    return text[first.end() :] if is_part else ""


def _as_said(text: str) -> list[str]:
    return [_PERSONS.get(lemma(word), lemma(word)) for word in re.findall(r"\w+", fold(text))]
