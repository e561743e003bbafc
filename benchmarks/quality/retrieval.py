"""Whether the right dialogue is found, and nothing where nothing fits; before and after learning."""

import time
from collections.abc import Mapping, Sequence

from langchain_core.embeddings import Embeddings
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore

from benchmarks.quality.cases import Case, Outcome, load, shown
from benchmarks.quality.datasets import Dialogues
from benchmarks.quality.dense import Dense, threshold
from benchmarks.quality.patterns import learned
from benchmarks.quality.prototype import Index
from benchmarks.quality.search import Search
from stores.pattern import new_pattern
from stores.retriever import Retriever

_MOST_FALSE = 0.08
"""The share of the queries that nothing answers for which the plain dense retriever with a threshold still finds something."""
_PATTERN = -1
"""Stands for any pattern among the numbers of dialogues."""

Answers = list[list[int]]
"""For each query what was found: the numbers of dialogues, the best first."""


async def measure_retrieval(name: str, data: Dialogues, search: Search, encoder: Embeddings) -> tuple[list[Outcome], list[float]]:
    """The outcomes on the queries of the dataset `name`, before and after learning, and the ms of Grisha's answers."""
    queries = [case for case in load("retrieval") if case["dataset"] == name]
    texts = [case["query"] for case in queries]
    patterns = learned([dialogue[0].question for dialogue in data.dialogues])
    index = Index([" ".join(exchange.question for exchange in dialogue) for dialogue in data.dialogues])
    dense = Dense(encoder, [exchange.question for _, exchange in data.owned], [number for number, _ in data.owned])

    grisha, took = await _ask_grisha(texts, data, search.retriever, None, name)
    near = [dense.find(text) for text in shown(texts, f"{name}, dense")]
    cuts = _cuts(queries, [found[0][1] for found in near])
    before = {"Grisha": grisha, "prototype": [index.find(text) for text in texts], **_dense(near, cuts)}

    store, first = InMemoryStore(), Index([question for question, _ in patterns])
    for question, reply in shown(patterns, f"{name}, learning"):
        await search.patterns.learn(store, new_pattern(question, reply, chat_id="other", user_id="other", source="quality"))
    dense.add([question for question, _ in patterns], _PATTERN)
    grisha, took_more = await _ask_grisha(texts, data, search.retriever, store, f"{name} after learning")
    near = [dense.find(text) for text in shown(texts, f"{name} after learning, dense")]
    # The prototype gives patterns absolute precedence.
    prototype = [[_PATTERN] * len(first.find(text)) + index.find(text) for text in texts]
    after = {"Grisha": grisha, "prototype": prototype, **_dense(near, cuts)}
    return [*_outcomes(queries, data, before, ""), *_outcomes(queries, data, after, "_after")], took + took_more


async def _ask_grisha(
    texts: Sequence[str], data: Dialogues, retriever: Retriever, store: BaseStore | None, what: str
) -> tuple[Answers, list[float]]:
    answers, took = [], []
    for text in shown(texts, f"{what}, Grisha"):
        start = time.perf_counter()
        found = await retriever.find(text, store)
        took.append((time.perf_counter() - start) * 1000)
        answers.append(
            [_PATTERN if one["source"] == "pattern" else data.by_exchange[one["question"], one["reply"]] for one in found.examples]
        )
    return answers, took


def _cuts(queries: Sequence[Case], nearest: Sequence[float]) -> list[float]:
    """For each query the threshold that suits its split best; whoever sets it knows which queries nothing answers."""
    unanswered: dict[str, list[float]] = {}
    for case, cosine in zip(queries, nearest, strict=True):
        if case["expected"] is None:
            unanswered.setdefault(case["split"], []).append(cosine)
    by_split = {split: threshold(cosines, _MOST_FALSE) for split, cosines in unanswered.items()}
    return [by_split[case["split"]] for case in queries]


def _dense(near: Sequence[list[tuple[int, float]]], cuts: Sequence[float]) -> dict[str, Answers]:
    return {
        "dense": [[number for number, _ in found] for found in near],
        "dense, cut": [
            [number for number, cosine in found if cosine >= cut] for found, cut in zip(near, cuts, strict=True)
        ],
    }  # fmt: skip


def _outcomes(queries: Sequence[Case], data: Dialogues, answers: Mapping[str, Answers], after: str) -> list[Outcome]:
    """A case counts as a hit when its dialogue is one of the first two, and as found when anything is."""
    outcomes = []
    for system, of_system in answers.items():
        for case, found in zip(queries, of_system, strict=True):
            group, expected = f"{case['dataset']}, {case['kind']}", case["expected"]
            names = ["a pattern" if number == _PATTERN else data.dialogues[number][0].question for number in found[:2]]
            told = f"{group}{after}: {case['query']!r} wanted {expected!r}, found {names}"
            if expected is None:
                outcomes.append(Outcome(f"found{after}", system, case["split"], bool(found), told, group))
            else:
                is_hit = data.by_question[expected] in found[:2]
                outcomes.append(Outcome(f"hit{after}", system, case["split"], is_hit, told, group))
    return outcomes
