"""Thinking aloud without tags: what a model tells itself about the person and its answer before it gives it."""

import re

from language.words import lemma, morph, word_set, words

_PERSON = word_set("пользователь собеседник собеседница user юзер")
_ABOUT_PERSON = word_set(
    """
    спрашивать спросить просить попросить хотеть писать написать сообщать сообщить говорить сказать задать задавать интересоваться
    жаловаться рассказывать рассказать здороваться благодарить прощаться делиться поделиться шутить грустить устать ждать нужно
    обращаться обратиться выражать выразить находиться чувствовать испытывать упоминать упомянуть искать желать вопрос
    """
)
_PLAN = word_set("нужно надо следует стоит стоить стоять должный буду давать попробовать мочь лучше отвечу")
_ANSWER = word_set(
    """
    ответ ответить отвечать отреагировать дать предложить посоветовать сказать написать поддержать поблагодарить поздороваться
    реплика тон стиль коротко кратко дружелюбно вежливо
    """
)
_TO_ANSWER = word_set("ответить отвечать отреагировать")
_MANNER = word_set(
    "роль гриша стиль тон образ персонаж коротко кратко дружелюбно по-дружески по-русски русский вежливо тепло предложение"
)
_OWN_MANNER = word_set("гриша персонаж русский по-русски")
_SIGNS = re.compile(
    r"пользовател|собеседни[кц]|юзер|user|ответить|отвечать|отвечу|на русском|по-русски|гриш|персонаж", re.IGNORECASE
)
_TO_BOT = re.compile(r"\W*(?:ты|вы)(?: [—–-] |,? (?:бот|гриша)\b)", re.IGNORECASE)
"""What the model was told, not what it tells itself."""
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+[»\")]*|\n+|\Z)[ \t]*\n*")
_QUOTED = re.compile('«[^»]*»?|"[^"]*"?')  # words for the person to say
_ENDS_PLAN = re.compile(r"\s*(?:итак,? )?(?:мой |итоговый |финальный )?ответ\s*:\s*", re.IGNORECASE)


def without_plan(text: str, question: str) -> str:
    """The sentences at the start in which a model speaks of the person in the third person, and plans what to say, out of it.

    Where they are followed by a new paragraph, all of theirs goes. A text of nothing else stays: it is judged.
    """
    if _SIGNS.search(text) is None or _SIGNS.search(question) or (_TO_BOT.match(text) and "\n\n" not in text):
        return text
    first, gap, after = text.partition("\n\n")
    rest = after if gap and any(map(_is_plan, _SENTENCE.findall(first))) else text[_end_of_plan(text) :]
    rest = _ENDS_PLAN.sub("", rest.strip(), count=1) if rest != text else text
    return rest or text


def _end_of_plan(text: str) -> int:
    """Where the plan ends with which a text begins."""
    end, is_begun = 0, False
    for place, sentence in enumerate(_SENTENCE.finditer(text)):
        if _ENDS_PLAN.match(sentence[0]):
            break
        if _is_plan(sentence[0]) or (is_begun and _goes_on(sentence[0])):
            told, colon, _ = sentence[0].partition(": ")
            if colon and _lemmas(told) & _ANSWER:  # "Отвечу дружелюбно: Классно!"
                return sentence.start() + len(told + colon)
            end, is_begun = sentence.end(), True
        elif place == 0 and _lemmas(sentence[0]) & _PERSON:  # "Собеседник расстроен.", and a plan next
            is_begun = True
        else:
            break
    return end


def _lemmas(sentence: str) -> set[str]:
    return {lemma(word) for word in words(_QUOTED.sub(" ", sentence))}


def _is_plan(sentence: str) -> bool:
    """Whether a sentence says what the person wants, or in whose part something is to be answered."""
    said = _lemmas(sentence)
    if said & _PERSON and said & (_ABOUT_PERSON | _ANSWER):
        return True
    has_manner = said & _MANNER if said & _TO_ANSWER else said & _OWN_MANNER
    return bool(has_manner and said & _PLAN and said & _ANSWER)


def _goes_on(sentence: str) -> bool:
    """Whether a sentence that follows a plan is one of it: "Он спрашивает про обед.", "Надо ответить."."""
    said = _lemmas(sentence)
    is_told = any(lemma(word) in _TO_ANSWER and "impr" in morph().parse(word.lower())[0].tag for word in words(sentence))
    speaks_of_them = words(sentence)[:1] in (["Он"], ["Она"]) and bool(said & _ABOUT_PERSON)
    says_how = bool(said & _TO_ANSWER and said & _MANNER)
    return speaks_of_them or says_how or bool(said & _ANSWER and (is_told or said & _PLAN))
