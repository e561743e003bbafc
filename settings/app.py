"""The settings of Grisha himself: where things lie, models, search, learning."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings.fields import SHIPPED_DATASET, Text, described

PREFIX = "GRISHA_"


def _check_model(name: str) -> str:
    if "://" in name:
        try:
            url = urlsplit(name)
            if url.scheme in ("http", "https") and url.hostname and url.port != 0 and not url.query:
                return name.rstrip("/")
        except ValueError:  # a port or an IPv6 address that is none
            pass
        raise ValueError("адрес сервера выглядит как http://127.0.0.1:8000/v1")
    return name


def _check_key(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value().strip() if value else ""
    if not re.fullmatch("[!-~]*", text):
        raise ValueError("ключ состоит из латинских букв, цифр и знаков, без пробелов")
    return SecretStr(text) if text else None


class Settings(BaseSettings):
    """Each field is an environment variable or a line of `.env`, called GRISHA_ and its name, and an option of the command line."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, protected_namespaces=(), hide_input_in_errors=True
    )

    data_dir: Annotated[
        Path,
        described(
            "Folder where everything that Grisha keeps lies: chats, names, learned patterns, vectors. "
            "Empty: the user's data folder, `~/.local/share/grisha` on Linux.",
            "Папка, где лежит всё, что Гриша хранит: чаты, имена, выученное, векторы. "
            "Пусто: папка данных пользователя, на Linux `~/.local/share/grisha`.",
        ),
    ] = user_data_path("grisha")
    cache_dir: Annotated[
        Path,
        described(
            "Folder for what can be made again: the converted embedded model. "
            "Empty: the user's cache folder, `~/.cache/grisha` on Linux.",
            "Папка для того, что можно сделать заново: подготовленная встроенная модель. "
            "Пусто: папка кеша пользователя, на Linux `~/.cache/grisha`.",
        ),
    ] = user_cache_path("grisha")
    dataset: Annotated[
        Path,
        described(
            "Dialogue dataset: a JSON Lines file, an Alpaca-style JSON file, or a folder of them.",
            "Набор диалогов: файл JSON Lines, файл JSON в стиле Alpaca или папка с ними.",
        ),
    ] = SHIPPED_DATASET
    model: Annotated[
        Text,
        AfterValidator(_check_model),
        described(
            "Chat model: `embedded`, a hub id, a local folder, a GGUF file, or the address of an OpenAI-compatible server "
            "(`http://127.0.0.1:8000/v1`); `auto` is Qwen/Qwen2-1.5B-Instruct with CUDA, else `embedded`.",
            "Модель для разговора: `embedded`, имя с хаба, папка, файл GGUF или адрес сервера, совместимого с OpenAI "
            "(`http://127.0.0.1:8000/v1`); `auto` — с CUDA Qwen/Qwen2-1.5B-Instruct, иначе `embedded`.",
        ),
    ] = "auto"
    model_name: Annotated[
        Text | None,
        described(
            "With a server: what it calls the model. Empty: the only one that it has.",
            "Для сервера: как он называет модель. Пусто: единственная, какая на нём есть.",
        ),
    ] = None
    api_key: Annotated[
        SecretStr | None,
        AfterValidator(_check_key),
        described("With a server: its key, if it asks for one.", "Для сервера: его ключ, если он нужен."),
    ] = None
    adapter: Annotated[
        Text | None,
        described(
            "LoRA adapter trained for the chat model: a folder or a hub id.",
            "Адаптер LoRA, обученный для модели: папка или имя с хаба.",
        ),
    ] = None
    quantization: Annotated[
        Literal["none", "4bit"],
        described(
            "`4bit` keeps the weights of the chat model in 4 bits, with CUDA: a third of the memory.",
            "`4bit` — держать веса модели в 4 битах, с CUDA: памяти нужно втрое меньше.",
        ),
    ] = "none"
    engine: Annotated[
        Literal["auto", "compiled", "exact", "plain"],
        described(
            "How replies are computed: `auto` many at once, on a CPU with weights of 8 bits where that is faster, on CUDA with "
            "steps that are recorded as graphs and compiled behind the first replies; `compiled` does the latter on a CPU too; "
            "`exact` does none of it; `plain` one after another, as transformers does by itself.",
            "Как считать ответы: `auto` — много сразу, на процессоре с 8-битными весами, где так быстрее, а с CUDA — шагами, "
            "которые записаны как графы и после первых ответов компилируются; `compiled` — компилировать и на процессоре; `exact` "
            "— без всего этого; `plain` — по одному, как transformers сама.",
        ),
    ] = "auto"
    embeddings: Annotated[
        Text,
        described(
            "Embedding model: `embedded`, or a sentence-transformers model (hub id or local folder).",
            "Модель эмбеддингов: `embedded` или модель sentence-transformers (имя с хаба или папка).",
        ),
    ] = "embedded"
    persona: Annotated[
        Text,
        described("Persona: the name of a shipped one, or a path to a .md file.", "Персона: имя готовой или путь к файлу .md."),
    ] = "grisha"
    device: Annotated[
        Literal["auto", "cpu", "cuda"],
        described("What the chat model runs on.", "На чём работает модель для разговора."),
    ] = "auto"
    temperature: Annotated[
        float | None,
        described(
            "Sampling temperature; 0 takes the likeliest word. Empty: 0.7, or 0.2 for the embedded model.",
            "Температура; 0 — самое вероятное слово. Пусто: 0.7, для встроенной модели 0.2.",
            ge=0,
            le=2,
        ),
    ] = None
    top_p: Annotated[
        float,
        described(
            "Nucleus sampling: the share of probability to draw from.", "Доля вероятности, из которой выбирается слово.", gt=0, le=1
        ),
    ] = 0.9
    repetition_penalty: Annotated[
        float,
        described("Penalty for words that were said already; 1 is none.", "Штраф за повторение слов; 1 — без штрафа.", ge=1, le=2),
    ] = 1.1
    max_new_tokens: Annotated[int, described("Longest reply, in tokens.", "Самый длинный ответ, в токенах.", ge=8, le=4096)] = 100
    prompt_tokens: Annotated[
        int,
        described(
            "Longest prompt, in tokens: persona, examples and as much of the chat as fits.",
            "Самый длинный запрос к модели, в токенах: персона, примеры и сколько поместится из чата.",
            ge=512,
            le=131072,
        ),
    ] = 2048
    seed: Annotated[
        int | None,
        described("Seed of the sampling, to repeat a run.", "Зерно случайности, чтобы повторить разговор.", ge=0, le=2**32 - 1),
    ] = None
    examples: Annotated[
        int, described("Most similar dialogues shown to the model.", "Сколько похожих диалогов показывать модели.", ge=0, le=20)
    ] = 4
    relevance: Annotated[
        float | None,
        described(
            "Cosine from which a dialogue is similar. Empty: measured on the dataset.",
            "Косинус, с которого диалог считается похожим. Пусто: измеряется по набору.",
            ge=0,
            le=1,
        ),
    ] = None
    recall: Annotated[
        Literal["auto", "on", "off"],
        described(
            "Answer nearly the same question with its known reply, without the model; `auto`: with the embedded model.",
            "Отвечать на почти тот же вопрос известным ответом, без модели; `auto` — со встроенной моделью.",
        ),
    ] = "auto"
    learn: Annotated[bool, described("Learn from good exchanges.", "Учиться на удачных ответах.")] = True
    max_patterns: Annotated[
        int,
        described(
            "Most learned patterns that all chats share; the worst leave first.",
            "Сколько выученного хранить для всех чатов; первым уходит худшее.",
            ge=10,
            le=100_000,
        ),
    ] = 2000
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        described(
            "What goes to standard error; DEBUG includes message texts.",
            "Что писать в журнал; DEBUG — вместе с текстами сообщений.",
        ),
    ] = "WARNING"

    @property
    def secrets(self) -> frozenset[str]:
        """What may appear in no log line and no message."""
        return frozenset({self.api_key.get_secret_value()} if self.api_key else ())
