"""What Grisha knows of people: their names, and whether he may learn from them."""

from datetime import UTC, datetime
from typing import TypedDict

from langgraph.store.base import BaseStore

from stores.namespaces import PROFILES


class Profile(TypedDict):
    """A person, as kept in the store."""

    name: str
    """In the nominative, as it is used in conversation; empty when it is not known."""
    named_at: str
    """When the person introduced themself last: ISO 8601, UTC; empty when the name is not known."""
    learn: bool
    """Whether what they talk about with Grisha may be learned."""


async def get_profile(store: BaseStore | None, user_id: str) -> Profile | None:
    """What is kept of the person, or None."""
    item = await store.aget(PROFILES, user_id) if store is not None else None
    if item is None:
        return None
    kept = item.value
    return Profile(name=str(kept["name"]), named_at=str(kept["named_at"]), learn=bool(kept.get("learn", True)))


async def get_name(store: BaseStore | None, user_id: str) -> str | None:
    """The name that the person gave, or None."""
    profile = await get_profile(store, user_id)
    return profile["name"] or None if profile else None


async def put_name(store: BaseStore | None, user_id: str, name: str) -> None:
    """Remember the person's name, in place of an earlier one."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    await _put(store, user_id, Profile(name=name, named_at=now, learn=await may_learn(store, user_id)))


async def forget_name(store: BaseStore | None, user_id: str) -> None:
    """Forget the person's name; what they have chosen stays."""
    await _put(store, user_id, Profile(name="", named_at="", learn=await may_learn(store, user_id)))


async def may_learn(store: BaseStore | None, user_id: str) -> bool:
    """Whether the person lets Grisha learn from them: yes, until they say no."""
    profile = await get_profile(store, user_id)
    return profile is None or profile["learn"]


async def set_learning(store: BaseStore | None, user_id: str, learn: bool) -> None:
    """Keep what the person has chosen."""
    profile = await get_profile(store, user_id) or Profile(name="", named_at="", learn=True)
    await _put(store, user_id, Profile(name=profile["name"], named_at=profile["named_at"], learn=learn))


async def count_people(store: BaseStore) -> int:
    """How many people's names are known."""
    count = offset = 0
    while page := await store.asearch(PROFILES, limit=1000, offset=offset):
        count += sum(bool(item.value["name"]) for item in page)
        offset += len(page)
    return count


async def _put(store: BaseStore | None, user_id: str, profile: Profile) -> None:
    """Write a profile, unless there is nothing in it."""
    if store is None:
        return
    if profile["name"] or not profile["learn"]:
        await store.aput(PROFILES, user_id, dict(profile))
    else:
        await store.adelete(PROFILES, user_id)
