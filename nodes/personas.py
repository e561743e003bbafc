"""Which persona speaks in a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from errors import PersonaError
from graph.context import Context
from prompts import Persona


@dataclass(frozen=True)
class Personas:
    """The loaded personas by name; "" is the one that the settings name."""

    by_name: Mapping[str, Persona]

    def of(self, context: Context) -> Persona:
        """The persona that the run asks for.

        Raises:
            PersonaError: no such persona was loaded.
        """
        try:
            return self.by_name[context.persona]
        except KeyError:
            known = ", ".join(sorted(name for name in self.by_name if name))
            raise PersonaError(f"Персона «{context.persona}» не загружена; есть: {known}.") from None
