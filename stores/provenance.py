"""Where a reply came from, kept with it in the chat's history, and what people's votes on it do to the patterns behind it."""

from collections.abc import Iterable
from typing import Any, Final, Literal, cast

from langchain_core.messages import AIMessage
from langgraph.store.base import BaseStore
from typing_extensions import TypedDict

from graph.state import Example
from stores.patterns import Patterns

Vote = Literal[-1, 0, 1]
"""What a person thinks of a reply; 0 takes an earlier vote back."""
BAD: Final = -1
NEUTRAL: Final = 0
_KEY = "provenance"
_AS_REPLY, _AS_EXAMPLE = 2, 1
"""What a vote counts for a pattern that was the reply itself, and for one that the model was only shown."""
AS_IT_IS = ("known", "example")
"""Origins of replies that are those of an example."""


class Provenance(TypedDict):
    """No words of anybody's but the dataset's, so that what is forgotten elsewhere is not still found here."""

    origin: str
    """As `State.origin`."""
    patterns: list[str]
    """The ids of the learned patterns that served as examples, or as the reply."""
    dialogues: list[str]
    """The questions of the dataset's dialogues that did."""
    learned: str
    """The id of the pattern that the exchange has become; empty when it has not."""
    note: str
    """What was learned, or why nothing was: as `State.learned`."""
    votes: dict[str, int]
    """What people think of the reply, by their ids."""


def provenance(reply: AIMessage) -> Provenance | None:
    """Where a reply came from; None for a line of the persona, and for what was said before this was kept."""
    return cast(Provenance | None, reply.additional_kwargs.get(_KEY))


def with_provenance(reply: AIMessage, origin: str, examples: Iterable[Example], learned: str, note: str) -> AIMessage:
    """`reply`, remembering where it came from."""
    examples = list(examples)
    known = Provenance(
        origin=origin,
        patterns=[example["key"] for example in examples if example["source"] == "pattern"],
        dialogues=[example["question"] for example in examples if example["source"] == "dataset"],
        learned=learned,
        note=note,
        votes={},
    )
    return _changed(reply, known)


async def rate(patterns: Patterns, store: BaseStore, chat_id: str, reply: AIMessage, user_id: str, vote: Vote) -> AIMessage:
    """Count a person's vote on a reply, in place of an earlier one of theirs.

    The patterns behind the reply gain or lose by it, and a bad one unlearns what was learned from the reply at once.

    Returns:
        The reply, remembering the vote.
    """
    known = provenance(reply)
    if known is None:
        return reply
    change = vote - known["votes"].get(user_id, NEUTRAL)
    if not change:
        return reply
    each = _AS_REPLY if known["origin"] in AS_IT_IS else _AS_EXAMPLE
    changes = dict.fromkeys(known["patterns"], each * change)
    if known["learned"]:
        changes[known["learned"]] = _AS_REPLY * change
    if vote == BAD:
        await patterns.forget(store, [known["learned"]], chat_id)
    await patterns.rate(store, changes, chat_id)
    votes = {person: given for person, given in {**known["votes"], user_id: vote}.items() if given}
    return _changed(reply, {**known, "votes": votes})


def without_votes_of(reply: AIMessage, user_id: str) -> AIMessage:
    """`reply` without the trace of a person's vote on it; what the vote did stays done."""
    known = provenance(reply)
    if known is None or user_id not in known["votes"]:
        return reply
    return _changed(reply, {**known, "votes": {person: given for person, given in known["votes"].items() if person != user_id}})


def _changed(reply: AIMessage, known: Provenance) -> AIMessage:
    about: dict[str, Any] = {**reply.additional_kwargs, _KEY: known}
    return reply.model_copy(update={"additional_kwargs": about})
