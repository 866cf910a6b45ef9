"""The two clusters of the story, and what somebody does to them."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from playground.demo.ca import LIFETIME, Authority, made_by_sentry
from playground.kubernetes import AppPod, Dapr, Rule, SimulatedCluster, install_dapr, reviews, rules_of

ROOT: Final = Path(__file__).resolve().parents[2]
KUSTOMIZE: Final = ROOT / "deploy" / "kustomize"
# As for any bot that runs outside the cluster and so reaches sentry's metrics through the API server only; and may diagnose.
RIGHTS: Final = (
    KUSTOMIZE / "read" / "rbac.yaml",
    KUSTOMIZE / "components" / "pods-proxy" / "rbac.yaml",
    KUSTOMIZE / "components" / "diagnosis" / "rbac.yaml",
    KUSTOMIZE / "components" / "planning" / "rbac.yaml",
)
ROTATION: Final = KUSTOMIZE / "components" / "rotation" / "rbac.yaml"
OBJECTS: Final = ROTATION.with_name("objects.yaml")
ACCOUNT: Final = "system:serviceaccount:dapr-warden:dapr-warden"
BUNDLE: Final = "dapr-trust-bundle"
NAMESPACE: Final = "dapr-system"
READING: Final = frozenset({"get", "list", "watch", reviews.VERB})

STAGING_AGE: Final = timedelta(days=3)
DAYS_LEFT: Final = 12
PROD_AGE: Final = LIFETIME - timedelta(days=DAYS_LEFT)
APPS: Final = {"orders": 3, "payments": 2, "mail": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster with Dapr and a few applications. ``name``: as people say it."""

    name: str
    kube: SimulatedCluster
    authority: Authority

    def kubeconfig(self, folder: Path) -> Path:
        """Credentials that may do exactly what deploy/ gives to the bot: read."""
        token = self.kube.token(ACCOUNT, *shipped_rules())
        return self.kube.kubeconfig(folder / f"{self.name}.kubeconfig", token=token)

    def write_configmap(self, ca: bytes, *, manager: str) -> None:
        """Somebody writes ca.crt of the ConfigMap."""
        found: dict[str, Any] = self.kube.get("ConfigMap", BUNDLE, NAMESPACE)
        self.kube.put({**found, "data": {**found["data"], "ca.crt": ca.decode()}}, manager=manager)

    @property
    def reads(self) -> int:
        """How many requests the bot has made that read."""
        return sum(verb in READING for verb, _, _ in self.kube.requests)

    @property
    def writes(self) -> int:
        """How many requests the bot has made that write."""
        return len(self.kube.requests) - self.reads


def shipped_rules(*, rotating: bool = False) -> tuple[Rule, ...]:
    """What deploy/ allows the bot; ``rotating``: one that carries rotations out."""
    paths = (*RIGHTS, ROTATION) if rotating else RIGHTS
    return rules_of(manifest for path in paths for manifest in yaml.safe_load_all(path.read_text(encoding="utf-8")))


def shipped_objects() -> list[dict[str, Any]]:
    """What deploy/ ships, empty, for a bot that carries rotations out to write to."""
    return [one for one in yaml.safe_load_all(OBJECTS.read_text(encoding="utf-8")) if one]


class Calendar:
    """The cluster's clock: the machine's, except for what happened before the story began."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._past_at: datetime | None = None

    def now(self) -> datetime:
        """Dates whatever is written now."""
        return self._past_at or self._now()

    @contextmanager
    def past(self, at: datetime) -> Iterator[None]:
        """What is written inside was written then."""
        self._past_at = at
        try:
            yield
        finally:
            self._past_at = None


@asynccontextmanager
async def installed(name: str, age: timedelta, now: Callable[[], datetime]) -> AsyncGenerator[Cluster]:
    """A cluster with Dapr 1.18.3, installed so long ago, and three applications that trust its root."""
    calendar = Calendar(now)
    async with SimulatedCluster(now=calendar.now) as kube:
        made_at = now() - age
        cluster = Cluster(name=name, kube=kube, authority=made_by_sentry(made_at))
        with calendar.past(made_at):
            install_dapr(kube, _dapr(cluster.authority))
        yield cluster


def _dapr(authority: Authority) -> Dapr:
    pods = tuple(
        AppPod(name=f"{app}-5d9c7b6f8-{number}", app_id=app, anchors=authority.ca) for app, count in APPS.items() for number in range(count)
    )
    plain = Dapr(ca=authority.ca, issuer=authority.issuer, key=authority.key)
    return replace(plain, pods=pods, issuer_not_after=authority.not_after_at.timestamp())
