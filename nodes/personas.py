"""Which persona speaks in a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from errors import PersonaError
from graph.context import Context
from prompts import Persona


@dataclass(frozen=True)
class Personas:
    """The loaded personas by name; "" is the one that the settings name."""

    by_name: Mapping[str, Persona]
    chance: Random = field(default_factory=Random)
    """Decides which of a persona's lines is said."""

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
