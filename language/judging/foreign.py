"""Which language a text is in: enough to notice a reply that the person, who writes Russian, did not ask for.

Letters tell most of it. Other languages in Cyrillic are told by letters that Russian does not have, by their commonest words, and
by how much of the text the Russian dictionary does not know.
"""

import re
from functools import lru_cache

from language.words import either, lemma, morph, stems, word_set, words

SCRIPTS = {
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "arabic": "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "indian": "\u0900-\u0dff",
    "thai": "\u0e00-\u0eff",
    "caucasian": "\u0530-\u058f\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "korean": "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "chinese": "\u2e80-\u3029\u3031-\u303c\u303e-\u312f\u3190-\u3296\u3298\u329a-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uffef\U00020000-\U0003ffff",  # and Japanese; all but the emoji among them
    "other": "\u0f00-\u109f\u1200-\u1c7f\u1cd0-\u1cff\u2d30-\u2dff\ua000-\ua63f\ua6a0-\ua6ff\ua800-\ua95f\ua980-\uabff"
    "\U00010000-\U0001cfff",
}
"""The scripts that no Russian reply needs, as ranges of a character class."""
_WRITTEN_IN = {
    "greek": either(stems("греч(?!к|нев) греци грек эллин")),
    "hebrew": either(stems("иврит еврейск идиш")),
    "arabic": either(stems("араб фарси персид урду пушту")),
    "indian": either(stems("хинди санскрит деванагари бенгал тамил индийск")),
    "thai": either(stems("тайск по-тайск лаосск")),
    "caucasian": either(stems("грузи армян армени")),
    "korean": either(stems("коре[йя] корейск хангыл")),
    "chinese": either(stems("китай япон иероглиф кандзи хираган катакан аниме")),
}
_NAMED_ABROAD = stems("песн оригинал что_(?:о?значает|значит) расшифр аббревиатур термин сленг")
"""What has foreign names, and is spoken of in Russian."""
_CHATS = re.compile(r"\W*(?:sure|of course|certainly|absolutely|okay|here(?:'s| is| are)|i(?:'m| am| can| would))\b", re.IGNORECASE)
"""How a model begins that answers in English."""
_FOREIGN_MATTER = either(
    stems(
        "англ немецк франц испан итал португ голланд нидерланд шведск норвежск датск финск эстонск латышск литовск польск чешск"
        " словацк словенск хорват серб болгар македон украин белорус венгер румын молдав турец татар башкир казах узбек киргиз"
        " таджик азербайджан монгол чуваш якут чечен осетин вьетнам"
    )
    + r"(?!\w*(?:и[яию]|ией|стан\w{0,2})\b|(?<=украин)(?:[аыеу]|ой)\b|(?<=вьетнам)[ае]?\b)",  # a country
    stems(
        "перевед перевес перевод перевож латын латин транслит иностранн алфавит эсперанто инглиш english"
        " код$ кода$ коде$ скрипт команд[уаы]$ терминал консол"
        " python питон javascript html css sql regex регуляр процитир"
        " глагол артикл идиом герунди спряга проспряга present past perfect conditional"
        " дореформенн дореволюционн_орф старославянск ять$ ятями$ ятем$"
    ),
    _NAMED_ABROAD,
    r"\bязык(?:и|ов|ам|ах|ами)\b|\bна (?!русск|прост|понятн|доступн|человеч|как|тво|сво)\w+ язык\w+",
    r"\bпо-(?!русски|дружески|детски|братски|соседски|мужски|женски|человечески|царски|английски\b$)\w+[сц]ки\b",
)


_TO_SAY = either(
    stems(
        "скажи сказать скажу говор напиши написать ответь ответить звучит будет слово фраз здоров поздоров поздрав попрощ попроси"
        " спой прочитай посчитай объясниться спросить смс письм представиться"
    )
)
_IN_A_TONGUE = either(r"\bна (?!русск)\w+[сц]ком\b(?! \w+[оеё]м\b)")
"""Whoever says "скажи что-нибудь на эльфийском" names a language, known or not."""
_ABROAD = either(
    stems(
        "англи немц герман франц испан итал португ голланд нидерланд швед швец норвег норвеж датчан финн финл эстон латыш латви"
        " литов польш чехи[июя]$ чехом$ словак словен хорват серби сербо болгар украин белорус венгр румын турц турок турк татар"
        " казах узбек кирги таджик азербайджан монгол вьетнам иностран греци грек грузи армя армен коре[йя] кита[йяею] япон"
        " араб израил"
    )
)
"""Foreigners and their countries, where something is to be said."""
_ALL_LANGUAGES = either(r"\b(?:разн|друг|всех|нескольк|многи)\w* язык(?:ах|ам)\b")


def scripts_allowed(question: str) -> frozenset[str]:
    """The names of the scripts that an answer to `question` may use: those in it, and those of the languages it is about."""
    if _ALL_LANGUAGES.search(question):
        return frozenset(SCRIPTS) - {"other"}
    return frozenset(
        name
        for name, letters in SCRIPTS.items()
        if re.search(f"[{letters}]", question) or (name in _WRITTEN_IN and _WRITTEN_IN[name].search(question))
    )


@lru_cache(maxsize=1_000)
def wants_foreign(question: str) -> bool:
    """Whether an answer to `question` may be in another language, or in code: a translation, a foreign word, a command."""
    if _FOREIGN_MATTER.search(question) or scripts_allowed(question):
        return True
    if _TO_SAY.search(question) and (_IN_A_TONGUE.search(question) or _ABROAD.search(question)):
        return True
    return sum(word in LATIN_SMALL_WORDS for word in _LATIN.findall(question.lower())) > 1  # "how do you say спасибо"


_ASIDE = re.compile(
    r"https?://\S+|www\.\S+|[@#]\w+|\S+@\S+|«[^«»\n]*»|\"[^\"\n]*\"|“[^“”\n]*”|„[^„“\n]*“|[\U000f0000-\U0010ffff]"
    r"|[(\[](?:от |с |из )?(?:лат|англ|греч|др|фр|нем|исп|ит|порт|яп|кит|араб|тур|польск|сокр)\w*\.(?: |-)[^()\[\]:\n]*[)\]]"
)
"""Links, titles, quotations, code, and where a word comes from."""
_CODE = re.compile(r"\w\(|[{}=;<>$|\\]|\s--?\w|\w/\w|\w\.\w|_\w")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][a-z]+)?")
_CYRILLIC = re.compile(r"[\u0400-\u052f]+(?:['’-][\u0400-\u052f]+)*")
# і ї є ґ ў ј љ њ ћ ђ џ ә ғ қ ң ө ұ ү һ …, and ъ where no е, ё, ю, я follows
_NOT_RUSSIAN = re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u052f]|ъ(?![еёюя])", re.IGNORECASE)

# Small words of English, German, French, Spanish, Italian and Polish.
LATIN_SMALL_WORDS = word_set(
    """
    the is are am was were be been of to and but or not you your yours we they he she it my me his her our their this that these
    those there here what how why when where who which can could would should will may might must do does did have has had with
    for from about into because please just very also if then so than as at by on in an i'm it's don't can't that's what's let
    sorry hello hi hey thanks thank yes sure today help
    ich bin ist sind du wir sie es nicht und oder aber der die das ein eine mit für auf wie kann danke hallo guten
    really however always never maybe good great nice beautiful wonderful interesting important happy sad more most much many some
    often usually sometimes already almost perhaps probably especially finally suddenly quickly slowly easily together
    enough instead later soon everywhere somewhere both each another different better worse bad difficult simple
    possible necessary while during
    without between through before after around until since whether although though therefore
    any every even still now too well again actually quite absolutely
    je suis est vous nous tu pas et le la les des une un mais avec pour bonjour merci comment ça
    yo soy es eres el los las una y con para por que como hola gracias estoy muy bien
    sono sei siamo che non per ciao grazie il di jest się nie jak to co cześć dziękuję
    """
)
_LATIN_GREETINGS = word_set("hello hi hey thanks thank sorry sure goodbye bye hallo hola bonjour ciao danke merci gracias")

# Greetings and small words of Ukrainian, Belarusian, Bulgarian, Serbian, Kazakh and Tatar, which no Russian writes.
_CYRILLIC_SMALL_WORDS = word_set(
    """
    привіт вітаю сәлем що як це вже дуже також можна щоб якщо чому може треба дякую вона вони воно його який яка теж справи завжди
    робити зараз цей з зі або але від бо ні хто цього
    гэта дзякуй мяне цябе якая таксама можаш цяпер прывитанне
    аз ти си съм съвсем също със сте сме това какво какви защо ще няма мога във здравейте здравей днес къде кога което която нещо
    како шта зашто нисам ово бих желим данас добар хвала
    жаксы рахмет яхшы рэхмэт
    """
)


_NAMES = 3
"""Latin words of what may be a list of names rather than a sentence."""
_ENDS = re.compile(r"[.!?…]\W*\Z")
_IN_TITLES = word_set("the a an of and or in on at to for from with by de del la le les el los du des et y e i von van der und il")
"""Small words in names: "Lord of the Rings"; German writes every noun as a name."""


def has_foreign_words(text: str) -> bool:
    """Whether a word of a text is of another language in Cyrillic, be the rest Russian: "Як справи, то есть как дела?"."""
    return any(_NOT_RUSSIAN.search(word) or word.lower() in _CYRILLIC_SMALL_WORDS for word in _CYRILLIC.findall(text))


def is_foreign(text: str) -> bool:
    """Whether `text` is mostly in another language than Russian, titles, quotations, links and code left aside."""
    prose = _ASIDE.sub(" ", text)
    latin = [] if _CODE.search(prose) else _LATIN.findall(prose)
    cyrillic = _CYRILLIC.findall(prose)
    if sum(map(len, latin)) > 2 * sum(map(len, cyrillic)):
        if (
            2 * sum(map(str.istitle, latin)) > len(latin) > _NAMES
            and "I" not in latin
            and latin[0].lower() not in LATIN_SMALL_WORDS
            and not (_ENDS.search(prose) and sum(word.islower() and word not in _IN_TITLES for word in latin) > 1)
        ):
            return False  # "Pink Floyd, The Wall"
        plain = [word for word in latin if word.islower() or word.startswith("I'") or word == "I" or word is latin[0]]
        small = [word for word in plain if word.lower() in LATIN_SMALL_WORDS]
        is_said = len(plain) > 1 and (bool(small) or re.search(r"[.!?]\s*\Z", prose) is not None)
        is_sentence = bool(small) or latin[0][0].isupper() or re.search(r"[.!?…,]", prose) is not None  # no command, no list
        return (len(plain) > 3 and is_sentence) or is_said or (bool(small) and small[0].lower() in _LATIN_GREETINGS)
    strange = [word for word in cyrillic if _NOT_RUSSIAN.search(word) or word.lower() in _CYRILLIC_SMALL_WORDS]
    if len(strange) == 1 < len(cyrillic) and strange[0].istitle() and strange[0].lower() not in _CYRILLIC_SMALL_WORDS:
        return False  # "Київ красив весной"
    unknown = sum(not _is_russian(word) for word in cyrillic)
    is_certain = len(strange) > 2 or not all(map(_is_russian, strange))  # "си" and "аз" alone are Russian too
    return bool(strange) and is_certain and 10 * max(len(strange), unknown) >= 3 * len(cyrillic)


_PHRASE = 5
"""Words of what may be said for the word itself."""
_IN_ANOTHER = re.compile(f"[{''.join(SCRIPTS.values())}]")
_OF_ITS_KIND = re.compile(
    r"\b([а-яё]+) по-[а-яё]+[сц]ки\b|\b[а-яё]+[сц]к(?:[иоу]й|[аи]я|о[ем]|и[емх]|ого|ому|ую|ими) ([а-яё]+)", re.I
)
_SAID = word_set(
    """
    сказать говорить написать перевести перевод звучать называться произносить прочитать фраза слово письмо текст стих песня спеть
    стихотворение тост сочинение эссе рассказ рассказать диалог сообщение поздравление поздравить предложение выражение поговорка
    пословица язык объявление резюме ответить отвечать описать значить представиться подпись посчитать цитата процитировать
    рождение рождество праздник утро спасибо любовь
    сочинить придумать повторить поздороваться приветствие название алфавит строчка строка припев куплет форма пример девиз слоган
    """
)
"""What is asked for by whoever wants to hear another language."""


def is_wrong_language(reply: str, question: str) -> bool:
    """Whether a reply is in another language than the person's, and the question is not about one."""
    if _CHATS.match(reply):
        question = re.sub(rf"(?:{_NAMED_ABROAD})\w*", " ", question, flags=re.IGNORECASE)
    is_all = not _CYRILLIC.search(reply) and len(_LATIN.findall(reply)) + len(_IN_ANOTHER.findall(reply)) // 2 > _PHRASE
    if not (is_foreign(reply) or (is_all and _IN_ANOTHER.search(reply))) or is_foreign(question):
        return False
    if len(_LATIN.findall(reply)) <= _SAYING and any(map(_is_of_saying, words(question.lower()))):
        return False  # "что сказал Цезарь Бруту" - "Et tu, Brute?"
    is_taken_up = not {*_LATIN.findall(reply.lower())}.isdisjoint(_LATIN.findall(question.lower()))
    if is_taken_up and (len(_CYRILLIC.findall(reply)) > 1 or not _SAID.isdisjoint(map(lemma, words(question)))):
        return False  # "Love - «любовь», like - «нравится»."
    return not (_asks_for_language(question) if is_all else wants_foreign(question))


_SAYING = 8
"""Words of what may be a saying."""
_SAY = word_set("говорить сказать петь спеть кричать крикнуть девиз слоган лозунг надпись написать гласить")


def _is_of_saying(word: str) -> bool:
    """Whether a question with this word asks what somebody says; "скажи" only asks."""
    return lemma(word) in _SAY and "impr" not in morph().parse(word)[0].tag


def _asks_for_language(question: str) -> bool:
    """Whether `question` wants something said in another language, not a dish "по-французски" or a way through China."""
    said = [lemma(word) for word in words(question)]
    if not _SAID.isdisjoint(said):
        return wants_foreign(question)
    plain = _OF_ITS_KIND.sub(lambda match: " " if _is_noun(match[1] or match[2]) else match[0], question)
    return wants_foreign(_CYRILLIC.sub(lambda word: " " if _is_place(word[0]) else word[0], plain))


def _is_noun(word: str) -> bool:
    return "NOUN" in morph().parse(word.lower())[0].tag


def _is_place(word: str) -> bool:
    return "Geox" in morph().parse(word.lower())[0].tag


def _is_russian(word: str) -> bool:
    return bool(morph().word_is_known(word.lower()))
