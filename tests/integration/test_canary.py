"""A thousand secrets told in some chats surface in no other one."""

import hashlib
import random
from pathlib import Path
from typing import Any

import numpy as np
from conftest import FakeChat
from langchain_core.embeddings import Embeddings
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.runtime import Runtime
from langgraph.store.memory import InMemoryStore

from graph.context import Context
from language.words import lemma, words
from nodes.generate import Generate
from nodes.learn import Learn
from nodes.personas import Personas
from nodes.retrieve import Retrieve
from prompts import load_persona
from stores.namespaces import CHATS_PATTERNS, PATTERNS
from stores.patterns import Patterns
from stores.retriever import Retriever, Thresholds
from stores.vectors import Embedder

SECRETS, CHATS, TURNS = 1_000, 50, 5_000
DIGITS = ("ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")


class Letters(Embeddings):
    """Vectors of a text's dictionary forms and numbers, made in no time."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(64)
        for part in [*map(lemma, words(text)), text]:
            vector[int.from_bytes(hashlib.blake2b(part.encode(), digest_size=2).digest()) % 64] += 1
        return vector.tolist()

    async def aembed_query(self, text: str) -> list[float]:
        return self.embed_query(text)


def planted(number: int) -> tuple[str, str, str]:
    """A secret of one of many kinds, what a person says with it, and what Grisha answers."""
    draw = random.Random(number)
    digits = f"{draw.randrange(10**9):09}"
    word = "".join(draw.choice("бвгдзклмнпрст") + draw.choice("аеиоу") for _ in range(4))
    spelled = " ".join(DIGITS[int(one)] for one in digits)
    kinds = [
        (f"8 9{digits[:2]} {digits[2:5]}-{digits[5:7]}-{digits[7:]}", "мой телефон {}, звони вечером"),
        (f"+79{digits}", "запиши номер мамы: {}"),
        (f"{word}{digits[:3]}@mail.ru", "пиши мне на почту {} сегодня"),
        (f"@user{digits}", "добавь меня в друзья, я {}"),
        (f"улица Ленина, дом {digits[:3]}, квартира {digits[3:6]}", "я живу по адресу {}"),
        (f"https://vk.com/id{digits}", "вот моя страница {}"),
        (f"{digits[:2]}.{digits[2:3]}9.19{digits[3:5]} {word}", "мой день рождения {}, запомни дату рождения"),
        (f"{digits[:3]} тысяч {digits[3:6]} рублей", "моя зарплата {} в месяц"),
        (f"пароль {word}{digits}", "мой {} от почты, запомни"),
        (f"4276 {digits[:4]} {digits[4:8]} 5674", "номер моей карты {}"),
        (f"восемь девятьсот {spelled}", "позвони маме, её номер {}"),
    ]
    secret, said = kinds[number % len(kinds)]
    return secret, said.format(secret), f"Хорошо, запомнил: {secret}. Напомню, когда попросишь."


class Talk:
    """The nodes that read or write what was learned, with everything else left out, so that thousands of turns take seconds."""

    def __init__(self, file: Path) -> None:
        personas = Personas({"": load_persona("grisha")})
        self.embedder = Embedder(Letters(), "letters", file)
        self.store = InMemoryStore()
        self.patterns = Patterns(self.embedder, 2_000, 0.1)
        thresholds = Thresholds(relevance=0.3, company=0.3, recall=0.95, unrelated=0.1)
        retriever = Retriever([], np.empty((0, 64), np.float32), self.patterns, self.embedder, 3, thresholds)
        self.retrieve = Retrieve(retriever, self.patterns, recall=True)
        self.generate = Generate(FakeChat(), personas, prompt_tokens=2048)
        self.learn = Learn(self.patterns, personas, enabled=True)

    async def turn(self, chat: str, said: str, reply: str = "") -> str:
        """One turn, learned from when there is a reply; what the model was shown, and what would have been said without it."""
        runtime: Any = Runtime(context=Context(chat, f"person of {chat}"), store=self.store)
        messages: list[AnyMessage] = [HumanMessage(said, id="question")]
        state: Any = {"messages": messages}
        state |= await self.retrieve(state, runtime)
        prompt = self.generate.fit(state, runtime.context) or []
        if reply:
            messages.append(AIMessage(reply, id="reply"))
            await self.learn({**state, "reply": reply, "origin": "model"}, runtime)
        return "\n".join([*(message.text for message in prompt), state["known"]["reply"] if state["known"] else ""])


async def test_a_thousand_secrets_surface_in_no_other_chat(tmp_path: Path) -> None:
    talk = Talk(tmp_path / "vectors.sqlite")
    secrets = [planted(number) for number in range(SECRETS)]
    for number, (_, said, reply) in enumerate(secrets):
        await talk.turn(f"chat {number % CHATS}", said, reply)
    seen: set[str] = set()
    for number in range(TURNS):  # people who ask for just these things
        secret, said, _ = secrets[number % SECRETS]
        reply = "" if number % 5 else "Не скажу, это чужая тайна, а я умею их хранить."
        seen.update((await talk.turn(f"other {number % 200}", said.replace(secret, ""), reply)).splitlines())
    own: set[str] = set()
    for number in range(0, SECRETS, 9):
        secret, said, _ = secrets[number]
        own.update((await talk.turn(f"chat {number % CHATS}", said.replace(secret, "опять"))).splitlines())
    talk.embedder.close()
    shared = [f"{item.value['question']}\n{item.value['reply']}" for item in await talk.store.asearch(PATTERNS, limit=3_000)]

    def surfaced(lines: set[str] | list[str]) -> list[str]:
        text = "\n".join(lines)
        return [secret for secret, *_ in secrets if secret in text]

    assert surfaced(seen) == []
    assert surfaced(shared) == []
    assert shared, "what is harmless is shared all the same"
    assert len(await talk.store.asearch(CHATS_PATTERNS, limit=3_000)) > SECRETS // 2
    assert len(surfaced(own)) > SECRETS // 20, "the chats themselves still have theirs"
