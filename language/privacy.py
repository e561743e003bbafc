"""Whether a text holds personal data: what must never become a pattern that other people are shown.

Two rules of thumb run through it. A number is personal by its shape (a phone, a card) or by the word beside it
("зарплата", "пароль"), never alone. A person's name is personal unless it clearly belongs to culture: a well-known
surname, a title in quotes, a foreign full name, or a name next to a word such as "режиссёр", "роман", "фильм".
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import Leniency, PhoneNumberMatcher

from language.words import WORD, lemma, morph


def _any(stems: str) -> str:
    """A group that matches one of the words or stems; `_` stands for a space, `$` for the end of the word."""
    return rf"\b(?:{'|'.join(s.replace('$', chr(92) + 'b').replace('_', ' ') for s in stems.split())})"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _rule(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


_UNITS = ("один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_NUM_WORD = (
    rf"\b(?:ноль|нуль|одна|две|{'|'.join(_UNITS)}|десять|(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцать|двадцать"
    r"|тридцать|сорок|(?:пять|шесть|семь|восемь)десят|девяносто|сто|двести|триста|четыреста"
    r"|(?:пять|шесть|семь|восемь|девять)сот)\b"
)
_NUM = rf"(?:\b\d{{1,4}}(?!\d)|{_NUM_WORD})"
_SPOKEN_RUN = _rule(rf"(?:плюс\W{{1,3}})?{_NUM}(?:[\s,.–-]{{1,3}}{_NUM}){{3,}}")
_SPOKEN_PHONE = _rule(r"(?:плюс\W+)?(?:восемь|семь|8|7)\W+(?:(?:восемь|девять|четыре)(?:ста|сот)?|[489]\d\d)\b")
_PHONE = _rule(
    r"(?<![\w.,/-])\+?[78](?:[\s()._*–—-]{0,3}\d){10}(?!\d)",
    r"(?<![\w.,/-])\(?9\d\d\)?[\s._–-]?\d{3}[\s._–-]?\d\d[\s._–-]?\d\d(?!\d)",
    r"(?<![\w.–-])\d{2,3}[-–]\d\d[-–]\d\d(?![\d–-])",
    r"\b(?:тел|номер|звони|набери|моб)\w*\W{1,3}(?:[^\W\d]+\W{1,2}){0,2}\d(?:[ -]?\d){4,}",
)
_HOST = r"(?:g?mail|[гдж]+и?мей?л|м[эеа]?[йи]л|яндекс|yandex|ya|рамблер|rambler|inbox|bk|icloud|outlook|hotmail)\w*"
_DOT = r"\s?(?:\.|[(\[{]\s?(?:dot|точка)\s?[)\]}]|\s(?:dot|точка)\s)\s?"
_EMAIL = _rule(
    rf"\w\s?(?:@|[(\[{{]\s?(?:at|собака|эт)\s?[)\]}}])\s?[\w-]{{1,63}}{_DOT}\w{{2}}",
    rf"\bсоба(?:к|чк)\w*\W{{1,3}}(?:{_HOST}\b|[\w-]{{1,63}}{_DOT}(?:ру|ком|нет|орг|рф|[a-z]{{2,4}})\b)",
    r"\w at [\w-]{1,63} (?:dot|точка) \w{2}",
    r"\b(?:e-?mail|имейл|почта|мыло)(?:\W{1,3}|\s+это\s+)(?=[a-z]*[\d._])[a-z][\w.]{3}",
)
_LINK = _rule(
    r"\bhttps?://|\bwww\.\w|\b(?:t|telegram|vk|wa|fb)\.(?:me|com|ru|cc)/|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])",
    r"(?<![\w.@-])(?!(?:asp|vb|ado)\.net\b)[a-zа-я0-9][a-zа-я0-9-]{0,62}(?:\.[a-zа-я0-9-]{1,63}){0,4}\.(?:com|"
    r"ru|org|net|info|biz|su|ua"
    r"|by|kz|de|uk|us|eu|io|me|tv|cc|app|dev|ai|co|xyz|site|online|shop|store|club|pro|link|ly|gg|gl|рф|рус|"
    r"онлайн)(?![\w-])",
    r"\b(?:точка|dot)\s+(?:ру|ком|орг|рф|ru|com|org|net|me)\b",
)
_HANDLE = _rule(
    r"(?<![\w.@])@(?!(?:property|\w*method|dataclass|override|media|import|pytest|lru_cache|everyone|"
    r"here)\b)[a-zа-я_]\w{2}",
    r"\w#\d{4}\b|\bid\d{5}",
    r"\b(?:телеграм\w*|телег[аеу]|тг|инст[аеу]|инстаграм\w*|вк|вконтакте|дискорд\w*|скайп\w*|ник|аккаунт|"
    r"telegram|discord|skype)"
    r"(?:\s*[:—–-]\s*|\s+это\s+|\s+(?=[a-z]*[\d._]))[a-z][\w.]{2}",
)
_LONG_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ -]?\d){12,}(?!\w)")
_CARD = _rule(r"\b(?:\d{4}[ -]?){3}\d{4}\b", r"\bкарт[аыеу]\b\W+(?:[^\W\d]+\W+){0,4}\d{4}\b", r"\b(?:cvv|cvc)\W*\d{3}")
_DOCUMENT = _rule(
    _any("паспорт загран инн$ снилс полис омс$ водительск удостоверени госномер лицев\\w+_сч свидетельств договор")
    + rf"[^.!?\n\d]{{0,40}}(?:\d[\d -]{{3}}|{_NUM_WORD}(?:\W{{1,3}}{_NUM}){{2}})",
    r"\b\d{3}-\d{3}-\d{3}[ -]\d\d\b|(?<!\d)\d\d ?\d\d[ ,№-]{1,4}\d{6}(?!\d)|"
    r"\b[авекмнорстух]\d{3}[авекмнорстух]{2}\s?\d{2,3}\b",
)
_NOT_COUNT = (  # "на улице 20 градусов", "на Тверской 5 минут": a number of things is no house number
    r"(?!\s*(?:[°%+]|[гГ]рад|мин|сек|час|челов|люд|лиц|раз|год|лет|дн|ден|недел|месяц|руб|тыс|млн|метр|км|кг|шт|"
    r"комн|этаж|машин|дом))"
)
_HOUSE = rf"(?:,?\s+|,\s*)(?:(?:дом|д|строение|владение)\b\.?\s*)?{_NUM}(?:\s?[а-гabc]\b)?(?:/\d+)?{_NOT_COUNT}"
_STREET = (
    r"\b(?:улиц[аеуыи]|ул|проспект\w?|пр-т|переул\w+|пер|бульвар\w?|б-р|шоссе|набережн\w+|наб|площад\w+|мкр|"
    r"микрорайон\w?|проезд\w?)\b\.?"
)
_NAMED = r"(?-i:[А-ЯЁ])[\w-]+(?:\s+(?-i:[А-ЯЁ])[\w-]+)?"
_LIVE = r"\b(?:жив(?:у|ём|ем|ёт|ет)|прописан\w?|снимаю|подъезжай|приезжай|адрес\w*)\b"
_ADDRESS = _rule(
    rf"{_STREET}\s+(?:\d+-?\w*\s+)?{_NAMED}{_HOUSE}|\bул\.?\s+[\w-]+(?:\s[\w-]+)?{_HOUSE}",
    rf"{_STREET}\s+[\w-]+(?:\s+[\w-]+)?,?\s+(?:дом|д\.)\s*{_NUM}|(?-i:\b[А-ЯЁ])[\w-]{{3,}}\s+(?:улиц\w|"
    rf"проспект\w?|шоссе){_HOUSE}",
    rf"{_STREET}\s+[\w-]+(?:ского|цкого|[оеё]ва|[иы]на|ская|цкая|ской){_HOUSE}",
    rf"\b(?:на|с|по|у|от)\s+{_NAMED}(?<=ва|на|го|ой|ей|ом|ая|ла|ра|та|ха|ка|ды){_HOUSE}",
    rf"{_LIVE}[^.!?\n]{{0,40}}?(?:\bна|\bпо|:)\s+[\w-]{{4,}}(?:\s+[\w-]+)?{_HOUSE}|"
    rf"{_LIVE}[^.!?\n]{{0,20}}\bулиц[еы]\s+(?-i:[А-ЯЁ])",
    rf"\bадрес\w*\b(?!\s+(?:сайт|почт|ip))[^.!?\n]{{1,50}}\d|\b(?:дом|д\.)\s*{_NUM}\w?[\s,]+(?:кв|корп|к\.|"
    rf"стр|подъезд|этаж)",
    r"\bкв(?:артира|\.)?\s*\d{1,4}(?=\s*(?:[.,;!?)]|$|подъезд|этаж))|\bиндекс\W{1,3}\d{6}",
    rf"\b(?:подъезд\w?|квартир[аеу])\s+{_NUM}[\s,]+(?:этаж|кв|код|домофон|подъезд)",
    r"\b\d{1,5}\s+[A-Z]\w+\s+(?:street|st|avenue|ave|road|rd|lane)\b",
    r"\bжив(?:у|ём|ем)\s+(?:\w+\s+)?(?:у|возле|около|рядом с)\s+(?:метро|станци\w+)\s+(?-i:[«А-ЯЁ])",
)
_COORDINATES = _rule(
    r"\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3}|\d{1,3}°\s?\d{1,2}['′]|(?:широта|"
    r"долгота)\W+\d{1,3}[.,]\d"
)
_SECRET = _rule(
    r"\b(?:парол[ьяюе]м?|логин\w*|пин(?:-?код)?\w{0,2}|pin|password|passwd|pwd)\b(?:[^.!?:=\n]{0,25}[:=]\s*\S|"
    r"\s+[—–-]\s+(?!это\b|не\b|штука)\S"
    r"|[^.!?\n]{0,30}?(?<![\w-])(?!\d+(?:[\s-]*(?:символ|знак|букв|цифр|раз|год|лет|мин)))(?=[^\s\d]*\d)[\w!#$%&*@-]{4}"
    r"|\s+(?!wi)[a-z][^\s,.!?]{3})",
    r"\bкод(?:ы|ом|а)?\b(?![^.!?\n]{0,20}(?:ошибк|http|регион|статус|ascii|цвет|"
    r"стран))[^.!?\n\d]{0,25}(?!40[0134]\b|50[0234]\b)(?:\d{3,8}|\d{1,4}[a-zа-я#*]\d{2,5})"
    r"(?!\d|\s*(?:строк|символ|знак|мест))",
    r"\b(?:домофон\w*|подтверждени\w+|сейф\w*)\W{1,3}\d{3,8}(?!\d)|\b(?:sk|ghp|xox[bp]|AKIA)[-_]?\w{12}",
    r"(?-i:(?<![\w-])(?=[\w-]{0,80}\d)(?=[\w-]{0,80}[a-z])(?=[\w-]{0,80}[A-Z])[\w-]{24})",
)
_AMOUNT = (
    r"(?:\b\d[\d\s.,]{0,12}(?:к\b|k\b|т\.?\s?р|тыс|млн|миллион|косар|руб|р\b|₽|\$|€|доллар|бакс|евро|грн|тенге)|"
    r"\b\d[\d\s]{3}"
    rf"|(?:{_NUM_WORD}\W{{1,3}}){{0,5}}\b(?:тысяч|миллион|рубл|косар|полтор|полмиллион|сотк|сотн|стольник))"
)
_MONEY_WORD = _any(
    """зарплат зп$ оклад получк пенси[яюи]$ стипенди зарабатыва получаю$ получает$ доход$ премию$ аванс
    долж(?:ен|на|ны)$ долг задолж занял одолжи взаймы кредит ипотек микрозайм за[её]м займ алимент накопил скопил
    сбережени на_сч[её]т на_карт[еу] переве[лд] скинь штраф"""
)
_MONEY = _rule(
    rf"{_MONEY_WORD}[^.!?\n]{{0,45}}?{_AMOUNT}",
    rf"{_AMOUNT}[^.!?\n]{{0,20}}{_any('в_долг взаймы зарплат кредит долга накоплени на_сч[её]т на_карт[еу]')}",
)
_GENERAL = _rule(_any("средн[яе] минимальн прожиточн медианн росстат в_росси по_стране в_сша в_мире"))
_MONTH = r"(?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)"
_BIRTH = _rule(
    rf"\b(?:родил\w*|рожден\w*|рождени[яею]|др|днюх\w)\b[^.!?\n]{{0,30}}?(?<!\d)(?:\d{{1,2}}[./-]\d|"
    rf"\d{{1,2}}(?:-?го)?\s+{_MONTH}"
    r"|(?:19|20)\d\d)|\b(?:19|20)\d\d(?:-?го)?\s+год\w*\s+рождени",
    rf"\b(?:\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{1,2}}\s+{_MONTH}\w*)[^.!?\n]{{0,20}}?\b(?:родил|рожд|"
    rf"др\b|днюх)",
    r"\A\W*\d{1,2}[./]\d{1,2}[./](?:19[3-9]\d|20[01]\d)\W*\Z",
)
_KIN = _any(
    """мам[аеуыоу] пап[аеуыо] мать матер отец отц брат(?!ья|ьев) сестр сын$ сын[ауо] доч муж$ муж[ауе] жен[аеуыо]й?$
    бабушк дедушк бабул дедул т[ёе]т[яеюь] дяд друг$ друг[аоу]м?$ подруг подружк парень парн[яюе] девушк сосед коллег
    начальни босс шеф учител училк врач одноклассни одногруппни однокурсни племянни внук внучк тренер препод
    кум[аеу]?$ свекр т[ёе]щ зят[ья] невест жених товарищ приятел знаком[аыо][яйгм] бывш кореш друган братан директор
    менеджер реб[её]н крестн психолог репетитор"""
)
_KIN_WORD, _SELF = _rule(_KIN), _rule(_KIN, r"\b(?:я|меня|мне|мной|мо[йяиюё]|моего|моей|моему|моим|моих|нам|нас)\b")
_ILLNESS = _rule(
    _any(
        """диабет депресси[яюией] онкологи опухол рак(?:а|ом|у)?$ лейкоз вич$ спид(?:а|ом)?$ гепатит туберкул эпилепс
        шизофрени биполяр бар$ окр$ сдвг птср аутизм аутист расстройств паническ\\w+_атак астм аритми гипертони
        инфаркт инсульт гастрит язв[аеуы]$ артрит остеохондроз грыж псориаз экзем аллерги ковид covid коронавирус
        ангин[аеуы] пневмони грипп мигрен анорекси булими алкогол[ие] наркоман бесплод выкидыш аборт инвалид диагноз
        операци[юя]$ химиотерапи деменци альцгеймер паркинсон склероз сифилис герпес эндометриоз щитовидк анеми
        тромбоз цирроз камн\\w+_в_поч перелом опер(?:ировали|ируют) беремен давлени[ея]_\\d"""
    )
)
_DRUG = (
    r"(?:антидеп|антибио|таблет|снотвор|успокоит|транквил|нейролеп|обезбол|инсулин|гормон|лекарств|препарат|укол|капельниц"
    r"|\w+(?:прам|зепам|апин|азолин|циллин|оксетин|лол|прил|статин|тралин)\b)"
)
_HEALTH = _rule(
    _any(
        """забеременел беременна$ беременная$ жд[уё]м?_реб[её]н диагностировал поставили_диагноз хочу_умереть
        не_хочу_жить суицид покончить_с_собой ре(?:жу|зал\\w?)_вены леж(?:у|ит)_в_больниц попал\\w?_в_больниц
        в_психушк сделали_операц на_химии$"""
    ),
    r"\b(?:принима(?:ю|ет)|пь(?:ю|[её]т)|кол(?:ю|ет)|(?:на|про|вы)писал\w*|назначил\w*|сижу на|подсел\w? на|"
    r"леч(?:усь|ит))\s"
    rf"(?:[\w-]+\s){{0,3}}?{_DRUG}",
    r"\b(?:был\w?|хожу|ходил\w?|записал\w+|иду) (?:у|к) (?:психиатр|онколог|нарколог|гинеколог|венеролог|уролог|"
    r"психотерап)",
)
_SICK = _rule(r"\bу (?:него|неё|нее|них)\b|\bбол(?:ею|еет|ел)|\bлеч")
_ZODIAC = _rule(_any("гороскоп зодиак знак"))

_BOT = _set("гриша гришка гришаня гришенька")
# Names of everyday life; the dictionary has 12,000 more, this list only settles words that mean something else as well.
_EVERYDAY = _set(
    """александр алексей андрей антон аркадий арсений артем артур богдан борис вадим валентин валерий василий виктор
    виталий влад владимир владислав вячеслав геннадий георгий герман глеб григорий данил данила даниил денис дмитрий
    евгений егор иван игорь илья кирилл константин леонид макар макс максим марк марат матвей михаил никита николай
    олег павел петр руслан рустам савелий семен сергей станислав степан тарас тимофей тимур федор эдуард юрий яков ян
    ярослав саша саня леша леха алеша боря вадик валера вася витя вова вовка володя гена гоша данька даня дима димка
    димон женя ваня ванька илюша кирюша костя леня миша коля паша петя ромка сема сережа серега стас степа толя толик
    федя эдик юра юрка яша алена алина алиса алла анастасия ангелина анна антонина валентина варвара вероника вика
    виктория галина дарья диана дина евгения екатерина елена елизавета жанна зинаида зоя ирина карина кира кристина
    ксения лариса лидия людмила маргарита марина мария милана надя наталья наташа нина оксана олеся ольга полина
    регина рита светлана снежана соня софья таисия тамара татьяна тоня ульяна элина эля юлия юля яна ярослава алена
    аленка аня ася варя галя даша ира катя ксюша лена лера лиза люба люда маша машка настя оля поля таня ира юлька
    ленка катька дашка жора мансур ринат ренат рената рома динара малика карим стелла салим русик"""
)
# Both a name and an everyday word: a person only where the words around it say so.
_DOUBTFUL = _set("вера надежда любовь роза слава лев роман рая света марта майя мая мила тома лилия злата лада лика")
_WORD_FORMS = _set("варю вари колю марка марке марку марки полю поли тоне сани борей динары тому том кости костей")
_CULTURE = _set(
    """пушкин лермонтов гоголь толстой достоевский чехов тургенев булгаков есенин маяковский ахматова ахматов цветаева
    цветаев бродский пастернак блок бунин горький набоков стругацкий пелевин акунин довлатов салтыков чуковский маршак
    барто высоцкий цой окуджава чайковский рахманинов шостакович прокофьев мусоргский репин шишкин айвазовский малевич
    кандинский врубель тарковский эйзенштейн гайдай балабанов бондарчук менделеев ломоносов гагарин циолковский
    лобачевский ландау ленин сталин путин горбачев ельцин хрущев брежнев суворов кутузов каспаров каренина каренин
    онегин раскольников болконский ростов безухов печорин чичиков обломов базаров карамазов бендер гоцман штирлиц
    шекспир эйнштейн ньютон маск джобс поттер холмс бонд моцарт бетховен бах шопен да-винчи гёте гете кафка камю сартр
    ницше кант фрейд юнг дарвин хокинг тесла платон сократ аристотель наполеон цезарь гитлер черчилль дисней стоун
    кинг роулинг толкин аврелий твен"""
)
_NOT_PEOPLE = _set(
    """иисус христос зевс гамлет ромео джульетта буратино наполеон шерлок моцарт цезарь сири сократ платон аллах
    вовочка венера юпитер вега сириус андромеда клеопатра афродита аполлон геракл одиссей питер хеопс"""
)
_ART = _rule(
    _any(
        """писател поэт автор$ автора$ режисс[её]р актёр актер актрис певец певиц композитор художник уч[её]н философ
        физик математик роман(?:а|е|ы|у|ом)?$ книг повест рассказ(?:ы|а|е)?$ стих пьес фильм сериал мульт песн альбом
        опер(?:ы|а|е|у|ой|ам)$ балет симфони соната картин персонаж геро[йяеи] княз[ья] цар[ьюе]$ корол импера
        группы?$ теорем закон(?:ы|а|у)?$ теори кот(?:а|у|е)?$ анекдот сказк легенд миф"""
    )
)
_EPITHET = _rule(
    r"(?:перв|втор|трет|четв[её]рт|велик|грозн|мудр|невск|донск|муром|попов|никитич|цареви|дурак|купал|"
    r"македон)\w*|[IVX]{1,4}"
)
_DOES = _set(
    """позвонить звонить ответить попросить просить обещать пообещать приехать уехать прийти уйти зайти обидеться
    поссориться уволиться заболеть болеть жениться пригласить звать купить опоздать переехать поступить устроиться
    простить привет"""
)
_SAYS = _set("сказать говорить написать писать рассказать спросить работать учиться считать думать")
_NICK = re.compile(
    r"(?:сан|лёх|лех|алекс|анд?р|ант|бор|вад|вал|ван|вит|влад|вов|ген|ден|дим|дан|жен|ил|иго?р|ир|кат|кир|кол|"
    r"кост|ксю|лен|лёш|леш|люб|люд"
    r"|макс|мар|мат|маш|миш|над|нат|наст|ник|ол|пав|паш|пет|пол|рит|ром|рус|саш|свет|сер|серг|соф|стас|степ|сон|"
    r"тан|тём|тим|тол|юл|юр|яр)"
    r"(?:[юуаяоё]х|[юу]ш|[юу]н|[уюи]л|[яао]н|[ёео]к|ь?к|и?чик|ец|[уюоея]ньк|[оеё]чк|[ао]с|[ую]с)(?:а|у|и|ы|е|ой|"
    r"ей|ом|ем|ю|я|)"
)
_NAMED_AS = _rule(r"\b(?:зовут|по имени|(?:мо[её]|е[её]|его|твоё) имя|фамилия|my name is|zovut)\s*[—:-]?\s*([^\W\d_]{2,})")
_FIXED = _rule(
    r"\b(?:мастер\w* и маргарит|ромео и джульет|руслан\w* и людмил|маш\w и медвед|алис\w в стране|"
    r"тарас\w* бульб|иван-да-мар"
    r"|маш(?:у|ем) (?:\w+ )?(?:рук|хвост|вслед)|зме\w+ горыныч|дед\w{0,3} мороз|анютин\w+ глаз)\w*"
)
_GREETING = _rule(r"\b(?:привет|спасибо|здравствуй\w*|хай|пока),?\s\Z")
_ADDRESSED = _rule(r",\s(?:ты|тебя|тебе|вы|привет|спасибо|прив|здравствуй)")
_ADJECTIVE = _rule(r"(?:ой|[йоеы][йехмю]|го|му|ми|ая)\Z")
_SLAVIC = _rule(
    r"(?:[оеё]в|[иы]н|ск(?:ий|ая)|цк(?:ий|ая)|[еэ]нко|[чщ]ук|[иы]ч|ян|дзе|швили|[аиуюе]й"
    r"|(?:ов|ев|ин|ын|ск|цк)(?:а|у|ым|ой|е|ого|ому|им|ом|ую|ы|ых|ыми))\Z"
)
_SIGNED = _rule(r"(?:подпис\w*|зовут|имя|:)\s*\Z")
_TITLE = re.compile(r"«[^«»,:!?\n]{2,45}»|\"[^\",:!?\n]{2,45}\"")
_START = re.compile(r"(?:\A|\n|[^\w\s,;)(&/%№+'’-])[\s«\"“(—–-]*\Z")
_LETTERS = str.maketrans(dict(zip("abcdefghijklmnopqrstuvwxyz", "абкдефгхижклмнопкрстуввхиз", strict=True)))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff№]")
_DIGRAPHS = dict(pair.split("=") for pair in sorted(_set("shch=щ sh=ш ch=ч zh=ж kh=х ya=я ia=ия yu=ю yo=ё ts=ц y=й"))[::-1])


class _Reading(NamedTuple):
    """What the dictionary says of one word form: how likely each kind is, and the dictionary forms."""

    name: float
    surname: float
    patronymic: bool
    place: float
    other: float
    known: bool
    lemmas: frozenset[str]


@lru_cache(maxsize=50_000)
def _read(word: str) -> _Reading:
    name = surname = place = other = 0.0
    patronymic, lemmas = False, set()
    for parse in morph().parse(word):
        tag = parse.tag
        if "GRND" in tag or "Init" in tag:
            continue
        lemmas.add(parse.normal_form.replace("ё", "е"))
        patronymic = patronymic or "Patr" in tag
        if "Name" in tag:
            name += 0.0 if "plur" in tag and "Fixd" not in tag else parse.score
        elif "Surn" in tag:
            surname += parse.score
        elif "Geox" in tag or "Orgn" in tag:
            place += parse.score
        elif "Patr" not in tag and "Poss" not in tag:
            other += parse.score
    return _Reading(name, surname, patronymic, place, other, bool(morph().word_is_known(word)), frozenset(lemmas))


def _is_person(text: str, group: list[re.Match[str]]) -> bool:
    """Whether neighbouring words that could be parts of a name do name a private person."""
    start = group[0].start()
    before, after = text[max(0, start - 60) : start], text[group[-1].end() : group[-1].end() + 60]
    near_before, near_after = WORD.findall(before.rpartition("\n")[2])[-2:], WORD.findall(after)[:3]
    related = bool(near_before) and any(_KIN_WORD.match(w) for w in near_before)
    deeds = {lemma(w) for w in (*near_before[-1:], *near_after)}
    readings = [_read(m.group().lower()) for m in group]
    known = any(r.lemmas & _CULTURE and (i or not r.name) for i, r in enumerate(readings))
    if known and not related and not deeds & _DOES:
        return False
    if any(r.patronymic for r in readings):
        return True
    about_art = not related and any(_ART.match(w) for w in (*near_before, *near_after[:2]))
    about_art = about_art or before.rstrip().endswith("»") or after.lstrip(" ,—").startswith("«")
    if any(_EPITHET.fullmatch(m.group()) for m in group[1:]):
        return False
    first = next((r for r in readings if r.name and (r.lemmas & (_EVERYDAY | _DOUBTFUL) or r.name >= 0.3)), None)
    if len(group) > 1 and first is not None:
        local = bool(first.lemmas & (_EVERYDAY | _DOUBTFUL)) or any(_SLAVIC.search(m.group()) for m in group[1:])
        return related or bool(deeds & _DOES) or (local and not about_art)
    match, read = group[0], readings[0]
    word, capital = match.group(), match.group()[0].isupper() and not match.group().isupper()
    inside = capital and not _START.search(before)
    if read.place and re.search(r"\b(?:в|во|из|до|под|город\w*|г\.)\s\Z", before, re.IGNORECASE):
        return False
    if read.name and (read.name >= read.surname or read.lemmas & (_EVERYDAY | _DOUBTFUL)):
        if read.lemmas & _NOT_PEOPLE or re.search(r"\d[-\s]\Z", before):
            return False
        if not read.known:
            return capital and (related or bool(deeds & _DOES))
        if related or deeds & (_DOES | _SAYS) or _GREETING.search(before):
            if word.lower() in _WORD_FORMS:
                return False
            return bool(read.lemmas & (_EVERYDAY | _DOUBTFUL)) or (read.name >= 0.3 and (capital or not read.other))
        if read.lemmas & _DOUBTFUL:
            return inside or (capital and _ADDRESSED.match(after) is not None)
        if read.lemmas & _EVERYDAY:
            return inside or (read.name >= 0.2 and word.lower() not in _WORD_FORMS)
        heard = about_art or any(re.match("слуша|чита|перечит", w) for w in near_before)
        return read.name >= 0.3 and not heard if inside else not (read.other or read.place) and len(word) > 3
    if read.surname < max(0.3, read.other) or (not capital and _ADJECTIVE.search(word)):
        return False
    if related and capital:
        return True
    local = _SLAVIC.search(word) is not None or (bool(deeds & _DOES) and capital)
    return local and not about_art and (inside or not read.other)


def _has_name(text: str) -> bool:
    text = _FIXED.sub("…", text)
    for match in _NAMED_AS.finditer(_TITLE.sub("…", text)):
        word = match[1]
        read = _read(word.lower())
        if not read.lemmas & _BOT and (word[0].isupper() or read.name >= 0.02 or not read.known):
            return True
    quoted = [m.span() for m in _TITLE.finditer(text)]
    titles = [(a, b) for a, b in reversed(quoted) if not _SIGNED.search(text[max(0, a - 20) : a])]
    group: list[re.Match[str]] = []  # neighbouring words of one name, the first of them in the dictionary of names
    for match in WORD.finditer(text):
        while titles and titles[-1][1] <= match.start():
            titles.pop()
        word = match.group()
        if titles and titles[-1][0] < match.start():
            continue
        if word[0].isascii():
            word = _to_cyrillic(word) if word[0].isupper() and not word.isupper() else ""
            if word and _read(word).lemmas & _EVERYDAY and _read(word).name >= 0.5:
                return True
            continue
        read = _read(word.lower())
        if _made_of_name(word, read):
            return True
        joins = bool(group) and word[0].isupper() and text[group[-1].end() : match.start()] == " "
        if group and not joins:
            if _is_person(text, group):
                return True
            group = []
        if joins or (not read.lemmas & _BOT and (read.name > 0 or read.surname >= 0.2 or read.patronymic)):
            group.append(match)
    return bool(group) and _is_person(text, group)


def _to_cyrillic(word: str) -> str:
    """A name in Latin letters as it would be spelled in Russian: "Masha" -> "маша"."""
    return re.sub("|".join(_DIGRAPHS), lambda m: _DIGRAPHS[m[0]], word.lower()).translate(_LETTERS)


def _made_of_name(word: str, read: _Reading) -> bool:
    """Whether the word is made of an everyday name: "Катина сумка", "сашин день рождения", "Маринка", "санёк"."""
    plain = word.lower().replace("ё", "е")
    match = re.fullmatch(r"(.{2,}?)(?:[иы]н(?:а|о|ы|у|ой|ого|ому|ым|ых|ыми)?|ь?к(?:а|и|е|у|ой|ою))", plain)
    if match and ((word[0].isupper() and "к" in plain[len(match[1]) :]) or not read.other or not read.known):
        return not {match[1], match[1] + "а", match[1] + "я"}.isdisjoint(_EVERYDAY | {"света"})
    return not read.known and _NICK.fullmatch(plain) is not None


@lru_cache(maxsize=1_000)
def _own_name(names: frozenset[str]) -> re.Pattern[str] | None:
    """What finds the given names in any case form, in Cyrillic or Latin letters; None when there is nothing to find."""
    forms: set[str] = set()
    for word in {w.lower() for name in names for w in re.findall(r"\w{2,}", name)}:
        for spelling in {word, word.replace("ё", "е"), _to_cyrillic(word)}:
            if lemma(spelling) in _BOT or spelling in _BOT:
                continue
            forms.add(re.escape(spelling))
            stem = re.sub(r"(?<=..)[аяоеёуюиыьй]\Z", "", spelling)
            if re.fullmatch(r"[а-яё-]{2,}", stem):
                more = "|ою|ею|ам|ям|ами|ями|ах|ях|" if len(stem) > 2 else ""
                forms.add(f"{re.escape(stem)}(?:[аяоеёуюиыьй]|[оеё][йм]{more})")
                forms.add(re.sub(r"[еёо]([кц])\Z", r"ь?\1", stem) + "(?:а|у|ом|е|и|ам)")
            for parse in morph().parse(spelling):
                if {"Name", "Surn", "anim"} & parse.tag.grammemes and parse.is_known:
                    forms.update(form.word for form in parse.lexeme)
    text = "|".join(sorted(forms, key=len, reverse=True)).replace("ё", "[её]")
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE) if forms else None


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _has_phone(text: str) -> bool:
    if _PHONE.search(text):
        return True
    if sum(map(str.isdigit, text)) >= 7 and any(True for _ in PhoneNumberMatcher(text, "RU", Leniency.VALID)):
        return True
    for run in _SPOKEN_RUN.finditer(text):
        said = re.findall(r"\w+", run[0].lower())
        counting = "".join(said) in "".join(_UNITS) + "десять"
        spoken = any(not w.isdigit() for w in said)
        if spoken and not counting and (len(said) >= 6 or _SPOKEN_PHONE.match(run[0])):
            return True
    return False


def _has_card(text: str) -> bool:
    numbers = (re.sub(r"\D", "", m[0]) for m in _LONG_NUMBER.finditer(text))
    return _CARD.search(text) is not None or any(len(n) == 20 or (len(n) <= 19 and _luhn(n)) for n in numbers)


def _has_health(text: str) -> bool:
    if _HEALTH.search(text):
        return True
    sentences = (s for s in re.split(r"[.!?\n]", text) if _ILLNESS.search(s) and not _ZODIAC.search(s))
    return any(_SELF.search(s) or _SICK.search(s) for s in sentences)


def _has_money(text: str) -> bool:
    return _MONEY.search(text) is not None and not _GENERAL.search(text)


def _has_birth_date(text: str) -> bool:
    match = _BIRTH.search(text)
    if match is None:
        return False
    return _SELF.search(text) is not None or not any(_read(w.lower()).lemmas & _CULTURE for w in WORD.findall(text))


_KINDS: dict[str, Callable[[str], object]] = {
    "phone": _has_phone,
    "email": _EMAIL.search,
    "card": _has_card,
    "document": _DOCUMENT.search,
    "address": _ADDRESS.search,
    "link": _LINK.search,
    "handle": _HANDLE.search,
    "name": _has_name,
    "health": _has_health,
    "money": _has_money,
    "secret": _SECRET.search,
    "birth_date": _has_birth_date,
    "coordinates": _COORDINATES.search,
}


def find_personal_data(text: str, known_names: Collection[str] = ()) -> list[str]:
    """The kinds of personal data in `text`, such as ["phone", "name"]; empty when it may be shared.

    `known_names` are the names of the people of this chat, found in any case form. The bot's own name never counts.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    own = _own_name(frozenset(known_names))
    found = [kind for kind, has in _KINDS.items() if has(text)]
    if "name" not in found and own is not None and (own.search(text) or own.search(_to_cyrillic(text))):
        found.append("name")
    return found
