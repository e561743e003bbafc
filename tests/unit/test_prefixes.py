"""What is kept of prompts: found by their beginnings, within its bounds."""

import pytest
import torch

from models.prefixes import Prefixes
from models.rows import KeysValues

LAYERS, TOKEN_BYTES = 2, 2 * 2 * 3 * 4 * 2
"""Bytes of a token: two layers, keys and values, three heads of four 16-bit numbers."""


def _computed(tokens: list[int]) -> KeysValues:
    """Keys that tell which token they are of."""
    keys = torch.tensor(tokens, dtype=torch.bfloat16)[None, None, :, None].repeat(1, 3, 1, 4)
    return [(keys + layer, keys - layer) for layer in range(LAYERS)]


def _keep(prefixes: Prefixes, tokens: list[int]) -> None:
    prefixes.keep(tokens, _computed(tokens))


def _found(prefixes: Prefixes, tokens: list[int]) -> list[int]:
    layers = prefixes.find(tokens)
    known = [int(number) for number in layers[0][0][0, 0, :, 0]] if layers else []
    for (keys, values), (wanted_keys, wanted_values) in zip(layers, _computed(known), strict=False):
        assert torch.equal(keys, wanted_keys)
        assert torch.equal(values, wanted_values)
    return known


@pytest.mark.parametrize(
    ("prompt", "known"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4]),
        ([1, 2, 3, 4], [1, 2, 3]),  # the last token is always computed: its scores are wanted
        ([1, 2, 9, 4], [1, 2]),
        ([1, 2], [1]),
        ([1], []),
        ([], []),
        ([7, 1, 2, 3], []),
        ([5, 6, 7, 8, 9], [5, 6, 7]),
    ],
)
def test_the_longest_common_beginning_is_found(prompt: list[int], known: list[int]) -> None:
    prefixes = Prefixes(1 << 20)
    for kept in ([1, 2, 3, 4], [1, 2, 8], [5, 6, 7]):
        _keep(prefixes, kept)
    assert _found(prefixes, prompt) == known


def test_the_oldest_ones_make_room_and_using_one_keeps_it() -> None:
    prefixes = Prefixes(9 * TOKEN_BYTES)
    for kept in ([1, 1, 1], [2, 2, 2], [3, 3, 3]):
        _keep(prefixes, kept)
    assert _found(prefixes, [1, 1, 1, 0]) == [1, 1, 1]
    _keep(prefixes, [4, 4, 4])
    assert [_found(prefixes, [number] * 3 + [0]) for number in (1, 2, 3, 4)] == [[1, 1, 1], [], [3, 3, 3], [4, 4, 4]]


def test_a_longer_prompt_takes_the_place_of_its_beginnings() -> None:
    prefixes = Prefixes(9 * TOKEN_BYTES)
    _keep(prefixes, [9, 9])
    for end in range(1, 8):  # a chat that goes on; the same prompt twice
        _keep(prefixes, list(range(1, end + 1)))
        _keep(prefixes, list(range(1, end + 1)))
    assert _found(prefixes, [9, 9, 0]) == [9, 9], "the chat never took more than its longest prompt"
    assert _found(prefixes, [*range(1, 8), 0]) == list(range(1, 8))


def test_a_turn_takes_the_place_of_the_one_before_it() -> None:
    """Its end, with the time and the question, is another one each time."""
    prefixes = Prefixes(16 * TOKEN_BYTES)
    _keep(prefixes, [1, 2, 9, 9])
    for turn in range(6):
        _keep(prefixes, [*range(1, 8), 20 + turn])
    assert _found(prefixes, [1, 2, 9, 9, 0]) == [1, 2, 9, 9], "another chat with the same persona is still known"
    assert _found(prefixes, [*range(1, 8), 0]) == list(range(1, 8))


def test_what_is_too_large_is_not_kept_and_drives_nothing_out() -> None:
    prefixes = Prefixes(3 * TOKEN_BYTES)
    _keep(prefixes, [1, 2, 3])
    _keep(prefixes, [4, 5, 6, 7])
    assert _found(prefixes, [4, 5, 6, 7, 0]) == []
    assert _found(prefixes, [1, 2, 3, 0]) == [1, 2, 3]


def test_all_can_be_forgotten() -> None:
    prefixes = Prefixes(3 * TOKEN_BYTES)
    _keep(prefixes, [1, 2, 3])
    prefixes.clear()
    assert _found(prefixes, [1, 2, 3, 0]) == []
    _keep(prefixes, [4, 5, 6])  # the room is free again
    assert _found(prefixes, [4, 5, 6, 0]) == [4, 5, 6]
