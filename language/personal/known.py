"""What a reply shows that it knows of the one who asks: "ты откладывал с аванса", "с вашей рассрочкой", "у тебя второй месяц".

A reply that only advises speaks of "you" as of anybody: "тебе подойдёт", "если ты устал", "проверь свой счёт". It knows something
where it states of "you" what the question does not say: what you did, whose number or ordinal it gives, or what is yours and is
no word of everyday life.
"""

import re
from functools import lru_cache
from itertools import pairwise

from language.personal.life_lists import OWN
from language.personal.lists import BOT, KIN_WORD
from language.personal.readings import is_everyday, is_ordinal
from language.personal.sentences import SENTENCE
from language.words import WORD, either, lemma, morph, word_set

_CLAUSE = re.compile(r"[,;:()«»\"]|\s[—–-]\s|\s(?:и|а|но|или)\s")
_YOU = either(r"\b(?:ты|вы|теб|тобой|вас|вам|тво|ваш)")
_SUBJECT = word_set("ты вы")
_OBJECT = either(r"(?<!на )(?<!за )(?<!для )(?<!про )(?<!при )(?<!без )(?<!до )(?<!в )(?<!о )\b(?:теб[яе]|тобой|вас|вам|вами)\b")
_OWNED = re.compile(r"тво(?:й|я|ё|е|и|его|ей|ему|им|их|ими|ём|ем|ю|ею)|ваш(?:а|е|и|его|ей|ему|им|их|ими|ем|у|ею)?")
_OWNED_NUMBER = either(rf"\b(?:{_OWNED.pattern})\b\D*(\d+)")
_SUPPOSES = word_set(
    "если когда чтобы чтоб бы б ли хоть пусть вдруг кто что как какой какая какие где куда зачем почему будто словно"
)
_AS_IS_KNOWN = either(
    r"\b(?:раз|поскольку|помню|помнится|запомнила?|учитывая|зная|судя),?\s+(?:что\s+)?(?:уж\s+)?"
    r"(?:у\s+|по\s+|о\s+|про\s+)?(?:ты|вы|теб[яе]|вас|вам|тво\w+|ваш\w*)\b|\b(?:ты|вы|тебе|вам|тебя|вас)\s+(?:же|ведь)\b|"
    r"\b(?:он|она|они|оно)\s+у\s+(?:тебя|вас)\b"
)
# "тебе с одной почкой", "вам после такого наркоза"
_STATE = either(r"\b(?:тебе|вам|тебя|вас)\s+(?:же\s+|ведь\s+)?(?:со?|после|без)\s+((?:[а-яё]+\s+){0,2}[а-яё]+)")
_AT_HOME = either(r"один|одна|родител\w+|дет(?:и|ей|ям|ьми)|дома")
# Where "you" is anybody, or somebody in a tale.
_EXPLAINED = either(
    r"\b(?:что (?:такое|значит|означает)|как (?:работает|устроен\w*|действует)|чем отлича\w+|в ч[её]м (?:разница|смысл|суть)|"
    r"анекдот\w*|шутк\w+|сказк\w+|стих\w*|стишок|истори[юяи]|тост\w?|загадк\w+|смешн\w+|страшилк\w+|поздравлени\w+)\b"
)
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[а-яё] )[А-ЯЁ][а-яё]+")
_ADVISES = word_set(
    """
    можно нельзя надо нужно нужный стоить лучше хватить помочь помогать подойти пора понадобиться потребоваться следовать
    мочь хотеть хотеться нравиться понравиться удаться быть стать прийтись
    """
)
_ASKS_FACT = either(
    r"\A\W*(?:(?:а|и|ну|гриш\w*|слушай|напомни\w*|подскажи\w*|скажи\w*|помнишь|вспомни)\W+)*"
    r"(?:(?:в|на|у|с|за|от|до|по|к)\s+)?(?:где|куда|откуда|когда|во сколько|сколько|ч[её]м|кто|кого|кому|кем|ком|чей|чья|"
    r"како[йеемг]\w*|какая|какую|какие|каких)\b(?!-)"
)
# What is said of anybody's words: "ты прав", "как ты сказал", "вы спросили".
_OF_TALK = word_set(
    """
    спросить спрашивать сказать заметить подметить угадать понять решить сделать написать задать подумать иметь выбрать описать
    ошибиться забыть попасть выиграть победить проиграть начать устать заслужить молодец прийти зайти заглянуть вернуться
    """
)
# What everybody has.
_EVERYBODYS = word_set(
    """
    мозг организм тело рука нога голова сердце кожа возраст город регион банк врач ситуация случай вопрос выбор вкус место желание
    настроение рост цель мысль слово мнение план история фраза идея предложение сообщение душа совесть глаз ухо язык имя сон мечта
    право усмотрение помощь комплект размер бюджет уровень режим темп стиль ход ответ версия задача любимый фантазия воображение
    забота труд усилие страх чувство эмоция тревога внимание терпение опыт сила время день неделя вечер утро друг подруга товарищ
    деньга деньги счет трата вина смысл польза безопасность здоровье жизнь дело успех результат ребенок питомец семья близкий родной
    сосед коллега знакомый гость собеседник распоряжение отношение слух взгляд услуга очередь приказ команда
    """
)
_TIME = word_set("час день сутки неделя месяц год класс курс смена раз")
_COMPANY = word_set(
    "друг подруга товарищ приятель сосед соседка коллега знакомый босс шеф начальник девушка парень одноклассник мастер"
)


def knows_you(question: str, reply: str) -> bool:
    """Whether `reply` states something of the one who asked that `question` does not say."""
    if not reply:
        return False
    is_of_own = asks_own(question)
    if not (is_of_own or _YOU.search(reply)) or (_EXPLAINED.search(question) and not OWN.search(question)):
        return False
    asked = {*map(lemma, WORD.findall(question)), *_NUMBER.findall(question)}
    for match in SENTENCE.finditer(reply):
        sentence = match[0]
        if any(_is_news(WORD.findall(state[1]), asked) for state in _STATE.finditer(sentence)):
            return True
        if _AS_IS_KNOWN.search(sentence) and _is_news(WORD.findall(sentence), asked):
            return True
        if is_of_own and not _is_advice(sentence):
            return True
        if not sentence.endswith("?") and any(_states(clause, asked) for clause in _CLAUSE.split(sentence)):
            return True
    return False


def asks_own(question: str) -> bool:
    """Whether somebody asks Grisha of their own life, not what to do: "где я паркуюсь?", "во сколько у меня врач?"."""
    if not _ASKS_FACT.search(question) or not OWN.search(question):
        return False
    words = [word.lower() for word in WORD.findall(question)]
    return all(_mood(word) != "infinitive" for word in words) and _ADVISES.isdisjoint(map(lemma, words))


def _is_advice(sentence: str) -> bool:
    words = [word.lower() for word in WORD.findall(sentence)]
    return any(_mood(word) == "request" for word in words) or any(lemma(word) in _ADVISES - {"быть", "стать"} for word in words)


def _is_news(words: list[str], asked: set[str]) -> bool:
    return any(_tells(word.lower(), asked) or KIN_WORD.match(word) or _AT_HOME.fullmatch(word) for word in words)


def _tells(word: str, asked: set[str]) -> bool:
    return not is_everyday(word) and lemma(word) not in asked


def _states(clause: str, asked: set[str]) -> bool:
    words = [word.lower() for word in WORD.findall(clause)]
    lemmas = [lemma(word) for word in words]
    owned = next((place for place, word in enumerate(words) if _OWNED.fullmatch(word)), None)
    if owned is not None and (_is_known_thing(words[owned + 1 :], asked) or not asked.issuperset(_OWNED_NUMBER.findall(clause))):
        return True
    if owned is not None and any(lemma(name) not in asked | BOT for name in _NAME.findall(clause)):
        return True
    has_subject, has_object = not _SUBJECT.isdisjoint(words), _OBJECT.search(clause) is not None
    if not (has_subject or has_object) or not _SUPPOSES.isdisjoint(words) or not _ADVISES.isdisjoint(lemmas):
        return False
    if has_subject and _is_counted(words):
        return True
    moods = set(map(_mood, words))
    if moods & {"request", "future", "own"}:
        return False
    if has_subject and any(_mood(word) == "past" and lemma(word) not in asked | _OF_TALK for word in words):
        return True
    if "infinitive" in moods or (not has_subject and "impersonal" in moods):
        return False
    if has_subject and any(lemma(name) not in asked for name in _NAME.findall(clause)):
        return True
    return _NUMBER.search(clause) is not None or _is_counted(words) or any(_tells(word, asked) for word in words)


def _is_known_thing(after: list[str], asked: set[str]) -> bool:
    """Whether what is "yours" is something that not everybody has."""
    for word in after[:3]:
        name = lemma(word)
        if _is_noun(word):
            if name in asked or name in _EVERYBODYS:
                return False
            if KIN_WORD.match(word):
                return name not in _COMPANY
            return not is_everyday(word) or not morph().word_is_known(word)
        if is_ordinal(word):
            return True
    return False


def _is_counted(words: list[str]) -> bool:
    """Whether something lasts or happens over and over: "второй месяц", "третий раз"."""
    return any(is_ordinal(word) and lemma(following) in _TIME for word, following in pairwise(words))


@lru_cache(maxsize=50_000)
def _is_noun(word: str) -> bool:
    return bool(morph().parse(word)[0].tag.POS == "NOUN")


@lru_cache(maxsize=50_000)
def _mood(word: str) -> str:
    """The mood or tense of a verb; empty for another word."""
    tag = morph().parse(word)[0].tag
    if tag.POS == "INFN":
        return "infinitive"
    if tag.POS != "VERB":
        return ""
    if "1per" in tag:
        return "own"
    kinds = {"impr": "request", "neut": "impersonal", "past": "past", "futr": "future"}
    return next((kind for grammeme, kind in kinds.items() if grammeme in tag), "present")
