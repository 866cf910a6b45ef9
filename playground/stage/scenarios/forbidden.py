"""The bot's rights are gone: what cannot be seen is never OK."""

from datetime import timedelta
from typing import Final

from playground.demo.clusters import shipped_rules
from playground.stage.scenario import Deed, Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=25)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("oscar", "I am tidying up RBAC today: every binding that nobody can explain goes.", minutes_ago=24)


def _happen(world: World) -> None:
    world.allow(())
    world.say("oscar", "Done. `clusterrolebinding/dapr-warden` was one of them.")


def _give_back(world: World) -> None:
    world.allow(shipped_rules(rotating=True))


FORBIDDEN: Final = Scenario(
    id="forbidden",
    title="The API server forbids",
    summary="The CA has 25 days left, and the bot has said so. Then its rights were taken; time was moved by eleven minutes for you.",
    look_for="The card stays open and says since when nobody can see it; being blind is a card of its own. Nothing turns green.",
    begin=_begin,
    happen=_happen,
    later=timedelta(minutes=11),
    deeds=(
        Deed(
            id="give-back",
            title="Give the rights back",
            explains="Somebody applies deploy/kustomize/read/rbac.yaml again.",
            do=_give_back,
        ),
    ),
)
