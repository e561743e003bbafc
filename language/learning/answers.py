"""Whether a reply answers at all, as far as its form tells: it gives up, only asks back, says nothing new, or something else.

Whether an answer is right cannot be told here, only whether there is one.
"""

import re
from functools import lru_cache

from language.judging.courtesy import is_polite
from language.learning.kinds import is_statement
from language.words import carries_content, either, fold, lemma, morph, normalise, stems, word_set, words

_LONG_QUESTION = 8
"""Words of a question in a reply that is more than a question back."""
_TOLD = 6
"""Words of a sentence that tells something before the reply gives up."""
_FEW = 3
"""Words that are too few to tell what something depends on."""

_GIVES_UP = either(
    stems(
        """не_знаю$ не_поняла? не_понимаю не_совсем_понял не_уверена?
        не_могу_(?:ответить|помочь|подсказать|сказать|выполнить|найти|обсуждать)
        не_смогу_(?:ответить|помочь|подсказать|сказать) затрудняюсь без_понятия понятия_не_имею не_помню не_умею не_в_курсе
        ума_не_приложу не_(?:располагаю|обладаю|владею|имею)_(?:\\w+_){0,2}(?:информаци|данны|сведени|доступ|ответ|знани|возможн)
        (?:нет|не_име[юе]т?)_(?:\\w+_){0,2}(?:информации|данных|сведений|доступа|ответа|знаний)
        трудно_сказать сложно_сказать ничего_не_могу кто_(?:его|ее|их)_знает мне_(?:это_)?неизвестно сказать_не_могу
        ответить_не_могу помочь_не_могу не_силен не_сильна не_разбираюсь
        ответа_у_меня_нет ответа_нет не_ко_мне$ не_помощник не_по_моей_части не_подскажу не_помогу выше_моего_понимания
        спроси_(?:кого|что|у_кого|у_друг|попозже|позже|меня_позже|в_интернете) погугли(?!ть) загугли(?!ть)
        реша(?:й|йте|ть)_(?:сам|теб|вам) я_тут_ни_при_чем обсуд\\w+_(?:это_)?(?:позже|потом|в_другой)
        (?:попроси|спроси)(?:те)?_кого-(?:то|нибудь)
        впервые_слыш ни_малейш бессил(?:ен|ьна) неведомо$ в_этом_(?:полный_)?(?:ноль|профан|чайник) я_пас$
        не_(?:знаток|эксперт|специалист)
        посмотреть_в_(?:справочник|интернет|инструкц|книг) обучающ\\w+_(?:выборк|данн|набор)
        нет_(?:своего_|собственного_|личного_)?мнения
        обратитесь_к_(?:специалист|профессионал|эксперт)
        посмотри_в_интернете поищи_в_(?:интернете|гугле|яндексе)
        понял_не_вс переформулируй повтори_(?:вопрос|пожалуйста) уточни_(?:вопрос|пожалуйста|что_ты|что_именно)
        что_ты_име(?:ешь|л)_в_виду"""
    ),
    # to another subject
    stems("давай_(?:о_чем|лучше_о|сменим) поговорим_о_ч[её]м (?:смен|поменя)\\w+_тему")
    + r"|\b(?:по(?:говор|болта)|говор|болта)\w+ (?:о|про) (?:чем|что)-нибудь (?:друг|ещ)",
    # what a service says when it fails
    stems("произошла_(?:\\w+_)?ошибка что-то_пошло_не_так (?:попробуй|повтори)(?:те)?_(?:попытку_|запрос_|снова_|еще_раз_)*позже"),
)


def gives_up(reply: str) -> bool:
    """Whether a reply says that it gives no answer: "не знаю", "поговорим о другом", "произошла ошибка".

    Not what ends so after it has told something: "Ля-ля-ля, жу-жу-жу, по облаку хожу! Дальше слов не знаю."
    """
    found = _GIVES_UP.search(fold(reply))
    return found is not None and not any(len(words(said)) >= _TOLD for said in _sentences(reply[: found.start()])[:-1])


def asks_something(question: str) -> bool:
    """Whether a message wants an answer; a greeting and what one tells of a day may be met with a question."""
    asked = {lemma(word) for word in words(question)}
    return not _GREETS.match(question) and ("?" in question or not asked.isdisjoint(_ASKS_WHAT | _TELL))


_GREETS = either(r"\A\W*(?:привет|здрав|здрас|хай\b|хеллоу?\b|салют|добр\w+ (?:утр|день|дня|вечер))")
_WANTS_MORE = either(
    r"\A\W*(?:(?:сначала|пожалуйста|ну|а)\W+)*"
    r"(?:уточни|опиши|сообщи|поделись|укажи|(?:рас)?скажи(?!, что\b)|напиши|пришли)(?:те)?\b[^.!?]*"
    r"\b(?:подробн\w+|побольше|точнее|какая|какой|какую|какие|что|кого|кому|сколько|где|когда|зачем|ваш\w*|тво\w+|пожалуйста)\b"
)
"""A request for more in place of a question."""


def only_asks(reply: str) -> bool:
    """Whether nothing is left of a reply without its questions and courtesies."""
    sentences = _sentences(reply)
    # A long question tells on the way: "Довезём за полчаса или вернём деньги, как удобнее?"
    told = [
        sentence
        for sentence in sentences
        if not _WANTS_MORE.search(sentence) and ("?" not in sentence or len(words(sentence)) > _LONG_QUESTION)
    ]
    asks = "?" in reply or _WANTS_MORE.search(reply) is not None
    return asks and not any(carries_content(sentence) and not is_polite(sentence) for sentence in told)


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^.!?…\n]+[.!?…\n]*", text)


_ROOT = 4
"""Letters by which words that begin alike are of one root."""
_FUNCTION_WORDS = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})
_POINTING = frozenset({"Apro", "Dmns", "Ques"})
"""Grammemes of words that stand for others: "такой", "там", "как"."""
_VAGUE = word_set(
    """
    мочь можно нужно надо должный следовать стоить требоваться уметь существовать быть бывать являться есть иметь иметься зависеть
    много многое многие мало разный различный по-разному всякий всевозможный любой каждый весь несколько некоторый определенный
    целый большой много-много очень весьма довольно достаточно просто действительно вообще конечно обычно часто всегда иногда еще
    уже да нет так правда
    способ вариант вещь образ вопрос тема обстоятельство ситуация случай фактор условие дело самое понятие процесс индивидуальный
    предпочтение личность множество масса сам свой выбирать выбрать решать решить по-своему давно недавно подумать думать
    уж устроенный угодный больший главное сделать делать столько сколько рад рада клиент индивидуально индивидуальный стараться
    постараться получиться получаться помогать помочь главный плюс минус преимущество недостаток
    различие отличие отличаться становиться стать попробовать пробовать удобный подходить подойти организм между угодно объяснить
    устроить друг обсудить обсуждать непростой неоднозначный подход особенность такой
    спрашивать спросить интересовать интересоваться хотеть знать узнать сказать говорить ответить рассказать рассказывать называться
    """
)
"""What can be said of anything."""
_PRAISE = word_set(
    """
    хороший хорошо отличный отлично прекрасный прекрасно красивый красиво вкусный вкусно интересный интересно полезный полезно
    важный важно популярный известный лучший сложный сложно простой легкий легко приятный приятно замечательный замечательно
    мило милый спасибо поделиться
    нужный необходимый удобный классный супер здорово нравиться любить
    правильный правильно
    """
)
"""What can be said of anything that is not asked for an opinion."""
_ASKS_WHAT = word_set("что кто как где куда откуда когда почему зачем отчего сколько какой чей который чем")
_TELL = word_set("рассказать посоветовать подсказать объяснить придумать назвать описать научить показать порекомендовать")
_TO_GRISHA = word_set("ты твой вы ваш")


def adds_nothing(reply: str, question: str) -> bool:
    """Whether a reply to what is no choice and no "yes or no" says only what was asked and what can be said of anything."""
    asked = {lemma(word) for word in words(question)}
    said = {lemma(word) for word in words(reply) if _weighs(word.lower())}
    if normalise(reply) == normalise(question):
        return True
    if (
        ("или" in asked and said & asked - _VAGUE)
        or asked.isdisjoint(_ASKS_WHAT | _TELL | {"или"})
        or re.search(r"\d", reply)
        or not words(reply)
    ):
        return False
    news = {word for word in said - asked - _VAGUE if not any(_is_same_deed(word, other) for other in asked)}
    if _asks_opinion(question, asked):
        return not news
    news -= _PRAISE
    return not news or is_polite(reply) or ("зависеть" in said and len(news) < _FEW)


def _is_same_deed(one: str, other: str) -> bool:
    """Whether two words differ by a prefix, "чистить" and "почистить", or by a suffix, "подарить" and "подарок"."""
    short, long = sorted((one, other), key=len)
    return len(short) > 4 and (long.endswith(short) or long[:_ROOT] == short[:_ROOT])


@lru_cache(maxsize=50_000)
def _weighs(word: str) -> bool:
    tag = morph().parse(word)[0].tag
    return tag.POS not in _FUNCTION_WORDS and _POINTING.isdisjoint(tag.grammemes)


def _asks_opinion(question: str, asked: set[str]) -> bool:
    """Whether a mere "прекрасно" answers: "как дела?", "как тебе осень?", "какой фильм ты любишь?"."""
    tags = [morph().parse(word.lower())[0].tag for word in words(question)]
    has_verb = any(tag.POS in ("VERB", "INFN", "PRED") for tag in tags)
    return not asked.isdisjoint(_TO_GRISHA) or any("2per" in tag for tag in tags) or ("как" in asked and not has_verb)


_CHAT = word_set(
    """
    солнечный теплый яркий светлый пасмурный дождливый снежный музыка мечта радость песня
    душа птичка птица петь
    погода день вечер утро ночь денек настроение жизнь мир солнце солнышко дождь снег небо радуга прогулка гулять сегодня вчера
    завтра нынче весна лето осень зима выходной прекрасный замечательный чудесный хороший отличный приятный волшебный
    радовать светить идти хотеться видеть увидеть любить обожать нравиться улыбаться улыбка счастье удача
    """
)
"""What one says when there is nothing to say."""


def changes_subject(reply: str, question: str) -> bool:
    """Whether a reply to a question of fact takes up nothing of it and is small talk or about Grisha: "Погода нынче чудесная"."""
    asked = {lemma(word) for word in words(question)}
    if asked.isdisjoint(_ASKS_WHAT) or _asks_opinion(question, asked) or re.search(r"\d", reply):
        return False
    begun = {word[:_ROOT] for word in asked if len(word) >= _ROOT}
    said = {lemma(word) for word in words(reply) if carries_content(word)}
    if not said or any(word[:_ROOT] in begun for word in said) or not asked.isdisjoint(_CHAT):
        return False
    return all(_is_chat(clause) for clause in re.split(r"[.!?…,:;\n]+", reply) if words(clause))


def _is_chat(clause: str) -> bool:
    said = {lemma(word) for word in words(clause) if carries_content(word)}
    return not said - _CHAT - _VAGUE - _PRAISE or _OF_ITSELF.search(fold(clause)) is not None


_POINTS = word_set("он она оно они это этот тот тут там такой")
_MODAL = word_set("можно нельзя надо нужно стоить лучше хватить помочь помогать подойти пора")
_OF_ITSELF = either(
    r"\bу меня\b|\b(?:я|мне)\b[^.!?]*\b(?:люб|обож|нрав)|\b(?:люблю|обожаю|понимаю)\b|"
    r"\b(?:вчера|сегодня|недавно|утром)\b[^.!?]*\bя\b"
)


def gives_no_advice(reply: str, question: str) -> bool:
    """Whether a reply to "как пришить пуговицу" names no deed, but says what a button is or what Grisha feels."""
    asked = [word.lower() for word in words(question)]
    known = {lemma(word) for word in asked}
    if known.isdisjoint(_ASKS_WHAT) or "INFN" not in {morph().parse(word)[0].tag.POS for word in asked}:
        return False
    if any(_is_deed(word.lower()) for word in words(reply) if lemma(word) not in known):
        return False
    begun = {word[:_ROOT] for word in known if len(word) >= _ROOT and carries_content(word)}
    said = {lemma(word) for word in words(reply)}
    if is_statement(reply) and said.isdisjoint(_POINTS) and not any(word[:_ROOT] in begun for word in said):
        return True
    topic = re.match(r"([^\W\d_]+)(?: [—–-])? это\b", reply.lstrip())
    defines = topic is not None and lemma(topic[1]) in known and len(_sentences(reply)) == 1
    clauses = [clause for clause in re.split(r"[.!?…,:;\n]+", reply) if words(clause)]
    return defines or all(_OF_ITSELF.search(clause) or adds_nothing(clause, question) for clause in clauses)


@lru_cache(maxsize=50_000)
def _is_deed(word: str) -> bool:
    """Whether a word tells to do something: "возьми", "возьмёшь", "взять", "можно"."""
    tag = morph().parse(word)[0].tag
    return lemma(word) in _MODAL or tag.POS in ("INFN", "GRND") or any(kind in tag for kind in ("impr", "2per", "futr"))
