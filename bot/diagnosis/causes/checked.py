"""Causes that one check sees entirely: what it found is the cause, and lines only add to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import DISTRUST, SIDECAR


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """``check`` finds it; ``says``: the fact where only lines tell of it; ``own``: lines that say it most plainly."""

    id: str
    check: str
    says: str
    own: tuple[str, ...]
    explains: tuple[str, ...] = ()


def _find(one: _Checked, clues: Clues) -> Iterator[Candidate]:
    findings = clues.trouble(one.check)
    lines = clues.said(*one.own)
    if findings:
        chosen = next(filter(clues.touches, findings), findings[0])
        cause = telling.proved(clues, chosen, id_=one.id, own=one.own, explains=one.explains)
        yield Candidate(cause=cause, reach=Reach.TARGET if clues.touches(chosen) else Reach.ELSEWHERE)
    elif lines:
        cause = telling.complained(clues, lines, id_=one.id, fact=one.says, own=one.own, explains=("sidecar-crashes",))
        yield Candidate(cause=cause)


def _not_loaded(clues: Clues) -> Iterator[Candidate]:
    """A sentry that goes on with an issuer that has ended signs what nobody accepts; with any other, only a change waits."""
    for finding in clues.trouble("issuer-not-loaded")[:1]:
        has_ended = finding.deadline_at is not None and finding.deadline_at <= clues.now
        fact = "Sentry signs with an issuer that has expired, though the Secret holds another" if has_ended else finding.fact
        cause = telling.proved(clues, finding, id_="issuer-not-loaded", fact=fact, explains=DISTRUST if has_ended else ())
        yield Candidate(cause=cause, reach=Reach.TARGET if has_ended else Reach.LATER)


def _unreadable(clues: Clues) -> Iterator[Candidate]:
    """The check cannot judge such pods, so this stays a possibility even where it names the target."""
    lines = clues.said(*NO_ROOTS)
    named = [
        one
        for answer in clues.report.answers
        if answer.check_id == "anchors-unreadable"
        for one in answer.findings
        if one.affected and clues.touches(one)
    ]
    if lines:
        fact = "A log says that the sidecar has no roots that it can read"
        yield Candidate(cause=telling.complained(clues, lines, id_="roots-unreadable", fact=fact, own=NO_ROOTS, explains=SIDECAR))
    elif named and clues.sidecar_fails:
        yield Candidate(cause=telling.suspected(named[0], id_="roots-unreadable", explains=SIDECAR))


NO_ROOTS: Final = ("sidecar-has-no-roots", "sidecar-has-no-roots-before-1-12", "roots-unreadable", "roots-file-unreadable")
_DAMAGE: Final = _Checked(
    id="pem-damage",
    check="pem-damage",
    says="A log says that a PEM text is damaged",
    own=("root-expiry-unknown",),
    explains=("roots-unreadable",),
)
_NEWER: Final = _Checked(
    id="sidecar-newer",
    check="sidecar-newer",
    says="A log says that sentry cannot sign what the sidecar asks for",
    own=("sentry-cannot-sign", "reason-sentry-cannot-sign"),
    explains=DISTRUST,
)

NOT_LOADED: Final = Explanation(id="issuer-not-loaded", title="Sentry signs with another issuer than the Secret holds", find=_not_loaded)
UNREADABLE: Final = Explanation(id="roots-unreadable", title="The sidecar has no roots that can be read", find=_unreadable, claims=NO_ROOTS)
DAMAGE: Final = Explanation(id=_DAMAGE.id, title="A PEM text is damaged", find=partial(_find, _DAMAGE), claims=_DAMAGE.own)
NEWER: Final = Explanation(
    id=_NEWER.id, title="The sidecar is newer than its control plane", find=partial(_find, _NEWER), claims=_NEWER.own
)
