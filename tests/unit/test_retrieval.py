"""The search in the dataset and in what was learned."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.store.memory import InMemoryStore
from measured import Measured

from language.words import frame
from models.embeddings import EmbeddedEmbeddings
from stores.dialogues import Exchange
from stores.pattern import Pattern, new_pattern
from stores.patterns import Patterns
from stores.retriever import BACKGROUND, Found, Retriever, Thresholds, calibrate
from stores.vectors import LEAN, Embedder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


# The search, with the embedded encoder

EXCHANGES = [
    Exchange("как приготовить яичницу", "Разбей два яйца и не отходи.", opening=True),
    Exchange("почему коты мурлычут", "Они так думают вслух.", opening=True),
    Exchange("не заводится машина зимой", "Проверь аккумулятор: мороз он не любит.", opening=True),
    Exchange("как завязать галстук", "Петля, оборот, снова петля.", opening=True),
    Exchange("чем лечить простуду", "Чаем, сном и ленью.", opening=True),
    Exchange("чем покрасить забор", "Фасадной краской в два слоя.", opening=True),
]


@pytest.fixture(scope="session")
def encoder() -> EmbeddedEmbeddings:
    return EmbeddedEmbeddings()


@pytest.fixture
def search(encoder: EmbeddedEmbeddings, file: Path) -> Any:
    """The retriever over EXCHANGES, put together as the program does it."""
    embedder = Embedder(encoder, "embedded", file)
    vectors = embedder.embed([exchange.question for exchange in EXCHANGES])
    thresholds = calibrate(vectors, embedder.embed(BACKGROUND))
    patterns = Patterns(embedder, 100, thresholds.unrelated)
    yield Retriever(EXCHANGES, vectors, patterns, embedder, 3, thresholds), patterns
    embedder.close()


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("как приготовить яичницу", "как приготовить яичницу"),
        ("Как приготовить яичницу?", "как приготовить яичницу"),
        pytest.param("КАК ПРИГОТОВИТЬ ЯИЧНИЦУ?!", "как приготовить яичницу"),
        # Not a word in common:
        ("how do I cook fried eggs", "как приготовить яичницу"),
        ("отчего кошка урчит", "почему коты мурлычут"),
        ("why do cats purr", "почему коты мурлычут"),
        ("автомобиль не запускается на морозе", "не заводится машина зимой"),
    ],
)
async def test_a_dialogue_is_found_by_its_meaning(search: Any, asked: str, question: str) -> None:
    found = await search[0].find(asked, None)
    assert [example["question"] for example in found.examples] == [question]
    assert [example["question"] for example in found.known] == [question]
    assert found.examples[0]["source"] == "dataset"
    assert found.examples[0]["score"] <= 1.001


@pytest.mark.parametrize(
    "asked",
    [
        "столица монголии",
        "сколько стоит нефть",
        "цена биткоина",
        "ок",
        "Ок!",
        "привет",
        "ага, привет",
        "ну да",
        "ахахах",
        "🌸",
        "",
        "5",
    ],
)
async def test_nothing_is_found_for_another_subject_or_for_none(search: Any, asked: str) -> None:
    assert await search[0].find(asked, InMemoryStore()) == Found([], [])


async def test_what_was_learned_is_found_by_its_meaning(search: Any) -> None:
    retriever, patterns = search
    store = InMemoryStore()
    made = made_of("как посадить яблоню", "Копай глубже, чем думаешь.")
    await patterns.learn(store, made)
    [example] = (await retriever.find("посадка яблони, как делать", store)).examples
    assert (example["source"], example["key"], example["reply"]) == ("pattern", made.id, "Копай глубже, чем думаешь.")
    assert (await retriever.find("посадка яблони, как делать", None)).examples == []
    again = await patterns.learn(store, made_of("как правильно посадить яблоню", "Никак."))
    assert again.id == made.id, "the same meaning is learned once"
    await patterns.learn(store, made_of("как постирать свитер", "Руками."))
    assert (await patterns.statistics(store)).patterns == 2


async def test_a_small_set_with_several_wordings_of_one_question_still_finds(encoder: EmbeddedEmbeddings, file: Path) -> None:
    questions = [
        *("как приготовить яичницу", "как пожарить яйца", "как сделать яичницу"),
        *("не заводится машина", "машина не заводится зимой", "автомобиль не заводится"),
        *("чем лечить простуду", "как вылечить простуду", "что делать при простуде"),
    ]
    embedder = Embedder(encoder, "embedded", file)
    vectors = embedder.embed(questions)
    thresholds = calibrate(vectors, embedder.embed(BACKGROUND))
    patterns = Patterns(embedder, 100, thresholds.unrelated)
    exchanges = [Exchange(question, f"ответ {number}", opening=True) for number, question in enumerate(questions)]
    retriever = Retriever(exchanges, vectors, patterns, embedder, 3, thresholds)
    found = await retriever.find("автомобиль заглох на морозе", None)
    embedder.close()
    assert found.examples


# The ranking, with meanings made to measure


THRESHOLDS = Thresholds(relevance=0.5, company=0.45, recall=0.9, unrelated=0.1)
ASKED = "сколько весит слон"


def made_of(question: str, reply: str = "Много.", *, uses: int = 0) -> Pattern:
    return replace(new_pattern(question, reply, chat_id="c", user_id="u", source="grisha"), uses=uses)


class Ranking:
    """A retriever and patterns over exchanges whose questions say how near they are to ASKED."""

    def __init__(self, file: Path, *exchanges: Exchange, k: int = 3, capacity: int = 100) -> None:
        self.embedder = Embedder(Measured(), "m", file)
        self.patterns = Patterns(self.embedder, capacity, THRESHOLDS.unrelated)
        vectors = self.embedder.embed([exchange.question for exchange in exchanges])
        self.retriever = Retriever(exchanges, vectors, self.patterns, self.embedder, k, THRESHOLDS)
        self.store = InMemoryStore()

    async def find(self) -> Found:
        return await self.retriever.find(ASKED, self.store)


Rank = Callable[..., Ranking]


@pytest.fixture
def rank(file: Path) -> Any:
    opened: list[Ranking] = []

    def ranking(*exchanges: Exchange, **changes: Any) -> Ranking:
        opened.append(Ranking(file, *exchanges, **changes))
        return opened[-1]

    yield ranking
    for one in opened:
        one.embedder.close()


def near(cosine: float, text: str = "где слоны") -> str:
    """`text` as a question of about `cosine` to ASKED; its frame, to which its vector leans, has a cosine of 1."""

    def missed(marks: int) -> float:
        own = 1 - marks / 100
        return abs((own + LEAN * (frame(text) != text)) / (1 + LEAN**2 + 2 * LEAN * own) ** 0.5 - cosine)

    return text + "!" * min(range(100), key=missed)


def said(question: str, reply: str = "Тонн пять.", *, opening: bool = True) -> Exchange:
    return Exchange(question, reply, opening)


def questions(found: Found) -> list[str]:
    return [example["question"] for example in found.examples]


async def test_the_best_come_first_and_no_more_than_k(rank: Rank) -> None:
    ranking = rank(said("а 0.7", "1"), said("б 0.9", "2"), said("в 0.49", "3"), said("г 0.8", "4"), said("д 0.6", "5"), k=3)
    found = await ranking.find()
    assert questions(found) == ["б 0.9", "г 0.8", "а 0.7"]
    assert [example["score"] for example in found.examples] == pytest.approx([0.9, 0.8, 0.7], abs=0.01)


async def test_only_a_near_reply_that_stands_alone_is_given_as_it_is(rank: Rank) -> None:
    ranking = rank(said("а 0.89", "1"), said("б 0.91", "2"), said("в 0.99", "3", opening=False), said("г 0.97", "4"), k=9)
    await ranking.patterns.learn(ranking.store, made_of(near(0.94), "5"))
    found = await ranking.find()
    assert [example["question"] for example in found.known] == ["г 0.97", "б 0.91"], "what was learned must ask the same"
    assert "в 0.99" in questions(found), "as an example it serves"
    await ranking.patterns.learn(ranking.store, made_of(near(0.98, "сколько же весит слон"), "6"))
    assert [example["reply"] for example in (await ranking.find()).known] == ["6", "4", "2"]


@pytest.mark.parametrize("asked", ["ок", "привет", "ага, привет"])
async def test_small_talk_finds_nothing_however_near(rank: Rank, asked: str) -> None:
    ranking = rank(said("а 0.99"))
    assert len((await ranking.find()).examples) == 1
    assert await ranking.retriever.find(asked, ranking.store) == Found([], [])


async def test_one_reply_is_shown_once(rank: Rank) -> None:
    ranking = rank(said("а 0.7", "то же"), said("б 0.9", "то же"), said("в 0.6", "другое"))
    assert questions(await ranking.find()) == ["б 0.9", "в 0.6"]


async def test_use_never_makes_a_pattern_relevant(rank: Rank) -> None:
    ranking = rank()
    await ranking.patterns.learn(ranking.store, made_of(near(0.88), uses=1_000_000))
    assert await ranking.find() == Found([], []), "it must be nearer than a dialogue of the dataset"
    await ranking.patterns.learn(ranking.store, made_of(near(0.93, "чем болеют слоны"), "Иначе."))
    assert questions(await ranking.find()) == [near(0.93, "чем болеют слоны")]
    await ranking.patterns.learn(ranking.store, made_of(near(0.99, "сколько весят два слона"), "Вдвое больше."))
    assert len((await ranking.find()).examples) == 1, "another number"


async def test_use_never_makes_a_pattern_an_answer(rank: Rank) -> None:
    ranking = rank()
    await ranking.patterns.learn(ranking.store, made_of(near(0.94), uses=1_000_000))
    found = await ranking.find()
    assert (questions(found), found.known) == ([near(0.94)], [])


async def test_a_much_used_pattern_stays_below_a_clearly_nearer_dialogue(rank: Rank) -> None:
    ranking = rank(said("а 0.97"))
    await ranking.patterns.learn(ranking.store, made_of(near(0.92), "Иначе.", uses=1_000_000))
    assert questions(await ranking.find()) == ["а 0.97", near(0.92)]


async def test_what_was_learned_leaves_room_for_a_dialogue(rank: Rank) -> None:
    ranking = rank(said("а 0.60"), said("б 0.55", "Мало."))
    for number, other in enumerate(("где слоны", "чем болеют слоны", "кто сильнее слона")):
        await ranking.patterns.learn(ranking.store, made_of(near(0.92, other), f"Иначе {number}."))
    found = questions(await ranking.find())
    assert "слон" in found[0]
    assert found[1] == "а 0.60"


async def test_a_second_dialogue_may_be_a_little_further_than_the_first(rank: Rank) -> None:
    assert questions(await rank(said("а 0.51"), said("б 0.46", "2"), said("в 0.44", "3")).find()) == ["а 0.51", "б 0.46"]
    assert questions(await rank(said("б 0.46"), said("в 0.44", "3")).find()) == []


async def test_a_chats_own_pattern_need_not_be_as_near(rank: Rank) -> None:
    ranking = rank()
    await ranking.patterns.learn(ranking.store, replace(made_of(near(0.52)), scope="chat"))
    own = await ranking.retriever.find(ASKED, ranking.store, "c", "u")
    assert questions(own) == [near(0.52)]
    assert await ranking.find() == Found([], [])


async def test_use_tips_the_scales_between_equals(rank: Rank) -> None:
    ranking = rank(said("а 0.92"))
    await ranking.patterns.learn(ranking.store, made_of(near(0.92), "Иначе."))
    await ranking.patterns.learn(ranking.store, made_of(near(0.93, "чем болеют слоны"), "Ещё иначе.", uses=10))
    assert questions(await ranking.find())[0] == near(0.93, "чем болеют слоны")


async def test_learning_a_known_reply_takes_nothing_from_the_dataset(rank: Rank) -> None:
    ranking = rank(said("а 0.96", "Тонн пять."))
    assert len((await ranking.find()).known) == 1
    await ranking.patterns.learn(ranking.store, made_of(near(0.94), "Тонн пять.", uses=1_000_000))
    assert [example["reply"] for example in (await ranking.find()).known] == ["Тонн пять."]
