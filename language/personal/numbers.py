"""Numbers that lead to a person: phones, cards, documents, secrets, number plates, coordinates.

All work on what `plain_numbers` gives, where numbers in words and letters in place of digits have become digits. A number counts by
its shape ("8 900 123 45 67") or by the words beside it ("паспорт 4510 123456", "сейф открывается на 7-22-41"), never alone.
"""

import re
from itertools import pairwise

from phonenumbers import Leniency, PhoneNumberMatcher

from language.words import either, stems

_UNITS = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_VALUES = {word: value for value, word in enumerate(_UNITS)} | {"нуль": 0, "одна": 1, "две": 2, "раз": 1}
_VALUES |= {
    f"{stem}надцать": 10 + value
    for value, stem in enumerate(("один", "две", "три", "четыр", "пят", "шест", "сем", "восем", "девят"), start=1)
}
_VALUES |= {"десять": 10, "двадцать": 20, "тридцать": 30, "сорок": 40, "девяносто": 90, "сто": 100, "двести": 200, "триста": 300}
_VALUES |= {f"{word}десят": value * 10 for value, word in enumerate(_UNITS) if value in range(5, 9)}
_VALUES |= {"четыреста": 400} | {f"{word}сот": value * 100 for value, word in enumerate(_UNITS) if value >= 5}
del _VALUES["раз"]
_WORD = rf"(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})"
_SPOKEN = either(rf"(?<![^\W\d_]){_WORD}(?:[ -]{{1,2}}{_WORD})*(?![^\W\d_])")
# "три семёрки" is 777.
_FIGURES = ("н[уо]л", "единиц", "двой", "трой", "четвёр", "пятёр", "шестёр", "семёр", "восьмёр", "девят")
_REPEATED = either(
    *(rf"\b([234]) (?P<f{value}>{stem.replace('ё', '[её]')}\w*[аияы]|{stem}ей|нулей)\b" for value, stem in enumerate(_FIGURES))
)
# Letters that stand for digits, in a word that has digits: "9O3", "8-9ll".
_DISGUISED = re.compile(r"(?<![^\W\d_])(?=[\doOоОlIзЗ-]*\d[\doOоОlIзЗ-]*\d|\d-)[\doOоОlIзЗ]+(?:-[\doOоОlIзЗ]+)*(?![^\W\d_])")
_DIGIT_LETTERS = str.maketrans("oOоОlIзЗ", "00001133")


def plain_numbers(text: str) -> str:
    """`text` with numbers in words and letters that stand for digits as digits: "восемь девятьсот пять" -> "8 905"."""
    text = _SPOKEN.sub(_in_digits, text)
    text = _REPEATED.sub(lambda match: str(next(v for v in range(10) if match[f"f{v}"])) * _count(match), text)
    return _DISGUISED.sub(lambda match: match[0].translate(_DIGIT_LETTERS), text)


def _count(match: re.Match[str]) -> int:
    return int(match[0][0])


def _in_digits(match: re.Match[str]) -> str:
    """Puts together what is one number ("двадцать шесть" -> "26") and leaves apart what is dictated as several."""
    numbers: list[int] = []
    room = 0  # how large the next word may be to belong to the last number
    for word in re.findall(r"[^\W\d_]+", match[0].lower()):
        value = _VALUES[word]
        if 0 < value < room:
            numbers[-1] += value
        else:
            numbers.append(value)
        room = 100 if value >= 100 else 10 if 20 <= value < 100 else 0
    return " ".join(map(str, numbers))


NUMBER = r"\b\d{1,4}(?!\d)"
"""A pattern for a short number."""
_UNIT = (
    r"[^\S\n]*(?:[°%+×*=]|-?(?:градус|мин|сек|час(?!т)|челов|люд|раз(?!г)|год|лет|г\.|дн(?:ей|я)\b|день\b|недел|месяц|руб|р\.|₽|\$|€|к\b|"
    r"тыс|млн|млрд|миллион|метр|м\b|см\b|мм\b|км|"
    r"кг|г\b|гр|мл|л\b|литр|шт|балл|очк|процент|век|ккал|калори|мест|страниц|строк|символ|знак|цифр|доллар|евро|копе|яблок|"
    r"шаг|страниц|штук))"
)
_RUN = re.compile(r"\+?\(?\d(?:[\s()._*–—,/-]{0,5}\d)*")
_PHONE_WORD = either(
    r"\b(?:тел|телефон\w*|номер\w*|(?:по|пере|до|со)?звон\w*|набер\w+|набирай\w*|моб|мобил\w*|в[ао][тц]с?ап\w*|whatsapp|"
    r"вайбер\w*|viber|смс\w*|sms|"
    r"симк\w*|трубк\w*|домашний|городской|сотов\w*|созвон\w*|цифр[ыа])\b"
)
_EMERGENCY = re.compile("10[1-4]|112|911|0[1-4]")
_SHAPED = re.compile(r"(?<![\w.–-])(?:\(?\d{3,5}\)?[\s-])?\d{2,3}[-–]\d\d[-–]\d\d(?![\d–-])")

_FREE_CALL = re.compile(r"(?<!\d)(?:8|\+7)[ (-]{0,2}80[04][ )-]{0,2}\d(?:[ -]?\d){6}(?!\d)")  # of an organisation: 8-800-2000-122
_REGION = either(r"\bрегион\w*")  # "какой регион на номерах 178": a number of one or two figures is looked for as a plate
_FROM_RUSSIA = either(r"(?:\+|\bплюс)\s?7\D{1,3}9(?:\D{0,3}\d){2}")


def has_phone(text: str) -> bool:
    """Whether `text` holds a phone number; counting and years are none."""
    text = _FREE_CALL.sub("…", text)
    if _SHAPED.search(text) or _FROM_RUSSIA.search(text):
        return True
    if sum(map(str.isdigit, text)) < 5:
        return False
    said = None if _REGION.search(text) else _PHONE_WORD.search(text)
    near = 0
    for match in _RUN.finditer(text):
        parts = re.findall(r"\d+", match[0])
        length = sum(map(len, parts))
        if (_counts(match[0], parts) and not (said and parts[0] in ("7", "8"))) or re.match(
            _UNIT, text[match.end() : match.end() + 12], re.IGNORECASE
        ):
            continue
        if (length == 11 and parts[0][0] in "78") or (length == 10 and parts[0][0] == "9") or (length >= 9 and match[0][0] == "+"):
            return True
        is_near = said is not None and -60 < match.start() - said.start() < 120
        if is_near and not _EMERGENCY.fullmatch(parts[0]) and not parts[-1].endswith("000"):
            near += length
    if said and near >= 5 and (near >= 7 or re.search(r"\b(?:тел|моб|звон)", text, re.IGNORECASE)):
        return True
    return "+" in text and any(True for _ in PhoneNumberMatcher(text, "RU", Leniency.VALID))


def _counts(run: str, parts: list[str]) -> bool:
    """Whether a run of numbers is a sequence, years, dates, a large number or a fraction."""
    values = [int(part) for part in parts]
    return (
        (len(values) > 3 and all(a <= b for a, b in pairwise(values)))
        or all(len(part) == 4 and 1000 <= int(part) <= 2100 for part in parts)
        or (len(parts) > 1 and len(parts[0]) < 4 and all(len(part) == 3 for part in parts[1:]) and not run.startswith("+"))
        or re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", run) is not None
        or re.fullmatch(r"\d{1,2}[.,]\d{3,}", run) is not None
    )


_LONG_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ .*–-]?\d){12,}(?!\w)")
_CARD = either(
    r"\b(?:\d{4}\W?){3}\d{4}\b",
    r"\bкарт[аыеуо]\w{0,2}\b\W+(?:[^\W\d]+\W+){0,4}\d{4}\b(?!\s*(?:год|руб|р\b|г\.))",  # карта кончается на 1234
    r"\b(?:cvv|cvc|свв|цвв|цвц|свс)\d?\W*(?:\w+\W+)?\d{3}\b",
    # what is printed beside the number: "сзади 719", "срок 04/28", "действует до ноября 29"
    r"\b(?:сзади|с обратной|на обороте|с изнанки|с той стороны)\b[^.!?\n\d]{0,25}\b\d{3}\b",
    # its end: "четыре последние 9930", "по номеру на карте, последние 2 19"
    r"\bпоследн\w+\s+(?:цифр\w+\s+)?\d{4}\b(?!\s*(?:год|руб|р\b|г\.))",
    r"\b(?:цифр|номер|карт|сбер|сч[её]т)\w*[^.!?\n]{0,40}\bпоследн\w+(?:\s\d)?(?:\s+цифр\w+)?\W{1,3}\d{2,4}\b(?!\s*(?:год|мин|час|дн|раз|руб))",
    r"\b(?:срок\w*|действ\w+|годна)\b[^.!?\n\d]{0,15}(?:0[1-9]|1[0-2])\s?/\s?\d\d\b",
)


def has_card(text: str) -> bool:
    """Whether `text` holds a number of a bank card or, with its 20 digits, of an account."""
    numbers = (re.sub(r"\D", "", match[0]) for match in _LONG_NUMBER.finditer(text) if re.search("[2-9]", match[0]))
    return _CARD.search(text) is not None or any(len(n) == 20 or (len(n) <= 19 and _passes_luhn(n)) for n in numbers)


def _passes_luhn(digits: str) -> bool:
    """Whether the check digit fits, by the Luhn algorithm that all payment cards follow."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


_MANY_DIGITS = rf"\d(?:[ /-]{{0,2}}(?:номер\W+)?\d){{3,}}(?![\d]|{_UNIT})"
DOCUMENT = either(
    stems(
        """паспорт загран инн$ снилс полис омс$ водительск удостоверени госномер лицев\\w+_сч свидетельств договор военник
        военн\\w+_билет права?_номер серия зач[её]тк студенческ пропуск пенсионн огрн\\w* виз[аы]_номер дел[оа]_№? талон
        приписн трудов\\w+_книж абонемент заказ$ заказа$ заявк трек(?:а|у|ом)?$ трек-номер накладн квитанци бронь$ брон[ия]$ посылк
        отправлени"""
    )
    + rf"[^.!?\n\d]{{0,40}}{_MANY_DIGITS}",
    r"\b\d{3}[- ]\d{3}[- ]\d{3}[ -]\d\d\b",  # a number of pension insurance
    r"(?<!\d)\d\d ?\d\d[ ,№-]{1,4}\d{6}(?!\d)",  # a passport
    r"(?-i:\b[А-ЯA-Z]{2}[ №-]{0,3}\d{6,7}\b)",  # a series of letters: "АН 2740913", "IV-АБ 123456"
    r"(?-i:\b[A-Z]{2}\d{9}[A-Z]{2}\b)",  # a parcel
    # what a paper is known by: "бронь HX7QLT", "чек 00214", "талон Д045"
    r"\b(?:брон\w{1,3}|талон\w?|чек\w?|билет\w?|номерок|жетон|карточк\w|направлени\w|рецепт\w?|кейс|тикет|обращени\w)\s+(?:№\s?|номер\s)?"
    r"(?:(?-i:(?=[A-ZА-Я-]*\d)(?=\d*[A-ZА-Я])[A-ZА-Я\d-]{4,})|0\d{3,})\b",
    r"(?<![\d-])\d{4,}-\d{5,}(?![\d-])",  # an order: "4471-90826"
)
_PLATE_LETTER = "[авекмнорстухabekmhopctyx]"
VEHICLE = either(
    rf"\b{_PLATE_LETTER}\d{{3}}{_PLATE_LETTER}{{2}}(?:\s?\d{{2,3}})?\b",
    rf"\b(?:номер\w*|госномер\w*|машин\w+|тачк\w+|авто\w*|штраф\w*|гаи|гибдд|парк\w+|припарк\w+|"
    rf"регион\w*)\b[^.!?\n]{{0,50}}\b{_PLATE_LETTER}\s?\d{{3}}\s?{_PLATE_LETTER}\s?{_PLATE_LETTER}\b",
    rf"\b{_PLATE_LETTER}\s?\d{{3}}\s?{_PLATE_LETTER}\s?{_PLATE_LETTER}\s\d{{2,3}}\b[^.!?\n]{{0,50}}\b(?:номер|машин|тачк|авто|"
    rf"парк|припарк|регион)",
    r"\b(?:госномер|номер\w*\s+(?:машин|авто|тачк))\w*[^.!?\n]{0,20}\b(?:начина|конча|оканчив|заканчив)\w+",
    rf"\b{_PLATE_LETTER} \d{{3}} (?!км|см|мм|не|но|ну|на|от|во|со|то|та|те|он|ее)(?:{_PLATE_LETTER} ?){{2}} \d{{2,3}}\b",
    r"(?-i:\b(?=\w{0,16}\d)(?=\w{0,16}[A-Z])[A-HJ-NPR-Z0-9]{17}\b)",  # a number of a car's body
)
SECRET = either(
    # "пароль: кузя", "пин — 1234", "пароль Murzik2015", "password qwerty"
    r"\b(?:парол[ьяюе]м?|логин\w*|пин(?:-?код)?\w{0,2}|pin|password|passwd|pwd)\b(?:[^.!?:=\n]{0,25}[:=]\s*\S|"
    r"\s+[—–-]\s+(?!это\b|не\b|штука)\S"
    r"|[^.!?\n]{0,30}?(?<![\w-])(?!\d+(?:[\s-]*(?:символ|знак|букв|цифр|раз|год|лет|мин)))(?=[^\s\d]*\d)[\w!#$%&*@-]{3}"
    r"|\s+(?!wi)[a-z][^\s,.!?]{3})",
    # "мой пароль имя кота", "пароль от вайфая у нас кличка собаки"; but not "как сменить мой пароль"
    r"\b(?:мой|моя|мою|моего|наш\w*)\s+(?:\w+\s+)?(?:парол[ья]|логин|пин|кодовое слово)\b[^?\n]{3}|\bпарол\w+\s+(?:от|на|"
    r"для)\s+[^?\n]{0,30}\b(?:у нас|у меня|мой|моё|моя|это|такой)\b",
    r"\b(?:кодов\w+ (?:слов|фраз)\w*|секретн\w+ (?:вопрос|слов)\w*|девичь\w+ фамили\w+)\s+(?:\w+\s+){0,3}?(?:—|-|:|это|мой|"
    r"моя|моё|будет)",
    # "кодовое слово у меня одуванчик", "секретный вопрос кличка Пушок"
    r"\b(?:кодов\w+ (?:слов|фраз)\w*|секретн\w+ (?:вопрос|слов)\w*)[^.!?\n]{0,40}(?:\b(?:у меня|мо[йяёю])\b|(?-i:\b[А-ЯЁ]))",
    # "код 4821", "код домофона 12к345", "код 48 19 03", but not "код ошибки 404" or "код на 200 строк"
    r"\bкод(?:ы|ом|а)?\b(?![^.!?\n]{0,20}(?:ошибк|http|регион|статус|ascii|цвет|стран|город))[^.!?\n\d]{0,35}"
    r"(?!40[0134]\b|50[0234]\b)"
    r"(?:\d(?:(?:[ ,-]{0,2}|[ ,]*(?:реш[её]тка|зв[её]здочка|ключ|[кk#*])[ ,]*)\d){2,7}|\d{1,4}[a-zа-я#*]\d{2,5})"
    r"(?!\d|\s*(?:строк|символ|знак|мест|руб|лет|год))",
    rf"\b(?:домофон\w*|подтверждени\w+|сейф\w*|замк\w+|замок|комбинаци\w+|разблокиров\w+|чемодан\w*|"
    rf"сигнализаци\w+)\b[^.!?\n\d]{{0,40}}\d(?:[ -]{{0,2}}\d){{2,7}}(?!\d|{_UNIT})",
    r"\bдомофон\w*\W{1,3}(?:\w+\W+){0,2}?\d+[кkвb#*]\d",
    r"\b(?:wi-?fi|вай-?фа\w+|сеть)\b[^.!?\n]{0,40}\b(?:ключ|код|key)\b\W{1,3}\S",
    r"\b(?:sk|ghp|xox[bp]|AKIA)[-_]?\w{12}",  # keys of well-known services
    r"(?-i:(?<![\w-])(?=[\w-]{0,80}\d)(?=[\w-]{0,80}[a-z])(?=[\w-]{0,80}[A-Z])[\w-]{24})",  # any long random key
    r"\b(?:смс|sms|банк\w*|госуслуг\w*)\b[^.!?\n]{0,40}\bкод\w*\b[^.!?\n\d]{0,30}\d{2}",
)
_SUMS = either(
    r"[*×÷=^√]|\d\s*[-+/:]\s*\d",
    stems("умнож раздел подел плюс минус корень процент прост\\w+_числ степен делит двоичн цифр\\w_числ сколько_будет"),
)
_SERIAL = re.compile(rf"(?<![\w.,])\d{{6,}}(?!\w|[.,]\d|{_UNIT})", re.IGNORECASE)


def has_identifier(text: str) -> bool:
    """Whether `text` holds a long number that is no round one and no matter of arithmetic: of a contract, a ticket, an account."""
    return any(not match[0].endswith("000") for match in _SERIAL.finditer(text)) and not _SUMS.search(text)


COORDINATES = either(
    r"\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3}",  # 55.7558, 37.6173
    r"\d{1,3}°\s?\d{1,2}['′]",
    r"(?:широта|долгота|широты|долготы)\W+\d{1,3}",
    r"\d[^.!?\n]{0,20}\b(?:северн|южн|с\.\s?ш|ю\.\s?ш)[^!?\n]{0,20}\d[^!?\n]{0,30}\b(?:восточн|западн|в\.\s?д|з\.\s?д)",
    r"\bкоординат\w*\b[^.!?\n\d]{0,30}\d[^!?\n]{0,15}\d",
)
