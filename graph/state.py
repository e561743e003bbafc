"""What flows through the graph during one turn, and what of it a chat keeps: only its last messages."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

from langchain_core.messages import AnyMessage
from langgraph.channels import LastValue, UntrackedValue
from langgraph.graph.message import add_messages
from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

HISTORY = 20
"""How many messages of a chat are remembered."""


def last_messages(known: Any, new: Any) -> Any:
    """LangGraph's own reducer of messages, bounded to the last `HISTORY`. Half characters, which no file can hold, become "?"."""
    messages: list[AnyMessage] = add_messages(known, new)[-HISTORY:]  # type: ignore[index,assignment]  # lists stay lists
    return [message if _sound(message.text) else _mended(message) for message in messages]


def _sound(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _mended(message: AnyMessage) -> AnyMessage:
    return message.model_copy(update={"content": message.text.encode("utf-8", "replace").decode()})


_Documented = ConfigDict(use_attribute_docstrings=True)
"""The docstrings of fields are their descriptions in the schemas that LangGraph's server gives out."""


@with_config(_Documented)
class Example(TypedDict):
    """A similar exchange."""

    question: str
    reply: str
    source: Literal["dataset", "pattern"]
    key: str
    """The pattern's id; empty for an exchange of the dataset."""
    score: float
    """Cosine of its question and the person's, with the bonus of a pattern."""
    standalone: bool
    """The question can be understood, and the reply given, outside of the dialogue that they come from."""


@with_config(_Documented)
class Input(TypedDict):
    """What a run is started with: the person's message."""

    messages: Annotated[list[AnyMessage], last_messages]
    """The messages of the chat, the new one last."""


@with_config(_Documented)
class Output(TypedDict):
    """What a run ends with."""

    messages: Annotated[list[AnyMessage], last_messages]
    """The messages of the chat, Grisha's reply last (but for /start, which is not remembered)."""
    reply: Annotated[str, UntrackedValue]
    """Grisha's reply."""


@with_config(_Documented)
class State(Input):
    """All that nodes read and write.

    Everything but `messages` lives for one turn and never reaches a checkpoint; where turns are stepped through, none but those
    of the turn under way.
    """

    intent: NotRequired[
        Annotated[
            Literal["start", "introduce", "introduce_and_ask", "introduce_and_ask_back", "forget_name", "ask_name", "talk"],
            UntrackedValue,
        ]
    ]
    """What `extract_name` found the message to be."""
    name: NotRequired[Annotated[str | None, UntrackedValue]]
    """The person's name, when it is known."""
    previous_name: NotRequired[Annotated[str | None, UntrackedValue]]
    """The name under which the person was known before this message."""
    greeting: NotRequired[Annotated[str, UntrackedValue]]
    """What `greet` said, when an answer is still to follow it."""
    examples: NotRequired[Annotated[list[Example], UntrackedValue]]
    """Similar exchanges that `retrieve` found, the best first."""
    known: NotRequired[Annotated[Example | None, UntrackedValue]]
    """A known exchange that answers nearly the same question."""
    prompt: NotRequired[Annotated[list[dict[str, Any]], UntrackedValue]]
    """What the model was asked last, as turns with a role and a content; how they become one text is up to the model's template."""
    draft: NotRequired[Annotated[str, UntrackedValue]]
    """The model's reply as it came."""
    attempts: NotRequired[Annotated[int, UntrackedValue]]
    """How often the model has been asked in this turn."""
    failure: NotRequired[Annotated[Literal["", "too_long", "model", "unsure"], UntrackedValue]]
    """Why asking the model again is of no use: the message does not fit into its prompt, the model failed, or its reply is a
    guess."""
    reply: NotRequired[Annotated[str, UntrackedValue]]
    """What Grisha says in the end."""
    origin: NotRequired[Annotated[Literal["greeting", "known", "model", "example", "fallback"], UntrackedValue]]
    """Where the reply came from."""
    changes: NotRequired[Annotated[list[str], UntrackedValue]]
    """The rules by which cleaning changed the model's reply."""
    verdict: NotRequired[Annotated[str, UntrackedValue]]
    """Why the model's reply was refused, as `language.judging` lists the reasons, or "unsure"; empty when it was not."""
    learned: NotRequired[Annotated[str, UntrackedValue]]
    """What was learned of the turn, or why nothing was."""


def forgotten(state: Mapping[str, Any]) -> dict[str, Any]:
    """The update that empties all that lives for one turn: one that was stepped through and left halfway is still there."""
    return {key: type(value)() for key, value in state.items() if key != "messages" and value}


class UntilEnd(LastValue[Any]):
    """A value that is in the checkpoints of the turn under way, but not in the one that ends it, which stays as small as ever."""

    __slots__ = ("is_over",)

    def __init__(self, typ: Any, key: str = "") -> None:
        super().__init__(typ, key)
        self.is_over = False

    def finish(self) -> bool:
        """LangGraph says that no step follows. The value can still be read, for what the run returns."""
        is_changed = not self.is_over and self.is_available()
        self.is_over = True
        return is_changed

    def checkpoint(self) -> Any:
        """The value, or while there is none what LangGraph has for nothing."""
        return LastValue(self.typ).checkpoint() if self.is_over else super().checkpoint()


def kept_until_end(channels: Mapping[str, Any]) -> dict[str, Any]:
    """`channels` with those that checkpoints never hold in a form that lasts until the end of the turn."""
    return {
        name: UntilEnd(channel.typ, name) if isinstance(channel, UntrackedValue) else channel for name, channel in channels.items()
    }
