"""What a model writes about its reply: labels such as "Ответ:", notes on the reply, another version of it."""

import re

from language.cleaning.turns import unquoted
from language.judging.courtesy import is_polite
from language.words import either, stems

_LABEL = re.compile(
    r"\A\s*+(?:[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?\s*)?[*_#]{0,3}+\s*+(?:"
    r"(?:(?:вот|мой|моё|возможный|пример|примерный|вариант|краткий|итоговый|окончательный|финальный|хороший|подходящий|дружеский|лучший|первый|готовый|(?:перефразирован|исправлен|улучшен|обновл[её]н|сокращ[её]н|отредактирован|переписан|сгенерирован)ный|правильный|конечно"
    r"|хорошо|assistant['’]s|bot['’]s|here|is|my|the|sample|final)[,!.]?\s+)*"
    r"(?:(?:текст )?ответа?|реплика|answer|response|reply|output)"
    r"(?:\s+(?:от (?:лица |имени )?)?(?:гриши|бота|ассистента|персонажа|таков|такой))?"
    r"(?:\s+(?:в|как) (?:стиле|роли|духе|образе|гриша)(?:\s\w+)?)?"
    r"(?:\s+на (?:(?:ваш|твой|этот|данный)\s)?(?:вопрос|сообщение|реплику)(?:\s\w+)?)?"
    r"|(?:(?:конечно|хорошо|ладно|окей|ок|sure|certainly)[,!.]?\s+)?(?:вот|мой|here is|here's)\s(?:[\w-]+\s){0,4}?"
    r"(?:ответ|реплика|response|reply|answer)\w*(?:\s[\w«»-]+){0,6}"
    r"|(?:(?:хорошо|конечно|ладно|окей|ок|okay|ok|sure)[,!.]?\s+)?(?:я )?(?:отвечу|отвечаю|скажу)"
    r" (?:как|в (?:роли|стиле|образе)|от лица) гриш\w"
    r"|(?:вот[,]? )?(?:как|что|так)(?: бы)? (?:ответил|сказал|написал)(?: бы)?(?: бы)? гриша"
    r"|(?:как |будучи )?гриша(?:,? я)?(?: бы)? (?:ответил|сказал|написал|ответит|отвечает)(?: бы)?(?: так| следующее)?"
    r"|(?:перефразирован|исправлен|улучшен|сокращ[её]н|отредактирован|переписан)н\w{2} (?:вариант|текст|версия|фраза|предложение)"
    r"|[AАOО](?!.*\n\s*[BБ]:))"
    r"(?:\s(?:номер )?№?(?P<number>\d|один))?(?:\s*\([^()\n]{1,40}\))?\s*[*_]{0,3}\s*:\s*[*_]{0,3}\s*",
    re.IGNORECASE | re.DOTALL,
)
_NEXT_VERSION = re.compile(r"\n+[*_#\s]*(?:вариант ответа|ответ|response|answer) №?\d[^\n:]{0,20}:", re.IGNORECASE)
_NOTE_WORD = (
    r"(?:прим(?:ечани[ея])?|пояснени[ея]|комментарий|заметка|конец|note|перевод|translation|disclaimer"
    r"|ответ (?:закончен|окончен|завер\w+|бота|гриши)|системн\w+ сообщени\w+|the end|end of)"
)
_BRACKETED_LABEL = re.compile(
    r"\A\s*[*_]{0,2}\[(?:ответ|гриша|бот|ассистент|реплика|answer|response|reply)(?: гриши| бота)?\][*_]{0,2}:?\s+(?=\S)", re.I
)
_WARNING = (
    r"(?:важно|внимание|замечание|объяснение|обоснование|пояснение|примечание|уточнение|дополнение|анализ|проверка|комментарий)"
)
_ON_INSTRUCTIONS = (
    r"(?:\b(?:ответ\w*|текст\w*) (?:\w+ )?(?:написан|дан|составлен|соответств|сформулирован|построен|выдержан)"
    r"|\bя (?:\w+ )?(?:старал|постарал|ответил|отвечал|использовал|учёл|учел|избегал|придерживал|следовал)"
    r"|\b(?:системн\w+ (?:сообщени|промпт|инструкци|запрос)|(?:мо|ваш|заданн|данн)\w+ инструкци|промпт))\w*"
)
_ABOUT_REPLY = (
    r"\b(?:ответ\w*|реплик\w+|бот\w*|модел\w+|пользовател\w+|собеседник\w*|персонаж\w*|токен\w*|символ\w*|гриш[аиу]|диалог\w*"
    r"|response)\b"
)
_BRACKETED_NOTE = re.compile(
    rf"(?<!\s)\s*+\(\(?(?:OOC|НРП)\b[^()]*\)?\)\Z|(?<!\s)\s*+(?:\(\s*+[*_]*{_NOTE_WORD}\b[^()]*(?:\([^()]*\)[^()]*)*\)?|\[\s*+{_NOTE_WORD}\b[^\[\]\n]*\]?(?!\()"
    rf"|\((?:\d+|\w+) (?:слов|символ|предложени|токен)\w*\)\Z|\((?!ответ\s*[:—-])(?=[^()]*{_ABOUT_REPLY})[^()]*\)\Z"
    rf"|\[(?=[^\[\]]*{_ABOUT_REPLY})[^\[\]]*\]\Z|(?<=\n)(?:[-*_=#~]{{3,}}[^\n]*|/?(?:END|STOP|КОНЕЦ|СТОП))\Z)[*_]*",
    re.IGNORECASE,
)
_NOTE_LINE = re.compile(
    r"\n[ *_=(\[-]{0,6}(?:конец|end)(?: (?:диалога|ответа|разговора|of \w+))?\W*\Z"
    rf"|\n[*_#(\[ ]{{0,6}}{_WARNING}[*_]{{0,3}}(?:[ ]?[:!]|\n)[*_]{{0,3}}\s*(?=[^\n]*{_ON_INSTRUCTIONS})[^\n]*\Z"
    r"|\n\n[*_(\[]{0,3}(?:(?:количество|число) (?:слов|символов|предложений)|длина|тон|стиль)(?: ответа)?: [^\n]*\Z"
    r"|\n[*_\[(]{0,3}это (?:\w+ )?(?:пример|вариант) ответа\b[^\n]*\Z|"
    rf"(?:\n|(?<=[.!?…])[ ])[*_\[(]{{0,3}}{_NOTE_WORD}[*_]{{0,3}}\s*:(?=.*{_ABOUT_REPLY}).*\Z"
    r"|\n(?:[-—*_]{3,}\s*\n\s*)?[*_\[(]{0,3}(?:P\.? ?S\.?:? *|З\.? ?Ы\.?:? *)?"
    r"(?:(?:этот|данный|мой|this) (?:ответ|response|reply)\b|я (?:по)?старал\w+ отве[тч])[^\n]*\Z",
    re.IGNORECASE | re.DOTALL,
)


_FIRST_OF_MANY = re.compile(
    r"\A[*_]{0,2}(?P<label>(?:вариант|версия|ответ|option))(?: ?№)? ?1[*_]{0,2}[:.)][*_]{0,2}\s+", re.IGNORECASE
)
_WANTS_VERSIONS = either(
    stems("вариант верси несколько пару$ два$ две$ три$ пять штук как_ответить что_ответить иде[ияй] способ сравни")
)
_SECOND_VERSION = re.compile(
    r"(?<=[.!?…»)])\s+(?:[*_#]{0,3}(?:конечно|хорошо|пожалуйста|или|либо)?[,!.]?\s*(?:а )?(?:вот )?(?:и )?"
    r"(?:ещ[её] один|друг\w+|втор\w+|альтернативн\w+|нов\w+|улучшенн\w+|исправленн\w+|более \w+)\s"
    r"(?:(?:возможный |мой )?вариант(?: (?:моего )?ответа)?|ответ|верси\w+ (?:моего )?ответа))"
    r"(?:\s(?:на (?:ваш|твой|этот) \w+|в \w+ \w+))?[*_]{0,3}\s*:[*_]{0,3}\s",
    re.IGNORECASE,
)


def without_notes(text: str, question: str) -> str:
    """The label in front of a reply, the notes on it, and another version of it out of the text."""
    text = _BRACKETED_LABEL.sub("", _first_version(text, question))
    label = _LABEL.match(text)
    if label:
        said = text[label.end() :]
        text = unquoted(_NEXT_VERSION.split(said)[0] if label["number"] else said)
    again = None if _WANTS_VERSIONS.search(question) else _SECOND_VERSION.search(text)
    text = text[: again.start()] if again else text
    text = _NOTE_LINE.sub("", _BRACKETED_NOTE.sub("", text))
    rest = _RULED_OFF.search(text)
    is_note = rest is not None and (is_polite(rest["after"]) or re.search(_ABOUT_REPLY, rest["after"], re.IGNORECASE) is not None)
    return text[: rest.start()] if rest and is_note else text


_RULED_OFF = re.compile(r"\n+[-—*_]{3,}\s*\n(?P<after>[^\n]+)\Z")
"""A last line below a rule."""


def _first_version(text: str, question: str) -> str:
    first = _FIRST_OF_MANY.match(text)
    if first is None or _WANTS_VERSIONS.search(question):
        return text
    second = re.compile(rf"\n+[*_]{{0,2}}{re.escape(first['label'])}(?: ?№)? ?2\b", re.IGNORECASE).search(text)
    return text[first.end() : second.start()] if second else text
