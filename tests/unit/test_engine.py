"""What the engines compute is what transformers computes, for every family of models and whoever else is answered meanwhile."""

import asyncio
import threading
from pathlib import Path

import pytest
import tiny
import torch
from dictation import Make
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from transformers import AutoModelForCausalLM

# Of very different lengths, most of them longer than the window of the sliding layers.
QUESTIONS = ["а", "привет " * 30, "почему небо голубое", "как дела? " * 9, "что почитать"]


class Scores:
    """Keeps the scores of each step, as a logits processor."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, ...], torch.Tensor] = {}

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.seen[tuple(input_ids[0].tolist())] = scores[0].clone()
        return scores


def _difference(scores: Scores, folder: Path) -> float:
    """How far they are from those of the model in 32-bit floats, as a share of how far its own are from each other."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    worst = 0.0
    with torch.inference_mode():
        for ids, seen in scores.seen.items():
            wanted = model(torch.tensor([ids])).logits[0, -1]
            worst = max(worst, float((seen - wanted).norm() / (wanted - wanted.mean()).norm()))
    return worst


@pytest.mark.parametrize("family", [*tiny.BATCHED, *tiny.OTHERS])
async def test_scores_are_those_of_the_model_itself(make: Make, tmp_path: Path, tiny_model: Path, family: str) -> None:
    folder = tiny.save((tiny.BATCHED | tiny.OTHERS)[family](), tmp_path, tiny_model)
    scores, at_once, most = Scores(), 0, 0

    def seen(input_ids: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        return scores(input_ids, logits)

    chat = make(folder=folder, engine="exact", logits_processor=seen, max_new_tokens=12)
    # Some leave early, and the last one joins as they do: four places for five.
    chat.most_at_once = 4
    lengths = [12, 3, 20, 7, 12]
    replies = await asyncio.gather(
        *(chat.ainvoke(question, max_new_tokens=length) for question, length in zip(QUESTIONS, lengths, strict=True))
    )
    assert [reply.usage_metadata["output_tokens"] for reply in replies if reply.usage_metadata] == lengths
    assert len(scores.seen) == sum(lengths)
    assert _difference(scores, folder) < 0.12, "bfloat16 makes some of it, a wrong mask several times as much"
    del at_once, most
