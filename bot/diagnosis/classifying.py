"""Which signatures a line bears: first a literal in the raw line, then the pattern in what the program printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.diagnosis.signature import CONTAINERS, Component, Signature
from bot.diagnosis.signatures import SIGNATURES
from bot.diagnosis.unwrapping import LONGEST, Printed, printed

SEARCHED: Final = 16_384
"""Characters of a message in which patterns are searched, so that no text makes the search long."""

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
    """Which of Dapr's components runs in a container of this name; None: somebody else's, whose lines are never to be classified."""
    return CONTAINERS.get(container)


def classify(line_text: str, component: Component | None) -> Classification | None:
    """What a line of this component's log is, None when nothing is known of it. Never raises.

    ``component`` None: nobody knows whose line it is (a person pasted it), so it may be anybody's whom its own scope does not deny.
    """
    candidates = tuple(one for one in bearing(line_text[:LONGEST]) if component is None or component in one.components)
    if not candidates:
        return None
    line = printed(line_text)
    owner = _owner(line.scope)
    message = line.message[:SEARCHED]
    found = [one for one in candidates if (owner is None or owner in one.components) and one.is_in(message)]
    if not found or (component is not None and owner not in {None, component}):
        return None
    primary = next((one for one in found if not one.is_part), found[0])
    return Classification(primary=primary, reasons=tuple(one for one in found if one is not primary), printed=line)


def bearing(text: str) -> Iterator[Signature]:
    """The signatures whose literal stands in a text, in the table's order. The one place where all of them are tried."""
    return (one for one in SIGNATURES if one.literal in text)


def _owner(scope: str) -> Component | None:
    if scope.startswith(_SHARED):
        return None
    return _SCOPES.get(".".join(scope.split(".", 2)[:2]))
