"""What people do to a cluster in more than one scenario."""

from typing import Final

from playground.stage.scenario import Deed
from playground.stage.world import World


def _add_newline(world: World) -> None:
    world.write_configmap(world.ca + b"\n")


def _restart_sentry(world: World) -> None:
    world.sentry.restart()


def _restore(world: World) -> None:
    world.write_pair(world.authority)


def _renew(world: World) -> None:
    world.write_pair(world.new_authority())
    world.restart_control_plane()
    world.recreate_pods()


def _recreate(world: World) -> None:
    world.restart_control_plane()
    world.recreate_pods()


NEWLINE: Final = Deed(
    id="newline",
    title="Add one newline to the ConfigMap",
    explains="Somebody edits the ConfigMap's copy of the root; the editor ends the file with one newline more. kubectl is content.",
    do=_add_newline,
)
SENTRY_RESTARTS: Final = Deed(
    id="sentry-restarts",
    title="Restart sentry",
    explains="A node is drained, Dapr is upgraded: sentry's pod starts anew and reads its CA again.",
    do=_restart_sentry,
)
RESTORE: Final = Deed(
    id="restore",
    title="Restore the pair",
    explains="Somebody writes the saved CA into both objects again, the ConfigMap first; sentry loads it without a restart.",
    do=_restore,
)
RENEW: Final = Deed(
    id="renew",
    title="Renew the CA and recreate every pod",
    explains="The careful way with a short outage: a new pair, the control plane restarted, then every application.",
    do=_renew,
)
RECREATE_PODS: Final = Deed(
    id="recreate-pods",
    title="Recreate the pods",
    explains="Every application is rolled out again: the injector gives each new pod the roots of this moment.",
    do=_recreate,
)
