"""Whose turn it is: of a model's output only the bot's own first turn is kept, without labels, control tokens and thoughts.

Small models go on after their turn and write the person's next one, in the format of whatever they were trained on.
"""

import re

from language.words import word_set

_TOKEN = re.compile(
    r"""
    # What opens a turn, with the name of the role.
      <\|im_start\|>[ ]*(?P<chatml>[\w-]+)?[ ]*\n?
    | <start_of_turn>[ ]*(?P<gemma>user|model|system|assistant)?[ ]*\n?
    | <\|start_header_id\|>[ ]*(?P<llama3>\w+)[ ]*(?:<\|end_header_id\|>)?\n*
    | <\|(?P<phi>user|assistant|system|human|bot)\|>\n?
    | (?:<(?=(?:assistant|answer|response|reply)>)|\[(?=ASSISTANT\]))(?P<tag>\w+)[>\]][ ]*\n?
    | ^\#{2,3}[ ](?P<alpaca>Human|User|Instruction|Input|Response|Assistant|Пользователь|Инструкция|Вопрос|Ответ)\b:?[ ]*\n?
    | (?P<llama2>\[INST\]|<<SYS>>)
    # What ends one.
    | (?P<answer>\[/INST\])
    | (?P<resume><</SYS>>)
    | (?P<end><\|(?:im_end|eot_id|end|endoftext|end_of_text|eom_id)\|>|<end_of_turn>
        |</s>|<eos>|<(?:end|stop)>|\[(?:END|STOP|/ASSISTANT|/USER)\]
        |</(?:assistant|answer|response|reply|output|message|turn|bot)>|<｜end▁of▁sentence｜>
        |<(?:\|[a-z_]{0,20}\|?|(?:end|start)_of_?[a-z_]{0,10}|/s?)\Z)
    # What means nothing.
    | (?P<junk><\|[\w ▁-]{1,40}\|>|<｜[^｜\n]{1,40}｜>|<(?:s|bos|pad|unk|mask|sep|cls|unused\d+|extra_id_\d+|0x[0-9A-F]{2}
        |(?:begin|start)_of_(?:text|image)|end_of_image|image_soft_token)>|\[(?:BOS|EOS|PAD|UNK|SEP|CLS|TOOL_CALLS)\])
    """,
    re.MULTILINE | re.VERBOSE,
)
_OTHERS = word_set(
    "system user human tool developer ipython function instruction input [inst] <<sys>> пользователь инструкция вопрос"
)


def first_turn(text: str) -> str:
    """The bot's first turn that says anything, out of a text with the control tokens of any model family."""
    said, position, is_others = "", 0, False
    for token in _TOKEN.finditer(text):
        if not is_others:
            said += text[position : token.start()]
        position = token.end()
        kind = token.lastgroup
        if kind == "junk":
            continue
        if kind == "resume" or (kind == "end" and is_others):
            is_others = False
        elif kind == "answer" and text[position:].strip():
            said, is_others = "", False
        elif said.strip():
            return said
        elif kind != "end":
            role = token[kind] if kind else ""
            said, is_others = "", role.lower() in _OTHERS
    return said if is_others else said + text[position:]


_THOUGHT = re.compile(
    r"[<\[◁]\|?(/?)(?:think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad)\|?[>\]▷]", re.IGNORECASE
)
_LABELLED_THOUGHT = re.compile(
    r"\A\s*(?:мысли|рассуждени[ея]|размышлени[ея]|thoughts?|reasoning)\s*:.*?\n\s*(?:ответ|answer|реплика)\s*:",
    re.IGNORECASE | re.DOTALL,
)


def without_thoughts(text: str) -> str:
    """What was thought aloud out of the text; a thought that is never closed goes on to the end, one never opened began it."""
    text = _LABELLED_THOUGHT.sub("", text, count=1)
    said, position, is_thinking = "", 0, False
    for tag in _THOUGHT.finditer(text):
        if tag[1]:
            said = said if is_thinking else ""
            position, is_thinking = tag.end(), False
        elif not is_thinking:
            said, is_thinking = said + text[position : tag.start()], True
    return said if is_thinking else said + text[position:].lstrip() if position else text


_BOT = r"assistant|ассистент|бот|bot|ai|ии|модель|помощник|chatbot|чат-?бот"
_PERSON = "(?:(?:сообщение|вопрос|реплика) )?(?:собеседни(?:ка?|ца)|пользовател[ья])|человек|юзер|user|human|ты|вы|клиент|гость"
_SAYS = r"(?:[ ](?:отвечает|ответил|говорит|сказал|пишет|написал|спрашивает|спросил))?"
_BEFORE_LABEL = r"(?:\#{1,4}[ ]?)?[*_\[(]{0,3}"
_AFTER_LABEL = rf"[\])]?{_SAYS}(?:[ ]*\([^()\n]{{1,40}}\))?[*_]{{0,3}}[ ]?[:>][*_]{{0,3}}"  # "**Гриша (улыбаясь):**"
_FIELD = re.compile(r"[ \t]*(?:[-*•] )?[*_]{0,2}[^\W\d_]\w{0,24}(?: \w{1,24})?[*_]{0,2}:[*_]{0,2}[ ]+\S")
_NEXT_QUESTION = re.compile(r"(?<=[.!?…»)])\n+(?:(?:Вопрос|Q|В)[ ]?:[^\n]*\n+(?:Ответ|A|О)[ ]?:|Question[ ]?:)")


class Labels:
    """The labels that a model puts in front of turns: "Гриша:", "Пользователь:", the name of the person.

    A labelled line among other "label: value" lines is none, as in a form, a glossary or a play.
    """

    def __init__(self, bot: str, person: str | None) -> None:
        bots = f"{re.escape(bot)}|{_BOT}" if bot else _BOT
        people = f"{_PERSON}|{re.escape(person)}" if person and person.strip() else _PERSON
        start = rf"^[ \t]*{_BEFORE_LABEL}"
        self._bot = re.compile(
            rf"{start}(?:{bots}){_AFTER_LABEL}[ \t]*|\A\s*(?:model|assistant|bot)[ ]*\n+"
            + (rf"|\A\s*{re.escape(bot)}[ ][—–-][ ](?=(?-i:[А-ЯЁ]))" if bot else ""),
            re.I | re.M,
        )
        self._person = re.compile(rf"{start}(?:(?:{people}){_AFTER_LABEL}|(?:user|human)[ ]*$)", re.I | re.M)
        self._person_inline = re.compile(rf"(?<=[.!?…»\")]) +{_BEFORE_LABEL}(?i:{people}){_AFTER_LABEL}(?=\s|\Z)")

    def remove_own(self, text: str) -> str:
        """The labels of the bot out of the text."""
        while (match := self._bot.match(text)) and not self._is_in_form(match):
            text = text[match.end() :]
        return self._bot.sub(lambda match: match[0] if self._is_in_form(match) else "", text)

    def cut_others(self, text: str) -> str:
        """`text` up to the first turn written on behalf of the person; when it opens with one, the bot's turn after it."""
        while (match := self._first(self._person, text)) and not text[: match.start()].strip():
            answer = self._first(self._bot, text, match.end())
            if answer is None:
                return ""
            text = text[answer.end() :]
        ends = [found.start() for found in (match, self._person_inline.search(text), _NEXT_QUESTION.search(text)) if found]
        if not ends:
            return text
        said = text[: min(ends)]
        again = next((own.start() for own in self._bot.finditer(said) if said[: own.start()].strip()), None)
        return said[:again]  # a turn of the bot before that of the person is its next one

    def _first(self, label: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
        return next((match for match in label.finditer(text, start) if not self._is_in_form(match)), None)

    def _is_in_form(self, match: re.Match[str]) -> bool:
        before, after = match.string[: match.start()].rstrip("\n"), match.string[match.end() :]
        around = (before.rpartition("\n")[2], after.partition("\n")[2].partition("\n")[0])
        return any(_FIELD.match(line) and not self._bot.match(line) and not self._person.match(line) for line in around)
