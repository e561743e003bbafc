"""By which name a reply calls the person: never by somebody else's, and not by the own one when it has just been said."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from language.judging.foreign import wants_foreign
from language.words import either, fold, morph, normalise, stems, word_set, words

# Beginnings of the forms of names whose short forms are not their own beginnings.
_FORMS = tuple(
    tuple(forms.split())
    for forms in re.split(
        ";",
        """
        александр саш шур сан алекс; алекс леш лех лел; анастас наст аст ас стас; анатол тол; андре дрон дрюн; анн ан ню;
        антон тош тох; арсен сен; артем тем; борис бор; вад дим; валер лер; васил вас; виктор вит вик; викт вик; витал вит;
        владимир влад вов вол; владислав влад слав; вячеслав слав; георг гош жор гер ег; григор гриш; дмитр дим мит;
        евген жен жек; екатер кат; елен лен ален; елизав лиз; ефим фим; иван ван; игор гар; ирин ир; кир кирю; ксен ксю оксан;
        конст кост; леон лен; лев лев; людм люд люс мил; мар маш мус ман; мих миш; надежд над; натал наташ нат таш; никит ник;
        никол кол ник; олес лес; ольг ол; павел паш пав; петр пет; роман ром; светл свет лан; семен сем сен; серг сер; соф сон;
        станисл стас слав; степан степ; татьян тан; тимоф тим; федор фед; эдуард эд; юл юл; юр юр; яков яш; ярослав яр слав;
        ульян уля; маргарит рит марго; тамар том; богдан дан; вероник ника; кристин тин;
        святослав слав; мирослав слав; раис рая; эльвир эля
        """,
    )
)


@lru_cache(maxsize=10_000)
def same_person(one: str, other: str) -> bool:
    """Whether two first names may be one person's: "Саша" and "Александр", "Катя" and "Катюша"."""
    return _same_stem(one, other) or any(fold(one).startswith(forms) and fold(other).startswith(forms) for forms in _FORMS)


def _same_stem(one: str, other: str) -> bool:
    short, long = sorted((fold(one).rstrip("аяйьоеиыую"), fold(other).rstrip("аяйьоеиыую")), key=len)
    return short == long or (len(short) > 2 and long.startswith(short))


_CALLS = (
    r"(?:привет\w*|здравствуй(?:те)?|здорово|хай|салют|прощай|пока|спасибо|благодарю|пожалуйста|конечно|прости|извини|поздравляю"
    r"|удачи|успехов|здоровья|счастья|\w+(?:ого|его|ой|ых|их) (?:пути|дороги|дня|вечера|ночи|аппетита|сна|снов|отдыха|выходных)"
    r"|с (?:(?:дн[её]м|новым|наступающим|юбилеем)\b)(?: \w+)?|ура"
    r"|добр\w+ (?:утро|день|вечер|ночи)|спокойной ночи|до (?:свидания|встречи|завтра)|с возвращением|не за что|не грусти|держись"
    r"|(?:рад|рада|приятно) (?:тебя видеть|познакомиться|знакомству|встрече|тебя слышать|видеть тебя)|очень приятно"
    r"|дорог(?:ой|ая)|милая|милый|уважаем(?:ый|ая)|hi|hello|hey|dear)"
)
"""After these somebody is called by a name, whatever name it is."""
_NAME = r"(?P<name>[А-ЯЁA-Z][а-яёa-z]+(?:-[А-ЯЁA-Z][а-яёa-z]+)?)(?: [А-ЯЁ][а-яё]+(?:ич|вна|ична))?"
_PATRONYMIC = re.compile(r" [А-ЯЁ][а-яё]+(?:ич|вна|ична)\b")
_STOP = r"(?=[ ]?(?:[.!?…)]|\Z|[\u2600-\u27bf\U0001f000-\U0001faff]))"
_PLACES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (  # "Привет, Маша!"
        re.compile(rf"(?P<called>\b(?i:{_CALLS})),?[ ]+{_NAME}(?=[ ]?[,—–-]|{_STOP})"),
        lambda match: match["called"],
    ),
    (  # "Маша, смотри."
        re.compile(rf"(?:\A|(?<=[.!?…][ ])|(?<=\n)){_NAME}(?:,(?! котор)|!(?=\s))\s*(?P<next>\S)"),
        lambda match: match["next"].upper(),
    ),
    (re.compile(rf"(?P<before>[\w»)]),[ ]+{_NAME}{_STOP}"), lambda match: match["before"]),  # "Смотри, Маша!"
    (re.compile(rf"(?P<before>\w),[ ]+{_NAME},(?=[ ])"), lambda match: match["before"] + ","),  # "Ну, Маша, смотри."
)
_NOT_SAID = re.compile(  # quotations and dialogues
    r"«[^«»]*»|\"[^\"\n]*\"|“[^“”]*”|^[ \t]*(?:[—–-][ ]|[А-ЯЁ][а-яё]*(?: [а-яё]+)?:[ ]).*$", re.MULTILINE
)
_TO_YOU = word_set(
    "ты тебя тебе тобой твой твоя твое твои твоего твоей твоему твою твоих вы вас вам вами ваш ваша ваше ваши вашего вашей"
)
_IS_CALLED = re.compile(
    rf"(?:\b(?P<whose>[Мм]еня|[Тт]ебя|[Вв]ас) зовут[ ]|\b(?P<own>[Мм]оё|[Тт]воё|[Вв]аше) имя(?: [—–-])?[ ]"
    rf"|(?:\A|(?<=[.!?…] ))(?P<self>Я)(?: [—–-])?[ ](?={_NAME.replace('?P<name>', '')}[,.!]))(?:это )?{_NAME}"
)
_OF_BOT = word_set("меня моё я")
_ASKS_NAME = re.compile(r"\b(?:зовут|им[яе]\w{0,3}|называ\w+|обраща\w+)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(r"\b(?:кто|кого|кому|кем|чей|чья|чьё|чьи)\b", re.IGNORECASE)
_WANTS_TEXT = either(
    stems(
        "напиши сочини придумай составь письмо стих поздравлен тост сказк истори рассказ анекдот шутк песн диалог сценк"
        " шаблон заявлен смс$ представиться образ[её]?ц пример открытк реч[ьи]$ текст$"
    )
)
"""In a text that was asked for anybody may be spoken to."""


@dataclass(frozen=True)
class Address:
    """Who may be called by name in a talk."""

    question: str
    """The person's message; who is named in it may be spoken to."""
    person: str | None
    """The person's name, when it is known."""
    bot: str
    """The bot's name."""
    others: Collection[str] = ()
    """The names of others who take part."""
    is_known_by_now: bool = False
    """Whether the person has just been called by name, and need not be again."""

    def without_names(self, text: str) -> str:
        """`text` without the person's name where it need not be said once more, and without the bot's own, given back."""
        is_enough = self.is_known_by_now and not _ASKS_NAME.search(self.question)
        is_namesake = self._is_person(self.bot)
        for place, without in _PLACES:
            left, position = "", 0
            for match in _vocatives(place, text):
                is_own = match["name"] == self.bot and "called" in match.groupdict() and not is_namesake
                if is_own or (is_enough and self._is_person(match["name"])):
                    left, position = left + text[position : match.start()] + without(match), match.end()
            text = left + text[position:]
        return text

    def mistakes_somebody(self, text: str) -> bool:
        """Whether `text` calls the person by somebody else's name, or says that the person or the bot has another one."""
        wants_text = _WANTS_TEXT.search(self.question) is not None or wants_foreign(self.question)
        for match in () if wants_text else _IS_CALLED.finditer(_NOT_SAID.sub("", text)):
            whose = match["whose"] or match["own"] or match["self"]
            own = self.bot if whose.lower() in _OF_BOT else self.person
            if own and not same_person(match["name"], own) and _is_name(match["name"]) and not self._is_asked_about(match["name"]):
                return True
        strangers = [match for place, _ in _PLACES for match in _vocatives(place, text) if self._is_stranger(match)]
        if not strangers or wants_text:
            return False
        return any("called" in match.groupdict() for match in strangers) or (bool(strangers) and _speaks_to_somebody(text))

    def _is_person(self, name: str) -> bool:
        return any(same_person(name, own) for own in (self.person or "").split())

    def _has_other_patronymic(self, match: re.Match[str]) -> bool:
        told, own = _PATRONYMIC.match(match.string, match.end("name")), _PATRONYMIC.search(f" {self.person or ''}")
        return told is not None and own is not None and fold(told[0]) != fold(own[0])

    def _is_asked_about(self, name: str) -> bool:
        return name != self.bot and any(_same_stem(name, word) for word in words(self.question))

    def _is_stranger(self, match: re.Match[str]) -> bool:
        name = match["name"]
        if self._has_other_patronymic(match):
            return True
        if name == self.bot and _ASKS_NAME.search(self.question):
            return False
        if self._is_person(name) or self._is_asked_about(name) or any(fold(name) in fold(other) for other in self.others):
            return False
        if "called" in match.groupdict():
            return _may_be_name(name)
        if _ASKS_WHO.search(self.question):
            return False
        if not (_is_name(name) or ("before" in match.groupdict() and _is_clipped(name))) or _AFTER_IN_LIST.match(
            match.string, match.end("name")
        ):
            return False
        before = _BEFORE_IN_LIST.search(match.string, 0, match.start("name"))
        return before is None or not (before["inside"] or _is_noun(before["word"]))


def _vocatives(place: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Where `text` may call somebody, its quotations and dialogues left aside."""
    found = list(place.finditer(text))
    aside = {at for match in _NOT_SAID.finditer(text) for at in range(*match.span())} if found else set()
    return [match for match in found if match.start("name") not in aside]


_BEFORE_IN_LIST = re.compile(r"(?P<inside>[\w,;:—–-] )?\b(?P<word>[А-ЯЁ][а-яё]+),? (?:и )?\Z")
_AFTER_IN_LIST = re.compile(r", *(?:и )?[А-ЯЁ][а-яё]+|,? и [А-ЯЁ]|, [а-яё]+ и ")


@lru_cache(maxsize=10_000)
def _is_name(word: str) -> bool:
    """Whether a word is a first name, and hardly anything else, in the form by which somebody is called."""
    form = morph().parse(word)[0]
    return "Name" in form.tag and ("nomn" in form.tag or "voct" in form.tag) and morph().word_is_known(word.lower())


@lru_cache(maxsize=10_000)
def _is_clipped(word: str) -> bool:
    """Whether a word is a name as it is called out: "Вить", "Тань"."""
    return any("Name" in form.tag and "voct" in form.tag for form in morph().parse(word))


@lru_cache(maxsize=10_000)
def _is_noun(word: str) -> bool:
    return "NOUN" in morph().parse(word)[0].tag


@lru_cache(maxsize=10_000)
def _may_be_name(word: str) -> bool:
    """Whether a word may be a name where one is expected: one that is a word as well, or that the dictionary does not know."""
    return not morph().word_is_known(word.lower()) or any("Name" in form.tag and "nomn" in form.tag for form in morph().parse(word))


def _speaks_to_somebody(text: str) -> bool:
    """Whether the words are said to somebody: there is a "you", an imperative, or a question."""
    return "?" in text or any(word in _TO_YOU or _is_imperative(word) for word in normalise(text).split())


@lru_cache(maxsize=20_000)
def _is_imperative(word: str) -> bool:
    tag = morph().parse(word)[0].tag
    return "impr" in tag or "2per" in tag
