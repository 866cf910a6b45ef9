"""Secret and ConfigMap differ by one byte, and sentry throws the CA away."""

from datetime import timedelta
from typing import Final

from playground.stage.deeds import NEWLINE, RECREATE_PODS, RESTORE, SENTRY_RESTARTS
from playground.stage.scenario import Scenario
from playground.stage.world import World

LEFT: Final = timedelta(days=200)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say(
        "oscar", "I am moving our manifests into Git. Next is `configmap/dapr-trust-bundle`; it is only a copy of the root.", minutes_ago=24
    )


MISMATCH: Final = Scenario(
    id="mismatch",
    title="One newline too many",
    summary="The ConfigMap holds a copy of the root, and sentry compares it with the Secret, byte for byte, when it starts.",
    look_for="Add the newline: the card comes before anything has happened. Restart sentry, and see why it came. Then restore the pair.",
    begin=_begin,
    deeds=(NEWLINE, SENTRY_RESTARTS, RESTORE, RECREATE_PODS),
)
