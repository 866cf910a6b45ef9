"""Lines that complain and that no cause answers for: told as they stand, and never as more than a possibility. Asked last."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.signature import Kind
from bot.diagnosis.signatures import BY_ID
from bot.model.diagnosis import Certainty
from bot.model.logs import Sighting


def _certificates(clues: Clues) -> Iterator[Candidate]:
    lines = _left(clues, Kind.CERTIFICATE)
    if lines:
        shown = telling.first((), lines)[0]
        fact = f"The log of {shown.component} complains, and no check bears it out: {BY_ID[shown.signature].meaning.removesuffix('.')}"
        yield Candidate(cause=telling.complained(clues, lines, id_="logs-unexplained", fact=fact), reach=_reach(clues, shown))


def _others(clues: Clues) -> Iterator[Candidate]:
    lines = [*_left(clues, Kind.OTHER), *_left(clues, Kind.OPEN)]
    if lines:
        shown = telling.first((), lines)[0]
        fact = f"The log of {shown.component} complains: {BY_ID[shown.signature].meaning.removesuffix('.')}"
        cause = replace(telling.noticed(lines, id_="other-complaint", fact=fact), certainty=Certainty.POSSIBLE)
        yield Candidate(cause=cause, reach=_reach(clues, shown))


def _left(clues: Clues, kind: Kind) -> list[Sighting]:
    """What nobody claims, and no check in trouble can tell more about."""
    return [one for one in clues.sightings if BY_ID[one.signature].kind is kind and _is_left(one, clues)]


def _is_left(one: Sighting, clues: Clues) -> bool:
    signatures = {one.signature, *one.reasons}
    opened = {check for each in signatures if each in BY_ID for check in BY_ID[each].opens}
    return signatures.isdisjoint(clues.claimed) and not BY_ID[one.signature].is_common and not clues.trouble(*opened)


def _reach(clues: Clues, one: Sighting) -> Reach:
    is_own = one.component == (clues.scene.target.name if clues.is_component else "daprd")
    return Reach.TARGET if is_own else Reach.ELSEWHERE


CERTIFICATES: Final = Explanation(
    id="logs-unexplained", title="A log complains of certificates, and nothing bears it out", find=_certificates
)
OTHERS: Final = Explanation(id="other-complaint", title="A log complains of something else", find=_others)
