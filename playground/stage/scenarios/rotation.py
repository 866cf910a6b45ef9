"""A rotation from the card that warns to the last message that proves it: asked for, approved by a second person, carried out in a thread."""

from datetime import timedelta
from typing import Final

from playground.stage.deeds import NEWLINE, SENTRY_RESTARTS
from playground.stage.scenario import Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=12)
# In life a day; here the wait for the last old certificate takes half a minute.
LEAF_TTL: Final = "20s"


def _begin(world: World) -> None:
    world.install(left=LEFT, leaf_ttl=LEAF_TTL)
    world.say("mia", "The root has twelve days left. Do we take the outage this weekend?", minutes_ago=8)
    world.say("oscar", "No outage. Ask the bot, and Pavel approves.", minutes_ago=6)


ROTATION: Final = Scenario(
    id="rotation",
    title="Rotate the CA, start to end",
    summary="The root expires in 12 days. The bot carries the rotation out: every pod goes on trusting every other, all the way.",
    look_for=(
        "Plan the rotation from the card and ask for approval as Oscar; approve as Pavel. The card becomes the rotation's, its thread has "
        "one checklist that is edited in place, and the last message proves it. Try Pause, Revert, or let sentry make a CA of its own."
    ),
    begin=_begin,
    deeds=(NEWLINE, SENTRY_RESTARTS),
    shows_certificates=True,
)
