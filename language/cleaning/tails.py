"""What comes after a reply and is none of it: talk about the reply itself, offers of service, signatures, waste.

A tail is cut only where a finished reply stands before it.
"""

import re

from language.cleaning.leads import PIECES
from language.cleaning.pages import without_head
from language.judging.courtesy import is_polite
from language.judging.machine import wants_form
from language.judging.model_talk import is_model_talk
from language.words import either, lemma, morph, stems, word_set, words

_WASTE = re.compile(
    r"(?:(?<=[.!?…)»])\s*(?:undefined|null|none|nan|nil|\[object Object\]|eof|true|false|\[?(?:end|done|stop|eos)\]?)[.;]?"
    r"|(?<=[.!?…)»])(?:\s*\|)+"
    r"|(?<=[.!?…)»])(?:\s+\d{1,2}[.)]){2,}(?:\s+\d{1,2})?"
    r"|(?<=[.!?…)»])(?:(?:\s*\n\s*\d{1,3}[.)]?){2,}|\s*\n[ ]*\n\s*\d{1,2})"
    r"|(?:\s*\n+[ ]*[.,:;|_~-]{1,2})+"
    r"|(?<=[.!?…)»])(?:\s*\n\s*(?:[-*_=~•—–]\s*){1,}))\s*\Z",
    re.IGNORECASE,
)
_SHOUT = re.compile(r"!(?=[!1]*1)[!1]{3,}")
_BRACES = re.compile(r"\s*\{\{[ ]*[А-ЯЁа-яё][^{}\n]*\}\}")
_ASIDE_IN_BRACKETS = re.compile(r"(?:(?<=[.!?…»])|(?<=\n))[ ]?[*_]{0,2}\[(?P<said>[^\[\]\n]{4,})\][*_]{0,2}(?![(\[:\w])[ ]*")
_KEY_VALUE = re.compile(r"\s*[a-z_]{2,}\s*[:=]\s*\S+", re.IGNORECASE)
_NOTE_IN_BRACKETS = re.compile(r"(?:(?<=[.!?…»])\s+|\n+)[*_]{0,2}\((?P<said>[^()\n]{6,})\)[*_.]{0,3}\s*\Z")
_ON_REPLY = word_set(
    """
    ответ ответить реплика пользователь собеседник модель бот нейросеть персонаж диалог тон стиль предложение символ слово
    примечание отвечать кратко генерировать сгенерировать сгенерированный инструкция промпт запрос роль контекст
    """
)
_TEXT = word_set(
    """
    ответ реплика информация запрос текст формулировка совет рекомендация материал данный вопрос помощь обращаться стиль деталь
    тон
    """
)
_OFFERED = word_set(
    """
    переписать переделать изменить добавить дополнить сократить уточнить уточнять переформулировать исправить
    скорректировать оценить полезный помочь пригодиться понадобиться нужный нужно дополнительный задавать
    задать спрашивать спросить обращаться стесняться расширить подробно интересовать остаться возникнуть
    """
)
_SUITS = word_set(
    """
    подходить подойти содержать соответствовать написать составить учитывать отражать передавать выражать подчеркивать рассчитать
    выдержать выполнить подчеркнуть
    """
)
"""What a model says of a text that it has written."""
_WANTS_PIECE = either(stems("напиш сочин придум состав поздрав"))
_SERVICE = word_set("вопрос обращение помочь помощь")
_AGAIN = word_set("еще спасибо благодарить дополнительный")
_INVITES = word_set("надеяться если хотеть пожалуйста готовый рад дать стесняться оценить")
_DISCLAIMS = re.compile(
    r"не являюсь |не (?:явля\w+|заменя\w+) .*(?:рекомендац|консультац|совет|диагноз|оферт)\w*"
    r"|(?:ознакомительн|информационн|справочн|образовательн)\w+ (?:характер|цел)"
    r"|отказ от ответственности|сгенерирован\w* (?:ии|нейро|автомат)",
    re.IGNORECASE,
)
_JUDGES_REPLY = re.compile(
    r"[*_( ]*(?:я (?:по)?старал\w+ (?:\w+ )?отве[тч][^.!?]*"
    r"(?:кратк|коротк|прост|по делу|дружелюб|понятн|инструкц|стил|просил|задан)"
    r"|(?:этот|данный|мой|такой|ваш) (?:ответ|текст) (?![—–:-])|ответ (?:закончен|заверш|готов|окончен)"
    r"|(?:был[оа]? ли|помог ли) (?:это|вам|тебе|ответ|мой|информаци)\w*[^.!?]*(?:полезн|понятн|ответ)"
    r"|(?:ассистент|бот|модель|помощник)\w* (?:готов|жд[её]т|завершил|закончил)"
    r"|примечание: (?:перевод|ответ|текст|это|данн|информац|я )"
    r"|(?:я )?надеюсь,? (?:(?:вам|тебе) понравил|(?:что )?(?:этот|мой) ответ))",
    re.IGNORECASE,
)
_SIGNS_OFF = re.compile(
    r"\W*с (?:наилучшими пожеланиями|уважением),? (?:ваш[аи]? )?(?:команда|служба|администраци|поддержк|помощник|ассистент|бот)",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?:\A|(?<=[.!?…)»\n*_])(?:[ ]+|(?<=\n)))(?P<said>[^\s.!?…][^.!?…\n]*[.!?…]*"
    r"[\s)*_\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]*)\Z"
)
_THANKS = either(stems("спасиб пасиб спс благодар выручил помогл получил пока$ свидан"))
_QUOTED = re.compile('«[^»]*»|"[^"]*"')
_LONGEST = 300
"""Letters of a sentence after the reply."""
_ENOUGH = 2
"""Words of what stands before a tail."""


def without_tail(text: str, question: str, bot_name: str) -> str:
    """What follows the reply out of the text: waste, signatures, notes in brackets, offers to do more."""
    text = _SHOUT.sub("!", text)
    if re.search("[а-яё]", text, re.IGNORECASE) is None:
        return text
    text = _without_waste(text, question)
    text = _without_signature(text, bot_name)
    text = _without_brackets(text)
    return text if _THANKS.search(question) else _without_offers(text, question)


def _without_waste(text: str, question: str) -> str:
    cut = _WASTE.sub("", text)
    is_count = any(map(str.isdigit, question)) and cut != text and text[len(cut) :].strip()[:1].isdigit()
    return text if is_count or not words(cut) else cut


def _without_signature(text: str, bot_name: str) -> str:
    if bot_name.lower() not in text[-_LONGEST:].lower():
        return text
    name = rf"(?:(?:твой|ваш|всегда твой|бот|друг)\s)*{re.escape(bot_name)}\b[^.!?\n]{{0,30}}" if bot_name else r"(?!)"
    signature = re.compile(
        rf"(?<=[.!?…)»])(?:\s+(?:--+|[—–])[ ]?{name}|\s*\n\s*(?:(?:с уважением|с любовью|всего доброго|удачи),?\s+)?{name})\s*\Z",
        re.IGNORECASE,
    )
    return signature.sub("", text)


def _without_brackets(text: str) -> str:
    """The text without what stands in brackets as a sentence of its own and speaks of the reply; square ones always do."""
    text = _BRACES.sub("", text)
    if "[" in text:
        text = _ASIDE_IN_BRACKETS.sub(lambda aside: " " if _is_told(aside) else aside[0], text).rstrip()
    note = _NOTE_IN_BRACKETS.search(text) if text.rstrip("*_. \n").endswith(")") else None
    return text[: note.start()] if note and _is_note(note["said"]) else text


def _is_note(said: str) -> bool:
    """Whether a bracket speaks of the reply, tells the person to fill it in, or what an actor does."""
    about = {*map(lemma, words(said))} & _ON_REPLY
    first = [form.tag for form in morph().parse((words(said) or [""])[0].lower())]
    is_done = said[0].islower() and "3per" in first[0]
    is_answer = said.lower().startswith("ответ:")  # to a riddle
    return len(about) > is_answer or ("impr" in first[0] and "plur" in first[0]) or is_done


def _is_told(aside: re.Match[str]) -> bool:
    said, before = aside["said"], aside.string[: aside.start()][-1:]
    is_inline = before not in ("", "\n") and re.search("[а-яё]", said, re.IGNORECASE) is not None
    return is_inline or len(words(said)) > 2 or _KEY_VALUE.fullmatch(said) is not None


def _without_offers(text: str, question: str) -> str:
    while last := _LAST.search(text, max(0, len(text) - _LONGEST)):
        said = without_head(text[: last.start()])
        is_reply = len(words(said)) >= _ENOUGH and not is_polite(said)
        if not is_reply or not (
            _is_offer(last["said"], question)
            or is_model_talk(last["said"], question)
            or (_SIGNS_OFF.match(last["said"]) and not wants_form(question))
        ):
            break
        text = said
    return text


def _is_offer(sentence: str, question: str) -> bool:
    """Whether a sentence hopes that the reply helps, offers to change it, or says what it is not."""
    if _DISCLAIMS.search(sentence) or _JUDGES_REPLY.match(sentence):
        return True
    every = [lemma(word) for word in words(_QUOTED.sub("", sentence))]
    said = {*every}
    if every[:1] in (["этот"], ["это"], ["данный"], ["такой"]) and {*every[1:2]} & PIECES and said & _SUITS:
        return _WANTS_PIECE.search(question) is not None
    if said & _SERVICE and said & _AGAIN and is_polite(sentence):
        return True
    return bool(said & _INVITES) and bool(said & _OFFERED) and (bool(said & _TEXT) or is_polite(sentence))
