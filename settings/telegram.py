"""The settings of the bot in Telegram: its token, whom it serves, how it is reached."""

import re
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from settings.fields import Text, described


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
        described("The bot's token, from @BotFather. Required.", "Токен бота, его выдаёт @BotFather. Обязателен."),
    ]
    admin_user_ids: Annotated[
        frozenset[int],
        NoDecode,
        _list_of("[1-9][0-9]{0,15}", "нужны номера (id) людей через запятую, например 123456789"),
        described(
            "Telegram ids of the people who may use the owner's commands, separated by commas.",
            "Номера (id) людей в Telegram, которым доступны команды владельца, через запятую.",
        ),
    ] = frozenset()
    allowed_telegram_user_ids: Annotated[
        frozenset[int | str],
        NoDecode,
        _list_of(rf"\*|{_ID}", "нужна * или номера (id) людей и групп через запятую, например 123456789, -1001234567890"),
        described(
            "Whom the bot answers: ids of people and groups, separated by commas; `*` is everybody.",
            "Кому бот отвечает: номера (id) людей и групп через запятую; `*` — всем.",
            min_length=1,
        ),
    ] = frozenset({"*"})
    telegram_proxy: Annotated[
        SecretStr | None,
        AfterValidator(_check_proxy),
        described(
            "Proxy on the way to Telegram: `http://`, `https://` or `socks5://`, with `user:password@` where it asks for them.",
            "Прокси на пути к Telegram: `http://`, `https://` или `socks5://`, с `имя:пароль@`, если они нужны.",
        ),
    ] = None
    telegram_api_base_url: Annotated[
        str,
        AfterValidator(_check_base_url),
        described("Address of the Bot API, if it is a server of your own.", "Адрес Bot API, если сервер у вас свой."),
    ] = "https://api.telegram.org"
    telegram_webhook: Annotated[
        str,
        AfterValidator(_check_webhook),
        described(
            "Public https address to which Telegram sends the messages. Empty: the bot asks for them itself (long polling).",
            "Открытый адрес https, на который Telegram шлёт сообщения. Пусто: бот спрашивает о них сам (long polling).",
        ),
    ] = ""
    telegram_webhook_listen: Annotated[
        Text,
        described(
            "Address of this machine on which the webhook is listened for.",
            "Адрес этого компьютера, на котором бот ждёт запросов webhook.",
        ),
    ] = "127.0.0.1"
    telegram_webhook_port: Annotated[
        int, described("Port on which the webhook is listened for.", "Порт, на котором бот ждёт запросов webhook.", ge=1, le=65535)
    ] = 8443
    telegram_webhook_secret: Annotated[
        SecretStr,
        _secret("[A-Za-z0-9_-]{1,256}", "нужно от 1 до 256 латинских букв, цифр, _ и -"),
        described(
            "Secret by which the webhook knows Telegram: up to 256 Latin letters, digits, `_` and `-`. "
            "Empty: made anew at each start.",
            "Секрет, по которому бот узнаёт запросы Telegram: до 256 латинских букв, цифр, `_` и `-`. "
            "Пусто: новый при каждом запуске.",
            default_factory=lambda: SecretStr(token_urlsafe(32)),
        ),
    ]
    telegram_rate_limit: Annotated[
        int,
        described(
            "Answers that one person gets per minute; 0 is no limit.",
            "Сколько ответов в минуту получает один человек; 0 — без предела.",
            ge=0,
            le=1000,
        ),
    ] = 20
    telegram_queue: Annotated[
        int,
        described(
            "Waiting messages from which on Telegram is asked to keep the rest for the time being.",
            "Сколько сообщений может ждать ответа; остальные пока хранит Telegram.",
            ge=1,
            le=1_000_000,
        ),
    ] = 1000
    telegram_burst_seconds: Annotated[
        float,
        described(
            "Messages of one person within so many seconds of each other are answered as one; 0 answers each.",
            "Сообщения одного человека, между которыми меньше стольких секунд, получают один ответ; 0 — каждое свой.",
            ge=0,
            le=60,
        ),
    ] = 1.0
    telegram_group_streaming: Annotated[
        bool, described("In groups the reply is shown while it is written.", "Показывать в группах ответ, пока он пишется.")
    ] = False
    telegram_comments: Annotated[bool, described("Comment on the posts of channels.", "Комментировать публикации каналов.")] = False
    telegram_comment_channels: Annotated[
        frozenset[int | str],
        NoDecode,
        _list_of(rf"\*|{_ID}|@[A-Za-z][A-Za-z0-9_]{{3,31}}", "нужна * или каналы через запятую, например @channel, -1001234567890"),
        described(
            "Channels that are commented on: ids or @usernames, separated by commas; `*` is all of them.",
            "Какие каналы комментировать: id или @имена через запятую; `*` — все.",
            min_length=1,
        ),
    ] = frozenset({"*"})
    telegram_comment_probability: Annotated[
        float, described("Share of the posts that get a comment.", "Доля публикаций, которые получают комментарий.", ge=0, le=1)
    ] = 1.0
    telegram_comment_cooldown: Annotated[
        float,
        described(
            "Seconds from a comment to the next one on the same channel.",
            "Сколько секунд проходит от комментария до следующего в том же канале.",
            ge=0,
            le=604_800,
        ),
    ] = 60.0
    telegram_stop_seconds: Annotated[
        float,
        described(
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
