"""What is kept of prompts: found by their beginnings, within its bounds."""

from collections.abc import Sequence

import pytest
import torch

from models.prefixes import Prefixes
from models.rows import KeysValues

LAYERS, TURN = 2, 150
"""A number in these tests is a turn of so many tokens, all of that number: more than may get lost."""
TURN_BYTES = TURN * 2 * 2 * 3 * 4 * 2
"""Of a turn: two layers, keys and values, three heads of four 16-bit numbers."""


def _tokens(turns: list[int]) -> list[int]:
    return [turn for turn in turns for _ in range(TURN)]


def _computed(tokens: list[int]) -> KeysValues:
    """Keys that tell which token they are of."""
    keys = torch.tensor(tokens, dtype=torch.bfloat16)[None, None, :, None].repeat(1, 3, 1, 4)
    return [(keys + layer, keys - layer) for layer in range(LAYERS)]


def _keep(prefixes: Prefixes, turns: list[int], end: Sequence[int] = ()) -> None:
    """`end`: tokens after the turns."""
    tokens = [*_tokens(turns), *end]
    prefixes.keep(tokens, _computed(tokens))


def _found(prefixes: Prefixes, turns: list[int]) -> list[int]:
    """The turns that are known of a prompt which has one token more."""
    layers = prefixes.find([*_tokens(turns), 77])
    known = [int(number) for number in layers[0][0][0, 0, :, 0]] if layers else []
    for (keys, values), (wanted_keys, wanted_values) in zip(layers, _computed(known), strict=False):
        assert torch.equal(keys, wanted_keys)
        assert torch.equal(values, wanted_values)
    assert known == _tokens(known[::TURN])
    return known[::TURN]


@pytest.mark.parametrize(
    ("prompt", "known"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4]),
        ([1, 2, 3, 4], [1, 2, 3, 4]),
        ([1, 2, 9, 4], [1, 2]),
        ([1, 2], [1, 2]),
        ([1], [1]),
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


def test_the_last_token_is_always_computed() -> None:
    """Its scores are wanted."""
    prefixes = Prefixes(1 << 20)
    prefixes.keep([1, 2, 3], _computed([1, 2, 3]))
    for prompt, known in (([1, 2, 3], 2), ([1, 2], 1), ([1], 0), ([], 0)):
        layers = prefixes.find(prompt)
        assert (layers[0][0].shape[2] if layers else 0) == known


def test_the_oldest_ones_make_room_and_using_one_keeps_it() -> None:
    prefixes = Prefixes(9 * TURN_BYTES)
    for kept in ([1, 1, 1], [2, 2, 2], [3, 3, 3]):
        _keep(prefixes, kept)
    assert _found(prefixes, [1, 1, 1]) == [1, 1, 1]
    _keep(prefixes, [4, 4, 4])
    assert [_found(prefixes, [number] * 3) for number in (1, 2, 3, 4)] == [[1, 1, 1], [], [3, 3, 3], [4, 4, 4]]


def test_a_longer_prompt_takes_the_place_of_its_beginnings() -> None:
    prefixes = Prefixes(9 * TURN_BYTES)
    _keep(prefixes, [9, 9])
    for end in range(1, 8):  # a chat that goes on; the same prompt twice
        _keep(prefixes, list(range(1, end + 1)))
        _keep(prefixes, list(range(1, end + 1)))
    assert _found(prefixes, [9, 9]) == [9, 9], "the chat never took more than its longest prompt"
    assert _found(prefixes, [*range(1, 8)]) == list(range(1, 8))


def test_a_turn_takes_the_place_of_the_one_before_it() -> None:
    """Its end, with the time and the question, is another one each time."""
    prefixes = Prefixes(16 * TURN_BYTES)
    _keep(prefixes, [1, 2, 9, 9])
    for turn in range(6):
        _keep(prefixes, list(range(1, 8)), end=[20 + turn] * 50)
    assert _found(prefixes, [1, 2, 9, 9]) == [1, 2, 9, 9], "another chat with the same persona is still known"
    assert _found(prefixes, [*range(1, 8)]) == list(range(1, 8))


def test_chats_with_the_same_long_persona_are_kept_beside_each_other() -> None:
    """However much of them it is: what each has read of its own would be read again at each turn."""
    prefixes = Prefixes(1 << 20)
    persona = [1, 2, 3, 4, 5]
    for chat in (6, 7, 8):
        _keep(prefixes, [*persona, chat])
    assert [_found(prefixes, [*persona, chat]) for chat in (6, 7, 8)] == [[*persona, chat] for chat in (6, 7, 8)]


def test_short_prompts_that_have_little_in_common_are_kept_beside_each_other() -> None:
    prefixes = Prefixes(1 << 20)
    _keep(prefixes, [], end=[1, 2, 3])
    _keep(prefixes, [], end=[1, 4, 5])
    assert [prefixes.find([*prompt, 77])[0][0].shape[2] for prompt in ([1, 2, 3], [1, 4, 5])] == [3, 3]


def test_what_is_too_large_is_not_kept_and_drives_nothing_out() -> None:
    prefixes = Prefixes(3 * TURN_BYTES)
    _keep(prefixes, [1, 2, 3])
    _keep(prefixes, [4, 5, 6, 7])
    assert _found(prefixes, [4, 5, 6, 7]) == []
    assert _found(prefixes, [1, 2, 3]) == [1, 2, 3]


def test_all_can_be_forgotten() -> None:
    prefixes = Prefixes(3 * TURN_BYTES)
    _keep(prefixes, [1, 2, 3])
    prefixes.clear()
    assert _found(prefixes, [1, 2, 3]) == []
    _keep(prefixes, [4, 5, 6])  # the room is free again
    assert _found(prefixes, [4, 5, 6]) == [4, 5, 6]
