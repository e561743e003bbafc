"""Whether an exchange is worth repeating: a question that stands alone and a decent reply that answers it.

Only the texts are judged; who said them and where is the business of the caller. What must not be sent is not learnt either, and
is known where replies are judged.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from language.cleaning.clean import clean_reply
from language.cleaning.markup import CODE, is_cut_off
from language.judging.copies import is_echo
from language.judging.courtesy import is_courtesy
from language.judging.foreign import is_wrong_language
from language.judging.gibberish import is_gibberish
from language.judging.model_talk import is_model_talk
from language.judging.notes import is_hashtags
from language.learning.abuse import find_abuse
from language.learning.answers import (
    adds_nothing,
    asks_something,
    changes_subject,
    gives_no_advice,
    gives_up,
    only_asks,
)
from language.learning.harm import looks_abusive
from language.learning.kinds import is_brief_answer, misses_kind, only_defines, only_sorts, turns_round
from language.words import WORD, carries_content, either, fold, morph, stems, word_set

_SHORTEST_QUESTION = 2
"""Words of a question that can be understood on its own."""
_WHOLE_QUESTION = 4
"""Words of a question that may lack nothing although it begins with "а"."""
_SHORTEST_REPLY = 3
"""Words and numbers of a reply that is worth repeating."""
_PROSE = 5
"""Words from which a reply is so long that it ends with a mark."""
_LONGEST = 600
"""Characters: what is longer is a text, not a turn of a conversation."""
_EARLIER = either(
    stems(
        """(?:ты|вы)_(?:же_|уже_|мне_|сам\\w?_|как-то_|раньше_|тогда_|вчера_|недавно_)*(?:говорил|рассказывал|упоминал|упомянул|писал|спрашивал|сказал)
        (?:как|что)_(?:я|ты|мы)_(?:уже_)?(?:говорил|сказал|обсуждали|писал) в_прошлый_раз в_прошлом_(?:сообщении|разговоре)
        мы_(?:уже_)?(?:обсуждали|говорили_об) см[.]?_выше выше_(?:я|мы)_ (?:смотри|картинк\\w+|ссылк\\w+)_(?:выше|ниже)$
        по_ссылке"""
    )
)


_TALE = either(r"\b(?:анекдот|шутк|шуточ|сказк|стих|истори|басн|тост\b|небылиц)")
"""Who asks for a tale hears what its people said: "вы же сами говорили"."""


def flaw(question: str, reply: str) -> str:
    """Why the exchange is not worth repeating, in a few words; empty when it is."""
    if _needs_context(question):
        return "the question cannot stand alone"
    if max(len(question), len(reply)) > _LONGEST:
        return "too long"
    if abuse := find_abuse(f"{question}\n{reply}"):
        return "abusive: " + ", ".join(abuse)
    if len(re.findall(r"\w+", reply)) < _SHORTEST_REPLY and not is_brief_answer(reply, question):
        return "the reply is too short"
    prose = CODE.sub(" ", reply)
    if found := next((reason for reason, has in _FLAWS.items() if has(prose, question)), ""):
        return found
    if is_cut_off(reply):
        return "the reply is cut off"
    if clean_reply(reply, question=question).text != reply.strip():
        return "the reply has to be cleaned"
    if _trails_off(reply):
        return "the reply is cut off"
    return "looks abusive" if looks_abusive(question, reply) else ""


_FLAWS: dict[str, Callable[[str, str], bool]] = {
    "the reply admits that it answers nothing": lambda reply, _: gives_up(reply),
    "the reply talks as a language model": is_model_talk,
    "the reply leans on an earlier talk": lambda reply, question: _EARLIER.search(reply) is not None and not _TALE.search(question),
    "the reply is in another language": is_wrong_language,
    "the reply is full of hashtags": is_hashtags,
    "the reply is gibberish": is_gibberish,
    "the reply only asks back": lambda reply, question: only_asks(reply) and asks_something(question),
    "the reply is empty politeness": is_courtesy,
    "the reply repeats the question": is_echo,
    "the reply does not answer": lambda reply, question: any(
        misses(reply, question) for misses in (misses_kind, gives_no_advice, changes_subject, turns_round, only_sorts, only_defines)
    ),
    "the reply says nothing new": adds_nothing,
}


_PERSONAL = word_set("он она оно они его ее их ему ей им ними ним ней нем нею него нее них")
_ANAPHOR = _PERSONAL | word_set(
    """
    этот это эта эти этого этой этому этим этом эту этих тот та те того той там туда оттуда
    """
)
"""What points to something said before."""
_ELLIPSIS = either(r"\A\W*(?:а|и|но|или|ну а|ну и|а если|а ещ[её])\b")
# Of one word, but nothing is missing: a greeting, how one feels.
_GREETING = either(
    r"\A\W*(?:привет\w*|здравствуй\w*|здрасьте|здрасте|здаров\w*|здоров[оа]|салют|хай|хеллоу?|приветствую|"
    r"добр\w+ (?:утр\w|день|вечер\w?|дня)|спокойной ночи)(?:\W+гриш\w*)?\W*\Z"
)
_FEELINGS = word_set(
    """
    скучно грустно одиноко тоскливо страшно тревожно плохо холодно жарко обидно стыдно весело радостно тошно лень больно устал
    устала скучаю грущу боюсь
    """
)
_CONTINUE = either(
    r"\A\W*(?:ну|а|и|так|давай\w*|хорошо|ладно|тогда|теперь)?[ ,]*(?:продолжай|продолжи|дальше|ещ[её]|ещ[её] раз|повтори|"
    r"переделай|перепиши|переведи это|исправь|объясни|поясни|"
    r"подробнее|короче|проще|покороче|подлиннее|сделай|другой|другую|другое|следующ\w+|первый|второй|третий|последний)"
    r"(?:[ ,]+(?:только|мне|это|его|е[её]|их|ещ[её]|раз|один|одну|одно|вариант|вопрос|пожалуйста|плиз|проще|подробнее|короче|"
    r"попроще|покороче|дальше|пример|понятнее|нормально|так|другой|другую|ответ|по-другому|иначе))*\W*\Z"
)


def _needs_context(question: str) -> bool:
    """Whether the question makes sense only after what was said before: "а почему?", "сколько он весит?", "а для кошек?"."""
    asked = [fold(word) for word in WORD.findall(question)]
    if _GREETING.match(question) or (len(asked) == 1 and asked[0] in _FEELINGS):
        return False
    if len(asked) == 1 and "2per" in morph().parse(asked[0])[0].tag and "impr" not in morph().parse(asked[0])[0].tag:
        return False  # "спишь?"
    if (
        len(re.findall(r"\w+", question)) < _SHORTEST_QUESTION
        or not (carries_content(question) or re.search(r"\d", question))
        or _CONTINUE.match(question)
        or _EARLIER.search(question)
    ):
        return True
    kinds = [_kind(word) for word in asked]
    if _ELLIPSIS.match(question) and len(asked) <= 5 and "verb" not in kinds and not _has_subject(asked):
        return True
    pointing = [place for place, word in enumerate(asked) if word in _ANAPHOR]
    # A noun or the one who speaks before the pronoun is what it stands for: "кот линяет, что с ним делать".
    return bool(pointing) and "noun" not in kinds[: pointing[0]] and not _explains(asked, kinds, pointing)


def _has_subject(asked: list[str]) -> bool:
    """Whether what begins with "а" names of whom it asks: "а ежи зимой где", but not "а для кошек?"."""
    tags = [morph().parse(word)[0].tag for word in asked]
    return len(asked) >= _WHOLE_QUESTION and any(tag.POS == "NOUN" and tag.case == "nomn" for tag in tags)


def _explains(asked: list[str], kinds: list[str], pointing: list[int]) -> bool:
    """Whether what the pronouns point to comes after them: "что это за птица", "этот фильм", "правда ли это, что ..."."""
    after = kinds[pointing[0] + 1 :]
    if asked[pointing[0]] in _PERSONAL:
        return False
    return "noun" in after or "что" in asked[pointing[0] + 1 :] or len(asked) > 6


def _trails_off(reply: str) -> bool:
    """Whether a reply in the manner of prose has no mark at its end, or dots for what is lacking: the model was stopped."""
    said = CODE.sub("", reply).rstrip()
    if re.search(r"[,:;(—–-]\Z", said):
        return True
    if said.endswith(("...", "…")):
        return is_cut_off(said.rstrip(".… "))
    is_prose = said[:1].isupper() and len(WORD.findall(said)) >= _PROSE
    return re.search(r"\w[.!?…] [^.!?…\n]*[а-яё]\Z", said) is not None or (is_prose and said[-1:].isalpha())


@lru_cache(maxsize=50_000)
def _kind(word: str) -> str:
    """What a word does in a sentence, as far as standing alone goes."""
    parses = morph().parse(word)
    tag = parses[0].tag
    if any(parse.tag.POS == "NOUN" and parse.score * 4 > parses[0].score for parse in parses):
        return "noun"
    if tag.POS in ("VERB", "INFN", "PRED", "ADJS", "PRTS"):
        return "verb"
    return "noun" if tag.POS is None else "other"
