"""What servers show in a handshake, and nobody accepts: parts of the control plane, or the target's own sidecars."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import showing, telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.following import SIDECAR
from bot.model import phrases, serving, workloads
from bot.model.diagnosis import Cause, Certainty
from bot.model.scene import Level

# Lines of those who talk to a part of the control plane, or of sidecars among each other.
PART_LINES: Final = ("sidecar-loses-scheduler", "sidecar-loses-placement", "sidecar-loses-operator", "scheduler-peers-refuse")
EXPLAINED: Final = ("control-plane-not-restarted", "certificate-expired", "logs-unexplained", "other-complaint")
RENEW: Final = "Read in its log why it was not renewed; a pod that is recreated asks at once: {command}"
RECREATE: Final = "Recreate these pods, they then ask sentry for a new certificate: {command}"


def _part(clues: Clues) -> Iterator[Candidate]:
    """It hits whoever tells of handshakes with it, whoever it is itself, and a sidecar that does not get ready."""
    for finding in clues.trouble("server-untrusted")[:1]:
        lines = clues.said(*PART_LINES)
        hits = bool(lines) or clues.touches(finding) or clues.sidecar_fails
        cause = telling.proved(
            clues, finding, id_="server-untrusted", own=PART_LINES, explains=(*EXPLAINED, *SIDECAR) if hits else EXPLAINED
        )
        yield Candidate(cause=cause, reach=Reach.TARGET if hits else Reach.ELSEWHERE)


def _sidecar(clues: Clues) -> Iterator[Candidate]:
    """Of the pods that were looked at; what those of others show was not asked."""
    refused = showing.refused_sidecars(clues)
    if not refused:
        return
    name = clues.scene.target.name
    many = phrases.count(len(refused), "pod")
    is_expired = all(one.is_expired for one in refused)
    what = "has expired" if is_expired else "is of another CA than its peers trust"
    who = name if clues.scene.target.level is Level.POD else f"{many} of {name}"
    pods = [pod for pod in clues.pods if pod.name in {one.one.endpoint.pod for one in refused}]
    command = workloads.recreation(pods) or "docs/checks.md#recreating-pods"
    cause = Cause(
        id="sidecar-untrusted",
        fact=f"The certificate that {who} {'shows' if len(refused) == 1 else 'show'} to others {what}",
        certainty=Certainty.PROVED,
        is_certificate=True,
        evidence=tuple(serving.told(refused)),
        next_step=(RENEW if is_expired else RECREATE).format(command=command),
        explains=(*EXPLAINED, "callers-stale"),
    )
    lines = telling.first((), clues.said("caller-refused", "sidecars-do-not-trust-each-other"))
    told = (*cause.evidence, *map(telling.sentence, lines))
    yield Candidate(cause=replace(cause, evidence=told, excerpts=tuple(dict.fromkeys(one.excerpt for one in lines))))


PART: Final = Explanation(id="server-untrusted", title="A part of the control plane shows a certificate that nobody accepts", find=_part)
SIDECAR_SHOWS: Final = Explanation(
    id="sidecar-untrusted", title="The target's sidecar shows a certificate that its peers do not accept", find=_sidecar
)
