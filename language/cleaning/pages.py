"""What a web page has around an answer: sources, tags, comments, links to read on; a model learned to write it after its reply."""

import re

from language.words import either, stems, words

_LABELS = (
    r"источник(?:и|ов)?|теги?|метки|хештеги|ключевые слова|рубрик[аи]|категори[яи]|опубликовано|дата(?: публикации)?"
    r"|просмотр(?:ов|ы)|(?:рейтинг|оценка)(?: ответа| качества)?|поделиться(?: \w+){0,3}|поделитесь(?: \w+){0,3}"
    r"|автор(?: статьи| текста)?|фото|материалы по теме|ссылк[аи]"
    r"|обсудить|tags?|sources?|references?|share|author|category|posted|related"
)
_FURNITURE = re.compile(
    r"(?:\s*\n\s*|(?<=[.!?…»)])[ ]+)(?=(?:[*_#>|•🔗📌-]++ ?)*+(?:"
    rf"(?:{_LABELS})[*_]*[ ]?(?::(?!\s*[\U000f0000-\U0010ffff])|\n|\Z)"
    r"|(?:читать|читайте|смотрите|смотреть|узнать|узнайте|перейти|см\.)"
    r" (?:также|ещё|еще|далее|дальше|полностью|подробнее|больше|по теме)"
    r"|подробнее (?:на сайте|в (?:стать|материал|раздел)\w+|по ссылке|читайте|здесь|об этом)\b"
    r"|(?:похожие|другие|популярные|связанные) (?:\w+ )?(?:вопросы|ответы|статьи|темы|записи|материалы|запросы)"
    r"|(?:\d+ )?комментари(?:и|ев|й|я)[ ]?(?:[:(\d]|\n|\Z)|нравится[ :]+\d|\d+ (?:просмотр|лайк|ответ)\w*(?:\s|\Z)"
    r"|подпи(?:шитесь|сывайтесь|сывайся|шись|саться) на|ставьте лайк|вс[её] права (?:защищены|охраняются)|all rights reserved"
    r"|(?:©|\(c\)|copyright)\W*\w|read more|see also|click here|нажмите здесь|реклама(?:\n|\Z)"
    r"|(?:войти|ответить|пожаловаться)(?: \||\n|\Z)|(?:ответил|спросил|опубликовал|добавил|написал)[аи]?[ ]?:"
    r"|\[(?:подробнее|источник|ссылка|читать|перейти)[^\]\n]*\]\([^()\n]*\)\W*\Z|\[\d{1,2}\][ ]\w"
    r"|ответ соответствует|соответствие \w+:|качество ответа))",
    re.IGNORECASE,
)
_WANTS_PAGE = either(
    stems(
        "хэштег хештэг хэштэг хештег источник автор$ автора$ ссылк тег$ теги$ тегов подпис рубрик стать пост$ поста$ заметк рецензи"
        " отзыв оцен письм объявлени шаблон образец цитат эпиграф придумай напиши сочини составь оформи библиограф"
        " сноск рейтинг фильм книг"
    )
)
_FINISHED = re.compile(r"(?:[.!?…)»\]\"]|[\u2190-\u2bff\U0001f000-\U0001faff]\ufe0f?)[*_]*\s*\Z")
_HASHTAGS = re.compile(r"(?<=[^\s#&/,;])(?:[\s,;]*#\w*[^\W\d_]\w*){2,}[\s,;.]*\Z")
_REFERENCE = re.compile(r"(?<=[а-яё.,!?»)])(?:(?:\[\d{1,2}\])+|[ ](?:\[\d{1,2}\]){2,}(?=\s|\Z)|[ ]\[\d{1,2}\](?=[.,;!?]))")
_HEAD = re.compile(r"\s*(?:\n[ ]*[-—*_=]{3,}[ ]*)?\s*\Z|\s*\n[*_]{0,2}[А-ЯЁ][а-яё]+(?: [а-яё]+){0,2}[*_]{0,2}:[*_]{0,2}[ \n]*\Z")
_LAST_LINK = re.compile(r"\n\s*https?://\S+\Z")
_LINK_ON = re.compile(r"\s*\[(?:подробнее|источник|ссылка|читать|перейти)[^\]\n]*\]\([^()\n]*\)", re.IGNORECASE)
_FOOTNOTES = re.compile(r"(?<=[.!?…»)¹²³])\n+¹ ?\w[^\n]*(?:\n[²³] ?\w[^\n]*)*\Z")
_FOOTNOTE_SIGN = re.compile(r"(?<=[а-яё.!?…»)])[¹²³](?=[\s.,]|\Z)")
_NEAR = 10
_ENOUGH = 2
"""Words of what stands before the furniture."""


def without_page(text: str, question: str) -> str:
    """The text up to what a page would have below it, without marks of references, unless `question` is about a text to publish."""
    if _WANTS_PAGE.search(question):
        return text
    for found in _FURNITURE.finditer(text):
        said = _LAST_LINK.sub("", text[: found.start()])
        if _FINISHED.search(said[-_NEAR:]) and len(words(said)) >= _ENOUGH:
            text = without_head(said)
            break
    text = _LINK_ON.sub("", text) if "](" in text else text
    text = _FOOTNOTE_SIGN.sub("", _FOOTNOTES.sub("", text)) if _FOOTNOTES.search(text) else text
    return _REFERENCE.sub("", _HASHTAGS.sub("", text))


def without_head(text: str) -> str:
    """The text without the rule or the heading of what was cut after it."""
    return _HEAD.sub("", text)
