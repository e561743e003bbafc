"""Words and frames of `language.names`: what the dictionary of pymorphy3 does not know about names.

Words are lower-case, with `ё` as `е`.
"""

import re
from typing import NamedTuple

from language.words import word_set

BOT_NAMES = word_set("гриша гриш гришка гришаня григорий grisha")

# First names that pymorphy3 does not list as names in the nominative (colloquial and foreign ones).
MORE_NAMES = word_set(
    """
    санек санька димон димыч диман димас митяй лешка лелик леха вован вовчик максимка макс тоха антоха жека женек
    кирюха кирюша кир ромка ромыч ромчик ванек владос владик стасян стасик никитос никитка костян костик колян мишаня
    мишка пашок петруха темыч гошан гриня витек виталя виталик дрон дениска деня данек даник тимоха тимка святик
    святогор олежек олежа юрец юрик толик толян русик илюха ильюха сережка серега андрюха артемка ярик славян эд эдик
    ильдус дастан ерлан ержан нурик бауыржан каро резо бека гурам шота мераб зелимхан шерзод фаррух шохрух темур вугар
    турал ниджат айтен гюнель дильшод санжар айбек алмаз бекзат ернар ерасыл жандос адиль нурбек эльнур заур тахир
    мухаммад мохаммед ахмад абдул машуля катюха катена ксю ксюха ксюня настюха настюша настена нюта юляша юлька тата
    ната светка ирка иришка ириша викуля викуся лерочка лерка дашуля дашка стася стейси фая асия амина амалия софия
    софья соф гульназ жанар жанара жулдыз зулейха лейсан ляйсан медина раяна салтанат сауле хадижа гулсара дилноза
    нигора севда мариам наринэ нарине сирануш татевик шушан эка кетеван кето мака натия тамуна теона тинатин камила
    камилла айша сумая ясмин ясмина анель томирис асель айару аружан лея мелисса теа болат данис фаиль темирлан
    ильназ дарига зульмира кунсулу меруерт нургуль
    перизат салима толганай хания шолпан асылай настенька ванюша сашуля юрочка светик лизок танчик маришка ленусик
    доминика эрика
    геля глаша тася уля нюся ася кузя тоша маня
    маняша дуся люся муся люсьен стефа веня сеня жорик гошка зоряна снежана мыкола микола олесь леся ореся андрий
    сергий дмитро олексий роб уилл ноа лиам итан мэттью софи хлоя зои карлос мигель лючия юки наруто кенджи хироши
    акира минхо чонгук прия фатма кемаль мия кэт эмили эшли тайлер кайл джастин джордан остин логан мейсон изабель элли
    элис николь мишель даниэль даниэла габриэль
    """
)

# Names that are also common words, but which after "я" are names.
RATHER_NAMES = word_set(
    """
    дана серафим осип     вика вероника виктория максим мирон тоня юра софа рената изабелла марсель карина ульяна
    алина алла алиса элла дина
    гуля люба мартин флора стелла оскар генри рамазан булат казимир гордей андрон августина калерия катюша аленка
    франклин радий грета глен мурза рафик лука лавр павлина ярослав роман лили юли султан алан александр богдан мила
    тина кирилл карим селена ислам марко ник том тим марк дима лаура рома макс рустам ренат артем варвара валера влад
    жора злата костя лида маргарита толя яна регина эля валерия ангелина
    """
)

# Names that are everyday words as well: after a bare "я" they need a capital letter, a dash or a greeting.
RATHER_WORDS = word_set(
    "вера надежда любовь лев роза слава соня лада лилия аврора флора злата майя радость кит аля мира резеда дания август"
)
# Names that are everyday words so much that only "меня зовут" makes names of them.
ONLY_CALLED = word_set("рада ясна мир весна забава чара канат гений")

ZODIAC = word_set(
    "гороскоп гороскопу зодиак зодиака зодиаку овен телец близнецы рак дева весы скорпион стрелец козерог водолей рыбы"
)

# Latin letters as Russians type their own names in them.
TRANSLIT = re.findall(
    r"(\w+)=(\w+)",
    "shch=щ sch=щ zh=ж kh=х ch=ч sh=ш ts=ц yu=ю ju=ю ya=я ja=я yo=ё jo=ё ia=ия iy=ий ey=ей ei=ей ay=ай ai=ай oy=ой oi=ой "
    "a=а b=б c=к d=д e=е f=ф g=г h=х i=и j=й k=к l=л m=м n=н o=о p=п r=р s=с t=т u=у v=в w=в y=й z=з",
)

LATIN_NAMES = word_set(
    """
    alex alexander alexandra alexa alexey alexei alice alina amanda amelia amy andrea andrew andrey andy angela anna
    anne annie anton antonio arthur artem ashley barbara ben benjamin betty bill bob brandon brian camilla carl carla
    carlos carol caroline catherine charles charlie charlotte chloe chris christian christina christine christopher
    claire daniel danil daria dasha dave david dean den denis dennis diana diego dima dina dmitriy dmitry donald dylan
    ed eddie edward egor elena elizabeth ella ellen emily emma eric erik ethan eugene eva evan eve fred frank gabriel
    gary george gleb grace greg hannah harry helen henry ian igor ilya inna irina isaac isabel isabella ivan jack
    jackie jacob jake james jane janet jason jay jeff jennifer jenny jeremy jerry jessica jessie jim jimmy joe joey
    johan john johnny jonathan jordan jose joseph josh juan judy julia julie justin karen karina kate katherine katie
    katya kelly ken kevin kim kirill kolya konstantin kostya kristina ksenia kyle larry laura lauren lena leo leon
    liam lily linda lisa liza logan louis lucas lucy luis luke margaret maria marina marie mark martin marty mary
    masha mason matt matthew max maxim megan melissa mia michael michelle mike mila misha mohamed mohammed monica
    nadia nancy natalia natalie natasha nathan nastya nick nicholas nicole nikita nikolai nina noah oleg olga oliver
    olivia olya oscar pablo pamela pasha patricia patrick paul pavel pedro peter petya phil philip polina rachel ralph
    ray rebecca richard rita rob robert roger roma roman ron ronald rose ruslan ruth ryan sam samantha samuel sandra
    sara sarah sasha scott sean sergei sergey serge sophia sophie stacy stas stephanie stephen steve steven sue susan
    sveta svetlana tanya tatiana ted teresa thomas tim timothy timur tina tom tony tyler vadim valera valeria vanya
    vasya vera veronica victor victoria vika viktor vitaly vlad vladimir vova walter william yana yulia yura zara
    zhenya zoe
    """
)

# English words that follow "my name is", "call me" or stand in Russian chats, and are no names.
LATIN_WORDS = word_set(
    """
    a an the not no now my your his her our what who how why when where if as by at in on of for to from with and or
    but it this that back later maybe tomorrow today tonight please pls asap anytime again soon once crazy baby daddy
    mommy boss bro dude sir madam mister stupid dumb idiot fool bitch ugly fat lol ok okay yes never nobody noone none
    nothing unknown admin user bot null undefined test called very really so too important secret hard long short here
    there na v k ne kak gulyat idti fuck shit ass asshole dick cunt whore slut nigger nigga motherfucker
    """
)

# Words that stand where a name could stand, and that the dictionary does not tell apart from one.
NO_NAMES = word_set(
    """
    щас ща сейчас че чё чо чего ваще вообще кароч короч короче крч кст плиз плз пж пжл пжлст лол кек ок оке окей хз мб
    норм хай ку дарова здарова здаров прив привет приветик пока ага угу неа нет да ну вот там тут как кто что никак
    никто ничто нечто некто всяко имя ник никнейм фамилия отчество прозвище кличка логин аноним анон незнакомец
    незнакомка человек людь пользователь юзер админ бот робот чат gpt ии нейросеть собеседник друг подруга дружок
    хозяин хозяйка господин госпожа мама папа мать отец сын дочь брат сестра бабушка дедушка муж жена парень девушка
    мальчик девочка мужчина женщина чувак бро братан алло але чик аки ли ала ало бела дик ион сами дарма
    мило малей басим работа учеба школа дом улица афиг
    """
)

# Swear words by their beginnings, insults as whole words: none is taken for a name, whatever its case.
INSULT = re.compile(
    r"(?:на|по|о|за|вы|до|у)?(?:ху[йеия]|пизд|бля(?!нш)|[её]б[аеиулнк]|муд[аио][кчлщзх]|жоп|говн|дерьм|г[ао]ндон|пид[оа]?р|залуп|шлюх"
    r"|сук[аиоу]|дур[аеоыу]к?|дурак|дебил|идиот|кретин|тупо|тупы|тупа|туп[аи]ц|лох|лошар|урод|придур|дол[бп]о|чмо|мраз|твар|ублюд"
    r"|сволоч|скотин|шалав|гей$|педик|жирн|толст|уеб|свинь|коз[её]л|козл|баран|осел|осл[аоу]|лошпед|ничтож|неудачн|слабак|тряпк)"
)

# Greetings, courtesies and small words that ask for no answer of their own.
GREETINGS = word_set(
    """
    привет приветик приветики приветствую прив хай ку здравствуй здравствуйте здрасте здрасьте здарова здаров здорово
    дарова салют алло ало але йо хелло хеллоу hello hi hey privet добрый доброе доброго доброй день дня утро утра
    вечер вечера вечерочек ночи времени суток всем хэй
    """
)
COURTESIES = GREETINGS | word_set(
    """
    приятно очень рад рада знакомству познакомиться знакомиться знакомы будем давай давайте знакомимся знакомься
    знакомьтесь нет представлюсь представиться разреши разрешите позволь позвольте кстати ну а и но вот вообще-то
    вообще на самом деле если что пожалуйста плиз пж спасибо запомни запомните прошу да ага ок окей хорошо ладно
    короче итак слушай так тоже просто для друзей можно можешь можете лучше меня зовут я это зови зовите называй звать
    имя мое все друзья по паспорту тебя тебе тобой с со же взаимно ой извини извините прости простите забыл забыла
    сказать хочу хотел хотела чтобы ты знал знала то есть снова опять бот гриша гришаня гриш григорий хаха ахах ахаха
    хах лол кек блин о ого эй my name is i am i'm nice to meet you too please
    """
)

# Directly before a frame these turn it into a question, a denial or somebody else's case.
SPOILERS = word_set(
    """
    не ни никак как кто кем чье почему зачем когда где куда откуда если раньше прежде будто якобы типа разве неужели
    чтобы чтоб дома ли бы у от для из-за за про обо до без на с вместо кроме будет переводится пишется сказать фраза
    фразу слова if not they he she who
    """
)
PARTICLES = word_set("же там тут вообще еще это ты тебе только просто уже")
# Anywhere before it in the sentence these make it unreal; after them in the same clause it belongs to a story.
UNREAL = word_set(
    """
    если представь представьте представим допустим предположим вообрази притворись якобы будто словно if
    """
)
FICTION = word_set("игра фильм сон книга сериал роль сказка рассказ кино мультик песня сценка герой персонаж")
SPEECH = word_set(
    """
    сказать говорить рассказать ответить отвечать представиться представляться спросить писать написать крикнуть
    кричать заявить утверждать думать подумать считать решить врать соврать притвориться петь спеть произнести
    повторить повторять назваться показаться присниться сниться шепнуть пошутить
    """
)
TAGS = word_set("да верно правда так правильно нет точно же ли или как не ведь разве")
THIRD_PERSONS = word_set("он она они оно ты вы кто написано")
STORY_SUBJECTS = THIRD_PERSONS - word_set("ты вы")
# Prepositions of place: "меня зовут на дачу", "в школе меня зовут Крот".
PLACES = word_set("в во на к ко за")
RELATIVES = word_set("моя мой мое мои наша наш твоя твой ее его она он они с")
# Before "как меня зовут" these tell of it instead of asking.
NOT_ASKING = word_set(
    """
    неважно важно скажу скажем сказал сказала говорил говорила говорю забудь забывай забудьте думай равно знает знают
    помнит помнят спросил спросила спрашивает узнал узнала он она они никто если я
    """
) - {"я"}
# What may follow a name without any mark between them.
FOLLOWERS = word_set("а и но я мне из у ты вы как что приятно очень рад рада привет можно for from and nice")
# Before a request these deny it, or make it possible.
NO_REQUEST = word_set(
    """
    не нельзя перестань перестаньте хватит прекрати прекратите зачем почему никогда don't not never
    """
)
INFINITIVES = word_set("звать величать называть обращаться")
# What may precede a correction: "нет, меня зовут не Саша, а Паша".
CORRECTING = COURTESIES - word_set("ты тебя тебе тобой бот гриша гришаня гриш григорий")
MAY = word_set("можно можешь можете будешь будете давай стоит нужно надо прошу лучше хочу проще предпочитаю")

# What may stand inside a frame without changing it, and what may stand between a frame and the name.
_FILL = (
    r"(?:(?:, )?(?:кстати|вообще|вообще-то|тоже|так-то|же|все-таки|обычно|все|друзья|многие|правда|зато|теперь|просто|это"
    r"|пожалуйста|плиз|лучше|впредь|всегда|на самом деле|по паспорту|если что|в общем|короче|по-настоящему|реально"
    r"|also|just)(?: ,)? ){0,4}"
)
_GAP = rf"(?:[-:…*)] ){{0,3}}{_FILL}(?:[-:…*)] ){{0,3}}"
_NAME = r"(?P<name>[^\W\d_][^ ]*)(?= )"
_OTHER = r"(?P<other>[^\W\d_][^ ]*)"
_END = r"(?= [.!…¶,;)*:-]| $)"
_ME = r"(?:меня|menya|menja)"
_CALLED = r"(?:зовут|звать|величают|величать|кличут|называют|zovut|zvat)"
_CALL = r"(?:зови|зовите|называй|называйте|звать|называть|обращайся|обращайтесь|обращаться|zovi|zovite)"
_MAY = r"(?:можно|можешь|можете|будешь|будете|давай|стоит|нужно|надо|прошу)"
_SHORTER = (
    r"(?:можно|лучше|проще|короче|сокращенно|коротко|или|зови|для друзей|для своих|просто|давай"
    r"|(?:все|друзья|близкие|знакомые|многие|родные|обычно|чаще) зовут)"
)


class Frame(NamedTuple):
    """One way to introduce oneself, searched in a line of lower-case tokens with single spaces between them."""

    kind: str
    rank: int
    pattern: re.Pattern[str]


# Of several introductions in a message the highest rank wins, then the last one.
# The last two kinds lean on what those above them found.
FRAMES = tuple(
    Frame(kind, rank, re.compile(rf"(?<= ){pattern}"))
    for kind, rank, pattern in (
        ("called", 3, rf"{_ME} {_FILL}{_CALLED} {_GAP}{_NAME}"),
        ("called", 3, rf"{_CALLED} {_ME} {_GAP}{_NAME}"),
        ("called", 3, rf"(?:мое {_FILL}имя|имя {_FILL}мое|mo[jy]?e imya|имя у меня|у меня имя) {_GAP}{_NAME}"),
        ("called", 3, rf"(?:я зовусь|my name is|my name's|my names) {_GAP}{_NAME}"),
        ("known", 3, rf"{_ME} {_FILL}{_NAME} (?:[^ ]+ )?{_CALLED}(?= )"),
        ("known", 3, rf"{_NAME} (?:[^ ]+ )?{_ME} {_FILL}{_CALLED}{_END}"),
        ("asked", 4, rf"{_CALL} {_FILL}(?:ко мне|{_ME}) {_GAP}{_NAME}"),
        ("asked", 4, rf"(?:ко мне|{_ME}) {_FILL}(?:{_MAY} )?{_FILL}{_CALL} {_GAP}{_NAME}"),
        ("asked", 4, rf"чтоб(?:ы)? (?:(?:ты|вы|все|{_ME}) ){{1,3}}(?:зва|называ)л[аи]? (?:{_ME} )?{_GAP}{_NAME}"),
        ("bare", 4, rf"(?:зови|зовите|называй|называйте) {_GAP}{_NAME}"),
        ("english", 4, rf"call me {_GAP}{_NAME}"),
        ("self", 2, rf"(?:я|ya|ja|i am|i'm|im) {_GAP}{_NAME}"),
        ("inverted", 2, rf"{_NAME} я{_END}"),
        ("polite", 2, rf"это {_FILL}(?:снова |опять )?я , {_NAME}{_END}"),
        ("polite", 2, rf"(?:представиться|представлюсь|знакомиться|знакомы|знакомьтесь|знакомься) [-:,] {_NAME}{_END}"),
        ("this", 2, rf"это {_FILL}(?:снова |опять )?{_NAME}"),
        ("instead", 5, rf"не {_OTHER} (?:, )?а {_GAP}{_NAME}{_END}"),
        ("instead", 5, rf"{_NAME} (?:, )?а не {_OTHER}{_END}"),
        ("ellipsis", 3, rf"(?:а|,|[?]) {_ME} {_GAP}{_NAME}{_END}"),
        ("short", 4, rf"{_SHORTER} {_FILL}{_GAP}{_NAME}{_END}"),
    )
)

# Wishes not to be called by the stored name. After the first, "так" or a name tells; after the last, a name.
NOT_TO_CALL = re.compile(
    r"(?<= )(?:не|перестань|перестаньте|хватит|прекрати|прекратите|нельзя|don't) (?:[^ ,.!?]+ ){0,4}?"
    r"(?:звать|называть|обращаться|зови|зовите|называй|называйте|обращайся|обращайтесь|call)(?= )"
)
FORGET = re.compile(
    r"(?<= )(?:(?<!не )(?:забудь|забудьте|удали|удалите|сотри|стереть|удалить|забыть|вычеркни|не запоминай"
    r"|не сохраняй|forget)"
    r" (?:[^ ,.!?]+ ){0,3}?(?:мое имя|имя мое|, как меня зовут|как меня зовут|my name)"
    r"|меня (?:[^ ,.!?]+ )?(?:так не зовут|не так зовут|зовут (?:вообще |совсем )?не так|зовут (?:по-другому|иначе)"
    r"|(?:по-другому|иначе) зовут)"
    r"|(?:это )?(?:имя )?не мое имя|имя не мое"
    r"|(?:мое имя|меня зовут) (?:совсем )?другое|у меня другое имя|my name is not"
    r"|(?:не нравится|не люблю|бесит|ненавижу|раздражает) , (?:когда|что|как) (?:[^ ,.!?]+ ){0,2}меня так)(?= )"
)
NOT_NAME = re.compile(rf"(?<= )(?:меня зовут не|мое имя не|я (?:вообще-то )?не|меня не|i'm not|i am not) {_NAME}(?: зовут)?{_END}")
OWN_NAME = re.compile(
    r"(?<= )(?:как (?:(?:же|там|вообще|все-таки) )?меня (?:(?:же|там|все-таки|на самом деле) )?(?:зовут|звать|величать|кличут)"
    r"(?! [^ ]+ть )|меня (?:как|каким именем) (?:зовут|звать)|как зовут меня"
    r"|как(?:ое)? (?:у меня |же )?(?:мое )?имя(?= (?:мое )?[?.!]| (?:мое )?$)"
    r"|(?:помнишь|знаешь|назови|скажи|напомни|угадай|забыл|забыла|вспомни|вспомнил|подскажи|произнеси|запомнил|запомнила)"
    r" (?:[^ ,.!?]+ ){0,2}?(?:мое имя|имя мое)|мое имя (?:[^ ,.!?]+ )?(?:помнишь|знаешь|какое|как|забыл|забыла"
    r"|запомнил|запомнила)"
    r"|(?:what is|what's|whats) my name|(?:know|remember) my name)(?= )"
)
