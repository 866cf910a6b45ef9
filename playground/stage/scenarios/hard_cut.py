"""The root was replaced outright, as `dapr mtls renew-certificate` does it, and half of the pods still trust the old one."""

from datetime import timedelta
from typing import Final

from playground.stage.deeds import RECREATE_PODS, RESTORE
from playground.stage.scenario import Scenario
from playground.stage.world import HELM, World

LEFT: Final = timedelta(days=20)


def _begin(world: World) -> None:
    world.install(left=LEFT, is_kept_by_helm=True)
    world.say("oscar", "Twenty days left. I renew it now: `dapr mtls renew-certificate -k --valid-until 365 --restart`", minutes_ago=24)


def _happen(world: World) -> None:
    world.write_pair(world.new_authority(), manager=HELM)
    world.restart_control_plane()
    world.recreate_pods("orders")
    world.say("oscar", "“Certificate rotation is successful!” I have rolled out `orders`; the others can wait, they all look fine.")


HARD_CUT: Final = Scenario(
    id="hard-cut",
    title="Stale pods after a hard cut",
    summary="The CA was replaced in one step and only some of the pods were recreated. The others keep the root they started with.",
    look_for="The card names the applications that trust the wrong root while all looks fine. Recreate them, then accept the CA.",
    begin=_begin,
    happen=_happen,
    deeds=(RECREATE_PODS, RESTORE),
)
