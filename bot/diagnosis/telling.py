"""From what was found to a Cause: certainty goes by what stands behind it, lines become evidence and excerpts."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from bot.diagnosis.clues import Clues, judged
from bot.diagnosis.signatures import BY_ID
from bot.model import counters, phrases, workloads
from bot.model.counters import Counter
from bot.model.diagnosis import Cause, Certainty
from bot.model.finding import Finding
from bot.model.logs import Sighting
from bot.model.redaction import excerpt
from bot.model.scene import ContainerState, KubeEvent, PodState
from bot.model.snapshot import DaprPod

_RECREATION: Final = re.compile(r"kubectl -n \S{1,260} (?:rollout restart|delete pod) .{1,4000}\Z")

OfPod: TypeAlias = tuple[PodState, ContainerState]
"""A container with its pod."""

_COUNTED: Final = {
    counters.REQUESTS_REFUSED: "it did not sign a request for a certificate",
    counters.OWN_CERTIFICATE_FAILED: "it could not make its own certificate",
    counters.ISSUER_CHANGED: "its issuer was changed",
    counters.INJECTION_FAILED: "it could not give a pod its sidecar",
    counters.INIT_FAILED: "its mTLS did not start",
    counters.RENEWAL_FAILED: "it asked for a certificate and got none",
}

MOST_LINES: Final = 5
"""Lines that are shown with a cause."""


def proved(
    clues: Clues,
    finding: Finding,
    *,
    id_: str,
    fact: str = "",
    own: Sequence[str] = (),
    explains: Sequence[str] = (),
) -> Cause:
    """A finding of a check about certificates, with lines that it bears out. ``own``: signatures that say it most plainly, shown first."""
    lines = first(own, [*clues.said(*own), *clues.about(finding.check_id)])
    return Cause(
        id=id_,
        fact=fact or finding.fact,
        certainty=Certainty.PROVED,
        is_certificate=True,
        evidence=(*finding.evidence, *map(sentence, lines)),
        excerpts=tuple(dict.fromkeys(one.excerpt for one in lines)),
        next_step=finding.next_step,
        explains=tuple(explains),
    )


def suspected(finding: Finding, *, id_: str, explains: Sequence[str] = ()) -> Cause:
    """A matter of certificates that a check could not judge, and the target is among those whom it names."""
    return Cause(
        id=id_,
        fact=finding.fact,
        certainty=Certainty.POSSIBLE,
        is_certificate=True,
        evidence=finding.evidence,
        next_step=finding.next_step,
        explains=tuple(explains),
    )


def complained(
    clues: Clues,
    lines: Sequence[Sighting],
    *,
    id_: str,
    fact: str,
    own: Sequence[str] = (),
    explains: Sequence[str] = (),
) -> Cause:
    """A matter of certificates that only lines tell of: POSSIBLE, and it says that nothing bears it out."""
    shown = first(own, lines)
    told = BY_ID[_plainest(shown[0], own)]
    opens = dict.fromkeys(check for one in (shown[0].signature, *shown[0].reasons) if one in BY_ID for check in BY_ID[one].opens)
    return Cause(
        id=id_,
        fact=fact,
        certainty=Certainty.POSSIBLE,
        is_certificate=True,
        evidence=(*map(sentence, shown), told.meaning, not_borne_out(clues, opens)),
        excerpts=tuple(dict.fromkeys(one.excerpt for one in shown)),
        next_step=told.remedy,
        explains=tuple(explains),
    )


def noticed(
    lines: Sequence[Sighting],
    *,
    id_: str,
    fact: str,
    own: Sequence[str] = (),
    explains: Sequence[str] = (),
) -> Cause:
    """Something else than certificates that lines tell of: LIKELY when they say it more than once, else POSSIBLE."""
    shown = first(own, lines)
    meaning = BY_ID[_plainest(shown[0], own)]
    return Cause(
        id=id_,
        fact=fact,
        certainty=Certainty.LIKELY if sum(one.count for one in lines) > 1 else Certainty.POSSIBLE,
        is_certificate=False,
        evidence=(*map(sentence, shown), meaning.meaning),
        excerpts=tuple(dict.fromkeys(one.excerpt for one in shown)),
        next_step=meaning.remedy,
        explains=tuple(explains),
    )


def not_borne_out(clues: Clues, check_ids: Iterable[str]) -> str:
    """Why a line stays a line: which checks could not look, or looked and found nothing."""
    blind, looked = judged(clues.report, check_ids)
    if blind:
        return f"Nothing bears it out: {phrases.listed(blind)} cannot judge at present."
    if looked:
        does = "finds" if len(looked) == 1 else "find"
        return f"Nothing bears it out: {phrases.listed(looked)} {does} nothing of the kind. It may be over, or of no weight."
    return "Nothing bears it out: no check can tell whether it is so."


def first(own: Sequence[str], lines: Iterable[Sighting]) -> list[Sighting]:
    """The most telling lines: those that say it plainly, then sentry's, then the latest."""
    unique = list(dict.fromkeys(lines))
    order = sorted(unique, key=lambda one: one.last_at, reverse=True)
    order.sort(key=lambda one: (one.signature not in own, one.component != "sentry"))
    return order[:MOST_LINES]


def sentence(one: Sighting) -> str:
    """When a log said it, how often, and where."""
    where = f" ({phrases.named(one.pods, most=2)})" if one.pods else ""
    if one.count == 1:
        return f"The log of {one.component} says so at {phrases.instant(one.first_at)}{where}."
    span = f"between {phrases.instant(one.first_at)} and {phrases.instant(one.last_at)}"
    return f"The log of {one.component} says so {one.count} times {span}{where}."


def told(events: Iterable[KubeEvent]) -> tuple[str, ...]:
    """Events as they stood: reason and message."""
    lines = (excerpt(f"{one.reason}: {one.message}") for one in sorted(events, key=_latest, reverse=True))
    return tuple(dict.fromkeys(lines))[:MOST_LINES]


def for_those(step: str, pods: Sequence[DaprPod]) -> str:
    """A check's next step that ends in the commands which recreate all pods that suffer, with the commands for these."""
    command = workloads.recreation(pods)
    return _RECREATION.sub(lambda _: command, step) if command else step


def state(one: OfPod) -> str:
    """What the kubelet says of a container."""
    pod, container = one
    parts = [container.waiting or ("runs, but is not ready" if container.running else "does not run")]
    if container.exit_code is not None or container.ended:
        parts.append(f"ended last with exit code {container.exit_code} ({container.ended or 'no reason'})")
    if container.restarts:
        parts.append(f"restarted {phrases.count(container.restarts, 'time')}")
    return f"{pod.pod}, {container.name}: {', '.join(parts)}."


def counted(clues: Clues, names: Sequence[str]) -> tuple[str, ...]:
    """What Dapr has counted, a sentence each. A counter says how often, never when, so it bears out and decides nothing."""
    return tuple(_counted(one) for one in clues.counted(names))[:MOST_LINES]


def _counted(one: Counter) -> str:
    why = f" ({one.reason})" if one.reason else ""
    return f"Since it started, {one.namespace}/{one.pod} has counted {phrases.count(one.value, 'time')}: {_COUNTED[one.name]}{why}."


def ago(at: datetime, now: datetime) -> str:
    """As in "3 days ago"."""
    return f"{phrases.left(now - at)} ago"


def _latest(event: KubeEvent) -> float:
    return event.last_at.timestamp() if event.last_at else 0.0


def _plainest(one: Sighting, own: Sequence[str]) -> str:
    return next((each for each in (one.signature, *one.reasons) if each in own and each in BY_ID), one.signature)
