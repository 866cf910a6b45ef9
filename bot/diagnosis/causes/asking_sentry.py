"""A sidecar asks sentry for a certificate and gets none, for reasons that have nothing to do with the CA."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from bot.diagnosis import telling
from bot.diagnosis.clues import Clues
from bot.diagnosis.explanation import Candidate, Explanation
from bot.diagnosis.following import SIDECAR
from bot.diagnosis.signatures import BY_ID
from bot.model import control_plane, counters, live
from bot.model.logs import Sighting

ASKING: Final = (
    "sidecar-gets-no-identity",
    "sidecar-gets-no-identity-before-1-12",
    "sidecar-renewal-fails",
    "sidecar-renewal-fails-before-1-12",
    "control-plane-gets-no-identity",
)
NETWORK: Final = {
    "reason-no-such-host": "{name} does not find sentry by its name (DNS)",
    "reason-connection-refused": "Nothing listens where {name} looks for sentry",
    "reason-connection-timed-out": "{name} gets no answer from sentry (network)",
    "reason-deadline": "{name} gets no answer from sentry in time",
}
ASKED: Final = (counters.RENEWAL_FAILED, counters.INIT_FAILED, counters.REQUESTS_REFUSED)
DENIALS: Final = (
    "reason-token-invalid",
    "reason-token-review-failed",
    "reason-token-unauthenticated",
    "reason-service-account-mismatch",
    "reason-pod-unknown-to-sentry",
    "reason-app-id-mismatch",
    "reason-unexpected-identity",
    "reason-sentry-not-ready",
    "sentry-denies-requester-before-1-12",
    "sentry-denies-service-account",
    "sentry-denies-control-plane-claim",
    "sentry-finds-no-pod",
    "token-unreadable",
    "token-empty",
)
CONFIGURATION: Final = ("sentry-finds-no-configuration", "reason-configuration-missing")
SKEW: Final = ("reason-not-yet-valid",)
NO_TLS: Final = ("reason-no-tls", "reason-unrecognised-name")
POLICY: Final = (
    "Look at DNS, at NetworkPolicies between {namespace} and {dapr}, and at a mesh in between: docs/causes.md#sentry-unreachable"
)


def _unreachable(clues: Clues) -> Iterator[Candidate]:
    """Only where sentry itself is asked; placement and others may be away for reasons of their own."""
    lines = [one for one in _own(clues, tuple(NETWORK)) if not {one.signature, *one.reasons}.isdisjoint(ASKING)]
    if not lines:
        return
    reason = next(each for each in NETWORK if any(each in one.reasons for one in lines))
    sentry = control_plane.component(clues.snapshot, control_plane.SENTRY)
    state = f"Sentry is seen: {sentry.ready} of {sentry.desired} ready." if sentry else "Whether sentry is up was not seen."
    state = f"{state}{_shown(clues)}"
    target = clues.scene.target
    fact = NETWORK[reason].format(name=target.name)
    cause = telling.noticed(lines, id_="sentry-unreachable", fact=fact, own=(reason,), explains=SIDECAR)
    step = POLICY.format(namespace=target.namespace, dapr=clues.snapshot.namespace)
    yield Candidate(cause=replace(cause, evidence=(*cause.evidence, state), next_step=step))


def _shown(clues: Clues) -> str:
    """Whether anything listens at all: the bot shook hands with it, or could not either."""
    if any(one.endpoint.component == control_plane.SENTRY for one in live.shown(clues.snapshot)):
        return " It shook hands with the bot, so it listens; the way from the target to it is what to look at."
    silence = live.why_silent(clues.snapshot)
    return f" The bot got no certificate from it either: {silence.detail}" if silence is not None and not silence.by_choice else ""


def _denies(clues: Clues) -> Iterator[Candidate]:
    lines = _own(clues, DENIALS)
    if lines:
        shown = telling.first(DENIALS, lines)[0]
        told = next(each for each in DENIALS if each in (shown.signature, *shown.reasons))
        fact = f"Sentry gives {clues.scene.target.name} no certificate: {_small(BY_ID[told].meaning)}"
        yield Candidate(cause=telling.noticed(lines, id_="sentry-denies", fact=fact, own=(told,), explains=SIDECAR))


def _configuration(clues: Clues) -> Iterator[Candidate]:
    lines = _own(clues, CONFIGURATION)
    if lines:
        fact = f"The Configuration that {clues.scene.target.name} names (annotation dapr.io/config) cannot be had"
        yield Candidate(cause=telling.noticed(lines, id_="configuration-missing", fact=fact, own=CONFIGURATION, explains=SIDECAR))


def _skew(clues: Clues) -> Iterator[Candidate]:
    """A CA that begins in the future looks the same; its cause explains this one."""
    lines = _own(clues, SKEW)
    if lines:
        fact = f"The clock where {clues.scene.target.name} runs is behind: to it a certificate begins in the future"
        yield Candidate(cause=telling.noticed(lines, id_="clock-skew", fact=fact, own=SKEW, explains=SIDECAR))


def _no_tls(clues: Clues) -> Iterator[Candidate]:
    lines = _own(clues, NO_TLS)
    if lines:
        fact = f"Something stands between {clues.scene.target.name} and Dapr that does not speak Dapr's TLS (a mesh, a proxy, a wrong port)"
        yield Candidate(cause=telling.noticed(lines, id_="not-tls", fact=fact, own=NO_TLS, explains=SIDECAR))


def _own(clues: Clues, signatures: Sequence[str]) -> list[Sighting]:
    """What the target's sidecars say, and of the control plane's lines those that speak of the target."""
    target = clues.scene.target
    who = target.name if clues.is_component else "daprd"
    own = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in (*(pod.name for pod in target.pods), target.name)))
    return [one for one in clues.said(*signatures) if one.component == who or own.search(one.excerpt)]


def _small(meaning: str) -> str:
    return (meaning[:1].lower() + meaning[1:]).removesuffix(".")


UNREACHABLE: Final = Explanation(
    id="sentry-unreachable", title="Sentry cannot be reached", find=_unreachable, claims=(*ASKING, *NETWORK), counts=ASKED
)
DENIES: Final = Explanation(id="sentry-denies", title="Sentry does not accept who asks", find=_denies, claims=DENIALS, counts=ASKED)
NO_CONFIGURATION: Final = Explanation(
    id="configuration-missing", title="The Configuration of the app does not exist", find=_configuration, claims=CONFIGURATION
)
CLOCK: Final = Explanation(id="clock-skew", title="A clock is behind", find=_skew, claims=SKEW)
NOT_TLS: Final = Explanation(id="not-tls", title="Something in between does not speak Dapr's TLS", find=_no_tls, claims=NO_TLS)
