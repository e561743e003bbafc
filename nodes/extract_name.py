"""Node extract_name: does the person introduce themself, ask for their name, or ask to be called otherwise?"""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State, forgotten
from language.names.context import GREETINGS
from language.names.introductions import asks_for_name, asks_own_name, asks_to_forget_name, find_introduction
from language.words import normalise
from nodes.personas import Personas
from nodes.turn import just_told, question, replies
from stores.users import forget_name, get_name, put_name


@dataclass(frozen=True)
class ExtractName:
    """Finds a self-introduction, keeps the name in the person's profile, and tells what kind of message this is."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """What the message is, and the person's name now and before."""
        return {**forgotten(state), **await self._intent(state, runtime)}

    async def _intent(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        store, person = runtime.store, runtime.context.user_id
        if runtime.context.chat_kind == "comments":  # a channel's post: nobody speaks of themself to Grisha
            return {"intent": "talk", "name": None, "previous_name": None}
        known = await get_name(store, person)
        if runtime.context.is_start:
            return {"intent": "start", "name": known, "previous_name": known}
        text, told = question(state), just_told(state["messages"])
        called = known if known and known in told else None
        asked = self._has_asked(state, runtime.context, text, told, known)
        if introduction := find_introduction(text, asked=asked, known=called):
            await put_name(store, person, introduction.name)
            asking = "introduce_and_ask_back" if introduction.asks_back else "introduce_and_ask"
            intent = asking if introduction.asks_more else "introduce"
            return {"intent": intent, "name": introduction.name, "previous_name": known}
        if asks_to_forget_name(text):
            await forget_name(store, person)
            return {"intent": "forget_name", "name": None, "previous_name": known}
        intent = "ask_name" if asks_own_name(text) else "talk"
        return {"intent": intent, "name": known, "previous_name": known}

    def _has_asked(self, state: State, context: Context, text: str, told: str, known: str | None) -> bool | None:
        """Whether the message may be the answer to the question for the person's name, and does not call the bot by its own.

        None where nothing was asked, and the name is not known: a name alone tells it then.
        """
        said = normalise(text).split()
        calls_bot = normalise(self.personas.of(context).name) in said
        if asks_for_name(told):
            return not calls_bot or len(said) == 1
        # /start has asked for the name too, but is not remembered.
        begins = known is None and context.chat_kind == "private" and not replies(state["messages"])
        if begins and not calls_bot and GREETINGS.isdisjoint(said):  # "Алиса, привет" is said to a bot
            return True
        return None if known is None and "?" not in told else False
