"""Whether two questions ask the same: what may differ, what may not, and what an encoder has a say in."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langgraph.store.memory import InMemoryStore

from language.questions.same import asks_same, compare
from stores.pattern import Pattern, new_pattern
from stores.patterns import Patterns
from stores.vectors import Embedder

NEAR, FAR = 0.1, 0.6
"""Distances of a rewording and of another word, as an encoder sees them."""


def same(one: str, other: str, whole: float = NEAR, left: float = FAR) -> bool:
    difference = compare(one, other)
    return asks_same(difference, {"whole": whole, "left": left if all(difference.texts["left"]) else 0})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Как сварить рис?", "как сварить рис"),
        ("Как сварить рис?", "Рис как сварить?"),
        ("Как вырастить тыкву?", "подскажите, пожалуйста, как вырастить тыкву"),
        ("Как вырастить тыкву?", "Хочу вырастить тыкву, как?"),
        ("Как вырастить тыкву?", "чё, как выращивать тыковку то"),
        ("почему трава зелёная", "пачему трава зеленая"),
        ("почему трава зелёная", "отчего трава зеленая"),
        ("какой у тебя любимый цвет", "какой у вас любимый цвет"),
        ("Где купить телефон?", "где приобрести мобильник"),
        ("сколько стоит билет", "почём билет"),
        ("когда открыли Америку", "в каком году открыли Америку"),
        ("нельзя ли тут курить", "можно ли тут курить"),
        ("как работает комп", "как работает компьютер"),
        ("у кого есть два билета", "у кого есть 2 билета"),
        ("сколько воды в дыне", "сколько воды содержится в дыне"),
        ("кто написал «Войну и мир»", "кем написана «Война и мир»"),
        ("Не могу пройти болото, как быть?", "Как пройти болото?"),
        ("сколько стоит баня", "какова цена бани"),
        ("до скольки открыт рынок", "до какого часа открыт рынок"),
        ("как не опаздывать", "как сделать так, чтобы перестать опаздывать"),
        ("почему все ненавидят пенку", "почему все не любят пенку"),
        ("куда делась кость", "куда делась косточка"),
        ("какая река самая длинная", "назови самую длинную реку"),
        ("как сварить солянку", "поделись рецептом солянки"),
        ("как сварить солянку", "научи меня варить солянку"),
        ("как понять ежа", "как понимать ежа"),
        ("почему скрипит дверь", "отчего поскрипывает дверь"),
        ("хочу собрать шкаф, с чего начать", "как собрать шкаф"),
        ("можно ли пить молоко", "разрешается ли пить молоко"),
        ("почему молчит сова", "в чём причина того, что сова молчит"),
        ("почему нельзя спать на закате", "почему на закате спать нельзя"),
        ("Сколько озёр в Карелии?", "если вас не затруднит, сколько озёр в Карелии"),
        ("как отучить щенка лаять", "взяли щенка, ему 2 месяца, как отучить щенка лаять"),
    ],
)
def test_a_question_in_other_words_is_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("как приготовить пятый вариант", "как приготовить второй вариант", "number"),
        ("что было в 1812 году", "что было в 1912 году", "number"),
        ("сколько будет два минус один и пять", "сколько будет пять минус один и два", "number"),
        ("какой день до седьмого марта", "какой день после седьмого марта", "preposition"),
        ("я люблю дождь", "я не люблю дождь", "negation"),
        ("чай с сахаром", "чай без сахара", "negation"),
        ("Сколько мне лет?", "Сколько тебе лет?", "person"),
        ("лиса ловит зайца", "заяц ловит лису", "roles"),
        ("Кто тебя позвал?", "Кого ты позвал?", "roles"),
        ("Меня обманул брат", "Я обманул брата", "roles"),
        ("перевести доллары в рубли", "перевести рубли в доллары", "roles"),
        ("коллега берёт мои ручки", "беру ручки коллеги", "doer"),
        ("что делать до операции", "что делать после операции", "preposition"),
        ("как добраться в аэропорт", "как добраться из аэропорта", "preposition"),
        ("как включить звук", "как выключить звук", "opposite"),
        ("где купить лыжи", "где продать лыжи", "opposite"),
        ("что сажают весной", "что сажают осенью", "time"),
        ("какая погода в Казани", "какая погода в Самаре", "name"),
        ("Стоит ли мне звонить ему?", "Стоит ли ему звонить мне?", "roles"),
        ("Мой брат старше сестры?", "Моя сестра старше брата?", "roles"),
        ("Обиделась на маму", "Мама обиделась на меня", "roles"),
        ("Ты помнишь моё имя?", "Ты помнишь своё имя?", "owner"),
        ("что такое инфляция", "что такое дефляция", "opposite"),
        ("это опасный паук", "это безопасный паук", "opposite"),
        ("как выучить Rust", "как выучить Go", "name"),
    ],
)
def test_what_rules_out_that_two_are_one_does_so_however_near_they_are(one: str, other: str, why: str) -> None:
    assert compare(one, other).against == compare(other, one).against == why
    assert not same(one, other, 0, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("чем кормить хомяка", "чем кормить попугая"),
        ("как покрасить стену", "как утеплить стену"),
        ("где живут тигры", "когда живут тигры"),
        ("кто изобрёл порох", "зачем изобрели порох"),
        ("можно ли собаке сыр", "можно ли собаке яблоко"),
        ("как лимон", "как лимонад"),
        ("у меня родился внук", "у меня родилась внучка"),
        ("где слоны", "чем болеют слоны"),
        ("что нужно", "что нового"),
    ],
)
def test_another_matter_is_another_question(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_word_more_makes_another_question_where_the_encoder_says_so() -> None:
    assert not same("куда поехать летом", "куда поехать летом с бабушкой", 0.25)


def test_a_not_counts_where_it_stands_before_a_word_of_both() -> None:
    assert compare("не хочу спать, хочу есть", "хочу спать, не хочу есть").against == "negation"
    assert compare("у кота нет аппетита, что делать", "у кота аппетит, что делать").against == "negation"
    assert not compare("что подарить тёще на юбилей", "не могу решить, что подарить тёще на юбилей").against


def test_words_that_no_list_knows_are_the_encoders_to_judge() -> None:
    one, other = "чем занять племянника", "чем увлечь племянника"
    assert compare(one, other).texts["left"] == ("занять", "увлечь")
    assert same(one, other, 0.05, 0.1)
    assert not same(one, other, 0.3, 0.7)


class Listed(Embeddings):
    """Cosines as listed by text; a text that is not listed is far from all others."""

    def __init__(self, cosines: dict[str, float]) -> None:
        self.cosines = cosines

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        cosine = self.cosines.get(text.strip(" ?"), 0.0)
        own = np.random.default_rng(list(text.encode())).normal(size=256)
        return [cosine, *(np.sqrt(1 - cosine**2) * own / np.linalg.norm(own))]


Open = Callable[[dict[str, float]], Patterns]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Open]:
    embedders: list[Embedder] = []

    def make(cosines: dict[str, float]) -> Patterns:
        embedders.append(Embedder(Listed(cosines), "m", tmp_path / "vectors.sqlite"))
        return Patterns(embedders[-1], 100, 0.1)

    yield make
    for embedder in embedders:
        embedder.close()


def asked(question: str) -> Pattern:
    return new_pattern(question, "Ответ.", chat_id="c", user_id="u", source="grisha")


async def test_the_one_that_is_repeated_is_found_among_nearer_ones_that_are_not(opened: Open) -> None:
    patterns = opened({"где купить лыжи": 1.0, "где продать лыжи": 0.99, "лыжи где приобрести": 0.95})
    store = InMemoryStore()
    await patterns.learn(store, asked("Где продать лыжи?"))
    first = await patterns.learn(store, asked("Лыжи где приобрести?"))
    kept = await patterns.learn(store, asked("Где купить лыжи?"))
    assert (kept.id, kept.confirmations) == (first.id, 2)


async def test_the_encoder_decides_by_its_own_measure(opened: Open) -> None:
    one, other = "чем занять племянника", "чем увлечь племянника"
    near = opened({one: 0.99, other: 0.99, "занять": 0.97, "увлечь": 0.97})
    assert await near.have_same_meaning(one, other)
    far = opened({one: 0.7, other: 0.7})
    assert not await far.have_same_meaning(one, other)
