"""The root expires in 12 days, and nobody knew: what the bot is for."""

from datetime import timedelta
from typing import Final

from playground.stage.deeds import NEWLINE, RENEW, RESTORE, SENTRY_RESTARTS
from playground.stage.scenario import Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=12)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say("mia", "Is there anything to do for Dapr before the holidays?", minutes_ago=26)
    world.say("oscar", "Not that I know of. It has been running by itself for a year.", minutes_ago=24)


EXPIRES_SOON: Final = Scenario(
    id="expires-soon",
    title="The root expires in 12 days",
    summary="A cluster that is almost a year old. Root and issuer were made in the same second, and end in the same second.",
    look_for=(
        "A card in #ops says until when, whom it hits and what to do. Move time: the same card gets worse, and people are called. "
        "Plan the rotation, ask for its approval, and approve it as Pavel."
    ),
    begin=_begin,
    deeds=(NEWLINE, SENTRY_RESTARTS, RESTORE, RENEW),
    shows_certificates=True,
)
