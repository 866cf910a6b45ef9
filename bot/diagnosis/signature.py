"""A signature: one thing that Dapr, or what it stands on, prints when something is the matter, and what it means.

Sources: the catalogue of Dapr's own source per row; ``docs/signatures.md`` is made from these values.
"""

import enum
import re
from dataclasses import dataclass
from typing import Final


class Kind(enum.Enum):
    """What a line is about."""

    CERTIFICATE = "certificate"
    """A certificate problem."""
    OTHER = "other"
    """A problem, but not of certificates."""
    OPEN = "open"
    """Either: what stands behind it must be looked at."""
    STATE = "state"
    """Healthy information."""


class Component(enum.Enum):
    """Who prints. The value is the name of the workload's component, as in :class:`bot.model.snapshot.Component`."""

    SENTRY = "sentry"
    OPERATOR = "operator"
    INJECTOR = "sidecar-injector"
    PLACEMENT = "placement-server"
    SCHEDULER = "scheduler-server"
    DAPRD = "daprd"
    API_SERVER = "kube-apiserver"
    EVENT = "event"


CONTROL_PLANE: Final = (Component.SENTRY, Component.OPERATOR, Component.INJECTOR, Component.PLACEMENT, Component.SCHEDULER)
EVERYWHERE: Final = (*CONTROL_PLANE, Component.DAPRD)
CONTAINERS: Final = {f"dapr-{one.value}": one for one in CONTROL_PLANE} | {Component.DAPRD.value: Component.DAPRD}
"""Container names: the only label that tells Dapr's components apart under every collector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    r"""``id`` kebab-case and stable; ``row``: its number in docs/signatures.md (the catalogue's).

    ``components`` may print it; nothing that others print is taken for it. ``versions``: Dapr releases that do, as people write
    them ("1.7-1.11", "" = all). ``literal``: at least 15 characters that every such line holds, the same under text, JSON and
    CRI wrapping (no quote, backslash, ``<``, ``>``, ``&``, which JSON of Go escapes): serves LogQL, prefilter and test.
    ``pattern``: searched in the unwrapped message, confirms it; None when the literal says it all. Its gaps are bounded, and any
    run of quotes and backslashes is ``\W+``, so that wrapping nobody undid does no harm.
    ``opens``: ids of the checks that can tell whether it is so; () = no check can. ``witness``: a message that only this
    signature matches, as it is printed.
    ``is_part``: stands inside other lines and tells the reason ("x509: certificate has expired"); such a one is never the primary
    of a line that has another. ``is_common``: the literal stands in so many lines that mean nothing to us that Loki is not asked
    for it; it is recognised in what was fetched for another's sake, or pasted.
    ``is_shared``: other programs print the very same, so that it counts only in a line that is Dapr's as far as it tells
    (:mod:`bot.diagnosis.belonging`).
    """

    id: str
    row: int
    kind: Kind
    components: tuple[Component, ...]
    literal: str
    meaning: str
    cause: str
    remedy: str
    witness: str
    pattern: re.Pattern[str] | None = None
    versions: str = ""
    opens: tuple[str, ...] = ()
    is_part: bool = False
    is_common: bool = False
    is_shared: bool = False

    @property
    def opens_a_question(self) -> bool:
        """Whether a line that is only this may be about certificates; what half the world's complaints end with does not open it."""
        return self.kind in (Kind.CERTIFICATE, Kind.OPEN) and not (self.is_part and self.is_common)

    def is_in(self, message: str) -> bool:
        """Whether an unwrapped message is one of these."""
        return self.literal in message if self.pattern is None else self.pattern.search(message) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Something that is the matter although nothing prints a line of it; ``row`` 0 = not in the catalogue."""

    row: int
    what: str
    why: str
    remedy: str
    versions: str = ""
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is read together: a title, a sentence or two, and the signatures from the most to the least telling."""

    title: str
    lead: str
    signatures: tuple[Signature, ...]
