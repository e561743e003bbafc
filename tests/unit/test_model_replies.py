"""The chat model as LangChain's callers see it, on a tiny real one whose words can be dictated: replies, and settings of a call."""

import threading

import pytest
import torch
from dictation import Make, Steps, joined, read
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

# What comes back


async def test_all_four_calls_give_the_same_reply(make: Make) -> None:
    chat = make()
    invoked = chat.invoke("как дела?").text
    assert invoked.strip()
    assert (await chat.ainvoke("как дела?")).text == invoked
    streamed = list(chat.stream("как дела?"))
    assert joined(streamed).text == invoked
    assert joined(await read(chat, "как дела?")).text == invoked
    assert sum(bool(chunk.text) for chunk in streamed) > 3, "a stream comes in pieces"


def test_a_stream_shows_a_word_before_the_next_is_drawn(make: Make, steps: Steps) -> None:
    steps.dictate("Разбей два яйца и не отходи")
    shown: list[str] = []
    may_go_on = threading.Event()

    def wait_until_shown(step: int) -> None:
        if step == 8:
            assert may_go_on.wait(20), "nothing was streamed until the reply was whole"

    steps.on_step = wait_until_shown
    for chunk in make(max_new_tokens=100).stream("привет"):
        shown.append(chunk.text)
        may_go_on.set()
    assert "".join(shown) == "Разбей два яйца и не отходи"


async def test_usage_and_reason_of_a_reply_cut_by_its_length(make: Make, steps: Steps) -> None:
    chat = make()
    asked: list[BaseMessage] = [SystemMessage("Ты Гриша."), HumanMessage("как дела?")]
    for reply in (chat.invoke(asked), await chat.ainvoke(asked), joined(await read(chat, asked))):
        assert reply.usage_metadata == {"input_tokens": len(steps.prompts[-1]), "output_tokens": 16,
                                        "total_tokens": len(steps.prompts[-1]) + 16}  # fmt: skip
        assert reply.response_metadata["finish_reason"] == "length"
        assert steps.counts[-1] == 16
    assert chat.get_num_tokens_from_messages(asked) == len(steps.prompts[-1])
    assert chat.get_token_ids("как дела?") == steps.ids("как дела?")
    assert chat.get_num_tokens("как дела?") == len(steps.ids("как дела?"))


async def test_usage_and_reason_of_a_reply_that_the_model_ended(make: Make, steps: Steps) -> None:
    steps.dictate("Хорошо.")
    for reply in (make().invoke("как дела?"), joined(await read(make(), "как дела?"))):
        assert reply.text == "Хорошо."
        assert reply.response_metadata["finish_reason"] == "stop"
        assert reply.response_metadata["mean_logprob"] <= 0
        assert reply.usage_metadata is not None
        assert reply.usage_metadata["output_tokens"] == len(steps.ids("Хорошо.")) + 1, "the end is a token as well"


def test_a_reply_that_ends_with_the_last_allowed_token_was_not_cut(make: Make, steps: Steps) -> None:
    steps.dictate("Хорошо.")
    reply = make(max_new_tokens=len(steps.ids("Хорошо.")) + 1).invoke("как дела?")
    assert reply.text == "Хорошо."
    assert reply.response_metadata["finish_reason"] == "stop"


def test_an_emoji_of_several_tokens_is_streamed_whole(make: Make, steps: Steps) -> None:
    steps.dictate("да 🌸 и 👨‍👩‍👧 нет")
    assert len(steps.ids("🌸")) > 1
    chunks = [chunk.text for chunk in make(max_new_tokens=100).stream("привет")]
    assert "".join(chunks) == "да 🌸 и 👨‍👩‍👧 нет"
    assert not any("�" in chunk for chunk in chunks)


def test_a_reply_of_nothing_is_an_empty_text(make: Make, steps: Steps) -> None:
    steps.dictate("")
    reply = make().invoke("привет")
    assert reply.text == ""
    assert reply.response_metadata["finish_reason"] == "stop"


def test_a_streamed_reply_can_be_a_turn_of_the_next_prompt(make: Make) -> None:
    chat = make()
    streamed = joined(list(chat.stream("как дела?")))
    again = chat.invoke([HumanMessage("как дела?"), streamed, HumanMessage("а ещё?")])
    whole = chat.invoke([HumanMessage("как дела?"), AIMessage(streamed.text), HumanMessage("а ещё?")])
    assert again.text == whole.text


# Stop strings

DICTATED = "Всё хорошо.\nСобеседник: а?\nГриша: да."


@pytest.mark.parametrize(
    ("own", "given", "reply"),
    [
        pytest.param(["\n"], None, "Всё хорошо.", id="of-the-model"),
        pytest.param([], ["\n"], "Всё хорошо.", id="of-the-call"),
        pytest.param(["\nСобеседник:"], None, "Всё хорошо.", id="over-many-tokens-of-the-model"),
        pytest.param([], ["\nСобеседник:"], "Всё хорошо.", id="over-many-tokens-of-the-call"),
        pytest.param(["\nГриша:"], ["рош"], "Всё хо", id="the-call-adds-to-the-model"),
        pytest.param(["рош"], ["\nГриша:"], "Всё хо", id="the-model-adds-to-the-call"),
        pytest.param(["Собеседник", "хорошо"], None, "Всё ", id="the-first-in-the-text-wins"),
        pytest.param(["\nСтранник:", "да?"], None, DICTATED, id="a-beginning-alone-ends-nothing"),
    ],
)
async def test_a_stop_string_ends_the_reply_and_is_no_part_of_it(
    make: Make, steps: Steps, own: list[str], given: list[str] | None, reply: str
) -> None:
    steps.dictate(DICTATED)
    chat = make(stop=own, max_new_tokens=200)
    invoked = chat.invoke("привет", stop=given)
    assert invoked.text == reply
    assert invoked.response_metadata["finish_reason"] == "stop"
    if reply != DICTATED:
        assert steps.counts[-1] < len(steps.ids(DICTATED)), "nothing is computed after the stop"
    assert (await chat.ainvoke("привет", stop=given)).text == reply
    # What has been streamed cannot be taken back: the sum of the chunks shows that no piece of the stop string got out.
    assert "".join(chunk.text for chunk in chat.stream("привет", stop=given)) == reply
    assert "".join(chunk.text for chunk in await read(chat, "привет", stop=given)) == reply


def test_stop_strings_of_one_call_do_not_stay(make: Make, steps: Steps) -> None:
    steps.dictate(DICTATED)
    chat = make(max_new_tokens=200)
    assert chat.invoke("привет", stop=["\n"]).text == "Всё хорошо."
    assert chat.invoke("привет").text == DICTATED


def test_a_stop_string_before_the_first_word_does_not_make_the_reply_empty(make: Make, steps: Steps) -> None:
    steps.dictate(" \n Привет!\nСобеседник:")
    assert make(stop=["\n"], max_new_tokens=100).invoke("привет").text.strip() == "Привет!"


# Settings of a call


def test_max_new_tokens_of_a_call(make: Make, steps: Steps) -> None:
    chat = make()
    reply = chat.invoke("как дела?", max_new_tokens=3)
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["output_tokens"] == steps.counts[-1] == 3
    chat.invoke("как дела?")
    assert steps.counts[-1] == 16


def test_max_tokens_is_langchains_name_for_it(make: Make, steps: Steps) -> None:
    make().invoke("как дела?", max_tokens=3, stream=True)
    assert steps.counts[-1] == 3


async def test_what_a_call_cannot_set_is_told(make: Make, steps: Steps) -> None:
    chat = make()
    with pytest.raises(TypeError, match="max_tokns"):
        chat.invoke("как дела?", max_tokns=3)
    with pytest.raises(TypeError, match="stops, temprature"):
        await chat.ainvoke("как дела?", temprature=0, stops=["а"])
    with pytest.raises(ValueError, match="max_new_tokens=0"):
        chat.invoke("как дела?", max_new_tokens=0)
    assert not steps.counts


def test_temperature_of_a_call(make: Make) -> None:
    cold, hot = make(), make(temperature=2.0, top_p=1.0)
    likeliest = cold.invoke("как дела?").text
    assert hot.invoke("как дела?", temperature=0).text == likeliest
    assert hot.invoke("как дела?").text != likeliest
    assert cold.invoke("как дела?", temperature=2.0, top_p=1.0).text != likeliest


def _a_before_b(steps: Steps) -> None:
    """At every step "a" is a little likelier than "b", and nothing else is possible."""
    [a], [b] = steps.ids("a"), steps.ids("b")

    def two(logits: torch.Tensor) -> None:
        logits.fill_(-10_000)
        logits[:, a], logits[:, b] = 2.0, 1.9

    steps.on_logits = two


def test_repetition_penalty_of_a_call(make: Make, steps: Steps) -> None:
    _a_before_b(steps)
    chat = make(repetition_penalty=1.0, max_new_tokens=4)
    assert chat.invoke("c").text == "aaaa"
    assert chat.invoke("c", repetition_penalty=1.5).text == "abaa"
    assert make(repetition_penalty=1.5, max_new_tokens=4).invoke("c").text == "abaa"


def test_words_of_the_question_are_not_punished(make: Make, steps: Steps) -> None:
    _a_before_b(steps)
    assert make(repetition_penalty=1.5, max_new_tokens=4).invoke("a").text == "abaa"


def test_top_p_of_a_call(make: Make, steps: Steps) -> None:
    _a_before_b(steps)
    chat = make(temperature=1.0, top_p=1.0, repetition_penalty=1.0, max_new_tokens=40)
    assert set(chat.invoke("c").text) == {"a", "b"}
    assert set(chat.invoke("c", top_p=0.1).text) == {"a"}


def test_a_seed_repeats_a_run(make: Make) -> None:
    def drawn(seed: int) -> list[str]:
        chat = make(temperature=1.5, seed=seed)
        return [chat.invoke("как дела?").text for _ in range(2)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
