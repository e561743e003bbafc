"""How well Grisha understands, beside the article's prototype and a plain dense retriever.

    python -m benchmarks.quality [--show names|retrieval|cleaning|exchanges|duplicates]

Every figure is a share of cases in percent. The split "work" was at hand while Grisha was made, "final" was not; the references are
measured on "final". The prototype is told in prototype.py. The plain dense retriever takes the nearest questions of the embedded
encoder as its package brings it. "Cut" is the same from a cosine on, which is set with the answers in hand, for each dataset and
split: it finds something for at most 8 % of what nothing answers, and merges at most 2 % of the different pairs. Grisha's own
thresholds come from the dataset alone.

Retrieval is measured on three datasets, each opened and calibrated alone, and once more after 120 patterns have been learned, 40
of which help nobody. The queries of the shipped dataset have all been looked at; `same` and `near` are their kinds that have a
relevant dialogue: the same question reworded, and another one that its reply helps with.

`--show` measures one thing on the split "work" alone, and lists the cases that Grisha gets wrong.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.common import percentile, show
from benchmarks.quality.cases import Outcome, load
from benchmarks.quality.datasets import open_dataset
from benchmarks.quality.duplicates import measure_duplicates
from benchmarks.quality.latency import TOGETHER, measure_latency
from benchmarks.quality.retrieval import measure_retrieval
from benchmarks.quality.search import open_search
from benchmarks.quality.tables import failures, show_figures, show_groups
from benchmarks.quality.texts import measure_cleaning, measure_exchanges, measure_names
from language.words import morph
from models.embeddings import EmbeddedEmbeddings

_TEXTS = {"names": measure_names, "cleaning": measure_cleaning, "exchanges": measure_exchanges}
_SEARCHES = ("retrieval", "duplicates")
TARGET_MS = 5.0


async def measure_searches(whats: tuple[str, ...], folder: Path) -> tuple[list[Outcome], list[float]]:
    """The outcomes of those searches, and the ms of each answer of retrieval."""
    encoder = EmbeddedEmbeddings(trained=False)
    outcomes: list[Outcome] = []
    took: list[float] = []
    for name in dict.fromkeys(case["dataset"] for case in load("retrieval")):
        data = open_dataset(name, folder)
        with open_search(data.file, folder) as search:
            if "retrieval" in whats:
                found, ms = await measure_retrieval(name, data, search, encoder)
                outcomes, took = outcomes + found, took + ms
            if "duplicates" in whats and name == "life":
                outcomes += await measure_duplicates(search.patterns, encoder)
    return outcomes, took


def measure_all(folder: Path) -> None:
    """Measure everything and print the tables."""
    morph()  # opening the app loads the dictionary, too
    latency = measure_latency()  # before anything has seen the texts
    outcomes = [outcome for measure in _TEXTS.values() for outcome in measure()]
    searched, took = asyncio.run(measure_searches(_SEARCHES, folder))
    show_figures([*outcomes, *searched])
    show_groups(searched)
    latency.append(("retrieval, of these datasets", took))
    columns = ("ms a message", "p50", "p95", "longest")
    show("Latency", columns, [(step, *(f"{ms:.2f}" for ms in percentiles(times))) for step, times in latency])
    fast = percentile(dict(latency)[TOGETHER], 50) <= TARGET_MS
    print(f"Target: names, cleaning and privacy within {TARGET_MS:.0f} ms p50 together: {'met' if fast else 'MISSED'}.")


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """The median, p95 and the maximum."""
    return percentile(times, 50), percentile(times, 95), max(times)


def main() -> None:
    """Read the command line and measure in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--show", choices=(*_TEXTS, *_SEARCHES), help="list the cases of the split work that fail")
    what: str | None = parser.parse_args().show
    with tempfile.TemporaryDirectory() as folder:
        if what is None:
            measure_all(Path(folder))
            return
        if what in _TEXTS:
            outcomes = list(_TEXTS[what]())
        else:
            outcomes, _ = asyncio.run(measure_searches((what,), Path(folder)))
    print("\n".join(failures(outcomes)))
    show_figures([outcome for outcome in outcomes if outcome.split == "work"])


if __name__ == "__main__":
    main()
