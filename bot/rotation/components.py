"""Does the rest of the control plane trust what the ConfigMap holds? In turn; steps ask it here.

A chain shows an identity, not what its server trusts. So each pod must have been created after the ConfigMap was written, by the API
server's clock, and show a new certificate; for placement and scheduler trust is inferred from that, and is called so.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.model import control_plane, phrases
from bot.model.snapshot import Component
from bot.rotation.outcome import Doing, Done, Holding, Outcome, Restart, Waiting
from bot.rotation.sight import Sight

ORDER: Final = (control_plane.INJECTOR, control_plane.OPERATOR, "placement-server", "scheduler-server")
PATIENCE: Final = timedelta(minutes=10)


def look(sight: Sight, step: str) -> Outcome:
    """The first that is not through is restarted, once, and waited for."""
    found = list(_scaled_up(sight))
    for number, one in enumerate(found):
        late = _late(sight, one)
        if not late and len(one.pods) == one.desired and sight.is_settled(sight.workload(one)):
            continue
        restart = Restart((sight.workload(one),), sight.mark(f"{step}/{one.name}"))
        restarted = sight.since(restart.id)
        if restarted is None:
            return Doing(restart, f"{one.name} is restarted")
        if restarted > PATIENCE and sight.in_step(step) > PATIENCE:
            return _held(sight, one, late)
        return Waiting(told=f"for {one.name} to come back", done=number, of=len(found))
    return Done(
        f"{phrases.listed([one.name for one in found])} restarted since; trust of placement and scheduler is inferred from their age"
    )


def _scaled_up(sight: Sight) -> Iterator[Component]:
    for name in ORDER:
        one = sight.component(name)
        if one is not None and one.desired:
            yield one


def _late(sight: Sight, one: Component) -> list[str]:
    written_at = sight.roots_written_at()
    return [
        pod.name
        for pod in one.pods
        if written_at is None
        or pod.created_at is None
        or pod.created_at <= written_at
        or not pod.ready
        or sight.issuer_of(pod) != sight.bound.issuer
    ]


def _held(sight: Sight, one: Component, late: list[str]) -> Holding:
    silent = [f"{pod}: {why}" for pod in late if (why := sight.silent(pod))]
    seen = f" ({phrases.named(silent)})" if silent else ""
    return Holding(
        reason=f"{one.name} did not come back with a new certificate: {phrases.named(late) or 'its rollout hangs'}{seen}.",
        advice=f"`/dapr diagnose {one.name}` tells why. Retry looks again.",
        ways=sight.ways_out,
        affected=tuple(late),
    )
