"""What Grisha knows of people: their names."""

from datetime import UTC, datetime
from typing import TypedDict

from langgraph.store.base import BaseStore

from stores.namespaces import PROFILES


class Profile(TypedDict):
    """A person, as kept in the store."""

    name: str
    """In the nominative, as it is used in conversation."""
    named_at: str
    """When the person introduced themself last: ISO 8601, UTC."""


async def get_profile(store: BaseStore | None, user_id: str) -> Profile | None:
    """What is kept of the person, or None."""
    item = await store.aget(PROFILES, user_id) if store is not None else None
    return Profile(name=str(item.value["name"]), named_at=str(item.value["named_at"])) if item else None


async def get_name(store: BaseStore | None, user_id: str) -> str | None:
    """The name that the person gave, or None."""
    profile = await get_profile(store, user_id)
    return profile["name"] if profile else None


async def put_name(store: BaseStore | None, user_id: str, name: str) -> None:
    """Remember the person's name, in place of an earlier one."""
    if store is not None:
        profile = Profile(name=name, named_at=datetime.now(UTC).isoformat(timespec="seconds"))
        await store.aput(PROFILES, user_id, dict(profile))


async def forget_name(store: BaseStore | None, user_id: str) -> None:
    """Forget the person's name, and with it the whole profile."""
    if store is not None:
        await store.adelete(PROFILES, user_id)


async def count_people(store: BaseStore) -> int:
    """How many people's names are known."""
    count = 0
    while page := await store.asearch(PROFILES, limit=1000, offset=count):
        count += len(page)
    return count
