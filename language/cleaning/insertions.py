"""What does not belong inside a sentence: placeholders that were never filled in, and words in a script nobody used."""

import re

from language.cleaning.endings import without_small_words
from language.judging.foreign import LATIN_SMALL_WORDS, SCRIPTS, is_foreign, scripts_allowed, wants_foreign
from language.judging.machine import wants_form
from language.words import morph, words

_PLACEHOLDER = re.compile(
    r"(?<![\w\]])(?:\[(?:(?:сам[оаи]\w*|нужн\w+|текущ\w+|полн\w+|сегодняшн\w+) )?(?:ваш|твой|твоя|твоё|твое|твои|имя|фио|фамили"
    r"|отчеств|вставь|укажи|введи|впиши|подставь|собеседник|пользовател|город|дат[аыу]\b|врем[яе]|мест[оа]\b|адрес|телефон|номер|сумм"
    r"|цен[аыу]\b|назван|должност|компани|организаци|ссылк|подпис|e-?mail|электронн|почт[аы]"
    r"|your |insert |name|user|username|person|city|date\b|link\b|url\b|address|phone|company|title\b)"
    r"[^\]\n]{0,40}\](?![(\[])|\{\{?\s*(?:(?:user|first|last)?_?name|user|char|bot|имя\w*|собеседник|пользователь)\s*\}\}?"
    r"|(?<=, )_{3,}(?=[!,.?])|\((?:ваше |твоё )?имя\)|__\w*NAME__|[$%](?:user_?)?name\b%?|@username\b|\bUSER_?NAME\b"
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
_FIELDS = 3
"""Different placeholders in a text of several lines that make it a form for the person to fill in."""
_BLANK = re.compile(r"\[[А-ЯЁа-яёA-Za-z][А-ЯЁа-яёA-Za-z ]{1,40}\](?![(\[:])")
_CLOSING = re.compile(r"(?<!\n)\n+[^\n.!?]{1,40},?\s*\Z")


def without_placeholders(text: str, question: str) -> str:
    """Placeholders out: one that addresses the person with its comma, any other with its whole sentence; a form keeps its own."""
    fields = set(_PLACEHOLDER.findall(text))
    if wants_form(question) or (len(fields) >= _FIELDS and text.count("\n") >= _FIELDS):
        return text
    if len(_BLANK.findall(text)) > 1 and all(_BLANK.search(one) or len(words(one)) < _FIELDS for one in _SENTENCE_END.split(text)):
        return ""
    for _ in range(20):
        found = (m for m in _PLACEHOLDER.finditer(text) if not _F_STRING.search(text[max(0, m.start() - 80) : m.start()]))
        match = next(found, None)
        if match is None:
            return text
        text = _without_placeholder(text[: match.start()], text[match.end() :])
    return _tidy(_PLACEHOLDER.sub("", text))


def _without_placeholder(before: str, after: str) -> str:
    line = before.rpartition("\n")[2]
    if re.match(r" [А-ЯЁ][а-яё]+[.!?,]", after) and line.strip():  # "ты [имя] Марина."
        return before + after.lstrip()
    if not after.strip() and not line.strip() and _CLOSING.search(before):  # "С уважением,", and nobody's name
        return _CLOSING.sub("", before)
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


_SYMBOL = re.compile(f"[{SCRIPTS['greek']}]{{1,2}}")  # Greek letters as in "угол α", "5 μm"
_FACE = re.compile(
    r"(?<=[_()/\\^°□•・´｀;>❛◕╯ヽ])[ツシノヽωಠಥДʘ益ロ皿づヮ∀・︵](?=[\s_()/\\^°□•・´｀;<❛◕╯]|\Z)|¯\\?\\?_\(ツ\)_/¯"
    r"|\([^()А-Яа-яёA-Za-z\n]{0,4}[_^°´`≧≦｡•][^()А-Яа-яёA-Za-z\n]{0,8}\)"
)
_IN_ANOTHER = re.compile(f"[{''.join(SCRIPTS.values())}]")
_ENDS_CLAUSE = re.compile(r"\s*(?:[.!?…,;]|\Z)")
_JOINS = re.compile(r"\s*(?:или|либо|и|а также) (?=(?P<next>[а-яё]+))")
_OWN_MARK = re.compile(r"\s*[.!?…]+(?=\s|\Z)")
_REST = re.compile(r"\s+(?=[а-яё])[^.!?…\n]*[.!?…]*")
_FULL_WIDTH = {"，": ",", "。": ".", "！": "!", "？": "?"}


def without_foreign_script(text: str, question: str) -> str:
    """Words in a script that `question` did not ask for out of the text; nothing is left where they are most of it."""
    if _IN_ANOTHER.search(text) is None:
        return text
    allowed = scripts_allowed(question)
    letters = "".join(script for name, script in SCRIPTS.items() if name not in allowed)
    if not re.search(f"[{letters}]", text):
        return text
    faces = {place for face in _FACE.finditer(text) for place in range(*face.span())}
    found = re.finditer(rf"[{letters}](?:[{letters}\s·、。，！？：；\u200d,.!?;:'-]*[{letters}。！？])?", text)
    runs = [run for run in found if run.start() not in faces and not _SYMBOL.fullmatch(run[0])]
    if wants_foreign(question):  # "по-японски «кэро-кэро» (ケロケロ)"
        runs = [run for run in runs if text[run.start() - 1 : run.start()] not in ("(", "«", '"')]
    if not runs:
        return text
    if 2 * sum(map(str.isalpha, "".join(run[0] for run in runs))) > sum(map(str.isalpha, text)):
        return ""
    kept, position = "", 0
    for run in runs:
        between = text[position : run.start()]
        if position and not any(map(str.isalpha, between)):
            between = ""  # a number in a foreign sentence
        ended = not between.strip() or between.rstrip()[-1] in ".!?…,"
        kept += between + ("" if ended else _FULL_WIDTH.get(run[0][-1], "")) + " "
        torn = _TORN_END.match(text, run.end())
        position = torn.end() if torn and not morph().word_is_known(torn[0]) else run.end()  # "لимонный"
        rest = _JOINS.match(text, position)
        if between.rstrip()[-1:] in _STOPS and (own := _OWN_MARK.match(text, position) or _REST.match(text, position)):
            position = own.end()  # the mark of a foreign sentence; or what goes on in Russian and lacks its beginning
        elif rest and _is_named(rest["next"]) and not _is_named((re.findall(r"[а-яё]+", kept) or [""])[-1]):
            position = rest.end()  # "возьми 大米 или гречку"
        elif _ENDS_CLAUSE.match(text, position) and not ended:
            kept = without_small_words(kept)
            lone = _LONE_WORD.search(kept)
            if lone:  # "Это."
                kept = kept[: lone.start()]
                mark = _OWN_MARK.match(text, position)
                position = mark.end() if mark else position
    return _tidy(kept + text[position:])


_LONE_WORD = re.compile(r"(?:(?<=[.!?…])\s+|(?<=\n)|\A)(?:[Ээ]то|[Оо]н[аои]?|[Яя]|[Тт]ы|[Вв]ы)\s*\Z")
_TORN_END = re.compile("[а-яё]+")
_STOPS = frozenset(".!?…")


def _is_named(word: str) -> bool:
    return morph().parse(word)[0].tag.POS in {"NOUN", "ADJF"} if word else False


_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_LATIN_OPENING = re.compile(r"\A(?:[A-Za-z' ,]+[.!?…]\s*)+(?=[А-ЯЁ])")  # what is left of thoughts in English: "Okay."
_LOST_WORD = re.compile(
    r"(?<=[а-яё,])(?<![a-z],)[ ]([a-z]+)(?=[ ][А-ЯЁа-яё]|[.,!?…](?:\s|\Z))"
)  # "это very красиво", "делают often."
_LOST_PHRASE = re.compile(r"(?<=[а-яё]),(?: [a-z]{2,}){2,}(?=,)")  # "в день, small portions, и"
_LOST_OPENING = re.compile(r"(?:\A|(?<=[.!?…][ ]))([A-Z][a-z]+),?[ ]([а-яё])(?=[а-яё]*[ ,])")  # "However, это так."
_TRANSLATES = re.compile(
    r"[ ]?[(\[](?:на |по-)?(?:en|eng|[a-z]+(?:ish|ian|ese|man)|french|tatar|kazakh|англ|татар|укр|каз|нем|франц|кит|исп|бел)[а-яё]*"
    r"(?: языке)?\.?\s*[:=]",
    re.IGNORECASE,
)
_TRANSLATION = re.compile(r"\n+\W*(?:перевод|на \w+ском|на \w+цком|по-\w+ски)[^\n:]{0,25}:(?P<said>[^\n]*)", re.IGNORECASE)
_LATIN_WORD = re.compile(r"(?<![\w./@-])[A-Za-z]{2,}(?![\w./@-])")
_TOLD_IN_RUSSIAN = re.compile(r"[a-z][.!?]? (?:По-русски|То есть|В переводе|Переводится|Буквально)\b")
_IN_BRACKETS = re.compile(r"[ ]?(?:\([^()\n]*\)|\[[^\[\]\n]*\](?!\())")


def without_foreign_sentences(text: str, question: str) -> str:
    """Sentences and brackets in another language out of a Russian text that nobody asked to be anything else."""
    if not re.search("[A-Za-z\u0400\u0402-\u040f\u0450\u0452-\u052f]", text) or wants_foreign(question) or is_foreign(question):
        return text
    if _LATIN_WORD.search(question) or _TOLD_IN_RUSSIAN.search(text):
        return text  # it is spoken of
    text = _IN_BRACKETS.sub(lambda match: "" if is_foreign(match[0]) or _TRANSLATES.match(match[0]) else match[0], text)
    text = _TRANSLATION.sub(lambda match: "" if is_foreign(match["said"]) else match[0], text)
    kept, position = "", 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        if text.count("(", position, end) > text.count(")", position, end):
            continue  # "(лат. Veni, vidi, vici)"
        kept += "" if is_foreign(text[position:end]) else text[position:end]
        position = end
    kept += text[position:]
    if len(kept) < len(text):
        kept = _LATIN_OPENING.sub("", kept)
    kept = _LOST_PHRASE.sub("", kept)
    kept = _LOST_WORD.sub(lambda match: "" if match[1] in LATIN_SMALL_WORDS and not _is_told_of(match) else match[0], kept)
    kept = _LOST_OPENING.sub(lambda match: match[2].upper() if match[1].lower() in LATIN_SMALL_WORDS else match[0], kept)
    return kept.rstrip() if re.search("[а-яё]", kept, re.IGNORECASE) else text


def _is_told_of(word: re.Match[str]) -> bool:
    """Whether a foreign word is the subject of its sentence: "от английского yes, sir"."""
    return wants_foreign(re.split(r"[.!?…]\s", word.string[: word.start()])[-1])


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
