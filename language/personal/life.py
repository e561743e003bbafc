"""What people tell of their lives and of those near to them: health, intimate matters, money, law, work, school, where they are.

A subject alone is harmless ("что такое диабет?", "как пережить развод"). It is private where somebody in particular is meant: the
one who writes ("пью антидепрессанты", "сужусь") or a relative, a friend, a neighbour ("батя после инсульта"). As no list of
subjects is complete, whatever somebody tells of themselves in other than everyday words is private as well.
"""

import re
from collections.abc import Iterator

from language.personal import life_lists as lists
from language.personal.known import knows_you
from language.personal.lists import KIN_WORD
from language.personal.readings import is_everyday
from language.personal.sentences import SENTENCE, advises, asks, asks_in_general, has_hidden_owner, is_first_person, is_told, part
from language.words import WORD, either, morph

OWN_STORY = "own_story"
"""What somebody tells of themselves in other than everyday words: of all kinds the one that is most often harmless."""
_SHORT_QUESTION = 3
"""Words of a question that, without a noun, is about the one who is asked: "чем занят?"."""
_DIGIT = re.compile(r"\d")
# Where a question begins within a sentence: "после третьей химии тошнит чем заесть".
_CLAUSE = re.compile(rf",\s|\s(?=(?:{'|'.join(sorted(lists.QUESTION_WORDS))})\b)")
# Who is asked of their own life rather than for an opinion, for help or for a tale.
_ASKED = either(r"\b(?:ты|тебя|тебе|тобой|вы|вас|вам|ваш\w{0,3}|тво[йяеёию]\w{0,2})\b|\b[а-яё]{2,}(?:ешь|[её]шь|ишь)(?:ся)?\b")
_ASKED_OTHERWISE = either(
    r"\b(?:дума(?:ешь|ете)|счита(?:ешь|ете)|посовету\w+|зна(?:ешь|ете)|слышал\w*|объясни\w*|уме(?:ешь|ете)|мож(?:ешь|ете)|расскаж\w+|по-твоему|"
    r"порекоменд\w+|что делать|как быть|помоги\w*|подскаж\w+|скажи\w*|относи\w+|понима(?:ешь|ете)|напиши\w*|"
    r"придума\w+|вер(?:ишь|ите))\b"
)


def find_life(text: str) -> Iterator[str]:
    """The kinds of private matters that `text` tells of somebody; numbers in it are digits.

    The first line is what a person wrote. In the others, the bot's, only what is "yours" or "mine" is somebody's.
    """
    has_number = _DIGIT.search(text) is not None
    subjects = ((kind, pattern) for kind, pattern in lists.SUBJECTS.items() if has_number or kind not in lists.NEED_NUMBER)
    kinds = [(kind, pattern) for kind, pattern in subjects if pattern.search(text)]
    first, _, rest = text.partition("\n")
    for match in SENTENCE.finditer(first):
        sentence = match[0]
        is_own = _has_owner(sentence)
        told = [kind for kind, pattern in kinds if pattern.search(sentence)]
        if is_own:
            yield from told
        elif told:
            stated = [clause for clause in _CLAUSE.split(sentence) if clause and not asks(clause) and is_told(clause)]
            yield from (kind for kind, pattern in kinds if kind in lists.OWNERLESS and any(map(pattern.search, stated)))
        if is_own and not asks_in_general(sentence) and not all(is_everyday(word.lower()) for word in WORD.findall(sentence)):
            yield OWN_STORY
    if lists.OWN.search(lists.GENERAL.sub(" ", first)):
        # The one who is meant may be in another sentence: "чем кормить при муковисцидозе? нашему три года"
        yield from (kind for kind, pattern in kinds if kind in lists.OWNERLESS and pattern.search(first))
    is_asked = bool(kinds) and _asks_for_a_life(first)
    if is_asked and rest:
        yield from (kind for kind, pattern in kinds if kind in lists.OWNERLESS and pattern.search(first))
    for match in SENTENCE.finditer(rest):
        concrete = lists.GENERAL.sub(" ", match[0])
        if kinds and lists.OWN_IN_REPLY.search(concrete):
            yield from (kind for kind, pattern in kinds if pattern.search(match[0]))
        elif kinds and is_asked and not lists.YOU.search(concrete) and not asks(match[0]) and not advises(match[0]):
            says_own = lists.OWN.search(concrete) is not None
            yield from (
                kind
                for kind, pattern in kinds
                if kind in lists.TOLD_WHEN_ASKED and (says_own if pattern.search(first) else pattern.search(match[0]))
            )
        elif kinds and lists.YOU.search(concrete):
            yield from (kind for kind, pattern in kinds if kind in lists.OF_YOU and pattern.search(match[0]))
        elif kinds and KIN_WORD.search(concrete) and not asks(match[0]) and not advises(match[0]):
            yield from (kind for kind, pattern in kinds if kind in lists.OWNERLESS and pattern.search(match[0]))
    if knows_you(first, rest):
        yield "story"
    yield from (kind for kind, pattern in lists.PLAIN.items() if pattern.search(text))


def _has_owner(sentence: str) -> bool:
    """Whether the sentence is about the one who writes or about somebody near, and not a question in general."""
    concrete = lists.GENERAL.sub(" ", sentence)
    return (
        lists.OWN.search(concrete) is not None
        or (KIN_WORD.search(concrete) is not None and not asks_in_general(concrete))
        or any(is_first_person(word.lower()) for word in WORD.findall(concrete))
        or has_hidden_owner(sentence)
    )


def _asks_for_a_life(question: str) -> bool:
    """Whether "you" or somebody near is asked about: "какие у тебя планы?", "как дела у бати?", "почему не пришёл?"."""
    kinds = [part(word.lower()) for word in WORD.findall(question)]
    if _ASKED_OTHERWISE.search(question) or not ("?" in question or "question" in kinds):
        return False
    if _ASKED.search(question):
        return True
    if "infinitive" in kinds:
        return False
    if KIN_WORD.search(question):
        return True
    is_hidden = "past" in kinds or len(kinds) <= _SHORT_QUESTION
    return is_hidden and not any(morph().parse(word.lower())[0].tag.POS == "NOUN" for word in WORD.findall(question))
