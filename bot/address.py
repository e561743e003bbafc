"""Who a message in a group is meant for: commands, @mentions, replies, the bot's name; and what is said to the bot besides them.

Nothing here waits, sends or remembers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from telegram import Message, MessageEntity
from telegram.constants import ChatType

from language.words import WORD, fold, morph, word_set


@dataclass(frozen=True)
class Me:
    """The bot as people write to it: its id, its @username without the @, and the `name_forms` of its name."""

    id: int
    username: str
    names: frozenset[str]


@dataclass(frozen=True)
class Command:
    """A command of a message: "/Start@some_bot Маше" has the name "start" and the argument "Маше"."""

    name: str
    argument: str
    is_mine: bool


def name_forms(name: str) -> frozenset[str]:
    """The bot's `name` in every case and as it is called out, in lower case with `е` for `ё`; empty when it has no letters.

    Of a name of several words the given name alone counts too: "Бот Вася" is called "вася" and "бот вася".
    """
    words = WORD.findall(fold(name))
    telling = [word for word in words if word not in ("бот", "bot")] or words
    called = next((word for word in telling if _as_name(word)), None)
    if called is None:  # a name that the dictionary does not know: only as a whole, and without "бот"
        return frozenset(" ".join([*part[:-1], form]) for part in (words, telling) if part for form in _cases(part[-1]))
    wholes = (" ".join(form if word == called else word for word in words) for form in _cases(called))
    return frozenset(wholes) | frozenset(_cases(called))


def _as_name(word: str) -> Any:
    """The reading of `word` as a person's name in the nominative, None when it has none."""
    return next((p for p in morph().parse(word) if "Name" in p.tag and {"sing", "nomn"} in p.tag), None)


def _cases(word: str) -> Iterator[str]:
    yield word
    read = _as_name(word) or next((p for p in morph().parse(word) if {"NOUN", "sing", "nomn"} in p.tag), None)
    if read is None:
        return
    for form in read.lexeme:
        # "Любой" is a case of "Люба", but hardly ever meant so.
        if "sing" in form.tag and _tag(form.word).POS == "NOUN":
            yield fold(form.word)
            if "ablt" in form.tag and form.word.endswith(("ей", "ой")):
                yield fold(form.word[:-1]) + "ю"
        # The dictionary has "Гриш!" but not "Алён!", which is written like the genitive of many of that name.
        elif {"plur", "gent"} in form.tag and form.word.rstrip("ь") == read.word[:-1]:
            yield fold(form.word)


@lru_cache(maxsize=10_000)
def _tag(word: str) -> Any:
    """The likeliest grammatical tag of a lower-cased word."""
    return morph().parse(word)[0].tag


def command(message: Message, me: Me) -> Command | None:
    """The command that the text or caption begins with, None when it begins with none."""
    text, entities = _content(message)
    for entity, start, end in entities:
        if entity.type == MessageEntity.BOT_COMMAND and start == 0:
            name, _, bot = text[1:end].lower().partition("@")
            return Command(name, text[end:].strip(), bot in ("", me.username.lower()))
    return None


def is_addressed(message: Message, me: Me) -> bool:
    """Whether a message of a group is meant for the bot: it mentions it, answers it, or calls it by name."""
    text, entities = _content(message)
    if _answers(message, me) or any(_mentions(entity, text[start:end], me) for entity, start, end in entities):
        return True
    return next(_addresses(_own_words(text, entities, me), me), None) is not None


def spoken_text(message: Message, me: Me) -> str:
    """The text or caption without the bot's @mention and, in groups, without the name that calls it; may be empty.

    A message of nothing but the name stays: "Гриша?". Runs of spaces become one; line breaks and indents stay.
    """
    text, entities = _content(message)
    mentions = [(start, end) for entity, start, end in entities if _mentions(entity, text[start:end], me)]
    names: list[tuple[int, int]] = []
    if message.chat.type != ChatType.PRIVATE:
        own = _own_words(text, entities, me)
        names = [match.span() for match in _addresses(own, me) if _is_apart(own, match)]
    left = text
    for start, end in sorted(mentions + names, reverse=True):
        left = _without(left, start, end)
    if not re.search(r"\w", left):
        left = text
        for start, end in sorted(mentions, reverse=True):
            left = left[:start] + left[end:]
    return "\n".join(re.sub(r"(?<=\S)[^\S\n]+", " ", line).rstrip() for line in left.split("\n")).strip()


_Entities = list[tuple[MessageEntity, int, int]]


def _content(message: Message) -> tuple[str, _Entities]:
    """The text or caption and its entities with where each starts and ends, in characters; Telegram counts UTF-16 units."""
    text = message.text or message.caption or ""
    entities = message.entities if message.text else message.caption_entities
    at = [index for index, char in enumerate(text) for _ in range(2 if char > "\uffff" else 1)]
    last = len(at)
    at.append(len(text))
    return text, [(e, at[min(e.offset, last)], at[min(e.offset + e.length, last)]) for e in entities]


def _mentions(entity: MessageEntity, written: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return entity.type == MessageEntity.MENTION and written.lower() == f"@{me.username.lower()}"


def _answers(message: Message, me: Me) -> bool:
    to = message.reply_to_message
    # Whatever is written in a topic "answers" the notice that the topic was created.
    return to is not None and to.from_user is not None and to.from_user.id == me.id and to.forum_topic_created is None


_QUOTES = (MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE)
_NO_SPEECH = (
    *(MessageEntity.CODE, MessageEntity.PRE, MessageEntity.URL, MessageEntity.EMAIL, MessageEntity.HASHTAG, MessageEntity.CASHTAG),
    *(MessageEntity.MENTION, MessageEntity.TEXT_MENTION, MessageEntity.BOT_COMMAND),
)


def _own_words(text: str, entities: _Entities, me: Me) -> str:
    """`text` at its full length, with blanks for the bot's mentions and quotes, and `_` for what else cannot hold a name."""
    for entity, start, end in entities:
        if entity.type in _QUOTES or _mentions(entity, text[start:end], me):
            text = text[:start] + re.sub(r".", " ", text[start:end]) + text[end:]
        elif entity.type in _NO_SPEECH:
            text = text[:start] + "_" * (end - start) + text[end:]
    return text


# What only ever opens a talk or thanks; a bare name after it is called: "привет Гриша как дела".
_OPENERS = word_set(
    """
    эй хей хэй йо алло ау привет приветик приветики приветствую здравствуй здравствуйте здрасте здарова хай салют добрый доброе
    доброй спокойной доброго спасибо спасибочки спс благодарю слушай послушай слышь скажи подскажи расскажи объясни помоги
    пожалуйста извини прости дорогой дорогая уважаемый уважаемая милый милая окей hello hi hey
    """
)
# These go before a call as well, but then it ends in a comma or the like: "ну Гриша и дал", but "ну Гриша, дай".
_PARTICLES = word_set(
    """
    ну о ой ого ах эх лол ага угу да нет не так вот ладно хорошо ок ok все что пока хватит здорово класс круто браво ура молодец
    умница красавчик большое огромное тебе день дня вечер утро утра ночи всем
    """
)
_QUESTIONS = word_set("где кто куда откуда как когда что какой какая сколько почему зачем чем")
# After these a name without a comma tells of somebody: "знаешь, где Гриша?", "это Гриша".
_TELLING = _QUESTIONS | word_set("это тут там здесь зовут звать есть и или я мы такой такая тоже мой твой")
_BREAK_BEFORE = re.compile(r"[,.!?…;\n]\s*\Z")
# A bracket counts only as the smile that it is at the end of a call, and a dash never: "Гриша - молодец".
_BREAK_AFTER = re.compile(r"[^\S\n]*(?:[,.!?…:;)\n]|\Z)")
_SYMBOLS = re.compile(r"[^\w\s,.!?…:;()«»\"'“”„’/@#*_—–-]+")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_CLAUSE_END = re.compile(r"[,.!?…;:\n]")
_WINDOW = 200  # characters before a name that are looked at; keeps a message full of names quick


def _addresses(text: str, me: Me) -> Iterator[re.Match[str]]:
    """Where the bot is called by its name in what `_own_words` left of a message."""
    first = re.search(r"\w", text)
    for match in _pattern(me.names).finditer(text):
        if (first and match.start() <= first.start()) or _is_called(text, match, me):
            yield match


@lru_cache(maxsize=8)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    forms = (re.escape(name).replace("е", "[её]").replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(forms) or '(?!)'})(?![\w'’]|-\w)", re.IGNORECASE)


def _is_called(text: str, match: re.Match[str], me: Me) -> bool:
    """Whether a name that is not the first word is an address, and not what the sentence is about."""
    form = fold(match[0])
    if not all(_is_direct(word) for word in form.split()):
        return False
    # An emoji parts like a comma; what is called twice is called once.
    before = _SYMBOLS.sub(",", _pattern(me.names).sub("", text[max(0, match.start() - _WINDOW) : match.start()]))
    after = _SYMBOLS.sub(",", text[match.end() : match.end() + _WINDOW])
    sentence = re.findall(r"\w+", fold(_SENTENCE_END.split(before)[-1]))
    ends = _BREAK_AFTER.match(after) is not None
    if sentence and set(sentence) <= _OPENERS | _PARTICLES and (ends or not _OPENERS.isdisjoint(sentence)):
        return True
    if _is_vocative(form):
        return True
    if not ends:
        return False
    if _BREAK_BEFORE.search(before):  # "скажи, Гриша, ..." but not "Маша, Гриша, Петя" and not "мой брат, Гриша, ..."
        return not sentence or "ты" in sentence or not _is_person(sentence[-1])
    return _speaks_to_you(re.findall(r"\w+", fold(_CLAUSE_END.split(before)[-1])))


def _speaks_to_you(clause: list[str]) -> bool:
    """Whether a clause that ends in a name speaks to the one named: "что скажешь Гриша", but not "тебе звонил Гриша"."""
    tells = False
    for word in reversed(clause):
        tag = _tag(word)
        if word == "ты":
            return True
        if "2per" in tag or "impr" in tag:
            return not tells
        tells = tells or word in _TELLING or "3per" in tag or "past" in tag or _is_person(word)
    return bool(clause) and clause[0] in _OPENERS and not tells


@lru_cache(maxsize=1_000)
def _is_direct(word: str) -> bool:
    """Whether a form of the name can call: nominative, vocative ("Алён" reads as plural), or a word without cases."""
    readings = morph().parse(word)
    readings = [reading for reading in readings if "Name" in reading.tag] or readings
    return any(r.tag.case in (None, "voct") or {"sing", "nomn"} in r.tag or {"plur", "gent"} in r.tag for r in readings)


@lru_cache(maxsize=1_000)
def _is_vocative(form: str) -> bool:
    """Whether a form of the name does nothing but call: "Гриш"."""
    tags = [reading.tag for reading in morph().parse(form.split()[-1])]
    return any("voct" in tag or {"plur", "gent"} in tag for tag in tags) and all(
        "Name" in tag and {"sing", "nomn"} not in tag for tag in tags
    )


def _is_person(word: str) -> bool:
    return {"NOUN", "anim", "sing", "nomn"} in _tag(word)


def _is_apart(text: str, match: re.Match[str]) -> bool:
    """Whether an address can be left out: "Грише привет" and "Гриша - молодец" need the name."""
    if re.search(r"\w", text[: match.start()]):
        return True
    form, after = fold(match[0]), text[match.end() :]
    if not all(_is_direct(word) for word in form.split()):
        return False
    following = re.match(r"[\s—–-]*(\w[\w-]*)", after)
    if following is None or _is_vocative(form):
        return re.match(r"[^\w\s,.!?…:;)]", after) is None  # "Гриша+Маша"
    word = fold(following[1])
    tag = _tag(word)
    return word in _OPENERS or word in _QUESTIONS or "2per" in tag or "impr" in tag


def _without(text: str, start: int, end: int) -> str:
    """`text` without an address and the punctuation that set it off."""
    before, after = text[:start].rstrip(" \t,"), text[end:]
    if not before or _SENTENCE_END.match(before[-1]) or not re.search(r"\w", before):
        return text[:start] + re.sub(r"\A[^\S\n]*(?:[,.!?…;)]+|[:—–-]+(?=\s))?[^\S\n]*", "", after)
    if "," in text[len(before) : start] and re.match(r"[^\S\n]*\w", after):  # "слушай, Гриша ты где"
        return f"{before}, {after.lstrip()}"
    return before + after
