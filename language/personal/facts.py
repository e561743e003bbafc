"""Money and dates of birth: what counts by a number and the word beside it ("зарплата 80 тысяч"), whoever is meant."""

from language.personal.famous import CULTURE
from language.personal.life_lists import AMOUNT
from language.personal.lists import KIN
from language.personal.readings import read
from language.words import WORD, either, stems

_ONES_OWN = either(KIN, r"\b(?:я|меня|мне|мной|мо[йяиюё]|моего|моей|моему|моим|моих|нам|нас)\b")

_INCOME_OR_DEBT = stems(
    """зарплат зп$ оклад получк пенси[яюи]$ стипенди зарабатыва получаю$ получает$ доход$ премию$ аванс
    долж(?:ен|на|ны)$ долг задолж занял одолжи взаймы кредит ипотек микрозайм за[её]м займ алимент накопил скопил
    сбережени на_сч[её]т на_карт[еу] переве[лд] скинь штраф"""
)
_MONEY = either(
    rf"{_INCOME_OR_DEBT}[^.!?\n]{{0,45}}?{AMOUNT}",
    rf"{AMOUNT}[^.!?\n]{{0,20}}{stems('в_долг взаймы зарплат кредит долга накоплени на_сч[её]т на_карт[еу]')}",
)
_STATISTICS = either(stems("средн[яе] минимальн прожиточн медианн росстат в_росси по_стране в_сша в_мире"))
_CALCULATION = either(
    r"\A\W*(?:как|если|сколько|какой|какая|что)\b[^\n]*\b(?:рассчита\w+|посчита\w+|положить|вложить|взять|будет|выйдет|платить|платят)\b"
)

_MONTH = r"(?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)"
_BIRTH = either(
    rf"\b(?:родил\w*|рожден\w*|рождени[яею]|др|днюх\w)\b[^.!?\n]{{0,30}}?(?<!\d)(?:\d{{1,2}}[./-]\d|"
    rf"\d{{1,2}}(?:-?го)?\s+{_MONTH}|(?:19|20)\d\d)",  # родилась в 1987, др 5 мая
    r"\b(?:19|20)\d\d(?:-?го)?\s+год\w*\s+рождени",
    rf"\b(?:\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{1,2}}\s+{_MONTH}\w*)[^.!?\n]{{0,20}}?\b(?:родил|рожд|др\b|днюх)",
    rf"\b(?:исполн\w+|стукн\w+|юбиле\w+|день рожд\w+|дн[ея] рожд\w+|именинни\w+)[^.!?\n]{{0,30}}?\b\d{{1,2}}(?:[./]\d|\s+{_MONTH})",
    rf"\b\d{{1,2}}(?:[./]\d{{1,2}}|\s+{_MONTH}\w*)[^.!?\n]{{0,30}}?\b(?:исполн|стукн|юбиле|день рожд|именинни)",
    r"\A\W*\d{1,2}[./]\d{1,2}[./](?:19[3-9]\d|20[01]\d)\W*\Z",  # a whole message "01.02.2001", as an answer
)


def has_money(text: str) -> bool:
    """Whether `text` tells what somebody earns, saves or owes, and not what people do on average."""
    return (
        _MONEY.search(text) is not None
        and not _STATISTICS.search(text)
        and not (_CALCULATION.search(text) and not _ONES_OWN.search(text.partition("\n")[0]))
    )


def has_birth_date(text: str) -> bool:
    """Whether `text` tells when somebody was born who is not famous."""
    if not _BIRTH.search(text):
        return False
    return _ONES_OWN.search(text) is not None or not any(read(word.lower()).lemmas & CULTURE for word in WORD.findall(text))
