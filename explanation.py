"""Why Grisha said what he did, and how he tells it."""

from dataclasses import dataclass

from stores.pattern import Pattern

FORGOTTEN_ANSWER = "Этого ответа я уже не помню: в памяти только последние 20 сообщений."
UNLEARNED = "Забыл, чему научился на этом ответе."
NOTHING_LEARNED = "На этом ответе я ничему не научился, забывать нечего."
_ORIGINS = {
    "greeting": "Это одна из моих готовых фраз: модель я не спрашивал.",
    "known": "Почти тот же вопрос я уже знаю, и ответил как тогда.",
    "model": "Ответ написала языковая модель.",
    "example": "У модели ничего путного не вышло, и я взял ответ из похожего разговора.",
    "fallback": "Ответить по делу не вышло, и я сказал дежурную фразу.",
}


@dataclass(frozen=True)
class Explanation:
    """Why Grisha said what he did."""

    reply: str
    origin: str
    """As `State.origin`; "greeting" for a line of the persona."""
    dialogues: tuple[str, ...] = ()
    """The questions of the dataset's dialogues that served as examples, or brought the reply."""
    patterns: tuple[Pattern, ...] = ()
    """The learned patterns that did, as far as they are still there."""
    learned: Pattern | None = None
    """What the exchange has become, if it is still there."""
    note: str = ""
    """As `State.learned`."""


def told(why: Explanation) -> str:
    """For people: where a reply came from, and what was learned from it."""
    lines = [f"«{_short(why.reply)}»", _ORIGINS.get(why.origin, _ORIGINS["model"])]
    examples = [f"• «{_short(question)}» (из набора диалогов)" for question in why.dialogues]
    examples += [f"• «{_short(pattern.question)}» (выучено{_where(pattern.scope)})" for pattern in why.patterns]
    if examples:
        lines += ["Похожие разговоры, на которые я смотрел:" if why.origin == "model" else "Откуда ответ:", *examples]
    if why.origin != "greeting":
        lines.append(_learned(why))
    return "\n".join(lines)


def _learned(why: Explanation) -> str:
    """What was learned, in Russian."""
    if why.learned:
        return f"Этот ответ я выучил{_where(why.learned.scope)}. Забыть его: /unlearn"
    if why.note.startswith("new"):
        return "Этот ответ я выучил, но уже забыл."
    if why.note.startswith("refreshed"):
        return "На похожий вопрос я уже знал ответ, нового не выучил."
    if "personal data" in why.note:
        return "Ничего не выучил: здесь слишком личное."
    if "opted out" in why.note:
        return "Ничего не выучил: ты просил на твоих словах не учиться."
    return "Ничего не выучил."


def _where(scope: str) -> str:
    return ", только для этого чата" if scope == "chat" else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79].rstrip() + "…"
