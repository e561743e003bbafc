"""Whether somebody else is quoted, or something else told, where a message seems to give a name."""

import re

from language.names import context, lists
from language.names.first_names import first_name, forms, forms_of, has, is_person
from language.names.tokens import Message
from language.words import lemma

_ADDRESSED = lists.BOT_NAMES | {"бот", "робот"}


def is_quoted(before: list[str]) -> bool:
    """Whether, after `before` in the same sentence, somebody else speaks, or the bot is to say, write or translate it."""
    told = before[: len(before) - 1 - before[::-1].index(":")] if ":" in before else []
    tellers = context.STORY_SUBJECTS if "чтобы" in told else context.THIRD_PERSONS
    if any(low in tellers or low in ("такой", "такая") or (is_person(low) and low not in _ADDRESSED) for low in told):
        return True
    if any(lemma(low) in context.FICTION for low in told):
        return True
    subject = any(low in context.STORY_SUBJECTS or is_person(low) for low in before)
    if before[-2:] == ["что", "значит"] or (subject and before[-1:] in (["такой"], ["такая"], ["типа"])):
        return True
    for place, low in enumerate(before):
        verb = lemma(low) if low[0].isalpha() else ""
        between = before[place + 1 :]
        if verb in ("перевести", "переводить", "перевод") or re.fullmatch("по-.+ски", low):
            return True
        if verb not in context.SPEECH:
            continue
        tags, told_that = forms_of(low)[0].tags, "что" in between or ":" in between
        if before[place - 1 : place] == ["не"]:
            if "что" in between:
                return True  # "я не говорила, что меня зовут Оля"
        elif "impr" in tags:
            if told_that or "," not in between:
                return True
        elif "past" in tags and "я" not in before[:place]:
            if (
                subject
                or ":" in between
                or (told_that and ("ты" in before[:place] or "кто" in before[:place] or tags & {"plur", "neut"}))
            ):
                return True
        elif tags & {"2per", "3per"}:
            return True
    return False


def is_unreal(before: list[str], clause: list[str]) -> bool:
    """Whether it is supposed, dreamt or played what comes after `before` in the sentence and `clause`, its end, in the clause."""
    if any(forms_of(low)[0].normal in context.FICTION for low in clause):
        return True
    supposed = not context.UNREAL.isdisjoint(before) or ("если" in clause and "что" not in clause)
    return supposed or ("если" in before and "бы" in before)


def is_told(before: list[str]) -> bool:
    """Whether the user has told what `before` leads to: "я же говорила, что ...", "запомни, что ..."; not "я думала, что ..."."""
    if any(low[0].isalpha() and lemma(low) in context.NOTING and {"impr", "INFN"} & forms_of(low)[0].tags for low in before):
        return "не" not in before
    told = any(low[0].isalpha() and lemma(low) in context.TELLING and "past" in forms_of(low)[0].tags for low in before)
    return told and "я" in before and "не" not in before


def goes_on_well(message: Message, last: int, *, may_ask: bool = False) -> bool:
    """Whether what follows the name at `last` leaves it the user's: no second subject, no infinitive, no bare question mark."""
    after = message.after(last)
    following, second = message.at(last + 1), message.at(last + 2)
    if following.low in ("и", "или", "да") and (first_name(second, "nomn", "ablt") or has(second, "NOUN", "nomn")):
        return False  # "меня зовут Саша и Лена на дачу"
    if following.low == "и" and has(second, "ADJS"):
        return False  # "я мила и добра"
    if following.low in ("с", "со") and has(second, "anim", "ablt"):
        return False
    if (following.low in ("ли", "что") and "ли" in (following.low, second.low)) or "INFN" in forms(following)[0].tags:
        return False
    if following.low.startswith("по-") or (following.low == "на" and second.low.endswith("ском")):
        return False  # "как будет меня зовут Саша по-английски"
    if following.low in ("-", ",") and any(lemma(low) in context.CITED for low in after[1:4] if low[0].isalpha()):
        return False  # "зовите меня Измаил — первая строка романа"
    words = [low for low in after if low[0].isalpha()]
    if "?" in after[-1:] and context.TAGS.issuperset(words) and not may_ask:
        return False
    teller = words and lemma(words[0]) in context.SPEECH and forms_of(words[0])[0].tags
    return not (teller and {"VERB", "sing"} <= teller and ("past" in teller or "3per" in teller) and not following.is_word)
