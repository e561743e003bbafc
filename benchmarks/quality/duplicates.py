"""Whether a question that comes again in other words is recognised, and one that only looks alike is not."""

from langchain_core.embeddings import Embeddings
from langgraph.store.memory import InMemoryStore

from benchmarks.quality.cases import SPLITS, Case, Outcome, load, shown
from benchmarks.quality.dense import embed, threshold
from stores.pattern import new_pattern
from stores.patterns import Patterns

_MOST_MERGED = 0.02
"""The share of the different pairs that the plain dense retriever with a threshold merges."""


async def measure_duplicates(patterns: Patterns, encoder: Embeddings) -> list[Outcome]:
    """The two questions of a pair are learned one after the other; they are taken for one when the second makes no new pattern."""
    cases = load("duplicates")
    ones, others = (embed(encoder, [case[which] for case in cases]) for which in ("one", "other"))
    cosines = [float(one @ other) for one, other in zip(ones, others, strict=True)]
    cuts = {
        split: threshold(
            [cosine for case, cosine in zip(cases, cosines, strict=True) if case["split"] == split and not case["same"]],
            _MOST_MERGED,
        )
        for split in SPLITS
    }
    outcomes = []
    for case, cosine in zip(shown(cases, "duplicates"), cosines, strict=True):
        merged = {
            "prototype": case["one"].lower() == case["other"].lower(),
            "dense": True,
            "dense, cut": cosine >= cuts[case["split"]],
            "Grisha": await _merges(patterns, case),
        }
        row = "recognised" if case["same"] else "merged"
        told = f"{case['kind']}: {case['one']!r} and {case['other']!r}"
        outcomes += [Outcome(row, system, case["split"], counts, told) for system, counts in merged.items()]
    return outcomes


async def _merges(patterns: Patterns, case: Case) -> bool:
    store = InMemoryStore()
    first, second = (
        new_pattern(case[which], reply, chat_id="", user_id="", source="quality")
        for which, reply in (("one", "Вот что я об этом знаю."), ("other", "Расскажу, что знаю об этом."))
    )
    await patterns.learn(store, first)
    return (await patterns.learn(store, second)).id == first.id
