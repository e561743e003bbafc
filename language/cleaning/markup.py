"""Marks around the words of a reply: HTML, Markdown that is never closed, and ragged beginnings and ends."""

import re
from html import unescape

from language.cleaning.endings import breaks_off_in_prose, is_small_word, lacks_noun, names_letter, needs_more
from language.cleaning.turns import unquoted
from language.words import either, morph, stems, words

CODE = re.compile(r"```[^`]*(?:`{1,2}[^`]+)*```|(?<!`)`[^`\n]+`(?!`)")
"""A piece of code between its marks."""
LIST_ITEM = re.compile(r"[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+")
"""The marker of an item of a list, at the start of its line."""

_TAG = re.compile(
    r"<!--[^>]*-->|</?(?:br|div|p|span|b|i|u|s|em|strong|h[1-6]|ul|ol|li|a|html|head|title|meta|body|table|tbody|tr|td|th|img|hr|code|pre|font|center|"
    r"blockquote|script|style|sub|sup|strike|del|ins|small|big|section|article)(?:\s+[\w-]+\s*=[^<>\n]*|\s*/)?>",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\b(?:тег\w*|tag|элемент\w*)\s\Z", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br|</?(?:p|li|div|h\d|ul|ol|tr|blockquote)\b")


_ABOUT_HTML = either(stems("html тег$ теги$ тега$ верст сайт ссылк css xml"))
_ENTITY = re.compile(r"(?<=[ ])&nbsp;|(&(?:[a-z]{2,8}|#\d{2,6});)")


def without_html(text: str, question: str) -> str:
    """Tags out of the text, or as the line breaks that they mean; those that are spoken of and generics such as List<a> stay."""
    if _ABOUT_HTML.search(question) or _TAG.search(question) or not re.search("[<&]", text):
        return text
    return _TAG.sub(_replace_tag, _ENTITY.sub(lambda entity: unescape(entity[1] or "").replace("\xa0", " "), text))


def _replace_tag(match: re.Match[str]) -> str:
    text, tag = match.string, match[0].lower()
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 1]
    if _MENTION.search(before):
        return match[0]
    if re.fullmatch(r"<[abipus]>", tag) and (before[-1:].isalnum() or not after.strip()) and f"</{tag[1:]}" not in text.lower():
        return match[0]
    is_next_block = before.endswith(">") and not tag.startswith(("<br", "</"))
    return (
        "\n" if _LINE_BREAK.match(tag) and not is_next_block and before[-1:] not in ("", "\n") and after not in ("", "\n") else ""
    )


_OPEN_FENCE = re.compile(r"```(?=[\w+-]*\n\s*\S)")
_LONE_BACKTICK = re.compile(r"`{2,}[ \t]*|(?<![^\W_])`|`(?![^\W_])")
_PAIRED = (  # bold, struck out, underlined
    re.compile(r"(?<![\w*])\*\*(?![*a-z]|[ ]\d)|(?<![\s*])\*\*(?![\w*])"),
    re.compile(r"(?<![\w~])~~(?=\w)|(?<=\w)~~(?![\w~])"),
    re.compile(r"(?<!\w)__(?=[^\W_])|(?<=[^\W_])__(?!\w)"),
)
_LONE_STAR = re.compile(r"\A((?:[^*]*[ ])?)\*(?=[^\W\d_a-z])([^*]*)\Z")
_EMPTY_LINE = re.compile(r"\s*(?:(?:[-*•+]|\d{1,3}[.)]|#{1,6}|\*\*|>)\s*)?")


def close_markdown(text: str) -> str:
    """A block of code that is never closed is closed; other lone marks of code and bold go, and empty items at the end.

    Code that is closed must have been taken out of the text.
    """
    if _OPEN_FENCE.search(text):
        return re.sub(r"\s*`{0,2}\Z", "", text) + "\n```"
    text = "\n\n".join(map(_without_lone_marks, _LONE_BACKTICK.sub("", text).split("\n\n")))
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and _EMPTY_LINE.fullmatch(lines[-1]):
        lines.pop()
    last = lines[-1].rstrip()
    lines[-1] = re.sub(r"(?<!:)[ \t](?:[-–—_=]+|[*#•]|\*\*)\Z", "", last) if last.strip("-–—*#• ") else last
    return "\n".join(lines)


def _without_lone_marks(paragraph: str) -> str:
    for mark in _PAIRED:
        marks = list(mark.finditer(paragraph))
        if len(marks) % 2:
            paragraph = paragraph[: marks[-1].start()] + paragraph[marks[-1].end() :]
    return _LONE_STAR.sub(r"\1\2", paragraph)


_STRAY_START = re.compile(r"\A(?:(?:[=~-]*>|→|--+|\\n|(?:undefined|null|none|nan)\b)\s*)+(?=[«А-ЯЁ])", re.IGNORECASE)
_SPOKEN_OF = frozenset(",;:.!?|>-*")
"""Marks that may begin an answer to a question about them."""
_IN_BRACKETS = re.compile(r"\A\[([А-ЯЁ][^\[\]\n]* [^\[\]\n]*[.!?…])\]\Z")
_QUOTES = "«»“”„\"'"
_QUOTE = re.compile(f"[{_QUOTES[:-1]}]|(?<!\\w)'|'(?!\\w)")
_CLOSED_BY = {"«": "»", "»": "«", "“": "”„", "”": "“", "„": "“”"}
_WANTS_TEXT = either(
    stems(
        "цитат цитир процит изречени высказывани выражени крылат строк строчк строф продолж мудрост"
        " вспомни фраз афоризм пословиц поговорк девиз слоган назван ещ[её]_один ещ[её]_одн покороче подлиннее другой"
        " другую вариант напиши придумай сочини составь как_ответить что_ответить тост стих поздравл подпис сообщени анекдот"
        " скажи сказал ответи слова$ начинается начало говорил лозунг закон скороговор загад песн пишется звучит"
        " переформулир перефразир сократи надпис написан заголов что_сказать напомни"
    )
)


def without_wrapping(text: str, question: str) -> str:
    """Stray marks before the text out, the dash of a list of one item, and quotation marks around the whole of it.

    What is quoted because `question` asked for words to say stays so.
    """
    if text[:1] in question and text[:1] in _SPOKEN_OF:
        return text  # "; разделяет части ..."
    marks = r"[,;:]{1,4}|[.!?]" if "\n" in text else r"[,;:]{1,4}|[.!?|>]|\*{2,3}"
    text = re.sub(rf"\A(?:(?:{marks})(?=\s)\s*)+", "", text.lstrip())
    text = _STRAY_START.sub("", text)
    text = re.sub(r"\A[*#>_=|-]{1,5}\n+(?=\S)", "", text) if "\n" in text else re.sub(r"\A#{1,6} ", "", text)
    if re.match(r"[-*•][ ](?!\d)", text) and not re.search(r"\n[ \t]*(?:[-*•]|\d+[.)])[ ]", text):
        text = text[1:].lstrip()
    text = text if "\n" in text or _WANTS_TEXT.search(question) else re.sub(r"\A``(?!`)([^`]+)(?:''|``)\Z", r"\1", unquoted(text))
    opening, inner, closing = text[:1], text.strip(_QUOTES), text[-1:]
    within = re.sub(r"«[^«»]*»|“[^“”]*”|„[^„“]*“" if opening in "\"'" else r"„[^„“]*“|\"[^\"]*\"", "", inner)
    if inner and opening in _QUOTES and closing in _QUOTES and not _QUOTE.search(within):
        is_title = opening not in "\"'" and len(inner.split()) <= 4 and inner[-1] not in ".!?…"
        is_written = opening in '"“' and inner[-1] in ".!?…" and _WANTS_WRITTEN.search(question) is not None
        if not is_title and (is_written or not _WANTS_TEXT.search(question)):
            return inner.strip()
    text = _IN_BRACKETS.sub(r"\1", text)
    for quote in _QUOTES:
        if text.count(quote) % 2 and (text.startswith(quote) or re.search(rf"[.!?…]{quote}\Z", text)):
            text = _without_lone_quote(text, quote)
    return text


def _without_lone_quote(text: str, quote: str) -> str:
    """`text` without a quotation mark in front or at its end that nothing answers."""
    if any(text.count(other) == text.count(quote) for other in _CLOSED_BY.get(quote, "")):
        return text
    return text[:-1].rstrip() if text.endswith(quote) else text[1:].lstrip()


_WANTS_WRITTEN = either(stems("напиши придумай сочини составь тост стих поздравл"))
"""What is written anew is no quotation."""
_FINISHED = re.compile(  # a mark that ends a sentence, an emoji, a smiley
    r"(?:(?<![.!?…])[.!?…]++[»\")\]*]*+|[\u2190-\u2bff\ufe0f\U0001f000-\U0001ffff]|[:;]-?[)(D]|(?<!\))\)\)++)(?=\s)"
)
_CUT_OFF = re.compile(  # a mark or a small word after which more must come
    r"(?:[,;:–—(«-]|(?<!\w)(?<!\d )(?:и|а|но|или|либо|чтобы|если|хотя|потому что|так как|в|во|на|с|со|к"
    r"|ко|у|о|об|от|из|по|под"
    r"|для|без|при|про|через|между|котор\w+|ни|что(?<=, что)|как(?<=, как)|the|and|or|of|to|with"
    r"|также|затем|то есть|в том числе|самый|самая|самое|самые|свой|свою|своего|более|одн\w+ из|например|включая|нужен|нужна|нужны"
    r"|т(?:от|ех|ого|ому|ем|еми|о|е|а|у), (?:кто|что|кого|чего|кому|чему|кем|чем)"
    r"|(?<=\w )(?:очень|слишком"
    r"|намного|гораздо|настолько|несколько|пару|весьма|чересчур|почти)|(?<=[,:—–-] )не|(?<=, )(?:то|когда|где|если)|(?<=[—–-] )это"
    r"|(?<=\A )(?:Или|И|Но|А|Если|Также|Когда)))\Z"
)
_ENDS_SENTENCE = re.compile(r"[.!?…][»\")*]*\s*\Z")
_KNOWS_WHERE = re.compile(
    r"\b(?:по|у|за)?(?:зна|помн|скаж|спрос|реш|поним|поня|забы|каж|вид)\w*, (?:где|когда|как|что)\Z", re.IGNORECASE
)
_POINTS_ON = re.compile(r"\bт(?:о|ого|ому|ем|ом)\Z")
"""Asks for a clause: "заключается в том"."""
_LISTED = re.compile(r"((?:[^,.!?…\n]+, )+(?:\w+ )?\w+),? (?:и|или|либо)\Z")
"""A list that wants one thing more: "хосты, папоротник, барвинок и"."""
_ENOUGH = 3
"""Words of a sentence that say something without the rest of it."""
_LEFT_OPEN = re.compile(r"(?:\s|\A)[(«\"][^()«»\"]*\Z")


def without_unfinished_end(text: str) -> str:
    """The tail after the last finished sentence out of the text where it is plainly cut off."""
    head, newline, line = text.rstrip().rpartition("\n")
    finished = _end_of_sentences(line)
    item = LIST_ITEM.match(line)
    if item and any(map(LIST_ITEM.match, head.split("\n"))) and is_small_word(line[item.end() :]):
        return head.rstrip()
    if item and lacks_noun(line) and _is_list_of_sentences(head):
        return head.rstrip()
    if (item and head.rstrip()[-1:] in ",;") or not is_cut_off(text):
        return text
    if finished or head.strip():
        return (head + newline + line[:finished]).rstrip()
    listed = _LISTED.match(line)
    if listed and not is_cut_off(listed[1]):
        return f"{listed[1]}."
    begun = line[: max(line.rfind(", "), line.rfind(" ("), 0)].rstrip(" ,:;—–-")  # but the last clause of a single sentence
    is_said = len(words(begun)) >= _ENOUGH and not is_cut_off(begun) and not _POINTS_ON.search(begun)
    return f"{begun}." if is_said else text


def _is_list_of_sentences(text: str) -> bool:
    """Whether a text ends with two items and more, each with a full stop."""
    items = text.rstrip().split("\n")[-2:]
    return len(items) > 1 and all(LIST_ITEM.match(one) and _ENDS_SENTENCE.search(one) for one in items)


def is_cut_off(text: str) -> bool:
    """Whether a text breaks off: after a small word, within a word, or within brackets."""
    line = text.rstrip().rpartition("\n")[2]
    tail = line[_end_of_sentences(line) :]
    if re.search(r"[.!?…][»\")]*\Z", tail) or names_letter(tail):
        return False
    if (_CUT_OFF.search(tail) and not _KNOWS_WHERE.search(tail)) or _LEFT_OPEN.search(tail) or needs_more(tail):
        return True
    if breaks_off_in_prose(line[: len(line) - len(tail)], tail):
        return True
    return _is_in_the_middle(line if tail.strip().isalpha() else tail)


def _end_of_sentences(line: str) -> int:
    return max((match.end() for match in _FINISHED.finditer(line)), default=0)


_LAST_WORD = re.compile(r"\b([а-яё]|[а-яё]{3,}|(?<=\d\. )[А-ЯЁ][а-яё]{2,})\Z")
_LAST_CLAUSE = re.compile(r", (?:потому что|так как|чтобы|если|хотя|когда|где|пока|котор\w+) (?!что\Z)((?:[а-яё]+ )?[а-яё]+)\Z")


def _is_in_the_middle(tail: str) -> bool:
    """Whether a text breaks off within a word, or in a clause that has nothing but its beginning."""
    last = _LAST_WORD.search(tail)
    if last and not morph().word_is_known(last[1].lower()):
        return any(True for _ in morph().dictionary.words.iterkeys(last[1].lower()))
    clause = _LAST_CLAUSE.search(tail)
    return clause is not None and not any(map(_is_said_of, clause[1].split()))


def _is_said_of(word: str) -> bool:
    """Whether a word makes a clause: a verb or what does for one, or a subject that says all ("потому что лень")."""
    tag = morph().parse(word)[0].tag
    return tag.POS in {"VERB", "INFN", "PRED", "ADJS", "PRTS", "COMP"} or (tag.POS == "NOUN" and tag.case == "nomn")
