"""Scraps of the web in place of a reply: forums and their moderators, shops, articles, services that are out of order."""

from language.words import either, lemma, stems, word_set, words

_NOBODY_SAYS = either(
    r"\b(?:сообщени[ея]|комментари[йи]|посты?|темы?|тема|запис[ьи]|аккаунт|страница|контент|материал)\b[^.!?\n]{0,30}"
    r"\b(?:удал[её]н\w*|закрыт\w*|заблокирован\w*|отредактирова\w+|скрыт\w*|недоступ\w+|не найден\w*)",
    r"\b(?:на (?:наш\w+|этом|данном)|наш\w*) (?:сайт|форум|портал|канал|магазин|блог|каталог|групп|сообществ)\w*",
    r"\bбез регистрации\b|\b(?:бесплатно|скачать) и без\b|\bскачать бесплатно\b|\bчитать (?:далее|полностью|онлайн)\b",
    r"\bсмотр\w+ (?:\w+ )?видео\s*:|\bчитайте также\b",
    r"\bсмотр\w+ онлайн\b|\bвсе права защищены\b|\bтехническ\w+ (?:работ|причин)\w*[^.!?\n]{0,30}\b(?:сайт|сервис|недоступ)",
    r"\bв (?:эт|данн|наш)\w+ (?:статье|публикации|заметке|видео|ролике|обзоре|выпуске)\b|\bавтор (?:темы|поста|статьи)\b"
    r"|\bсодержание(?: статьи)?\s*:",
    r"\b(?:подпи[сш]\w+|подписывай\w*)[^.!?\n]{0,20}\b(?:канал|рассылк|групп|новости|страниц)",
    r"\bставьте лайк\w*|\bпереход\w+ по ссылк\w+",
    r"\b(?:закажи|купи|спеши|успей)(?:те)? (?:прямо )?(?:сейчас|сегодня|скорее|по телефону|онлайн)\b|\bскидк\w+ (?:до )?\d+ ?%",
    r"\b(?:ждём|ждем|рады (?:видеть|приветствовать)) (?:вас|тебя) (?:снова|у нас|в наш\w+|на наш\w+)",
    r"\bза (?:вашу оценку|ваш (?:отзыв|заказ|звонок)|вашу заявку|вашу покупку)",
    r"\bуважаемые (?:пользователи|клиенты|покупатели|посетители|читатели|гости)",
    r"\b(?:рубрика|теги|просмотров|комментарии|опубликовано|дата публикации)\s*: ?\S",
    r"\b(?:нажмите|кликните|тапните)[^.!?\n]{0,20}\b(?:здесь|тут|сюда|на кнопку|ниже)\b",
)
_WANTS_TEXT = either(
    stems("напиши сочини придумай составь шаблон пример письм текст$ лозунг слоган объявлени ошибк удал[её]?н блокир что_значит")
)
_OF_THE_WEB = either(
    stems(
        "сайт форум модератор портал блог$ канал статья статью интернет-магазин магазин каталог скачать скачай отзыв подписк ссылк"
        " реклам пост$ посты ютуб youtube озон вайлдберриз"
    )
)
"""Who asks about these may be told in the same words."""
_SELLS = word_set(
    """
    сайт форум модератор портал канал магазин каталог заказать заказ доставка скидка акция распродажа цена купить оплата менеджер
    оператор подписаться подписчик лайк комментарий регистрация скачать бесплатно онлайн ссылка клиент покупатель качество гарантия
    звонок линия оставаться перезвонить специалист компания консультация отзыв
    """
)
_OUR = either(r"\b(?:мы|нас|нам|наш\w*|вас|вам|ваш\w*|(?!сайте)\w+[йи]те)\b")
"""A firm speaks so, and to many."""
_DENSE = 3
"""Words of selling, of each three of content one, that nobody says by chance."""


def is_web_junk(text: str, question: str) -> bool:
    """Whether a reply is a piece of some page that nobody asked for."""
    asked = {lemma(word) for word in words(question)}
    is_told_by_us = _OUR.search(text) is not None
    if (is_told_by_us or not _OF_THE_WEB.search(question)) and any(
        asked.isdisjoint(lemma(word) for word in words(found[0]) if len(word) > 3) for found in _NOBODY_SAYS.finditer(text)
    ):
        return not _WANTS_TEXT.search(question)
    if _WANTS_TEXT.search(question) or _OF_THE_WEB.search(question):
        return False
    said = [lemma(word) for word in words(text) if len(word) > 3]
    sold = {word for word in said if word in _SELLS} - asked
    return is_told_by_us and len(sold) >= _DENSE and 3 * len(sold) >= len(said)
