"""Replies that are nobody's answer: the person's own words, Grisha's last reply, or an example's reply to another question."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from language.judging.courtesy import is_polite
from language.judging.fitting import ASKS_WHAT, answers_too, asks_for_more, is_question
from language.judging.foreign import wants_foreign
from language.words import carries_content, lemma, morph, normalise, stems, word_set, words

_LONG = 4
"""Words from which a reply is one of its own kind, and should not come again in nearly the same words."""
_RECENT = 3
"""Replies that are not said again in the same words."""
_SHORT_COPY = 3
"""Words of an example's reply from which saying the same is no accident."""
SAME_MEANING = 0.8
"""The score of an example from which its reply may well answer the person too."""


class Shown(NamedTuple):
    """An example that the model was shown."""

    question: str
    reply: str
    score: float = 0.0
    """Cosine of its question and the person's; 0 when unknown."""


_WANTS_AGAIN = re.compile(
    stems("повтори ещё_раз еще_раз снова$ что_ты_сказал что_ты_написал не_расслышал не_понял забыл[аи]?$"), re.IGNORECASE
)


def repeats_itself(reply: str, question: str, earlier: Sequence[str]) -> bool:
    """Whether Grisha has said this before in nearly the same words; a short reply ("Мимо!", "Спокойной ночи!") may come again,
    unless it tells nothing to somebody who wants to be told something."""
    said = normalise(reply).split()
    before = [normalise(text).split() for text in earlier]
    if not said or _WANTS_AGAIN.search(question):
        return False
    if len(said) < _LONG:
        is_asked = asks_for_more(normalise(question).split()) and not carries_content(reply)
        return is_asked and not any(map(str.isdigit, reply)) and said in before[-_RECENT:]
    told, known = ({normalise(one) for text in some for one in _sentences(text)} for some in ([reply], earlier))
    if told <= known and any(len(one.split()) > _LONG for one in told):
        return True  # what was said in several replies
    for one in before[-_RECENT:]:
        short, long = sorted((said, one), key=len)
        if len(short) > _LONG and len(long) - len(short) < _LONG + 1 and f" {' '.join(short)} " in f" {' '.join(long)} ":
            return True
    return said in before[-_RECENT:] or any(_alike(said, one) and _numbers(said) == _numbers(one) for one in before)


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?…])\s+|\n+", text) if words(one)]


def _numbers(said: list[str]) -> set[str]:
    """What tells one move of a game from the next."""
    return {word for word in said if any(map(str.isdigit, word))}


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether two texts share four words of five, in whatever form."""
    mine, its = ({lemma(word) for word in said} for said in (one, other))
    return 5 * len(mine & its) >= 4 * len(mine | its)


_ADDS_NOTHING = word_set(
    """
    ответ у да нет не ну что ли же вот так то значит понятно это этот спрашивать спросить хотеть узнать вопрос интересоваться
    сказать говорить хм гм интересно
    """
)
_OPENINGS = word_set("а и так хм гм ну интересно вопрос спрашиваешь спрашиваете говоришь")
_PERSONS = word_set("я ты он она оно мы вы они мой твой свой наш ваш себя")
_RETURNED = word_set(
    """
    привет приветик здравствовать здравствуйте здорово хай салют добрый доброе утро день вечер ночь ночи спокойный спокойной
    сладкий сон пока до свидание завтра встреча увидеться скорый с новый год праздник рождество хороший хорошо удача взаимно ура
    да нет ок окей ладно ага угу договориться класс ха хаха ха-ха лол кек мяу мяукать гав ау ку и тебе вам ты вы я тоже
    """
)
"""What people say back to each other in the same words."""


def is_echo(reply: str, question: str) -> bool:
    """Whether a reply only gives the person's own words back: "я выиграл!" - "Да, ты выиграл."; a greeting or a choice is none."""
    if not _gives_back(reply, question):
        return False
    said, asked = normalise(reply).split(), normalise(question).split()
    return wants_foreign(question) or not (_is_to_be_said(said, question) or _is_cheer(reply, question, asked))


def _gives_back(reply: str, question: str) -> bool:
    """Whether a reply has hardly a word that the question has not."""
    reply = re.sub(r"\A\s*\d[.)]\s+", "", reply)
    said, asked = normalise(reply).split(), normalise(question).split()
    if not said or len(said) > 2 * len(asked) + 3 or _WANTS_AGAIN.search(question) or reply.startswith("#"):
        return False
    told, known = {lemma(word) for word in words(reply)} - _ADDS_NOTHING, {lemma(word) for word in words(question)}
    if _asks_again(reply, known):
        return True
    if len(asked) >= _LONG and said[-len(asked) :] == asked and "вопрос" in said and is_polite(" ".join(said[: -len(asked)])):
        return True  # "Этот вопрос задают многие: ..."
    givens = [{*normalise(given).split()} for given in (question.partition(":")[2], *_QUOTED.findall(question))]
    if {*said} in givens and wants_foreign(question):
        return True  # "переведи: доброй ночи"
    if any(given and ({*said} <= given or given <= {*said} or told == {*map(lemma, given)}) for given in givens):
        return False  # "расставь запятые: ..."
    if len(said) == 1 and reply.endswith("?") and "?" not in question:
        return False  # "Я купил слона" - "Слона?"
    if not told - _PERSONS or told <= _RETURNED or set(said) <= _RETURNED:
        return False
    if _numbers(said) - {*asked}:
        return False  # "В каком году?" - "В 988 году."
    if "кто" in asked and "я" in said and "я" not in asked:
        return False  # "Гриша - это я."
    if said == asked:
        return len(said) > 1 or "?" not in question
    if (
        len(asked) > 1
        and f" {' '.join(asked)} " in f" {' '.join(said)} "
        and "?" in question + reply
        and set(said) <= {*asked, *_OPENINGS}
    ):
        return True
    if _is_asked_of_another(said, asked) or (_SAYS_WHAT_IS_ASKED.match(reply) and not told - known - _PERSONS):
        return True
    if told - known - _PERSONS or "или" in asked:
        return False
    if is_question(question, asked) and "?" not in reply and not asks_for_more(asked):  # answered with yes or no, and with the verb
        return len(said) > 1 and f" {' '.join(said)} " in f" {' '.join(asked)} "
    if len(said) == 1 and "?" in question and any(form.tag.POS in {"VERB", "PRED"} for form in morph().parse(said[0])):
        return False  # "Есть кто живой?" - "Есть!"
    return len(told) > 1 or (len(said) == 1 and said[0] in asked)


_QUOTED = re.compile(r"[«\"“„](.+?)[»\"“”]")
_SAY = re.compile(
    r"\b(?:скажи|напиши|повтори|произнеси|пообещай|крикни|прошепчи|подтверди|говори|кричи|пиши)(?:те)?"
    r"(?: (?:мне|всем|нам|за мной))?[,:]?\s+(?P<that>что\s+)?(?P<words>.+)",
    re.IGNORECASE | re.DOTALL,
)


def _is_to_be_said(said: list[str], question: str) -> bool:
    """Whether these very words were to be said: "скажи «сыр»", "скажи, что я молодец"."""
    wish = _SAY.search(question)
    if wish is None:
        return False
    wished = normalise(wish["words"]).split()
    if wish["that"] is not None:
        said, wished = ([word for word in told if word not in _PERSONS] for told in (said, wished))
    return said == wished


def _is_cheer(reply: str, question: str, asked: list[str]) -> bool:
    """Whether people cry the same to each other, with nobody doing anything: "за наших", "горько!"; or one thing is chosen."""
    tags = [morph().parse(word)[0].tag for word in asked]
    if "?" in question or any(tag.POS in {"VERB", "INFN", "NPRO"} for tag in tags):
        return False
    is_choice = len(asked) > 2 and all("NOUN" in tag and tag.case in {"nomn", "accs"} for tag in tags)  # "камень ножницы бумага"
    return is_choice or reply.endswith("!")


_SAYS_WHAT_IS_ASKED = re.compile(r"\W*(?:ты|вы)\b[^,.!?]{0,10}\b(?:спрашива|спроси|интересу|хо)\w+", re.IGNORECASE)


def _is_asked_of_another(said: list[str], asked: list[str]) -> bool:
    """Whether a reply is the question with other words at its end: "что почитать взрослому", "что почитать подростку летом"."""
    if len(asked) < _SHORT_COPY or asked[0] not in ASKS_WHAT or len(said) > len(asked) + 2 or said[-1].isdigit():
        return False
    same = len(asked) - (len(said) == len(asked))
    return said[:same] == asked[:same]


def _asks_again(reply: str, known: set[str]) -> bool:
    """Whether a reply is nothing but questions, two and more, that are the person's own with a word changed."""
    questions = _sentences(reply)
    told = [{lemma(word) for word in words(one) if carries_content(word)} for one in questions]
    return len(questions) > 1 and all("?" in one for one in questions) and all(2 * len(own & known) > len(own) for own in told)


def misplaced_copy(reply: str, question: str, examples: Iterable[Shown]) -> bool:
    """Whether `reply` is the reply of an example whose question was another one."""
    said = normalise(reply).split()
    return any(
        example.score < SAME_MEANING
        and _is_copy(said, normalise(example.reply).split())
        and not answers_too(example.reply, example.question, question)
        for example in examples
    )


def _is_copy(said: list[str], shown: list[str]) -> bool:
    if min(len(said), len(shown)) < _SHORT_COPY:
        return said == shown and bool(said) and carries_content(" ".join(said))
    if said == shown or _alike(said, shown):
        return True
    short, long = sorted((said, shown), key=len)
    return len(short) >= 5 and f" {' '.join(short)} " in f" {' '.join(long)} "
