"""The ways in which people give their names, as patterns over a line of tokens."""

import re
from typing import NamedTuple

from language.names.parts import (
    BORN,
    CALL,
    CALLED,
    END,
    FILL,
    FULL,
    GAP,
    GRANTED,
    HERE,
    LIST,
    MAY,
    ME,
    MEETING,
    MENDING,
    NAME,
    NAMED,
    NAMED_FROM,
    NO_INVITATION,
    OTHER,
    RELATIVES,
    SAID,
    SHORTER,
    SO_DO_YOU,
    SORT_OF_NAME,
    SPEAK,
    TO_YOU,
    WRITES,
)


class Frame(NamedTuple):
    """One way to introduce oneself, searched in a line of lower-case tokens with single spaces between them."""

    kind: str
    rank: int
    pattern: re.Pattern[str]


# Of several introductions in a message the highest rank wins, then the last one.
# The kinds "short" and "mended" lean on what those above them found.
FRAMES = tuple(
    Frame(kind, rank, re.compile(rf"(?<= ){pattern}"))
    for kind, rank, pattern in (
        ("called", 3, rf"{ME} {FILL}{CALLED} {GAP}{NAME}"),
        ("called", 3, rf"{CALLED} {ME} {GAP}{NAME}"),
        (
            "called",
            3,
            rf"(?:мо[йя] имя|меня имя|мое {FILL}им(?:я|ечко)|им(?:я|ечко) {FILL}(?:мое|мне)|m[oa][jy]?[oe] imya"
            rf"|им(?:я|ечко) у меня|у меня имя|ношу (?:[^ ]+ое )?имя"
            rf"|у меня [^ ]+[ео]е имя(?= [-:,])|(?:полное|настоящее) имя)"
            rf" {SORT_OF_NAME}{GAP}{NAME}",
        ),
        (
            "called",
            3,
            rf"(?:я зовусь|(?:my )?name is|my names?|name's|ма[йи] н[еэ]йм(?: и[сз])?"
            rf"|i am called|i'm called|i go by|(?:they|people|friends|all|everyone) calls? me) {GAP}{NAME}",
        ),
        (
            "called",
            3,
            rf"(?:(?:(?:дали|достал[аео]сь|выбрали|придумали) мне|мне (?:дали|достал[аео]сь|выбрали|придумали|дано)) имя"
            rf"|(?:наградили|нарекли)"
            rf" (?:меня )?именем) {GAP}{NAMED}",
        ),
        ("known", 3, rf"{ME} {GAP}{NAME} (?:[^ ]+ )?{CALLED}(?= )"),
        ("known", 3, rf"{ME} (?:[^ ,]+ ){{1,3}}{NAME} {CALLED}{NO_INVITATION}(?= )"),
        ("known", 3, rf"{NAME} (?:[^ ]+ )?{ME} {FILL}{CALLED}{END}"),
        ("led", 3, rf"{NAME}{FULL}{{0,2}} {ME} {FILL}{CALLED}{NO_INVITATION}(?= )"),
        ("known", 3, rf"{NAME} (?:[-,:*…] )?(?:это )?(?:и есть )?(?:мое имя|имя мое){END}"),
        ("known", 3, rf"{CALLED} {NAME} {ME}{END}"),
        ("known", 3, rf"(?:друзья|близкие|родные|знакомые|ребята|пацаны|свои|все) {NAME} {CALLED}{END}"),
        ("given", 1, rf"{ME} {FILL}{BORN} {GAP}{NAMED}"),
        ("given", 1, rf"{ME} (?:[^ ,]+ )?{NAME} {BORN}{END}"),
        ("given", 1, rf"{NAME} {ME} {FILL}{BORN}{END}"),
        ("given", 1, rf"{RELATIVES} {BORN} {NAMED}"),
        ("given", 1, rf"{RELATIVES} {NAME} {BORN}{END}"),
        ("given", 1, rf"{NAME} {BORN} {RELATIVES}{END}"),
        ("given", 1, rf"{BORN} {ME} (?:в честь [^ ]+ )?{GAP}{NAMED}"),
        ("called", 3, rf"(?:исемем|атым|есімім|исмим|исмім|адым) {GAP}{NAME}"),
        (
            "called",
            4,
            rf"(?:ник|никнейм|кличка|прозвище|погоняло|позывной|(?:по )?фамили[яи])"
            rf" (?:моя |у меня )?(?:[-:] )?[^ ]+ [,.;¶] (?:а |по )?им(?:я|ени) {GAP}{NAMED}",
        ),
        ("called", 3, rf"{ME} {CALLED} […)] (?:[^\W\d_]+ ){{1,4}}[…,)] {NAMED}"),
        ("nickname", 3, rf"(?:мой|моя|мое) (?:ник|никнейм|позывной|погоняло|прозвище|кличка|псевдоним) {GAP}{NAMED}"),
        ("nickname", 1, rf"(?:ник|никнейм|позывной|погоняло|псевдоним) {GAP}{NAMED}"),
        ("asked", 4, rf"{CALLED} {NAME} ,? ?{SO_DO_YOU} "),
        ("asked", 4, rf"{CALL} (?:{ME} )?по (?:отчеству|имени|батюшке|фамилии) (?:[-:,] )?{NAMED}"),
        ("asked", 4, rf"{ME} (?:[^ ]+ )?{NAME} (?:зовет|называет|кличет|дразнит) ,? ?{SO_DO_YOU} "),
        ("asked", 4, rf"{ME} (?:зовет|называет|кличет|дразнит) (?:[^ ]+ )?{NAME} ,? ?{SO_DO_YOU} "),
        ("titled", 3, rf"(?:мо[ей]|свое) {FILL}имя (?:[^ ]+ ){{1,6}}[-:,] {NAMED}"),
        ("nickname", 3, rf"для (?:тебя|вас|своих|друзей|всех) я {GAP}{NAMED}"),
        ("asked", 4, rf"{CALL} {FILL}(?:ко мне|{ME}) (?:{MAY} )?(?:по имени (?:[-:,] )?)?{GAP}{NAME}"),
        ("asked", 4, rf"(?:ко мне|{ME}) {FILL}(?:{MAY} )?{FILL}{CALL} {GAP}{NAME}"),
        ("asked", 4, rf"чтоб(?:ы)? (?:(?:все|{ME}) ){{0,2}}(?:ты|вы) (?:{ME} )?(?:зва|называ)л[аи]? (?:{ME} )?{GAP}{NAME}"),
        ("asked", 4, rf"чтоб(?:ы)? {ME} (?:все |тут )?(?:звали|называли) {GAP}{NAME}"),
        (
            "wanted",
            4,
            rf"(?:нравится|люблю|приятно|привычнее|лучше) (?:, )?когда (?:{ME} )?(?:зовут|называют) (?:{ME} )?{GAP}{NAMED}",
        ),
        ("asked", 4, rf"(?:обращайся|обращайтесь) по имени {GAP}{NAME}"),
        ("asked", 4, rf"{NAME} {ME} (?:зови|зовите|называй|называйте){END}"),
        ("asked", 4, rf"{ME} {NAME} (?:зови|зовите|называй|называйте){END}"),
        ("wanted", 4, rf"{NAME} {FILL}(?:зови|зовите|называй|называйте|кличь|величай|величайте)(?= )"),
        ("wanted", 4, rf"(?:хочу|прошу|хотел бы|хотела бы) , чтоб(?:ы)? (?:зва|называ)л[аи]? {GAP}{NAMED}"),
        ("wanted", 4, rf"{MAY} {FILL}(?:ко мне )?{FILL}{NAME} (?:звать|называть|величать|обращаться){END}"),
        ("wanted", 4, rf"(?:обращайся|обращайтесь) {GAP}{NAMED}"),
        ("wanted", 4, rf"{MAY} {FILL}(?:звать|называть|величать|кликать) {GAP}{NAMED}"),
        ("listed", 4, rf"{LIST} {FILL}(?:ко мне|мне|{ME}) {FILL}как (?:к )?{NAMED}"),
        ("listed", 4, rf"(?:ко мне|мне|{ME}) {FILL}(?:{MAY} )?{LIST} {FILL}как (?:к )?{NAMED}"),
        (
            "listed",
            3,
            rf"(?:записан|записана|зарегистрирован|зарегистрирована|подписан|подписана|известен"
            rf"|известна) (?:[^ ,]+ ){{0,2}}как {NAMED}",
        ),
        ("listed", 3, rf"(?:отзываюсь|откликаюсь) {FILL}на {NAMED}"),
        ("bare", 4, rf"(?:зови|зовите|называй|называйте) {GAP}{NAME}"),
        ("english", 4, rf"call me {GAP}{NAME}"),
        ("self", 2, rf"(?:я|айм|ай [эе]м|ya|ja|i am|i'm|im) {GAP}{NAME}"),
        ("described", 2, rf"я (?:[^\W\d_]{{2,}} ){{1,3}}{NAMED_FROM}"),
        ("inverted", 2, rf"{NAME}{FULL}{{0,2}} (?:- )?(?:это )?я{END}"),
        ("polite", 2, rf"(?:это|вот и|пишу|говорю|снова|опять) {FILL}(?:снова |опять )?я , (?:тво[йя] |ваша? )?{NAMED}"),
        ("contact", 2, rf"(?:ваша? |тво[йя] )?(?:покорный слуга|покорная слуга) {NAMED}"),
        ("contact", 2, rf"{NAME} (?:к вашим услугам|к твоим услугам|собственной персоной)(?= )"),
        ("wanted", 3, rf"я (?:родил(?:ся|ась)|крещена?|рожден[аы]?) {NAME}{END}"),
        ("wanted", 3, rf"(?:крестили|нарекли|окрестили|в честь [^ ]+ (?:меня )?назвали) {NAMED}"),
        ("preferred", 4, rf"(?:лучше|больше нравится|привычнее|предпочитаю) {NAME} , чем {OTHER}{END}"),
        ("preferred", 4, rf"предпочитаю {NAMED}"),
        (
            "polite",
            2,
            rf"{MEETING} (?:(?:наконец|что|ли|раз|и|навсегда|сначала|себе|с тобой|с вами|тебе) ){{0,3}}[-:,.…!] {NAMED}",
        ),
        ("polite", 2, rf"(?:представиться|представлюсь|представляюсь|будем знакомы) {NAME}"),
        ("polite", 2, rf"(?:по (?:паспорту|документам|бумагам|жизни)|в паспорте|в миру|в реале|официально|полностью) {GAP}{NAMED}"),
        ("polite", 2, rf"как {FILL}{ME} зовут [?.…] (?:ну |да )?{NAMED}"),
        ("apposed", 2, rf"я [,)] {NAME}(?={FULL}{{0,2}} [,)] )"),
        (
            "granted",
            2,
            rf"(?:ну )?{GRANTED} (?:(?:, )?(?:что|я|буду|будет|это|просто|{ME} {CALLED}|мое имя) ){{0,3}}(?:[-:] )?{NAMED}",
        ),
        ("noted", 2, rf"(?:запиши|запомни|сохрани|запишите|запомните) {FILL}{NAMED}"),
        ("pointed", 2, rf"{NAME} (?:[-,…] )(?:вот |так вот |и |ну |так )?это (?:и есть |как раз |собственно |все )?я{END}"),
        (
            "pointed",
            2,
            r"(?:ищешь|ищете|искал|искали|знаешь|знаете|помнишь|помните|забыл|забыли|слышал|слышали) "
            rf"{NAME} (?:[^ ,?]+ ){{0,3}}[?] (?:вот |так вот |ну |так )?это (?:и есть |как раз |собственно )?я{END}",
        ),
        ("yours", 2, rf"(?:тво[йя]|ваша?) (?:[^ ]+ )?{NAME}(?= (?:[.!)*] )?$)"),
        ("really", 4, rf"(?:но|а|,) (?:вообще|вообще-то|на самом деле|так) (?:я )?{NAMED}"),
        ("announced", 2, rf"[:,-] (?:просто )?{NAMED}"),
        ("aged", 2, rf", {NAME} ,? ?# (?:лет|года?)(?= )"),
        ("signed", 2, rf"[.!…¶)*] {NAME}(?= , # (?:(?:лет|года?) )?$)"),
        ("signed", 2, rf"[.!…¶] (?:твой|твоя|ваш|ваша) {NAME}(?= (?:[.!)*] )?$)"),
        ("signed", 2, rf"¶ (?:[-*] )?{NAME}(?={FULL}{{0,2}} (?:[.)*] )?$)"),
        ("this", 2, rf"(?:this is|it's|its|it is) {NAME}"),
        ("this", 2, rf"это (?:снова |опять )?(?:твой|твоя|ваш|ваша) [^ ]+ (?:[^ ]+ )?{NAMED}"),
        ("this", 2, rf"это {FILL}(?:снова |опять )?{NAME}"),
        ("contact", 2, rf"{HERE} (?:снова |опять )?{NAMED_FROM}"),
        (
            "contact",
            2,
            rf"(?:{TO_YOU} {HERE}|перед (?:тобой|вами)|{TO_YOU} {WRITES}|{WRITES} {TO_YOU}|с вами"
            rf"|с тобой) (?:снова |опять )?{NAMED_FROM}",
        ),
        ("greeting", 2, rf"{WRITES} {NAMED_FROM}"),
        ("spoken", 2, rf"с {NAME} (?:ты |вы )?{SPEAK}{END}"),
        ("spoken", 2, rf"{SPEAK} с {NAMED}"),
        ("contact", 2, rf"{NAME} (?:{HERE}|{TO_YOU} {WRITES}|беспокоит|here){END}"),
        ("here", 2, rf"(?:тут|здесь) (?:снова |опять )?{NAMED}"),
        ("here", 2, rf"{NAME} (?:снова |опять )?(?:тут|здесь){END}"),
        ("here", 2, rf"имя {NAME}(?= [,;¶] (?:ник|никнейм|прозвище|фамилия|отчество|возраст|город|пол) )"),
        ("granted", 2, rf"для (?:тебя|вас) (?:я |просто )?{NAMED}"),
        ("noted", 2, rf"{MAY} обращаться {NAMED}"),
        ("here", 2, rf"(?:имя|name) [-:?] {NAMED}"),
        ("named", 2, rf"имя {NAMED}"),
        ("here", 2, rf"{NAME} (?:звать|зовут|кличут|величают){END}"),
        ("elliptic", 2, rf"(?:зовут|звать|кличут|величают|zovut) (?:[-:] )?{NAME}"),
        ("elliptic", 2, rf"{ME} [?] {NAMED}"),
        ("elliptic", 2, rf"{ME} (?:{MAY} )?(?:и )?(?:просто )?(?:[-:] )?{NAMED}"),
        (
            "instead",
            5,
            rf"не {OTHER} {SAID}?(?:, )?а {GAP}{NAME}{FULL}{{0,2}}(?: я| {ME} {CALLED}| {CALLED} {ME}| {CALL})?{END}",
        ),
        ("replaced", 5, rf"не {OTHER} {FILL}(?:я |{ME} зовут )?[,.!…-] {NAMED}"),
        ("instead", 5, rf"{NAME} (?:я )?(?:, )?а не {OTHER}{END}"),
        ("instead", 5, rf"{NAME} [,.!] не {OTHER}{END}"),
        ("short", 4, rf"{SHORTER} {FILL}{GAP}{NAMED}"),
        ("mended", 6, rf"(?:{MENDING} (?:[-:,.!…)] ){{0,2}}){{1,3}}{NAMED}"),
        ("starred", 6, rf"[*] {NAMED}"),
        ("slipped", 6, rf"{OTHER} (?:[-,] )?(?:ой|тьфу|упс|точнее|вернее|блин|то есть) (?:, )?{NAMED}"),
        ("writing", 2, rf"{NAME} пишет(?: [,.!*)])?(?= )"),
        ("mended", 6, rf"{NAME} (?:[-,)*] ){{0,2}}(?:опечатка|описка|очепятка|автозамена){END}"),
    )
)
