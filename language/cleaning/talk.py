"""A talk that a model goes on with by itself without naming who speaks: more questions, lines with dashes, A and B."""

import re

from language.cleaning.echo import ASKS_WHAT
from language.cleaning.repeats import wants_verse
from language.words import either, lemma, stems, words

_WANTS_TALK = either(
    stems(
        "шутк анекдот диалог сценк пьес разговор переписк истори рассказ мем$ мемы пример напиши сочини придумай вопрос"
        " викторин загад тест$ тесты$ тестов тестик"
    )
)
_FINISHED = re.compile(r"[.!?…)»][*_]*\s*\Z")
_RULE = re.compile(r"\s*[-—*_=]{3,}\s*")
_SPOKEN = re.compile(r"[-—–][ ]+(?P<said>\S.*)")
_LETTER = re.compile(r"^(?P<who>[A-ZА-Я]):[ ]+", re.MULTILINE)
_ASKED = re.compile(r"[-—–][ ][^\n]*[?!.][ ]*\n")
_THANKS_IN = re.compile(r"(?:[\w ]{0,12}\b)?(?:спасибо|благодарю|спс)\b", re.IGNORECASE)
_GREETS = re.compile(r"(?:привет\w*|здравствуй\w*|хай|салют|добр\w+ (?:день|утро|вечер))\b", re.IGNORECASE)
_GREETS_AND_ASKS = re.compile(rf"{_GREETS.pattern}[^\n]*\?[ ]*\n", re.IGNORECASE)
_SAID_BACK = r"\s*[-—–][ ](?:да|ну|ага|угу|точно|вот|ладно|ок|окей|хорошо|спасибо|тоже)\b"
_SAY_BACK = re.compile(rf"{_SAID_BACK}[^\n]*\n{_SAID_BACK}", re.IGNORECASE)
"""Two turns that begin as nobody begins the things of a list: "- Точно, пойду", "- Вот и правильно"."""
_THANKS = re.compile(
    r"\n\s*(?:(?:большое )?спасибо|благодарю|спс)[^\n.!?]{0,20} за (?:совет|ответ|помощь|подсказк|информац|рецепт)", re.IGNORECASE
)
_PROMPT = re.compile(
    r"(?<=[.!?…»)])\s*\n+(?:[-=*#]{3,}\s*\n+)?[*_#\[ ]*(?:(?:инструкци[яи]|промпт|системн\w+ \w+|instructions?|prompt|system)[*_]*:"
    r"|(?:задание|пример|диалог|упражнение|вопрос|задача|example|exercise|question|task) №?\d+[.:)])",
    re.IGNORECASE,
)
_LATER_LINE = re.compile(r"(?<=\n)[^\n]+")
_NEAR = 100
"""Letters back to which the line before is looked at."""
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*\s*")
_SHORTEST = 12
"""Letters of a question that nobody asks back."""
_ENDS = re.compile(r"[?»\"*_]*(?:\s|\Z)")
_LONGEST = 15
"""Words of a question that is one more of the person's kind."""


def without_invented_talk(text: str, question: str, bot_name: str) -> str:
    """The reply to the person alone, without the turns that a model invents after it."""
    if ("\n" not in text and "?" not in text) or _WANTS_TALK.search(question) or wants_verse(question):
        return text
    for invented in (_THANKS, _PROMPT):
        found = invented.search(text)
        text = text[: found.start()] if found and _FINISHED.search(text[: found.start()]) else text
    text = _before_next_questions(_before_question_again(_first_letter(text), question), question)
    is_named = bool(bot_name) and bot_name in text
    calls = re.compile(rf"{_THANKS_IN.pattern},? {re.escape(bot_name)}[,!.]", re.IGNORECASE) if is_named else None
    for line in _LATER_LINE.finditer(text):
        last = text[max(0, line.start() - _NEAR) : line.start()].rstrip().rpartition("\n")[2]
        if _SPOKEN.match(last):
            continue  # in the middle of a talk
        is_to_bot = (calls is not None and calls.match(line[0]) is not None) or _greets_back(text, line[0])
        is_asked = _asks_like(line[0], question, is_apart=_RULE.fullmatch(last) is not None)
        if is_to_bot or is_asked or _is_talk(text[line.start() :]):
            before = _without_rule(text[: line.start()])
            if _FINISHED.search(before[-_NEAR:]):
                return before
    return text


def _greets_back(text: str, line: str) -> bool:
    """Whether a line greets after a first one that has greeted and asked something."""
    return _GREETS.match(line) is not None and _GREETS_AND_ASKS.match(text) is not None


def _before_question_again(text: str, question: str) -> str:
    """The text up to the person's own question, where that comes after a finished reply."""
    asked = question.strip().rstrip("?.! ").lower()
    place = text.lower().find(asked, 1) if len(asked) >= _SHORTEST and ("?" in question or ASKS_WHAT.match(question)) else -1
    said = text[: max(place, 0)].rstrip('*_«" \n')
    return said if said != text[:place] and _FINISHED.search(said[-_NEAR:]) and _ENDS.match(text[place + len(asked) :]) else text


def _without_rule(said: str) -> str:
    head, _, last = said.rstrip().rpartition("\n")
    return head.rstrip() if _RULE.fullmatch(last) else said.rstrip()


def _first_letter(text: str) -> str:
    """The first turn of a talk between A and B."""
    turns = list(_LETTER.finditer(text))
    if len(turns) < 3 or turns[0].start() or turns[0]["who"] != turns[2]["who"] or turns[0]["who"] == turns[1]["who"]:
        return text
    return text[turns[0].end() : turns[1].start()].rstrip()


def _is_talk(text: str) -> bool:
    """Whether the lines of a text are a question and what is said to it, each after its dash."""
    if _SAY_BACK.match(text):
        return True
    if not _ASKED.match(text):
        return False
    turns = [_SPOKEN.fullmatch(line.strip()) for line in text.split("\n") if line.strip()]
    if len(turns) < 2 or turns[0] is None or turns[1] is None or not all(turns):
        return False
    return (turns[0]["said"].endswith("?") and not turns[1]["said"].endswith("?")) or _THANKS_IN.match(turns[0]["said"]) is not None


def _asks_like(line: str, question: str, *, is_apart: bool = False) -> bool:
    """Whether a line asks what the person's question does of something else: in the same words at its beginning and in others."""
    said = [lemma(word) for word in words(line)]
    said = said[1:] if said[:1] in (["а"], ["и"]) else said
    asked = [lemma(word) for word in words(question)]
    is_open = line.rstrip().endswith("?") or line.rstrip()[-1:].isalpha()
    if not 2 < len(said) <= _LONGEST or not (is_open or is_apart) or said[0] not in asked[: len(asked) // 2 + 1]:
        return False
    return said != asked and len({*said} & {*asked}) > max(1, len(said) // 3)


def _before_next_questions(text: str, question: str) -> str:
    """The text without two and more questions at its end that are like the person's."""
    head, newline, last = text.rpartition("\n")
    sentences = list(_SENTENCE.finditer(last))
    start = len(sentences)
    while start and sentences[start - 1][0].rstrip().endswith("?") and _asks_like(sentences[start - 1][0], question):
        start -= 1
    if len(sentences) - start < 2 or not (start or head.strip()):
        return text
    return (head + newline + last[: sentences[start].start()]).rstrip()
