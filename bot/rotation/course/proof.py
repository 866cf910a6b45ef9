"""Everybody trusts everybody: live chains, the census of all pods and the caBundle show the new CA, and nothing was put back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.model import control_plane, phrases
from bot.model.observed import Observed
from bot.model.trust_pair import NEW
from bot.model.workloads import owner
from bot.rotation.course_step import CourseStep
from bot.rotation.outcome import Done, Holding, Outcome, Waiting
from bot.rotation.sight import Sight, fingerprints

PATIENCE: Final = timedelta(minutes=10)


def look(sight: Sight, step: str) -> Outcome:
    """What is still missing is told; after a while people look."""
    missing = list(_missing(sight))
    if not missing:
        return Done("; ".join(shown(sight)))
    if sight.in_step(step) > PATIENCE:
        return Holding(reason=f"Not proved: {missing[0]}.", advice="Mend that, then retry.", affected=tuple(missing[1:]))
    return Waiting(told=f"for proof: {missing[0]}")


def shown(sight: Sight) -> Iterator[str]:
    """What a look shows, for people; a sentence each."""
    servers = [one for one in sight.shown.values() if one.chain and one.chain[0].fingerprint == sight.bound.issuer]
    trusting = sum(sight.trusts_new(pod) for pod in sight.everybody)
    show = phrases.verb(len(servers), "shows", "show")
    yield f"{phrases.count(len(servers), 'server')} of the control plane {show} issuer {sight.bound.issuer[:8]}"
    yield f"{trusting} of {phrases.count(len(sight.everybody), 'pod')} trust root {sight.bound.root[:8]}"
    yield "the API server trusts the injector by it"
    yield "nothing was put back"


def _missing(sight: Sight) -> Iterator[str]:
    if not sight.holds(NEW):
        yield "Secret and ConfigMap do not hold the new CA"
    wrong = [pod.name for one in control_plane.components(sight.snapshot) for pod in one.pods if sight.issuer_of(pod) != sight.bound.issuer]
    if wrong:
        yield f"{phrases.named(wrong)} {phrases.verb(len(wrong), 'shows', 'show')} another issuer, or none"
    webhook = sight.snapshot.webhook.value if isinstance(sight.snapshot.webhook, Observed) else None
    if webhook is None or webhook.bundle is None or sight.bound.root not in fingerprints(webhook.bundle):
        yield "the injector's webhook does not hold the new root"
    left = {one.full_name for one in sight.plan.reach.left}
    untrusting = [pod for pod in sight.everybody if not sight.trusts_new(pod) and owner(pod) not in left]
    lost = [name for pod in untrusting if (name := f"{pod.namespace}/{pod.name}") not in sight.run.lost]
    if lost:
        yield f"{phrases.named(lost)} {phrases.verb(len(lost), 'does', 'do')} not trust the new root"


PROOF = CourseStep(id="proof", look=look)
