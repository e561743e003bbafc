"""The person's own question, repeated before the answer to it."""

import re
from itertools import islice

from language.cleaning.insertions import GREETING
from language.words import fold

_QUESTION_LABEL = re.compile(
    r"\A\s*(?:вопрос|question|(?:ты|вы) (?:спрашива|спроси|интересу|хо)\w+(?: узнать| знать)?,?)?[:\s«\"]*", re.IGNORECASE
)
_ANSWER_LABEL = re.compile(r"\A\s*(?:ответ|answer)\s*:\s*", re.IGNORECASE)
_ASKS_WHAT = re.compile(
    r"\s*(?:а |и |ну )?(?:как|что|кто|где|куда|откуда|когда|почему|зачем|сколько|как(?:ой|ая|ое|ие)|чем|чей)\b", re.IGNORECASE
)
_END_OF_QUESTION = re.compile(r"[ ]*(?:[.!?…:]*[»\"][.:]?(?=\s|\Z)|[.!?…:]+(?=\s|\Z)|[ ]*[—–-]{1,2}[ ]|\n|\Z)")


def without_echo(text: str, question: str) -> str:
    """The person's question repeated at the start out of the text, where an answer follows or a question was all."""
    asked = re.findall(r"\w+", fold(question))
    body = _QUESTION_LABEL.sub("", text)
    said = list(islice(re.finditer(r"\w+", body), len(asked)))
    if not asked or [fold(word[0]) for word in said] != asked or re.search(r"[\n«\"]", body[: said[-1].end()]):
        return text
    end = _END_OF_QUESTION.match(body, said[-1].end())
    if end is None:
        return text
    is_question = question.rstrip().endswith("?") or "?" in end[0] or _ASKS_WHAT.match(question) is not None
    if (
        re.fullmatch(r"[ ]*[—–-]{1,2}[ ]", end[0])
        and not is_question
        and not any(map(_ASKS_WHAT.match, re.findall(r"\w+", question)))
    ):
        return text  # "Доброе утро по-китайски - ...": the subject of a sentence
    rest = _ANSWER_LABEL.sub("", body[end.end() :].lstrip(" \n—–-"))
    is_echo = len(asked) >= (2 if is_question else 3) and (rest or (is_question and not GREETING.match(asked[0])))
    return rest if is_echo else text
