"""Whose turn it is: of a model's output only the bot's own first turn is kept, without labels, control tokens and thoughts.

Small models go on after their turn and write the person's next one, in the format of whatever they were trained on.
"""

import re
from functools import lru_cache

from language.names.lists import TRANSLIT
from language.words import either, lemma, morph, normalise, stems, word_set, words

_TOKEN = re.compile(
    r"""
    # What opens a turn, with the name of the role.
      (?:<\|im_start\|>|(?<![\w|])im_start\b\|?>?)[ ]*(?P<chatml>[a-z_-]+\b|\w+(?=[ ]*(?:\n|\Z)))?[ ]*\n?
    | <start_of_turn>[ ]*(?P<gemma>user|model|system|assistant)?[ ]*\n?
    | <\|start_header_id\|>[ ]*(?P<llama3>\w+)[ ]*(?:<\|end_header_id\|>)?\n*
    | <\|(?P<phi>user|assistant|system|human|bot)\|>\n?
    | (?:<(?=(?:assistant|answer|response|reply)>)|\[(?=ASSISTANT\]))(?P<tag>\w+)[>\]][ ]*\n?
    | ^\#{2,3}[ ](?P<alpaca>Human|User|Instruction|Input|Response|Assistant|Пользователь|Инструкция|Вопрос|Ответ)\b:?[ ]*\n?
    | (?P<llama2>\[INST\]|<<SYS>>)
    | (?<=[а-яё][.!?…])(?P<glued>assistant|user|model|system|human)[ ]*(?:\n|\Z)
    | @@(?P<ru>ПЕРВЫЙ|ВТОРОЙ)@@[ ]*
    # What ends one.
    | (?P<answer>\[/INST\])
    | (?P<resume><</SYS>>)
    | (?P<end><\|(?:im_end|eot_id|end|endoftext|end_of_text|eom_id)\|>|<end_of_turn>
        |</s>|<eos>|<(?:end|stop)>|\[/s\]|\[(?:END|STOP|/ASSISTANT|/USER)\]
        |</(?:assistant|answer|response|reply|output|message|turn|bot)>|<｜end▁of▁sentence｜>
        |<(?:\|[a-z_]{0,20}\|?|(?:end|start)_of_?[a-z_]{0,10}|/s?)\Z)
    # What means nothing.
    | (?P<junk>^/(?:no_?)?think\b|(?<!\S)/(?:no_?)?think(?=\s*$)|</?no_?think/?>
        |^(?:detailed[ ]thinking[ ](?:on|off)|reasoning(?:_effort)?:[ ]\w+|enable_thinking[ ]?[=:][ ]?\w+)[ ]*(?:\n|\Z)
        |<\|[\w ▁-]{1,40}\|>|<｜[^｜\n]{1,40}｜>|<(?:s|bos|pad|unk|mask|sep|cls|unused\d+|extra_id_\d+|0x[0-9A-F]{2}
        |(?:begin|start)_of_(?:text|image)|end_of_image|image_soft_token)>|\[(?:BOS|EOS|PAD|UNK|SEP|CLS|TOOL_CALLS)\])
    """,
    re.MULTILINE | re.VERBOSE,
)
_OTHERS = word_set(
    "system user human tool developer ipython function instruction input [inst] <<sys>> первый пользователь инструкция вопрос"
)


_STOPS = tuple(".!…»)")
_CHANNEL = re.compile(
    r"(?:<\|start\|>\w*)?<\|channel\|>(?:(?:analysis|commentary)\b.*?(?=<\|start\|>|<\|channel\|>|\Z)|final\s*(?:<\|message\|>|\Z))",
    re.DOTALL,
)
"""What is thought in a channel of its own, and what opens the channel of the answer."""


def first_turn(text: str, question: str = "") -> str:
    """The bot's first turn that says anything, out of a text with the control tokens of any model family.

    Those that `question` names are spoken of.
    """
    text = _CHANNEL.sub("", text) if "<|channel|>" in text else text
    said, position, opened, is_others = "", 0, 0, False
    for token in _TOKEN.finditer(text):
        if len(name := token[0].strip("<|>[]/ \n")) > 2 and name in question:
            continue
        if not is_others:
            said += text[position : token.start()]
        position = token.end()
        kind = token.lastgroup
        if kind == "junk":
            continue
        if kind == "resume" or (kind == "end" and is_others):
            is_others = False
        elif kind == "answer" and not opened and not is_others and "[INST]" in text[position:] and said.rstrip()[-1:] in _STOPS:
            return said  # nobody's turn was opened before it: what ends is the reply
        elif kind == "answer" and _TOKEN.sub("", text[position:]).strip():
            said, is_others = "", False
        elif kind == "answer" and is_others and not said.strip():  # the reply itself is between the tokens
            return text[opened : token.start()]
        elif said.strip():
            return said
        elif kind != "end":
            role = token[kind] if kind else ""
            said, is_others, opened = "", role.lower() in _OTHERS, position
    return said if is_others else said + text[position:]


_BOT = r"assistant|ассистент|персонаж|бот|bot|ai|ии|модель|помощник|chatbot|чат-?бот"
_PERSON = (
    "(?:(?:сообщение|вопрос|реплика|ваш|твой|мой) )?(?:собеседни(?:ка?|ц[аы])|пользовател(?:[ья]|ьница))"
    "|человек|юзер|систем[аы](?=[])*]|: ?(?:пользовател|собеседник|ты |гриша))|system|user|human|ты|вы|клиент|гость"
    "|usuario|utilisateur|benutzer|nutzer|utente|użytkownik|користувач|карыстальнік|қолданушы|пайдаланушы|kullanıcı|用户|ユーザー"
)
_MEANT = word_set("собеседник пользователь человек юзер user human клиент гость бот ассистент помощник модель")
"""Words for somebody in a talk that may be asked about."""
_SAYS = (
    r"(?:[ ]\d{1,2})?(?:[ ](?:(?:отвеча|говор|спрашива|добавля|продолжа)[ею]т"
    r"|(?:отвеча|ответи|сказа|написа|спроси|добави)ла?|пишет|говорит))?"
)
_EMOJI = r"(?:[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?[ ]?)?"
_BEFORE_LABEL = rf"{_EMOJI}(?:\[?\d{{1,2}}:\d{{2}}(?::\d{{2}})?\]?[ ,-]{{0,3}})?(?:[-—•] )?(?:\#{{1,4}}[ ]?)?[*_\[(]{{0,3}}"
_AFTER_LABEL = rf"[\])]?{_SAYS}[\])]?(?:[ ]*\([^()\n]{{1,40}}\))?[*_]{{0,3}}[ ]?[:：>][*_]{{0,3}}"  # "**Гриша (улыбаясь):**"
_FIELD = re.compile(r"(?![ЯяТтВв]ы?[ ]?:)[ \t]*(?:[-*•] )?[*_]{0,2}[^\W\d_]\w{0,24}(?: \w{1,24})?[*_]{0,2}:[*_]{0,2}[ ]+\S")
_QUOTED = re.compile(r"\s*[«\"“]([^«»\"“”]+)[»\"”]([.!?]?)\s*\Z")
_LABELLED = re.compile(
    r"^[ \t]*(?P<label>[*_\[]{0,2}[^\W\d_][\w ]{0,24}[*_\]]{0,2}:[*_]{0,2})[ \t]*(?P<said>\S[^\n]*)$", re.MULTILINE
)
_NEXT_EXAMPLE = re.compile(
    r"(?:\A|\n+)(?:[-*_=]{3,}\s*)?\W*(?:(?:следующ|нов|друг|похож)\w+ |ещё один )?"
    r"(?:пример|диалог|разговор|example|dialogue|conversation)(?: №?\d+)?[:.]?\W*\Z",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"\n+[*_\[]{0,2}[^\W\d_][\w ]{0,24}[*_\]]{0,2}:[*_]{0,2}[ ]+")
_SPEAKS_NEXT = re.compile(r"(?<=[.!?…»\"])[ ]+[А-ЯЁ][а-яё]+:[ ]")
_EXAMPLE = re.compile(
    r"\A\W*(?:пример|example|диалог|разговор)(?: \d+| №\d+)?(?: (?:диалога|ответа|разговора))?:?[*_]*[ ]*\n+(?=[^\n:]{1,25}:)",
    re.IGNORECASE,
)
_TURN = re.compile(r"[ \t]*(?P<label>[*_\[]{0,2}[^\W\d_]\w{0,24}(?: \w{1,24})?[*_\]]{0,2}:[*_]{0,2})[ \t]*\S")
_I = re.compile(r"\W*я\b", re.IGNORECASE)
_WANTS_SCENE = either(
    stems("шутк анекдот диалог сценк пьес разговор переписк истори рассказ мем$ мемы пример напиши сочини придумай сравни")
)
_ANSWER = re.compile(r"\s*[AАOО][ ]?:", re.IGNORECASE)
_QUESTION = re.compile(r"\n+[QВ][ ]?:", re.IGNORECASE)
_ONE_MORE_QUESTION = re.compile(r"(?<=[.!?…»)])\n+(?:[-*_=]{3,}\s*\n+)?\[?(?:(?:следующ|нов)ый )?вопрос\]?[ ]?:[^\n]*\Z", re.I)
_WANTS_QUESTION = re.compile(r"вопрос|загад|виктор|тест|задач|игр|интервью|quiz|faq")
_NEXT_QUESTION = re.compile(
    r"(?<=[.!?…»)])\s+(?:(?:Пример|Диалог|Задание|Example)[ ]?\d*[.:]?\s+)?"
    r"(?:(?:Вопрос|Загадка|Задача|Q|В)[ ]?\d*:[^\n]*?\s+(?:Ответ|A|О)[ ]?:|Question[ ]?:)"
)


_TITLE = 6
"""Words of the longest title."""


def unquoted(text: str) -> str:
    """What is said out of quotation marks around the whole of it; a title keeps them."""
    quoted = _QUOTED.match(text)
    is_said = quoted and (
        len(words(quoted[1])) > _TITLE
        or any(morph().parse(word)[0].tag.POS in {"VERB", "INFN", "PRED"} for word in words(quoted[1]))
    )
    return quoted[1] + quoted[2] if quoted and is_said else text


@lru_cache(maxsize=16)
def _in_latin(name: str) -> str:
    """A pattern for a name in Latin letters."""
    spelt = ("|".join(latin for latin, russian in TRANSLIT if russian == letter) or re.escape(letter) for letter in name.lower())
    return "".join(f"(?:{letters})" for letters in spelt)


class Labels:
    """The labels that a model puts in front of turns: "Гриша:", "Пользователь:", the name of the person.

    A labelled line among other "label: value" lines is none, as in a form, a glossary or a play.
    """

    def __init__(self, bot: str, person: str | None, question: str = "") -> None:
        bots = f"{re.escape(bot)}|{_in_latin(bot)}|{_BOT}" if bot else _BOT
        people = f"{_PERSON}|{re.escape(person)}" if person and person.strip() else _PERSON
        start = rf"^[ \t]*{_BEFORE_LABEL}"
        self._asked = normalise(question)
        self._asked_about = {*self._asked.split(), *map(lemma, words(question))} & _MEANT
        self._bot = re.compile(
            rf"{start}(?:{bots}){_AFTER_LABEL}[ \t]*(?:[—–-][ ](?=(?-i:[А-ЯЁ])))?"
            rf"|\A\s*(?:model|assistant|bot)[ ]*(?:\n+|\Z)|\A\s*<(?:{bots})>[ ]*"
            + (rf"|\A\s*@{re.escape(bot)}[,:]?[ ]" if bot else "")
            + rf"|\A\s*[*_]{{0,3}}(?:{bots})[*_]{{0,3}}[ ](?:[—–-]|[=-]+>|→)[ \n](?=(?-i:[А-ЯЁ]))",
            re.I | re.M,
        )
        self._person = re.compile(
            rf"{start}(?:(?:{people}){_AFTER_LABEL}|(?:user|human)[ ]*$)"
            rf"|(?<=\n)[*_]{{0,2}}(?:собеседник|пользователь|user|human)[*_]{{0,2}}[ ][—–-][ ](?=(?-i:[А-ЯЁ]))",
            re.I | re.M,
        )
        self._inline = re.compile(rf"(?<=[.!?…»\")]) +{_BEFORE_LABEL}(?i:{people}|{bots}){_AFTER_LABEL}(?=\s|\Z)")

    def remove_own(self, text: str) -> str:
        """The labels of the bot out of the text, and the quotation marks of what it "says"."""
        while (match := self._bot.match(text)) and (not self._is_in_form(match) or _TURN.match(text, match.end())):
            text = unquoted(text[match.end() :])
        return self._bot.sub(lambda match: match[0] if self._is_in_form(match) else "", text)

    def cut_others(self, text: str) -> str:
        """`text` up to the first turn written on behalf of the person; when it opens with one, the bot's turn after it."""
        if self._asked_about and _WANTS_SCENE.search(self._asked):
            return text  # a joke about a bot
        text = self._before_talk(self._after_question(text))
        while (match := self._first(self._person, text)) and not text[: match.start()].strip():
            answer = self._first(self._bot, text, match.end())
            if answer is None:
                return ""
            text = text[answer.end() :]
        next_question = None
        if not _WANTS_QUESTION.search(self._asked):
            text = _ONE_MORE_QUESTION.sub("", text)
            next_question = (_QUESTION if _ANSWER.match(text) else _NEXT_QUESTION).search(text)
        ends = [found.start() for found in (match, self._first(self._inline, text), next_question) if found]
        if not ends:
            return text
        said = text[: min(ends)]
        again = next((own.start() for own in self._bot.finditer(said) if said[: own.start()].strip()), None)
        return _NEXT_EXAMPLE.sub("", said[:again])  # a turn of the bot before that of the person is its next one

    def _after_question(self, text: str) -> str:
        """The bot's turn after the question of the person, whoever is said to put it: "Друг: Как дела?", "Пример 2:" before it."""
        text = _EXAMPLE.sub("", text)
        for line in _LABELLED.finditer(text) if self._asked else ():
            if normalise(line["said"]) != self._asked or self._bot.match(line[0]):
                continue
            answer = self._bot.search(text, line.end()) or _ANY_LABEL.match(text, line.end())
            if answer is None or text[line.end() : answer.start()].strip() or answer[0].strip().startswith(line["label"]):
                continue
            rest = text[answer.end() :]
            again = re.search(rf"^[ \t]*{re.escape(line['label'])}", rest, re.MULTILINE)
            return rest[: again.start()] if again else rest
        return text

    def _before_talk(self, text: str) -> str:
        """`text` up to the dialogue that it goes on with: labelled lines to its end, one of them of the person or the bot."""
        if ":" not in text or _WANTS_SCENE.search(self._asked):
            return text
        lines = text.rstrip().split("\n")
        start = len(lines)
        while start and (not lines[start - 1].strip() or _TURN.match(lines[start - 1])):
            start -= 1
        said = "\n".join(lines[:start]).rstrip()
        turns = [line for line in lines[start:] if line.strip()]
        if not re.search(r"[.!?…)»]\Z", said) or any(map(_TURN.match, lines[:start])) or any(map(self._is_spoken_of, turns)):
            return text
        is_asked = said.endswith("?")
        is_talk = any(self._person.match(line) or (len(turns) > 1 and self._bot.match(line)) for line in turns)
        return said if is_talk or (turns and is_asked and _I.match(turns[0])) else text

    def _is_spoken_of(self, line: str) -> bool:
        """Whether the person asked about the word that a line has for a label."""
        label = _TURN.match(line)
        return label is not None and not self._asked_about.isdisjoint(normalise(label["label"]).split())

    def _first(self, label: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
        return next((match for match in label.finditer(text, start) if not self._is_in_form(match)), None)

    def _is_in_form(self, match: re.Match[str]) -> bool:
        if not self._asked_about.isdisjoint(normalise(match[0]).split()):
            return True  # "Пользователь: тот, кто ..." says what the word means
        before, after = match.string[: match.start()].rstrip("\n"), match.string[match.end() :]
        around = (before.rpartition("\n")[2], after.partition("\n")[2].partition("\n")[0])
        next_one = _SPEAKS_NEXT.search(after.partition("\n")[0])
        if next_one and not self._bot.match(match[0].strip()) and not self._inline.match(next_one.string, next_one.start()):
            return True  # a scene in one line: "Клиент: ... Продавец: ..."
        return any(_FIELD.match(line) and not self._bot.match(line) and not self._person.match(line) for line in around)
