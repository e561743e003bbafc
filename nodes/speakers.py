"""Who speaks in a chat of several people: what each is called in the prompt, and which words of a reply are Grisha's own."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from langchain_core.messages import BaseMessage, HumanMessage

from language.cleaning.turns import Labels

_GUEST = "Гость"
"""What somebody is called whose name cannot be shown."""
_LONGEST = 40
"""Characters of a name."""


def display_names(messages: Sequence[BaseMessage]) -> dict[str, str]:
    """The name, as it came last, of each person who spoke, by their id."""
    said = [message.additional_kwargs for message in messages if isinstance(message, HumanMessage)]
    return {str(about["speaker_id"]): str(about.get("speaker") or "") for about in said if about.get("speaker_id")}


def speakers(messages: Sequence[BaseMessage], bot: str) -> dict[str, str]:
    """What each person is called in the prompt, by their id; empty when no more than one spoke."""
    names = display_names(messages)
    return {person: _label(name, bot) for person, name in names.items()} if len(names) > 1 else {}


def as_spoken(messages: Sequence[BaseMessage], bot: str) -> list[BaseMessage]:
    """`messages` as the model gets them: where several people spoke with who says it, and with nothing else about anybody."""
    names = speakers(messages, bot)
    labels = _labels([*names.values(), _GUEST, bot])

    def shown(message: BaseMessage) -> BaseMessage:
        if not isinstance(message, HumanMessage):
            return message.model_copy(update={"additional_kwargs": {}})
        content = message.content
        if names:
            name = names.get(str(message.additional_kwargs.get("speaker_id")), _GUEST)
            content = f"{name}: " + labels.sub(r"\1 ", message.text)  # nobody speaks in somebody else's name
        return message.model_copy(update={"content": content, "additional_kwargs": {}})

    return [shown(message) for message in messages]


def own_words(draft: str, names: Collection[str], bot: str) -> str:
    """`draft` without what it says on behalf of the people called `names`; a label in front of the only words is just taken off."""
    if not names:
        return draft
    labels, words = _labels(names), draft.strip()
    if opening := labels.match(words):
        words = words[opening.end() :]
        if answer := _labels([bot]).search(words):
            words = words[answer.end() :]
    ends = labels.search(words)
    return words[: ends.start()] if ends else words


def _labels(names: Collection[str]) -> re.Pattern[str]:
    """What finds "Маша:" at the beginning of a line, for any of `names`; the name is group 1."""
    return re.compile(rf"^[ \t]*[*_]{{0,3}}({'|'.join(map(re.escape, names))})[*_]{{0,3}}[ \t]*:[*_]{{0,3}}[ \t]*", re.I | re.M)


def _label(name: str, bot: str) -> str:
    """`name` as one line of letters, digits and what joins them, in which it cannot pass for Grisha or for a role of the prompt."""
    kept = "".join(map(_kept, unicodedata.normalize("NFKC", name)))
    label = " ".join(kept.split())[:_LONGEST].strip(" -'’.")
    labels, turn = Labels(bot, None), f"{label}: да"
    return label if label and labels.remove_own(turn) == labels.cut_others(turn) == turn else _GUEST


def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in "LMN" or char in "-'’.":
        return char
    return "" if kind == "Cf" else " "  # what cannot be seen would make two names look alike
