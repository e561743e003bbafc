"""What a question asks of somebody and the reply then tells: "сколько тебе платят?" and "сорок две на руки".

Neither of them is private alone. The question must ask "you" or after a relative, and the reply must hold what was asked for.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from language.personal import life_lists as lists
from language.personal import subjects
from language.personal.lists import KIN
from language.words import either, stems

_YOU = either(
    r"\b(?:ты|тебя|тебе|тобой|вы|вас|вам|вами|тво[йяеёию]\w{0,2}|ваш\w{0,3}|у (?:него|не[её]|них)|фио|есть|что с)\b",
    r"\b[а-яё]{2,}(?:ешь|[её]шь|ишь)(?:ся)?\b|\b(?:дай|скинь|кинь|напиши|найти|добавить)\b",
    KIN,
)
_MONTH = r"\b(?:январ|феврал|март|апрел|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)"


class _Pair(NamedTuple):
    """What a question asks for, what it asks about, what makes it a question in general, and what tells."""

    asks: re.Pattern[str]
    about: re.Pattern[str]
    unless: re.Pattern[str]
    tells: re.Pattern[str]
    needs_you: bool = True


_ASKS = either(
    r"\?|\b(?:как\w{0,3}|что|чем|ч[её]м|сколько|где|куда|откуда|когда|кому|кто|кем|кого|за что|почему|зачем|есть|чей|до скольки)\b",
    r"\b(?:дай|скинь|кинь|напиши|напомни|скажи|повтори|назови|подскажи|диктуй|продиктуй)\b",
)
_NEVER = re.compile(r"(?!)")
_ANY = re.compile("")
_PLACE_OF_BOT = either(r"\b(?:сервер|процессор|ноутбук|компьютер|чате|облак|коде|памят|программ)\w*")
_PAIRS = {
    "secret": _Pair(
        either(
            r"\b(?:парол[ьяие]|пин-?код|пин|вай-?фа\w+|wi-?fi|логин|домофон\w*|сейф\w*|кодов\w+ слов\w+)\b",
            r"\bкод\w?\s+(?:от|из|домофон|подъезд|двер|замк|сейф|карт|калитк)",
        ),
        _ANY,
        either(
            r"\b(?:самы[йме]|худш\w+|лучш\w+|популярн\w+|придумать|(?:не)?над[её]жн\w+|"
            r"что такое|как|сложн\w+|ошибк\w+|зачем|почему|сменить|восстанов\w+|можно ли)\b"
        ),
        either(r"(?<!\w)(?:[a-z][\w.!@#$%*-]{3}|[\w.!@#$%*-]{0,30}\d[\w.!@#$%*-]{2})"),
        needs_you=False,
    ),
    "handle": _Pair(
        either(
            r"\b(?:ник\w{0,3}|логин\w*|акк|аккаунт\w*|телег[аеиу]|телеграм\w*|тг|инст[аеуы]|инстаграм\w*|вк|вконтакте|контакте|дискорд\w*|"
            r"скайп\w*|стим\w?|твич\w?|тик-?ток\w*|юзернейм\w*|мыло|почт[ауе]|емейл\w*|e-?mail|профил\w+|канал\w*|в игре)\b"
        ),
        _ANY,
        either(r"\b(?:придума|посовет|популярн|лучш|бот\b)"),
        either(r"(?<![\w.])[a-z]{1,30}[._\d][\w.]{2}|\A\W*[a-z][\w.]{3}|\b(?:на )?ник[еа]?\b[^\n]{0,30}[a-z]{4}"),
    ),
    "money": _Pair(
        either(
            r"\b(?:плат(?:ят|ишь|ите)|получа\w+|зарабатыва\w+|зарплат\w+|зп|оклад\w*|пенси\w+|стипенди\w+|долж\w+|долг\w*|кредит\w*|"
            r"ипотек\w+|накоп\w+|скоп\w+|отложи\w+|откладыва\w+|сбереж\w+|заначк\w+|вклад\w*|"
            r"на (?:книжке|карте|карточке|сч[её]те|счету)|"
            r"занял\w*|взял\w*|доход\w*|тратишь|тратите|прем\w+|алимент\w+)\b"
        ),
        either(r"\b(?:сколько|како[йв]|какая|какую|что с|много|велик\w+)\b"),
        _NEVER,
        either(r"\d", lists.AMOUNT),
    ),
    "birth_date": _Pair(
        either(r"\b(?:родил\w+|рожд\w+|др|днюх\w|юбилей\w*|именин\w*|поздравля\w+)\b"),
        either(r"\b(?:когда|какого|каком|числ\w+|дат\w+|год\w*)\b"),
        _NEVER,
        either(_MONTH, r"\d{1,2}[./]\d|(?:19|20)\d\d|\b(?:девяност|восьмидесят|семидесят|двухтысячн)"),
    ),
    "name": _Pair(
        either(r"\b(?:фамили[яюи]|фио|отчество|полное имя)\b"), _ANY, _NEVER, either(r"\A\W*(?-i:[А-ЯЁ])|\bна\b|[а-яё]{4}")
    ),
    "address": _Pair(
        either(
            r"\b(?:жив|обита|прожива|адрес|гуля|бега|трениру|тусу|парку|(?:к|до) (?:тебе|вам|тебя|вас)\b|твой дом|"
            r"найти тебя|приехать|подъ?ехать|квартир|дач|этаж|подъезд|домофон|гараж)"
        ),
        either(
            r"\b(?:где|куда|как(?:ой|ая|ом)\s+(?:у\s+)?(?:вас|тебя)|(?:как\w{2,3}|скажи|дай|напомни|напиши|диктуй|скинь|кинь|твой|ваш)\s+(?:\w+\s+)?адрес|дорог\w+|добраться|доехать|дойти|найти|пройти|подъехать|приехать)\b"
        ),
        _NEVER,
        either(
            r"\d|\b(?:направо|налево|дверь|подъезд|этаж|улиц|переул|калитк|забор|остановк|метро|пос[её]лк|деревн|сел[оеа]\b|"
            r"через дорогу|напротив|рядом с|возле|около|за (?:школ|магазин|церк|рынк))|"
            r"\b(?:в|на|у|за)\s+(?:[а-яё]+\s+){0,2}(?-i:[А-ЯЁ])"
        ),
    ),
    "workplace": _Pair(
        either(r"\b(?:работа|служ|труд|устро|уч[иа]|поступ|стажир|ходит)"),
        either(r"\b(?:где|кем|како[йм]|куда)\b"),
        _NEVER,
        either(rf"\b(?:в|на|у|при)\s+(?:[\w-]+\s+){{0,2}}?(?:{lists.ORGANISATION}|(?-i:[А-ЯЁ«\"]))|\d"),
    ),
    "health": _Pair(
        either(
            r"\b(?:болит|болеешь|болеете|болеет|диагноз|чувству|здоровь|анализ|врач|доктор|лекарств|таблет|лечиш|лечит|принима|обследов|"
            r"самочувств|беремен)"
        ),
        _ANY,
        _NEVER,
        either(subjects.HEALTH, subjects.DRUG, r"\b(?:врач|уколы|лечусь)|\d недел"),
    ),
    "illness": _Pair(
        either(
            r"\bчем\b[^?\n]{0,30}\bбол(?:е[елю]|ен\b|ьн)|\bдиагноз|\bна каком (?:месяце|сроке|этапе)|\bбеременн",
            r"\bкакие (?:\w+ )?(?:лекарств|таблет)|\bчто (?:\w+ )?принима|\bврач\w* сказал|\bсказал\w* врач",
        ),
        _ANY,
        _NEVER,
        either(r"\A(?!\W*(?:нет|никак|ничем|не)\b)"),
    ),
    "savings": _Pair(
        either(r"\b(?:деньг|налич|заначк|сбережен|золото)"),
        either(r"\b(?:где|куда)\b"),
        _NEVER,
        either(r"\bдом|\d|\b(?:в|под|за|на) "),
    ),
    "own_people": _Pair(
        either(r"\bзовут\b|\bимя\b"),
        either(rf"\b(?:тво|ваш)\w{{1,3}}\s+(?:\w+\s+)?{KIN}", rf"\A\W*(?:\w+\s+){{0,2}}?{KIN}\w*\W*(?:зовут)?\W*\Z"),
        either(r"\b(?:кот|кошк|собак|п[её]с|герой|геро[ия]н|мульт|сказк)"),
        either(r"\A\W*(?-i:[А-ЯЁ])"),
    ),
    "sentence": _Pair(either(r"\bза что (?:\w+ )?(?:сид|сел|посад|осуд|судил|задерж|забрал|уволил)"), _ANY, _NEVER, _ANY),
    "legal": _Pair(
        either(r"\b(?:суд|сид[еи]|статья|срок|полиц|условк|штраф)"), _ANY, _NEVER, either(subjects.LEGAL, r"\bстать\w\b")
    ),
    "beliefs": _Pair(
        either(r"\b(?:голосова|вер[ыау]\b|религи|конфесси|вероиспов|парти|крещ|национальн)"),
        either(r"\bголосова|\b(?:какой|какая|как\w+|тво\w+|ваш\w+|ты|вы)\b"),
        _NEVER,
        either(
            stems(
                """православ католи протестант мусульман ислам сунни шиит буддист баптист иеговист свидетел\\w+_иегов адвентист
                мормон старообряд язычни кришна атеист агностик иуде верующ крещ[её]н коммунист кпрф лдпр единоросс един\\w+_росси
                едро навальн путин оппозиц либерал яблоко справедлив\\w+_росси монархист анархист против_всех"""
            )
        ),
        needs_you=False,
    ),
    "whereabouts": _Pair(
        either(r"\b(?:дома|уезж|уедешь|уедете|верн|возвращ|отпуск|не будет|свобод|приход|прид|выход|забер|смен)"),
        either(r"\b(?:когда|во сколько|до скольки|до какого|надолго)\b"),
        _NEVER,
        either(
            r"\d|\b(?:понедельник|вторник|сред[уа]|четверг|пятниц|суббот|воскресен|завтра|послезавтра|"
            r"вечером|утром|ночью|через|после)|\bдо \w+ого\b",
            _MONTH,
        ),
    ),
    "family": _Pair(
        either(r"\bс кем\b[^?\n]*\b(?:жив|встреча|сп|роман)"), _ANY, _NEVER, either(KIN, r"\b(?:мам|пап|детьми|родител)")
    ),
    "meeting": _Pair(
        either(r"\b(?:встре(?:тимся|чаемся)|увидимся|пересеч[её]мся|собираемся|стрелка|стрелку|свидание)\b"),
        either(r"\b(?:где|когда|во сколько|куда)\b"),
        _NEVER,
        either(
            r"\d|\b(?:у|на|возле|около|в|под)\s+(?:\w+\s+)?(?:(?-i:[А-ЯЁ])|фонтан|вход|метро|памятник|семь|восемь|шесть|пять|девять)"
        ),
        needs_you=False,
    ),
    "key": _Pair(
        either(r"\bключ"),
        either(r"\b(?:где|куда|оставил\w*)\b"),
        _NEVER,
        either(
            r"\b(?:под|над|в ящик\w*|на гвозд\w+|у сосед\w*|у консьерж\w*|в щитк\w+|в горшк\w+|в почтов\w+|"
            r"за (?:\w+ )?(?:труб|двер|косяк)\w*)\b"
        ),
        needs_you=False,
    ),
    "vehicle": _Pair(
        either(r"\bномер"),
        either(r"\b(?:машин|тачк|авто|какой|какие)"),
        _NEVER,
        either(r"\b[авекмнорстух]\s?\d\s?\d\s?\d\s?[авекмнорстух]\s?[авекмнорстух]\b"),
        needs_you=False,
    ),
}
_PRIVATE_STATE = rf"(?:{subjects.HEALTH}|{subjects.LEGAL}|{subjects.INTIMATE})"
# What is known of "you": "как твоя операция?", "тебе с панкреатитом нельзя".
_SPOKEN_OF = either(
    rf"\b(?:тво[йяеёию]\w{{0,2}}|ваш\w{{0,3}})\s+(?:\w+\s+)?{_PRIVATE_STATE}",
    rf"\b(?:с|со|после|при|из-за)\s+(?:\w+\s+){{0,2}}?{_PRIVATE_STATE}[^.!?,\n]{{0,30}}\b(?:тебе|тебя|вам|вас|ты|вы)\b",
    rf"\b(?:тебе|тебя|вам|вас|ты|вы|тобой|вами)\s+(?:же\s+|ведь\s+|себя\s+|чувству\w+\s+){{0,3}}(?:с|со|после|при|из-за|от)\s+"
    rf"(?:\w+\s+){{0,2}}?(?:{_PRIVATE_STATE}|капельниц|наркоз|лечени|{subjects.DRUG}|\w{{3,20}}(?:ит|оз)(?:ом|а)\b)",
)

_OF_PLACES = frozenset({"address", "workplace", "whereabouts", "family"})
_NAMES_OF_KINDS = {
    "illness": "health",
    "savings": "money",
    "own_people": "name",
    "key": "whereabouts",
    "sentence": "legal",
    "family": "intimate",
}


def find_told(text: str) -> Iterator[str]:
    """The kinds of private matters that the first line of `text` asks for and the others tell; numbers are digits."""
    question, _, reply = text.partition("\n")
    if _SPOKEN_OF.search(text):
        yield "health"
    if not reply or not _ASKS.search(question):
        return
    is_of_bot = _PLACE_OF_BOT.search(reply) is not None
    asks_you = _YOU.search(question) is not None
    for kind, pair in _PAIRS.items():
        if (
            not (is_of_bot and kind in _OF_PLACES)
            and (asks_you or not pair.needs_you)
            and pair.asks.search(question)
            and pair.about.search(question)
            and not pair.unless.search(question)
            and pair.tells.search(reply)
        ):
            yield _NAMES_OF_KINDS.get(kind, kind)
