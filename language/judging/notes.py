"""What a model writes around its reply: labels such as "Ответ:", notes on the reply, and tails of hashtags and emoji."""

import re

from language.cleaning.turns import unquoted
from language.judging.courtesy import is_polite
from language.words import either, morph, stems, word_set

_LABEL = re.compile(
    r"\A\s*+[*_#]{0,3}+\s*+(?:"
    r"(?:(?:вот|мой|моё|возможный|пример|примерный|вариант|краткий|итоговый|окончательный|финальный|хороший|подходящий|дружеский|лучший|первый|готовый|(?:перефразирован|исправлен|улучшен|обновл[её]н|сокращ[её]н|отредактирован|переписан|сгенерирован)ный|правильный|конечно"
    r"|хорошо|assistant['’]s|bot['’]s|here|is|my|the|sample|final)[,!.]?\s+)*"
    r"(?:(?:текст )?ответа?|реплика|answer|response|reply|output)"
    r"(?:\s+(?:от (?:лица |имени )?)?(?:гриши|бота|ассистента|персонажа|таков|такой))?"
    r"(?:\s+(?:в|как) (?:стиле|роли|духе|образе|гриша)(?:\s\w+)?)?"
    r"(?:\s+на (?:(?:ваш|твой|этот|данный)\s)?(?:вопрос|сообщение|реплику)(?:\s\w+)?)?"
    r"|(?:(?:конечно|хорошо|ладно|окей|ок|sure|certainly)[,!.]?\s+)?(?:вот|мой|here is|here's)\s(?:[\w-]+\s){0,4}?"
    r"(?:ответ|реплика|response|reply|answer)\w*(?:\s[\w«»-]+){0,6}"
    r"|(?:(?:хорошо|конечно|ладно)[,!.]?\s+)?(?:я )?(?:отвечу|отвечаю|скажу) (?:как|в (?:роли|стиле|образе)|от лица) гриш\w"
    r"|(?:вот[,]? )?(?:как|что|так)(?: бы)? (?:ответил|сказал|написал)(?: бы)?(?: бы)? гриша"
    r"|(?:как |будучи )?гриша(?:,? я)?(?: бы)? (?:ответил|сказал|написал|ответит|отвечает)(?: бы)?(?: так| следующее)?"
    r"|[AАOО](?!.*\n\s*[BБ]:))"
    r"(?:\s(?:номер )?№?(?P<number>\d|один))?(?:\s*\([^()\n]{1,40}\))?\s*[*_]{0,3}\s*:\s*[*_]{0,3}\s*",
    re.IGNORECASE | re.DOTALL,
)
_NEXT_VERSION = re.compile(r"\n+[*_#\s]*(?:вариант ответа|ответ|response|answer) №?\d[^\n:]{0,20}:", re.IGNORECASE)
_BRACKETED_LABEL = re.compile(
    r"\A\s*[*_]{0,2}\[(?:ответ|гриша|бот|ассистент|реплика|answer|response|reply)(?: гриши| бота)?\][*_]{0,2}:?\s+(?=\S)", re.I
)
_OFFER = re.compile(
    r"(?:(?<!\n)\n+|(?<=[.!?…)])[ ])(?:надеюсь,? (?:что )?(?:этот|мой) ответ|(?:если \w+,? )?(?:я )?(?:могу|готов) "
    r"(?:переписать|изменить|дополнить|сократить|переформулировать|исправить|скорректировать) (?:\w+ )?(?:ответ|реплику)"
    r"|дай(?:те)? знать,? если (?:\w+ )?(?:ответ|измен|исправ|переписа))[^\n]*\Z",
    re.IGNORECASE,
)
"""What a model says of its own reply at the end of it."""
_NOTE_WORD = (
    r"(?:прим(?:ечани[ея])?|пояснени[ея]|комментарий|заметка|конец|note|перевод|translation|disclaimer"
    r"|ответ (?:закончен|окончен|завер\w+|бота|гриши)|системн\w+ сообщени\w+|the end|end of)"
)
_ABOUT_REPLY = (
    r"\b(?:ответ\w*|реплик\w+|бот\w*|модел\w+|пользовател\w+|собеседник\w*|персонаж\w*|токен\w*|символ\w*|гриш[аиу]|диалог\w*"
    r"|response)\b"
)
_BRACKETED_NOTE = re.compile(
    rf"(?<!\s)\s*+(?:\(\s*+[*_]*{_NOTE_WORD}\b[^()]*(?:\([^()]*\)[^()]*)*\)?|\[\s*+{_NOTE_WORD}\b[^\[\]\n]*\]?(?!\()"
    rf"|\((?:\d+|\w+) (?:слов|символ|предложени|токен)\w*\)\Z|\((?!ответ\s*[:—-])(?=[^()]*{_ABOUT_REPLY})[^()]*\)\Z"
    rf"|\[(?=[^\[\]]*{_ABOUT_REPLY})[^\[\]]*\]\Z|(?<=\n)(?:[-*_=#~]{{3,}}[^\n]*|/?(?:END|STOP|КОНЕЦ|СТОП))\Z)[*_]*",
    re.IGNORECASE,
)
_NOTE_LINE = re.compile(
    r"\n[ *_=(\[-]{0,6}(?:конец|end)(?: (?:диалога|ответа|разговора|of \w+))?\W*\Z"
    r"|\n\n[*_(\[]{0,3}(?:(?:количество|число) (?:слов|символов|предложений)|длина|тон|стиль)(?: ответа)?: [^\n]*\Z"
    r"|\n[*_\[(]{0,3}это (?:\w+ )?(?:пример|вариант) ответа\b[^\n]*\Z|"
    rf"(?:\n|(?<=[.!?…])[ ])[*_\[(]{{0,3}}{_NOTE_WORD}[*_]{{0,3}}\s*:(?=.*{_ABOUT_REPLY}).*\Z"
    r"|\n(?:[-—*_]{3,}\s*\n\s*)?[*_\[(]{0,3}(?:P\.? ?S\.?:? *|З\.? ?Ы\.?:? *)?"
    r"(?:этот|данный|мой|this) (?:ответ|response|reply)\b[^\n]*\Z",
    re.IGNORECASE | re.DOTALL,
)


_WANTS_VERSIONS = either(stems("вариант верси несколько пару$ два$ две$ три$ пять штук как_ответить что_ответить иде[ияй] способ"))
_SECOND_VERSION = re.compile(
    r"(?<=[.!?…»)])\s+(?:[*_#]{0,3}(?:конечно|хорошо|пожалуйста|или|либо)?[,!.]?\s*(?:а )?(?:вот )?(?:и )?"
    r"(?:ещ[её] один|друг\w+|втор\w+|альтернативн\w+|нов\w+|улучшенн\w+|исправленн\w+|более \w+)\s"
    r"(?:(?:возможный |мой )?вариант(?: (?:моего )?ответа)?|ответ|верси\w+ (?:моего )?ответа))"
    r"(?:\s(?:на (?:ваш|твой|этот) \w+|в \w+ \w+))?[*_]{0,3}\s*:[*_]{0,3}\s",
    re.IGNORECASE,
)


def without_notes(text: str, question: str) -> str:
    """The label in front of a reply, the notes on it, and another version of it out of the text."""
    text = _BRACKETED_LABEL.sub("", text)
    label = _LABEL.match(text)
    if label:
        said = text[label.end() :]
        text = unquoted(_NEXT_VERSION.split(said)[0] if label["number"] else said)
    again = None if _WANTS_VERSIONS.search(question) else _SECOND_VERSION.search(text)
    text = text[: again.start()] if again else text
    text = _OFFER.sub("", text)
    text = _NOTE_LINE.sub("", _BRACKETED_NOTE.sub("", text))
    rest = _RULED_OFF.search(text)
    is_note = rest is not None and (is_polite(rest["after"]) or re.search(_ABOUT_REPLY, rest["after"], re.IGNORECASE) is not None)
    return text[: rest.start()] if rest and is_note else text


_RULED_OFF = re.compile(r"\n+[-—*_]{3,}\s*\n(?P<after>[^\n]+)\Z")
"""A last line below a rule."""


_STAGE_DIRECTION = re.compile(
    r"(?:\A|(?<=[.!?…)][ ])|(?<=\n))(?:\*(?!\*)(?P<done>(?:[А-ЯЁ][а-яё]+ )?[a-zа-яё][\w ,-]{2,60})\*(?!\*)"
    r"|(?P<mark>\*\*|_)(?P<marked>[а-яё]+(?: [а-яё]+){0,2})(?P=mark)"
    r"|\((?P<shown>[А-ЯЁа-яё][а-яё]+)[.!]?\)"
    r"|(?<!.)\((?P<begun>[А-ЯЁа-яё][а-яё]*(?: [а-яё]+){1,4})[.!]?\)"
    r"|\[(?:[А-ЯЁ][а-яё]+ )?(?P<acted>[а-яё]+(?: [а-яё]+){0,4})\](?!\())[.,:]?(?:[ ]|\n|\Z)"
)


def without_stage_directions(text: str, question: str) -> str:
    """What an actor would do and not say ("*улыбается*") out of the text, unless the person does so too."""
    if "*" in question or "_" in question:
        return text
    without = _STAGE_DIRECTION.sub(lambda match: "" if _is_action(match) else match[0], text).strip()
    return without or text


_MANNERS = word_set("вздох вздохи пауза смех смешок улыбка шёпот шепот кивок аплодисменты")


def _is_action(direction: re.Match[str]) -> bool:
    """Whether what stands between the signs is done, or says how the rest is said: "(тихо)", "(с улыбкой)", "[вздох]"."""
    told = direction["done"] or direction["marked"] or direction["shown"] or direction["acted"] or direction["begun"]
    said = told.lower().split()
    tags = [morph().parse(word)[0].tag for word in said]
    is_manner = (len(said) == 1 and (tags[0].POS == "ADVB" or said[0] in _MANNERS)) or (
        said[0] in ("с", "со") and tags[-1].case == "ablt"
    )
    opens_speech = direction.string[direction.end() : direction.end() + 1].isupper()
    if is_manner and opens_speech and direction.string[: direction.start()][-1:] in ("", "\n"):
        return True
    is_told_of = bool(direction["begun"]) and told.split()[0].istitle() and tags[0].case == "nomn"  # "(Гриша улыбается)"
    deeds = tags if direction["done"] else tags[:2] if is_told_of else tags[:1]
    return told.isascii() or "past" in tags[0] or any("3per" in tag or "GRND" in tag for tag in deeds)


_HASHTAG = re.compile(r"(?<![\w#&/])#(?![0-9a-f]{3}(?:[0-9a-f]{3})?\b)[^\W\d]\w+")
_TAIL = re.compile(
    rf"(?<![\s,;])[\s,;]*+{_HASHTAG.pattern}(?:[\s,;.]*+{_HASHTAG.pattern})+[\s,;.]*\Z|(?<=[.!?…)])\s+{_HASHTAG.pattern}\s*\Z"
)
_WANTS_HASHTAGS = either(stems("хештег хэштег хештэг хэштэг тег$ тегов теги$ hashtag пост$ поста$ подпис инстаграм"), "#")


def without_hashtags(text: str, question: str) -> str:
    """A tail of hashtags out of the text, unless the question is about them."""
    return text if _WANTS_HASHTAGS.search(question) or "#" not in text else _TAIL.sub("", text)


def is_hashtags(text: str, question: str) -> bool:
    """Whether half of a text and more are hashtags that nobody asked for."""
    tags = _HASHTAG.findall(text)
    return (
        bool(tags)
        and (len(tags) > 1 or tags[0] == text.strip())
        and 2 * len(tags) >= len(text.split())
        and not _WANTS_HASHTAGS.search(question)
    )


_LINK = re.compile(r"(?:https?://|www\.)[^\s<>]+")
_LINKS_TAIL = re.compile(rf"(?:\n+[^\n.!?:]{{1,30}}:)?(?:(?:\s|^)(?:[-*•\d.)]{{1,3}}\s+)?{_LINK.pattern}[,;]?){{3,}}\s*\Z")
_WANTS_LINKS = either(stems("ссыл линк сайт url источник адрес ресурс"))


def without_links(text: str, question: str) -> str:
    """A tail of three and more links out of the text, unless the question is about them."""
    tail = None if "/" not in text or _WANTS_LINKS.search(question) else _LINKS_TAIL.search(text)
    return text[: tail.start()] if tail and re.search(r"[.!?…)»][*_]*\s*\Z", text[: tail.start()]) else text


def is_links(text: str, question: str) -> bool:
    """Whether a text is a list of links that nobody asked for, with hardly a word between them."""
    links = _LINK.findall(text)
    said = re.findall(r"[^\W\d_]+", _LINK.sub(" ", text))
    return len(links) > 1 and len(said) <= 2 * len(links) and not _WANTS_LINKS.search(question)


_EMOJI = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d\u2640\u2642\U0001f3fb-\U0001f3ff]*"
_EMOJI_RUN = re.compile(rf"((?:{_EMOJI}\s*){{2}}{_EMOJI})(?:\s*{_EMOJI}){{5,}}")
_WANTS_EMOJI = either(stems("эмодзи эмоджи смайл emoji нарисуй сердеч сердц"))


def without_emoji_rows(text: str, question: str) -> str:
    """Of eight and more emoji in a row the first three, unless the question is about them."""
    return text if _WANTS_EMOJI.search(question) else _EMOJI_RUN.sub(r"\1", text)


_SHOUTED = re.compile(r"([!?])\1{3,}|([!?]{2})\2{2,}")
_DOTS = re.compile(r"(?<![.\w/])\.{5,}|(?<=\w)\.{5,}")
_SMILEYS = re.compile(r"([:;=8]-?[)(DPpРр]+)(?:\s*[:;=8]-?[)(DPpРр]+){3,}")
_DOUBLED_MARK = re.compile(r"(?<=[^\W\d_])[ ]?([,;:])(?:[ ]?\1)+(?=\s)")
_SPACED_DOTS = re.compile(r"(?<=\w)(\.+)(?: +\.+)+(?=\s|\Z)")
_DOT_BEFORE = re.compile(r"(?<=\w)\.(?=[!?](?:\s|\Z))")


def without_doubled_marks(text: str) -> str:
    """Marks said once that stand four times in a row, or twice where a comma does."""
    text = _SMILEYS.sub(r"\1", text)
    text = _SPACED_DOTS.sub(lambda match: "." if match[1] == "." else "...", text)
    text = _DOTS.sub("...", _SHOUTED.sub(lambda match: match[1] or match[2], text))
    return _DOT_BEFORE.sub("", _DOUBLED_MARK.sub(r"\1", text))
