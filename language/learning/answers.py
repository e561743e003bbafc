"""Whether a reply answers at all, as far as its form tells: it gives up, only asks back, says nothing new, or something else.

Whether an answer is right cannot be told here, only whether there is one.
"""

import re
from functools import lru_cache

from language.judging.courtesy import is_polite
from language.words import carries_content, either, fold, lemma, morph, normalise, stems, word_set, words

_LONG_QUESTION = 8
"""Words of a question in a reply that is more than a question back."""
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
    """Whether a reply says that it gives no answer: "не знаю", "поговорим о другом", "произошла ошибка"."""
    return _GIVES_UP.search(fold(reply)) is not None


def only_asks(reply: str) -> bool:
    """Whether nothing is left of a reply without its questions and courtesies."""
    sentences = _sentences(reply)
    # A long question tells on the way: "Довезём за полчаса или вернём деньги, как удобнее?"
    told = [sentence for sentence in sentences if "?" not in sentence or len(words(sentence)) > _LONG_QUESTION]
    return "?" in reply and not any(carries_content(sentence) and not is_polite(sentence) for sentence in told)


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^.!?…\n]+[.!?…\n]*", text)


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
    предпочтение личность
    спрашивать спросить интересовать интересоваться хотеть знать узнать сказать говорить ответить рассказать рассказывать называться
    """
)
"""What can be said of anything."""
_PRAISE = word_set(
    """
    хороший хорошо отличный отлично прекрасный прекрасно красивый красиво вкусный вкусно интересный интересно полезный полезно
    важный важно популярный известный лучший сложный сложно простой легкий легко приятный приятно замечательный замечательно
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
    if "или" in asked or asked.isdisjoint(_ASKS_WHAT | _TELL) or re.search(r"\d", reply) or not words(reply):
        return False
    news = {word for word in said - asked - _VAGUE if not any(_is_same_deed(word, other) for other in asked)}
    if _asks_opinion(question, asked):
        return not news
    news -= _PRAISE
    return not news or is_polite(reply) or ("зависеть" in said and len(news) < _FEW)


def _is_same_deed(one: str, other: str) -> bool:
    """Whether two words differ by a prefix: "чистить" and "почистить"."""
    short, long = sorted((one, other), key=len)
    return len(short) > 4 and long.endswith(short)


@lru_cache(maxsize=50_000)
def _weighs(word: str) -> bool:
    tag = morph().parse(word)[0].tag
    return tag.POS not in _FUNCTION_WORDS and _POINTING.isdisjoint(tag.grammemes)


def _asks_opinion(question: str, asked: set[str]) -> bool:
    """Whether a mere "прекрасно" answers: "как дела?", "как тебе осень?", "какой фильм ты любишь?"."""
    tags = [morph().parse(word.lower())[0].tag for word in words(question)]
    has_verb = any(tag.POS in ("VERB", "INFN", "PRED") for tag in tags)
    return not asked.isdisjoint(_TO_GRISHA) or any("2per" in tag for tag in tags) or ("как" in asked and not has_verb)


_ASKS_NUMBER = either(r"\b(?:сколько|во сколько|в каком году|какого числа)\b")
_NUMBER = either(
    r"\d",
    stems(
        """ноль нол один одн[аоу] два две дв[ауо] двух тро[ей] тр[иеё] четыр пят шест сем[ьи] восем
        девят десят сорок сто$ сотн сот$ двести
        трист тысяч миллион миллиард полтор пол$ полчас половин четверт раз$ раза$ пар[ауы]$ нескольк много$ мало$ немного бесконечн
        скольк столько больше меньше завис час$ минут день год месяц недел сутк дюжин втр[оа] вдв част никто нет$ ни_одн кажд
        вс[её]$ бесплатн полным хвата дешев дорог пригоршн горст щепот ложк стакан чашк"""
    ),
)
_ASKS_TIME = either(r"\A\W*(?:(?:а|и|ну|так|слушай|скажи|подскажи|интересно|гриша|не знаешь)\W+)*когда\b[^,]*\Z")
_TIME = either(
    r"\d",
    stems(
        """когда как_только пока после до$ перед накануне через в_начале в_конце в_середине в_течение во_время с_тех сначала
        сразу сейчас теперь сегодня завтра вчера скоро поздн рано раньше никогда всегда давно недавно кажд потом уже$
        секунд минут час$ часа часов$ час[ыу]$ день$ дн[яеюи] утр[ао] вечер ноч[ьи] полдень полночь рассвет закат сутк недел месяц
        год$ год[ау]$ году$ годом лет$ лето летом лета$ зим весн осен век$ век[ае] эпох эр[аыу]$ сезон праздник каникул выходн
        январ феврал март апрел ма[йяе]$ июн июл август сентябр октябр ноябр декабр
        понедельник вторник сред[аыу]$ четверг пятниц суббот воскрес лун[аыу] раз_в перв втор трет"""
    ),
)


def misses_kind(reply: str, question: str) -> bool:
    """Whether a reply to "how many" has no number in it, or one to "when" no time."""
    asked, said = fold(question), fold(reply)
    return any(asks.search(asked) and not tells.search(said) for asks, tells in ((_ASKS_NUMBER, _NUMBER), (_ASKS_TIME, _TIME)))


_MODAL = word_set("можно нельзя надо нужно стоить лучше хватить помочь помогать подойти пора")
_OF_ITSELF = either(r"\bу меня\b|\b(?:я|мне)\b[^.!?]*\b(?:люб|обож|нрав)|\b(?:люблю|обожаю|понимаю)\b")


def gives_no_advice(reply: str, question: str) -> bool:
    """Whether a reply to "как пришить пуговицу" names no deed, but says what a button is or what Grisha feels."""
    asked = [word.lower() for word in words(question)]
    known = {lemma(word) for word in asked}
    if known.isdisjoint(_ASKS_WHAT) or "INFN" not in {morph().parse(word)[0].tag.POS for word in asked}:
        return False
    if any(_is_deed(word.lower()) for word in words(reply) if lemma(word) not in known):
        return False
    topic = re.match(r"([^\W\d_]+)(?: [—–-])? это\b", reply.lstrip())
    defines = topic is not None and lemma(topic[1]) in known and len(_sentences(reply)) == 1
    clauses = [clause for clause in re.split(r"[.!?…,:;\n]+", reply) if words(clause)]
    return defines or all(_OF_ITSELF.search(clause) or adds_nothing(clause, question) for clause in clauses)


@lru_cache(maxsize=50_000)
def _is_deed(word: str) -> bool:
    """Whether a word tells to do something: "возьми", "возьмёшь", "взять", "можно"."""
    tag = morph().parse(word)[0].tag
    return lemma(word) in _MODAL or tag.POS in ("INFN", "GRND") or any(kind in tag for kind in ("impr", "2per", "futr"))
