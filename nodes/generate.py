"""Node generate: the language model writes a reply."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, convert_to_openai_messages, merge_message_runs
from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.personas import Personas
from nodes.speakers import as_spoken
from prompts import persona_prompt, system_prompt

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Generate:
    """Asks the model, with persona, time, name, similar dialogues, and as much of the history as fits."""

    model: BaseChatModel
    personas: Personas
    prompt_tokens: int
    least_logprob: float | None = None
    """Below this mean log-probability of a token the reply is a guess, which is not said. Models that tell none are believed."""
    clock: Callable[[], datetime] = datetime.now

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Ask once. A model that fails is logged and leaves an empty draft: the person gets a line, not a traceback."""
        attempts = state.get("attempts", 0) + 1
        prompt = await asyncio.to_thread(self.fit, state, runtime.context)
        if prompt is None:
            return {"draft": "", "attempts": attempts, "failure": "too_long"}
        asked = {"prompt": convert_to_openai_messages(prompt), "attempts": attempts}
        runtime.stream_writer({"node": "generate", **asked})  # at once: the update comes after the reply
        try:
            reply = await self.model.ainvoke(prompt)
        except Exception:  # out of memory, a lost device: every provider raises its own, and none may end the chat
            logger.exception("the model failed")
            return {**asked, "draft": "", "failure": "model"}
        written = {**asked, "draft": reply.text}
        is_guess = self.least_logprob is not None and reply.response_metadata.get("mean_logprob", 0.0) < self.least_logprob
        return {**written, "failure": "unsure"} if is_guess else written

    def fit(self, state: State, context: Context) -> list[BaseMessage] | None:
        """The messages for the model within `prompt_tokens`, as its template counts them; None when not even the question fits.

        Examples go first, the farthest before the nearest, then the oldest messages; a message is never cut. Blocks.
        """
        persona, name, now = self.personas.of(context), state.get("name"), self.clock()
        is_post = context.chat_kind == "comments"
        shown, history = list(state.get("examples", [])), _from_question(state["messages"])
        # The beginning that never changes: models/prompting.py puts the rest where it spares the model most work.
        constant = {"constant": len(persona_prompt(persona))}
        while True:
            told = system_prompt(persona, now, name, shown, is_post=is_post)
            system = SystemMessage(told, name=persona.name, additional_kwargs=constant)
            # Chat templates want turns to alternate, the person's first; people, or a turn that failed, leave several in a row.
            prompt = [system, *merge_message_runs(as_spoken(history, persona.name))]
            if self.model.get_num_tokens_from_messages(prompt) <= self.prompt_tokens:
                return prompt
            if shown:
                shown.pop()
            elif later := _from_question(dropwhile(_is_question, history)):
                history = later
            else:
                return None


def _is_question(message: BaseMessage) -> bool:
    return isinstance(message, HumanMessage)


def _from_question(messages: Iterable[BaseMessage]) -> list[BaseMessage]:
    """`messages` from the first of a person on."""
    return list(dropwhile(lambda message: not _is_question(message), messages))
