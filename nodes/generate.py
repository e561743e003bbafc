"""Node generate: the language model writes a reply."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, merge_message_runs
from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import Example, State
from nodes.personas import Personas
from prompts import Persona, system_prompt

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Generate:
    """Asks the model, with persona, time, name, similar dialogues, and as much of the history as fits."""

    model: BaseChatModel
    personas: Personas
    prompt_tokens: int
    clock: Callable[[], datetime] = datetime.now

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Ask once. A model that fails is logged and leaves an empty draft: the person gets a line, not a traceback."""
        attempts = state.get("attempts", 0) + 1
        persona = self.personas.of(runtime.context)
        prompt = await asyncio.to_thread(self.fit, persona, state.get("name"), state.get("examples", []), state["messages"])
        if prompt is None:
            return {"draft": "", "attempts": attempts, "failure": "too_long"}
        try:
            reply = await self.model.ainvoke(prompt)
        except Exception:  # out of memory, a lost device: every provider raises its own, and none may end the chat
            logger.exception("the model failed")
            return {"draft": "", "attempts": attempts, "failure": "model"}
        return {"draft": reply.text, "attempts": attempts}

    def fit(
        self, persona: Persona, name: str | None, examples: Sequence[Example], history: Sequence[BaseMessage]
    ) -> list[BaseMessage] | None:
        """The messages for the model within `prompt_tokens`, as its template counts them; None when not even the question fits.

        Examples go first, the farthest before the nearest, then the oldest messages; a message is never cut. Blocks.
        """
        now = self.clock()
        shown = list(examples)
        # Chat templates want turns to alternate, the person's first; a turn that failed has left two of the person's in a row.
        turns = _from_question(merge_message_runs(history))
        while True:
            system = SystemMessage(system_prompt(persona, now, name, shown), name=persona.name)
            prompt = [system, *turns]
            if self.model.get_num_tokens_from_messages(prompt) <= self.prompt_tokens:
                return prompt
            if shown:
                shown.pop()
            elif len(turns) > 1:
                turns = _from_question(turns[1:])
            else:
                return None


def _from_question(turns: Sequence[BaseMessage]) -> list[BaseMessage]:
    """`turns` from the first message of the person on."""
    return list(dropwhile(lambda message: not isinstance(message, HumanMessage), turns))
