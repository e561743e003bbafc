"""What counts as swearing, insults, slurs and threats, and decent words that look like them."""

import time

import pytest

from language.learning.abuse import find_abuse

ABUSIVE = {
    "swearing": """
        иди на хуй|охуенный фильм|ебаный стыд|заебал|отъебись уже|ты хуесос|спиздили велик|нах надо|жопа полная|долбоёбы|он мудила
        х*й тебе|п***ц какой|бл#ть достало|с*ка|е***ь|п*здато погуляли|п и з д е ц|б л я т ь|с.у.к.а|бляяяядь|ты чё сцуко|пи здец
        xyй|пи3дец|пиzдец|eb@ть|cyka|blyad ne rabotaet|nahuy mne eto|zaebal|what the fuck|вот тебе 🖕
    """,
    "insult": """
        ты тупой|какой же ты дурак|идиот|Дурак!|ах ты козёл|бот тупой|тупая железяка|заткнись уже|закрой рот|сам ты баран|ты чмо
        начальник полный идиот|сосед козёл|этот актёр ничтожество|какие же вы тупые|чтоб ты сдох|пошёл ты|you are stupid|тупица
    """,
    "slur": "чурки понаехали|жиды кругом|хохлы достали|узкоглазый",
    "threat": "я тебя убью|найду и прирежу тебя|набью тебе морду|тебе конец|дам в рожу",
}
DECENT = """
    не надо меня оскорблять|застрахуй квартиру|спелый мандарин|команда победила|хулиган из пятого класса|как употреблять мёд
    запах скипидара|вратарь психует|два рубля|корабль плывёт|дурацкая погода|блин, опоздал|чёрт возьми|хлеб и небо|себе и тебе
    собака суки родила щенков, порода лабрадор|играть в дурака|Иван-дурак и печка|роман «Идиот» Достоевского|не будь дураком
    тупой нож|ребёнок требует учебник|мебель и лебедь|Нигер и Нигерия|хохлома|жидкость для мытья|гондола в Венеции|педикюр
    мудрый совет|уху сварил|иди на рассвете к реке|роутер отваливается|убить босса|закрой дверь|сучок дерева|россия и рассказ
    козёл отпущения|корова даёт молоко|я дура, забыла ключи|ты где был, кот|бледный вид|двоеборье|педикулёз|слон потрогал хобот
    EBITDA и eBay|a*b = c|5*3|т.д. и т.п.|х + у = 5|поезд опоздал|Сретенка|всухую обыграли|влюбился, хожу как дурак|ты умный
"""


def _cases(listed: str) -> list[str]:
    return [case.strip() for line in listed.strip().splitlines() for case in line.split("|")]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, listed in ABUSIVE.items() for text in _cases(listed)])
def test_abuse_is_found(kind: str, text: str) -> None:
    assert kind in find_abuse(text)


@pytest.mark.parametrize("text", _cases(DECENT))
def test_decent_words_are_not(text: str) -> None:
    assert find_abuse(text) == []


@pytest.mark.parametrize("piece", ["Привет, как дела? ", "б*", "п ", "ты такой ", "х", "х.", "*"])
def test_time_is_linear(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    start = time.process_time()
    find_abuse(text)
    assert time.process_time() - start < 2
