"""What the core asks of the world that it looks at. Read-only, every one of them. See :mod:`bot.ports`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.backup import BackupFacts
from bot.model.caller import Caller
from bot.model.chains import Endpoint, LiveChains
from bot.model.counters import Counter
from bot.model.logs import LogAnswer, LogLabels, LogLine, LogQuestion
from bot.model.scene import KubeEvent, PodName, PodState
from bot.model.snapshot import (
    CaBundle,
    Component,
    IssuerGauge,
    MtlsConfiguration,
    PodCensus,
    Snapshot,
    TrustConfigMap,
    TrustSecret,
)
from bot.model.surroundings import Surroundings, WorkloadName
from bot.model.trust_pair import SecretBytes
from bot.model.vitals import ApiServer, Permission, Scraped


class Clock(Protocol):
    """Time as a value to hand in. ``now`` is aware and UTC."""

    def now(self) -> datetime:
        """The current instant."""
        ...


class Cluster(Protocol):
    """One Kubernetes cluster, read-only, seen through one set of credentials."""

    async def trust_secret(self) -> TrustSecret | None:
        """Secret ``dapr-trust-bundle``; the key is turned into facts before it leaves the adapter."""
        ...

    async def trust_configmap(self) -> TrustConfigMap | None:
        """ConfigMap ``dapr-trust-bundle``."""
        ...

    async def components(self) -> tuple[Component, ...]:
        """Control-plane workloads of the namespace with their pods; () when there is no Dapr here."""
        ...

    async def census(self) -> PodCensus:
        """All daprized pods of the cluster, paged."""
        ...

    async def mtls(self) -> MtlsConfiguration | None:
        """Configuration ``daprsystem`` of the control-plane namespace."""
        ...

    async def webhook(self) -> CaBundle | None:
        """caBundle of MutatingWebhookConfiguration ``dapr-sidecar-injector``."""
        ...

    async def crd(self) -> CaBundle | None:
        """caBundle of the conversion webhook in CRD ``subscriptions.dapr.io``."""
        ...

    async def issuer_gauges(self, components: Sequence[Component]) -> tuple[IssuerGauge, ...]:
        """The issuer expiry that each running sentry pod reports on its metrics port."""
        ...

    async def surroundings(self, workloads: Collection[WorkloadName]) -> Surroundings:
        """What a plan must know of these workloads; those that do not exist are left out. It costs a list per kind that is among them."""
        ...

    async def backup(self) -> BackupFacts | None:
        """The last good pair, as its note says; None where none is kept, or nothing says so. No key travels, not even a sealed one."""
        ...

    async def trust_versions(self) -> tuple[str, str]:
        """resourceVersions of Secret and ConfigMap ("" when absent or not read by choice): the cheap poll."""
        ...

    def trust_changes(self) -> AsyncIterator[str]:
        """Watch both objects; yields the changed object's kind. Ends or raises when the watch is cut; the caller reopens it."""
        ...


class Pods(Protocol):
    """Single pods of the cluster, read-only: what their own objects, events and logs tell.

    Texts come redacted and cut; lines of logs only cut, as what is wrapped is not yet known for what it is.
    """

    async def states(self, pods: Sequence[PodName]) -> tuple[PodState, ...]:
        """Of those that exist, in the order asked; at most ten are asked for."""
        ...

    async def warnings(self, namespace: str) -> tuple[KubeEvent, ...]:
        """The Warning events of a namespace, the newest first, at most 200."""
        ...

    async def log(self, pod: PodName, container: str, *, previous: bool, lines: int) -> tuple[LogLine, ...]:
        """The last lines of a container's log, or of the container before it; () when there is none. At most 256 KiB."""
        ...

    async def counters(self, pod: PodName, *, is_sidecar: bool) -> tuple[Counter, ...] | None:
        """What Dapr in this pod has counted since it started, by its metrics page; () also when there is no page, or no pod.

        ``is_sidecar``: daprd beside an application, otherwise a part of the control plane. None: metrics are not read, by choice.
        """
        ...


class Access(Protocol):
    """What the API server says about itself, and about what we may ask. Nothing in the cluster is changed by asking."""

    async def server(self) -> ApiServer:
        """Its version and its clock."""
        ...

    async def permissions(self) -> tuple[Permission, ...]:
        """Everything that is asked under the settings, what is optional, and what would be too much."""
        ...

    async def rotating(self) -> tuple[Permission, ...]:
        """What whoever carries a rotation out needs beyond that, whatever the settings say of rotations."""
        ...


class Tokens(Protocol):
    """Whose a bearer token is. Asking keeps nothing anywhere."""

    async def reviewed(self, token: SecretBytes) -> Caller | None:
        """None when it is nobody's, has ended, or was made for another audience than ours. ``token``: ASCII."""
        ...


class Metrics(Protocol):
    """Where metrics are collected (Prometheus), read-only. Every call is bounded in time and bytes."""

    async def version(self) -> str:
        """After a question that it answered now; "" where it does not say which it is."""
        ...

    async def scraped(self, metric: str) -> Scraped:
        """Whether a metric is there now; no series is an answer."""
        ...


class Logs(Protocol):
    """Where logs are collected (Loki), read-only. Every call is bounded in time, bytes and lines."""

    async def labels(self) -> LogLabels:
        """How this Loki names namespace, pod and container: discovered, and remembered for an hour. Missing: it knows no such label."""
        ...

    async def version(self) -> str:
        """After a question that it answered now, for this tenant; "" where it does not say which it is."""
        ...

    async def lines(self, question: LogQuestion) -> LogAnswer:
        """The lines that were asked for, the oldest first; an empty answer is an answer."""
        ...

    async def counts(self, question: LogQuestion, bucket: timedelta) -> tuple[int, ...]:
        """How many such lines there are per ``bucket``, oldest first; the range is whole buckets, ``limit`` is not looked at."""
        ...


class Chains(Protocol):
    """The certificates that Dapr's servers show in a TLS handshake, read without trusting any of them."""

    async def shown(self, endpoints: Sequence[Endpoint]) -> LiveChains:
        """Of each, some at once, with a deadline each: what it shows, or why it shows nothing. Nothing is raised for one of them.

        Raises Forbidden when there is no way to any of them that is allowed.
        """
        ...


Observe = Callable[[], Awaitable[Snapshot]]
