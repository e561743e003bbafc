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
GOOD: Final = 1
BAD: Final = -1
NEUTRAL: Final = 0
_KEY = "provenance"
_AS_REPLY, _AS_EXAMPLE = 2, 1
"""What a good vote adds to a pattern that was the reply itself, and to one that the model was only shown. A bad one takes 1."""
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

    The patterns behind the reply gain or lose by it; by a bad one so little that nobody alone removes what others found good. What
    was learned from the reply goes at once if it was learned from the voter; so does a pattern of the chat's own that was learned
    from the reply or is it.

    Returns:
        The reply, remembering the vote.
    """
    known = provenance(reply)
    if known is None:
        return reply
    before = known["votes"].get(user_id, NEUTRAL)
    if vote == before:
        return reply
    said = [known["learned"], *(known["patterns"] if known["origin"] in AS_IT_IS else ())]
    if vote == BAD:
        found = await patterns.find(store, said, chat_id)
        gone = [one.id for one in found if one.scope == "chat" or (one.id == known["learned"] and one.user_id == user_id)]
        await patterns.forget(store, gone, chat_id)
    as_reply, as_example = (_counts(vote, each) - _counts(before, each) for each in (_AS_REPLY, _AS_EXAMPLE))
    await patterns.rate(store, {**dict.fromkeys(known["patterns"], as_example), **dict.fromkeys(said, as_reply)}, chat_id)
    votes = {person: given for person, given in {**known["votes"], user_id: vote}.items() if given}
    return _changed(reply, {**known, "votes": votes})


def _counts(vote: int, good: int) -> int:
    """What a vote does to a score to which a good one adds `good`."""
    return good if vote == GOOD else vote


def without_votes_of(reply: AIMessage, user_id: str) -> AIMessage:
    """`reply` without the trace of a person's vote on it; what the vote did stays done."""
    known = provenance(reply)
    if known is None or user_id not in known["votes"]:
        return reply
    return _changed(reply, {**known, "votes": {person: given for person, given in known["votes"].items() if person != user_id}})


def _changed(reply: AIMessage, known: Provenance) -> AIMessage:
    about: dict[str, Any] = {**reply.additional_kwargs, _KEY: known}
    return reply.model_copy(update={"additional_kwargs": about})
