"""Names, and words that are none: what the dictionary of pymorphy3 does not know about names.

Words are lower-case, with `ё` as `е`.
"""

import re

from language.words import word_set

BOT_NAMES = word_set("гриша гриш гришка гришаня григорий grisha")

# First names that pymorphy3 does not list as names in the nominative.
MORE_NAMES = word_set(
    """
    санек санька кеша димон димыч диман димас митяй лешка лелик леха вован вовчик максимка макс тоха антоха жека женек кирюха
    кирюша кир ромка ромыч ромчик ванек владос владик стасян стасик никитос никитка костян костик колян мишаня мишка пашок
    петруха темыч гошан гриня витек виталя виталик дрон дениска деня данек даник тимоха тимка святик святогор олежек олежа
    юрец юрик толик толян русик илюха ильюха сережка серега андрюха артемка ярик славян эд эдик ильдус дастан ерлан ержан
    нурик бауыржан каро резо бека гурам шота мераб зелимхан шерзод фаррух шохрух темур вугар турал ниджат айтен гюнель дильшод
    санжар айбек алмаз бекзат ернар ерасыл жандос адиль нурбек эльнур заур тахир мухаммад мохаммед ахмад абдул машуля катюха
    катена ксю ксюха ксюня настюха настюша настена нюта юляша юлька тата ната светка ирка иришка ириша викуля викуся лерочка
    лерка дашуля дашка стася стейси фая асия амина амалия софия софья соф гульназ жанар жанара жулдыз зулейха лейсан ляйсан
    медина раяна салтанат сауле хадижа гулсара дилноза нигора севда мариам наринэ нарине сирануш татевик шушан эка кетеван
    кето мака натия тамуна теона тинатин камила камилла айша сумая ясмин ясмина анель томирис асель айару аружан лея мелисса
    теа болат данис фаиль темирлан ильназ дарига зульмира кунсулу меруерт нургуль перизат салима толганай хания шолпан асылай
    настенька ванюша сашуля юрочка светик лизок танчик маришка ленусик доминика эрика геля глаша тася уля нюся ася кузя тоша
    маня маняша дуся люся муся люсьен стефа веня сеня жорик гошка зоряна снежана мыкола микола олесь леся ореся андрий сергий
    дмитро олексий роб уилл ноа лиам итан мэттью софи хлоя зои карлос мигель лючия юки наруто кенджи хироши акира минхо чонгук
    прия фатма кемаль мия кэт эмили эшли тайлер кайл джастин джордан остин логан мейсон изабель элли элис николь мишель
    даниэль даниэла габриэль ильнар ильсур накип ранис ренас тимерлан фирдус эльвир ильсия лениза ляля миляуша айзиля айгиза
    гулюса абылай адилет багдат бекарыс бейбит дархан даурен дидар думан есен жанат жомарт кенес куаныш мадияр мейрам мирас
    мухит нурбол нурдаулет саят тлек толеген шынгыс шерхан ыбырай аидана акбота аккунис ардак аяулым жадыра жания жансая зере
    инкар камшат куралай кымбат макпал мерей мереке назерке нурай сандугаш толкын умит шынар баходир бахром ботир джавлон
    джавохир джамшид джахонгир дилшод достон исмоил камол козим мирзо мурод набижон нодир нурали одил озод сардор собир тохир
    хуршид шахзод элер екуб барно гулбахор гулноза гулчехра дилбар дилдора дилором дилфуза зилола зулфия камола махлие муниса
    насиба нафиса нозима озода парвина робия сабохат ситора феруза хилола хуршида шахло джамбулат кази мага муртаз дзерасса
    марха написат петимат раисат салихат сацита умукусум хава хадижат халимат хеда циала эсет загидат мариет вачаган гайк
    драстамат завен карапет корюн минас наири норайр хачатур шаварш асмик варсеник давинэ заруи манушак марине нане нуне
    рипсиме сатеник сона татев тагуи хасмик цовинар эрмине бачо бесик бесо васо важа гела гено гочи дато джаба джумбер коба
    лашо леви луарсаб малхаз миндия мурман нико ростом сосо темо темури торнике хвича цотне эльгуджа анано гванца додо дудана
    ека кетино ламара маквала мзиури нази нани нуну русудан саломе сопо тамар тамта цира бахрам вусал ганимед гасым гюндуз
    кямиль магеррам мехди сеймур тельман турган физули хагани шахин этибар явер вусаля кямаля малахат мехрибан назиля нармина
    натаван нурана рена севиль севиндж санубар севинч тюркан улькер фидан хатира хумар шафига абдыкадыр айдай акжол акыл
    бекболот жоомарт кубаныч мырза нурсеит сыймык таалай темир тилек тынчтык чынгыз адеми айпери айчурек аселя бегимай гулзина
    жаркын жылдыз зуура кыял махабат мээрим нуриза нурзат сайкал таттыбубу чолпон чынара элнура бобур диловар исфандиер комрон
    мехрубон парвиз сиевуш сухроб фаридун фирдавс фируз хуршед манучехр навруз насим сафар нозанин мехрангез фарангис шабнам
    гулру мижгона лесь микита олекса северин федир юхим яремко олена оленка софийка тетяна андрусь базыль витовт кастусь лявон
    михась павлюк пятро рыгор сымон стась язеп янусь лесса марыля наста матиас тобиас эстебан рикардо матео бетти эми мэг
    мэгги рейчел роуз стефани трейси вивьен холли хейли эйприл эбигейл полин моник лусия хуанита исабель паола джулиетта кьяра
    акико такеши мэй джун минджун нгуен хоанг сунил элиф васек мишутка лекс киря вадя сава настька мася вичка зойка ульяша
    улька кристя крися элька диди нинок леська алпамыс жаслан касым кайсар медет сакен аяла гулим кундуз шугыла дониер жавохир
    жамшид ислом комил лазиз рустамжон гайрат гулрух малохат мехри мохира насимжон рохат сурайе юлдузой исламутдин набиюлла
    сиражутдин барият зумруд издаг маржанат маликат разият салимат хамис мовсар хизир мовлди хож-бауди билкис залпа зулай есет
    жирайр левонти норик смбат вардуи грануш маргар мелине нвард рузан сусан нукри зуриа заал тазо гизо элдар софо нуца алсын
    фаниз фларит шаукат зульфира ильгина наркиз сумбель файруза энже баатыр аюка бадма басан бато доржи очир саян тумэн цырен
    эрдэм эрдни баирма долгор номин сарюна сэсэг цыцыгма эржена айаал дьулус ньургун эрчим айталина дайаана кюннэй нарыйа
    сайаана шолбан аян сайзана айдаш алдынай чодураа шенне аделя ариэла бьянка дарин делия джоанна илинка ингеборг киан лейтон
    мартина нейтан ноэль отилия розалин селин сиенна тайя фелипе хлои хуго эмбер милолика ренара динар марийка нора марго
    миха джамала хабиба захра шахида махмуда шарифа вахида рафиля загира яромира маринка амелия нона лиана юрко надин златка юрок
    """
)

# Names that are also common words, but which after "я" are names.
RATHER_NAMES = word_set(
    """
    дана серафим осип вика вероника виктория максим мирон тоня юра софа рената изабелла марсель карина ульяна
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
    adrian alex alexa alexander alexandra alexei alexey alice alina amanda amelia amy andrea andrew andrey andy angela
    anna anne annie anton antonio artem arthur ashley barbara ben benjamin betty bill bob brandon brian camilla carl carla
    carlos carol caroline catherine charles charlie charlotte chloe chris christian christina christine christopher claire
    damian daniel danil daria dasha dave david dean den denis dennis diana diego dima dina dmitriy dmitry donald dylan ed
    eddie edward egor elena elizabeth ella ellen emily emma eric erik ethan eugene eva evan eve fabian florian frank fred
    gabriel gary george gleb grace greg hannah harry helen henry ian igor ilya inna irina isaac isabel isabella ivan jack
    jackie jacob jake james jane janet jason jay jeff jennifer jenny jeremy jerry jessica jessie jim jimmy joe joey johan
    john johnny jonathan jordan jose joseph josh juan judy julia julian julie justin karen karina kate katherine katie
    katya kelly ken kevin kim kirill kolya konstantin kostya kristina ksenia kyle larry laura lauren lena leo leon liam
    lily linda lisa liza logan louis lucas lucy luis luke margaret maria marian marie marina mark martin marty mary masha
    mason matt matthew max maxim megan melissa mia michael michelle mike mila misha mohamed mohammed monica nadia nancy
    nastya natalia natalie natasha nathan nicholas nick nicole nikita nikolai nina noah oleg olga oliver olivia olya oscar
    pablo pamela pasha patricia patrick paul pavel pedro peter petya phil philip polina rachel ralph ray rebecca richard
    rita rob robert roger roma roman ron ronald rose ruslan ruth ryan sam samantha samuel sandra sara sarah sasha scott
    sean sebastian serge sergei sergey sophia sophie stacy stas stephanie stephen steve steven sue susan sveta svetlana
    tanya tatiana ted teresa thomas tim timothy timur tina tom tony tyler vadim valera valeria vanya vasya vera veronica
    victor victoria vika viktor vitaly vivian vlad vladimir vova walter william yana yulia yura zara zhenya zoe
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

# What English adjectives end in, and some nationalities: "I'm Russian" gives no name, though it has a capital letter.
ENGLISH_ADJECTIVE = re.compile(r".+(?:ian|ean|ican|ish|ese|ing|ed|ful|ous|less|ppy|gry|eer)|french|greek|dutch|czech|swiss")

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
