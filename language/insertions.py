"""What does not belong inside a sentence: placeholders that were never filled in, and words in a script nobody used."""

import re

_PLACEHOLDER = re.compile(
    r"(?<![\w\]])(?:\[(?:(?:ваше |твоё |твое )?имя|вставь|укажи|введи|your name|name|user|username|person|город|дата|название)"
    r"[^\]\n]{0,40}\](?![(\[])|\{\{?\s*(?:(?:user|first|last)?_?name|user|char|bot|имя\w*)\s*\}\}?"
    r"|<\s*(?:(?:ваше )?имя[\w ]{0,20}|(?:user|first)?_?name|user|char|bot)\s*>)",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"(?:\A|\b)(?:привет\w*|здравствуй\w*|хай|спасибо|пока|да|нет|ок|день|вечер|утро|ночи|hi|hello|hey|dear|дорог\w+|уважаем\w+)"
    r"[ ]*\Z",
    re.IGNORECASE,
)
"""Finds at the end of a text a word after which people are called by their names."""
_DEAR = re.compile(r"(?:^|\s)(?:дорог\w+|уважаем\w+)\s*\Z", re.IGNORECASE)
_F_STRING = re.compile(r"f[\"'][^\"'\n]*\Z")  # f"Привет, {name}" is code
_UP_TO_SENTENCE = re.compile(r".*(?:[.!?…][ ]|\n)", re.DOTALL)
_END_OF_SENTENCE = re.compile(r"[.!?…]+(?=\s|\Z)\s*|\n|\Z")


def without_placeholders(text: str) -> str:
    """Placeholders out: one that addresses the person with its comma, any other with its whole sentence."""
    for _ in range(20):
        found = (m for m in _PLACEHOLDER.finditer(text) if not _F_STRING.search(text[max(0, m.start() - 80) : m.start()]))
        match = next(found, None)
        if match is None:
            return text
        text = _without_placeholder(text[: match.start()], text[match.end() :])
    return _tidy(_PLACEHOLDER.sub("", text))


def _without_placeholder(before: str, after: str) -> str:
    line = before.rpartition("\n")[2]
    opens = not line.strip(" *—-") or re.search(r"[.!?…]\s+\Z", before)
    if opens and re.match(r"\s*[,!:]", after):  # "[имя], как дела?"
        return before + _capital(re.sub(r"\A\s*[,!:]\s*", "", after))
    if re.search(r",\s*\Z", before) or GREETING.search(before):  # "Привет, [имя]!", "Дорогой [имя]!"
        before = re.sub(r"(?:,\s*|\s+)\Z", "", _DEAR.sub(" ", before))
        if not before.strip():
            return _capital(after.lstrip(" ,"))
        return before + (after if re.match(r"\s*(?:[,.!?…)]|\Z)", after) else ", " + after.lstrip())
    sentence = _UP_TO_SENTENCE.match(before)
    return (sentence[0] if sentence else "") + _END_OF_SENTENCE.split(after, maxsplit=1)[1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_SCRIPTS = (  # as ranges of a character class
    "\u0370-\u03ff\u1f00-\u1fff",  # Greek
    "\u0590-\u05ff\ufb1d-\ufb4f",  # Hebrew
    "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc",  # Arabic
    "\u0900-\u0dff",  # India
    "\u0e00-\u0eff",  # Thai, Lao
    "\u0530-\u058f\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",  # Armenian, Georgian
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",  # Korean
    "\u2e80-\u3029\u3031-\u303c\u303e-\u312f\u3190-\u3296\u3298\u329a-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uffef\U00020000-\U0003ffff",  # Chinese, Japanese; all but the emoji among them
    "\u0f00-\u109f\u1200-\u1c7f\u1cd0-\u1cff\u2d30-\u2dff\ua000-\ua63f\ua6a0-\ua6ff\ua800-\ua95f\ua980-\uabff"
    "\U00010000-\U0001cfff",  # any other
)
_SYMBOL = re.compile(f"[{_SCRIPTS[0]}]{{1,2}}")  # Greek letters as in "угол α", "5 μm"
_FACE = re.compile(r"(?<=[_()/\\^°□•・´｀;>❛◕╯ヽ])[ツシノヽωಠಥДʘ益ロ皿づヮ∀・](?=[\s_()/\\^°□•・´｀;<❛◕╯]|\Z)|¯\\?\\?_\(ツ\)_/¯")
_FULL_WIDTH = {"，": ",", "。": ".", "！": "!", "？": "?"}


def without_foreign_script(text: str, question: str) -> str:
    """Words in a script that is not used in `question` out of the text; nothing is left where they are most of it."""
    letters = "".join(script for script in _SCRIPTS if not re.search(f"[{script}]", question))
    if not letters:
        return text
    faces = {place for face in _FACE.finditer(text) for place in range(*face.span())}
    words = re.finditer(rf"[{letters}](?:[{letters}\s·、。，！？：；\u200d]*[{letters}。！？])?", text)
    runs = [run for run in words if run.start() not in faces and not _SYMBOL.fullmatch(run[0])]
    if not runs:
        return text
    if 2 * sum(map(str.isalpha, "".join(run[0] for run in runs))) > sum(map(str.isalpha, text)):
        return ""
    kept, position = "", 0
    for run in runs:
        between = text[position : run.start()]
        ended = not between.strip() or between.rstrip()[-1] in ".!?…,"
        kept += between + ("" if ended else _FULL_WIDTH.get(run[0][-1], "")) + " "
        position = run.end()
    return _tidy(kept + text[position:])


_GAPS = (
    (r"[ ]*(?:\([\s,;:—-]*\)|«\s*»|\"\s*\")", ""),  # empty brackets and quotes
    (r"(?<=\S)[ \t]{2,}", " "),
    (r"[ \t]+(?=[,.!?…;:»](?:\s|\Z))", ""),  # a space before a mark
    (r"(?:[ ]?[,;:—–-])+(?=[.!?…](?:\s|\Z))", ""),  # a comma before a full stop
    (r",(?:[ ]?,)+", ","),
    (r"(?m)^[ \t]*[,.!?;:]+(?:[ \t]+|$)", ""),  # a mark at the start of a line
    (r"(?<=[.!?…])[ ]+[.!?](?=\s|\Z)", ""),  # a full stop on its own after the end of a sentence
)


def _tidy(text: str) -> str:
    """The gaps closed that a removed word leaves."""
    for gap, closed in _GAPS:
        text = re.sub(gap, closed, text)
    return text
