"""How a chat runs the graph: one turn at a time, one checkpoint a turn, on the thread that belongs to the chat."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, cast

from langchain_core.messages import AnyMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import StateGraph
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.graph.state import CompiledStateGraph
from langgraph.store.base import BaseStore
from langgraph.types import Checkpointer

from graph.context import Context
from graph.state import Input, Output, State, kept_until_end


class ChatGraph(CompiledStateGraph[State, Context, Input, Output]):
    """The compiled graph with a chat's manners; `ainvoke`, `astream` and the rest are called as on any compiled graph.

    - A run needs no thread id: it follows from the context's chat, so that a chat cannot reach the memory of another by mistake.
    - Turns of one chat wait for each other. Of two at once both would read the same history, and one would be lost.
    - A turn is saved once, at its end: a killed process leaves whole turns.
    """

    def __init__(self, *, turns: "dict[str, _Turn] | None" = None, **parts: Any) -> None:
        """Take over the parts of a compiled graph. `turns`: those under way, which a copy of the graph shares (`with_config`)."""
        super().__init__(**parts)
        self.turns = {} if turns is None else turns

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, *, context: Context | dict[str, Any] | None = None, **options: Any
    ) -> AsyncGenerator[Any]:
        """Stream one turn of the chat that `context` names, after the turns before it; see `Pregel.astream`."""
        context = Context(**context) if isinstance(context, dict) else context or Context()
        config = _with_thread(config, context)
        if self.checkpointer:
            options["durability"] = options.get("durability") or "exit"
        async with self.turn(config["configurable"]["thread_id"]):
            run = cast(AsyncGenerator[Any], super().astream(input, config, context=context, **options))
            async with aclosing(run):
                async for part in run:
                    yield part

    async def reply(self, turn: str | HumanMessage, context: Context) -> AsyncGenerator[str]:
        """One turn as a person sees it: the reply as far as it has come, again and again, and at the end as it is remembered.

        Whoever leaves before the end closes it (`contextlib.aclosing`), so that the next turn of the chat need not wait.

        Args:
            turn: what the person said, empty for nothing; or a message with an id and `additional_kwargs` of the caller's. In a
                chat of several people these say who speaks: "speaker_id", and "speaker", the name that is shown to the model.
                The id must be new to the chat; see `Grisha.rewind`.
            context: who speaks, and where.
        """
        greeting = written = ""
        message = HumanMessage(turn) if isinstance(turn, str) else turn
        said = {"messages": [message] if turn else []}
        async with aclosing(self.astream(said, context=context, stream_mode=["messages", "updates"])) as parts:
            async for mode, part in parts:
                if mode == "messages":
                    token, about = part
                    # The mode also repeats what later nodes return: only the model's own words are news.
                    if about["langgraph_node"] == "generate" and token.text:
                        written += token.text
                        yield f"{greeting} {written.lstrip()}" if greeting else written.lstrip()
                    continue
                for update in part.values():
                    if "draft" in update:  # a second attempt starts anew
                        written = ""
                    if reply := update.get("reply") or update.get("greeting"):
                        greeting = update.get("greeting", "")
                        yield reply

    async def remember(self, context: Context, messages: Sequence[AnyMessage]) -> None:
        """Let the chat remember `messages` in place of what it did, with no step left to be run. Only within its `turn`."""
        # As the last node, after which nothing follows: a run that was cut off has left the steps that were to come.
        update = {"messages": [RemoveMessage(REMOVE_ALL_MESSAGES), *messages]}
        await self.aupdate_state(_with_thread(None, context), update, as_node="learn")

    @asynccontextmanager
    async def turn(self, thread_id: str) -> AsyncIterator[None]:
        """Hold the thread as a turn does, after those that came before; asyncio's lock serves in the order of coming.

        A turn that is run within it waits for ever.
        """
        turn = self.turns.setdefault(thread_id, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self.turns[thread_id]


class _Turn:
    """The lock of one thread, and how many runs hold it or wait for it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


def compile_chat(
    builder: StateGraph[State, Context, Input, Output],
    checkpointer: Checkpointer = None,
    store: BaseStore | None = None,
    *,
    stepping: bool = False,
) -> ChatGraph:
    """Compile `builder` as `StateGraph.compile` does, into a graph with a chat's manners.

    Args:
        builder: from `build_graph`.
        checkpointer: where chats are kept.
        store: where people and patterns are kept.
        stepping: for developers: a turn that is interrupted can be changed and gone on with, since its checkpoints hold the whole
            state until it ends; and what is streamed is the whole state too.
    """
    compiled = builder.compile(checkpointer=checkpointer, store=store, name="grisha")
    parts = {name: part for name, part in vars(compiled).items() if name != "__orig_class__"}
    if stepping:
        parts |= {"channels": kept_until_end(compiled.channels), "output_channels": compiled.stream_channels_list}
    return ChatGraph(**parts)  # as Pregel.copy makes a copy


def _with_thread(config: RunnableConfig | None, context: Context) -> RunnableConfig:
    configurable = {"thread_id": context.thread_id, **(config or {}).get("configurable", {})}
    return cast(RunnableConfig, {**(config or {}), "configurable": configurable})
