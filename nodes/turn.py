"""What several nodes ask of a turn: what was said last, what has been said before, and how a reply is put."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from graph.state import Example, State
from prompts import Persona, fill


def question(state: State) -> str:
    """What the person said last; empty for a run without a message."""
    return next((message.text for message in reversed(state["messages"]) if isinstance(message, HumanMessage)), "")


def replies(messages: Sequence[AnyMessage]) -> list[str]:
    """What Grisha has said in the chat, as far as it is remembered, oldest first."""
    return [message.text for message in messages if isinstance(message, AIMessage)]


def last_reply(messages: Sequence[AnyMessage]) -> str:
    """What Grisha said last; empty when he has not spoken yet."""
    return next(reversed(replies(messages)), "")


def just_told(messages: Sequence[AnyMessage]) -> str:
    """What Grisha said directly before the last message to the person who sent it; empty when he did not, or spoke to another."""
    match messages[-3:]:
        case [HumanMessage() as before, AIMessage() as reply, HumanMessage() as now]:
            is_same = before.additional_kwargs.get("speaker_id") == now.additional_kwargs.get("speaker_id")
            return reply.text if is_same else ""
        case _:
            return ""


def not_just_said(examples: Iterable[Example], messages: Sequence[AnyMessage]) -> Example | None:
    """The first of `examples` whose reply Grisha has not just given: never the same line twice in a row."""
    said = last_reply(messages)
    return next((example for example in examples if example["reply"] not in said), None)


def pick(lines: Sequence[str], state: State, chance: Random, name: str | None = None) -> str:
    """One of a persona's lines with the name in it, at random, not one that the chat has just heard if another is left."""
    heard = replies(state["messages"])[-3:]
    filled = [fill(line, name=name) for line in lines]
    fresh = [line for line in filled if not any(line in text for text in heard)]
    return chance.choice(fresh or filled)


def answer(state: State, persona: Persona, text: str) -> Mapping[str, object]:
    """The update by which a reply becomes the turn's: after a greeting that was owed, and as a message of the chat."""
    greeting = state.get("greeting", "")
    reply = f"{greeting} {text}" if greeting else text
    return {"reply": reply, "messages": [AIMessage(reply, name=persona.name)]}
