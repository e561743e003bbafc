"""Which exchanges are worth repeating to others."""

import pytest

from language.worth import flaw

GOOD = [
    ("как сварить рис", "Промой его, залей двумя стаканами воды и вари под крышкой."),
    ("что это за птица с красной грудкой", "Похоже на снегиря: он зимует у кормушек."),
    ("столица Австралии", "Канберра, а не Сидней."),
    ("сколько костей у человека", "У взрослого двести шесть."),
    ("мой кот линяет, что с ним делать", "Чеши его каждый день и дай пасту для вывода шерсти."),
    ("спасибо за помощь", "Пожалуйста! Обращайся, если что."),
    ("что такое языковая модель", "Языковая модель предсказывает следующее слово по предыдущим."),
    ("как по-английски кошка", "Cat, and a kitten is a small cat."),
    ("заказ привезли не весь", "Довезём недостающее за полчаса или сразу вернём деньги, как удобнее?"),
    ("придумай хэштеги для кофейни", "Держи: #кофе #утро #булочки"),
]
FLAWED = [
    ("а почему?", "Потому что свет рассеивается в воздухе.", "the question cannot stand alone"),
    ("и что дальше?", "Дальше герой уезжает в Сибирь к сестре.", "the question cannot stand alone"),
    ("сколько он весит?", "Примерно двести килограммов, как рояль.", "the question cannot stand alone"),
    ("а для кошек?", "Для кошек нужен корм с таурином.", "the question cannot stand alone"),
    ("ещё раз, только короче", "Вари рис двадцать минут под крышкой.", "the question cannot stand alone"),
    ("расскажи анекдот", "Ладно.", "the reply is too short"),
    ("расскажи анекдот", "очень " * 101, "too long"),
    ("расскажи анекдот", "Заткнись и слушай анекдот про кота.", "abusive: insult"),
    ("как сварить рис, тупая железяка", "Промой его и вари под крышкой.", "abusive: insult"),
    ("кто открыл Америку", "Не знаю, но звучит любопытно.", "the reply admits that it answers nothing"),
    ("кто открыл Америку", "Я всего лишь программа и не видел Америки.", "the reply talks as a language model"),
    ("какой торт испечь", "Как ты говорил вчера, лучше всего медовик.", "the reply leans on an earlier talk"),
    ("как сварить рис", "Boil it for twenty minutes under a lid.", "the reply is in another language"),
    ("как сварить рис", "Промийте його і варіть під кришкою.", "the reply is in another language"),
    ("как сварить рис", "Вари под крышкой! #рис #еда #кухня", "the reply is full of hashtags"),
    ("как сварить рис", "А какой у тебя рис?", "the reply only asks back"),
    ("как сварить рис", "Спасибо за вопрос! Обращайтесь, всегда рад помочь!", "the reply is empty politeness"),
    ("что взять с собой в поход", "Ты спрашиваешь, что взять с собой в поход.", "the reply repeats the question"),
    ("чем отличается ворона от ворона", "Ворон крупнее, у него хвост клином, а воро", "the reply is cut off"),
    ("как сварить рис", "Промой рис, залей водой и", "the reply is cut off"),
    ("сколько варить рис", "Рис очень вкусный и полезный.", "the reply does not answer"),
]


@pytest.mark.parametrize(("question", "reply"), GOOD)
def test_good_exchange_has_no_flaw(question: str, reply: str) -> None:
    assert flaw(question, reply) == ""


@pytest.mark.parametrize(("question", "reply", "reason"), FLAWED)
def test_flaw_is_named(question: str, reply: str, reason: str) -> None:
    assert flaw(question, reply) == reason
