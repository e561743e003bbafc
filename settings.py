"""Every option of Grisha, its default and a line of help. Read once, in app.py."""

import difflib
import os
import re
from ipaddress import ip_address
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import SplitResult, unquote, urlsplit

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from errors import SettingsError

PREFIX = "GRISHA_"
ENV_FILE = ".env"
SHIPPED_DATASET = Path(__file__).resolve().parent / "data" / "dialogues.jsonl"


def _option(english: str, russian: str, **limits: Any) -> Any:
    return Field(description=english, json_schema_extra={"russian": russian}, **limits)


_Text = Annotated[str, Field(min_length=1)]


class Settings(BaseSettings):
    """Each field is an environment variable or a line of `.env`, called GRISHA_ and its name, and an option of the command line."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, protected_namespaces=()
    )

    data_dir: Annotated[
        Path,
        _option(
            "Folder where everything that Grisha keeps lies: chats, names, learned patterns, vectors. "
            "Empty: the user's data folder, `~/.local/share/grisha` on Linux.",
            "Папка, где лежит всё, что Гриша хранит: чаты, имена, выученное, векторы. "
            "Пусто: папка данных пользователя, на Linux `~/.local/share/grisha`.",
        ),
    ] = user_data_path("grisha")
    cache_dir: Annotated[
        Path,
        _option(
            "Folder for what can be made again: the converted embedded model. "
            "Empty: the user's cache folder, `~/.cache/grisha` on Linux.",
            "Папка для того, что можно сделать заново: подготовленная встроенная модель. "
            "Пусто: папка кеша пользователя, на Linux `~/.cache/grisha`.",
        ),
    ] = user_cache_path("grisha")
    dataset: Annotated[
        Path,
        _option(
            "Dialogue dataset: a JSON Lines file, an Alpaca-style JSON file, or a folder of them.",
            "Набор диалогов: файл JSON Lines, файл JSON в стиле Alpaca или папка с ними.",
        ),
    ] = SHIPPED_DATASET
    model: Annotated[
        _Text,
        _option(
            "Chat model: `embedded`, a hub id or a local folder; `auto` is Qwen/Qwen2-1.5B-Instruct with CUDA, else `embedded`.",
            "Модель для разговора: `embedded`, имя с хаба или папка; `auto` — с CUDA Qwen/Qwen2-1.5B-Instruct, иначе `embedded`.",
        ),
    ] = "auto"
    embeddings: Annotated[
        _Text,
        _option(
            "Embedding model: `embedded`, or a sentence-transformers model (hub id or local folder).",
            "Модель эмбеддингов: `embedded` или модель sentence-transformers (имя с хаба или папка).",
        ),
    ] = "embedded"
    persona: Annotated[
        _Text,
        _option("Persona: the name of a shipped one, or a path to a .md file.", "Персона: имя готовой или путь к файлу .md."),
    ] = "grisha"
    device: Annotated[
        Literal["auto", "cpu", "cuda"],
        _option("What the chat model runs on.", "На чём работает модель для разговора."),
    ] = "auto"
    temperature: Annotated[
        float | None,
        _option(
            "Sampling temperature; 0 takes the likeliest word. Empty: 0.7, or 0.2 for the embedded model.",
            "Температура; 0 — самое вероятное слово. Пусто: 0.7, для встроенной модели 0.2.",
            ge=0,
            le=2,
        ),
    ] = None
    top_p: Annotated[
        float,
        _option(
            "Nucleus sampling: the share of probability to draw from.", "Доля вероятности, из которой выбирается слово.", gt=0, le=1
        ),
    ] = 0.9
    repetition_penalty: Annotated[
        float,
        _option("Penalty for words that were said already; 1 is none.", "Штраф за повторение слов; 1 — без штрафа.", ge=1, le=2),
    ] = 1.1
    max_new_tokens: Annotated[int, _option("Longest reply, in tokens.", "Самый длинный ответ, в токенах.", ge=8, le=4096)] = 100
    prompt_tokens: Annotated[
        int,
        _option(
            "Longest prompt, in tokens: persona, examples and as much of the chat as fits.",
            "Самый длинный запрос к модели, в токенах: персона, примеры и сколько поместится из чата.",
            ge=512,
            le=131072,
        ),
    ] = 2048
    seed: Annotated[
        int | None,
        _option("Seed of the sampling, to repeat a run.", "Зерно случайности, чтобы повторить разговор.", ge=0, le=2**32 - 1),
    ] = None
    examples: Annotated[
        int, _option("Most similar dialogues shown to the model.", "Сколько похожих диалогов показывать модели.", ge=0, le=20)
    ] = 4
    relevance: Annotated[
        float | None,
        _option(
            "Cosine from which a dialogue is similar. Empty: measured on the dataset.",
            "Косинус, с которого диалог считается похожим. Пусто: измеряется по набору.",
            ge=0,
            le=1,
        ),
    ] = None
    recall: Annotated[
        Literal["auto", "on", "off"],
        _option(
            "Answer nearly the same question with its known reply, without the model; `auto`: with the embedded model.",
            "Отвечать на почти тот же вопрос известным ответом, без модели; `auto` — со встроенной моделью.",
        ),
    ] = "auto"
    learn: Annotated[bool, _option("Learn from good exchanges.", "Учиться на удачных ответах.")] = True
    max_patterns: Annotated[
        int,
        _option(
            "Most learned patterns; the least used leave first.",
            "Сколько выученного хранить; первыми уходят самые ненужные.",
            ge=10,
            le=100_000,
        ),
    ] = 2000
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        _option(
            "What goes to standard error; DEBUG includes message texts.",
            "Что писать в журнал; DEBUG — вместе с текстами сообщений.",
        ),
    ] = "WARNING"


def _list_of(member: str, expected: str) -> BeforeValidator:
    """Members (a pattern) with commas or spaces between them: ids become numbers, usernames lose the @ and their capitals."""

    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        members = re.findall(r"[^\s,]+", value)
        if not all(re.fullmatch(member, text) for text in members):
            raise ValueError(expected)
        return frozenset(int(text) if text[-1].isdigit() and text[0] != "@" else text.lower().lstrip("@") for text in members)

    return BeforeValidator(parse)


def _secret(pattern: str, expected: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        text = value.get_secret_value().strip()
        if not re.fullmatch(pattern, text):
            raise ValueError(expected)
        return SecretStr(text)

    return AfterValidator(check)


def _url(text: str, *schemes: str) -> SplitResult:
    try:
        url = urlsplit(text)
        if url.scheme in schemes and url.hostname and url.port != 0 and not re.search(r"\s", text):
            return url
    except ValueError:  # a port or an IPv6 address that is none
        pass
    raise ValueError("нужен адрес, который начинается с " + " или ".join(f"{scheme}://" for scheme in schemes))


def _check_proxy(value: SecretStr | None) -> SecretStr | None:
    text = value.get_secret_value().strip() if value else ""
    return SecretStr(_url(text, "http", "https", "socks5").geturl()) if text else None


def _check_base_url(text: str) -> str:
    return _url(text.strip(), "https", "http").geturl().rstrip("/")


def _check_webhook(text: str) -> str:
    url = _url(text.strip(), "https", "http") if text.strip() else None
    if url and url.scheme == "http" and not _is_loopback(url.hostname or ""):
        raise ValueError("нужен адрес https://, Telegram не шлёт сообщения без шифрования")
    return url.geturl() if url else ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


_ID = "-?[1-9][0-9]{0,15}"


class TelegramSettings(BaseSettings):
    """What the bot in Telegram needs beside `Settings`; a field's environment variable is its name in capitals.

    Secrets are no options of the command line: every user of the machine would see them in the list of processes.
    A list holds ids as numbers and usernames in small letters without their @; everybody is allowed where it holds "*".
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    telegram_bot_token: Annotated[
        SecretStr,
        _secret("[0-9]+:[A-Za-z0-9_-]+", "токен от @BotFather выглядит как 123456789:AAExampleToken"),
        _option("The bot's token, from @BotFather. Required.", "Токен бота, его выдаёт @BotFather. Обязателен."),
    ]
    admin_user_ids: Annotated[
        frozenset[int],
        NoDecode,
        _list_of("[1-9][0-9]{0,15}", "нужны номера (id) людей через запятую, например 123456789"),
        _option(
            "Telegram ids of the people who may use the owner's commands, separated by commas.",
            "Номера (id) людей в Telegram, которым доступны команды владельца, через запятую.",
        ),
    ] = frozenset()
    allowed_telegram_user_ids: Annotated[
        frozenset[int | str],
        NoDecode,
        _list_of(rf"\*|{_ID}", "нужна * или номера (id) людей и групп через запятую, например 123456789, -1001234567890"),
        _option(
            "Whom the bot answers: ids of people and groups, separated by commas; `*` is everybody.",
            "Кому бот отвечает: номера (id) людей и групп через запятую; `*` — всем.",
            min_length=1,
        ),
    ] = frozenset({"*"})
    telegram_proxy: Annotated[
        SecretStr | None,
        AfterValidator(_check_proxy),
        _option(
            "Proxy on the way to Telegram: `http://`, `https://` or `socks5://`, with `user:password@` where it asks for them.",
            "Прокси на пути к Telegram: `http://`, `https://` или `socks5://`, с `имя:пароль@`, если они нужны.",
        ),
    ] = None
    telegram_api_base_url: Annotated[
        str,
        AfterValidator(_check_base_url),
        _option("Address of the Bot API, if it is a server of your own.", "Адрес Bot API, если сервер у вас свой."),
    ] = "https://api.telegram.org"
    telegram_webhook: Annotated[
        str,
        AfterValidator(_check_webhook),
        _option(
            "Public https address to which Telegram sends the messages. Empty: the bot asks for them itself (long polling).",
            "Открытый адрес https, на который Telegram шлёт сообщения. Пусто: бот спрашивает о них сам (long polling).",
        ),
    ] = ""
    telegram_webhook_listen: Annotated[
        _Text,
        _option(
            "Address of this machine on which the webhook is listened for.",
            "Адрес этого компьютера, на котором бот ждёт запросов webhook.",
        ),
    ] = "127.0.0.1"
    telegram_webhook_port: Annotated[
        int, _option("Port on which the webhook is listened for.", "Порт, на котором бот ждёт запросов webhook.", ge=1, le=65535)
    ] = 8443
    telegram_webhook_secret: Annotated[
        SecretStr,
        _secret("[A-Za-z0-9_-]{1,256}", "нужно от 1 до 256 латинских букв, цифр, _ и -"),
        _option(
            "Secret by which the webhook knows Telegram: up to 256 Latin letters, digits, `_` and `-`. "
            "Empty: made anew at each start.",
            "Секрет, по которому бот узнаёт запросы Telegram: до 256 латинских букв, цифр, `_` и `-`. "
            "Пусто: новый при каждом запуске.",
            default_factory=lambda: SecretStr(token_urlsafe(32)),
        ),
    ]
    telegram_rate_limit: Annotated[
        int,
        _option(
            "Answers that one person gets per minute; 0 is no limit.",
            "Сколько ответов в минуту получает один человек; 0 — без предела.",
            ge=0,
            le=1000,
        ),
    ] = 20
    telegram_queue: Annotated[
        int,
        _option(
            "Waiting messages from which on Telegram is asked to keep the rest for the time being.",
            "Сколько сообщений может ждать ответа; остальные пока хранит Telegram.",
            ge=1,
            le=1_000_000,
        ),
    ] = 1000
    telegram_burst_seconds: Annotated[
        float,
        _option(
            "Messages of one person within so many seconds of each other are answered as one; 0 answers each.",
            "Сообщения одного человека, между которыми меньше стольких секунд, получают один ответ; 0 — каждое свой.",
            ge=0,
            le=60,
        ),
    ] = 1.0
    telegram_group_streaming: Annotated[
        bool, _option("In groups the reply is shown while it is written.", "Показывать в группах ответ, пока он пишется.")
    ] = False
    telegram_comments: Annotated[bool, _option("Comment on the posts of channels.", "Комментировать публикации каналов.")] = False
    telegram_comment_channels: Annotated[
        frozenset[int | str],
        NoDecode,
        _list_of(rf"\*|{_ID}|@[A-Za-z][A-Za-z0-9_]{{3,31}}", "нужна * или каналы через запятую, например @channel, -1001234567890"),
        _option(
            "Channels that are commented on: ids or @usernames, separated by commas; `*` is all of them.",
            "Какие каналы комментировать: id или @имена через запятую; `*` — все.",
            min_length=1,
        ),
    ] = frozenset({"*"})
    telegram_comment_probability: Annotated[
        float, _option("Share of the posts that get a comment.", "Доля публикаций, которые получают комментарий.", ge=0, le=1)
    ] = 1.0
    telegram_comment_cooldown: Annotated[
        float,
        _option(
            "Seconds from a comment to the next one on the same channel.",
            "Сколько секунд проходит от комментария до следующего в том же канале.",
            ge=0,
            le=604_800,
        ),
    ] = 60.0
    telegram_stop_seconds: Annotated[
        float,
        _option(
            "Seconds that replies under way have to be finished when the bot is stopped.",
            "Сколько секунд при остановке есть у начатых ответов.",
            ge=0,
            le=3600,
        ),
    ] = 20.0

    @property
    def secrets(self) -> frozenset[str]:
        """What may appear in no log line and no message."""
        password = (urlsplit(self.telegram_proxy.get_secret_value()).password if self.telegram_proxy else None) or ""
        hidden = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        return frozenset({*hidden, password, unquote(password)} - {""})


_AnySettings = TypeVar("_AnySettings", bound=BaseSettings)


def load_settings(overrides: dict[str, str] | None = None, env_file: Path | None = Path(ENV_FILE)) -> Settings:
    """The settings from the command line (`overrides`, by field name), the environment and `.env`, the first that names one.

    Raises:
        SettingsError: a value is wrong, or a variable with Grisha's prefix is not a setting.
    """
    return _load(Settings, overrides or {}, env_file)


def load_telegram_settings(overrides: dict[str, str] | None = None, env_file: Path | None = Path(ENV_FILE)) -> TelegramSettings:
    """The settings of the bot, read as `load_settings` does.

    Raises:
        SettingsError: the token is missing, a value is wrong, or a variable looks like a misspelt setting.
    """
    return _load(TelegramSettings, overrides or {}, env_file)


def _load(kind: type[_AnySettings], given: dict[str, str], env_file: Path | None) -> _AnySettings:
    try:
        _check_names(kind, env_file)
        return kind(_env_file=env_file, **given)  # type: ignore[arg-type]  # texts, as pydantic reads them
    except ValidationError as error:
        raise SettingsError(" ".join(_explain(kind, problem, given) for problem in error.errors())) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Не могу прочитать файл {env_file}: {error}.") from error


def _check_names(kind: type[BaseSettings], env_file: Path | None) -> None:
    """A misspelt name would silently leave its default in force."""
    lines = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    known = [variable(each, name) for each in (Settings, TelegramSettings) for name in each.model_fields]
    beginnings = (PREFIX,) if kind is Settings else ("TELEGRAM_", "ADMIN_", "ALLOWED_")
    for name in (*os.environ, *lines):
        if name.upper() in known or not name.upper().startswith(beginnings):
            continue
        # Other programs have names with Telegram's beginnings too, so that only a likely slip is refused there. A slip in the
        # list of whom to answer is looked for closer: it would leave the bot open to everybody.
        is_close_look = kind is Settings or "ALLOWED" in name.upper()
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6 if is_close_look else 0.85)
        if near or kind is Settings:
            hint = f"Может быть, {near[0]}?" if near else "Все настройки: python app.py --help."
            raise SettingsError(f"{name}: такой настройки нет. {hint}")


def _explain(kind: type[BaseSettings], problem: Any, given: dict[str, str]) -> str:
    """One pydantic error in Russian: the setting, its value unless it is secret, what is expected, where to mend it."""
    field, limits = str(problem["loc"][0]), problem.get("ctx", {})
    if problem["type"] == "missing":  # the token alone is required
        name = variable(kind, field)
        return f"{name} не задан: возьмите токен у @BotFather и запишите строкой {name}=… в {ENV_FILE} или задайте в окружении."
    expected = {
        "float_parsing": "нужно число",
        "int_parsing": "нужно целое число",
        "int_from_float": "нужно целое число",
        "finite_number": "нужно конечное число",
        "bool_parsing": "нужно true или false",
        "string_too_short": "не может быть пустой",
        "too_short": "не может быть пустой",
        "greater_than_equal": f"нужно не меньше {limits.get('ge')}",
        "greater_than": f"нужно больше {limits.get('gt')}",
        "less_than_equal": f"нужно не больше {limits.get('le')}",
        "literal_error": "бывает " + str(limits.get("expected", "")).replace(" or ", " или "),
        "value_error": str(limits.get("error", "")),
    }.get(problem["type"], "неверное значение")
    name = option(field) if field in given else variable(kind, field)
    value = "" if is_secret(kind.model_fields[field]) else f"={problem['input']}"
    where = "в команде" if field in given else f"в окружении или в {ENV_FILE}"
    return f"{name}{value}: {expected}. Исправьте {where}."


def variable(kind: type[BaseSettings], name: str) -> str:
    """The environment variable of a field."""
    return (kind.model_config.get("env_prefix") or "") + name.upper()


def option(name: str) -> str:
    """The option of a field on the command line."""
    return "--" + name.removeprefix("telegram_").replace("_", "-")


def is_secret(field: FieldInfo) -> bool:
    """Whether the field's value may be shown to nobody."""
    return SecretStr in (field.annotation, *get_args(field.annotation))


def default_text(field: FieldInfo) -> str:
    """A field's default as tables and help show it."""
    default = field.default
    if isinstance(default, bool):
        return str(default).lower()
    if default == SHIPPED_DATASET:
        return "data/dialogues.jsonl"
    if isinstance(default, frozenset):
        return ", ".join(map(str, default))
    # Where a user's folders are depends on the machine: the help tells. A secret has no default, or one made at each start.
    return "" if default is None or isinstance(default, Path) or is_secret(field) else str(default)
