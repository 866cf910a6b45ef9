"""What the core asks of the world. Adapters implement these; fakes in tests/fakes do too, under one contract suite.

Every method raises only :mod:`bot.errors` (the cause chained). "It does not exist" is an answer (None), not an error.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.alert import Announcement, Backlog, Card, Delivered, Outgoing
from bot.model.approval import Request
from bot.model.audit import Deed, Entry
from bot.model.binding import Asked, Dossier
from bot.model.caller import Caller
from bot.model.chains import Endpoint, LiveChains
from bot.model.counters import Counter
from bot.model.logs import LogAnswer, LogLabels, LogLine, LogMemory, LogQuestion
from bot.model.report import Report
from bot.model.run import Event, File
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
from bot.model.trust_pair import Kept, LivePair, SecretBytes, Tenure, TrustPair, Version
from bot.model.vitals import ApiServer, Permission, Scraped, StoreCondition


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

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put what must be said into the outbox, in this order and all at once; no card is kept."""
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

    async def backlog(self, cause: str = "") -> Backlog:
        """What still waits to be said, of one cause or of all."""
        ...

    async def condition(self) -> StoreCondition:
        """Where it is, how large, whether it takes a write: one is made and taken back."""
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


class Approvals(Protocol):
    """Requests for approval, and the record of what was asked and decided. Each method is one transaction, as in ``Store``."""

    async def open_request(self, request: Request, dossier: Dossier, deed: Deed) -> bool:
        """Save a new one and enter the deed; False, and nothing saved, while another of its cluster is pending."""
        ...

    async def request(self, id_: str) -> Asked | None:
        """By its id; None when there is none, which is all that a forged id gets."""
        ...

    async def latest_request(self, cluster: str) -> Asked | None:
        """The newest of a cluster, however it ended."""
        ...

    async def save_request(self, before: Request, after: Request, deeds: Sequence[Deed]) -> bool:
        """Compare-and-set: ``before`` becomes ``after`` and the deeds are entered; False, and nothing saved, when somebody was faster.

        A request that ends other than approved takes its sealed key with it: overwritten here, in the same transaction.
        """
        ...

    async def place_request(self, id_: str, channel: str, ts: str) -> None:
        """Remember where its card is."""
        ...

    async def enter(self, deed: Deed) -> Entry:
        """Append to the record."""
        ...

    async def record(self, *, after: int = 0, most: int = 1000) -> tuple[Entry, ...]:
        """The record from behind entry ``after`` on, oldest first."""
        ...


class Journal(Protocol):
    """Runs of approved rotations, append-only. Each method is one transaction, as in ``Store``.

    ``fence``: of the Lease; a write under an older one than was ever written raises Conflicting and changes nothing. 0: a person's.
    """

    async def open_run(self, id_: str, dossier: Dossier, started: Event, at: datetime, *, fence: int, deed: Deed) -> bool:
        """Begin the journal of a run; False, and nothing saved, when this id was ever begun, or the cluster has a run that is not over."""
        ...

    async def latest_run(self, cluster: str) -> File | None:
        """The newest of a cluster, over or not."""
        ...

    async def run(self, id_: str) -> File | None:
        """By its id."""
        ...

    async def write(self, id_: str, events: Sequence[Event], at: datetime, *, fence: int, deeds: Sequence[Deed] = ()) -> None:
        """Append, all or nothing. Raises Missing for a run that is not known, Conflicting for one that is over or an older fence."""
        ...

    async def spend_key(self, id_: str) -> None:
        """Overwrite the request's sealed key: it is in the cluster now, or not needed any more."""
        ...

    async def places(self, id_: str) -> dict[str, tuple[str, str]]:
        """Where messages about a run are: channel and ts, by what they are."""
        ...

    async def place(self, id_: str, what: str, channel: str, ts: str) -> None:
        """Remember where a message is."""
        ...

    async def identity(self) -> str:
        """A name for whoever uses this memory, made at its first use and kept: what holds the Lease."""
        ...


class Hands(Protocol):
    """Everything by which a cluster is changed. Each write is sent once, and only while the object is still of that version.

    Conflicting: it is not. Unreachable and TimedOut: nobody knows whether it was done; whoever asked reads, compares and decides.
    """

    async def pair(self) -> LivePair:
        """Secret and ConfigMap of the trust bundle, key included. Raises Missing when one of them does not exist."""
        ...

    async def write_configmap(self, ca: bytes, mark: str, before: Version) -> None:
        """``ca.crt`` and the mark; everything else stays byte for byte."""
        ...

    async def write_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        """``ca.crt``, ``issuer.crt``, ``issuer.key`` and the mark; everything else stays byte for byte."""
        ...

    async def kept(self, name: str) -> Kept:
        """What a Secret of the bot's own ("dapr-warden-backup", "dapr-warden-staging") holds."""
        ...

    async def keep(self, name: str, sealed: bytes, before: Version) -> None:
        """Replace it; b"" empties it."""
        ...

    async def tenure(self) -> Tenure:
        """The Lease as it is."""
        ...

    async def hold(self, tenure: Tenure, at: datetime) -> Tenure:
        """Write holder, fence and renewTime; ``tenure.version`` is the one that is replaced. The Lease as it is then."""
        ...

    async def restart(self, workload: WorkloadName, mark: str) -> None:
        """Roll a Deployment, StatefulSet or DaemonSet out anew. The same mark again changes nothing. Raises Missing when it is gone."""
        ...


class Seal(Protocol):
    """Closes a key so that it can lie in the database; what opens it lies elsewhere."""

    def seal(self, secret: bytes, about: str) -> bytes:
        """Authenticated encryption. ``about``: what it belongs to; it opens for nothing else."""
        ...

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises Permanent when it was changed, belongs to something else, or was sealed with another key.

        Unreachable: nobody can tell now, as a key management service does not answer.
        """
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


class Chains(Protocol):
    """The certificates that Dapr's servers show in a TLS handshake, read without trusting any of them."""

    async def shown(self, endpoints: Sequence[Endpoint]) -> LiveChains:
        """Of each, some at once, with a deadline each: what it shows, or why it shows nothing. Nothing is raised for one of them.

        Raises Forbidden when there is no way to any of them that is allowed.
        """
        ...


Observe = Callable[[], Awaitable[Snapshot]]
