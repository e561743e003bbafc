"""Steps that are compiled behind the first replies, and recorded then: faster ways to the same tokens."""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
import torch
from dictation import Make

from models.decoder import Decoder
from models.drawing import Drawing
from models.engine import BatchedEngine
from models.head import Head
from models.listener import Listener
from models.request import Request
from models.step import Replay
from models.vocabulary import Vocabulary
from models.weights import Source, load_weights

PROMPTS = [[5, 6, 7], list(range(40, 90)), [9] * 12, [100, 7, 300], list(range(200, 270)), [33]]
LENGTHS = [30, 4, 12, 30, 8, 20]
"""So that chats leave one after another, and the others join meanwhile."""
SWITCH = sys.getswitchinterval()


class Compiler:
    """A backend of torch.compile, which computes a graph as it stands."""

    def __init__(self) -> None:
        self.graphs = 0
        self.steps = 0
        self.begun = threading.Event()

    def __call__(self, graph: torch.fx.GraphModule, example: list[torch.Tensor]) -> Callable[..., Any]:
        self.begun.set()
        self.graphs += 1

        def compute(*given: Any) -> Any:
            self.steps += 1
            return graph(*given)

        return compute


class Recorder:
    """Records as CUDA graphs do: what is computed anew is read from the same tensors, and written into the same."""

    def __init__(self) -> None:
        self.recorded = 0
        self.replayed = 0
        self.shift = 0.0
        self.error: Exception | None = None

    def __call__(self, compute: Callable[[], torch.Tensor]) -> tuple[Replay, torch.Tensor]:
        if self.error is not None:
            raise self.error
        if compiling():
            raise RuntimeError("operation not permitted when stream is capturing")  # nor is what the compiler tries out
        self.recorded += 1
        hidden = torch.full_like(compute(), torch.nan)  # nothing is computed before it is replayed

        def replay() -> None:
            self.replayed += 1
            hidden.copy_(compute() + self.shift)

        return replay, hidden


class Talk:
    """An engine, and the replies that it gives."""

    def __init__(self, folder: Path, *, recorder: Recorder | None = None, compiler: Compiler | None = None) -> None:
        model: Any
        model, tokenizer = load_weights(Source(str(folder), dtype="float32"), "cpu")
        head = Head(model, Vocabulary(tokenizer, model.get_output_embeddings().weight.shape[0], [2]))
        with torch.inference_mode():
            decoder = Decoder(model, prefix_bytes=1 << 20, record=recorder)
            assert decoder.agrees_with_model(head)
            self.engine = BatchedEngine(decoder, head, [], most_at_once=4)
            if compiler is not None:
                self.engine.compile_behind(backend=compiler, after=0)
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self.engine.run)
        self._is_compiled = compiler

    def wait_for_compiler(self) -> None:
        """Until it is done, or has failed; it begins after the first replies."""
        assert self._is_compiled is not None
        if not self._is_compiled.begun.is_set():
            self.replies()
        assert self._is_compiled.begun.wait(60)
        for thread in compiling():
            thread.join()

    def replies(self, count: int = len(PROMPTS)) -> list[list[int]]:
        """To so many prompts at once."""
        drawings = [Drawing(prompt, 1.0, 0.9, 1.1, np.random.default_rng(seed)) for seed, prompt in enumerate(PROMPTS[:count])]
        ended = [threading.Event() for _ in drawings]
        for drawing, length, over in zip(drawings, LENGTHS[:count], ended, strict=True):

            def emit(chunk: object, over: threading.Event = over) -> None:
                assert not isinstance(chunk, BaseException), chunk
                if chunk is None:
                    over.set()

            self.engine.submit(Request(drawing, Listener(lambda tokens: "", [], emit), length, lambda: False))
        assert all(over.wait(60) for over in ended)
        return [drawing.drawn for drawing in drawings]

    def close(self) -> None:
        self.engine.submit(None)
        self._thread.shutdown()


def compiling() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "compile-model"]


@pytest.fixture
def talk() -> Iterator[Callable[..., Talk]]:
    made: list[Talk] = []

    def make_one(folder: Path, **given: Any) -> Talk:
        made.append(Talk(folder, **given))
        return made[-1]

    yield make_one
    for one in made:
        one.close()
    torch._dynamo.reset()


@pytest.fixture
def folder(tmp_path: Path, tiny_model: Path) -> Path:
    return tiny.save(tiny.BATCHED["gemma3"](), tmp_path, tiny_model)


@pytest.mark.parametrize("family", ["qwen2", "gemma3", "mistral"])
def test_compiled_and_recorded_steps_draw_the_same(
    talk: Callable[..., Talk], tmp_path: Path, tiny_model: Path, family: str
) -> None:
    folder = tiny.save(tiny.BATCHED[family](), tmp_path, tiny_model)
    plain = talk(folder).replies()
    assert [len(reply) for reply in plain] == LENGTHS
    compiler, recorder = Compiler(), Recorder()
    fast = talk(folder, recorder=recorder, compiler=compiler)
    fast.wait_for_compiler()
    tried = compiler.steps
    recorder.recorded = recorder.replayed = 0
    assert fast.replies() == plain
    assert compiler.graphs == 2, "one row, and any number of rows"
    assert compiler.steps - tried >= sum(LENGTHS) / 4, "every step was a compiled one"
    recorded = recorder.recorded
    assert recorded < 8
    assert recorder.replayed > 2 * recorded
    assert fast.replies() == plain
    assert recorder.recorded == recorded, "what is recorded is of use for the next chats"


class Slow(Compiler):
    """Which goes on when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()

    def __call__(self, graph: torch.fx.GraphModule, example: list[torch.Tensor]) -> Callable[..., Any]:
        self.begun.set()
        while not self.may_go_on.wait(0.01):  # in Python now and then
            pass
        return super().__call__(graph, example)


def test_replies_do_not_wait_for_the_compiler(talk: Callable[..., Talk], folder: Path) -> None:
    plain = talk(folder).replies()
    compiler = Slow()
    both = talk(folder, compiler=compiler)
    assert not compiling(), "not before there has been a reply"
    assert both.replies() == plain
    assert compiler.begun.wait(60)
    assert both.replies() == plain
    assert not compiler.graphs
    compiler.may_go_on.set()
    both.wait_for_compiler()
    tried = compiler.steps
    assert both.replies() == plain
    assert compiler.steps > tried
    assert sys.getswitchinterval() == SWITCH


def test_nothing_is_recorded_while_the_compiler_tries_things_out(talk: Callable[..., Talk], folder: Path) -> None:
    plain = talk(folder).replies()
    compiler, recorder = Slow(), Recorder()
    both = talk(folder, compiler=compiler, recorder=recorder)
    assert both.replies(1) == plain[:1]
    assert compiler.begun.wait(60)
    recorded, replayed = recorder.recorded, recorder.replayed
    assert both.replies() == plain
    assert recorder.recorded == recorded
    compiler.may_go_on.set()
    both.wait_for_compiler()
    assert both.replies() == plain
    assert recorder.recorded > recorded
    assert recorder.replayed > replayed


def test_a_recorded_step_that_gives_something_else_is_not_used(talk: Callable[..., Talk], folder: Path) -> None:
    plain = talk(folder).replies()
    recorder = Recorder()
    wrong = talk(folder, recorder=recorder)
    recorder.shift, recorded = 1.0, recorder.recorded
    assert wrong.replies() == plain
    assert recorder.recorded == recorded + 1, "it is not tried again"


@pytest.mark.parametrize("trouble", [RuntimeError("operation not permitted when stream is capturing"), KeyError("stream")])
def test_a_model_that_cannot_be_recorded(talk: Callable[..., Talk], folder: Path, trouble: Exception) -> None:
    plain = talk(folder).replies()
    recorder, compiler = Recorder(), Compiler()
    recorder.error = trouble
    compiled = talk(folder, recorder=recorder, compiler=compiler)
    compiled.wait_for_compiler()
    tried = compiler.steps
    assert compiled.replies() == plain
    assert compiler.steps > tried


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("CUBLAS_STATUS_ALLOC_FAILED")])
def test_no_memory_to_record_so_many_rows(talk: Callable[..., Talk], folder: Path, error: Exception) -> None:
    class Small(Recorder):
        def __call__(self, compute: Callable[[], torch.Tensor]) -> tuple[Replay, torch.Tensor]:
            if len(compute()) > 2:
                raise error
            return super().__call__(compute)

    recorder = Small()
    assert talk(folder, recorder=recorder).replies() == talk(folder).replies()
    assert recorder.replayed > sum(LENGTHS) / 4, "of fewer rows"


class Broken(Compiler):
    """Which has nothing to compile with, or makes something else."""

    def __init__(self, *, is_missing: bool) -> None:
        super().__init__()
        self._is_missing = is_missing

    def __call__(self, graph: torch.fx.GraphModule, example: list[torch.Tensor]) -> Callable[..., Any]:
        self.begun.set()
        if self._is_missing:
            raise RuntimeError("Failed to find C compiler. Please specify via CC environment variable.")
        return lambda *given: tuple(part * 1.5 for part in graph(*given))


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_model_that_cannot_be_compiled(talk: Callable[..., Talk], folder: Path, is_missing: bool) -> None:
    recorder = Recorder()
    uncompiled = talk(folder, recorder=recorder, compiler=Broken(is_missing=is_missing))
    uncompiled.wait_for_compiler()
    assert uncompiled.replies() == talk(folder).replies()
    assert recorder.recorded, "the plain way is recorded at least"


def test_an_engine_is_closed_while_its_model_is_compiled(talk: Callable[..., Talk], folder: Path) -> None:
    compiler = Slow()
    closed = talk(folder, compiler=compiler)
    closed.replies()
    assert compiler.begun.wait(60)
    closed.close()
    assert not compiling()
    assert sys.getswitchinterval() == SWITCH


async def test_the_setting_that_forces_it(make: Make) -> None:
    """Nothing is compiled so soon; the reply is that of the plain way."""
    plain = (await make(engine="exact").ainvoke("как дела?")).text
    assert (await make(engine="compiled").ainvoke("как дела?")).text == plain
