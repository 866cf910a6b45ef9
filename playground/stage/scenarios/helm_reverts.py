"""A CA was rotated by hand; the next `helm upgrade` writes the old one again (dapr#7443)."""

from datetime import timedelta
from typing import Final

from playground.demo.ca import LIFETIME, made_by_sentry
from playground.stage.deeds import RECREATE_PODS
from playground.stage.scenario import Deed, Scenario
from playground.stage.world import HELM, World

LEFT: Final = timedelta(days=330)
OLD_LEFT: Final = timedelta(days=9)


def _begin(world: World) -> None:
    world.install(left=LEFT)
    world.say(
        "olga",
        "The new CA is in place since last month, every pod trusts it. Nine days before the old one would have ended.",
        minutes_ago=24,
    )


def _happen(world: World) -> None:
    old = made_by_sentry(world.clock.now() - (LIFETIME - OLD_LEFT))
    world.write_pair(old, manager=HELM)
    world.restart_control_plane()
    world.say("oscar", "Dapr's chart is upgraded to the newest patch: `helm upgrade dapr dapr/dapr --reuse-values`. All green.")


def _write_again(world: World) -> None:
    world.write_pair(world.authority)
    world.restart_control_plane()


WRITE_AGAIN: Final = Deed(
    id="restore",
    title="Write the new CA again",
    explains="Somebody writes the rotated pair once more, and corrects the values of the Helm release.",
    do=_write_again,
)

HELM_REVERTS: Final = Scenario(
    id="helm-reverts",
    title="Helm puts the old CA back",
    summary="The CA was rotated outside Helm. The values of the release still hold the old one, and an upgrade writes it back.",
    look_for=(
        "The card says that the CA was replaced, who claims to have written it (helm), and which pods do not trust it. Below it the bot "
        "offers to bring the last good one back: Review it as Oscar, approve it as Pavel."
    ),
    begin=_begin,
    happen=_happen,
    deeds=(WRITE_AGAIN, RECREATE_PODS),
    shows_certificates=True,
    is_kept=True,
)
