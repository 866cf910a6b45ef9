"""A sidecar that did not renew its certificate. From Dapr 1.14 on nothing is printed or counted when a renewal hangs; what it shows tells.

Renewals begin at half of a certificate's life, up to 1.13 at seven tenths of it: whoever shows one with three quarters gone is late.
"""

from collections.abc import Iterator
from typing import Final

from bot.diagnosis.clues import DAPRD, Clues
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.model import counters, kubectl, phrases
from bot.model.certificate import Certificate, certificates
from bot.model.chains import Endpoint
from bot.model.diagnosis import Cause, Certainty
from bot.model.observed import Observed

LATE: Final = 0.75
RULE: Final = "A sidecar asks for a new certificate at half of the life of the present one (up to 1.13 at seven tenths)."
SILENT: Final = "From 1.14 on a renewal that hangs, as sentry is down or not trusted, is neither printed nor counted."


def _overdue(clues: Clues) -> Iterator[Candidate]:
    """What has ended already is another cause's."""
    late = sorted(_late(clues), key=lambda one: one[1].not_after_at)
    if not late:
        return
    endpoint, first = late[0]
    pods = phrases.named([f"{one.namespace}/{one.pod}" for one, _ in late])
    yield Candidate(
        cause=Cause(
            id="renewal-overdue",
            fact=f"{phrases.count(len(late), 'sidecar')} of {clues.scene.target.name} did not renew the certificate in time; the first one "
            f"ends in {phrases.left(first.not_after_at - clues.now)}",
            certainty=Certainty.LIKELY,
            is_certificate=True,
            evidence=(
                f"{pods}: valid from {phrases.instant(first.not_before_at)} until {phrases.instant(first.not_after_at)}.",
                RULE,
                SILENT,
            ),
            next_step="Before it ends: see whether sentry is up and trusted (stale-pods), then recreate the pod, which asks at once: "
            f"{kubectl.delete_pod(endpoint.namespace, endpoint.pod)}",
        ),
        reach=Reach.LATER,
    )


def _late(clues: Clues) -> Iterator[tuple[Endpoint, Certificate]]:
    chains = clues.scene.chains
    for one in chains.value.shown if isinstance(chains, Observed) else ():
        leaf = next(iter(certificates(one.chain)), None)
        if one.endpoint.component == DAPRD and leaf is not None and leaf.not_before_at < clues.now < leaf.not_after_at:
            gone = (clues.now - leaf.not_before_at) / (leaf.not_after_at - leaf.not_before_at)
            if gone >= LATE:
                yield one.endpoint, leaf


OVERDUE: Final = Explanation(
    id="renewal-overdue",
    title="A sidecar did not renew its certificate",
    find=_overdue,
    counts=(counters.RENEWAL_FAILED,),
)
