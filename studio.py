"""Grisha for LangGraph Studio and `langgraph dev`: what langgraph.json names. The server opens him once, for all of its runs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.store.base import BaseStore

import terminal
from app import open_grisha
from errors import GrishaError
from graph.chat import ChatGraph, compile_chat
from grisha import Grisha
from settings import load_settings

_opened: list[Grisha] = []
"""The one that is open: the server asks for checkpointer, store and graph one by one, with nothing in its hands."""


class StepSaver(AsyncSqliteSaver):
    """Keeps every step of every thread, to go back to."""

    async def adelete_for_runs(self, run_ids: Iterable[str]) -> None:
        """Remove the steps of runs that are rolled back."""
        steps = "SELECT thread_id, checkpoint_ns, checkpoint_id FROM checkpoints"
        of_run = f"{steps} WHERE json_extract(CAST(metadata AS TEXT), '$.run_id') = ?"
        async with self.lock:
            for run_id in run_ids:
                for table in ("writes", "checkpoints"):
                    where = f"(thread_id, checkpoint_ns, checkpoint_id) IN ({of_run})"
                    await self.conn.execute(f"DELETE FROM {table} WHERE {where}", (run_id,))


@asynccontextmanager
async def open_checkpointer() -> AsyncIterator[StepSaver]:
    """Open Grisha by the settings when the server starts, before it asks for anything else, and close him when it stops.

    Raises:
        SystemExit: he cannot be opened; why has been said.
    """
    try:
        settings = await asyncio.to_thread(load_settings)
        terminal.say(f"Открываю Гришу: модель {settings.model}, диалоги {settings.dataset}, данные {settings.data_dir}")
        opened = terminal.open_with_progress(lambda notify, progress: open_grisha(settings, notify=notify, progress=progress))
        async with opened as grisha:
            terminal.say(f"Гриша готов: {grisha.model_name}, {grisha.device.name}, диалогов {grisha.dialogues}")
            # Made once: its copies, of which every run gets one, let the turns of a chat wait for each other.
            _opened.append(replace(grisha, graph=compile_chat(grisha.graph.builder, stepping=True)))
            kept = grisha.persistence.checkpointer
            try:
                yield StepSaver(kept.conn, serde=kept.serde)
            finally:
                _opened.clear()
    except GrishaError as error:
        terminal.complain(error)
        sys.tracebacklimit = 0  # the server shows how every error came, below the line that matters
        raise SystemExit(1) from None


def open_store() -> BaseStore:
    """The store of the opened Grisha."""
    return _opened[0].persistence.store


def make_graph() -> ChatGraph:
    """The graph of the opened Grisha, to be stepped through; the server adds its checkpointer and store."""
    return _opened[0].graph
