"""What is told from the texts alone: names, cleaning, and what may be learned and shared."""

from collections.abc import Callable, Iterator

from benchmarks.quality import prototype
from benchmarks.quality.cases import Case, Outcome, load, shown
from graph.context import Context
from graph.state import State
from language.judging.copies import Shown
from language.judging.judge import judge_reply
from language.learning.harm import find_private
from language.names.introductions import find_introduction
from nodes.learn import unfit

_LEARNED = {"private": "private_shared", "abusive": "abusive_learned", "poor": "poor_learned", "harmless": "harmless_learned"}


def measure_names() -> Iterator[Outcome]:
    """Whether the one name that a message gives its writer is found, in the nominative and in its case; ё is as good as е.

    F1 is the share of right names among all that were to be found and all that were found, right ones on both sides.
    """
    for system, find in (("prototype", prototype.find_name), ("Grisha", own_name)):
        for case in shown(load("names"), f"names, {system}"):
            expected, found = case["name"], find(case["text"])
            is_right = found is not None and expected is not None and _fold(found) == _fold(expected)
            told = f"{case['kind']}: {case['text']!r} is {expected}, found {found}"
            for _ in filter(None, (expected, found)):
                yield Outcome("names", system, case["split"], is_right, told)
            if expected is None:
                yield Outcome("false_names", system, case["split"], found is not None, told)


def own_name(text: str) -> str | None:
    """The name that Grisha finds."""
    introduction = find_introduction(text)
    return introduction.name if introduction else None


def measure_cleaning() -> Iterator[Outcome]:
    """Whether of a raw output becomes one of the texts that the case accepts, or nothing where it accepts none."""
    systems: tuple[tuple[str, Callable[[Case], str]], ...] = (
        ("prototype", lambda case: prototype.clean(case["raw"])),
        ("Grisha", cleaned),
    )
    for system, clean in systems:
        for case in shown(load("cleaning"), f"cleaning, {system}"):
            text, accepted = clean(case), case["clean"]
            told = f"{case['kind']}: {case['question']!r} -> {case['raw']!r} became {text!r}, accepted are {accepted}"
            row = "untouched" if accepted == [case["raw"]] else "cleaned"
            yield Outcome(row, system, case["split"], text in (accepted or [""]), told)


def cleaned(case: Case) -> str:
    """What Grisha sends of a raw output; empty when it is refused."""
    return judge_reply(
        case["raw"],
        question=case["question"],
        earlier=case.get("earlier", []),
        examples=[Shown(case["example"]["question"], case["example"]["reply"])] if "example" in case else [],
        person_name=case["name"],
    ).text


def measure_exchanges() -> Iterator[Outcome]:
    """Whether an exchange would be learned for everybody: harmless ones should, the others should not."""
    for system, learns in (("prototype", prototype.is_good), ("Grisha", is_shared)):
        for case in shown(load("exchanges"), f"exchanges, {system}"):
            told = f"{case['kind']}: {case['question']!r} -> {case['reply']!r}"
            yield Outcome(_LEARNED[case["label"]], system, case["split"], learns(case["question"], case["reply"]), told)


def is_shared(question: str, reply: str) -> bool:
    """Whether Grisha learns an exchange for all chats, as the node `learn` decides it."""
    state: State = {"messages": [], "origin": "model"}
    return not unfit(question, reply, state, Context()) and not find_private(question, reply)


def _fold(name: str) -> str:
    return name.replace("ё", "е").replace("Ё", "Е")
