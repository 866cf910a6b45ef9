"""A healthy cluster: the bot has nothing to say, and answers when it is asked."""

from datetime import timedelta
from typing import Final

from playground.stage.deeds import NEWLINE, RESTORE, SENTRY_RESTARTS
from playground.stage.scenario import Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=300)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("mia", "Does this bot do anything? It has not said a word since Oscar installed it.", minutes_ago=26)
    world.say("oscar", "That is the good news. Type `/dapr status`, then you see what it sees.", minutes_ago=24)


HEALTHY: Final = Scenario(
    id="healthy",
    title="Healthy",
    summary="Dapr 1.18.3, a CA with 300 days left, six pods that trust it. Nothing needs anybody.",
    look_for="The bot is silent. `/dapr status` says OK, and `/dapr check` shows every question and its answer.",
    begin=_begin,
    deeds=(NEWLINE, SENTRY_RESTARTS, RESTORE),
)
