"""Node clean: a model's raw reply becomes one that is fit to send, or is refused with a reason."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from language.gender import in_gender
from language.judging.copies import Shown
from language.judging.judge import judge_reply
from nodes.personas import Personas
from nodes.speakers import display_names, own_words, speakers
from nodes.turn import answer, question, replies


@dataclass(frozen=True)
class Clean:
    """Takes artefacts, echoes, repeats and foreign words out of the model's reply, and refuses what answers nobody."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Clean and judge the draft; when something usable is left it becomes the reply."""
        persona = self.personas.of(runtime.context)
        draft, name, messages = state["draft"], state.get("name"), state["messages"]
        owed = state.get("greeting", "")  # said in front of the reply
        names = set(speakers(messages, persona.name).values())
        own = own_words(draft, {*names, name} if names and name else names, persona.name)
        judged = judge_reply(
            own,
            question=question(state),
            earlier=[*replies(messages), *([owed] if owed else [])],
            examples=[Shown(one["question"], one["reply"], one["score"]) for one in state.get("examples", [])],
            bot_name=persona.name,
            person_name=name,
            other_names=[*names, *display_names(messages).values()],
            instructions=persona.text,
        )
        text = in_gender(judged.text, persona.gender)
        changes = [*([] if own == draft else ["speaker"]), *judged.changes, *([] if text == judged.text else ["gender"])]
        judgement = {"changes": changes, "verdict": judged.verdict or ("unsure" if state.get("failure") == "unsure" else "")}
        if judgement["verdict"]:
            return judgement
        return {**answer(state, persona, text), "origin": "model", **judgement}
