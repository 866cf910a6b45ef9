"""The bot's right to read the Secret is gone: unknown is never OK."""

from datetime import timedelta
from typing import Final

from playground.demo.clusters import shipped_rules
from playground.kubernetes import Rule
from playground.stage.scenario import Deed, Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=25)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("oscar", "I am tightening RBAC today. Nobody needs to read Secrets in `dapr-system`, right?")


def _without_secrets(rule: Rule) -> bool:
    return "secrets" not in rule.resources


def _happen(world: World) -> None:
    world.allow(filter(_without_secrets, shipped_rules()))


def _give_back(world: World) -> None:
    world.allow(shipped_rules())


FORBIDDEN: Final = Scenario(
    id="forbidden",
    title="The API server forbids",
    summary="The CA has 25 days left, the bot has said so, and then it may no longer read the Secret.",
    look_for="The card stays open and says since when nobody can see it. `/dapr status` names the missing right.",
    begin=_begin,
    happen=_happen,
    later=timedelta(minutes=11),
    deeds=(
        Deed(
            id="give-back",
            title="Give the right back",
            explains="Somebody applies deploy/kustomize/read/rbac.yaml again.",
            do=_give_back,
        ),
    ),
)
