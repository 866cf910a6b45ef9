"""The ways that a rotation may take, each from a cluster that asks for it: the three kinds, and the way back from three places."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from bot.model.rotation import Kind
from bot.model.run import File, Stand
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.voyage.voyage import Voyage

SMALL: Final[dict[str, Any]] = {"apps": {"orders": 2}, "pace": timedelta(seconds=6)}
"""A cluster as small as can be: many voyages are made."""
QUICK: Final[dict[str, Any]] = SMALL | {"lag": timedelta(seconds=30)}
"""The same, with kubelets of the quicker half."""


async def _nothing(_: Voyage) -> None:
    """The cluster is as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """``opened``: how its voyage is; ``prepare``: what happens before anybody asks; ``back``: when somebody says to go back, None never.

    ``gentle``: nobody may refuse anybody on the way.
    """

    name: str
    kind: Kind = Kind.CROSS_SIGNED
    opened: dict[str, Any] = field(default_factory=lambda: QUICK)
    prepare: Callable[[Voyage], Any] = _nothing
    back: Callable[[File], bool] | None = None
    gentle: bool = True

    @property
    def end(self) -> Stand:
        """How it ends."""
        return Stand.REVERTED if self.back else Stand.DONE


def let_sentry_make_its_own(voyage: Voyage) -> None:
    """Somebody touches the ConfigMap, and a sentry restarts: it throws the CA away."""
    found = voyage.kube.get("ConfigMap", BUNDLE, NAMESPACE)
    voyage.kube.put({**found, "data": {"ca.crt": found["data"]["ca.crt"] + "\n"}}, manager="kubectl-edit")
    voyage.town.sentries[0].restart()


async def lose_the_ca(voyage: Voyage) -> None:
    """The good pair was kept; then sentry made a CA of its own, and half an hour went by."""
    await voyage.keep_pair()
    let_sentry_make_its_own(voyage)
    voyage.pass_time(timedelta(minutes=30))


def edit(voyage: Voyage, manager: str = "helm") -> None:
    """Somebody writes other roots into both objects."""
    for kind in ("ConfigMap", "Secret"):
        found = voyage.kube.get(kind, BUNDLE, NAMESPACE)
        roots = voyage.authority.ca + b"\n"
        value = base64.b64encode(roots).decode() if kind == "Secret" else roots.decode()
        voyage.kube.put({**found, "data": {**found["data"], "ca.crt": value}}, manager=manager)


def reaches(step: str) -> Callable[[File], bool]:
    """Whether everything before that step is done."""

    def is_next(file: File) -> bool:
        left = [one.id for one in file.dossier.plan.steps if one.id not in file.run.done]
        return bool(left) and left[0] == step

    return is_next


def _in_the_waves(file: File) -> bool:
    return file.run.begun.get("canary") is not None


CROSS_SIGNED: Final = Course(name="cross-signed")
RECOVERY: Final = Course(name="recovery", kind=Kind.RECOVERY, opened=QUICK | {"left": timedelta(days=-1)}, gentle=False)
RESTORE: Final = Course(name="restore", kind=Kind.RESTORE, prepare=lose_the_ca, gentle=False)
BACK: Final = (
    Course(name="back from the first pair", back=reaches("sentry")),
    Course(name="back from the waves", back=_in_the_waves),
    Course(name="back before the drop", back=reaches("drop-old-root")),
)
COURSES: Final = {one.name: one for one in (CROSS_SIGNED, RECOVERY, RESTORE, *BACK)}
