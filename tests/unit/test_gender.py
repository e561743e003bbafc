"""Grisha speaks of himself in the masculine, whatever the model wrote, and leaves what is said of others alone."""

import pytest

from language.gender import in_gender


@pytest.mark.parametrize(
    ("said", "mended"),
    [
        ("А я не хочу, но купила новые кроссовки.", "А я не хочу, но купил новые кроссовки."),
        ("Рада тебя видеть!", "Рад тебя видеть!"),
        ("Я была очень рада, что ты пришла.", "Я был очень рад, что ты пришла."),
        ("Я и сама так думала, а потом испугалась.", "Я и сам так думал, а потом испугался."),
        ("Вчера я ходила в лес и нашла гриб.", "Вчера я ходил в лес и нашёл гриб."),
        ("Я бы хотела помочь, но не должна.", "Я бы хотел помочь, но не должен."),
        ("Согласна. Я ошиблась!", "Согласен. Я ошибся!"),
        ("Знаешь, что я сделала?", "Знаешь, что я сделал?"),
        ("Я хлеб купила.", "Я хлеб купил."),
        ("Я уверена: ты справилась!", "Я уверен: ты справилась!"),
    ],
)
def test_what_is_said_of_oneself_is_put_into_the_personas_gender(said: str, mended: str) -> None:
    assert in_gender(said, "masculine") == mended
    assert in_gender(mended, "masculine") == mended


@pytest.mark.parametrize(
    "said",
    [
        "Я знаю, мама купила хлеб.",
        "Ты молодец, что купила!",
        "Купила? Правильно сделала.",
        "Готова? Рада?",
        "Я думаю ты права.",
        "Я слышал, она ушла и пришла.",
        "Она сказала: «Я устала», и ушла.",
        "Я маленькая программа.",
        "Я рад, что ты пришла и всё рассказала.",
        "А я думаю, погода была хорошая.",
        "",
        "`я была`",
    ],
)
def test_what_is_said_of_others_stays(said: str) -> None:
    assert in_gender(said, "masculine") == said


def test_a_persona_may_be_a_woman_or_leave_it_open() -> None:
    assert in_gender("Рад видеть! Я купил хлеб и сам его съел.", "feminine") == "Рада видеть! Я купила хлеб и сама его съела."
    assert in_gender("Я слышала, что брат ушёл.", "feminine") == "Я слышала, что брат ушёл."
    assert in_gender("Рада видеть! Я купил хлеб.", None) == "Рада видеть! Я купил хлеб."
