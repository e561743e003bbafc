"""What a program puts out and nobody says: calls of tools, templates that nobody filled in, a bare number, an empty list."""

import re

from language.judging.foreign import wants_foreign
from language.words import either, normalise, stems, word_set

_NO_VALUE = word_set("null none undefined nan user assistant system model пользователь")
"""What is no reply when it is all of it."""
_TEMPLATE = re.compile(
    r"\{\{[^{}\n]*\}\}|(?<![\w$({])\{[a-z_]{3,}\}|(?:[:—–-]\s*|\A)\[[^\[\]\n\d]{3,40}\]\W*\Z|-[XХ]{2,3}-[XХ]{2}\b"
)
_WANTS_FORM = either(
    stems(
        "шаблон образ[её]?ц бланк форм[ауы]$ заявлен договор доверенност расписк резюме приглашен объявлен визит анкет жалоб"
        " претензи характеристик справк заполн рассылк ответ_клиент плейсхолдер квадратн скобк"
        " транскрипц разбор произнос чита пример переменн строк формат смс"
        " (?:напиши|написать|состав|текст|как|нужно)[^.!?]*письм"
    )
)
_CALL = re.compile(
    r"\"(?:action|tool|tool_calls?|function|command|intent|method|parameters|arguments|api)\"\s*:"
    r"|\bself, \w+\)|^\s*def \w+\([^()\n]*\):|\"(?:content|text|response|reply|answer)\"\s*: ?(?:null|\"\")"
    r"|\b(?:api|client|device)\.\w+\(|\A\W*[a-z]+_[a-z_]+\([^()\n]*\)\W*\Z"
)
_WANTS_CODE = either(
    stems(
        "код$ кода$ коде$ json джейсон питон python скрипт функци программ запрос api апи команд js sql html схем yaml"
        " тег$ теги$ тега$"
    ),
    r"[{}<>_]|\w\.\w|\b(?:вернёт|вернет|выведет)\b",
)
_ASKS_WHETHER = either(r"\bли\b", r"\A\W*(?:а )?(?:можно|нужн[оаы]|надо|стоит|правда)\b")


_FEW_SIGNS = 2


def wants_form(question: str) -> bool:
    """Whether `question` asks for a text that the person fills in."""
    return _WANTS_FORM.search(question) is not None


def _is_scrap_of_code(text: str) -> bool:
    """Whether there is nothing between the tags, or code whose brackets do not match: "function(){return null;}});"."""
    if re.fullmatch(r"(?:\s*</?[a-z][^<>]*>)+\s*", text):
        return True
    is_code = not re.search("[а-яё]", text, re.IGNORECASE) and len(re.findall(r"[;{}]", text)) > _FEW_SIGNS
    return is_code and any(text.count(opening) != text.count(closing) for opening, closing in ("()", "{}", "[]"))


def is_machine_output(text: str, question: str) -> bool:
    """Whether a reply is made for a program, or has something in it that a program was to fill in."""
    said = normalise(text)
    if said in _NO_VALUE and said not in normalise(question).split() and not _WANTS_CODE.search(question):
        return True
    if _is_scrap_of_code(text) and not _WANTS_CODE.search(question) and not wants_foreign(question):
        return True
    is_call = _CALL.search(text) is not None
    if (is_call or _TEMPLATE.search(text)) and not _WANTS_CODE.search(question) and (is_call or not wants_form(question)):
        return True
    if re.fullmatch(r"(?:[^.!?\n]*:\s*)?1[.)]|```\w*\s*```", text.strip()):
        return True
    is_number = re.fullmatch(r"\W*\d{1,2}\W*", text) is not None
    return is_number and _ASKS_WHETHER.search(question) is not None and not re.search(r"\d|сколько", question)
