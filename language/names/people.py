"""Full names as they stand in a message, and what people put after their own: age, place, trade."""

import re
from typing import NamedTuple

from language.names import context, lists
from language.names.first_names import first_name, forms, has, known, possible, rivals, word_in
from language.names.tokens import Message, Token
from language.words import lemma, word_set

_PAUSES = frozenset(",.-!)¶*")
_STOPS = frozenset(".!)¶…*")
_SURNAME = re.compile(".{3,}(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая|ой)|енко|[чщ]ук|дзе|швили|янц?)")
_CITIES = word_set("мск спб питер екб нск нн рнд крд влдв")
_NO_TRADES = word_set(
    """
    сосед соседка брат сестра сын дочь дочка муж жена мама папа отец мать бабушка дедушка дядя тетя внук внучка друг подруга
    парень девушка одноклассник одноклассница однокурсник коллега начальник начальница бывший бывшая шеф собака кошка кот пес
    щенок котенок попугай хомяк рыбка крыса конь корова поэт поэтесса писатель писательница певец певица актер актриса
    космонавт композитор художник художница режиссер философ царь царица князь княгиня император императрица король королева
    полководец президент святой апостол пророк бог герой героиня принц принцесса граф графиня барон персонаж футболист хоккеист
    боксер шахматист блогер рэпер
    """
)
"""Nouns that after a name tell of somebody else: relations, pets, the famous."""
_FAMOUS = word_set(
    """
    пушкин толстой достоевский чехов гоголь тургенев лермонтов есенин маяковский блок булгаков цветаева ахматова пастернак
    бродский некрасов крылов бунин набоков солженицын гагарин ленин сталин путин медведев горбачев ельцин навальный трамп обама
    байден зеленский наполеон грозный невский суворов кутузов менделеев ломоносов чайковский глинка шостакович высоцкий цой
    пугачева киркоров басков лепс кобзон ротару репин айвазовский шишкин месси роналду овечкин поттер каренина онегин
    болконский безухов ростова обломов базаров чацкий раскольников карамазов дубровский холмс бонд эйнштейн ньютон дарвин
    шекспир гитлер маск гейтс джобс дуров бузова моргенштерн питт джоли дикаприо шварценеггер сталлоне
    """
)
"""Surnames that with a first name and no more mean somebody else."""
OF_OTHERS = word_set("он она его ее ей ему нее него ней нему ним ними они их им который которая")


class Person(NamedTuple):
    """A full name in a message."""

    first: int
    place: int
    """Where the first name stands."""
    last: int
    name: str
    """The first name in the nominative, with a patronymic."""

    famous: bool = False
    """Whether the surname is that of somebody whom everybody knows."""

    @property
    def is_full(self) -> bool:
        """Whether a patronymic or a surname goes with it."""
        return self.last > self.first


def person_at(message: Message, place: int, *, may_decline: bool = False) -> Person | None:
    """The full name that starts at `place`, in the nominative; where it `may_decline` and ends there, in the instrumental too."""
    first = place
    if _is_surname(message.at(place), message.at(place + 1)) and first_name(message.at(place + 1), "nomn"):
        place += 1  # "Петров Иван"
    token = message.at(place)
    name = first_name(token, "nomn", "ablt") if may_decline and message.ends(place + 1) else first_name(token, "nomn")
    if not name:
        return None
    last = place
    if patronymic := word_in(message.at(last + 1), "nomn", "Patr"):
        name, last = f"{name} {patronymic}", last + 1
    following = message.at(last + 1)
    written = following.capital and token.capital and not known(following) and not following.low.isascii()
    listed = _is_surname(following, token) and (following.capital or "Surn" in forms(following)[0].tags)
    if first == place and following.low not in context.COURTESIES and possible(following) and (written or listed):
        last += 1
    surnames = {near.low for near in message.tokens[first : last + 1]} - {token.low}
    return Person(first, place, last, name, not surnames.isdisjoint(_FAMOUS))


def _is_surname(token: Token, name: Token) -> bool:
    """Whether the word is a surname beside `name`, if only by its ending: "Хусаинов", listed as a form of "Хусаин"."""
    cased = token.capital and name.capital and any({"plur", "Name"} <= form.tags for form in forms(token))
    return has(token, "Surn", "nomn") or (cased and bool(_SURNAME.fullmatch(token.low)))


def is_ambiguous(token: Token) -> bool:
    """Whether the name is as much a common word: "роза", "вера"."""
    named = lists.RATHER_NAMES | lists.MORE_NAMES
    return token.low in lists.RATHER_WORDS or (known(token) and bool(rivals(token)) and token.low not in named)


def tell_of_self(message: Message, person: Person) -> bool:
    """Whether age, place and trade follow the name, and nothing that makes it another's: "Соня. 14 лет", "Игорь Дымов, прораб"."""
    place, facts = person.last + 1, ""
    while place < len(message.tokens):
        start = place + (message.low(place) in _PAUSES)
        while message.low(start) in _PAUSES and start < len(message.tokens):
            start += 1
        end, fact = _fact(message, start, person, comma=start > place)
        if not fact or fact in facts:
            break
        place, facts = end, facts + fact
    if not facts or person.famous or (is_ambiguous(message.at(person.place)) and not message.at(person.place).capital):
        return False
    rest = [token for token in message.tokens[place:] if token.is_word]
    if any(token.low in OF_OTHERS or (first_name(token, "nomn") and not rivals(token)) for token in rest):
        return not rest or _leads_on(message, place) == "own"  # "Маша 5 лет, Ваня 3 года", "Лиза, 20 лет, что ей посоветовать?"
    if facts == "T" and not person.is_full and rest:
        return _leads_on(message, place) != "other" and "?" not in message.vocabulary
    greets = not message.vocabulary.isdisjoint(context.GREETINGS)
    return not rest or greets or _leads_on(message, place) != "other"


def _leads_on(message: Message, place: int) -> str:
    """Whether what follows the facts is of the user ("own"), may be ("new"), or goes on about somebody ("other")."""
    start = next((near for near in range(place, len(message.tokens)) if message.at(near).is_word), place)
    tags = forms(message.at(start))[0].tags if message.at(start).is_word else frozenset()
    low = message.low(start)
    if (
        low in ("я", "мне", "меня", "мой", "моя", "мое", "у")
        or ({"1per", "sing"} <= tags and "VERB" in tags)
        or low in context.COURTESIES
    ):
        return "own"
    if {"VERB", "impr"} <= tags:
        return "new"
    return "new" if message.low(place) in _STOPS and not {"past", "3per"} & tags else "other"


def _fact(message: Message, place: int, person: Person, *, comma: bool) -> tuple[int, str]:
    """The end of what is told at `place` of a person, and its kind: age (A), life (L), state (S), place (H), trade (T); or none."""
    token, following = message.at(place), message.at(place + 1)
    if token.text.isdigit():
        number = int(token.text[:4])
        unit = following.low in context.AGES
        if unit and following.low in ("класс", "курс") and 0 < number < 12:
            return place + 2, "A"
        if following.low != ":" and 5 <= number < 100 and (unit or message.ends(place + 1) or following.low in _CITIES):
            return place + 1 + unit, "A"
        if 1920 < number < 2020 and following.low in ("года", "год", "г", "гр"):
            return place + 2 + (message.low(place + 2) in ("рождения", "р")), "A"
        return place, ""
    if not token.is_word:
        return place, ""
    told = _of_oneself(message, place) if comma else place
    if told > place:
        return told, "L"
    if comma and token.low in context.STATUS:
        end = place + 1 + (token.low == "не")
        return (end, "S") if message.at(end - 1).low in context.STATUS and message.ends(end) else (place, "")
    if token.low in ("г", "город") and message.at(place + 1 + (following.low == ".")).is_word:
        return place + 2 + (following.low == "."), "H"
    if token.low in _CITIES and message.ends(place + 1):
        return place + 1, "H"
    prepositions = ("из", "с", "from")
    home = place + (token.low in prepositions)
    case = "gent" if home > place else "nomn"
    if ((home > place or comma) and any({"Geox", case} <= form.tags for form in forms(message.at(home)))) or (
        home > place and message.at(home).capital
    ):
        end = home + 1
        if message.low(end) in ("на", "в") and message.low(end + 1) in context.ON_LINE:
            end += 2
        return (end, "H") if message.ends(end) else (place, "")
    return _trade(message, place, person) if comma else (place, "")


def _of_oneself(message: Message, place: int) -> int:
    """The end of what one tells of one's own life: "живу в Твери", "мне двадцать", "сама из Уфы", "на пенсии"."""
    token, following = message.at(place), message.at(place + 1)
    end = place
    while message.at(end).is_word or message.low(end) == "#":
        end += 1
    lives = {"VERB", "1per", "sing"} <= forms(token)[0].tags and lemma(token.low) in context.BIOGRAPHY
    aged = token.low == "мне" and (following.low == "#" or "NUMR" in forms(following)[0].tags) if following.text else False
    home = token.low in ("сам", "сама") and following.low in ("из", "с", "со", "тоже")
    kind = token.low == "я" and following.is_word and has(following, "NOUN", "anim", "nomn")
    state = token.low in ("на", "в") and following.low in ("пенсии", "декрете", "разводе", "отпуске", "декрет")
    return end if (lives or aged or home or kind or state) and message.low(end) != "?" else place


def _trade(message: Message, place: int, person: Person) -> tuple[int, str]:
    dash = message.low(place - 1) == "-"
    end = place
    while message.at(end).is_word and end < place + 6:
        end += 1
    noun = next((near for near in range(place, end) if "NOUN" in forms(message.at(near))[0].tags), place)
    token = message.at(noun)
    people = possible(token) and has(token, "NOUN", "anim", "nomn") and not has(token, "Name") and not has(token, "Patr")
    adjectives = all(has(near, "ADJF", "nomn") for near in message.tokens[place:noun])
    rest = message.tokens[noun + 1 : end]
    while rest and has(rest[0], "NOUN", "anim", "nomn") and not has(rest[0], "Name"):
        rest = rest[1:]  # "ведущий инженер"
    plain = all(not {"VERB", "nomn"} & forms(near)[0].tags or not {"VERB", "NOUN", "NPRO"} & forms(near)[0].tags for near in rest)
    fits = people and adjectives and plain and lemma(token.low) not in _NO_TRADES and message.ends(end)
    return (end, "T") if fits and not dash and message.low(end) != "?" else (place, "")
