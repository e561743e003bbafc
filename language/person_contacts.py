"""How to reach or find somebody: phones, e-mail, links, handles, addresses, coordinates.

A number counts by its shape ("8 900 123 45 67") or by the words beside it ("тел. 22 33 44", "улица Ленина 5"), never alone.
"""

import re

from phonenumbers import Leniency, PhoneNumberMatcher

from language.words import either

_UNITS = ("один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
NUMBER_WORD = (
    rf"\b(?:ноль|нуль|одна|две|{'|'.join(_UNITS)}|десять|(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцать|двадцать"
    r"|тридцать|сорок|(?:пять|шесть|семь|восемь)десят|девяносто|сто|двести|триста|четыреста"
    r"|(?:пять|шесть|семь|восемь|девять)сот)\b"
)
"""A pattern for one word of a number that is written out, up to the hundreds."""
NUMBER = rf"(?:\b\d{{1,4}}(?!\d)|{NUMBER_WORD})"
"""A pattern for a short number, in digits or as one word."""

_PHONE = either(
    r"(?<![\w.,/-])\+?[78](?:[\s()._*–—-]{0,3}\d){10}(?!\d)",  # +7 (900) 123-45-67, 8-9-1-6-1-2-3-4-5-6-7
    r"(?<![\w.,/-])\(?9\d\d\)?[\s._–-]?\d{3}[\s._–-]?\d\d[\s._–-]?\d\d(?!\d)",  # 916 123-45-67
    r"(?<![\w.–-])\d{2,3}[-–]\d\d[-–]\d\d(?![\d–-])",  # 234-56-78
    r"\b(?:тел|номер|звони|набери|моб)\w*\W{1,3}(?:[^\W\d]+\W{1,2}){0,2}\d(?:[ -]?\d){4,}",  # тел. 22 33 44
)
_SPOKEN_RUN = either(rf"(?:плюс\W{{1,3}})?{NUMBER}(?:[\s,.–-]{{1,3}}{NUMBER}){{3,}}")
_SPOKEN_PHONE = either(r"(?:плюс\W+)?(?:восемь|семь|8|7)\W+(?:(?:восемь|девять|четыре)(?:ста|сот)?|[489]\d\d)\b")

_MAIL_HOST = r"(?:g?mail|[гдж]+и?мей?л|м[эеа]?[йи]л|яндекс|yandex|ya|рамблер|rambler|inbox|bk|icloud|outlook|hotmail)\w*"
_DOT = r"\s?(?:\.|[(\[{]\s?(?:dot|точка)\s?[)\]}]|\s(?:dot|точка)\s)\s?"
EMAIL = either(
    rf"\w\s?(?:@|[(\[{{]\s?(?:at|собака|эт)\s?[)\]}}])\s?[\w-]{{1,63}}{_DOT}\w{{2}}",  # anna@ya.ru, anna [at] ya [dot] ru
    rf"\bсоба(?:к|чк)\w*\W{{1,3}}(?:{_MAIL_HOST}\b|[\w-]{{1,63}}{_DOT}(?:ру|ком|нет|орг|рф|[a-z]{{2,4}})\b)",  # собака яндекс ру
    r"\w at [\w-]{1,63} (?:dot|точка) \w{2}",  # anna at mail dot ru
    r"\b(?:e-?mail|имейл|почта|мыло)(?:\W{1,3}|\s+это\s+)(?=[a-z]*[\d._])[a-z][\w.]{3}",  # почта: anna_90
)
LINK = either(
    r"\bhttps?://",
    r"\bwww\.\w",
    r"\b(?:t|telegram|vk|wa|fb)\.(?:me|com|ru|cc)/",
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])",  # 192.168.0.1
    # example.com, but not Node.js or asp.net
    r"(?<![\w.@-])(?!(?:asp|vb|ado)\.net\b)[a-zа-я0-9][a-zа-я0-9-]{0,62}(?:\.[a-zа-я0-9-]{1,63}){0,4}\.(?:com|ru|org|net|info|biz|su"
    r"|ua|by|kz|de|uk|us|eu|io|me|tv|cc|app|dev|ai|co|xyz|site|online|shop|store|club|pro|link|ly|gg|gl|рф|рус|онлайн)(?![\w-])",
    r"\b(?:точка|dot)\s+(?:ру|ком|орг|рф|ru|com|org|net|me)\b",
)
HANDLE = either(
    # @vasya, but not a Python decorator, a CSS rule or @everyone
    r"(?<![\w.@])@(?!(?:property|\w*method|dataclass|override|media|import|pytest|lru_cache|everyone|here)\b)[a-zа-я_]\w{2}",
    r"\w#\d{4}\b",  # a name of Discord
    r"\bid\d{5}",  # an address of VK
    r"\b(?:телеграм\w*|телег[аеу]|тг|инст[аеу]|инстаграм\w*|вк|вконтакте|дискорд\w*|скайп\w*|ник|аккаунт|telegram|discord|skype)"
    r"(?:\s*[:—–-]\s*|\s+это\s+|\s+(?=[a-z]*[\d._]))[a-z][\w.]{2}",  # инста: katya.smile
)

_NOT_COUNT = (  # "на улице 20 градусов", "на Тверской 5 минут": a number of things is no house number
    r"(?!\s*(?:[°%+]|[гГ]рад|мин|сек|час|челов|люд|лиц|раз|год|лет|дн|ден|недел|месяц|руб|тыс|млн|метр|км|кг|шт|"
    r"комн|этаж|машин|дом))"
)
_HOUSE = rf"(?:,?\s+|,\s*)(?:(?:дом|д|строение|владение)\b\.?\s*)?{NUMBER}(?:\s?[а-гabc]\b)?(?:/\d+)?{_NOT_COUNT}"
_STREET = (
    r"\b(?:улиц[аеуыи]|ул|проспект\w?|пр-т|переул\w+|пер|бульвар\w?|б-р|шоссе|набережн\w+|наб|площад\w+|мкр|"
    r"микрорайон\w?|проезд\w?)\b\.?"
)
_NAMED = r"(?-i:[А-ЯЁ])[\w-]+(?:\s+(?-i:[А-ЯЁ])[\w-]+)?"
_LIVE = r"\b(?:жив(?:у|ём|ем|ёт|ет)|прописан\w?|снимаю|подъезжай|приезжай|адрес\w*)\b"
ADDRESS = either(
    # A street and a house: "проспект Мира 12", "ул садовая 14", "Садовая улица, 14", "улица пушкинская 3".
    rf"{_STREET}\s+(?:\d+-?\w*\s+)?{_NAMED}{_HOUSE}",
    rf"\bул\.?\s+[\w-]+(?:\s[\w-]+)?{_HOUSE}",
    rf"{_STREET}\s+[\w-]+(?:\s+[\w-]+)?,?\s+(?:дом|д\.)\s*{NUMBER}",
    rf"(?-i:\b[А-ЯЁ])[\w-]{{3,}}\s+(?:улиц\w|проспект\w?|шоссе){_HOUSE}",
    rf"{_STREET}\s+[\w-]+(?:ского|цкого|[оеё]ва|[иы]на|ская|цкая|ской){_HOUSE}",
    # A name in an oblique case and a house: "на Кирова 22", "с Невского 45".
    rf"\b(?:на|с|по|у|от)\s+{_NAMED}(?<=ва|на|го|ой|ей|ом|ая|ла|ра|та|ха|ка|ды){_HOUSE}",
    # What is said to be an address: "приезжай на тверскую 14", "живу на улице Льва Толстого", "адрес: Самара, Садовая 3".
    rf"{_LIVE}[^.!?\n]{{0,40}}?(?:\bна|\bпо|:)\s+[\w-]{{4,}}(?:\s+[\w-]+)?{_HOUSE}",
    rf"{_LIVE}[^.!?\n]{{0,20}}\bулиц[еы]\s+(?-i:[А-ЯЁ])",
    r"\bадрес\w*\b(?!\s+(?:сайт|почт|ip))[^.!?\n]{1,50}\d",
    # Inside a house: "дом 5, кв 3", "квартира 12.", "подъезд 2, код".
    rf"\b(?:дом|д\.)\s*{NUMBER}\w?[\s,]+(?:кв|корп|к\.|стр|подъезд|этаж)",
    r"\bкв(?:артира|\.)?\s*\d{1,4}(?=\s*(?:[.,;!?)]|$|подъезд|этаж))",
    rf"\b(?:подъезд\w?|квартир[аеу])\s+{NUMBER}[\s,]+(?:этаж|кв|код|домофон|подъезд)",
    r"\bиндекс\W{1,3}\d{6}",
    r"\b\d{1,5}\s+[A-Z]\w+\s+(?:street|st|avenue|ave|road|rd|lane)\b",
    r"\bжив(?:у|ём|ем)\s+(?:\w+\s+)?(?:у|возле|около|рядом с)\s+(?:метро|станци\w+)\s+(?-i:[«А-ЯЁ])",
)
COORDINATES = either(
    r"\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3}",  # 55.7558, 37.6173
    r"\d{1,3}°\s?\d{1,2}['′]",
    r"(?:широта|долгота)\W+\d{1,3}[.,]\d",
)


def has_phone(text: str) -> bool:
    """Whether `text` holds a phone number, in digits or said in words; counting from one to ten is none."""
    if _PHONE.search(text):
        return True
    if sum(map(str.isdigit, text)) >= 7 and any(True for _ in PhoneNumberMatcher(text, "RU", Leniency.VALID)):
        return True
    return any(_is_spoken_phone(run[0]) for run in _SPOKEN_RUN.finditer(text))


def _is_spoken_phone(run: str) -> bool:
    said = re.findall(r"\w+", run.lower())
    in_words = not all(map(str.isdigit, said))
    counting = "".join(said) in "".join((*_UNITS, "десять"))
    return in_words and not counting and (len(said) >= 6 or _SPOKEN_PHONE.match(run) is not None)
