"""How far replies are from what the same weights give in 32 bits: the price of 16 bits, and of Grisha's 8."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any, NamedTuple

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.utils.logging import disable_progress_bar

from benchmarks.common import show
from benchmarks.generation.prompts import dialogues
from benchmarks.generation.speed import progress
from models.head import Head
from models.linear import FEW, replace_linears
from models.vocabulary import Vocabulary

DIALOGUES = 24
TOKENS = 900
PART = 100


class Distance(NamedTuple):
    """Of a way to compute from 32 bits, over all positions."""

    same: float
    """The share of positions with the same likeliest token."""
    divergence: float
    """Kullback-Leibler, the mean in nats."""
    perplexity: float


def faithfulness(folder: str, whole: str) -> None:
    """Compare, in a process that is gone afterwards with its gigabytes."""
    progress("faithfulness")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        inside, distances = process.submit(distances_of, folder, whole).result()
    rows = [(name, f"{same:.2%}", f"{far:.5f}", f"{perplexity:.3f}") for name, (same, far, perplexity) in distances.items()]
    columns = ("next token, among the common ones", "same likeliest", "mean KL, nats", "perplexity")
    show(f"{TOKENS} tokens of dialogues, against 32 bits", columns, rows)
    print(f"In 32 bits the common tokens have {inside:.3%} of the probability.")


@torch.inference_mode()
def distances_of(folder: str, whole: str) -> tuple[float, dict[str, Distance]]:
    """The probability in 32 bits that the next token is a common one, and the distance of each way among the common ones.

    Args:
        folder: the model as Grisha keeps it.
        whole: the model as it comes, with tokens that Grisha has not.
    """
    disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    of_whole: Any = AutoTokenizer.from_pretrained(whole)
    ids = tokenizer("\n".join(islice(_transcripts(), DIALOGUES)), return_tensors="pt").input_ids[:, :TOKENS]
    vocabulary = Vocabulary(tokenizer, AutoConfig.from_pretrained(folder).vocab_size, [tokenizer.eos_token_id])
    common = torch.from_numpy(vocabulary.common)

    def in_whole(tokens: torch.Tensor) -> torch.Tensor:
        return torch.tensor(of_whole.convert_tokens_to_ids(tokenizer.convert_ids_to_tokens(tokens.tolist())))

    def common_scores(model: Any) -> torch.Tensor:
        """All that the model gives the common tokens, logarithms; a part at a time, since all tokens would take a gigabyte."""
        hidden = model.get_decoder()(input_ids=in_whole(ids[0])[None]).last_hidden_state[0]
        head, rows = model.get_output_embeddings(), in_whole(common)
        return torch.cat([torch.log_softmax(head(hidden[at : at + PART]).float(), -1)[:, rows] for at in range(0, TOKENS, PART)])

    exact = common_scores(_load(whole, torch.float32))
    wanted = torch.log_softmax(exact, -1)
    ways = {"bfloat16": common_scores(_load(whole, torch.bfloat16))}
    for name, is_exact in (("Grisha, engine exact", True), ("Grisha", False)):
        model = _load(folder, torch.bfloat16)
        replace_linears(model.get_decoder(), is_exact=is_exact)
        head = Head(model, vocabulary)
        ways[name] = torch.cat([head.scores(part) for part in _few_at_once(model, ids)])

    place = torch.full((vocabulary.size,), -1)
    place[common] = torch.arange(len(common))
    following = place[ids[0, 1:]]
    is_known = following >= 0

    def distance(scores: torch.Tensor) -> Distance:
        given = torch.log_softmax(scores.float(), -1)
        same = (given.argmax(-1) == wanted.argmax(-1)).float().mean()
        divergence = (wanted.exp() * (wanted - given)).sum(-1).mean()
        surprise = -given[:-1][is_known].gather(1, following[is_known][:, None]).mean()
        return Distance(float(same), float(divergence), float(surprise.exp()))

    return float(exact.exp().sum(-1).mean()), {"float32": distance(wanted)} | {
        name: distance(scores) for name, scores in ways.items()
    }


def _load(folder: str, dtype: torch.dtype) -> Any:
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)
    return model.eval()


def _few_at_once(model: Any, ids: torch.Tensor) -> Iterator[torch.Tensor]:
    """What the decoder leaves of every token, few of them at a time: as in a reply, and not as in a prompt."""
    cache = DynamicCache(config=model.config)
    for at in range(0, TOKENS, FEW):
        yield model.get_decoder()(input_ids=ids[:, at : at + FEW], past_key_values=cache).last_hidden_state[0]


def _transcripts() -> Iterator[str]:
    for turns in dialogues():
        yield "\n".join(f"{'Гриша' if number % 2 else 'Собеседник'}: {text}" for number, text in enumerate(turns))
