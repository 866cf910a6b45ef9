"""The API server takes every request and answers none: after ten minutes the bot says that it is blind."""

from datetime import timedelta
from typing import Final

from playground.kubernetes import Effect
from playground.stage.scenario import Deed, Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=200)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("oscar", "Maintenance of the control plane begins now. You will not notice anything.", minutes_ago=24)


def _happen(world: World) -> None:
    world.kube.fault(Effect.HANG)
    world.kube.drop_watches()


def _heal(world: World) -> None:
    world.kube.heal()


HANGING: Final = Scenario(
    id="hanging",
    title="The API server hangs",
    summary="Every request is taken and none is answered. Time was moved by eleven minutes for you.",
    look_for="A bot that cannot see says so, as a card of its own. `/dapr status` still answers, with the age of what it knows.",
    begin=_begin,
    happen=_happen,
    later=timedelta(minutes=11),
    deeds=(Deed(id="heal", title="The API server recovers", explains="It answers again; what hangs already is given up.", do=_heal),),
)
