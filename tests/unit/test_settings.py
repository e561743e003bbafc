"""What environment, `.env` and command line say reaches Grisha and his bot; what is wrong is one line; secrets stay secret."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

import terminal
from app import cli
from errors import GrishaError, SettingsError
from grisha import Grisha
from settings import Settings, TelegramSettings, is_secret, load_settings, load_telegram_settings, option, variable

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAF-secret_part"


@pytest.fixture(autouse=True)
def _nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for kind in (Settings, TelegramSettings):
        for name in kind.model_fields:
            monkeypatch.delenv(variable(kind, name), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Callable[..., TelegramSettings]:
    """The bot's settings with a token and the environment given."""

    def load(**environment: str) -> TelegramSettings:
        for name, value in ({"TELEGRAM_BOT_TOKEN": TOKEN} | environment).items():
            monkeypatch.setenv(name, value)
        return load_telegram_settings()

    return load


def complaint(load: Callable[..., object], *arguments: Any, **environment: str) -> str:
    """The one line with which wrong settings are refused."""
    with pytest.raises(SettingsError) as refused:
        load(*arguments, **environment)
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_the_token_is_all_that_the_bot_needs(bot: Callable[..., TelegramSettings]) -> None:
    settings = bot()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert "*" in settings.allowed_telegram_user_ids
    assert not settings.admin_user_ids
    assert settings.telegram_proxy is None
    assert not settings.telegram_webhook
    assert settings.telegram_api_base_url == "https://api.telegram.org"


def test_a_missing_token_is_one_line_that_says_where_it_comes_from() -> None:
    line = complaint(load_telegram_settings)
    assert line.startswith("TELEGRAM_BOT_TOKEN не задан")
    assert "@BotFather" in line


def test_lists_hold_numbers_and_usernames_as_telegram_compares_them(bot: Callable[..., TelegramSettings]) -> None:
    settings = bot(
        ADMIN_USER_IDS=" 5, 6 7,",
        ALLOWED_TELEGRAM_USER_IDS="5,-1001234567890",
        TELEGRAM_COMMENT_CHANNELS="@My_Channel -1009876543210 @club7",
    )
    assert settings.admin_user_ids == {5, 6, 7}
    assert settings.allowed_telegram_user_ids == {5, -1001234567890}
    assert settings.telegram_comment_channels == {"my_channel", -1009876543210, "club7"}
    assert bot(ALLOWED_TELEGRAM_USER_IDS="*").allowed_telegram_user_ids == {"*"}


def test_addresses_are_taken_as_people_write_them(bot: Callable[..., TelegramSettings]) -> None:
    settings = bot(
        TELEGRAM_BOT_TOKEN=f" {TOKEN}\n",
        TELEGRAM_API_BASE_URL="http://127.0.0.1:8081/",
        TELEGRAM_PROXY="socks5://user:p%40ss@proxy.example:1080",
        TELEGRAM_WEBHOOK="http://127.0.0.1:8080/hook",
    )
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.telegram_api_base_url == "http://127.0.0.1:8081"
    assert settings.telegram_proxy == SecretStr("socks5://user:p%40ss@proxy.example:1080")
    assert settings.telegram_webhook == "http://127.0.0.1:8080/hook"
    assert bot(TELEGRAM_WEBHOOK="https://bot.example/hook").telegram_webhook == "https://bot.example/hook"


def test_the_webhook_has_a_new_secret_at_each_start_unless_one_is_set(bot: Callable[..., TelegramSettings]) -> None:
    first, second = bot().telegram_webhook_secret, bot(TELEGRAM_WEBHOOK_SECRET="").telegram_webhook_secret
    assert first != second
    assert re.fullmatch("[A-Za-z0-9_-]{20,256}", first.get_secret_value())
    assert bot(TELEGRAM_WEBHOOK_SECRET="my-own").telegram_webhook_secret.get_secret_value() == "my-own"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ADMIN_USER_IDS", "*", "например 123456789"),
        ("ADMIN_USER_IDS", "@masha", "например 123456789"),
        ("ADMIN_USER_IDS", "-5", "например 123456789"),
        ("ALLOWED_TELEGRAM_USER_IDS", "5;6", "через запятую"),
        ("ALLOWED_TELEGRAM_USER_IDS", "٣", "через запятую"),
        ("ALLOWED_TELEGRAM_USER_IDS", ",", "не может быть пустой"),
        ("TELEGRAM_COMMENT_CHANNELS", "my_channel", "@channel"),
        ("TELEGRAM_API_BASE_URL", "api.telegram.org", "https://"),
        ("TELEGRAM_API_BASE_URL", "ftp://api.telegram.org", "https://"),
        ("TELEGRAM_WEBHOOK", "http://bot.example/hook", "без шифрования"),
        ("TELEGRAM_WEBHOOK", "https://", "https://"),
        ("TELEGRAM_WEBHOOK", "https://bot.example:99999/", "https://"),
        ("TELEGRAM_WEBHOOK_PORT", "0", "не меньше 1"),
        ("TELEGRAM_WEBHOOK_PORT", "65536", "не больше 65535"),
        ("TELEGRAM_RATE_LIMIT", "-1", "не меньше 0"),
        ("TELEGRAM_RATE_LIMIT", "many", "целое число"),
        ("TELEGRAM_QUEUE", "0", "не меньше 1"),
        ("TELEGRAM_BURST_SECONDS", "nan", "нужно не"),
        ("TELEGRAM_GROUP_STREAMING", "maybe", "true или false"),
        ("TELEGRAM_COMMENTS", "2", "true или false"),
        ("TELEGRAM_COMMENT_PROBABILITY", "1.1", "не больше 1"),
        ("TELEGRAM_COMMENT_COOLDOWN", "-0.1", "не меньше 0"),
        ("TELEGRAM_STOP_SECONDS", "inf", "не больше 3600"),
    ],
)
def test_a_wrong_value_is_one_line_with_what_is_expected(
    bot: Callable[..., TelegramSettings], name: str, value: str, expected: str
) -> None:
    line = complaint(bot, **{name: value})
    assert line.startswith(f"{name}={value}: ")
    assert expected in line
    assert line.endswith("Исправьте в окружении или в .env.")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TELEGRAM_BOT_TOKEN", "hidden-word", "@BotFather"),
        ("TELEGRAM_BOT_TOKEN", "bot123456:hidden-word", "@BotFather"),
        ("TELEGRAM_BOT_TOKEN", "123456:hidden-word/", "@BotFather"),
        ("TELEGRAM_PROXY", "ftp://me:hidden-word@proxy.example", "socks5://"),
        ("TELEGRAM_PROXY", "http://me:hidden-word@proxy.example:port", "socks5://"),
        ("TELEGRAM_WEBHOOK_SECRET", "hidden-word!", "латинских"),
        ("TELEGRAM_WEBHOOK_SECRET", "hidden-word" * 30, "256"),
    ],
)
def test_a_wrong_secret_is_refused_and_not_shown(
    bot: Callable[..., TelegramSettings], name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        bot(**{name: value})
    assert str(refused.value).startswith(f"{name}: ")
    assert expected in str(refused.value)
    assert "hidden-word" not in f"{refused.value!r} {refused.value} {refused.value.__cause__} {refused.value.__cause__!r}"


def test_secrets_are_in_no_description_of_the_settings(bot: Callable[..., TelegramSettings]) -> None:
    settings = bot(TELEGRAM_PROXY="http://me:p%40ss@proxy.example", TELEGRAM_WEBHOOK_SECRET="hook-secret")
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    hidden = {TOKEN, "http://me:p%40ss@proxy.example", "p%40ss", "p@ss", "hook-secret"}
    assert settings.secrets == hidden
    assert not [secret for secret in hidden if secret in shown]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("telegram_webhook_url", "TELEGRAM_WEBHOOK"),
        ("ADMIN_USER_ID", "ADMIN_USER_IDS"),
        ("ALLOWED_USER_IDS", "ALLOWED_TELEGRAM_USER_IDS"),
        ("TELEGRAM_ALLOWED_USER_IDS", "ALLOWED_TELEGRAM_USER_IDS"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_right_one(bot: Callable[..., TelegramSettings], name: str, hint: str) -> None:
    line = complaint(bot, **{name: "secret"})
    assert line.startswith(f"{name}: ")
    assert f"{hint}?" in line
    assert "secret" not in line


@pytest.mark.parametrize("name", ["TELEGRAM_API_ID", "TELEGRAM_CHAT_ID", "ADMIN_EMAIL", "ADMIN_USER", "ALLOWED_HOSTS", "BOT_TOKEN"])
def test_names_of_other_programs_are_let_be(bot: Callable[..., TelegramSettings], name: str) -> None:
    assert bot(**{name: "x"})


def test_a_name_with_grishas_prefix_must_be_his(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "x")
    assert load_settings(), "the conversation in the terminal does not look at the bot's names"
    monkeypatch.setenv("GRISHA_TELEGRAM_BOT_TOKEN", "x")
    assert "Может быть, TELEGRAM_BOT_TOKEN?" in complaint(load_settings)
    monkeypatch.delenv("GRISHA_TELEGRAM_BOT_TOKEN")
    monkeypatch.setenv("GRISHA_XYZZY_FROBNICATE", "x")
    assert "--help" in complaint(load_settings)


def test_the_command_goes_before_the_environment_and_that_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        f'TELEGRAM_BOT_TOKEN="{TOKEN}"\nTELEGRAM_QUEUE=11\nOTHER=1\nTELEGRAM_COMMENTS=\n', encoding="utf-8"
    )
    assert load_telegram_settings().telegram_queue == 11
    monkeypatch.setenv("TELEGRAM_QUEUE", "12")
    assert load_telegram_settings().telegram_queue == 12
    assert load_telegram_settings({"telegram_queue": "13"}).telegram_queue == 13
    line = complaint(load_telegram_settings, {"telegram_queue": "lots", "admin_user_ids": "me"})
    assert "--queue=lots: нужно целое число. Исправьте в команде." in line
    assert "--admin-user-ids=me: " in line


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TELEGRAM_BOT_TOKEN=\xff\xfe")
    assert ".env" in complaint(load_telegram_settings)


def test_the_example_of_the_file_names_real_settings_with_values_that_are_taken(tmp_path: Path) -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    lines = re.findall(r"^# ((?:TELEGRAM|ADMIN|ALLOWED)_\w+)(=\S+)$", example, flags=re.MULTILINE)
    assert {name for name, _ in lines} <= {variable(TelegramSettings, name) for name in TelegramSettings.model_fields}
    (tmp_path / ".env").write_text("\n".join(name + value for name, value in lines), encoding="utf-8")
    assert load_telegram_settings().telegram_comments is True


# The command line


@pytest.fixture
def log() -> Iterator[None]:
    """Whatever a test does to the process's log is undone."""
    root, names = logging.getLogger(), ("httpx", "httpcore", "telegram", "telegram.request", "tornado")
    handlers, level, levels = root.handlers[:], root.level, [logging.getLogger(name).level for name in names]
    yield
    terminal.quiet("WARNING")
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(before)


class Service:
    """Stands where bot.service.run does, and keeps what it was called with."""

    def __init__(self) -> None:
        self.settings: TelegramSettings | None = None
        self.data_dir: Path | None = None
        self.answer: int | Exception = 0

    def run(
        self, open_grisha: Callable[..., AbstractAsyncContextManager[Grisha]], settings: TelegramSettings, data_dir: Path
    ) -> int:
        self.settings, self.data_dir = settings, data_dir
        logging.getLogger("httpx").info("GET /bot%s/getMe", TOKEN)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, log: None) -> Service:
    service = Service()
    monkeypatch.setattr("bot.service.run", service.run)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    return service


def command(*words: str) -> Any:
    return CliRunner().invoke(cli, words, env={"COLUMNS": "200"})


def test_without_a_token_the_command_says_one_line(log: None) -> None:
    done = command("telegram")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("TELEGRAM_BOT_TOKEN не задан")


def test_options_of_both_settings_reach_the_bot_whether_before_or_after_the_command(service: Service) -> None:
    done = command(
        "--data-dir", "before", "telegram", "--queue", "7", "--allowed-telegram-user-ids", "-1005,6", "--comments", "true"
    )
    assert done.exit_code == 0, done.output
    assert service.data_dir == Path("before")
    assert service.settings
    assert service.settings.telegram_queue == 7
    assert service.settings.allowed_telegram_user_ids == {-1005, 6}
    assert service.settings.telegram_comments
    command("--data-dir", "before", "telegram", "--data-dir", "after")
    assert service.data_dir == Path("after")


@pytest.mark.parametrize("words", [("--temperature", "hot", "telegram"), ("telegram", "--temperature", "hot")])
def test_a_wrong_option_is_one_line(service: Service, words: tuple[str, ...]) -> None:
    done = command(*words)
    assert done.exit_code == 2
    assert done.stderr == "--temperature=hot: нужно число. Исправьте в команде.\n"
    assert service.settings is None


@pytest.mark.parametrize("answer", [GrishaError(f"Telegram не знает токена {TOKEN}."), RuntimeError(f"/bot{TOKEN}/getMe")])
def test_a_bot_that_cannot_run_is_one_line_without_the_token(service: Service, answer: Exception) -> None:
    service.answer = answer
    done = command("telegram")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "***" in done.stderr
    assert "secret_part" not in done.output


def test_the_status_of_the_bot_is_the_status_of_the_command(service: Service) -> None:
    service.answer = 3
    assert command("telegram").exit_code == 3


def test_without_a_command_it_is_the_conversation_in_the_terminal(monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
    monkeypatch.setattr("terminal.run", lambda open_grisha: 4)
    assert command("--persona", "grisha").exit_code == 4
    assert service.settings is None


def test_help_has_the_command_and_an_option_for_every_setting_but_the_secrets(service: Service) -> None:
    alone, bot = (re.sub("\x1b.*?m", "", command(*words).output) for words in [("--help",), ("telegram", "--help")])
    assert re.search(r"telegram +Бот Гриши", alone)
    for kind in (Settings, TelegramSettings):
        for name, field in kind.model_fields.items():
            assert is_secret(field) != bool(re.search(rf"{option(name)} ", bot)), name
            assert (kind is Settings and not is_secret(field)) == bool(re.search(rf"{option(name)} ", alone)), name
    assert TOKEN not in alone + bot
    assert command("telegram", "--bot-token", TOKEN).exit_code == 2


# The log


def record_everything(proxy: str) -> None:
    """What the bot and its libraries may say while something is wrong."""
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("telegram.ext.ExtBot").debug("Calling Bot API with token %s", TOKEN)
    logging.getLogger("telegram.request.BaseRequest").error("Can not load invalid JSON data: личное сообщение")
    logging.getLogger("bot.inbox").info("took 3 updates")
    try:
        raise ConnectionError(f"no way to /bot{TOKEN}/getMe through {proxy}")
    except ConnectionError:
        logging.getLogger("bot.poller").exception("asked %s", TOKEN)


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_the_log_has_no_secret_at_any_level(log: None, capsys: pytest.CaptureFixture[str], level: str) -> None:
    proxy = "http://me:pass-word@proxy.example"
    terminal.quiet(level, ["pass-word", TOKEN, proxy, ""])
    record_everything(proxy)
    terminal.complain(RuntimeError(TOKEN))
    written = capsys.readouterr().err
    assert "ConnectionError: no way to /bot***/getMe through ***" in written
    assert "RuntimeError ***" in written
    assert "secret_part" not in written
    assert "pass-word" not in written
    assert ("Traceback" in written) == (level == "DEBUG")
    assert ("личное сообщение" in written) == (level == "DEBUG")
    assert ("took 3 updates" in written) == (level in ("DEBUG", "INFO"))
    assert "HTTP Request" not in written
    assert "Calling Bot API" not in written
    if level != "DEBUG":
        assert "ERROR bot.poller: asked ***: ConnectionError" in written
