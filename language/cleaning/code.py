"""What no rule of prose may see: code, in its marks or without them, and the blanks of a form that is to be filled in."""

import re
from itertools import count

from language.cleaning.markup import CODE

_FIRST_MARK = 0xF0000  # private characters stand for the pieces, in order
_MARK = re.compile("[\U000f0000-\U0010ffff]")
_REMARK = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?:(?<=\s)|^)(?://|#|--)(?=[ ]?\S)[^\n]*")
"""Strings and remarks, which may be in any language."""
_NO_CODE = re.compile(r"[А-ЯЁа-яё«»\U000f0000-\U0010ffff]|<[|/｜]|\|>|</\w+>|<br|://|\]\(|\[/?[A-Z]+\]")
_CODE_SIGN = re.compile(
    r"[\w)\]\"'][;]\s*\Z|[{}]\s*\Z|\w\(|\A[ ]{2,}\S|[\w)\]] (?:[-+*/:]?=|=>|->) |\w=[\w\"'/.]|::|\A[A-Z]{3,} \S"
)
_BLANK = re.compile(r"(?<![^\W_])_{2,}(?![^\W_])")
_LONE_BLANK = re.compile(r"(?<=[^\W_] )_{3,}|(?<=[:№«(] )_{3,}")


class Pieces:
    """The pieces that were lifted out of a text; in it a private character stands for each."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._marks = map(chr, count(_FIRST_MARK))

    def lift(self, text: str) -> str:
        """`text` without its code and its blanks."""
        text = CODE.sub(self._take, text) if "`" in text else text
        if "\n" in text and "```" not in text:
            text = self._lift_lines(text)
        if "__" not in text:
            return text
        return (_BLANK if len(_BLANK.findall(text)) > 1 else _LONE_BLANK).sub(self._take, text)

    def put_back(self, text: str) -> str:
        """`text` with its pieces again."""
        return _MARK.sub(lambda mark: self._pieces[ord(mark[0]) - _FIRST_MARK], text)

    def _lift_lines(self, text: str) -> str:
        """Two and more lines in a row that hold no words of prose and look like code, most of them, as one piece."""
        left: list[str] = []
        block: list[str] = []
        for line in [*text.split("\n"), "я"]:  # which is no code and ends the last block
            if not _NO_CODE.search(_REMARK.sub("", line)) and (block or line.strip()):
                block.append(line)
                continue
            code = "\n".join(block).rstrip()
            lines = [one for one in block if one.strip()]
            is_code = len(lines) > 1 and 2 * sum(_CODE_SIGN.search(one) is not None for one in lines) >= len(lines)
            left += [self._put(code), *block[code.count("\n") + 1 :]] if is_code else block
            left.append(line)
            block = []
        del left[-1]
        return "\n".join(left)

    def _take(self, piece: re.Match[str]) -> str:
        return self._put(piece[0])

    def _put(self, piece: str) -> str:
        self._pieces.append(piece)
        return next(self._marks)
