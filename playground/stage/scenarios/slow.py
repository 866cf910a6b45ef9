"""One kind of object comes drop by drop: the rest is judged, that part is unknown."""

from datetime import timedelta
from typing import Final

from playground.kubernetes import Effect
from playground.stage.scenario import Deed, Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=12)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("oscar", "The API server crawls today: `kubectl get pods -A` has been running for a minute.", minutes_ago=24)


def _happen(world: World) -> None:
    world.kube.fault(Effect.DRIP, resource="pods")


def _heal(world: World) -> None:
    world.kube.heal()


SLOW: Final = Scenario(
    id="slow",
    title="The API server is slow",
    summary="Lists of pods come one byte at a time. Each look has a deadline of its own, so the rest is there in time.",
    look_for="`/dapr status` answers at once all the same: what was seen is judged, and the pods are called unknown, never OK.",
    begin=_begin,
    happen=_happen,
    # So that nobody takes the look before it for the present.
    later=timedelta(minutes=2),
    deeds=(Deed(id="heal", title="The API server recovers", explains="Its answers come as fast as ever.", do=_heal),),
)
