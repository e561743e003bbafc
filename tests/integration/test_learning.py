"""Learning through whole turns: who is shown what was learned, and how it goes when it was no good."""

from typing import Any

import pytest
from conftest import DEFAULT_REPLY, FakeChat, Open, history, say
from langchain_core.messages import AIMessage, HumanMessage

from graph.context import Context
from grisha import Acquaintance, Grisha
from stores.namespaces import CHATS_PATTERNS, PATTERNS
from stores.pattern import Pattern
from stores.patterns import Patterns
from stores.provenance import provenance

WHALE = "Синий кит весит около ста пятидесяти тонн, как тридцать слонов."
HEAVY = "сколько весит синий кит"
PHONE, CALLED = "мой номер 8 900 123-45-67, звони вечером", "Хорошо, обязательно позвоню тебе сегодня вечером."
ANNA, BORIS = Context("1", "anna"), Context("2", "boris")


async def tell(grisha: Grisha, text: str, context: Context, message_id: str, **about: Any) -> str:
    """One turn with a message that has an id."""
    message = HumanMessage(text, id=message_id, additional_kwargs=about)
    result = await grisha.graph.ainvoke({"messages": [message]}, context=context)
    return str(result["reply"])


async def everything(grisha: Grisha) -> list[Pattern]:
    """All that was learned, shared or not."""
    store = grisha.persistence.store
    items = [*await store.asearch(PATTERNS, limit=100), *await store.asearch(CHATS_PATTERNS, limit=100)]
    return [Pattern(**item.value) for item in items]


async def scores(grisha: Grisha) -> dict[str, int]:
    return {pattern.question: pattern.score for pattern in await everything(grisha)}


def shown(model: FakeChat) -> str:
    """The system message of the last prompt: the examples are in it, and nothing of the history."""
    return model.prompts[-1][0].text


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


# What was no good


async def test_a_bad_vote_unlearns_at_once_and_a_good_one_counts(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, "Возьми хорошую книгу или вкусный чай.")
    async with open_app() as grisha:
        await tell(grisha, HEAVY, ANNA, "1")
        await tell(grisha, "что подарить на новоселье", ANNA, "2")
        assert set((await scores(grisha)).values()) == {1}
        for _ in range(3):
            await grisha.rate(ANNA, "1", 1)
        assert (await scores(grisha))[HEAVY] == 3, "a person counts once"
        await grisha.rate(ANNA, "1", 0)
        assert (await scores(grisha))[HEAVY] == 1
        await grisha.rate(ANNA, "2", -1)
        await grisha.rate(ANNA, "unknown", -1)
        assert await scores(grisha) == {HEAVY: 1}


async def test_votes_of_several_people_add_up_and_outlive_a_restart(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE)
    people = [Context("group", person, "group") for person in ("anna", "boris", "clara")]
    async with open_app() as grisha:
        await tell(grisha, HEAVY, people[0], "m", speaker_id="anna", speaker="Аня")
        for person in people:
            await grisha.rate(person, "m", 1)
        assert (await scores(grisha))[HEAVY] == 7
    async with open_app() as grisha:
        await grisha.rate(people[0], "m", 1)
        assert (await scores(grisha))[HEAVY] == 7
        await grisha.rate(people[1], "m", 0)
        assert (await scores(grisha))[HEAVY] == 5
        await grisha.forget_me("clara", own=[], shared=[people[2]])
        _, reply = await grisha.history(people[0])
        assert isinstance(reply, AIMessage)
        assert (provenance(reply) or {}).get("votes") == {"anna": 1}


async def test_a_learned_reply_that_people_dislike_goes(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE)
    async with open_app(recall="on") as grisha:
        await say(grisha, HEAVY, ANNA)
        assert await tell(grisha, HEAVY, BORIS, "m") == WHALE
        assert len(model.prompts) == 1
        for vote, score in ((-1, 0), (-1, 0), (0, 1), (1, 3), (-1, 0)):
            await grisha.rate(BORIS, "m", vote)
            assert await scores(grisha) == {HEAVY: score}, "one person alone does not remove it"
        clara = Context("3", "clara")
        assert await tell(grisha, HEAVY, clara, "m") == WHALE
        await grisha.rate(clara, "m", -1)
        assert await everything(grisha) == []
        assert await say(grisha, HEAVY, Context("4", "dora")) == DEFAULT_REPLY


async def test_what_others_found_good_one_person_does_not_remove(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE)
    anna, boris, clara = (Context("group", person, "group") for person in ("anna", "boris", "clara"))
    async with open_app() as grisha:
        await tell(grisha, HEAVY, anna, "m", speaker_id="anna", speaker="Аня")
        await grisha.rate(boris, "m", -1)
        assert await scores(grisha) == {HEAVY: 0}
        await grisha.rate(clara, "m", 1)
        assert await scores(grisha) == {HEAVY: 2}
        await grisha.rate(boris, "m", 0)
        assert await scores(grisha) == {HEAVY: 3}
        await grisha.rate(anna, "m", -1)
        assert await scores(grisha) == {}, "it was learned from her"


async def test_a_second_bad_vote_in_a_group_removes_what_was_learned_from_another(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE)
    async with open_app() as grisha:
        await tell(grisha, HEAVY, Context("group", "anna", "group"), "m", speaker_id="anna", speaker="Аня")
        for person, left in (("boris", {HEAVY: 0}), ("clara", {})):
            await grisha.rate(Context("group", person, "group"), "m", -1)
            assert await scores(grisha) == left


async def test_a_chats_own_pattern_goes_at_one_bad_vote(open_app: Open, model: FakeChat) -> None:
    group = Context("group", "anna", "group")
    model.will_say(CALLED, CALLED)
    async with open_app(recall="on") as grisha:
        await tell(grisha, PHONE, group, "m", speaker_id="anna", speaker="Аня")
        assert await scores(grisha) == {PHONE: 1}
        await grisha.rate(Context("group", "boris", "group"), "m", -1)
        assert await scores(grisha) == {}
        await say(grisha, PHONE, ANNA)
        await say(grisha, "как дела?", ANNA)
        assert await tell(grisha, PHONE, ANNA, "again") == CALLED
        assert (why := await grisha.explain(ANNA, "again")) is not None
        assert why.origin == "known"
        await grisha.rate(ANNA, "again", -1)
        assert PHONE not in await scores(grisha)


async def test_an_example_loses_by_the_replies_that_it_served_for(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, "Тонн сто, а то и больше, зависит от кита.", "Кит весит как тридцать слонов сразу.")
    async with open_app() as grisha:
        await say(grisha, HEAVY, ANNA)
        for number, expected in enumerate([{HEAVY: 0}, {}]):
            context = Context(f"chat {number}", f"person {number}")
            await tell(grisha, "сколько весит синий кит?", context, "m")
            assert WHALE in shown(model)
            await grisha.rate(context, "m", -1)
            assert await scores(grisha) == expected


async def test_a_reply_of_the_dataset_is_never_removed(open_app: Open) -> None:
    async with open_app(recall="on") as grisha:
        for number in range(3):
            context = Context(str(number), str(number))
            assert "Воздух рассеивает" in await tell(grisha, "почему небо голубое", context, "m")
            await grisha.rate(context, "m", -1)
            assert await grisha.unlearn(context, "m") == "nothing"


@pytest.mark.parametrize("words", ["не то", "бред", "ты не понял", "неправда", "ещё раз", "переделай", "попробуй ещё"])
async def test_words_unlearn_a_reply_right_after_it(open_app: Open, model: FakeChat, words: str) -> None:
    model.will_say(WHALE)
    async with open_app() as grisha:
        await say(grisha, HEAVY, ANNA)
        assert HEAVY in await scores(grisha)
        await say(grisha, words, ANNA)
        assert await scores(grisha) == {}


@pytest.mark.parametrize("words", ["спасибо, помогло", "точно!", "классно ответил"])
async def test_words_praise_a_reply_right_after_it(open_app: Open, model: FakeChat, words: str) -> None:
    model.will_say(WHALE)
    async with open_app() as grisha:
        await tell(grisha, HEAVY, ANNA, "m")
        await say(grisha, words, ANNA)
        assert await scores(grisha) == {HEAVY: 3}
        await grisha.rate(ANNA, "m", 1)
        assert await scores(grisha) == {HEAVY: 3}, "that was said in words already"
        await say(grisha, "не то", ANNA)
        assert await scores(grisha) == {HEAVY: 3}, "that is said of another reply"


async def test_to_ask_the_same_again_rejects_the_reply_before_anything_is_looked_up(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, "Примерно как тридцать слонов, вот такая громадина.")
    async with open_app() as grisha:
        await say(grisha, HEAVY, ANNA)
        await say(grisha, "так сколько же весит синий кит?", ANNA)
        assert WHALE not in shown(model)
        assert [pattern.reply for pattern in await everything(grisha)] == ["Примерно как тридцать слонов, вот такая громадина."]


async def test_another_question_or_another_person_rejects_nothing(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE, "Кит тяжелее любого другого зверя на свете.", "Шесть тонн, если слон африканский и сытый.")
    async with open_app() as grisha:
        anna, boris = (Context("group", person, "group") for person in ("anna", "boris"))
        await tell(grisha, HEAVY, anna, "1", speaker_id="anna", speaker="Аня")
        await tell(grisha, HEAVY, boris, "2", speaker_id="boris", speaker="Боря")
        assert HEAVY in await scores(grisha)
        await tell(grisha, "сколько весит африканский слон", boris, "3", speaker_id="boris", speaker="Боря")
        assert HEAVY in await scores(grisha)


async def test_a_full_disk_costs_the_vote_and_not_the_turn(
    open_app: Open, model: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise OSError("no space left")

    model.will_say(WHALE)
    async with open_app() as grisha:
        await say(grisha, HEAVY, ANNA)
        monkeypatch.setattr(Patterns, "rate", full)
        assert await say(grisha, "не то", ANNA) == DEFAULT_REPLY


async def test_the_model_is_told_nothing_of_where_replies_came_from(open_app: Open, model: FakeChat) -> None:
    model.will_say(WHALE)
    async with open_app() as grisha:
        await tell(grisha, HEAVY, ANNA, "m")
        await grisha.rate(ANNA, "m", 1)
        await say(grisha, "а что едят киты", ANNA)
    assert all(message.additional_kwargs == {} for message in model.prompts[-1][1:])
    assert WHALE in [message.text for message in model.prompts[-1]]


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
