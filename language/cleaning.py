"""A small model's raw output made fit to send: artefacts out, everything a person could have meant kept byte for byte.

Code is lifted out first and put back last, so that no rule sees it. The rules then run in the order of `_RULES`, and all of
them again until nothing changes, which is what makes cleaning a cleaned text a no-op.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from language.words import normalise


@dataclass(frozen=True)
class Cleaned:
    """A reply after cleaning."""

    text: str
    """What may be sent; empty when nothing usable is left."""
    changes: tuple[str, ...]
    """The names of the rules that changed something, in order."""


@dataclass(frozen=True)
class _Talk:
    """What the rules may know of the talk the reply belongs to."""

    question: str
    bot: str
    person: str | None


_CONTROL_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd"
    "\ue000-\uf8ff\ud800-\udfff\U000f0000-\U0010ffff]"
)
_EMOJI = "[\u2190-\u2bff\u3030\u3297\u3299\U0001f000-\U0001faff]"
_LONE_JOINER = re.compile(f"(?<![\ufe0f\u2190-\u2bff\U0001f000-\U0001faff])\u200d|\u200d(?!{_EMOJI})")
_CODE = re.compile(r"```[^`]*(?:`{1,2}[^`]+)*```|(?<!`)`[^`\n]+`(?!`)")
_CODE_MARKS = range(0xF0000, 0xFFFFE)

_ROLES = {"system": 1, "user": 2, "human": 2, "tool": 1, "developer": 1, "ipython": 1, "function": 1}
_TURN = re.compile(
    r"<\|im_start\|>[ ]*(?P<a>[\w-]+)?[ ]*\n?|<start_of_turn>[ ]*(?P<b>user|model|system|assistant)?[ ]*\n?"
    r"|<\|start_header_id\|>[ ]*(?P<c>\w+)[ ]*(?:<\|end_header_id\|>)?\n*|<\|(?P<d>user|assistant|system|human|bot)\|>\n?"
    r"|(?P<inst>\[INST\])|(?P<answer>\[/INST\])|(?P<sys><<SYS>>)|(?P<endsys><</SYS>>)|^#{2,3} (?P<e>Human|User|Instruction"
    r"|Input|Response|Assistant|Пользователь|Инструкция|Вопрос|Ответ)\b:?[ ]*\n?"
    r"|(?P<end><\|(?:im_end|eot_id|end|endoftext|end_of_text|eom_id)\|>|<end_of_turn>|</s>|<eos>|<｜end▁of▁sentence｜>)"
    r"|(?P<junk><\|[\w ▁-]{1,40}\|>|<｜[^｜\n]{1,40}｜>|<(?:s|bos|pad|unk|mask|sep|cls|unused\d+|extra_id_\d+|0x[0-9A-F]{2}|"
    r"(?:begin|start)_of_(?:text|image)|end_of_image|image_soft_token)>|\[(?:BOS|EOS|PAD|UNK|SEP|CLS|TOOL_CALLS)\])",
    re.MULTILINE,
)


def _turns(text: str, _: _Talk) -> str:
    """The bot's first turn out of a text with the control tokens of any model family."""
    if "<" not in text and "[" not in text and "##" not in text:
        return text
    kept: list[str] = []
    position, role = 0, 0
    for match in _TURN.finditer(text):
        if role == 0:
            kept.append(text[position : match.start()])
        position = match.end()
        if match["junk"]:
            continue
        said = "".join(kept).strip()
        name = (match["a"] or match["b"] or match["c"] or match["d"] or match["e"] or "").lower()
        if match["end"] or match["answer"] or match["endsys"]:
            ended, role = role == 0 and bool(match["end"]), 0
            if ended and said:
                return "".join(kept)
            if match["answer"]:
                kept = []
        else:
            other = match["inst"] or match["sys"] or name in ("instruction", "input", "пользователь", "инструкция", "вопрос")
            role = 2 if other else _ROLES.get(name, 0)
            if said:
                return "".join(kept)
            kept = []
    if role == 0:
        kept.append(text[position:])
    return "".join(kept)


_THINK = re.compile(r"<(think|thinking|thought|reasoning)>(?:(?!</?\1>).)*(?:</\1>|\Z)\s*", re.DOTALL | re.IGNORECASE)
_THINK_END = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>\s*", re.DOTALL | re.IGNORECASE)


def _think(text: str, _: _Talk) -> str:
    return _THINK_END.sub("", _THINK.sub("", text)) if "<" in text else text


_BOT_LABELS = r"assistant|ассистент|бот|bot|ai|ии|модель|помощник|chatbot|чат-?бот"
_PERSON_LABELS = "собеседник|пользователь|человек|юзер|user|human"
_LABEL_TAIL = r"\]?(?:[ ]*\([^()\n]{1,40}\))?[*_]{0,3}[ ]?:[*_]{0,3}"


@lru_cache(maxsize=1_000)
def _labels(bot: str, person: str | None) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What finds the bot's label and the person's at the start of a line, and the person's after the end of a sentence."""
    bots = f"{re.escape(bot)}|{_BOT_LABELS}" if bot else _BOT_LABELS
    people = f"{_PERSON_LABELS}|{re.escape(person)}" if person and person.strip() else _PERSON_LABELS
    return (
        re.compile(rf"^[ \t]*[*_\[]{{0,3}}(?:{bots}){_LABEL_TAIL}[ \t]*|\A\s*(?:model|assistant|bot)[ ]*\n+", re.I | re.M),
        re.compile(rf"^[ \t]*[*_\[]{{0,3}}(?:{people}){_LABEL_TAIL}", re.I | re.M),
        re.compile(rf"(?<=[.!?…»\")]) +[*_\[]{{0,3}}(?i:{people}){_LABEL_TAIL}(?=\s|\Z)"),
    )


_FIELD = re.compile(r"[ \t]*(?:[-*•] )?[*_]{0,2}(?P<label>[^\W\d_][\w ]{0,24})[*_]{0,2}:[*_]{0,2}[ ]+\S")


def _in_form(text: str, match: re.Match[str], ours: tuple[re.Pattern[str], ...]) -> bool:
    """Whether the labelled line stands among other "label: value" lines, as in a form, a glossary or a play."""
    around = (text[: match.start()].rstrip("\n").rpartition("\n")[2], text[match.end() :].partition("\n")[2].partition("\n")[0])
    return any(_FIELD.match(line) and not any(label.match(line) for label in ours) for line in around)


def _role_prefix(text: str, talk: _Talk) -> str:
    bot, person, _ = _labels(talk.bot, talk.person)
    while match := bot.match(text):
        if not text[match.end() :].strip() or _in_form(text, match, (bot, person)):
            break
        text = text[match.end() :]
    return bot.sub(lambda m: m[0] if _in_form(text, m, (bot, person)) else "", text) if ":" in text else text


def _foreign_turn(text: str, talk: _Talk) -> str:
    """`text` up to the first turn written on behalf of the person; when it opens with one, the bot's turn after it."""
    if ":" not in text:
        return text
    bot, person, inline = _labels(talk.bot, talk.person)
    match = next((m for m in person.finditer(text) if not _in_form(text, m, (bot, person))), None)
    if match and not text[: match.start()].strip():
        answer = next((m for m in bot.finditer(text, match.end()) if not _in_form(text, m, (bot, person))), None)
        return _foreign_turn(text[answer.end() :], talk) if answer else ""
    after = inline.search(text)
    ends = [m.start() for m in (match, after) if m]
    return text[: min(ends)] if ends else text


_TAG = re.compile(
    r"</?(?:br|div|p|span|b|i|u|s|em|strong|h[1-6]|ul|ol|li|a|html|body|table|tbody|tr|td|th|img|hr|code|pre|font|center|"
    r"blockquote|script|style|sub|sup|strike|del|ins|small|big|section|article)(?:\s+[\w-]+\s*=[^<>\n]*|\s*/)?>",
    re.IGNORECASE,
)


def _html(text: str, _: _Talk) -> str:
    def replace(match: re.Match[str]) -> str:
        before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        tag = match[0].lower()
        if re.search(r"\b(?:тег\w*|tag|элемент\w*)\s\Z", text[max(0, match.start() - 12) : match.start()], re.I):
            return match[0]
        if re.fullmatch(r"<[abipus]>", tag) and f"</{tag[1:]}" not in text.lower() and (before.isalnum() or not after.strip()):
            return match[0]
        return "\n" if re.match(r"<br|</p|</li|</div", tag) and before not in ("", "\n") and after not in ("", "\n") else ""

    return _TAG.sub(replace, text) if "<" in text else text


_PLACEHOLDER = re.compile(
    r"(?<![\w\]])(?:\[(?:(?:ваше |твоё |твое )?имя|вставь|укажи|введи|your name|name|user|username|person|город|дата|название)"
    r"[^\]\n]{0,40}\](?![(\[])|\{\{?\s*(?:(?:user|first|last)?_?name|user|char|bot|имя\w*)\s*\}\}?"
    r"|<\s*(?:(?:ваше )?имя[\w ]{0,20}|(?:user|first)?_?name|user|char|bot)\s*>)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:\A|\b)(?:привет\w*|здравствуй\w*|хай|спасибо|пока|да|нет|ок|день|вечер|утро|ночи|hi|hello|hey|dear|дорог\w+|уважаем\w+)"
    r"[ ]*\Z",
    re.IGNORECASE,
)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_F_STRING = re.compile(r"f[\"'][^\"'\n]*\Z")


def _placeholder(text: str, _: _Talk) -> str:
    """Placeholders out: one that addresses the person with its comma, any other with its whole sentence."""
    for _round in range(20):
        found = (m for m in _PLACEHOLDER.finditer(text) if not _F_STRING.search(text[max(0, m.start() - 80) : m.start()]))
        match = next(found, None)
        if match is None:
            return text
        before, after = text[: match.start()], text[match.end() :]
        line = before.rpartition("\n")[2]
        opens = not line.strip(" *—-") or re.search(r"[.!?…]\s+\Z", before) is not None
        if opens and re.match(r"\s*[,!:]", after):
            text = before + _capital(re.sub(r"\A\s*[,!:]\s*", "", after))
        elif re.search(r",\s*\Z", before) or _GREETING.search(before):
            tight = re.sub(r"(?:,\s*|\s+)\Z", "", re.sub(r"(?:^|\s)(?:дорог\w+|уважаем\w+)\s*\Z", " ", before, flags=re.I))
            if not tight.strip():
                text = _capital(after.lstrip(" ,"))
                continue
            text = tight + (after if re.match(r"\s*(?:[,.!?…)]|\Z)", after) else ", " + after.lstrip())
        else:
            start = max(before.rfind(mark) + len(mark) for mark in (". ", "! ", "? ", "… ", "\n"))
            start = max(start, 0) if any(mark in before for mark in (". ", "! ", "? ", "… ", "\n")) else 0
            end = re.search(r"[.!?…]+(?=\s|\Z)\s*|\n|\Z", after)
            text = before[:start] + after[end.end() if end else 0 :]
    return _tidy(_PLACEHOLDER.sub("", text))


_SCRIPTS = {
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "arabic": "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "indic": "\u0900-\u0dff",
    "thai": "\u0e00-\u0eff",
    "caucasian": "\u0530-\u058f\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "hangul": "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "cjk": "\u2e80-\u3029\u3031-\u303c\u303e-\u312f\u3190-\u3296\u3298\u329a-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uffef\U00020000-\U0003ffff",
    "other": "\u0f00-\u109f\u1200-\u1c7f\u1cd0-\u1cff\u2d30-\u2dff\ua000-\ua63f\ua6a0-\ua6ff\ua800-\ua95f\ua980-\uabff"
    "\U00010000-\U0001cfff",
}
_FACE = re.compile(r"(?<=[_()/\\^°□•・´｀;>❛◕╯ヽ])[ツシノヽωಠಥДʘ益ロ皿づヮ∀・](?=[\s_()/\\^°□•・´｀;<❛◕╯]|\Z)|¯\\?\\?_\(ツ\)_/¯")
_FULL_WIDTH = str.maketrans("，。！？：；（）、", ",.!?:;(),")


@lru_cache(maxsize=256)
def _script(names: frozenset[str]) -> re.Pattern[str]:
    letters = "".join(_SCRIPTS[name] for name in sorted(names))
    return re.compile(rf"[{letters}](?:[{letters}\s·、。，！？：；\u200d]*[{letters}。！？])?")


def _foreign_script(text: str, talk: _Talk) -> str:
    """Words in a script that the person did not use out of the text; nothing where they are most of it."""
    if text.isascii() or not _script(frozenset(_SCRIPTS)).search(text):
        return text
    allowed = {name for name, letters in _SCRIPTS.items() if re.search(f"[{letters}]", talk.question)}
    pattern = _script(frozenset(set(_SCRIPTS) - allowed))
    faces = {i for m in _FACE.finditer(text) for i in range(*m.span())}
    greek = re.compile(f"[{_SCRIPTS['greek']}]{{1,2}}")
    runs = [m for m in pattern.finditer(text) if m.start() not in faces and not greek.fullmatch(m[0])]
    if not runs:
        return text
    foreign = sum(c.isalpha() for m in runs for c in m[0])
    if foreign * 2 > sum(map(str.isalpha, text)):
        return ""
    pieces, position = [], 0
    for run in runs:
        pieces.append(text[position : run.start()])
        position = run.end()
        closing = re.search(r"[。！？，]\Z", run[0])
        ended = not pieces[-1].strip() or pieces[-1].rstrip()[-1] in ".!?…,"
        pieces.append(" " if closing is None or ended else f"{closing[0].translate(_FULL_WIDTH)} ")
    return _tidy("".join([*pieces, text[position:]]))


def _tidy(text: str) -> str:
    """The gaps closed that a removed word leaves: empty brackets and quotes, doubled spaces, a comma before a full stop."""
    text = re.sub(r"[ ]*(?:\([\s,;:—-]*\)|«\s*»|\"\s*\")", "", text)
    text = re.sub(r"(?<=\S)[ \t]{2,}", " ", text)
    text = re.sub(r"[ \t]+(?=[,.!?…;:»](?:\s|\Z))", "", text)
    text = re.sub(r"(?:[ ]?[,;:—–-])+(?=[.!?…](?:\s|\Z))", "", text)
    text = re.sub(r",(?:[ ]?,)+", ",", text)
    text = re.sub(r"(?m)^[ \t]*[,.!?;:]+(?:[ \t]+|$)", "", text)
    return re.sub(r"(?<=[.!?…])[ ]+[.!?](?=\s|\Z)", "", text)


def _word_key(word: str) -> str:
    return word.strip().strip(".,!?…;:—–-«»\"'()*").lower()


_SOUNDS = re.compile(
    r"(?:[хкгбтжшмнвлпдр][аеиоуыя]|[хмрбгшж]+|тик|так|тук|тра|тра-та-та|ля|кап|гав|мяу|мур|муу?|ква|хрю|бум|бам|бах|бла|кря|динь|дзынь|пам|парам"
    r"|буль|чик|хлоп|топ|шлёп|[аоуэыияюе]+[хй]?|ну|на|ha|la|ho|na|he)"
)
_DOUBLES = frozenset(
    ("очень", "далеко", "давно", "долго", "много", "сильно", "крепко", "быстро", "тихо", "только", "больно", "knock")
)


def _repeated_word(text: str, _: _Talk) -> str:
    """One word said three times in a row, or a long one twice, and phrases that come round again and again, said once."""
    return "\n".join(_loop_free(line) for line in text.split("\n"))


def _loop_free(line: str) -> str:
    tokens = re.findall(r"\s*\S+", line)
    if len(tokens) < 2:
        return line
    keys = [_word_key(token) for token in tokens]
    drop = [False] * len(tokens)
    start = 0
    while start < len(tokens):
        key, end = keys[start], start + 1
        while end < len(tokens) and keys[end] == key and key.replace("-", "").isalpha():
            end += 1
        plain = sum(tokens[i].strip() == tokens[i].strip().rstrip(",.!?…;:") for i in range(start, end - 1))
        count, spoken = end - start, plain == end - start - 1
        limit = 8 if _SOUNDS.fullmatch(key) and key not in ("да", "не", "но", "на", "я", "и") else 3 if spoken else 5
        if count >= limit or (count == 2 and spoken and len(key) > 4 and key not in _DOUBLES):
            keep = 3 if limit == 8 else 1
            for i in range(start + keep, end):
                drop[i] = True
            last, stop = tokens[start + keep - 1], tokens[end - 1]
            tokens[start + keep - 1] = last.rstrip(",.!?…;:") + stop[len(stop.rstrip(",.!?…;:")) :]
        start = end
    left = [i for i in range(len(tokens)) if not drop[i]]
    for period in range(2, min(31, len(left) // 2 + 1)):
        run = 0
        for place in range(period, len(left) + 1):
            same = place < len(left) and keys[left[place]] == keys[left[place - period]] != ""
            if same:
                run += 1
                continue
            cut_off = place == len(left) and run >= period and run % period and run + period >= 8
            if run >= (2 if period > 2 else 3) * period or cut_off:
                for i in left[place - run : place]:
                    drop[i] = True
            run = 0
        if any(drop[i] for i in left):
            left = [i for i in left if not drop[i]]
    if not any(drop):
        return line
    kept = "".join(token for token, gone in zip(tokens, drop, strict=True) if not gone)
    ending = re.search(r"[.!?…]+\Z", line.rstrip())
    if drop[-1] and not re.search(r"[.!?…]\Z", kept):
        kept = kept.rstrip(",;:—- ") + (ending[0] if ending else "")
    return kept


_LOOP = re.compile(r"([^\s=_*~#|.\-]|[^\W\d_]{2,8}?)\1{19,}")


def _loop(text: str, _: _Talk) -> str:
    return _LOOP.sub(lambda m: m[1] * 3, text)


_SENTENCE = re.compile(r"(?:[^.!?…]+|[.!?…]+(?=[^\s»\")\]*.!?…]))*(?:[.!?…]+[»\")\]*]*)?\s*")
_ITEM = re.compile(r"[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+")
_DENIALS = frozenset(("не", "ни", "нет", "без", "никогда", "нельзя"))


def _same(a: list[str], b: list[str]) -> bool:
    """Whether two sentences say the same words: all but a few added or dropped, or but one ending."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) < 5 or len(long) - len(short) > max(1, len(long) // 6):
        return False
    if len(short) == len(long):
        differ = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        x, y = differ[0]
        stem = len([1 for p, q in zip(x, y, strict=False) if p == q]) if x[:3] == y[:3] else 0
        return len(differ) == 1 and x.isalpha() and y.isalpha() and stem >= 3 and stem * 10 >= 6 * max(len(x), len(y))
    extra, rest = [], iter(long)
    for word in short:
        for other in rest:
            if other == word:
                break
            extra.append(other)
        else:
            return False
    extra.extend(rest)
    return not any(word in _DENIALS or not word.isalpha() for word in extra)


def _repeated_sentence(text: str, _: _Talk) -> str:
    """Sentences and lines said before out of the text; the refrain of a verse and short exclamations stay."""
    lines = text.split("\n")
    plain = [normalise(_ITEM.sub("", line)) for line in lines if any(map(str.isalpha, line))]
    repeats = len(plain) - len(set(plain))
    verse = len(plain) >= 4 and repeats * 5 <= len(plain) * 2 and all(len(line) < 70 for line in plain)
    if verse:
        return text
    kept: list[str] = []
    seen: list[list[str]] = []
    known: set[str] = set()
    for line in lines:
        marker = _ITEM.match(line)
        units = [line] if marker else [m[0] for m in _SENTENCE.finditer(line) if m[0]]
        left = []
        for unit in units:
            words = normalise(_ITEM.sub("", unit)).split()
            marks = re.sub(r"[\w\s.,!?…:;\"«»*()—–-]", "", unit)
            key = " ".join(words) + marks
            long = marker or len(words) > 1 or len("".join(words)) >= 6
            if long and any(map(str.isalpha, key)):
                near = not marks and not marker and any(_same(words, other) for other in seen[-3:])
                if near or (key in known and (not marker or repeats * 3 > len(plain))):
                    continue
                seen.append(words)
            known.add(key)
            left.append(unit)
        if left or not units:
            kept.append("".join(left).rstrip() if len(left) < len(units) else line)
    return "\n".join(kept)


def _echo(text: str, talk: _Talk) -> str:
    """The person's question repeated at the start out of the text, where an answer follows or a question was all."""
    asked = re.findall(r"\w+", talk.question.lower().replace("ё", "е"))
    start = re.match(r"\s*(?:вопрос|question)?[:\s]*", text, re.IGNORECASE)
    position = start.end() if start else 0
    if not asked or len(asked) > 200:
        return text
    for word in asked:
        match = re.compile(r"[^\w\n«\"]*(\w+)").match(text, position)
        if match is None or match[1].lower().replace("ё", "е") != word:
            return text
        position = match.end()
    boundary = re.compile(r"[ ]*(?:[.!?…:]+[»\"]?(?=\s|\Z)|[ ]*[—–-]{1,2}[ ]|\n|\Z)").match(text, position)
    question = talk.question.rstrip().endswith("?")
    if boundary is None:
        return text
    question = question or "?" in boundary[0]
    if len(asked) < (2 if question else 4):
        return text
    rest = re.sub(r"\A\s*(?:ответ|answer)\s*:\s*", "", text[boundary.end() :].lstrip(" \n—–-"), flags=re.IGNORECASE)
    if not rest and (not question or _GREETING.match(asked[0])):
        return text
    return rest


def _markup(text: str, _: _Talk) -> str:
    """Markers of bold and code that are never closed, and whatever dangles at the end."""
    if "`" in text:
        fence = re.search(r"```(?=[\w+-]*\n\s*\S)", text)
        if fence:
            return re.sub(r"\s*`{0,2}\Z", "", text) + "\n```"
        text = re.sub(r"`{2,}[ \t]*|(?<![^\W_])`|`(?![^\W_])", "", text)
    if "**" in text:
        parts = text.split("\n\n")
        for i, part in enumerate(parts):
            marks = [m.start() for m in re.finditer(r"(?<![\w*])\*\*(?!\*)|(?<!\*)\*\*(?![\w*])", part)]
            if len(marks) % 2:
                parts[i] = part[: marks[-1]] + part[marks[-1] + 2 :]
        text = "\n\n".join(parts)
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and _DANGLING.fullmatch(lines[-1]):
        lines.pop()
    last = lines[-1].rstrip()
    lines[-1] = re.sub(r"[ \t](?:[-–—*#•]|\*\*)\Z", "", last) if last.strip("-–—*#• ") else last
    return "\n".join(lines)


_DANGLING = re.compile(r"\s*(?:(?:[-*•+]|\d{1,3}[.)]|#{1,6}|\*\*|>)\s*)?")
_PAIRS = {"«": "»", "“": "”", "„": "“", '"': '"'}


def _junk(text: str, _: _Talk) -> str:
    """Stray marks before the text and quotation marks around the whole of it."""
    marks = r"[,;:.!?|>]|\*{2,3}" if "\n" not in text else r"[,;:.!?]"
    text = re.sub(rf"\A(?:(?:{marks})(?=\s)\s*)+", "", text.lstrip())
    if re.match(r"[-*•][ ]", text) and not re.search(r"\n[ \t]*(?:[-*•]|\d+[.)])[ ]", text):
        text = text[1:].lstrip()
    close = _PAIRS.get(text[:1])
    if close and text[-1] == close and len(text) > 2:
        inner = text[1:-1]
        words = inner.split()
        if not any(mark in inner for mark in (text[0], close)) and (text[0] == '"' or len(words) > 4 or inner[-1] in ".!?…"):
            return inner.strip()
    if text.count('"') == 1 and len(text) > 1 and (text[0] == '"' or re.search(r"[.!?…]\"\Z", text)):
        return text.strip('"').strip()
    return text


_FINISHED = re.compile(
    r"(?:(?<![.!?…])[.!?…]++[»\")\]*]*+|[\u2190-\u2bff\ufe0f\U0001f000-\U0001ffff]|[:;]-?[)(D]|(?<!\))\)\)++)(?=\s)"
)
_CUT = re.compile(
    r"(?:[,;:–—(«-]|(?<!\w)(?<!\d )(?:и|а|но|или|либо|чтобы|если|хотя|потому что|так как|в|во|на|с|со|к|ко|у|о|об|от|из|по|под"
    r"|для|без|при|про|через|между|котор\w+|ни|что(?<=, что)|как(?<=, как)|the|and|or|of|to|with))\Z"
)


def _unfinished(text: str, _: _Talk) -> str:
    """The tail after the last finished sentence out of the text where it is plainly cut off."""
    head, newline, line = text.rstrip().rpartition("\n")
    finished = max((m.end() for m in _FINISHED.finditer(line)), default=0)
    tail = line[finished:]
    if not (finished or head.strip()) or re.search(r"[.!?…][»\")]*\Z", tail):
        return text
    opened = re.search(r"(?:\s|\A)[(«\"][^()«»\"]*\Z", tail) is not None and not re.search(r"[(«]\Z", tail)
    item = _ITEM.match(line) is not None and head.rstrip()[-1:] in ",;"
    if item or not (_CUT.search(tail) or opened):
        return text
    return (head + newline + line[:finished]).rstrip()


_Rule = Callable[[str, _Talk], str]
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("control_tokens", _turns),
    ("think", _think),
    ("html", _html),
    ("foreign_turn", _foreign_turn),
    ("role_prefix", _role_prefix),
    ("placeholder", _placeholder),
    ("foreign_script", _foreign_script),
    ("loop", _loop),
    ("repeated_word", _repeated_word),
    ("echo", _echo),
    ("repeated_sentence", _repeated_sentence),
    ("unfinished", _unfinished),
    ("markup", _markup),
    ("junk", _junk),
)


def _control_characters(text: str) -> str:
    return _LONE_JOINER.sub("", _CONTROL_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _once(text: str, talk: _Talk) -> tuple[str, list[str]]:
    codes: list[str] = []

    def lift(match: re.Match[str]) -> str:
        if len(codes) >= len(_CODE_MARKS):
            return match[0]
        codes.append(match[0])
        return chr(_CODE_MARKS[len(codes) - 1])

    changes = []
    opening = _think(text, talk) if re.match(r"\s*(?:<[^>\n]{1,40}>\s*)*<think", text) else text
    if opening != text:
        text = opening
        changes.append("think")
    text = _CODE.sub(lift, text) if "`" in text else text
    for name, rule in _RULES:
        cleaned = rule(text, talk)
        if cleaned.strip() != text.strip():
            changes.append(name)
        text = cleaned
    if codes:
        text = re.sub("[\U000f0000-\U000ffffd]", lambda m: codes[ord(m[0]) - _CODE_MARKS.start], text)
    return text.strip(), changes


def clean_reply(raw: str, *, question: str = "", bot_name: str = "Гриша", person_name: str | None = None) -> Cleaned:
    """The reply that `raw` holds, without the artefacts of a small model, and the names of the rules that were needed.

    `question` is the person's message: its script is allowed and its echo is removed. A clean text comes back as it is.
    """
    talk = _Talk(question, bot_name, person_name)
    text = _control_characters(raw).strip()
    changes = ["control_characters"] if text != raw.replace("\r\n", "\n").strip() else []
    for _ in range(8):
        cleaned, applied = _once(text, talk)
        changes += [name for name in applied if name not in changes]
        if cleaned == text:
            break
        text = cleaned
    if changes and not any(c.isalnum() or ord(c) > 0x2190 for c in text):
        text = ""
    return Cleaned(text, tuple(changes))
