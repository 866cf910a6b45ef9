"""Somebody has tidied up, and the ConfigMap is gone."""

from datetime import timedelta
from typing import Final

from playground.demo.clusters import BUNDLE, NAMESPACE
from playground.stage.deeds import RESTORE, SENTRY_RESTARTS
from playground.stage.scenario import Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=200)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("mia", "I am deleting ConfigMaps that no pod of ours uses.", minutes_ago=24)


def _happen(world: World) -> None:
    world.kube.delete("ConfigMap", BUNDLE, NAMESPACE)
    world.say("mia", "Done. Forty-one of them, and nothing broke.")


CONFIGMAP_MISSING: Final = Scenario(
    id="configmap-missing",
    title="The ConfigMap is missing",
    summary="ConfigMap dapr-trust-bundle was deleted. What runs goes on running; what restarts does not come back.",
    look_for="The card comes while everything still runs. Restart sentry to see what it prevents; restoring the pair mends both.",
    begin=_begin,
    happen=_happen,
    deeds=(SENTRY_RESTARTS, RESTORE),
)
