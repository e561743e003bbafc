"""Thinking aloud in tags, or under a label."""

import re

_THOUGHT = re.compile(
    r"[<\[◁{]\|?(/|end_of_)?(?:begin_of_|seed:)?(?:think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad)\|?[>\]▷}]",
    re.IGNORECASE,
)
_LABELLED_THOUGHT = re.compile(
    r"\A\s*(?:мысли|думаю|размышляю|рассуждени[ея]|размышлени[ея]|thoughts?|reasoning"
    r"|анализ|план ответа|(?:шаг|step) 1\s*[.:](?=[^\n]*(?:вопрос|ответ|собеседник|пользовател|answer|user)))"
    r"\s*:?.*?\n\s*(?:ответ|answer|реплика)\s*:",
    re.IGNORECASE | re.DOTALL,
)


def without_thoughts(text: str, question: str = "") -> str:
    """What was thought aloud out of the text; a thought that is never closed goes on to the end, one never opened began it."""
    if "think" in question.lower() and not _THOUGHT.match(text):
        return text  # it is spoken of
    text = _LABELLED_THOUGHT.sub("", text, count=1)
    said, position, is_thinking = "", 0, False
    for tag in _THOUGHT.finditer(text):
        if tag[1]:
            said = said if is_thinking else ""
            position, is_thinking = tag.end(), False
        elif not is_thinking:
            said, is_thinking = said + text[position : tag.start()], True
    return said if is_thinking else said + text[position:].lstrip() if position else text
