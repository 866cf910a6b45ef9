"""Which signatures a line bears: first a literal in the raw line, then the pattern in what the program printed."""

import functools
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from bot.diagnosis.belonging import is_surely_others, may_be_others
from bot.diagnosis.signature import CONTAINERS, Component, Kind, Signature
from bot.diagnosis.signatures import SIGNATURES
from bot.diagnosis.table.others import FOREIGN
from bot.diagnosis.unwrapping import LONGEST, SEARCHED, Printed, printed
from bot.model.logs import LogLine

# Who prints under a scope. Not in here: dapr.runtime.security and dapr.security, which every component has.
_SCOPES: Final = {
    "dapr.sentry": Component.SENTRY,
    "dapr.operator": Component.OPERATOR,
    "dapr.injector": Component.INJECTOR,
    "dapr.placement": Component.PLACEMENT,
    "dapr.scheduler": Component.SCHEDULER,
    "dapr.runtime": Component.DAPRD,
}
_SHARED: Final = ("dapr.runtime.security", "dapr.security")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What a line is. ``reasons``: the other signatures that it bears, as a rule the parts that tell why; outside text in ``printed``."""

    primary: Signature
    reasons: tuple[Signature, ...]
    printed: Printed


def component_of(container: str) -> Component | None:
    """Which of Dapr's components runs in a container of this name; None: somebody else's. For :func:`classify` None means anybody."""
    return CONTAINERS.get(container)


def classify_line(line: LogLine) -> Classification | None:
    """As :func:`classify`, for a line that was collected: one from a container that is not Dapr's is nobody's, whatever it says."""
    component = component_of(line.container)
    return None if component is None else classify(line.text, component)


def classify(line_text: str, component: Component | None) -> Classification | None:
    """What a line of this component's log is, None when nothing is known of it. Never raises.

    ``component`` None: nobody knows whose line it is (a person pasted it), so it may be anybody's whom its own scope does not deny.
    """
    candidates = bearing(line_text[:LONGEST], component)
    if not candidates:
        return None
    line = printed(line_text)
    owner = _owner(line.scope)
    message = line.message[:SEARCHED]
    found = [one for one in candidates if one is not FOREIGN and (owner is None or owner in one.components) and one.is_in(message)]
    if any(one.is_shared for one in found) and _is_others(line, component, found):
        found = _without_shared(found)
    if not found or (component is not None and owner not in {None, component}):
        return None
    primary = next((one for one in found if not one.is_part), found[0])
    return Classification(primary=primary, reasons=tuple(one for one in found if one is not primary), printed=line)


def _is_others(line: Printed, component: Component | None, found: list[Signature]) -> bool:
    """Whether the shared words may be another program's; beside words that only Dapr has they are Dapr's, unless they surely are not."""
    is_carried = any(not (one.is_part or one.is_shared or one.kind is Kind.OTHER) for one in found)
    return is_surely_others(line) if is_carried else may_be_others(line, component)


def _without_shared(found: list[Signature]) -> list[Signature]:
    """What is left when shared words do not count; in place of those about certificates, that they may be somebody else's."""
    own = [one for one in found if not one.is_shared]
    return [*own, FOREIGN] if any(one.is_shared and one.kind is Kind.CERTIFICATE for one in found) else own


def bearing(text: str, component: Component | None) -> list[Signature]:
    """Signatures that this component (None: anybody) may print and whose literal stands in a text, in the table's order.

    The one place where all of them are tried, and the only thing that nearly every line costs: as fast as if there were one literal.
    """
    # Literals are ASCII, so bytes tell the same as characters, also beside lone surrogates, which a search in str refuses.
    found = _automaton().find_matches_as_indexes(text.encode("utf-8", "surrogatepass"), overlapping=True)
    if not found:
        return []
    standing = (SIGNATURES[place] for place in sorted({place for place, _, _ in found}))
    return [one for one in standing if component is None or component in one.components]


@functools.cache
def _automaton() -> BytesAhoCorasick:
    """All literals at once, in the table's order.

    One automaton for all components, because lines with a literal of somebody else are rare. It takes milliseconds to build and
    does not change, so threads share it. A DFA is the fastest kind, and for so few literals small.
    """
    literals = [one.literal.encode("ascii") for one in SIGNATURES]
    return BytesAhoCorasick(literals, implementation=Implementation.DFA)


def _owner(scope: str) -> Component | None:
    if scope.startswith(_SHARED):
        return None
    return _SCOPES.get(".".join(scope.split(".", 2)[:2]))
