"""Learning through whole turns: who is shown what was learned, and how it goes when it was no good."""

import pytest
from conftest import FakeChat, Open, history, say
from lessons import ANNA, BORIS, CALLED, HEAVY, PHONE, WHALE, everything, scores, shown, tell

from graph.context import Context
from grisha import Acquaintance

# What is private


async def test_a_private_exchange_serves_its_own_chat_and_no_other(open_app: Open, model: FakeChat) -> None:
    model.will_say(CALLED)
    async with open_app() as grisha:
        await say(grisha, PHONE, ANNA)
        assert (await grisha.knowledge()).patterns.patterns == 0
        [kept] = await everything(grisha)
        assert (kept.scope, kept.chat_id, kept.user_id) == ("chat", "1", "anna")
    async with open_app() as grisha:
        await say(grisha, HEAVY, ANNA)
        await say(grisha, "звони вечером, мой номер 8 900 123-45-67", ANNA)
        assert CALLED in shown(model)
        for other in (BORIS, Context("3", "anna"), Context("2", "boris", "group")):
            await say(grisha, "звони вечером, мой номер 8 900 123-45-67", other)
            assert "900" not in shown(model)
            assert CALLED not in shown(model)


@pytest.mark.parametrize(
    "text",
    [
        "номер моей карты 4276 3800 1234 5674, запиши",
        "мой пароль от почты qwerty12345, напомни потом",
        "паспорт 4509 123456, запомни",
    ],
)
async def test_cards_documents_and_passwords_are_learned_for_nobody(open_app: Open, model: FakeChat, text: str) -> None:
    model.will_say("Хорошо, запишу и обязательно напомню тебе потом.")
    async with open_app() as grisha:
        await say(grisha, text, ANNA)
        assert await everything(grisha) == []


async def test_what_draws_on_private_words_of_the_chat_stays_in_it(open_app: Open, model: FakeChat) -> None:
    model.will_say("Понял, позвоню тебе вечером.", "Думаю, подойдёт любимая мелодия на номер 1234567.", WHALE)
    async with open_app() as grisha:
        await say(grisha, "мой телефон 8 900 123-45-67, а любимая сказка про фламинго", ANNA)
        model.queue.clear()
        model.will_say("Посмотри фильм про розовых фламинго и море.", WHALE)
        await say(grisha, "какой фильм выбрать на вечер", ANNA)
        await say(grisha, HEAVY, ANNA)
        assert {pattern.question: pattern.scope for pattern in await everything(grisha)}.items() >= {
            ("какой фильм выбрать на вечер", "chat"),
            (HEAVY, "shared"),
        }


async def test_what_the_model_made_of_a_private_example_stays_in_the_chat(open_app: Open, model: FakeChat) -> None:
    model.will_say(CALLED, "Возьми с собой зонт и тёплый шарф в дорогу.")
    async with open_app() as grisha:
        await say(grisha, PHONE, ANNA)
        await grisha.graph.remember(ANNA, [])
        await say(grisha, "мой номер звони вечером", ANNA)
        assert CALLED in shown(model)
        assert all(pattern.scope == "chat" for pattern in await everything(grisha))


async def test_what_a_chat_has_for_itself_goes_with_its_memory(open_app: Open, model: FakeChat) -> None:
    model.will_say(CALLED, WHALE)
    async with open_app() as grisha:
        await tell(grisha, PHONE, ANNA, "m")
        await say(grisha, HEAVY, ANNA)
        await grisha.reset(BORIS)
        assert len(await everything(grisha)) == 2
        await grisha.reset(ANNA)
        assert [pattern.question for pattern in await everything(grisha)] == [HEAVY]
        model.will_say(CALLED)
        await tell(grisha, PHONE, ANNA, "m")
        assert len(await everything(grisha)) == 2
        await grisha.rewind(ANNA, "m")
        assert [pattern.question for pattern in await everything(grisha)] == [HEAVY]


async def test_private_patterns_are_exported_and_forgotten_with_the_person(open_app: Open, model: FakeChat) -> None:
    group = Context("group", "anna", "group")
    model.will_say(CALLED, CALLED)
    async with open_app() as grisha:
        await tell(grisha, PHONE, group, "m", speaker_id="anna", speaker="Аня")
        await tell(grisha, PHONE.replace("900", "901"), Context("group", "boris", "group"), "n", speaker_id="boris", speaker="Боря")
        data = await grisha.personal_data("anna", own=[], shared=[group])
        assert [(one["question"], one["scope"]) for one in data["patterns"]] == [(PHONE, "chat")]
        await grisha.forget_me("anna", own=[], shared=[])
        assert {pattern.user_id for pattern in await everything(grisha)} <= {"boris"}


async def test_who_opts_out_is_not_learned_from(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, WHALE)
    async with open_app() as grisha:
        await grisha.set_learning("anna", False)
        await say(grisha, HEAVY, ANNA)
        assert await everything(grisha) == []
        assert not (await grisha.known_of("anna")).may_learn
        await say(grisha, HEAVY, BORIS)
        assert [pattern.user_id for pattern in await everything(grisha)] == ["boris"]


async def test_who_has_opted_out_stays_so_when_forgotten(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, "Возьми хорошую книгу или вкусный чай.")
    async with open_app() as grisha:
        await say(grisha, "меня зовут Анна", ANNA)
        await grisha.set_learning("anna", False)
        await grisha.forget_me("anna", own=[ANNA], shared=[])
        assert await grisha.known_of("anna") == Acquaintance(None, 0, may_learn=False)
        assert (await grisha.personal_data("anna", [ANNA], []))["profile"] == {"name": "", "named_at": "", "learn": False}
        await say(grisha, HEAVY, ANNA)
        assert await everything(grisha) == []
        await grisha.set_learning("anna", True)
        await say(grisha, "что подарить на новоселье", ANNA)
        assert len(await everything(grisha)) == 1


# What is nothing new


@pytest.mark.parametrize(
    "repeated",
    [
        "Разогрей сковороду, разбей два яйца и не отходи: яичница любит внимание.",
        "разогрей сковороду, разбей два яйца, и не отходи - яичница любит внимание!!",
        "Разогрей сковороду, разбей два яйца и не отходи далеко: яичница любит внимание.",
    ],
)
async def test_a_reply_of_the_dataset_is_not_learned_once_more(open_app: Open, model: FakeChat, repeated: str) -> None:
    model.will_say(repeated)
    async with open_app() as grisha:
        assert await tell(grisha, "как вкусно приготовить яичницу?", ANNA, "m") == repeated
        assert "яичница любит внимание" in shown(model)
        assert await everything(grisha) == []
        why = await grisha.explain(ANNA, "m")
        assert why is not None
        assert (why.origin, why.note) == ("model", "nothing: the reply is an example's")


async def test_a_reply_of_a_pattern_is_not_learned_once_more(open_app: Open, model: FakeChat) -> None:
    question = "подскажи, сколько же весит большой синий кит"
    model.will_say(WHALE, WHALE, "Синий кит тянет тонн на двести: ни один динозавр не был тяжелее.")
    async with open_app() as grisha:
        await say(grisha, HEAVY, ANNA)
        [kept] = await everything(grisha)
        await tell(grisha, question, BORIS, "m")
        assert WHALE in shown(model)
        [after] = await everything(grisha)
        assert (after.id, after.uses, after.confirmations) == (kept.id, 1, 1)
        await tell(grisha, question, Context("3", "clara"), "m")
        why = await grisha.explain(Context("3", "clara"), "m")
        assert why is not None
        assert not why.note.startswith("nothing"), "in words of its own"


# Why, and how to undo it


async def test_a_reply_is_explained_and_unlearned(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, "Шесть тонн, если слон африканский и сытый.")
    async with open_app(recall="on") as grisha:
        assert await grisha.explain(ANNA) is None
        await tell(grisha, "меня зовут Анна", ANNA, "0")
        assert (why := await grisha.explain(ANNA)) is not None
        assert (why.origin, why.learned) == ("greeting", None)
        await tell(grisha, HEAVY, ANNA, "1")
        await tell(grisha, HEAVY, BORIS, "2")
        await tell(grisha, "почему небо голубое", BORIS, "3")
        why = await grisha.explain(ANNA, "1")
        assert why is not None
        assert (why.reply, why.origin, why.note[:4]) == (WHALE, "model", "new:")
        assert why.learned is not None
        assert why.learned.question == HEAVY
        why = await grisha.explain(BORIS, "2")
        assert why is not None
        assert (why.origin, [pattern.question for pattern in why.patterns], why.learned) == ("known", [HEAVY], None)
        why = await grisha.explain(BORIS)
        assert why is not None
        assert (why.origin, why.dialogues, why.patterns) == ("known", ("почему небо голубое",), ())
        assert await grisha.explain(BORIS, "9") is None

        assert await grisha.unlearn(BORIS, "2") == "not theirs"
        assert await grisha.unlearn(BORIS, "3") == "nothing"
        assert HEAVY in await scores(grisha)
        assert await grisha.unlearn(BORIS, "2", of_anybody=True) == "forgotten"
        assert await scores(grisha) == {}
        why = await grisha.explain(ANNA, "1")
        assert why is not None
        assert why.learned is None
        assert len(await history(grisha, BORIS)) == 4
