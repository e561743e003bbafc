"""Nodes and edges of Grisha's graph. Uncompiled: each host brings its own checkpointer and store."""

import inspect
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langgraph.graph import END, START, StateGraph

from graph.context import Context
from graph.state import Input, Output, State
from nodes.clean import Clean
from nodes.extract_name import ExtractName
from nodes.fallback import Fallback
from nodes.generate import Generate
from nodes.greet import Greet
from nodes.learn import Learn
from nodes.personas import Personas
from nodes.recall import Recall
from nodes.retrieve import Retrieve
from nodes.routes import after_clean, after_extract_name, after_greet, after_retrieve
from stores.patterns import Patterns
from stores.retriever import Retriever
from stores.situations import Situations


@dataclass(frozen=True)
class Parts:
    """What the nodes work with, opened by the host."""

    model: BaseChatModel
    personas: Personas
    retriever: Retriever
    patterns: Patterns
    situations: Situations
    prompt_tokens: int = 2048
    """The longest prompt, in tokens of the model."""
    recall: bool = True
    """Whether nearly the same question is answered with its known reply."""
    least_logprob: float | None = None
    """From which mean log-probability on a reply of the model is said; None: every one that is fit to send."""
    learn: bool = True
    """Whether good exchanges become patterns."""


def build_graph(parts: Parts) -> StateGraph[State, Context, Input, Output]:
    """The graph of one turn: a message in, Grisha's reply out."""
    personas = parts.personas
    builder = StateGraph(State, context_schema=Context, input_schema=Input, output_schema=Output)

    nodes: dict[str, Any] = {
        "extract_name": ExtractName(personas),
        "greet": Greet(personas),
        "retrieve": Retrieve(parts.retriever, parts.patterns, parts.recall),
        "recall": Recall(personas),
        "generate": Generate(parts.model, personas, parts.prompt_tokens, parts.least_logprob),
        "clean": Clean(personas),
        "fallback": Fallback(personas, parts.situations),
        "learn": Learn(parts.patterns, personas, parts.learn),
    }
    for name, node in nodes.items():
        builder.add_node(name, node, metadata={"description": _first_line(node)})

    builder.add_edge(START, "extract_name")
    builder.add_conditional_edges("extract_name", after_extract_name, {"name or start": "greet", "talk": "retrieve"})
    builder.add_conditional_edges("greet", after_greet, {"asks more": "retrieve", "said": END})
    builder.add_conditional_edges("retrieve", after_retrieve, {"known question": "recall", "new question": "generate"})
    builder.add_edge("recall", "learn")
    builder.add_edge("generate", "clean")
    builder.add_conditional_edges("clean", after_clean, {"usable": "learn", "once more": "generate", "given up": "fallback"})
    builder.add_edge("fallback", "learn")
    builder.add_edge("learn", END)
    return builder


def _first_line(node: Any) -> str:
    """What a node says of itself; LangGraph Studio shows it."""
    return (inspect.getdoc(node) or "").partition("\n")[0]
