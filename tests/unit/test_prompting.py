"""Prompts hold what templates want, and ordinary text as ever."""

import unicodedata
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from conftest import FakeChat
from jinja2 import TemplateError
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from templates import FAMILIES, Family, load_all

from graph.context import Context
from graph.state import Example, State
from models.prompting import encode_prompt
from nodes.generate import Generate
from nodes.personas import Personas
from prompts import load_persona

Tokenizers = dict[str, Any]
ORDINARY = (
    "Привет! Как дела? 🙂👍🏽 Ёлка, ещё; «да» — №5.",
    "if a < b and b > c: print(x[0], {'a': 1})  # 100%",
    "a << b >> c, <3, [1], [x](y), </3, 1 <s 2",
    "{{ name }} и {% if %}",
    "日本語 и ελληνικά, naïve, \u00a0 é",
)


@pytest.fixture(scope="module")
def tokenizers(tmp_path_factory: pytest.TempPathFactory) -> Tokenizers:
    return load_all(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=FAMILIES, ids=lambda family: family.name)
def family(request: pytest.FixtureRequest) -> Family:
    return request.param


def _ids(tokenizer: Any, messages: list[BaseMessage], family: str) -> list[int]:
    return encode_prompt(tokenizer, messages, transcript=family == "transcript")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_encoded_as_ever(tokenizers: Tokenizers, family: Family, text: str) -> None:
    tokenizer = tokenizers[family.name]
    text = " ".join(text.split()) if family.name == "transcript" else text
    turns = [
        {"role": "system", "content": f"Ты Гриша.\n\n{text}"},
        {"role": "user", "content": text},
        {"role": "assistant", "content": text},
        {"role": "user", "content": f"и вот: {text}"},
    ]
    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    ids = _ids(tokenizer, [kinds[turn["role"]](turn["content"]) for turn in turns], family.name)
    if family.name == "gemma2":  # knows no system message
        turns[:2] = [{"role": "user", "content": f"{turns[0]['content']}\n\n{text}"}]
    as_ever = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_dict=False, enable_thinking=False)
    assert ids == ([tokenizer.bos_token_id] if family.name == "transcript" else []) + as_ever
    if "unigram" not in family.kind:
        assert tokenizer.decode(ids).count(unicodedata.normalize("NFC", text)) == 4


def test_html_is_still_there(tokenizers: Tokenizers, family: Family) -> None:
    """Some tokenizers have tokens for tags; without them it is the same text."""
    text = '<table><tr><td class="x">а</td></tr></table> <b>да</b> <br/> &lt;'
    assert text in tokenizers[family.name].decode(_ids(tokenizers[family.name], [HumanMessage(text)], family.name))


# What templates want


def test_a_template_does_not_read_what_it_shows(tokenizers: Tokenizers) -> None:
    """The one of Qwen3 cuts thoughts out of what the bot has said, and looks for the last question by its text."""
    said = "<think>тайна</think>ответ"
    talk = [HumanMessage("<tool_response>а</tool_response>"), AIMessage(said), HumanMessage("<tool_response>б</tool_response>")]
    shown = tokenizers["qwen3"].decode(_ids(tokenizers["qwen3"], talk, "qwen3"))
    assert f"<|im_start|>assistant\n{said}<|im_end|>" in shown


def test_a_model_that_could_think_answers_at_once(tokenizers: Tokenizers) -> None:
    shown = tokenizers["qwen3"].decode(_ids(tokenizers["qwen3"], [HumanMessage("да")], "qwen3"))
    assert shown.endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_a_template_without_a_system_message_gets_it_from_the_person(tokenizers: Tokenizers) -> None:
    shown = tokenizers["gemma2"].decode(_ids(tokenizers["gemma2"], [SystemMessage("Ты Гриша. "), HumanMessage(" да")], "gemma2"))
    assert shown == "<bos><start_of_turn>user\nТы Гриша. \n\n да<end_of_turn>\n<start_of_turn>model\n"


def test_a_template_that_drops_the_system_message_gets_it_from_the_person(
    tokenizers: Tokenizers, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = tokenizers["qwen2"]
    template = "{% for m in messages if m.role != 'system' %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
    monkeypatch.setattr(tokenizer, "chat_template", template)
    ids = encode_prompt(tokenizer, [SystemMessage("Ты Гриша."), HumanMessage("да")], transcript=False)
    assert tokenizer.decode(ids) == "<|im_start|>Ты Гриша.\n\nда<|im_end|>"


@pytest.mark.parametrize("family", ["qwen2", "qwen3", "gemma3", "llama3"])  # that of Mistral moves the system message itself
def test_a_turn_begins_with_all_that_was_said_before(tokenizers: Tokenizers, family: str) -> None:
    """So that it need not be read again: only the last reply, the context and the question are new."""
    minutes = count()
    personas = Personas({"": load_persona("grisha")})
    generate = Generate(FakeChat(), personas, 4096, clock=lambda: datetime(2026, 11, 23, 14, next(minutes)))
    first, reply, second, third = "жираф", "носорог", "бегемот", "антилопа"
    talk = [HumanMessage(first), AIMessage(reply), HumanMessage(second), AIMessage(reply), HumanMessage(third)]

    def prompt(turns: int) -> list[int]:
        example = Example(question=f"{turns}?", reply="да", source="dataset", key="", score=0.9, standalone=True)
        messages = generate.fit(State(messages=talk[:turns], name="Оля", examples=[example]), Context())
        assert messages is not None
        return _ids(tokenizers[family], messages, family)

    earlier, later = prompt(3), prompt(5)
    same = next(at for at, (one, other) in enumerate(zip(earlier, later, strict=False)) if one != other)
    known, new = (tokenizers[family].decode(part) for part in (later[:same], later[same:]))
    assert known.index("Гриша") < known.index(first) < known.index(reply)
    assert new.index(reply) < new.index("14:01") < new.index("5?") < new.index(third)


def test_a_strict_template_gets_turns_that_alternate(tokenizers: Tokenizers) -> None:
    talk = [SystemMessage("Ты."), AIMessage("а"), AIMessage("б"), HumanMessage("в"), HumanMessage("г")]
    shown = tokenizers["gemma3"].decode(_ids(tokenizers["gemma3"], talk, "gemma3"))
    turns = ["user\nТы.", "model\nа\n\nб", "user\nв\n\nг"]
    assert shown == "<bos>" + "".join(f"<start_of_turn>{turn}<end_of_turn>\n" for turn in turns) + "<start_of_turn>model\n"


def test_a_template_that_refuses_anyway_says_so(tokenizers: Tokenizers) -> None:
    with pytest.raises(TemplateError, match="alternate"):
        _ids(tokenizers["gemma3"], [AIMessage("а"), HumanMessage("б")], "gemma3")


def test_empty_texts_are_shown_as_such(tokenizers: Tokenizers) -> None:
    shown = tokenizers["qwen2"].decode(_ids(tokenizers["qwen2"], [SystemMessage(""), HumanMessage(" \n")], "qwen2"))
    assert shown == "<|im_start|>system\n<|im_end|>\n<|im_start|>user\n \n<|im_end|>\n<|im_start|>assistant\n"


def test_control_tokens_of_an_odd_form(tokenizers: Tokenizers) -> None:
    tokenizer = tokenizers["llama3"]
    tokenizer.add_special_tokens({"additional_special_tokens": ["☎", "<\nend>"]})
    ids = _ids(tokenizer, [HumanMessage("да☎и <\nend>")], "llama3")
    assert not {*tokenizer.convert_tokens_to_ids(["☎", "<\nend>"])} & {*ids}
    assert "\n\nдаи <\nend><|eot_id|>" in tokenizer.decode(ids), "what has no other spelling is left out"
