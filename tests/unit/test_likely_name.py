"""Names that no frame finds: what is around them tells whose they are."""

import pytest

from language.names.introductions import Introduction, find_introduction


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("лариса, сорок лет у станка, а теперь вот бот", "Лариса"),
        ("Ефросинья. Пенсионерка. Люблю кроссворды.", "Ефросинья"),
        ("короче глафира меня зовут и мне надо придумать тост", "Глафира"),
        ("угадай как меня зовут! ладно, лиза", "Лиза"),
        ("Не Тоня, а Соня я", "Соня"),
        ("дядя Гена я, из пятого гаража", "Дядя Гена"),  # who is called so is called so with the title
        ("это я, дед Макар", "Дед Макар"),
        ("ник у меня Кнопка, так и зови", "Кнопка"),  # no name at all
        ("Айтолкын я, учусь на повара", "Айтолкын"),  # one that no dictionary has
        ("Фирдаус Габдулловна, медсестра", "Фирдаус Габдулловна"),
        ("повторяю: Да-ри-на меня зовут", "Дарина"),
        ("Динара зовут меня, коплю на Бали", "Динара"),
        ("Пахом", "Пахом"),
        ("зинаида фёдоровна", "Зинаида Фёдоровна"),
    ],
)
def test_the_surroundings_tell_that_a_name_is_the_users(text: str, name: str) -> None:
    introduction = find_introduction(text)

    assert introduction is not None
    assert introduction.name == name


@pytest.mark.parametrize(
    "text",
    [
        "Игорь, сосед, опять сверлит",
        "Илья Репин, картина про бурлаков",
        "Дина, перезвони маме",
        "представьте, что я Наполеон",
        "я соня, до обеда сплю",
        "гриша 🤝",
        "если я скажу что меня зовут Лёша ты поверишь?",  # a frame has it, the weights doubt it
    ],
)
def test_the_surroundings_tell_that_a_name_is_of_another(text: str) -> None:
    assert find_introduction(text) is None


@pytest.mark.parametrize("text", ["лариса", "Зинаида Фёдоровна"])
def test_a_name_alone_tells_something_else_where_something_else_was_asked(text: str) -> None:
    assert find_introduction(text, asked=False) is None


@pytest.mark.parametrize("text", ["лев", "гриша", "Ларисой", "Лариса?"])
def test_a_word_alone_that_need_not_be_the_users_name(text: str) -> None:
    assert find_introduction(text) is None


def test_what_is_said_beside_a_likely_name_is_still_answered() -> None:
    assert find_introduction("короче глафира меня зовут и мне надо придумать тост") == Introduction("Глафира", asks_more=True)
