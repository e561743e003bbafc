"""What a model says before its reply about the reply: "Вот мой ответ на ваш вопрос:", "Спасибо за вопрос!"."""

import re

from language.cleaning.markup import LIST_ITEM
from language.judging.courtesy import is_polite
from language.judging.foreign import is_foreign, wants_foreign
from language.judging.model_talk import is_model_talk
from language.words import carries_content, lemma, morph, word_set, words

_COLON = re.compile(r"\A[*_#\s]*(?P<said>(?:\w+[!,.] )?(?:[^:\n«»\".!?…]|«[^«»\n]*»){4,100}):[*_]*(?P<gap>\s+)(?=\S)")
_ON_REPLY = word_set(
    """
    ответ отвечать вопрос запрос пользователь собеседник требование информация инструкция соответствие соответствовать основа
    предоставить предоставленный стиль роль гриша контекст условие сообщение реплика указанный заданный данные
    """
)
_ORDERS = re.compile(r"\W*(?:отвечай|говори|пиши|веди себя)\b", re.IGNORECASE)
_SURELY_HERE_IS = re.compile(r"(?:конечно|хорошо|разумеется|с удовольствием|окей|ок)[,!.]* вот\b", re.IGNORECASE)
_SEVERAL = word_set("несколько")
_ROOT = 5
"""Letters by which "перескажи" and "пересказ" are of one root."""
_LATIN_LABEL = re.compile(r"\A[*_]{0,2}(?P<said>[A-Za-z][a-z]{2,11})[*_]{0,2}:[*_]{0,2}\s+(?=[*«]{0,2}[А-ЯЁ])")
_HERE_IS = re.compile(
    r"(?:(?:конечно|хорошо|ладно|разумеется|с удовольствием|окей|да)[,!.]* )*(?:вот|держи(?:те)?|лови|представляю)\b", re.I
)
PIECES = word_set(
    """
    стихотворение стих поздравление рассказ текст вариант пример тост сказка шутка анекдот загадка письмо сообщение история песня
    хокку перевод объяснение пояснение описание
    """
)
"""What a person asks to be written."""
_PROMISE = re.compile(
    r"\A(?:(?:хорошо|конечно|ладно|окей|ок|да|понял|okay|ok|sure|alright)[,.!]* )?(?:я )?"
    r"(?:отвечу|отвечаю|пишу|продолжаю|постараюсь|буду отвечать|попробую ответить)\b"
    r"[^.!?:\n]*\b(?:стил|рол|образ|лица|кратк|коротк|дружелюбн|прост|требован|русск|по-русск)\w*[^.!?:\n]*[.!:]\s+(?=\S)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]+\s+(?=\S)")
_BUT = re.compile(r"(?:но|однако|впрочем|тем не менее|зато)\b,?\s+", re.IGNORECASE)
_TURNS = re.compile(r", (?:но|однако|зато)\b")
_EXCUSE = re.compile(r"(?P<said>[^.!?…\n]{10,120}), (?:но|однако|зато),? (?P<rest>[«\w].{20,})\Z", re.DOTALL)
_NAMES = re.compile(r"«[^«»]+»|: \w")
_OFFERS = re.compile(r"\b(?:мо(?:гу|жем)|готов[аы]?|предлож|обрат(?:итесь|ись)|обсуд)", re.IGNORECASE)
_SERVICE = word_set("вопрос обращение помочь помощь")
_PRAISES = re.compile(
    r"\W*(?:[\w-]+ ){0,2}(?:хорош|интересн|отличн|сложн|непрост|серь[её]зн|прекрасн)\w+ вопрос\W*\Z", re.IGNORECASE
)
"""What people say as well: "Хороший вопрос!"."""
_ASKS_HELP = re.compile(r"\bпоможе(?:шь|те)\b|\bмо(?:жешь|жете) помочь\b", re.IGNORECASE)
_ENOUGH = 3


def without_lead(text: str, question: str) -> str:
    """What introduces the reply out of the text."""
    text = _PROMISE.sub("", text)
    label = _LATIN_LABEL.match(text)
    if label and label["said"].lower() not in question.lower() and not wants_foreign(question):
        text = text[label.end() :]
    lead = _COLON.match(text) if ":" in text else None
    rest = text[lead.end() :] if lead else ""
    if lead and _introduces(lead["said"], lead["gap"], rest, question):
        return rest[:1].upper() + rest[1:]
    return _without_excuse(_without_courtesies(_without_promise(text, question), question), question)


def _introduces(said: str, gap: str, rest: str, question: str) -> bool:
    if re.search("[а-яё]", said, re.IGNORECASE) is None:
        is_said = len(words(said)) >= _ENOUGH and is_foreign(said)
        return is_said and not wants_foreign(question) and re.match("[«А-ЯЁа-яё]", rest) is not None
    if " — " in said:
        return False  # "Промпт — инструкция к ответу: роль, тон."
    if _ORDERS.match(said):
        return False  # "Отвечай как Гриша: ...": it is told to the bot
    lemmas = [lemma(word) for word in words(said)]
    if _SURELY_HERE_IS.match(said) and (
        {*lemmas} & (PIECES | _SEVERAL) or not {one[:_ROOT] for one in lemmas}.isdisjoint(_roots_of_things(question))
    ):
        return True
    if len(({*lemmas} & _ON_REPLY) - {*map(lemma, words(question))}) > 1:
        return True
    return "\n" in gap and _HERE_IS.match(said) is not None and bool({*lemmas} & PIECES) and not LIST_ITEM.match(rest)


def _roots_of_things(text: str) -> set[str]:
    return {lemma(word)[:_ROOT] for word in words(text) if len(word) >= _ROOT and carries_content(word)}


def _without_promise(text: str, question: str) -> str:
    """A first line that promises what was asked for, in the same words, out of the text: "Хорошо, придумаю загадку про сыр."."""
    line, gap, rest = text.partition("\n")
    if not gap:
        return text
    said = words(line)
    things = {lemma(word) for word in said if carries_content(word) and not is_polite(word)}
    is_promised = any({"1per", "sing", "futr"} in morph().parse(word.lower())[0].tag for word in said)
    is_asked_for = bool(things) and things <= {lemma(word) for word in words(question)}
    return rest.lstrip() if rest.strip() and len(said) > 1 and is_promised and is_asked_for else text


def _without_courtesies(text: str, question: str) -> str:
    """The thanks for a question and the joy to help out of a reply that goes on to say something; who asks for help is answered."""
    if _ASKS_HELP.search(question):
        return text
    end, position = 0, 0
    while (sentence := _SENTENCE.match(text, position)) and is_polite(sentence[0]):
        position = sentence.end()
        end = position if {*map(lemma, words(sentence[0]))} & _SERVICE and not _PRAISES.match(sentence[0]) else end
    rest = text[end:]
    return rest if len(words(text[:end])) > 1 and len(words(rest)) >= _ENOUGH and not is_polite(rest) else text


def _without_excuse(text: str, question: str) -> str:
    """What a model is unable to do out of a reply that does it: "Как языковая модель, ... Но к фамилии Громов подойдёт Илья."."""
    inline = _EXCUSE.match(text) if _TURNS.search(text) else None
    if inline and is_model_talk(inline["said"], question) and (_NAMES.search(inline["rest"]) or not _OFFERS.search(inline["rest"])):
        return inline["rest"][:1].upper() + inline["rest"][1:]
    excuse = _SENTENCE.match(text)
    but = _BUT.match(text, excuse.end()) if excuse else None
    if excuse is None or but is None or not is_model_talk(excuse[0], question):
        return text
    rest = text[but.end() :]
    return text if _OFFERS.search(rest) or len(words(rest)) <= _ENOUGH else rest[:1].upper() + rest[1:]
