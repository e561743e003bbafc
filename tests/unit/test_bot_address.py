"""Which messages of a group are meant for the bot, and what they say to it."""

import random
import time
from typing import Any

import pytest
from telegram import Message

from bot.address import Command, Me, command, is_addressed, name_forms, spoken_text

ME = Me(id=777, username="Grisha_Bot", names=name_forms("Гриша"))
BOT = {"id": 777, "is_bot": True, "first_name": "Гриша", "username": "Grisha_Bot"}
PETYA = {"id": 5, "is_bot": False, "first_name": "Петя"}


def message(text: str = "", *entities: tuple[str, str] | dict[str, Any], kind: str = "supergroup", **fields: Any) -> Message:
    """A message as Telegram gives it; an entity may be given as its kind and the part of the text that it covers."""
    given = []
    for entity in entities:
        if isinstance(entity, tuple):
            before = text[: text.index(entity[1])]
            entity = {"type": entity[0], "offset": utf16(before), "length": utf16(entity[1])}
        given.append(entity)
    chat = {"id": 5, "type": "private"} if kind == "private" else {"id": -1005, "type": kind, "title": "Чат"}
    base: dict[str, Any] = {"message_id": 10, "date": 1_700_000_000, "chat": chat, "from": PETYA}
    words = {"text": text, "entities": given} if text else {}
    made = Message.de_json(base | words | fields, None)
    assert made is not None
    return made


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def caption(text: str, *entities: tuple[str, str]) -> Message:
    written = message(text, *entities).to_dict()
    return message(caption=text, caption_entities=written.get("entities", []))


def reply(**to: Any) -> Message:
    return message("ну и что", reply_to_message=message(**to).to_dict())


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Гриша", "гриша гриши грише гришу гришей гришею гриш"),
        ("ГРИША 🤖", "гриша гриши грише гришу гришей гришею гриш"),
        ("Григорий", "григорий григория григорию григорием григории"),
        ("Алиса", "алиса алисы алисе алису алисой алисою алис"),
        ("Алёна", "алена алены алене алену аленой аленою ален"),
        ("Лев", "лев льва льву львом льве"),
        ("Люба", "люба любы любе любу любою люб"),  # not "любой"
        ("Джарвис", "джарвис джарвиса джарвису джарвисом джарвисе"),
        ("Max", "max"),
        ("Бот", "бот бота боту ботом боте"),
    ],
)
def test_name_has_its_forms(name: str, forms: str) -> None:
    assert name_forms(name) == set(forms.split())


def test_name_of_several_words_is_called_in_short_and_as_a_whole() -> None:
    assert {"вася", "васе", "вась", "бот вася", "бот васю"} <= name_forms("Бот Вася")
    assert {"grisha", "grisha bot"} == name_forms("Grisha Bot")
    assert {"гриша", "гриш", "гриша иванов"} <= name_forms("Гриша Иванов")
    assert {"аня", "аню", "аню ваня"} <= name_forms("Аня Ваня")
    assert not {"ваню", "аню ваню"} & name_forms("Аня Ваня")
    assert {"умный помощник"} <= name_forms("Умный помощник")
    assert not {"бот", "bot", "помощник", "иванов"} & (
        name_forms("Бот Вася") | name_forms("Grisha Bot") | name_forms("Умный помощник")
    )
    assert name_forms("🤖 42") == set()


@pytest.mark.parametrize(
    ("text", "entity", "found"),
    [
        ("/start", "/start", Command("start", "", True)),
        ("/START@grisha_bot  Маше и\nПете ", "/START@grisha_bot", Command("start", "Маше и\nПете", True)),
        ("/start@other_bot", "/start@other_bot", Command("start", "", False)),
        ("/start@grisha_bot_2 раз", "/start@grisha_bot_2", Command("start", "раз", False)),
        ("набери /start", "/start", None),
        ("/ это не команда", "", None),
    ],
)
def test_command_stands_first(text: str, entity: str, found: Command | None) -> None:
    entities = [("bot_command", entity)] if entity else []
    assert command(message(text, *entities), ME) == found
    assert command(caption(text, *entities), ME) == found


CALLED = r"""
    Гриша, как дела
    гриша как дела
    ГРИША!!!
    Гриш привет
    Грише привет
    Гриша вчера приходил
    Гришу не обижать!
    👋 Гриша, ты тут?
    ...Гриша?
    «Гриша», ответь
    Гриша - ты где?
    Гриша—ты где?
    эй, Гриша!
    эй Гриша
    ну что, Гриш
    ну что Гриша?
    привет, Гриша
    Привет Гриша как дела
    привет 👋 Гриша
    слушай Гриша
    слушай, Гриша а сколько времени
    Доброе утро, Гриша!
    спокойной ночи Гриша
    Спасибо, Гриша
    спасибо Гриша ❤️
    Спасибо большое Гриша)))
    спасибо за помощь, Гриша
    спасибо за помощь Гриша
    я тебя люблю Гриша ❤️ правда
    скажи, Гриша, ты спишь?
    скажи Гриша сколько будет два плюс два
    как думаешь, Гриш?
    а ты Гриш что думаешь
    что скажешь Гриша?
    что скажешь Гриша, идти мне или нет
    ну ты даёшь Гриша!
    ты где Гриша
    где ты Гриша?
    ты уже поел Гриша?
    я тебя люблю Гриша
    дай совет Гриша
    пока Гриша!
    молодец Гриша!
    Молодец, Гриша, так держать
    ты мой лучший друг, Гриша!
    да Гриша, я тоже так считаю
    Не знаю, Гриша, не знаю...
    Мне грустно, Гриша
    он мне не пишет, Гриша
    Всем привет! Гриша, расскажи анекдот
    Я дома\nГриша, ты спишь?
    Ребята, Гриша, всем привет
    Дорогой Гриша, пишу тебе
    Гриша, Гриша, ответь
    пойдем гулять, Гриша?
    Как тебя зовут, Гриша?
    ой Гриша, какой ты смешной
    а ты как считаешь, Гриша, кто прав?
    так, Гриша, объясни им
    Кто победит, Гриша, Спартак или Зенит?
    если что, Гриша, я шучу
    надоел ты мне, Гриша
    Хватит Гриша!
    не тупи Гриша
"""
NOT_CALLED = r"""
    вчера видел Гришу в магазине
    мой брат Гриша приехал
    Гришин день рождения
    агриша
    Гриша-строитель приехал
    Мы-Гриши
    гриша_2 опять тут
    гришам привет
    купил Грише, Пете и Маше подарки
    А где Гриша?
    где Гриша
    кто такой Гриша?
    как там Гриша?
    куда пропал Гриша?
    а Гриша придёт?
    приехал Гриша.
    это Гриша
    меня зовут Гриша
    привет, меня зовут Гриша, а тебя?
    Привет, я Гриша
    привет меня зовут Гриша
    у меня есть друг Гриша
    мой брат, Гриша, приехал
    Маша, Гриша, Петя и Коля пошли в кино
    Были все: Маша, Петя, Гриша.
    пришли Петя и Гриша
    говорят, Гриша уехал
    я думаю, Гриша - молодец
    сказал Гриша: привет
    тебе звонил Гриша?
    ты не знаешь, где Гриша?
    ты не знаешь где Гриша?
    как твой друг Гриша?
    помнишь, как приезжал Гриша?
    Ура! Гриша приехал
    Я дома\nГриша уехал
    привет Грише!
    передавай привет Гриши маме, Грише и Гришей
    вот Гриша молодец
    пока Гриша спал, мы ушли
    ну Гриша и дал
    смотрели фильм «Гриша», понравилось
    это подарок от Гриши, точно
    пиши на vasya@гриша тут
    как дела?
    слушай, а Гриша вообще живой?
    у соседа сын Гриша, хороший мальчик
    завтра Гриша, Маша и Оля едут на дачу
    его зовут Гриша, ему 5 лет
    кота назвали Гриша
    Я Гриша!
    по-моему, Гриша сломался
    ты видел, что пишет Гриша?
"""


def examples(listed: str) -> list[str]:
    return [line.strip().replace(r"\n", "\n") for line in listed.strip().splitlines()]


@pytest.mark.parametrize("text", examples(CALLED))
def test_name_calls(text: str) -> None:
    assert is_addressed(message(text), ME)
    assert is_addressed(caption(text), ME)


@pytest.mark.parametrize("text", examples(NOT_CALLED))
def test_name_is_spoken_of(text: str) -> None:
    assert not is_addressed(message(text), ME)


def test_mention_and_reply_address_the_bot() -> None:
    emoji = "👨‍👩‍👧 𝒳 "
    assert is_addressed(message(f"{emoji}а @gRISHA_bot знает?", ("mention", "@gRISHA_bot")), ME)
    assert is_addressed(caption(f"{emoji}@Grisha_Bot", ("mention", "@Grisha_Bot")), ME)
    assert is_addressed(message("вот он знает", {"type": "text_mention", "offset": 4, "length": 2, "user": BOT}), ME)
    assert is_addressed(reply(**{"from": BOT}), ME)


def test_others_mentions_and_replies_do_not() -> None:
    assert not is_addressed(message("а @grisha_bot_2 знает?", ("mention", "@grisha_bot_2")), ME)
    assert not is_addressed(message("me@grisha_bot.ru", ("email", "me@grisha_bot.ru")), ME)
    assert not is_addressed(message("набери @grisha_bot тут", ("code", "@grisha_bot")), ME)
    assert not is_addressed(message("вот он", {"type": "text_mention", "offset": 4, "length": 2, "user": PETYA}), ME)
    assert not is_addressed(reply(**{"from": PETYA}), ME)
    assert not is_addressed(message(), ME)


def test_notice_of_a_topic_and_a_channels_post_are_not_answered_by_what_is_written_below_them() -> None:
    created = {"from": BOT, "forum_topic_created": {"name": "Тема", "icon_color": 7322096}}
    assert not is_addressed(reply(**created), ME)
    channel = {"id": -1009, "type": "channel", "title": "Канал"}
    service = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    assert not is_addressed(reply(**{"from": service, "sender_chat": channel, "is_automatic_forward": True}), ME)


@pytest.mark.parametrize("kind", ["code", "pre", "url", "hashtag", "blockquote", "expandable_blockquote"])
def test_name_in_what_is_no_speech_calls_nobody(kind: str) -> None:
    assert not is_addressed(message("Гриша, ты где? он ушёл", (kind, "Гриша, ты где?")), ME)
    assert is_addressed(message("Вася: да\nГриша глянь", ("blockquote", "Вася: да")), ME)


def test_namesake_with_an_account_is_not_the_bot() -> None:
    namesake = {"type": "text_mention", "offset": 0, "length": 5, "user": PETYA}
    assert not is_addressed(message("Гриша, ты придёшь?", namesake), ME)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Алёна", "привет, алена"),
        ("Алена", "Алёна, ты тут"),
        ("Алёна", "ну привет, Алён!"),
        ("Max", "эй Max"),
        ("Бот Вася", "Вась, привет"),
    ],
)
def test_other_names_call_too(name: str, text: str) -> None:
    assert is_addressed(message(text), Me(777, "b_bot", name_forms(name)))
    assert not is_addressed(message(text), ME)


def test_bot_without_a_name_is_not_called_by_name() -> None:
    assert not is_addressed(message("Гриша, привет"), Me(777, "b_bot", frozenset()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Гриша, как дела?", "как дела?"),
        ("Гриша как дела?", "как дела?"),
        ("Гриша! Как дела?", "Как дела?"),
        ("Гриша - ты где?", "ты где?"),
        ("Гриш привет", "привет"),
        ("Гриша расскажи анекдот", "расскажи анекдот"),
        ("👋 Гриша,  привет", "👋 привет"),
        ("скажи, Гриш, ты спишь?", "скажи, ты спишь?"),
        ("привет, Гриша!", "привет!"),
        ("Привет Гриша как дела", "Привет как дела"),
        ("слушай, Гриша ты где", "слушай, ты где"),
        ("как думаешь, Гриш?", "как думаешь?"),
        ("Всем привет! Гриша, расскажи анекдот", "Всем привет! расскажи анекдот"),
        ("Ура! Гриша!", "Ура!"),
        ("Я дома.\nГриша, ты\n\nспишь?  \n  да", "Я дома.\nты\n\nспишь?\n  да"),
        ("Гриша, Гриша, ответь, Гриша", "ответь"),
        ("привет  Вася  ", "привет Вася"),
        # The name is part of what is said.
        ("Грише привет", "Грише привет"),
        ("Гриша вчера приходил", "Гриша вчера приходил"),
        ("Гриша что-то приболел", "Гриша что-то приболел"),
        ("Гриша - молодец", "Гриша - молодец"),
        ("Гриша+Маша", "Гриша+Маша"),
        ("Гриша, где Гриша?", "где Гриша?"),
        ("вчера видел Гришу в магазине", "вчера видел Гришу в магазине"),
        # Nothing else is said.
        ("Гриша", "Гриша"),
        ("Гриша?!", "Гриша?!"),
        ("Гриша 👋", "Гриша 👋"),
        ("", ""),
    ],
)
def test_what_is_said_besides_the_name(text: str, said: str) -> None:
    assert spoken_text(message(text), ME) == said
    assert spoken_text(caption(text), ME) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@grisha_bot", ""),
        ("@grisha_bot ?", "?"),
        ("@grisha_bot, привет", "привет"),
        ("@grisha_bot Гриша, привет", "привет"),
        ("@grisha_bot Гриша", "Гриша"),
        ("𝒳👨‍👩‍👧, скажи, @grisha_bot , ты 👍?", "𝒳👨‍👩‍👧, скажи , ты 👍?"),
        ("привет, @grisha_bot!", "привет!"),
        ("а что умеет @grisha_bot?", "а что умеет?"),
        ("@grisha_bot\nпервое\n  второе", "первое\n  второе"),
    ],
)
def test_mention_is_left_out(text: str, said: str) -> None:
    assert spoken_text(message(text, ("mention", "@grisha_bot")), ME) == said


def test_private_chat_keeps_names() -> None:
    assert spoken_text(message("Гриша, как дела?", kind="private"), ME) == "Гриша, как дела?"
    assert spoken_text(message("@grisha_bot, как дела?", ("mention", "@grisha_bot"), kind="private"), ME) == "как дела?"


def test_others_mentions_stay() -> None:
    assert spoken_text(message("@vasya, ты где", ("mention", "@vasya")), ME) == "@vasya, ты где"


@pytest.mark.parametrize(
    "part",
    [
        "Гриша ",
        "Гриша, ",
        "мой Гриша, ",
        "бот ",
        " ",
        ",",
        "a",
        "а\u0306",
        "\n",
        "@",
        "👨‍👩‍👧",
        "\ud83d",
        "не",
        "-а",
        "... ",
        "?! ",
    ],
)
def test_any_long_message_is_quick(part: str) -> None:
    texts = [(part * 4096)[:4096], "я " + (part * 4096)[:4080] + " Гриша х"]
    began = time.process_time()
    for text in texts:
        is_addressed(message(text), ME)
        spoken_text(message(text), ME)
    assert time.process_time() - began < 1


def test_any_entities_are_taken() -> None:
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(
            chance.choices(["Гриша", "@grisha_bot", "/go", " ", ",", "👋", "\n", "ты", "\ud83d", "Ё", "İ"], k=chance.randint(1, 12))
        )
        kinds = ["mention", "bot_command", "code", "blockquote", "text_mention", "url"]
        entities = [
            {"type": chance.choice(kinds), "offset": chance.randint(0, 40), "length": chance.randint(0, 40)} for _ in range(4)
        ]
        written = message(text, *entities)
        assert isinstance(is_addressed(written, ME), bool)
        assert len(spoken_text(written, ME)) <= len(text)
        command(written, ME)
