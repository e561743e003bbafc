"""Which Markdown becomes Telegram's HTML, and what stays as it was typed."""

import random
import re
import time
from html.parser import HTMLParser

import pytest

from bot.markdown import to_html
from bot.text import MESSAGE_LIMIT

CLEAR: list[tuple[str, str]] = [
    ("**важно**", "<b>важно</b>"),
    ("Это *да*, а это _нет_.", "Это <i>да</i>, а это <i>нет</i>."),
    ("(**а**), «*б*»", "(<b>а</b>), «<i>б</i>»"),
    ("***оба***", "<i><b>оба</b></i>"),
    ("**а _б_** **_в_ г**", "<b>а <i>б</i></b> <b><i>в</i> г</b>"),
    ("*_а_ `б`*", "<i><i>а</i> <code>б</code></i>"),
    ("~~было~~ стало", "<s>было</s> стало"),
    ("`a < b` и `**`", "<code>a &lt; b</code> и <code>**</code>"),
    (
        "```python\nif a < b:\n    x_y = '**нет**'\n\n\n\ny\n```",
        "<pre><code class=\"language-python\">if a &lt; b:\n    x_y = '**нет**'\n\n\n\ny</code></pre>",
    ),
    ("```c++\nint a;\n```", '<pre><code class="language-c++">int a;</code></pre>'),
    ("# Глава\nтекст", "<b>Глава</b>\nтекст"),
    ("> раз\n> **два**\nтри", "<blockquote>раз\n<b>два</b></blockquote>\nтри"),
    ("* раз\n* **два**\n- три", "• раз\n• <b>два</b>\n- три"),
    ("[сайт](https://a.b/c_d_e?x=1&y=2)", '<a href="https://a.b/c_d_e?x=1&amp;y=2">сайт</a>'),
    ("[**Ы**](https://ru.wikipedia.org/wiki/Ы_ы_(буква))", '<a href="https://ru.wikipedia.org/wiki/Ы_ы_(буква)"><b>Ы</b></a>'),
    ("[я](tg://user?id=1) [почта](mailto:a@b.c)", '<a href="tg://user?id=1">я</a> <a href="mailto:a@b.c">почта</a>'),
    ("## 1. **Раз**\n\n---\n\n\nдва", "<b>1. <b>Раз</b></b>\n\n---\n\n\nдва"),
    ("1. *раз*\n  * два\n    - `три`\n7) а", "1. <i>раз</i>\n  • два\n    - <code>три</code>\n7) а"),
    (
        "1. Код:\n    ```py\n    a *b* c\n      d\n    ```\nи *ё*",
        '1. Код:\n<pre><code class="language-py">a *b* c\n  d</code></pre>\nи <i>ё</i>',
    ),
    ("```\n\\*x*", "<pre><code>\\*x*</code></pre>"),
    ("**а**\r\nб\rв", "<b>а</b>\nб\nв"),
    ("**🎉 Ура!**, *-5*, **№ 1**, «**а**»: *…шепчет*", "<b>🎉 Ура!</b>, <i>-5</i>, <b>№ 1</b>, «<b>а</b>»: <i>…шепчет</i>"),
    # What is meant literally stays so beside clear marks.
    ("**а** ¯\\_(ツ)_/¯ C:\\temp\\*.txt \\*б\\* &lt;", "<b>а</b> ¯\\_(ツ)_/¯ C:\\temp\\*.txt \\*б\\* &amp;lt;"),
    ("- **а**, — *сказал* он\n— да\n+ б", "- <b>а</b>, — <i>сказал</i> он\n— да\n+ б"),
    (
        "*а* https://a.b/_c_/d_(e)_f [1](см. ниже) ![x](http://a.b)",
        "<i>а</i> https://a.b/_c_/d_(e)_f [1](см. ниже) ![x](http://a.b)",
    ),
    ("**а** ^_^ и ^_^, -_- ну -_-, (*_*) да *_*. Да (*.*) и *.*", "<b>а</b> ^_^ и ^_^, -_- ну -_-, (*_*) да *_*. Да (*.*) и *.*"),
    ("**Ответ**: 2*3*4 = 24, a * b, 5 > 3 & 2 < 4", "<b>Ответ</b>: 2*3*4 = 24, a * b, 5 &gt; 3 &amp; 2 &lt; 4"),
    ("**а** снейк_кейс_имя __init__ || ~~ ` 【1】", "<b>а</b> снейк_кейс_имя __init__ || ~~ ` 【1】"),
    (
        "**а** <b>x</b> <script> </span> <blockquote>",
        "<b>а</b> &lt;b&gt;x&lt;/b&gt; &lt;script&gt; &lt;/span&gt; &lt;blockquote&gt;",
    ),
    ("**а** [x](javascript:alert(1))", "<b>а</b> [x](javascript:alert(1))"),
    ('**а** [x](http://a" onclick="b)', '<b>а</b> [x](http://a" onclick="b)'),
    ("**а** \ud83d", "<b>а</b> \ufffd"),
]


@pytest.mark.parametrize(("text", "html"), CLEAR)
def test_clear_markdown_becomes_html(text: str, html: str) -> None:
    assert to_html(text) == html


PLAIN = """Привет!|2*3*4 = 24|2**3**4|snake_case_name|_snake_case_|снейк_кейс_имя|__init__|a * b|5 > 3 и 2 < 4|<3|>_<|^_^|*_*
¯\\_(ツ)_/¯|~~|C:\\temp\\*.txt|* * *|***|---|100$|`|```|``````|#хэштег|# |> 18 лет|**|****|** а **|**жирный**а|[1]
![x](http://a.b)|[x](javascript:1)|<b>x</b>|<script>alert(1)</script>|&amp;|- раз, — сказал он|1) раз|1. раз|+ раз|* 5|\\*а\\*
>_< и >_<|_a_b_|а*б*в|5 *3 * 2|Д`Артаньян и О`Нил|` `|а``б`|_да__|[ ](http://a.b)|[x](y)|___а___|#|* *|> 5|    код"""


@pytest.mark.parametrize(
    "text",
    ["", "||", "a || b", "**а\nб**", "```\n\n```", "~~~ Глава ~~~\n**а**", "``` Вот *так*\nа", "а\0", *re.split(r"[|\n]", PLAIN)],
)
def test_what_is_meant_literally_stays_plain(text: str) -> None:
    assert to_html(text) is None


class _Reader(HTMLParser):
    """Reads HTML as Telegram does: an error for any tag, attribute or link that it would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.visible = ""
        self.feed(html)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "s", "code", "pre", "a", "blockquote"}
        assert {"a": ["href"], "code": ["class"]}.get(tag, []) == [name for name, _ in attrs] or (tag == "code" and not attrs)
        assert tag != "a" or re.match(r"https?://|tg://|mailto:", str(attrs[0][1]))
        self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.visible += data


def test_any_mixture_of_marks_is_sound_html_or_plain() -> None:
    dice = random.Random(2)
    link = "[x](https://я.рф/а_б_(в)*c*)"
    tokens = ["_", "__", "~~", "||", "`", "```", "[", "]", "(", "](", "](http://a.b)", "【", "】", "\\", "!", "\0", "\r", "\ud83d"]
    tokens += ["<b>", "</b>", "<blockquote>", "</span>", "&amp;", "<", ">"]
    tokens += ["*", "**", "***", "слово", "word", "1", "👍", '"', " ", " ", "\n", "\n> ", "\n# ", "\n* "]
    tokens += ["**жир**", "*кур*", "_кур_", "`код`", "~~нет~~", "\n```py\n", "\n```\n", link]
    tokens += ["    ", "~~~", "a_b", "^_^", "\\*", "- ", "1) ", "[x](y)", "[", "https://a.b/_c_"]
    converted = 0
    for _ in range(4000):
        text = "".join(dice.choices(tokens, k=dice.randint(0, 30)))
        if (html := to_html(text)) is not None:
            converted += 1
            visible = _Reader(html).visible
            assert visible.strip(), text
            assert len(visible) <= len(text), text
            shown = text.replace("](http://a.b)", "").replace(link, "x").replace("\r", "\n")
            shown = re.sub(r"^\s*`{3,}[a-z0-9_]+", "", shown, flags=re.MULTILINE)
            rest = iter(visible)
            assert all(character in rest for character in shown if character.isalnum()), (text, html)
            rest = iter(text)
            assert all(character in rest for character in visible if character.isalnum()), (text, html)
    assert converted > 1000


@pytest.mark.parametrize(
    "token",
    [
        "[a]",
        "[",
        "**a ",
        "***a ",
        "*a ",
        "_a ",
        "~~a ",
        "`a` ",
        "`",
        "*",
        "> a\n",
        "# a\n",
        "```a\n",
        "[](",
        "\n",
        "*_",
        "a*",
        "_a_b_",
    ],
)
def test_hostile_markdown_is_fast(token: str) -> None:
    began = time.process_time()
    to_html("**x** " + token * (4000 // len(token)))
    to_html("**x** " + token * 33_000)
    assert time.process_time() - began < 2


def test_more_than_a_message_is_plain() -> None:
    assert to_html("**а** " + "б" * (MESSAGE_LIMIT - 6)) is not None
    assert to_html("**а** " + "б" * (MESSAGE_LIMIT - 5)) is None
