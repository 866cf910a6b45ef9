"""A large cluster: 5,000 pods of 250 applications, read page by page."""

from datetime import timedelta
from typing import Final

from playground.stage.deeds import NEWLINE, RESTORE
from playground.stage.scenario import Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=12)
APPS: Final = {f"app-{number:03d}": 20 for number in range(250)}


def _begin(world: World) -> None:
    world.install(left=LEFT, apps=APPS)
    world.say("mia", "How many pods have a sidecar by now?", minutes_ago=26)
    world.say("oscar", "Five thousand, more or less.", minutes_ago=24)


FIVE_THOUSAND_PODS: Final = Scenario(
    id="five-thousand-pods",
    title="5,000 pods",
    summary="250 applications with 20 pods each, all of them below a root that ends in 12 days.",
    look_for="The card stays as short as ever, and `/dapr status` answers at once while a sweep reads all 5,000.",
    begin=_begin,
    deeds=(NEWLINE, RESTORE),
    settings={"sweep_seconds": "10", "canary": "shop/app-000"},
)
