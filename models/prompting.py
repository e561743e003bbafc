"""From messages to the token ids of a prompt, in which what people write stays text: no control token, no turn of somebody else.

The template never sees the text: it is filled with a stand-in for each text, so that nothing in a text can steer it. The texts are
put in afterwards, and where a tokenizer would read a control token out of one, the text is cut inside it and encoded in parts.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from jinja2 import TemplateError
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from models.vocabulary import is_control

_STAND_IN = 0xF0000
"""The first of the characters that stand for texts: of private use, and in nobody's template."""
# "[INST]", "<<SYS>>", "<|user|>", "USER:": how templates whose marks are no tokens tell turns apart.
_MARK = re.compile(r"[<\[]+[|/]?\w+\|?[>\]]+|[^\s<>\[\]]+:")
_BRACKETS = str.maketrans("[<［＜]>］＞", "(((())))")
_COLONS = "꞉∶ː׃։"
# What looks like another letter is read as that one.
_LOOK_ALIKE = str.maketrans("асеорхукмнтвзѕіј" + _COLONS, "aceopxykmhtb3sij" + ":" * len(_COLONS))


class _Part(NamedTuple):
    """A stretch of a prompt: the template's own, the name of somebody, or what somebody says."""

    text: str
    kind: str = "template"


def with_context_last(messages: Sequence[BaseMessage]) -> Sequence[BaseMessage]:
    """`messages` in which what changes from turn to turn stands with the last question: what is before it is read only once.

    The system message tells by `additional_kwargs["constant"]` how many of its characters are the same in every prompt.
    """
    system, *turns = messages
    constant = system.additional_kwargs.get("constant")
    if constant is None or not turns or not isinstance(turns[-1], HumanMessage):
        return messages
    question = turns[-1].model_copy(update={"content": f"{system.text[constant:].strip()}\n\n{turns[-1].text}"})
    return [system.model_copy(update={"content": system.text[:constant].strip()}), *turns[:-1], question]


def encode_prompt(tokenizer: Any, messages: Sequence[BaseMessage], *, transcript: bool) -> list[int]:
    """The token ids of `messages` in the tokenizer's chat template, with the opening of the reply.

    A template that knows no system message, or wants turns to alternate, gets the system message as the beginning of the person's.
    One that can have the model think before it answers is told that it shall not.

    Args:
        tokenizer: a fast tokenizer of transformers; must not be in use by another thread.
        messages: the system message first, if there is one; at least one message.
        transcript: the template is transcript.jinja, in which a line is a turn and names tell the turns apart.

    Raises:
        jinja2.TemplateError: the template refuses the messages however they are arranged.
    """
    control, written = _control(tokenizer, tokenizer.get_chat_template())
    if not transcript:  # it shows the last turns alone, others each time
        messages = with_context_last(messages)
    parts = _without_marks(_parts(tokenizer, messages, transcript), written, transcript)
    ids = _encode(tokenizer, parts, control)
    begin = tokenizer.bos_token_id
    # Gemma answers nonsense without its opening token, and a transcript template has no way to name it safely.
    return [begin, *ids] if transcript and begin is not None else ids


@lru_cache(maxsize=2)
def _control(tokenizer: Any, template: str) -> tuple[frozenset[int], tuple[str, ...]]:
    """The ids that no text may become, and those of their tokens that the template may write."""
    added = {id: token.content for id, token in tokenizer.added_tokens_decoder.items()}
    named = dict(zip(tokenizer.all_special_ids, tokenizer.all_special_tokens, strict=True))
    # Tokens like DeepSeek's <｜User｜> are marked as special nowhere, but the template shows them; line breaks it shows too.
    in_template = {id: token for id, token in (added | named).items() if token.strip() and token in template} | named
    control = {id for id, token in tokenizer.added_tokens_decoder.items() if is_control(token)}
    return frozenset(control | in_template.keys()), tuple(in_template.values())


def _parts(tokenizer: Any, messages: Sequence[BaseMessage], transcript: bool) -> list[_Part]:
    """The prompt, split into what the template writes and what it was given."""
    given: list[_Part] = []

    def stand_in(text: str, kind: str) -> str:
        core = text.strip()  # templates trim what they show, or do not: they keep the choice
        if not core:
            return text
        given.append(_Part(core, kind))
        return text.replace(core, chr(_STAND_IN + len(given) - 1), 1)

    def turn(message: BaseMessage) -> dict[str, str]:
        # By class: the type of a chunk has a name of its own.
        roles = {AIMessage: "assistant", SystemMessage: "system"}
        role = next((role for kind, role in roles.items() if isinstance(message, kind)), "user")
        text = " ".join(message.text.split()) if transcript and role != "system" else message.text
        name = stand_in(" ".join(message.name.split()), "name") if message.name else ""
        return {"role": role, "content": stand_in(text, role)} | ({"name": name} if name else {})

    rendered = _render(tokenizer, [turn(message) for message in messages])
    if not given:
        return [_Part(rendered)]
    pieces = re.split(f"([{chr(_STAND_IN)}-{chr(_STAND_IN + len(given) - 1)}])", rendered)
    return [given[ord(piece) - _STAND_IN] if at % 2 else _Part(piece) for at, piece in enumerate(pieces)]


def _render(tokenizer: Any, turns: list[dict[str, str]]) -> str:
    def fill(conversation: list[dict[str, str]]) -> str:
        return str(tokenizer.apply_chat_template(conversation, add_generation_prompt=True, tokenize=False, enable_thinking=False))

    try:
        rendered = fill(turns)
        if turns[0]["role"] != "system" or turns[0]["content"].strip() in rendered:
            return rendered
    except TemplateError:  # raised by templates of those models that know no system message, or no two turns of one side
        pass
    return fill(_alternating(turns))


def _alternating(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """`turns` without a system message and without two of one side in a row."""
    merged: list[dict[str, str]] = []
    for turn in turns:
        role = "user" if turn["role"] == "system" else turn["role"]
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += "\n\n" + turn["content"]
        else:
            merged.append(turn | {"role": role})
    return merged


# Marks that are no tokens


def _without_marks(parts: list[_Part], written: Sequence[str], transcript: bool) -> list[_Part]:
    """`parts` in which nobody's text holds what the template tells turns apart by, where that is text itself.

    Where a control token stands between any two texts, no text can pass for a turn, and all stays as it is.
    """
    frames = [("", "")]  # between two texts: what the template writes, and that with the names in it
    for part in parts:
        own, shown = frames[-1]
        if part.kind == "template":
            frames[-1] = (own + part.text, shown + part.text)
        elif part.kind == "name":
            frames[-1] = (own, shown + part.text)
        else:
            frames.append(("", ""))
    if all(any(token in own for token in written) for own, _ in frames if own.strip()):
        return parts
    tokens = re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))) or "(?!)")
    marks = {mark for _, shown in frames for mark in _MARK.findall(tokens.sub(" ", shown))}
    labels = [re.escape(label) for mark in marks if mark.endswith(":") and (label := _folded(mark[:-1]))]
    brackets = [re.escape(_folded(mark)) for mark in marks if not mark.endswith(":")]
    pattern = re.compile(rf"(?P<label>{'|'.join(labels) or '(?!)'})[\s*_]*:[\s:]*|{'|'.join(brackets) or '(?!)'}")

    def cleaned(part: _Part) -> _Part:
        if part.kind == "template":
            return part
        if part.kind != "system" or not transcript:
            return part._replace(text=_defused(part.text, pattern))
        lines = []  # those of its lines that are examples begin with a label, and hold no other
        for line in part.text.split("\n"):
            head = next((mark for mark in marks if line.startswith(mark)), "")
            lines.append(head + _defused(line[len(head) :], pattern) if head else line)
        return part._replace(text="\n".join(lines))

    return [cleaned(part) for part in parts]


def _defused(text: str, marks: re.Pattern[str]) -> str:
    """`text` whose labels have lost their colons, and whose marks in brackets stand in parentheses."""
    folded = [(char, at) for at, original in enumerate(text) for char in _folded(original)]
    at = [*(at for _, at in folded), len(text)]
    result, done = "", 0
    for match in marks.finditer("".join(char for char, _ in folded)):
        start, end = at[match.start()], at[match.end() - 1] + 1
        if match["label"] is None:
            shown = text[start:end].translate(_BRACKETS)
        else:
            colon = next(place for place in range(match.end("label"), match.end()) if folded[place][0] == ":")
            shown = text[start : at[colon]].rstrip() + " "
        result += text[done:start] + shown
        done = end
    return result + text[done:]


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """What `text` is read as: without case, accents, width and what cannot be seen; one letter for all that look like it."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Mn")).translate(_LOOK_ALIKE)


# Control tokens


def _encode(tokenizer: Any, parts: Sequence[_Part], control: frozenset[int]) -> list[int]:
    """The ids of the whole, encoded at once so that words at the seams are spelled as ever, and cut where a text would control."""
    prompt = "".join(part.text for part in parts)
    said = b"".join(bytes([part.kind != "template"]) * len(part.text) for part in parts)  # for each character
    ids: list[int] = []
    stretches = [(0, len(prompt))]
    while stretches:
        start, end = stretches.pop()
        cuts, kept = [], []
        for token, first, last in _tokens(tokenizer, prompt, start, end):
            if token in control:
                shown = prompt[first:last]  # some take the spaces beside them along
                first, last = first + len(shown) - len(shown.lstrip()), last - len(shown) + len(shown.rstrip())
                is_unknown = token == tokenizer.unk_token_id and prompt[first:last] != tokenizer.unk_token
                if any(said[first:last]) and not is_unknown:
                    if last - first > 1:
                        cuts.append(first + 1)
                    continue  # a single character that is a control token has no other spelling
            kept.append(token)
        if cuts:
            stretches += reversed(list(pairwise([start, *cuts, end])))
        else:
            ids += kept
    return ids


def _tokens(tokenizer: Any, prompt: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """The tokens of a stretch of `prompt`, each with the place of its first character and of the one behind its last."""
    # SentencePiece puts a space in front of what it takes for a beginning; behind a line break it sees none.
    for before in ("\n", "") if start else ("",):
        shift = start - len(before)
        encoded = tokenizer(
            before + prompt[start:end],
            add_special_tokens=False,
            split_special_tokens=False,
            return_offsets_mapping=True,
            return_attention_mask=False,
            verbose=False,
        )
        tokens = [
            (token, first + shift, last + shift)
            for token, (first, last) in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
        ]
        if all(first >= start or last <= start for _, first, last in tokens):  # no token holds both the line break and text
            return [token for token in tokens if token[2] > start or not before]
    return tokens
