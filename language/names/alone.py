"""Names that stand for themselves in a message: all that it says, in passing, at its end, or beside what tells of nobody else."""

from language.names import context, lists
from language.names.first_names import first_name, forms, forms_of, is_person, rivals
from language.names.people import OF_OTHERS, Person, is_ambiguous, person_at
from language.names.tokens import SENTENCE_MARKS, Message, Token
from language.words import lemma

_BREAKS = SENTENCE_MARKS | {")", "*", ";"}
_BOUNDS = _BREAKS | frozenset(",-:")


def is_alone(message: Message, found: Person) -> bool:
    """Whether a message says nothing but the name, and is no greeting: "Костя", "ну, Костя, если что"."""
    token = message.at(found.place)
    rest = (message.words(0, found.first) | message.words(found.last + 1, len(message.tokens))) - {token.low}
    if message.tokens[0].text == "*" and found.first == 1 and message.ends(found.last + 1):
        rest = set()  # "*Аркадий (т9 достал)"
    elif "?" in message.vocabulary or "#" in message.vocabulary or not rest <= context.ASIDES:
        return False
    return not found.famous and (found.is_full or not is_ambiguous(token)) and not _is_oblique(token)


def _is_oblique(token: Token) -> bool:
    """Whether a rare name is more likely a form of another: "Марине"."""
    return "Name" in forms(token)[0].tags and not any("nomn" in form.tags for form in forms(token))


def named_in_passing(message: Message) -> Person | None:
    """A name that is a sentence of its own further on: "Кстати, Семён.", "... не угадаешь, Лиза", "Спасибо заранее! Кристина"."""
    sentence = 0
    for place, token in enumerate(message.tokens[:400]):
        if token.low in _BREAKS:
            sentence = place + 1
        elif not token.is_word or token.low in lists.BOT_NAMES or not (found := person_at(message, place)):
            continue
        elif _is_said_of_self(message, found, sentence):
            return found
    return None


def _is_said_of_self(message: Message, found: Person, sentence: int) -> bool:
    """Whether a name in the sentence that starts at `sentence` stands alone there, and what is around it makes it the user's."""
    if is_ambiguous(message.at(found.place)) and not message.at(found.place).capital:
        return False
    after = found.last + 1
    while message.low(after) == "," or message.low(after) in context.ASIDES:
        after += 1
    if not message.ends(after) or message.low(after) in ("?", ",", "-", ":"):
        return False
    joint = max((place for place in range(sentence, found.first) if message.low(place) in ",-"), default=sentence - 1)
    lead = message.words(joint + 1, found.first)
    if lead <= context.ASIDES and lead | message.words(found.last + 1, after) >= {"не", "угадаешь"}:
        return True
    own = [token.low for token in message.tokens[sentence : found.first] if token.is_word]
    soon = message.words(after + 1, after + 5)
    aside = {*own, *message.words(found.last + 1, after)}
    if aside and aside <= context.ASIDES and not aside.isdisjoint(context.BY_THE_WAY) and OF_OTHERS.isdisjoint(soon):
        return True
    if not lead <= context.ASIDES:
        return False
    before = [token.low for token in message.tokens[max(0, joint - 20) : joint + 1] if token.is_word]
    return _leads_to_name(message, before, joint, ends=after >= len(message.tokens) - 1)


def _leads_to_name(message: Message, before: list[str], joint: int, *, ends: bool) -> bool:
    """Whether the words `before` a name, up to the mark at `joint`, make one expect it: a guess, an acquaintance, a farewell."""
    said = set(before)
    if not said.isdisjoint(context.THIRD_PERSONS - {"ты", "вы", "кто"}):
        return False
    if not said.isdisjoint(context.GUESSING) and (
        not said.isdisjoint(context.OF_NAME) or said <= context.GUESSING | context.ASIDES
    ):
        return True
    if said in ({"кто", "я"}, {"а", "кто", "я"}, {"как", "зовут"}, {"спрашиваешь", "как", "зовут"}):
        return True
    if not said.isdisjoint({"знакомству", "знакомимся", "взаимно", "приятно"}) and message.low(joint) != "?":
        return "гриша" not in said and said <= context.COURTESIES
    asked = message.low(joint) == "?" and not said.isdisjoint({"имя", "зовут", "звать"})
    if asked and said.isdisjoint({"какое", "твое", "тебя", "его", "ее", "лучше"}) and not any(_is_somebody(low) for low in before):
        return True
    signs = message.low(joint) in _BREAKS - {"?"} and len(before) > 2 and said.isdisjoint(context.NO_SIGNATURE)
    if ends and signs and not any(map(_is_somebody, before)):
        return True  # "Буду благодарна за помощь! Инесса"
    if not ends or said.isdisjoint(context.FAREWELL):
        return False
    return (
        message.low(joint) in _BREAKS
        or message.low(joint) == "-"
        or "заранее" in said
        or not {"уважением", "приветом", "целую", "обнимаю"}.isdisjoint(said)
    )


def _is_somebody(low: str) -> bool:
    """Whether the word speaks of a living being, or of what a living being does."""
    top = forms_of(low)[0].tags
    return low in OF_OTHERS or "anim" in top or {"3per", "sing"} <= top or ("past" in top and "neut" not in top)


def stands_apart(message: Message) -> Person | None:
    """The only name of a short message, in a clause of its own, where nobody is spoken to or told of: "так и быть, Гоша"."""
    if "?" in message.vocabulary or "#" in message.vocabulary or len(message.tokens) > 24:
        return None
    names = [place for place, token in enumerate(message.tokens) if first_name(token, "nomn") and token.low not in lists.BOT_NAMES]
    found = person_at(message, names[0]) if len(names) == 1 else None
    if not found or found.famous or _is_oblique(message.at(found.place)):
        return None
    token, start, end = message.at(found.place), found.first, found.last + 1
    while message.at(start - 1).low in context.ASIDES:
        start -= 1
    while message.at(end).low in context.ASIDES:
        end += 1
    stands_out = (token.capital and message.at(start - 1).is_word) or message.low(start - 1) in ",:-"
    explained = message.low(end) == "," or message.low(start - 1) == ","
    if (is_ambiguous(token) if explained else rivals(token)) and not found.is_full and not (token.capital and stands_out):
        return None
    if not message.ends(end) or (start > 0 and message.low(start - 1) not in _BOUNDS):
        return None
    lead = [near.low for near in message.tokens[:start] if near.is_word]
    if message.low(end) in (",", "-") and message.low(end + 1) not in context.REMARKS:
        return None  # "Маруся, хватит"
    if message.low(start - 1) == "," and not set(lead) <= context.ASIDES | context.LEADING:
        return None  # "мне грустно, Оля"
    tail = [near.low for near in message.tokens[end:] if near.is_word]
    if any("Geox" in form.tags for form in forms(token)) and not found.is_full:
        return None
    told = context.PARENTS if message.low(end) in ("-", ",") else frozenset()
    if tail[:1] == ["можно"] and not lead:
        return found  # "Богдан, можно Бодя"
    return found if 0 < len(lead) + len(tail) < 9 and all(_tells_of_nobody(low) or low in told for low in (*lead, *tail)) else None


def _tells_of_nobody(low: str) -> bool:
    """Whether a word beside a name neither speaks to somebody nor tells of anybody."""
    if low in context.ASIDES or low in lists.BOT_NAMES or len(low) == 1:
        return True
    if low in context.SPOKEN_TO | OF_OTHERS | context.GREETINGS or lemma(low) in context.FICTION | context.CITED:
        return False
    top = forms_of(low)[0].tags
    if lemma(low) in ("любимый", "выбирать", "выбрать", "нравиться", "тот", "этот") or {"1per", "plur"} <= top:
        return False
    personal = {"2per", "impr", "3per"} & top and low not in context.ASKED_TO_NAME
    noun = "NOUN" in top and ("nomn" in top or "anim" in top) and low not in context.NAME_WORDS
    return not (
        personal
        or noun
        or ("past" in top and "1per" not in top)
        or ("NPRO" in top and low not in ("я", "мне", "меня"))
        or is_person(low)
    )
