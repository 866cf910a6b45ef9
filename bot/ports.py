"""What the core asks of the world. Adapters implement these; fakes in tests/fakes do too, under one contract suite.

Every method raises only :mod:`bot.errors` (the cause chained). "It does not exist" is an answer (None), not an error.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.alert import Announcement, Backlog, Card, Delivered, Outgoing
from bot.model.chains import Endpoint, LiveChains
from bot.model.logs import LogAnswer, LogLabels, LogLine, LogMemory, LogQuestion
from bot.model.report import Report
from bot.model.scene import KubeEvent, PodName, PodState
from bot.model.snapshot import (
    AcceptedCa,
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

    async def trust_versions(self) -> tuple[str, str]:
        """resourceVersions of Secret and ConfigMap ("" when absent or not read by choice): the cheap poll."""
        ...

    def trust_changes(self) -> AsyncIterator[str]:
        """Watch both objects; yields the changed object's kind. Ends or raises when the watch is cut; the caller reopens it."""
        ...


class Store(Protocol):
    """The bot's own memory. Each method is one transaction; a write that returned survives ``kill -9``."""

    async def cards(self) -> tuple[Card, ...]:
        """All cards that are open or resolved recently enough to be reopened."""
        ...

    async def commit_sweep(self, report: Report, cards: Sequence[Card], announcements: Sequence[Announcement]) -> None:
        """Save report, cards and what must be said about them in one transaction (the outbox)."""
        ...

    async def last_report(self) -> Report | None:
        """The newest report, however old."""
        ...

    async def last_useful_sweep_at(self) -> datetime | None:
        """When a sweep last saw something (:func:`bot.model.blindness.is_useful`); None when none ever did."""
        ...

    async def accepted_ca(self) -> AcceptedCa | None:
        """The last accepted CA."""
        ...

    async def accept_ca(self, ca: AcceptedCa, *, expected: AcceptedCa | None) -> bool:
        """Compare-and-set: replace ``expected`` by ``ca``; False when somebody was faster."""
        ...

    async def claim_next(self, now: datetime) -> Outgoing | None:
        """The oldest call that may be made now, marked as begun (so that a crash after it can be told).

        Order is kept within a card, cards do not wait for each other. For one deliverer at a time: what was begun and
        neither settled nor postponed is handed out again.
        """
        ...

    async def settle(self, outgoing: Outgoing, delivered: Delivered) -> None:
        """It was said: remember where, forget the call."""
        ...

    async def postpone(self, outgoing: Outgoing, until: datetime, error: str, *, in_doubt: bool) -> None:
        """It was not said, or nobody knows (``in_doubt``); nothing is lost, order within a card is kept."""
        ...

    async def repost(self, outgoing: Outgoing) -> None:
        """The card's message is gone: this call becomes a fresh posting of the card, due at once; what follows waits for it."""
        ...

    async def backlog(self) -> Backlog:
        """What still waits to be said."""
        ...

    async def first_sight(self, event_id: str, now: datetime) -> bool:
        """True exactly once per event id within an hour (redeliveries)."""
        ...

    async def log_memory(self) -> LogMemory | None:
        """What the log watch kept; None before its first look ever."""
        ...

    async def keep_log_memory(self, memory: LogMemory) -> None:
        """Replace what the log watch kept."""
        ...

    async def prune(self, now: datetime, keep: timedelta) -> None:
        """Forget cards that were resolved, and reports that were taken, longer than ``keep`` ago; never the newest."""
        ...


class Logs(Protocol):
    """Where logs are collected (Loki), read-only. Every call is bounded in time, bytes and lines."""

    async def labels(self) -> LogLabels:
        """How this Loki names namespace, pod and container: discovered, and remembered for an hour. Missing: it knows no such label."""
        ...

    async def lines(self, question: LogQuestion) -> LogAnswer:
        """The lines that were asked for, the oldest first; an empty answer is an answer."""
        ...

    async def counts(self, question: LogQuestion, bucket: timedelta) -> tuple[int, ...]:
        """How many such lines there are per ``bucket``, oldest first; the range is whole buckets, ``limit`` is not looked at."""
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


class Chains(Protocol):
    """The certificates that Dapr's servers show in a TLS handshake, read without trusting any of them."""

    async def shown(self, endpoints: Sequence[Endpoint]) -> LiveChains:
        """Of each, all at once, with a deadline each: what it shows, or why it shows nothing. Nothing is raised for one of them."""
        ...


Observe = Callable[[], Awaitable[Snapshot]]
