"""What the engines compute is what transformers computes, for every family of models and whoever else is answered meanwhile."""

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import pytest
import tiny
import torch
from dictation import Make, Passes
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from transformers import AutoModelForCausalLM

# Of very different lengths, most of them longer than the window of the sliding layers.
QUESTIONS = ["а", "привет " * 30, "почему небо голубое", "как дела? " * 9, "что почитать"]
END = 2


class Scores:
    """Keeps the scores of each step, as a logits processor; a reply never ends by itself."""

    def __init__(self) -> None:
        self.seen: dict[tuple[int, ...], torch.Tensor] = {}

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.seen[tuple(input_ids[0].tolist())] = scores[0].clone()
        scores[:, END] = -torch.inf
        return scores

    def came_together(self) -> bool:
        """Whether another reply was drawn between two tokens of one."""
        steps = list(self.seen)
        return any(next_ids[:-1] != ids for ids, next_ids in pairwise(steps) if next_ids[:-1] in self.seen)

    def difference(self, folder: Path) -> float:
        """How far they are from those of the model in 32-bit floats, as a share of how far its own are from each other."""
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        worst = 0.0
        with torch.inference_mode():
            for ids, seen in self.seen.items():
                wanted = model(torch.tensor([ids])).logits[0, -1]
                worst = max(worst, float((seen - wanted).norm() / (wanted - wanted.mean()).norm()))
        return worst


@pytest.mark.parametrize("family", [*tiny.BATCHED, *tiny.OTHERS])
async def test_scores_are_those_of_the_model_itself(make: Make, tmp_path: Path, tiny_model: Path, family: str) -> None:
    folder = tiny.save((tiny.BATCHED | tiny.OTHERS)[family](), tmp_path, tiny_model)
    scores = Scores()
    chat = make(folder=folder, engine="exact", logits_processor=scores, most_at_once=4)
    lengths = [12, 3, 20, 7, 12]  # they leave one by one, and the fifth joins when the first has left
    asked = (chat.ainvoke(question, max_new_tokens=length) for question, length in zip(QUESTIONS, lengths, strict=True))
    replies = await asyncio.gather(*asked)
    assert [reply.usage_metadata["output_tokens"] for reply in replies if reply.usage_metadata] == lengths
    assert len(scores.seen) == sum(lengths)
    assert scores.came_together() == (family in tiny.BATCHED)
    assert scores.difference(folder) < 0.12, "bfloat16 makes half of it, a wrong mask or position many times as much"


@pytest.mark.parametrize("family", ["qwen2", "gemma3"])
async def test_what_is_known_of_a_prompt_changes_no_reply(make: Make, tmp_path: Path, tiny_model: Path, family: str) -> None:
    folder = tiny.save(tiny.BATCHED[family](), tmp_path, tiny_model)
    scores = Scores()
    chat = make(folder=folder, engine="exact", logits_processor=scores)
    talk: list[BaseMessage] = [SystemMessage("Ты Гриша, и ты отвечаешь коротко. " * 3)]
    with Passes() as passes:
        for question in QUESTIONS[1:4]:
            talk.append(HumanMessage(question))
            first = await chat.ainvoke(talk, max_new_tokens=10)
            read = passes.tokens() - 9
            assert (await chat.ainvoke(talk, max_new_tokens=10)).text == first.text
            assert passes.tokens() - 9 == 1, "of the prompt that is kept itself only the last token was read again"
            talk.append(AIMessage("да"))
    assert read < chat.get_num_tokens_from_messages(talk) / 2, "of a longer one only what is new"
    # A beginning of what is kept, and one that leaves it in the midst.
    await chat.ainvoke(talk[:2])
    await chat.ainvoke([*talk[:3], HumanMessage("а если так?")])
    assert scores.difference(folder) < 0.12


async def test_fewer_scores_are_as_good_as_all_of_them(make: Make, tmp_path: Path, tiny_model: Path) -> None:
    """Without a processor a chat in Russian needs only the scores of common tokens."""
    folder = tiny.save(tiny.BATCHED["qwen3"](), tmp_path, tiny_model)
    fewer, every = (make(folder=folder, engine="exact", logits_processor=each) for each in (None, lambda ids, scores: scores))
    for question in QUESTIONS:
        assert (await fewer.ainvoke(question)).text == (await every.ainvoke(question)).text


async def test_8_bit_weights_change_little(make: Make, tmp_path: Path, tiny_model: Path) -> None:
    folder = tiny.save(tiny.BATCHED["llama"](), tmp_path, tiny_model)
    scores = Scores()
    await make(folder=folder, logits_processor=scores).abatch(QUESTIONS)
    assert scores.came_together(), "else the engine has refused the model"
    assert scores.difference(folder) < 0.12


@pytest.mark.parametrize("engine", ["auto", "plain"])
async def test_a_model_whose_positions_are_used_up(make: Make, tmp_path: Path, tiny_model: Path, engine: str) -> None:
    folder = tiny.save(tiny.with_learned_positions(), tmp_path, tiny_model)
    chat = make(folder=folder, engine=engine, logits_processor=Scores(), max_new_tokens=500)
    assert chat.prompt_tokens == tiny.LEARNED_POSITIONS // 2, "a prompt of that length leaves room for a reply"
    assert make(folder=folder, engine=engine, max_new_tokens=10).prompt_tokens == tiny.LEARNED_POSITIONS - 10
    short, too_long, other = await asyncio.gather(
        chat.ainvoke("привет"), chat.ainvoke("слово " * tiny.LEARNED_POSITIONS), chat.ainvoke("как дела?"), return_exceptions=True
    )
    assert isinstance(too_long, ValueError)
    assert "too long" in str(too_long)
    for reply in (short, other):
        assert not isinstance(reply, BaseException), "it was another's prompt"
        assert reply.usage_metadata["total_tokens"] == tiny.LEARNED_POSITIONS
        assert reply.response_metadata["finish_reason"] == "length"


@pytest.mark.parametrize("engine", ["auto", "plain"])
async def test_a_model_that_knows_no_end(make: Make, tmp_path: Path, tiny_model: Path, engine: str) -> None:
    folder = tiny.save(tiny.without_end(), tmp_path, tiny_model)
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    (folder / "tokenizer_config.json").write_text(json.dumps(settings | {"eos_token": None}), encoding="utf-8")
    reply = await make(folder=folder, engine=engine).ainvoke("как дела?")
    assert reply.usage_metadata["output_tokens"] == 16
    assert reply.response_metadata["finish_reason"] == "length"
