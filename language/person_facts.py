"""What people keep to themselves: cards, documents, secrets, money, health, dates of birth.

A number counts by its shape or by the word beside it ("зарплата 80 тысяч", "пароль 4821"), never alone. Illness and a date of
birth count where somebody near is meant ("я", "сестра"), so that "что такое диабет?" may be shared.
"""

import re

from language.person_contacts import NUMBER, NUMBER_WORD
from language.person_lists import CULTURE, KIN
from language.person_names import read
from language.words import WORD, either, stems

_ONES_OWN = either(KIN, r"\b(?:я|меня|мне|мной|мо[йяиюё]|моего|моей|моему|моим|моих|нам|нас)\b")

_LONG_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ -]?\d){12,}(?!\w)")
_CARD = either(
    r"\b(?:\d{4}[ -]?){3}\d{4}\b",
    r"\bкарт[аыеу]\b\W+(?:[^\W\d]+\W+){0,4}\d{4}\b",  # карта кончается на 1234
    r"\b(?:cvv|cvc)\W*\d{3}",
)
DOCUMENT = either(
    stems("паспорт загран инн$ снилс полис омс$ водительск удостоверени госномер лицев\\w+_сч свидетельств договор")
    + rf"[^.!?\n\d]{{0,40}}(?:\d[\d -]{{3}}|{NUMBER_WORD}(?:\W{{1,3}}{NUMBER}){{2}})",
    r"\b\d{3}-\d{3}-\d{3}[ -]\d\d\b",  # a number of pension insurance
    r"(?<!\d)\d\d ?\d\d[ ,№-]{1,4}\d{6}(?!\d)",  # a passport
    r"\b[авекмнорстух]\d{3}[авекмнорстух]{2}\s?\d{2,3}\b",  # a number plate
)

SECRET = either(
    # "пароль: кузя", "пин — 1234", "пароль Murzik2015", "password qwerty"
    r"\b(?:парол[ьяюе]м?|логин\w*|пин(?:-?код)?\w{0,2}|pin|password|passwd|pwd)\b(?:[^.!?:=\n]{0,25}[:=]\s*\S|"
    r"\s+[—–-]\s+(?!это\b|не\b|штука)\S"
    r"|[^.!?\n]{0,30}?(?<![\w-])(?!\d+(?:[\s-]*(?:символ|знак|букв|цифр|раз|год|лет|мин)))(?=[^\s\d]*\d)[\w!#$%&*@-]{4}"
    r"|\s+(?!wi)[a-z][^\s,.!?]{3})",
    # "код 4821", "код домофона 12к345", but not "код ошибки 404" or "код на 200 строк"
    r"\bкод(?:ы|ом|а)?\b(?![^.!?\n]{0,20}(?:ошибк|http|регион|статус|ascii|цвет|стран))[^.!?\n\d]{0,25}"
    r"(?!40[0134]\b|50[0234]\b)(?:\d{3,8}|\d{1,4}[a-zа-я#*]\d{2,5})(?!\d|\s*(?:строк|символ|знак|мест))",
    r"\b(?:домофон\w*|подтверждени\w+|сейф\w*)\W{1,3}\d{3,8}(?!\d)",
    r"\b(?:sk|ghp|xox[bp]|AKIA)[-_]?\w{12}",  # keys of well-known services
    r"(?-i:(?<![\w-])(?=[\w-]{0,80}\d)(?=[\w-]{0,80}[a-z])(?=[\w-]{0,80}[A-Z])[\w-]{24})",  # any long random key
)

_AMOUNT = (
    r"(?:\b\d[\d\s.,]{0,12}(?:к\b|k\b|т\.?\s?р|тыс|млн|миллион|косар|руб|р\b|₽|\$|€|доллар|бакс|евро|грн|тенге)|"
    r"\b\d[\d\s]{3}"
    rf"|(?:{NUMBER_WORD}\W{{1,3}}){{0,5}}\b(?:тысяч|миллион|рубл|косар|полтор|полмиллион|сотк|сотн|стольник))"
)
_INCOME_OR_DEBT = stems(
    """зарплат зп$ оклад получк пенси[яюи]$ стипенди зарабатыва получаю$ получает$ доход$ премию$ аванс
    долж(?:ен|на|ны)$ долг задолж занял одолжи взаймы кредит ипотек микрозайм за[её]м займ алимент накопил скопил
    сбережени на_сч[её]т на_карт[еу] переве[лд] скинь штраф"""
)
_MONEY = either(
    rf"{_INCOME_OR_DEBT}[^.!?\n]{{0,45}}?{_AMOUNT}",
    rf"{_AMOUNT}[^.!?\n]{{0,20}}{stems('в_долг взаймы зарплат кредит долга накоплени на_сч[её]т на_карт[еу]')}",
)
_STATISTICS = either(stems("средн[яе] минимальн прожиточн медианн росстат в_росси по_стране в_сша в_мире"))

_ILLNESS = either(
    stems(
        """диабет депресси[яюией] онкологи опухол рак(?:а|ом|у)?$ лейкоз вич$ спид(?:а|ом)?$ гепатит туберкул эпилепс
        шизофрени биполяр бар$ окр$ сдвг птср аутизм аутист расстройств паническ\\w+_атак астм аритми гипертони
        инфаркт инсульт гастрит язв[аеуы]$ артрит остеохондроз грыж псориаз экзем аллерги ковид covid коронавирус
        ангин[аеуы] пневмони грипп мигрен анорекси булими алкогол[ие] наркоман бесплод выкидыш аборт инвалид диагноз
        операци[юя]$ химиотерапи деменци альцгеймер паркинсон склероз сифилис герпес эндометриоз щитовидк анеми
        тромбоз цирроз камн\\w+_в_поч перелом опер(?:ировали|ируют) беремен давлени[ея]_\\d"""
    )
)
_SOMEBODY_IS_ILL = either(r"\bу (?:него|неё|нее|них)\b", r"\bбол(?:ею|еет|ел)", r"\bлеч")
_ZODIAC = either(stems("гороскоп зодиак знак"))  # "рак" is a sign as well
_DRUG = (
    r"(?:антидеп|антибио|таблет|снотвор|успокоит|транквил|нейролеп|обезбол|инсулин|гормон|лекарств|препарат|укол|капельниц"
    r"|\w+(?:прам|зепам|апин|азолин|циллин|оксетин|лол|прил|статин|тралин)\b)"
)
_TREATMENT = either(
    stems(
        """забеременел беременна$ беременная$ жд[уё]м?_реб[её]н диагностировал поставили_диагноз хочу_умереть
        не_хочу_жить суицид покончить_с_собой ре(?:жу|зал\\w?)_вены леж(?:у|ит)_в_больниц попал\\w?_в_больниц
        в_психушк сделали_операц на_химии$"""
    ),
    r"\b(?:принима(?:ю|ет)|пь(?:ю|[её]т)|кол(?:ю|ет)|(?:на|про|вы)писал\w*|назначил\w*|сижу на|подсел\w? на|леч(?:усь|ит))\s"
    rf"(?:[\w-]+\s){{0,3}}?{_DRUG}",
    r"\b(?:был\w?|хожу|ходил\w?|записал\w+|иду) (?:у|к) (?:психиатр|онколог|нарколог|гинеколог|венеролог|уролог|психотерап)",
)

_MONTH = r"(?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)"
_BIRTH = either(
    rf"\b(?:родил\w*|рожден\w*|рождени[яею]|др|днюх\w)\b[^.!?\n]{{0,30}}?(?<!\d)(?:\d{{1,2}}[./-]\d|"
    rf"\d{{1,2}}(?:-?го)?\s+{_MONTH}|(?:19|20)\d\d)",  # родилась в 1987, др 5 мая
    r"\b(?:19|20)\d\d(?:-?го)?\s+год\w*\s+рождени",
    rf"\b(?:\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{1,2}}\s+{_MONTH}\w*)[^.!?\n]{{0,20}}?\b(?:родил|рожд|др\b|днюх)",
    r"\A\W*\d{1,2}[./]\d{1,2}[./](?:19[3-9]\d|20[01]\d)\W*\Z",  # a whole message "01.02.2001", as an answer
)


def has_card(text: str) -> bool:
    """Whether `text` holds a number of a bank card or, with its 20 digits, of an account."""
    numbers = (re.sub(r"\D", "", match[0]) for match in _LONG_NUMBER.finditer(text))
    return _CARD.search(text) is not None or any(len(n) == 20 or (len(n) <= 19 and _passes_luhn(n)) for n in numbers)


def _passes_luhn(digits: str) -> bool:
    """Whether the check digit fits, by the Luhn algorithm that all payment cards follow."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def has_money(text: str) -> bool:
    """Whether `text` tells what somebody earns, saves or owes, and not what people do on average."""
    return _MONEY.search(text) is not None and not _STATISTICS.search(text)


def has_health(text: str) -> bool:
    """Whether `text` tells of a treatment, or of an illness of the person or of somebody near."""
    if _TREATMENT.search(text):
        return True
    told = (part for part in re.split(r"[.!?\n]", text) if _ILLNESS.search(part) and not _ZODIAC.search(part))
    return any(_ONES_OWN.search(part) or _SOMEBODY_IS_ILL.search(part) for part in told)


def has_birth_date(text: str) -> bool:
    """Whether `text` tells when somebody was born who is not famous."""
    if not _BIRTH.search(text):
        return False
    return _ONES_OWN.search(text) is not None or not any(read(word.lower()).lemmas & CULTURE for word in WORD.findall(text))
