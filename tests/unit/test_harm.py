"""What a regression says of an exchange beside the rules: it refuses what looks private, and clears what is told of oneself."""

import pytest

from language.learning.harm import find_private, looks_abusive, odds
from language.personal.privacy import find_personal_data


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("чинил полку, стукнул по пальцу молотком", "Приложи холодное, и пусть полка знает, кто главный."),
        ("впервые пеку шарлотку, корица нужна?", "Щепотка не помешает, но и без неё выйдет пирог."),
        ("я вяжу крючком зайца, чем набить", "Холлофайбером, он не сбивается после стирки."),
    ],
)
def test_what_one_tells_of_oneself_is_shared_when_it_looks_harmless(question: str, reply: str) -> None:
    assert find_private(question, reply) == []


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("отец опять не вышел на смену, лежит пластом с бутылкой", "Поговорите с врачом, одному ему не справиться."),
        ("я стою на бирже с весны, жена думает на работе", "Скажите ей, вместе легче."),
    ],
)
def test_a_story_that_looks_private_stays_in_its_chat(question: str, reply: str) -> None:
    assert find_private(question, reply) == ["own_story"]


def test_a_story_with_a_place_must_look_more_harmless() -> None:
    """The odds of both are alike; the second could be of somebody whom one can find."""
    assert find_private("паяю усилитель, чем снять флюс", "Спиртом и щёткой.") == []
    question, reply = "живу под Рязанью, вяжу плед, спина гудит", "Делай перерыв и тянись к потолку."
    assert find_private(question, reply) == ["own_story"]


def test_a_story_that_looks_abusive_is_not_cleared() -> None:
    question, reply = "сосед достал меня дрелью, ох прибью", "Поговорите с ним днём."
    assert find_private(question, reply) == ["own_story"]


def test_what_the_rules_pass_may_look_private() -> None:
    question, reply = "дверь откроешь набрав 16 ключ 40, второй этаж направо", "Передать курьеру не смогу."
    assert find_personal_data(f"{question}\n{reply}") == []
    assert find_private(question, reply) == ["looks private"]


def test_what_a_rule_finds_is_never_cleared() -> None:
    assert find_private("как сварить рис", "Промой его и вари. Звони +7 916 123-45-67.") == ["phone"]
    assert find_private("как сварить рис", "Саша, промой его и вари.", known_names=["Саша"]) == ["name"]


def test_a_question_of_several_lines_is_one_question() -> None:
    assert find_private("отец опять не вышел на смену,\nлежит пластом с бутылкой", "Поговорите с врачом.") == ["own_story"]


@pytest.mark.parametrize("question", ["таких как эти соседи надо на цепь сажать", "сгоняй в лес, упырь"])
def test_abuse_without_a_rude_word_is_seen(question: str) -> None:
    assert looks_abusive(question, "Давайте спокойно.")


def test_a_decent_exchange_is_not_abusive() -> None:
    assert not looks_abusive("как приучить щенка к поводку", "Понемногу, с лакомством и без рывков.")


def test_an_empty_exchange_is_neither() -> None:
    assert max(odds("", "")) < 0


def test_of_a_long_text_only_the_beginning_is_looked_at() -> None:
    question, reply = "слово за слово " * 50_000, "1 " * 100_000
    assert odds(question, reply) == odds(question[:600], reply[:600])
