"""A sentry that is down and said why: its own last words are the likely cause, unless a check that could look contradicts them."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues, judged
from bot.diagnosis.following import NO_CA, downtime
from bot.diagnosis.signature import Component
from bot.diagnosis.signatures import BY_ID, SIGNATURES
from bot.model.diagnosis import Cause, Certainty
from bot.model.logs import Sighting

WHY: Final = tuple(one.id for one in SIGNATURES if one.id.startswith(("sentry-refuses-", "sentry-misses-")))
"""What only a sentry says that ends of it."""
LOADED: Final = ("sentry-loaded-bundle", "sentry-loaded-bundle-before-1-12", "certificate-received")
# They tell that sentry is down, or should not become so, and nothing of the bundle.
_OF_RUNNING: Final = frozenset(("control-plane-unready", "sentry-must-not-restart", "dapr-missing"))
DOWN: Final = "No sentry is up, and these are its own last words."


def are_why(clues: Clues, lines: Sequence[Sighting] | None = None) -> bool:
    """Whether no sentry is up and these lines (None: any line) say why, by its own word, later than it loaded a bundle last."""
    if not clues.sentry_is_down or not downtime(clues):
        return False
    said = [one for one in (clues.said(*WHY) if lines is None else lines) if one.component == Component.SENTRY.value]
    refusals = [one for one in said if one.signature in WHY]
    loaded = [one.last_at for one in clues.said(*LOADED) if one.component == Component.SENTRY.value]
    return any(not _is_contradicted(one, clues) and one.last_at >= max(loaded, default=one.last_at) for one in refusals)


def complained(
    clues: Clues, lines: Sequence[Sighting], *, id_: str, fact: str, own: Sequence[str] = (), explains: Sequence[str] = ()
) -> Cause:
    """As :func:`telling.complained`; LIKELY, and it explains what is down, where these are the last words of a sentry that is."""
    cause = telling.complained(clues, lines, id_=id_, fact=fact, own=own, explains=explains)
    if not are_why(clues, lines):
        return cause
    follows = tuple(one for one in dict.fromkeys((*explains, *NO_CA, *downtime(clues))) if one != id_)
    down = [one.fact for one in clues.trouble("control-plane-unready")[:1]]
    evidence = (*cause.evidence[:-1], DOWN, *(f"{fact}." for fact in down))
    return replace(cause, certainty=Certainty.LIKELY, evidence=evidence, explains=follows)


def _is_contradicted(one: Sighting, clues: Clues) -> bool:
    """Whether every check that can tell of it looked, and found nothing of the kind."""
    opens = {check for each in (one.signature, *one.reasons) if each in BY_ID for check in BY_ID[each].opens}
    blind, looked = judged(clues.report, opens - _OF_RUNNING)
    return bool(looked) and not blind
