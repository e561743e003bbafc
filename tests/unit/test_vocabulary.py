"""What replies are written in: nothing foreign and no control token, however much a model wants to."""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import templates
import tiny
import torch
from dictation import Make
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer, LlamaConfig, PreTrainedTokenizerFast

from models.local import TransformersChat
from models.vocabulary import Vocabulary, scripts_of, scripts_to_answer

FOREIGN = ("你好", "。", "日", "こん", "한국", "Ωμέγα", "שלום", "،", "กข", "你", "䷀", "（", "\ufffd", "\x1b")
WELCOME = ("привет", "Ёж", "hello", "café", "№", "«", "—", "…", "🌸", "👍", "½", "²", "₽", "€", "\n", "5", "°", "→", "✓")
TRADEMARK = "Verzeichnis"
"""A Latin word that comes late in the vocabulary: it is not common."""
CONTROL = ("<|endoftext|>", "<|im_start|>", "<think>", "[INST]", "<|unused|>")
END = "<|im_end|>"
_WORDS = [*FOREIGN, *WELCOME]
_FILL = [
    "".join((one, two, three)) for one in "абвгдежзик" for two in "лмнопрстуфхцчшщыэюя" for three in "абвгдежзиклмнопрстуфхцчшщыэюя"
]

_TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"


def _spelled(text: str) -> str:
    """As byte-level tokenizers write it."""
    return str(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)[0][0])


def _tokenizer(kind: str) -> Any:
    bytes_ = sorted(pre_tokenizers.ByteLevel.alphabet()) if kind == "bytes" else [f"<0x{byte:02X}>" for byte in range(256)]
    spelled: Callable[[str], str] = _spelled if kind == "bytes" else str
    letters = [] if kind == "bytes" else list("абвгдежзийклмнопрстуфхцчшщъыьэюя?,. ")
    # As long as that of a real model, since of Latin words only the common ones are for all.
    fill = [f"{one}{two}" for one in _FILL for two in "абвг"]
    tokens = dict.fromkeys([*bytes_, *letters, *map(spelled, _WORDS), *map(spelled, fill), spelled(TRADEMARK)])
    raw = Tokenizer(models.BPE({token: at for at, token in enumerate(tokens)}, [], byte_fallback=kind != "bytes"))
    if kind == "bytes":
        raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        raw.decoder = decoders.ByteLevel()
    else:
        raw.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    raw.add_special_tokens([AddedToken(token, special=True) for token in ("<|endoftext|>", "<|im_start|>", END)])
    raw.add_tokens([AddedToken(token, special=False, normalized=False) for token in ("<think>", "[INST]", "<|unused|>")])
    tokenizer: Any = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token=END, pad_token="<|endoftext|>")
    tokenizer.chat_template = _TEMPLATE
    return tokenizer


def _config(tokenizer: Any, size: int) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=size,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        pad_token_id=None,
    )


class Wished:
    """A model of many scripts, and what its logits processor wishes it to say."""

    def __init__(self, make: Make, folder: Path) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self._make, self._folder = make, folder
        self._has_pieces = "<0x00>" in self.tokenizer.get_vocab()
        self._chats: dict[str, TransformersChat] = {}
        self.drawn: list[int] = []
        """The tokens of the last reply, but its last one."""

    def chat(self, engine: str = "auto") -> TransformersChat:
        if engine not in self._chats:
            self._chats[engine] = self._make(folder=self._folder, engine=engine)
        return self._chats[engine]

    def token(self, text: str) -> int:
        is_written_as_it_is = self._has_pieces or text in self.tokenizer.get_added_vocab()
        id = self.tokenizer.convert_tokens_to_ids(text if is_written_as_it_is else _spelled(text))
        assert isinstance(id, int), text
        return id

    def bytes(self, text: str) -> list[int]:
        """The tokens that spell each byte of it."""
        names = [f"<0x{byte:02X}>" for byte in text.encode()] if self._has_pieces else list(_spelled(text))
        return list(self.tokenizer.convert_tokens_to_ids(names))

    def say(self, wishes: list[int], question: str = "привет", engine: str = "auto") -> str:
        """The reply when at each step the next of `wishes` would be the likeliest, then the end."""
        wanted = iter([*wishes, self.tokenizer.eos_token_id])
        begin: int | None = None

        def wish(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            nonlocal begin
            begin = input_ids.shape[1] if begin is None else begin
            self.drawn = input_ids[0, begin:].tolist()
            scores[0, next(wanted)] = 1000.0
            return scores

        return self.chat(engine).invoke(question, logits_processor=wish, max_new_tokens=len(wishes) + 1).text


@pytest.fixture(scope="module", params=["bytes", "pieces"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp(request.param)
    tokenizer = _tokenizer(request.param)
    tokenizer.save_pretrained(folder / "tokenizer")
    config = _config(tokenizer, len(tokenizer) + 10)  # real ones have more scores than tokens
    return tiny.save(config, folder, folder / "tokenizer")


@pytest.fixture
def wished(make: Make, folder: Path) -> Wished:
    return Wished(make, folder)


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_what_is_welcome_and_what_is_not(wished: Wished, engine: str) -> None:
    for text in WELCOME:
        assert wished.say([wished.token(text)], engine=engine) == text
    for text in (*FOREIGN, *CONTROL):
        reply = wished.say([wished.token(text)] * 3, engine=engine)
        assert text not in reply
        assert not scripts_of(reply) - {"CYRILLIC", "LATIN"}
        assert wished.token(text) not in wished.drawn
    nothing = len(wished.tokenizer) + 3  # a score that belongs to no token
    wished.say([nothing] * 2, engine=engine)
    assert nothing not in wished.drawn
    assert len(wished.drawn) == 2


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_bytes_spell_what_is_welcome_and_nothing_else(wished: Wished, engine: str) -> None:
    for text in ("🌸", "👨‍👩‍👧", "Ж", "é", "№"):
        assert wished.say(wished.bytes(text), engine=engine) == text
    for text in ("你", "。", "Ω", "한", "ש", "\ufffd", "𠀀"):
        reply = wished.say(wished.bytes(text), engine=engine)
        assert text not in reply
        assert "\ufffd" not in reply
        assert not scripts_of(reply) - {"CYRILLIC", "LATIN"}


@pytest.mark.parametrize("engine", ["auto", "plain"])
def test_a_reply_cut_within_a_character_ends_before_it(wished: Wished, engine: str) -> None:
    wishes = iter([wished.token("5"), *wished.bytes("🌸")])

    def wish(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        scores[0, next(wishes)] = 1000.0
        return scores

    chunks = list(wished.chat(engine).stream("привет", logits_processor=wish, max_new_tokens=3))
    assert "".join(chunk.text for chunk in chunks) == "5"


@pytest.mark.parametrize(
    ("question", "answer", "refused"),
    [
        ("你好吗", "你好", "Ωμέγα"),
        ("Τι κάνεις;", "Ωμέγα", "你好"),
        ("как будет по-гречески Ω", "Ωμέγα", "שלום"),
        ("What does the word mean?", TRADEMARK, "你好"),
        ("что такое Verzeichnis, Directory и File?", TRADEMARK, "日"),
    ],
)
def test_a_chat_in_other_scripts_is_answered_in_them(wished: Wished, question: str, answer: str, refused: str) -> None:
    assert wished.say([wished.token(answer)], question) == answer
    assert wished.say(wished.bytes(answer), question) == answer
    assert refused not in wished.say([wished.token(refused)], question)
    assert refused not in wished.say(wished.bytes(refused), question)
    for control in CONTROL:
        wished.say([wished.token(control)], question)
        assert wished.token(control) not in wished.drawn


def test_a_chat_in_russian_needs_common_latin_only(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    common = set(Vocabulary(tokenizer, len(tokenizer), [tokenizer.eos_token_id]).common.tolist())
    spelled = _spelled if "ByteLevel" in str(tokenizer.backend_tokenizer.decoder) else str
    common_of = {text: tokenizer.convert_tokens_to_ids(spelled(text)) in common for text in (*WELCOME, *FOREIGN, TRADEMARK)}
    assert common_of == dict.fromkeys(WELCOME, True) | dict.fromkeys((*FOREIGN, TRADEMARK), False)
    assert tokenizer.eos_token_id in common
    for russian in ("привет", "как поставить Python", "5 + 5?", "🌸", ""):
        assert scripts_to_answer(russian) is None
    for other in ("What is it?", "привет, hello there", "你好"):
        assert scripts_to_answer(other) is not None


def test_what_a_person_sends_of_no_script_opens_none(wished: Wished) -> None:
    for sent in ("привет \ufffd", "привет \x1b[0m", "привет \ue000", "\U000e0041 привет", "🌸🌸", ""):
        for text in ("\ufffd", "\x1b", "你好"):
            assert text not in wished.say([wished.token(text)], sent)


@pytest.mark.parametrize("question", ["привет", "What is it?"])
def test_whatever_the_scores_are_nothing_foreign_is_written(wished: Wished, question: str) -> None:
    random = torch.Generator().manual_seed(5)
    parts = torch.tensor(wished.bytes("".join(map(chr, range(128, 2048)))) + wished.bytes("你🌸한𠀀")).unique()

    def anything(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        scores = torch.randn(scores.shape, generator=random)
        scores[0, parts] += 3  # half of the tokens drawn are parts of characters
        scores[0, wished.tokenizer.eos_token_id] = -1000
        return scores

    reply = wished.chat().invoke(question, logits_processor=anything, max_new_tokens=500, temperature=1.5, seed=1).text
    letters = [char for char in reply if unicodedata.category(char)[0] == "L"]
    assert len(letters) > 100
    assert {unicodedata.name(letter).split()[0] for letter in letters} <= {"CYRILLIC", "LATIN", "MICRO", "FEMININE", "MASCULINE"}
    assert not [char for char in reply if unicodedata.category(char) in ("Cn", "Co", "Cs") or char == "\ufffd"]


def test_the_control_tokens_of_known_families_are_never_written(make: Make, tmp_path: Path) -> None:
    for family in templates.FAMILIES:
        if family.name in ("transcript", "unigram"):  # a template of two families; too few tokens to be loaded as a model's
            continue
        place = templates.save(family, tmp_path / family.name / "tokenizer")
        tokenizer = AutoTokenizer.from_pretrained(place)
        config = _config(tokenizer, len(tokenizer))
        wished = Wished(make, tiny.save(config, tmp_path / family.name, place))
        added = [token if isinstance(token, str) else token.content for token in (*family.special, *family.added)]
        for token in [token for token in added if token.strip(" ▁\n") and token != family.eos]:
            wished.say([wished.token(token)])
            assert wished.token(token) not in wished.drawn, (family.name, token)
