"""What a message says of the reply before it: that it was good, that it missed, or that another one is wanted.

Only a message that says this and hardly anything else counts: who says "мне снился бред" judges no reply.
"""

import re
from typing import Literal

from language.words import fold

_OPENING = (
    r"(?:(?:ну|да|нет|не|ой|эх|эй|а|и|но|же|блин|слушай|извини|прости|спасибо|пасибо|спс|благодарю|большое|огромное|вообще|опять"
    r"|снова|все) )*"
)
"""What may go before a judgement."""
_VERY = (
    r"(?:(?:это|ты|вы|мне|меня|ответ|все|вообще|просто|совсем|опять|снова|уже|очень|реально|правда|действительно|абсолютно|прям"
    r"|прямо|так|тут|здесь|оказалось|было|же|и|самый|самая|самое) )*"
)
_POLITE = (
    r"(?: (?:пожалуйста|плиз|пж|спасибо|большое|огромное|друг|дружище|бро|братан|гриша|гриш|вообще|совсем|опять|же|тебе|мне|очень"
    r"|какой то|какая то|какая|какой))*"
)
"""What may go after it."""
_YOU = r"(?:ты|вы) (?:меня |это |опять |снова |вообще |совсем |же |все |просто |явно |так |ничего )*"

_NONSENSE = r"(?:бред|чуш|ерунд|чепух|фигн|хрен|херн|хуйн|неправд|лож|вран|глупост|отсто|ахине|бессмыслиц|галимать|нелепост|дич)\w*"
_WHOLE_NONSENSE = r"(?:что за |ну и |(?:полн|сплошн|какой|какая|редкостн)\w* |(?:какой|какая|какую) то )*"
_SAYS = r"(?:несешь|пишешь|говоришь|порешь|ответил\w?|написал\w?|сказал\w?|посоветовал\w?|получил\w+)"
_ABOUT_THIS = r"(?:(?:не )?(?:о том|об этом|о нем|про то|про это|то|это|так|туда|о другом|про другое|другое|другую))"
_ASK = r"(?:(?:спрашива|спроси|проси|попроси|хоте|име|говори|написа|сказа)\w+)"
_I = r"я (?:вообще |же |ведь |совсем |тебя )*"
_MISSED = (
    rf"{_WHOLE_NONSENSE}{_NONSENSE}(?: (?:полн\w+|собач\w+|{_SAYS}))*",
    rf"(?:ты )?{_SAYS} {_VERY}{_WHOLE_NONSENSE}{_NONSENSE}",
    r"не (?:то|так|туда|по теме|в тему|об этом|о том|про это|про то|правда|верно|правильно|помогл?[оа]?|годится|сработало)",
    rf"не (?:то|так|об этом|о том|про то) (?:(?:что|о чем|как|про что|мне|я) )+(?:{_ASK}|нужно|надо)(?: в виду)?",
    r"(?:неверно|неправильно|мимо|мимо кассы|несмешно|не смешно|бесполезно|ни о чем)",
    rf"{_YOU}не (?:так |правильно )?(?:понял|понима|слыш|слуша|прав|ответил|угадал|въехал)\w*"
    r"(?: (?:меня|на|мой|вопрос\w?|о чем|что|я|мысль|шутк\w|суть|спрашив\w+))*",
    rf"{_YOU}(?:ошиб|перепут|напут|соврал|наврал|неправ|облажал)\w*",
    rf"(?:{_YOU})?(?:ошибаешься|путаешь|врешь|тупишь|глючишь)",
    rf"{_I}{_ABOUT_THIS} (?:тебя )?{_ASK}(?: в виду)?",
    rf"{_I}(?:не )?{_ASK}(?: тебя| в виду| совсем| вообще)* {_ABOUT_THIS}",
    r"(?:плохо|неправильно|неверно|криво|невпопад|тупо) (?:ответил|сказал|объяснил|понял|посоветовал|написал|пошутил)\w*",
    r"(?:плох|неверн|неправильн|ужасн|отвратительн|бесполезн|дурацк|туп|слаб|неудачн|крив|странн)\w+ "
    r"(?:ответ|совет|шутка|объяснение|идея|вариант|подсказка)",
    r"ответ (?:плохой|неверный|неправильный|так себе)",
    r"(?:причем|при чем) (?:тут|здесь)(?: \w+){0,3}",
)
"""The reply is not what was asked for, wrong, or nonsense."""
_FINE = (
    r"(?:классн|круто|отличн|хорош|здоров|супер|прекрасн|красив|смешн|метк|остроумн|мудр|верн|правильн|шикарн|крут|умн|годн|дельн"
    r"|толков|полезн|лучш|замечательн|великолепн|гениальн|понятн|доходчив|четк|прикольн|интересн)\w*"
)
_SAID = r"(?:(?:ответи|сказа|объясни|придума|пошути|подмети|написа|посоветова|подсказа|сочини|рассказа)(?:л\w*|но))"
_THING = r"(?:ответ|совет|вариант|рецепт|план|объяснение|идея|мысль|шутка|подсказка|рассказ|история)"
_HELPED = (
    r"(?:(?:помог|выручил)(?:ло|ла|ли|а)?|полезно|пригодилось|сработало|заработало|подошло|подействовало|то что (?:надо|нужно)"
    r"|то самое|самое то)"
)
_HIT = (
    _HELPED,
    rf"{_FINE} (?:ты )?{_SAID}",
    rf"{_SAID} {_FINE}",
    rf"(?:какой |какая )?{_FINE} {_THING}",
    rf"{_THING} {_VERY}(?:{_FINE}|огонь|топ|бомба|{_HELPED})",
    rf"за {_VERY}(?:{_FINE} )?(?:совет|помощь|подсказку|идею|объяснение|рецепт|ответ)",
    r"молодец|умница|умничка|красавчик|красава|гений|угадал\w?|ты (?:\w+ ){0,2}(?:лучш(?:ий|ая)|права?)",
    r"точно|именно|вот именно|верно|правильно|в (?:самую )?точку|точняк|бинго|браво|в яблочко|так и есть",
)
"""The reply was right, well said, or helped."""
_ONCE_MORE = (
    r"(?:(?:давай|попробуй|ответь|скажи|напиши|сделай|можешь|можно|подумай|начни) )*"
    r"(?:еще раз|еще разок|заново|по новой|по другому|иначе|другой (?:ответ|вариант)|другую (?:версию|идею))"
    r"(?: (?:попробуй|давай|ответь|скажи|напиши|подумай|сделай|можешь|можно|начни))?",
    r"(?:переделай|перепиши|переформулируй|передумай|исправь|исправься|попробуй (?:еще|снова|получше)|ответь нормально)"
    r"(?: (?:это|ответ|все|его|нормально|короче|покороче|проще|понятнее|лучше|получше|по человечески|еще раз|заново|по другому))*",
)
"""Another reply is wanted in its place."""


def _message(*patterns: str) -> re.Pattern[str]:
    """What finds a message that says one of these things."""
    return re.compile(rf"{_OPENING}{_VERY}(?:{'|'.join(patterns)}){_POLITE}")


_BAD, _GOOD, _AGAIN = _message(*_MISSED), _message(*_HIT), _message(*_ONCE_MORE)
_FILLER = re.compile(rf"\w+ |{_OPENING}")
"""A clause that judges nothing, but may go before one that does: one word, such as a name, or an opening."""
_RHETORICAL = re.compile(r"(?:что за|ну и|(?:причем|при чем)) ")
_SUBORDINATE = re.compile(r"(?:что|чтобы|будто|как|если|когда|потому|где|куда|кто|чем)\b")
"""How a clause begins that says what the clause before it speaks of: "неправда, что ..."."""
_LONGEST = 200
"""Characters of a message that may be a judgement."""


def judges(text: str) -> Literal[-1, 0, 1]:
    """What a message says of the reply before it: 1 that it was good, -1 that it missed, 0 nothing of the kind."""
    if _says(_BAD, text):
        return -1
    return 1 if _says(_GOOD, text) else 0


def wants_another(text: str) -> bool:
    """Whether a message asks for another reply in place of the one before it: "ещё раз", "переделай", "попробуй по-другому"."""
    return _says(_AGAIN, text)


def _says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the message begins with a sentence, or a clause, that says what `pattern` finds."""
    if len(text) > _LONGEST:
        return False
    for sentence in re.findall(r"[^.!?…\n]*\w[^.!?…\n]*[.!?…]*", text):
        whole = _plain(sentence)
        if "?" in sentence and pattern is not _AGAIN and not _RHETORICAL.match(whole):
            return False  # "точно?" asks
        if pattern.fullmatch(whole):
            return True
        clauses = [plain for part in re.split(r"[,;:()]+|\s[—–-]+\s", sentence) if (plain := _plain(part))]
        for clause, following in zip(clauses, [*clauses[1:], ""], strict=True):
            if pattern.fullmatch(clause):
                return not _SUBORDINATE.match(following)
            if not _FILLER.fullmatch(f"{clause} "):
                return False
    return False


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
