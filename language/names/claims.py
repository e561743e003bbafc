"""Frames that are weaker than "меня зовут": what else must be true of the message for the name to be the user's."""

from language.names import context, lists
from language.names.first_names import first_name, forms, forms_of, has, is_person, known, possible, rivals
from language.names.people import is_ambiguous
from language.names.readings import CALLED, Reading, is_name, is_object
from language.names.tokens import SENTENCE_MARKS, Token, distance


class Claim(Reading):
    """Whether a first name can be the user's in the frame that has matched."""

    def fits(self, token: Token) -> bool:
        """Whether a first name can be the user's in a frame that is weaker than "меня зовут"."""
        message, kind, place, words = self.message, self.kind, self.last, self.words
        of_bot = token.low in lists.BOT_NAMES
        if kind == "bare":  # "зови Сашу", "зови Айгуль" ask to fetch somebody
            return not has(token, "Name", "accs") or "просто" in words
        if kind == "given":
            return self.is_given()
        if kind == "instead":
            return self.corrects(token)
        if kind == "replaced":
            after = place + 1 + has(message.at(place + 1), "Patr", "nomn")
            rest = message.words(0, self.first) | message.words(after, after + 11)
            return self.first < 20 and rest <= context.CORRECTING and self.corrects(token)
        if kind == "mended":
            before = message.words(0, self.first) if self.first < 40 else {""}
            slip = not context.SLIPS.isdisjoint([*words, *before, *message.after(place)])
            if words[-2] == "нет" and has(token, "gent"):
                return False  # "нет света"
            return not of_bot and (self.introduced or (slip and before <= context.CORRECTING))
        if kind == "elliptic":
            return self.is_elliptic(token)
        if kind == "named":
            rest = message.words(0, self.first) | message.words(place + 1, place + 20)
            told = message.low(place + 2) in ("мне", "я") and message.words(0, self.first) <= context.GREETINGS
            return told or (rest <= context.GREETINGS | context.ASIDES and message.low(place + 1) != "?")
        if kind == "slipped":
            other = message.tokens[message.place_at[self.match.start("other")]]
            return self.is_opening and not of_bot and bool(first_name(other, "nomn")) and distance(token.low, other.low) < 3
        if kind == "titled":
            others = any(is_object(low) for low in words[:-1] if low != "тебя" and low[0].isalpha())
            return not of_bot and message.low(place + 1) != "?" and not others
        if kind == "writing":
            following = message.at(self.end + 1)
            asks = following.is_word and ("impr" in forms(following)[0].tags or following.low in context.GREETINGS)
            return not of_bot and self.is_opening and asks
        if kind == "yours":
            return not of_bot and (not self.before or message.low(self.first - 1) in ",-") and self.follows_only()
        if kind == "really":
            naming = {"зови", "зовите", "зовут", "звать", "звали", "имя", "называй", "меня", "я", "манер"}
            return self.introduced or not naming.isdisjoint(message.words(0, self.first))
        if kind == "preferred":
            return self.is_opening and ("other" not in self.match.groupdict() or is_name(self.match["other"]))
        if kind == "starred":
            other = message.at(self.first - 1 - (message.low(self.first - 1) == ","))
            return self.introduced and message.at(self.first).text == "*" and distance(token.low, other.low) < 3
        if kind == "short":
            return self.introduced or self.is_just(token) or (words[0] != "или" and self.follows_a_name())
        if kind == "this":
            return not of_bot and self._is_this(token)
        if kind == "contact":
            return not of_bot and self.follows_only()
        if kind == "greeting":  # "доброе утро! Пишет Эмилия"
            greeted = not message.words(0, self.first).isdisjoint(context.GREETINGS) or has(message.at(place + 1), "Patr", "nomn")
            return not of_bot and self.is_opening and greeted
        if kind == "described":
            return not of_bot and self.is_described(token)
        if kind == "apposed":
            return not of_bot and self.is_apposed(token)
        if kind == "announced":
            return not of_bot and self.is_announced()
        if kind == "aged":
            people = any(is_person(low) for low in self.before if low[0].isalpha())
            return not people and any({"1per", "sing"} <= forms_of(low)[0].tags for low in self.before)
        if kind == "listed":
            return "мне" in words or "меня" in words or self.is_opening or "я" in self.clause
        if kind == "noted":  # "запомни Лену" is about her
            return not of_bot and not has(token, "Name", "accs")
        if kind == "signed":
            return not of_bot and self.is_signed()
        if kind == "granted":
            return not of_bot and self.is_granted()
        if kind == "pointed":
            return not of_bot and "кто" not in self.before
        if kind == "wanted" and words[0] != token.low:
            return self.follows_only({"мне", "больше"})
        if kind == "here":
            rest = message.words(self.end + 1, self.end + 4)
            named = words[0] in ("имя", "name") or words[-1] in CALLED
            own = named and "я" in self.before and self.follows_only() and not has(token, "nomn")  # "я из Тулы, Андреем звать"
            greeted = not message.words(0, self.first).isdisjoint(context.GREETINGS) and message.low(place + 1) == ","
            alone = rest <= context.COURTESIES or (greeted and "VERB" not in forms(message.at(place + 2))[0].tags)
            if any(low in ("тебя", "вас") for low in self.clause):
                return False  # "тебя Гришей зовут"
            return own or (self.is_opening and (named or (not of_bot and alone)))
        if kind not in ("self", "inverted", "polite"):
            return True
        if of_bot and (kind == "polite" or not self._is_namesake()):
            return False  # "это я, Гриша", "я гриша устал": the bot is spoken to
        if kind == "inverted":
            opening = context.COURTESIES.issuperset(self.clause) and context.PREPOSITIONS.isdisjoint(self.clause)
            stands_out = token.capital and message.at(self.first - 1).is_word  # "да Вера я"
            return opening and (stands_out or token.low not in lists.RATHER_WORDS)
        return kind == "polite" or self._is_no_other_word(token)

    def _is_namesake(self) -> bool:
        """Whether "я Гриша" is said by another Гриша, and not to the bot."""
        after = self.message.after(self.last)
        asks_back = context.ASKING_BACK | SENTENCE_MARKS | {","}
        return "тоже" in self.words or not after or after[0] in SENTENCE_MARKS - {"?"} or asks_back.issuperset(after)

    def corrects(self, token: Token) -> bool:
        """Whether "не Саша, а Паша" is about the user's name."""
        other = self.message.tokens[self.message.place_at[self.match.start("other")]]
        said = [low for low in self.before if low[0].isalpha() and low not in ("тебе", "вам", "тут")]
        of_self = (
            said[-1:] == ["я"]
            or said[-2:] in (["меня", "зовут"], ["мое", "имя"])
            or "я" in self.words
            or self.words[-1] in ("зовут", "меня")
        )
        if of_self:
            return possible(other)
        if ", не" in self.match[0] and distance(token.low, other.low) > 2:
            return False
        homonyms = all(any("Name" not in form.tags and "nomn" in form.tags for form in forms(near)) for near in (token, other))
        return (
            bool(first_name(other, "nomn", "ablt") or distance(token.low, other.low) < 3)
            and context.CORRECTING.issuperset(said)
            and (bool(said) or not homonyms)
        )

    def _is_this(self, token: Token) -> bool:
        """Whether "это Маша" is the user who writes, and nobody on a picture or in a story."""
        message, place = self.message, self.last
        for near in (message.at(place + 1), message.at(place + 2)):
            surname = has(near, "Surn", "nomn") or (token.capital and near.capital and message.at(place + 1) is near)
            place += has(near, "Patr", "nomn") or surname
        following, second = message.low(place + 1), message.low(place + 2)
        if token.low == "питер" or "же" in self.words or not self.is_opening or "все" in self.words:
            return False
        greeted = not message.words(0, self.first).isdisjoint(context.GREETINGS | lists.BOT_NAMES)
        greeted = greeted or (second in context.GREETINGS and message.ends(place + 3))
        named = message.ends(place + 1) or following in ("из", "пишет", "говорит", "беспокоит", "снова", "опять")
        origin = following in ("с", "со") and has(message.at(place + 2), "inan", "gent") and message.ends(place + 3)
        verb = message.at(place + 3)  # "это Марина из бухгалтерии виновата"
        acts = following == "из" and verb.is_word and verb.low != "пишет" and {"VERB", "ADJS"} & forms(verb)[0].tags
        named = (named and not acts) or (origin and message.vocabulary.isdisjoint(("он", "она")))
        if second in context.RELATIVES or (second in ("которая", "который", "это")) or following == "?":
            return False
        return (greeted and (named or message.at(place + 1).capital)) or (named and not is_ambiguous(token) and following != "-")

    def _is_no_other_word(self, token: Token) -> bool:
        """After a bare "я": that the word is not a common noun, an adjective or an object ("я лев", "я рад", "я света не вижу")."""
        message, place = self.message, self.last
        following = message.at(place + 1)
        if token.low.isascii():
            return message.ends(place + 1) or following.capital or following.low in context.FOLLOWERS
        if has(following, "Patr", "nomn"):
            return True
        others = [form.tags for form in forms(token) if not {"Name", "Surn", "Geox", "Patr", "GRND", "Orgn"} & form.tags]
        if token.low in lists.RATHER_WORDS or (
            known(token) and rivals(token) and token.low not in lists.RATHER_NAMES | lists.MORE_NAMES
        ):
            around = [near.low for near in message.tokens[max(0, self.first - 20) : self.first]] + message.after(place)
            framed = token.capital or message.low(place - 1) == "-" or not context.COURTESIES.isdisjoint(around)
            rather = token.low in lists.RATHER_WORDS and lists.ZODIAC.isdisjoint(message.vocabulary)
            ends = message.ends(place + 1) or following.low in ("если", "из")
            return rather and framed and ends
        if following.is_word and following.capital and place + 2 < len(message.tokens):
            following = message.at(place + 2)  # "я Гарри Поттер смотрю"
        if following.is_word and "past" in forms(following)[0].tags and {"inan", "gent"} <= set().union(*others):
            return False  # "я рома выпил"
        if following.is_word and {"1per", "sing", "intr"} <= forms(following)[0].tags:
            return True  # "я алтынай живу"
        if following.low == "не" or (following.is_word and "VERB" in forms(following)[0].tags):
            plain = token.capital or token.low in lists.RATHER_NAMES
            # "я просто Лена не пришла" tells of another.
            return not (has(token, "NOUN", "accs") or (others and not plain) or "просто" in self.words)
        return True
