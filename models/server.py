"""A chat model on an OpenAI-compatible server: vLLM, TGI, llama.cpp, `transformers serve`."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, closing
from math import ceil
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import SecretStr

from errors import ModelError
from models.files import first_line
from models.prompting import with_context_last

_CONNECT = 5.0
"""Seconds to reach the server in."""
_SILENCE = 60.0
"""Seconds that the server may be silent, before a reply and in it."""
_PER_MESSAGE = 8
"""Tokens that a chat template puts around a message, at most."""
_CONTROL = re.compile(r"[<＜](?=[|｜]|/?(?:s|[A-Za-z_▁][\w:|｜▁.-]+)>)|\[(?=/?[A-Za-z]\w+\])")
"""The first character of what looks like a control token of a model: `<|im_start|>`, `</s>`, `<end_of_turn>`, `[INST]`.

But for `<s>` their names have two letters at least, unlike the tags by which people make text bold.
"""


class ServerChat(BaseChatOpenAI):
    """A model of an OpenAI-compatible server.

    Not a ChatOpenAI, which says max_completion_tokens where many servers know max_tokens alone. Nothing is asked twice, so that an
    outage shows at once. A connection serves one request: the event loop of the next one may be another.
    """

    @property
    def _llm_type(self) -> str:
        return "openai-compatible-server"

    def get_num_tokens(self, text: str) -> int:
        """The tokens of `text` as far as a client can tell, which has no tokenizer of the server's model.

        Spaces and the letters of Europe count half a token each, everything else as many tokens as it has bytes. That is never
        more than the bytes of the text, the most that today's tokenizers make of it, and seldom too little: of Russian words they
        put two to four letters into a token. Letters that make no words may be twice as many.
        """
        return ceil(sum(_weight(character) for character in text))

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Any = None, **kwargs: Any) -> int:
        """The length in tokens of the prompt that `messages` become, as `get_num_tokens` tells."""
        return _PER_MESSAGE + sum(_PER_MESSAGE + self.get_num_tokens(harmless(message.text)) for message in messages)

    def _get_request_payload(self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any) -> dict[str, Any]:
        messages = [_plain(message) for message in with_context_last(self._convert_input(input_).to_messages())]
        payload: dict[str, Any] = super()._get_request_payload(messages, stop=stop, **kwargs)
        return payload

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        ended = False
        with closing(super()._stream(*args, **kwargs)) as chunks:  # type: ignore[type-var]  # a generator, declared as an iterator
            for chunk in chunks:
                ended = ended or _is_end(chunk)
                yield chunk
        _check_end(ended)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        ended = False
        # Closed at once when nobody listens any more: so the server learns that it may stop.
        async with aclosing(super()._astream(*args, **kwargs)) as chunks:  # type: ignore[type-var]  # likewise
            async for chunk in chunks:
                ended = ended or _is_end(chunk)
                yield chunk
        _check_end(ended)


def open_server(url: str, model: str | None, api_key: SecretStr | None, **sampling: Any) -> ServerChat:
    """The model called `model` on the server at `url`, the server's only one without a name; it has answered once. Blocks.

    Args:
        url: ends with /v1 on most servers.
        model: as the server calls it.
        api_key: for servers that ask for one.
        sampling: fields of BaseChatOpenAI: temperature, top_p, max_tokens, seed, frequency_penalty.

    Raises:
        ModelError: the server is down, refuses, or has no such model; a sentence in Russian.
    """
    address = urlsplit(url)
    if address.username or address.password:
        raise ModelError("адрес сервера с именем и паролем показали бы журналы: уберите их, ключ задаёт GRISHA_API_KEY")
    timeout = httpx.Timeout(_SILENCE, connect=_CONNECT)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)

    def opened(name: str) -> ServerChat:
        return ServerChat(
            model=name,
            base_url=url,
            # Without a key of Grisha's own that of another program must not be sent.
            api_key=api_key or SecretStr("none"),
            http_client=httpx.Client(timeout=timeout, limits=limits),
            http_async_client=httpx.AsyncClient(timeout=timeout, limits=limits),
            openai_proxy="",
            timeout=timeout,
            stream_chunk_timeout=_SILENCE,
            max_retries=0,
            streaming=True,
            stream_usage=True,
            use_responses_api=False,
            **sampling,
        )

    try:
        chat = opened(model or _only_model(opened("?")))
        chat.invoke([SystemMessage("Ответь одним словом."), HumanMessage("Привет!")], max_tokens=1)
    except ModelError:
        raise
    except Exception as error:  # whatever answers there may be no server of models at all
        raise ModelError(_explain(error)) from error
    return chat


def harmless(text: str) -> str:
    """`text` in which the server's tokenizer finds no control token: what looks like one gets a space after its first character."""
    return _CONTROL.sub(lambda match: f"{match[0]} ", text)


def _plain(message: BaseMessage) -> BaseMessage:
    """Role and text alone: some servers refuse the names of speakers, or allow no Cyrillic letter in them."""
    kind = next((kind for kind in (AIMessage, SystemMessage) if isinstance(message, kind)), HumanMessage)
    return kind(harmless(message.text))


def _weight(character: str) -> float:
    size = len(character.encode("utf-8", "replace"))
    return 0.5 if character.isspace() or (character.isalpha() and size < 3) else size


def _is_end(chunk: ChatGenerationChunk) -> bool:
    return bool((chunk.generation_info or {}).get("finish_reason"))


def _check_end(ended: bool) -> None:
    if not ended:
        raise ConnectionError("the server broke off in the middle of a reply")


def _only_model(chat: ServerChat) -> str:
    names = [entry.id for entry in chat.root_client.models.list().data]
    if len(names) == 1:
        return str(names[0])
    offered = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    raise ModelError(
        f"задайте GRISHA_MODEL_NAME: {f'на сервере есть {offered}' if names else 'сервер не говорит, какие у него модели'}"
    )


def _explain(error: Exception) -> str:
    match error:
        case openai.APITimeoutError() | TimeoutError():
            return f"сервер молчит дольше {_SILENCE:.0f} секунд. Проверьте, что он не занят и что модель загружена"
        case openai.APIConnectionError() | ConnectionError():
            return f"сервер не отвечает ({first_line(error.__cause__ or error)}). Проверьте адрес и что он запущен"
        case openai.AuthenticationError() | openai.PermissionDeniedError():  # its own words may repeat the key
            return "сервер не принял ключ. Проверьте GRISHA_API_KEY"
        case openai.NotFoundError():
            return (
                "сервер не знает этого адреса или такой модели. Адрес обычно кончается на /v1, имя модели задаёт GRISHA_MODEL_NAME"
            )
        case openai.APIStatusError() if error.status_code >= 500 and "models" in str(error.request.url):
            return "сервер не говорит, какие у него модели. Задайте GRISHA_MODEL_NAME"
        case openai.APIStatusError():
            return f"сервер отказал ({error.status_code}): {first_line(error)[:200]}"
        case _:
            return f"это не похоже на сервер моделей ({first_line(error)[:200]}). Проверьте адрес, он обычно кончается на /v1"
