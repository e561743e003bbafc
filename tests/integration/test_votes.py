"""Votes through whole turns: words, retries, edits and reactions move the score of what served, and what is no good goes."""

import pytest
from conftest import DEFAULT_REPLY, FakeChat, Open, say
from langchain_core.messages import AIMessage
from lessons import ANNA, BORIS, CALLED, HEAVY, PHONE, WHALE, everything, scores, shown, tell

from graph.context import Context
from stores.patterns import Patterns
from stores.provenance import provenance


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
