"""What is kept of people: their names, and whether they let themselves be learned from."""

from langgraph.store.memory import InMemoryStore

from stores.namespaces import PROFILES
from stores.users import count_people, forget_name, get_name, get_profile, may_learn, put_name, set_learning


async def test_the_choice_not_to_be_learned_from_outlives_the_name() -> None:
    store = InMemoryStore()
    assert await may_learn(store, "anna")
    assert await may_learn(None, "anna")
    await put_name(store, "anna", "Анна")
    await set_learning(store, "anna", False)
    assert (await get_name(store, "anna"), await may_learn(store, "anna")) == ("Анна", False)
    await put_name(store, "anna", "Аня")
    assert (await get_name(store, "anna"), await may_learn(store, "anna")) == ("Аня", False)
    await forget_name(store, "anna")
    assert (await get_name(store, "anna"), await may_learn(store, "anna"), await count_people(store)) == (None, False, 0)
    await set_learning(store, "anna", True)
    assert await get_profile(store, "anna") is None


async def test_a_profile_of_an_earlier_version_is_read() -> None:
    store = InMemoryStore()
    await store.aput(PROFILES, "anna", {"name": "Анна", "named_at": "2026"})
    assert (await get_name(store, "anna"), await may_learn(store, "anna"), await count_people(store)) == ("Анна", True, 1)
