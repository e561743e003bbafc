"""What was learned: kept, found, rated and forgotten; what is a chat's own stays there."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from measured import Measured

from stores import patterns as module
from stores.namespaces import CHATS_PATTERNS, PATTERNS, chat_patterns
from stores.pattern import Pattern, new_pattern
from stores.patterns import Patterns
from stores.persistence import open_persistence
from stores.retriever import Found, Retriever, Thresholds
from stores.vectors import Embedder

ASKED = "сколько весит слон"
UNRELATED = 0.1


def made_of(question: str, reply: str = "Много.", *, user: str = "u", chat: str = "", **changes: Any) -> Pattern:
    """A pattern that all chats share, or with `chat` one of its own."""
    scope = "chat" if chat else "shared"
    return replace(new_pattern(question, reply, chat_id=chat or "c", user_id=user, source="grisha", scope=scope), **changes)


class Learned:
    """Patterns on a store in memory, with a cache of vectors in a file."""

    def __init__(self, file: Path, capacity: int = 100, store: BaseStore | None = None) -> None:
        self.embeddings = Measured()
        self.embedder = Embedder(self.embeddings, "m", file)
        self.patterns = Patterns(self.embedder, capacity, UNRELATED)
        self.store = store or InMemoryStore()

    async def learn(self, *made: Pattern) -> Pattern:
        """The last of what is kept of them."""
        return [await self.patterns.learn(self.store, one) for one in made][-1]

    async def found(self, chat: str = "", asked: str = ASKED) -> list[str]:
        """The questions that a chat finds, the nearest first."""
        hits = await self.patterns.search(self.store, await self.embedder.query(asked), 50, chat)
        return [pattern.question for pattern, _ in sorted(hits, key=lambda hit: -hit[1])]

    async def everything(self, namespace: Sequence[str] = ()) -> list[Pattern]:
        return [Pattern(**item.value) for item in await self.store.asearch(tuple(namespace), limit=2_000)]

    async def vector(self, text: str) -> bytes:
        return (await self.embedder.query(text))[0].astype(np.float16).tobytes()


Learn = Callable[..., Learned]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.fixture
def learned(file: Path) -> Any:
    opened: list[Learned] = []

    def make(**changes: Any) -> Learned:
        opened.append(Learned(file, **changes))
        return opened[-1]

    yield make
    for one in opened:
        one.embedder.close()


def content(file: Path) -> bytes:
    """All that the cache keeps on the disk."""
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))


# What is kept


async def test_a_new_exchange_is_kept_as_it_is(learned: Learn) -> None:
    made = new_pattern("вопрос 0.7", "Ответ.", chat_id="c", user_id="u", source="grisha")
    here = learned()
    assert await here.learn(made) == made
    assert await here.everything(PATTERNS) == await here.everything() == [made]
    assert (made.question, made.reply, made.chat_id, made.user_id, made.source) == ("вопрос 0.7", "Ответ.", "c", "u", "grisha")
    assert (made.score, made.uses, made.scope) == (1, 0, "shared")
    assert made.created == made.refreshed
    assert made.created.endswith("+00:00")
    again = new_pattern("вопрос 0.7", "Ответ.", chat_id="c", user_id="u", source="grisha")
    other = new_pattern("вопрос 0.7", "Ответ.", chat_id="d", user_id="u", source="grisha")
    assert again.id == made.id != other.id


async def test_the_same_meaning_is_refreshed_not_learned_twice(learned: Learn) -> None:
    here, first = learned(), made_of("вопрос 0.99", "Первый.", refreshed="2026-01-01")
    kept = await here.learn(first, made_of("как спросить 0.99", "Второй.", user="v", refreshed="2026-02-02"))
    assert kept == replace(first, confirmations=2, refreshed="2026-02-02")
    assert await here.everything() == [kept]


async def test_the_same_learned_by_many_at_once_is_learned_once(learned: Learn) -> None:
    here = learned()
    made = [made_of("вопрос 0.99", f"Ответ {number}.") for number in range(8)]
    await asyncio.gather(*(here.patterns.learn(here.store, one) for one in made))
    [kept] = await here.everything()
    assert kept.confirmations == 8


async def test_two_questions_have_the_same_meaning_or_not(learned: Learn) -> None:
    here = learned()
    assert await here.patterns.have_same_meaning(ASKED, "сколько же слон весит?")
    assert not await here.patterns.have_same_meaning(ASKED, "где слоны")
    assert not await here.patterns.have_same_meaning(ASKED, "сколько весят два слона")


async def test_uses_are_counted(learned: Learn) -> None:
    here, first, second, own = learned(), made_of("а 0.6"), made_of("б 0.7"), made_of("в 0.8", chat="1")
    await here.learn(first, second, own)
    await here.patterns.mark_used(here.store, [first.id, "unknown"])
    await here.patterns.mark_used(here.store, [first.id, second.id, own.id], "1")
    await here.patterns.mark_used(here.store, [own.id], "2")
    await here.patterns.mark_used(here.store, [])
    found = await here.patterns.statistics(here.store)
    assert (found.patterns, found.uses) == (2, 3), "a chat's own are no part of it"
    assert [(pattern.id, pattern.uses) for pattern in found.most_used] == [(first.id, 2), (second.id, 1)]
    uses = {pattern.id: pattern.uses for pattern in await here.everything()}
    assert uses == {first.id: 2, second.id: 1, own.id: 1}


async def test_a_full_set_lets_the_least_worthy_go(learned: Learn) -> None:
    here = learned(capacity=20)
    await here.learn(
        made_of("где слоны 0.6", "нужный", uses=5, refreshed="2020"),
        made_of("чем болеют киты 0.6", "любимый", score=3, refreshed="2020"),
        made_of("кто сильнее тигра 0.6", "плохой", score=0, uses=9, refreshed="2028"),
        *(made_of(f"тема {number}, 0.6", str(number), refreshed=f"2026-{number:02}") for number in range(17)),
    )
    assert len(await here.everything()) == 20
    await here.learn(made_of("новая тема 0.6", "новый", refreshed="2027"))
    left = {pattern.question: pattern.reply for pattern in await here.everything()}
    assert len(left) <= 20
    assert {"нужный", "любимый", "новый", "16"} <= set(left.values())
    assert not {"плохой", "0"} & set(left.values()), "the worst, and the longest not refreshed of the unused"
    assert set(await here.found()) == set(left)


async def test_a_smaller_capacity_is_kept_to(learned: Learn) -> None:
    here = learned()
    await here.learn(*(made_of(f"тема {number}, 0.6", str(number)) for number in range(30)))
    await learned(capacity=5, store=here.store).learn(made_of("новая тема 0.6"))
    assert len(await here.everything()) <= 5


async def test_what_was_learned_outlives_a_restart(learned: Learn, file: Path) -> None:
    here = learned()
    kept = [await here.learn(made_of(f"вопрос {number}, 0.5", str(number))) for number in range(5)]
    own = await here.learn(made_of("личный вопрос 0.5", "Личный.", chat="1"))
    await here.patterns.mark_used(here.store, [kept[0].id])
    again = learned(store=here.store)
    await again.patterns.load(again.store)
    assert again.embeddings.computed == [], "the vectors were in the cache"
    for pattern in kept:
        assert (await again.found(asked=pattern.question))[0] == pattern.question
    assert (await again.found("1", own.question))[0] == own.question
    assert (await again.patterns.statistics(again.store)).uses == 1
    same = await again.learn(replace(kept[3], id="another", reply="другой"))
    assert (same.id, same.confirmations) == (kept[3].id, 2)


async def test_what_an_earlier_version_kept_is_read(learned: Learn) -> None:
    here, made = learned(), made_of("а 0.7", uses=3)
    old = {name: value for name, value in asdict(made).items() if name not in ("score", "scope")}
    await here.store.aput(PATTERNS, made.id, old)
    assert await here.found() == ["а 0.7"]
    assert await here.patterns.find(here.store, [made.id]) == [made]


async def test_more_patterns_than_a_page_of_the_store_are_loaded(learned: Learn) -> None:
    here = learned(capacity=2_000)
    for number in range(1_234):
        made = made_of(f"вопрос {number}, 0.5", str(number))
        await here.store.aput(PATTERNS, made.id, asdict(made))
    assert (await here.patterns.statistics(here.store)).patterns == 1_234
    every = await here.patterns.search(here.store, await here.embedder.query(ASKED), 2_000)
    assert {pattern.reply for pattern, _ in every} == {str(number) for number in range(1_234)}


async def test_two_stores_share_nothing(learned: Learn) -> None:
    here, other = learned(), InMemoryStore()
    await here.learn(made_of("а 0.7"), made_of("б 0.7", chat="1"))
    assert (await here.patterns.statistics(other)).patterns == 0
    assert await here.patterns.search(other, await here.embedder.query(ASKED), 9, "1") == []


# What is a chat's own


async def test_a_chat_finds_its_own_and_nobody_else_does(learned: Learn) -> None:
    here = learned()
    await here.learn(made_of("а 0.8", chat="1"), made_of("б 0.7"), made_of("в 0.6", chat="2"))
    assert await here.found("1") == ["а 0.8", "б 0.7"]
    assert await here.found("2") == ["б 0.7", "в 0.6"]
    assert await here.found("3") == await here.found() == ["б 0.7"]
    assert [pattern.question for pattern in await here.everything(PATTERNS)] == ["б 0.7"]
    assert len(await here.everything(CHATS_PATTERNS)) == 2


async def test_a_chats_own_and_what_is_shared_are_learned_beside_each_other(learned: Learn) -> None:
    here = learned()
    made = [made_of("вес слона"), made_of("вес слона", chat="1"), made_of("вес слона", chat="2")]
    await here.learn(*made)
    assert {pattern.id for pattern in await here.everything()} == {pattern.id for pattern in made}
    assert (await here.learn(made_of("вес слонов", chat="1"))).id == made[1].id


async def test_a_chat_has_only_so_many_of_its_own(learned: Learn) -> None:
    here = learned()
    await here.learn(made_of("чужое 0.9", chat="2"), *(made_of(f"тема {number}, 0.6", chat="1") for number in range(60)))
    own = await here.everything(chat_patterns("1"))
    assert 30 < len(own) <= 50
    assert await here.found("2") == ["чужое 0.9"]


async def test_ids_of_chats_may_be_anything(learned: Learn) -> None:
    here = learned()
    chats = ["telegram:-100.5", "a.b", "я" * 500, "patterns", "1", "11"]
    await here.learn(*(made_of("а 0.7", str(at), chat_id=chat, scope="chat") for at, chat in enumerate(chats)))
    kept = {pattern.chat_id: pattern.reply for pattern in await here.everything(CHATS_PATTERNS)}
    assert kept == {chat: str(at) for at, chat in enumerate(chats)}
    await here.patterns.forget_chat(here.store, "1")
    assert {pattern.chat_id for pattern in await here.everything()} == {*chats} - {"1"}


async def test_a_chat_that_has_not_spoken_for_long_is_read_again(learned: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_OPEN_CHATS", 2)
    here = learned()
    await here.learn(*(made_of(f"тема {number}, 0.7", chat=str(number)) for number in range(5)))
    for number in range(5):
        assert await here.found(str(number)) == [f"тема {number}, 0.7"]
    assert len(here.patterns._chats[here.store]) == 2


async def test_chats_learn_and_search_at_once(learned: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_OPEN_CHATS", 2)
    here = learned()

    async def talk(chat: str) -> None:
        for number in range(5):
            await here.learn(made_of(f"тема {chat} {number}, 0.6", chat=chat))
            assert set(await here.found(chat)) == {f"тема {chat} {at}, 0.6" for at in range(number + 1)}

    await asyncio.gather(*(talk(str(number)) for number in range(6)))
    assert len(await here.everything(CHATS_PATTERNS)) == 30


async def test_the_retriever_shows_a_chat_its_own_and_answers_with_it_only_the_person(learned: Learn) -> None:
    here = learned()
    await here.learn(made_of("сколько весит слон?", "Твой номер 12-34.", user="anna", chat="1"))
    retriever = Retriever([], np.empty((0, 256), np.float32), here.patterns, here.embedder, 3, Thresholds(0.5, 0.5, 0.9, UNRELATED))
    anna, boris, other, nobody = [
        await retriever.find(ASKED, here.store, *who) for who in (("1", "anna"), ("1", "boris"), ("2", "anna"), ())
    ]
    assert ([one["reply"] for one in anna.examples], len(anna.known)) == (["Твой номер 12-34."], 1)
    assert (len(boris.examples), boris.known) == (1, [])
    assert other == nobody == Found([], [])


# What it is worth


async def test_feedback_moves_the_score_and_what_falls_below_zero_goes(learned: Learn, file: Path) -> None:
    here, first, second = learned(), made_of("а 0.7"), made_of("б 0.8")
    await here.learn(first, second)
    vector = await here.vector("а 0.7")
    assert vector in content(file)
    await here.patterns.rate(here.store, {first.id: -1, second.id: 2, "unknown": -9})
    assert {pattern.question: pattern.score for pattern in await here.everything()} == {"а 0.7": 0, "б 0.8": 3}
    await here.patterns.rate(here.store, {first.id: -1, second.id: -2})
    assert {pattern.question: pattern.score for pattern in await here.everything()} == {"б 0.8": 1}
    assert await here.found() == ["б 0.8"]
    assert vector not in content(file)


async def test_a_chat_rates_what_is_shared_and_its_own_alone(learned: Learn) -> None:
    here, own, foreign, shared = learned(), made_of("а 0.7", chat="1"), made_of("б 0.7", chat="2"), made_of("в 0.7")
    await here.learn(own, foreign, shared)
    await here.patterns.rate(here.store, {one.id: 1 for one in (own, foreign, shared)}, "1")
    assert {pattern.id: pattern.score for pattern in await here.everything()} == {own.id: 2, foreign.id: 1, shared.id: 2}


def test_the_bonus_grows_with_score_and_use_and_stays_small() -> None:
    def bonus(score: int = 1, uses: int = 0) -> float:
        return made_of("а", score=score, uses=uses).bonus

    assert bonus() == 0
    assert bonus() < bonus(uses=3) < bonus(uses=30)
    assert bonus() < bonus(score=2) < bonus(score=2, uses=5)
    assert bonus(score=0, uses=1_000) < bonus()
    assert all(abs(bonus(score, uses)) <= 0.04 for score in (0, 1, 10**6) for uses in (0, 1, 10**6))


# What is forgotten


async def test_a_person_is_forgotten_in_every_chat(learned: Learn, file: Path) -> None:
    here = learned()
    await here.learn(
        made_of("а 0.7", user="anna"),
        made_of("б 0.8", user="boris"),
        made_of("в 0.9", user="anna", chat="1"),
        made_of("г 0.6", user="anna", chat="2"),
        made_of("д 0.6", user="boris", chat="2"),
    )
    vectors = [await here.vector(question) for question in ("а 0.7", "в 0.9", "г 0.6")]
    assert all(vector in content(file) for vector in vectors)
    reopened = learned(store=here.store)
    assert await reopened.patterns.forget_person(here.store, "anna") == 3
    assert {pattern.question for pattern in await here.everything()} == {"б 0.8", "д 0.6"}
    assert await reopened.found("2") == ["б 0.8", "д 0.6"]
    assert await reopened.found("1") == ["б 0.8"]
    assert await reopened.patterns.forget_person(here.store, "anna") == 0
    assert not any(vector in content(file) for vector in vectors)


async def test_patterns_are_forgotten_by_id(learned: Learn, file: Path) -> None:
    here = learned()
    first, second, third, own = (made_of(question, question) for question in ("а 0.7", "б 0.8", "в 0.9", "г 0.6"))
    own = replace(own, scope="chat", chat_id="1")
    await here.learn(first, second, third, own)
    gone, left = await here.vector("б 0.8"), await here.vector("в 0.9")
    assert await here.patterns.forget(here.store, [second.id, second.id, "unknown", own.id]) == 1
    assert await here.everything(PATTERNS) == [first, third]
    assert await here.found("1") == ["в 0.9", "а 0.7", "г 0.6"]
    assert gone not in content(file)
    assert left in content(file)
    assert await here.patterns.forget(here.store, [own.id], "2") == 0
    assert await here.patterns.forget(here.store, [own.id], "1") == 1
    assert await here.patterns.find(here.store, [own.id, third.id], "1") == [third]


async def test_a_chat_forgets_its_own_and_nothing_else(learned: Learn, file: Path) -> None:
    here = learned()
    await here.learn(made_of("а 0.7", chat="1"), made_of("б 0.8", chat="2"), made_of("в 0.9"))
    vector = await here.vector("а 0.7")
    await here.patterns.forget_chat(here.store, "1")
    assert {pattern.question for pattern in await here.everything()} == {"б 0.8", "в 0.9"}
    assert await here.found("1") == ["в 0.9"]
    assert vector not in content(file)


async def test_what_was_learned_of_a_person_comes_the_oldest_first(learned: Learn) -> None:
    here = learned()
    made = [
        made_of(f"{question} 0.6", user=user, chat=chat, created=created)
        for question, user, chat, created in [
            ("а", "anna", "", "2026-02"),
            ("б", "boris", "", "2026-03"),
            ("в", "anna", "1", "2026-01"),
        ]
    ]
    await here.learn(*made)
    assert await here.patterns.of_person(here.store, "anna") == [made[2], made[0]]
    assert await here.patterns.of_person(here.store, "clara") == []


async def test_a_forgotten_question_can_be_learned_again(learned: Learn) -> None:
    here, one = learned(), made_of("а 0.7")
    await here.learn(one)
    await here.patterns.forget_person(here.store, "u")
    assert await here.learn(one) == one
    assert await here.found() == ["а 0.7"]


async def test_the_store_on_the_disk_keeps_chats_apart_as_well(tmp_path: Path, learned: Learn) -> None:
    async with open_persistence(tmp_path) as persistence:
        here = learned(store=persistence.store)
        await here.learn(
            made_of("а 0.8", user="anna", chat="1"), made_of("б 0.7", user="anna"), made_of("в 0.6", user="anna", chat="2")
        )
        again = learned(store=persistence.store)
        assert await again.found("1") == ["а 0.8", "б 0.7"]
        assert await again.found() == ["б 0.7"]
        assert len(await again.patterns.of_person(persistence.store, "anna")) == 3
        assert await again.patterns.forget_person(persistence.store, "anna") == 3
        assert await again.everything() == []
