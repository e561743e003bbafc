"""Replies in which a model speaks of itself: as a language model, as somebody's product, or out of its instructions."""

import re
from functools import lru_cache

from language.words import either, lemma, morph, normalise, stems, word_set, words

_MODEL = (
    r"(?:(?:больш\w+|обученн\w+|крупн\w+|текстов\w+|лишь|всего|просто|только|же) )*"
    r"(?:(?:языков|текстов)\w+ модел\w+|модел\w+ (?:языка|искусственного интеллекта|ии)|искусственн\w+ интеллект\w*|ии|ai"
    r"|модел\w+,? обученн\w+|нейросет\w+|нейронная сеть|(?:виртуальн\w+|цифров\w+|ии)[ -](?:ассистент|помощник|собеседник)\w*"
    r"|large language model|language model)\b"
)
_AS_MODEL = either(
    rf"\b(?:как|будучи|являюсь|являясь|в качестве|поскольку я|так как я|я не \w+,? а)[ ,—–-]+(?:это |у )?{_MODEL}",
    rf"\bкак (?:чат-?)?бот\w*, я\b|\b(?:ассистент|помощник|бот|программа)\w* на (?:основе|базе) {_MODEL}",
    r"\bas an? (?:ai|large|language)\b",
    r"\b(?:являюсь|являясь|будучи) (?:\w+ )?(?:программ|бот|алгоритм)\w*\b",
    r"\bя (?:был\w? )?обучен\w? на\b",
    r"\bмо[ия] (?:\w+ )?(?:знани|данны|обучени|возможност)\w+ (?:\w+ )?(?:ограничен|обновл|заканч)\w*",
)
_DECLINES = either(
    r"\bне (?:могу|имею (?:возможности|права)|в состоянии)\b[^.!?]{0,40}\b(?:выполнить|обработать|сгенерировать|генерировать"
    r"|предостав\w+|обсуждать|запрос\w*)\b",
    r"\b(?:противоречит|нарушает|запрещен\w*|не соответствует|не допуска\w+)\b[^.!?]{0,40}"
    r"\b(?:мо(?:им|ей|их|ими|ей)|наш\w+|этически\w+|внутренни\w+|политик\w+|правилам использования|принцип\w+ работы)\b",
    r"\b(?:мо[яиеё]|моими?|моих) (?:\w+ )?(?:алгоритм|программировани|разработчик|настройк|функци|политик)\w*\b",
    r"\A\W*(?:к сожалению|извините|простите),? (?:но )?я не с?могу (?:(?:вам|тебе) )?(?:ответить на|помочь с|помочь в)"
    r" (?:этот|этим|этом|ваш\w*|твой|твоим)\b[^.!?\n]*[.!]?\Z",
    r"\A\W*оценка\s*: ?\d",
    r"\b(?:задайте|задай|задать|попробуй(?:те)?) (?:мне )?(?:какой-нибудь |любой )?другой вопрос\b|\bполитик\w+ безопасности\b",
    r"\bкак (?:виртуальн|цифров|ии|ai)\w*[ -]\w+, я\b",
)
"""How a service declines."""
_AM_MODEL = either(
    rf"\b(?:я|ведь я)[ ,—–-]+(?:это )?{_MODEL}",
    r"\bi(?:'m| am) an? (?:ai|large|language)\b",
    r"\bя (?:всего лишь|просто|лишь|только) (?:компьютерн\w+ )?(?:программа|алгоритм|машина|(?:чат-?)?бот)\b[^.!?]{0,20}\bнет?\b",
    r"\bя[ ,—–-]+(?:это )?(?:компьютерн\w+ )?(?:программа|алгоритм)\b[^.!?]{0,20}\bне (?:имею|обладаю|способ\w+)\b",
)
_MAKER = (
    r"(?:openai|open ai|chat ?gpt\w*|gpt\b|gpt-\d|alibaba|алибаб\w+|google|гугл\w*|qwen|llama|gemma|gemini|deepmind|anthropic"
    r"|claude|mistral|microsoft|yandexgpt|gigachat|гига ?чат|чат ?гпт|дипсик|сбер\w*|яндекс\w*|deepseek"
    r"|meta(?: ai)?\b|bing\b|siri\b|copilot|grok\b|saiga|сайг\w+|алиса\b|маруся\b)"
)
_SOMEBODY_ELSES = either(
    rf"\b(?:я|меня)\b[^.!?]{{0,80}}\b(?:создан|разработан|обучен|сделан|тренирован|натренирован)\w*\b[^.!?]{{0,60}}\b{_MAKER}",
    rf"\bменя\b[^.!?]{{0,40}}\b(?:создал|разработал|обучил|сделал)\w*\b[^.!?]{{0,60}}\b{_MAKER}|\b{_MAKER}[^.!?]{{0,40}} меня\b",
    rf"\bя[ ,—–-]+(?:[\w-]+ ){{0,3}}(?:модель|ассистент|помощник|бот|чат-бот|продукт)\b[^.!?]{{0,40}}\b{_MAKER}",
    rf"\bмо[ийя] (?:создател|разработчик|компани)\w*[^.!?]{{0,40}}\b{_MAKER}",
    rf"\b(?:я|меня зовут|мо[её] имя)[ ,—–-]+(?:это |и есть |та самая )?{_MAKER}",
)
_LACKS = either(r"\bу меня нет (?:личн\w+ |собственн\w+ )?(?:чувств|эмоци|тела|мнени|предпочтени)|\bне испытываю (?:чувств|эмоци)")
_ONLY = either(
    r"\bя (?:же |ведь )?(?:всего лишь|просто|лишь|только) (?:компьютерн\w+ )?(?:программа|алгоритм|машина|(?:чат-?)?бот)\b"
)
_ABOUT_MODELS = either(stems("ии$ модел нейросет нейрон gpt chatgpt чатгпт искусственн llm"))
_ABOUT_BOTS = either(
    stems("чат-?бот бот$ бота$ ботом$ робот программ алгоритм жив(?:ой|ая|ое)$ человек ты_кто кто_ты настоящ машин тебя_создал")
)


def is_model_talk(reply: str, question: str) -> bool:
    """Whether a reply speaks as a language model that nobody asked about, or as somebody else's product."""
    if _SOMEBODY_ELSES.search(reply):
        return True
    if _ABOUT_MODELS.search(question):
        return False
    if _LACKS.search(reply) and not (_ABOUT_BOT.search(question) and (_ABOUT_BOTS.search(question) or not _ONLY.search(reply))):
        return True
    if _DECLINES.search(reply) and not _ABOUT_BOT.search(question):
        return True
    return _AS_MODEL.search(reply) is not None or (_AM_MODEL.search(reply) is not None and _ABOUT_BOTS.search(question) is None)


_INSTRUCTION = either(
    r"\A\W*(?:инструкци[яи]|system|промпт|prompt|имя (?:собеседника|пользователя))\s*:",
    r"\A\W*(?:система|роль|контекст|персонаж|задание|задача)\s*:(?=.*\b(?:ты|вы|бот|чат|ответ|отвеча|собеседник|пользовател|ассистент|дружелюб))",
    r"\A\W*(?:стиль|тон|длина|язык|формат)(?: ответа)?\s*:(?=.*\b(?:стиль|тон|длина|язык|формат)(?: ответа)?\s*:)",
    r"\bне используй(?:те)? (?:разметк|markdown|эмодзи|смайл|спис|ссыл|хештег)|\bвопрос (?:пользователя|собеседника)\s*:"
    r"|\bне (?:длиннее|больше|более) \w+ (?:слов|предложени|символ|строк)\w*|\bя долж\w+ ответить\b",
    r"\b(?:учитывая|согласно|соблюдая|учту) (?:все )?(?:ваши |твои )?(?:требовани|инструкци)\w*",
    r"\bя понял\w? (?:задачу|инструкци\w+|запрос)\b",
    r"\bтвоя (?:задача|роль|цель) [—–-]|\b(?:я|ты) долж\w+ (?:отвечать|говорить|вести себя|быть (?:дружелюб|вежлив))",
    r"\bне (?:выход(?:и|ить) из (?:роли|образа)|упомина(?:й|ть),? (?:инструкц|систем|эт|что ты)"
    r"|раскрыва(?:й|ть) (?:инструкц|систем|промпт))|\bоставаться в (?:роли|образе)\b",
    r"\bсистемн\w+ (?:промпт|инструкци\w+|сообщени\w+)|\bsystem prompt|\bmy instructions\b|\bмои инструкции:",
    r"\b(?:ответь|отвечай|говори|пиши|общайся|обращайся)(?:те)?\b[^.!?\n]{0,40}\b(?:на «?ты\b|по-русски|на русском|предложени\w+)",
    r"\b(?:собеседника|пользователя) зовут\b|\b(?:похожи[ех]|похожий(?=[^.!?]*:)|примеры?|следующие)"
    r" (?:\w+ )?(?:разговор|диалог)\w*|\bистория диалога",
    r"\bс (?:собеседником|пользователем) на «?(?:ты|вы)|\byou are (?:a |an )?(?:grisha|helpful|friendly|гриша|ai)\b",
)
_DESCRIBED = either(
    r"\b(?:диалог|разговор|беседа|переписка)\w* (?:между|с|со)\b[^.!?\n]{0,40}\b(?:помощник|ассистент|бот|чат-?бот|ии)\w*\b",
    r"\b(?:помощник|ассистент|(?:чат-?)?бот|ии|гриша) (?:всегда |должен |обязан )?(?:отвечает|отвечать|общается|общаться|говорит"
    r"|пишет|ведёт)[^.!?,—\n]{0,30}\b(?:вежливо|кратко|коротко|дружелюбно|подробно|честно|уважительно|по делу|по-русски"
    r"|на русском)\b",
)
"""A bot's part told in the third person."""
_PART = word_set("собеседник пользователь диалог чат-бот персонаж реплика промпт инструкция")
"""What is spoken of in the instructions of a bot, and seldom elsewhere."""
_MANNER = word_set("переписка тон стиль ответ сообщение роль задача задание пример")
_TO_PLAY = word_set(
    "отвечать ответить продолжить продолжать говорить использовать общаться вести упоминать раскрывать помнить следовать"
)
_LONGEST_INSTRUCTION = 600
"""Characters of a text in which a few words say what it is."""
_RUN = 7
"""Words in a row that nobody says by chance as a text has them."""


def leaks_prompt(reply: str, question: str, instructions: str, bot: str) -> bool:
    """Whether a reply gives away what the model was told about its part."""
    part = rf"(?:{re.escape(bot)}\b|(?:дружелюбн\w+ |полезн\w+ )*(?:чат-?бот|ассистент|ии\b))"
    told = rf"(?i)(?:\A\W*|[.!?:\n]\s*)(?:(?:ты|вы)(?: *[—–-] *| )(?:это )?{part}|{re.escape(bot)} [—–-] (?:это )?\w*[ ]?{part})"
    if _INSTRUCTION.search(reply) or re.search(told, reply):
        return True
    if _ABOUT_BOT.search(question):
        return False  # what it was told about itself is the answer
    return (
        _DESCRIBED.search(reply) is not None
        or _speaks_of_part(reply, question, bot)
        or not _runs_of_instructions(instructions).isdisjoint(_runs(reply))
    )


def _speaks_of_part(reply: str, question: str, bot: str) -> bool:
    """Whether words of instructions come together: two of a bot's part, or one with its manner, or with what it is told to do."""
    asked = {lemma(word) for word in words(question)}
    if len(reply) > _LONGEST_INSTRUCTION or not asked.isdisjoint(_PART | _MANNER):
        return False  # who asks about a talk or a bot is told in these words
    said = {lemma(word) for word in words(reply)} - asked
    parts = said & _PART if "я" in said else said & {*_PART, bot.lower()}
    is_told = any(lemma(word) in _TO_PLAY and "impr" in morph().parse(word.lower())[0].tag for word in words(reply))
    return len(parts) > 1 or (bool(parts) and (is_told or bool(said & _MANNER)))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    said = normalise(text).split()
    return frozenset(tuple(said[at : at + _RUN]) for at in range(len(said) - _RUN + 1))


_runs_of_instructions = lru_cache(maxsize=8)(_runs)

_ABOUT_BOT = either(
    stems("ты$ тебя$ тебе$ тобой$ себе$ себя$ твой твоя твои ассистент чат бот$ бота$ нейросет ии$ модел промпт gpt")
)
