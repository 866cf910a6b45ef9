"""Everything seen at one instant. Immutable, secret-free, and JSON both ways: a support bundle is a test fixture.

Read ``Snapshot`` last; the parts come first. Nothing in here can hold a private key: PEM is kept as certificates and
descriptions (:mod:`bot.model.pem`), the issuer key as facts about it (:mod:`bot.model.private_key`).
"""

from datetime import datetime

import msgspec

from bot.model.backup import BACKUP_NOT_LOOKED_AT, BackupFacts
from bot.model.chains import CHAINS_NOT_READ, LiveChains
from bot.model.logs import LogView
from bot.model.observed import Part, Unobserved, Why
from bot.model.pem import PemDocument
from bot.model.private_key import KeyFacts
from bot.model.standing import STANDING_NOT_LOOKED_AT, Standing
from bot.model.surroundings import SURROUNDINGS_NOT_LOOKED_AT, Surroundings


class Writer(msgspec.Struct, frozen=True):
    """One entry of managedFields: a *claimed* name (any client may call itself so), not an identity.

    ``keys``: which keys of ``data`` it last wrote, e.g. ("ca.crt", "issuer.crt").
    """

    manager: str
    operation: str
    at: datetime | None
    keys: tuple[str, ...] = ()


class ObjectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Who and when of a Kubernetes object. ``owners``: what seems to manage it ("Helm release dapr", "Argo CD app x")."""

    uid: str
    resource_version: str
    created_at: datetime | None = None
    owners: tuple[str, ...] = ()
    writers: tuple[Writer, ...] = ()


class TrustSecret(msgspec.Struct, frozen=True, kw_only=True):
    """Secret ``dapr-trust-bundle``. A key that is absent is None; one that is present but empty is an empty document.

    ``jwt`` tells whether ``jwt.key`` and ``jwks.json`` (Dapr 1.16 and later) are present; ``other_keys`` are names only.
    ``rest``: whether what all these hold is still the same. A digest that the issuer's key keys: whoever reads it cannot guess at
    what they hold. "" where there are none, or no issuer's key.
    """

    facts: ObjectFacts
    ca: PemDocument | None
    issuer: PemDocument | None
    key: KeyFacts | None
    jwt: bool = False
    other_keys: tuple[str, ...] = ()
    rest: str = ""


class TrustConfigMap(msgspec.Struct, frozen=True, kw_only=True):
    """ConfigMap ``dapr-trust-bundle`` (Dapr 1.12 and later): what the control plane mounts. ``rest``: digest of other keys, "" without."""

    facts: ObjectFacts
    ca: PemDocument | None
    other_keys: tuple[str, ...] = ()
    rest: str = ""


class IssuerGauge(msgspec.Struct, frozen=True):
    """``dapr_sentry_issuercert_expiry_timestamp`` of one sentry pod: NotAfter of the issuer that *runs*, not the root's."""

    pod: str
    not_after_at: datetime


class ComponentPod(msgspec.Struct, frozen=True, kw_only=True):
    """One pod of the control plane. ``waiting``: reason such as CrashLoopBackOff, "" when nothing waits.

    ``ports``: what its own container lists, in the spec's order. ``created_at``: the pod, by the API server's clock; ``started_at``: its
    container now; ``ended_at``: its container before that, None when there was none.
    """

    name: str
    ready: bool
    image: str
    ip: str = ""
    metrics_port: int = 9090
    started_at: datetime | None = None
    restarts: int = 0
    waiting: str = ""
    ports: tuple[int, ...] = ()
    created_at: datetime | None = None
    ended_at: datetime | None = None


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One control-plane workload. ``name``: sentry, operator, sidecar-injector, placement-server, scheduler-server.

    ``version`` is the image tag of its template ("" when there is none); ``desired`` and ``ready`` count replicas.
    """

    name: str
    kind: str
    workload: str
    image: str
    version: str
    desired: int
    ready: int
    pods: tuple[ComponentPod, ...] = ()


class Daprd(msgspec.Struct, frozen=True, kw_only=True):
    """The sidecar in a pod's spec. ``anchors``: key into ``PodCensus.anchors``, None when DAPR_TRUST_ANCHORS is unset or indirect.

    ``native``: an initContainer with restartPolicy Always. ``state``: "running", "CrashLoopBackOff", ... or "".
    """

    image: str
    version: str
    anchors: str | None
    native: bool = False
    ready: bool = False
    restarts: int = 0
    state: str = ""


class DaprPod(msgspec.Struct, frozen=True, kw_only=True):
    """A pod that has daprd or asks for it. ``daprd`` None: annotated ``dapr.io/enabled`` but without the sidecar.

    ``workload``: "Deployment/orders" where the owner is known, else "". ``phase``: Pending, Running, Succeeded, Failed.
    ``ends_at``: when the grace period of a pod is over that is being deleted; None for every other.
    """

    namespace: str
    name: str
    app_id: str
    phase: str
    daprd: Daprd | None
    workload: str = ""
    created_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether the pod still runs or will: finished pods (Succeeded, Failed) handshake with nobody."""
        return self.phase not in ("Succeeded", "Failed")


class PodCensus(msgspec.Struct, frozen=True, kw_only=True):
    """All daprized pods of the cluster. ``anchors``: each distinct DAPR_TRUST_ANCHORS once, by the SHA-256 of its text.

    ``sentry_namespaces``: every namespace in which a pod labelled ``app=dapr-sentry`` lives, for "wrong namespace?".
    ``total``: pods looked at, daprized or not. ``leaving``: those that are being deleted; nobody judges them, but they still call.
    """

    pods: tuple[DaprPod, ...]
    anchors: dict[str, PemDocument] = {}
    sentry_namespaces: tuple[str, ...] = ()
    total: int = 0
    leaving: tuple[DaprPod, ...] = ()


class MtlsConfiguration(msgspec.Struct, frozen=True, kw_only=True):
    """``spec.mtls`` of Configuration ``daprsystem``; "" or None where unset. Durations are Dapr's own text ("24h")."""

    enabled: bool | None = None
    workload_cert_ttl: str = ""
    allowed_clock_skew: str = ""
    control_plane_trust_domain: str = ""
    sentry_address: str = ""


class CaBundle(msgspec.Struct, frozen=True, kw_only=True):
    """A caBundle the API server uses to trust Dapr: of webhook ``dapr-sidecar-injector`` or of CRD ``subscriptions.dapr.io``.

    ``bundle`` None: the field is empty. ``service_namespace``: where it points ("replaceme" after a bare CRD apply).
    """

    kind: str
    name: str
    bundle: PemDocument | None
    service_namespace: str = ""


class AcceptedCa(msgspec.Struct, frozen=True, kw_only=True):
    """The CA that a person (or the first sight) accepted: SHA-256 of its roots, sorted, and of its issuer ("" = not known)."""

    roots: tuple[str, ...]
    issuer: str
    accepted_at: datetime
    accepted_by: str


class BundleNames(msgspec.Struct, frozen=True, kw_only=True):
    """What Secret and ConfigMap, and their keys, are called here; Dapr's own names unless set otherwise."""

    bundle: str = "dapr-trust-bundle"
    ca: str = "ca.crt"
    issuer: str = "issuer.crt"
    key: str = "issuer.key"


LOGS_NOT_WATCHED = Unobserved(Why.BY_CHOICE, "Logs are not watched here.", "Set DAPR_WARDEN_LOKI_URL; `dapr-warden serve` watches them.")
"""What a look without a log watch knows of logs: that of the terminal, and every one from before there was a watch."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One look at one cluster. Each part is Observed or Unobserved with its reason."""

    taken_at: datetime
    cluster: str
    namespace: str
    secret: Part[TrustSecret | None]
    configmap: Part[TrustConfigMap | None]
    components: Part[tuple[Component, ...]]
    census: Part[PodCensus]
    mtls: Part[MtlsConfiguration | None]
    webhook: Part[CaBundle | None]
    crd: Part[CaBundle | None]
    issuer_gauges: Part[tuple[IssuerGauge, ...]]
    accepted: Part[AcceptedCa | None]
    logs: Part[LogView] = LOGS_NOT_WATCHED
    chains: Part[LiveChains] = CHAINS_NOT_READ
    surroundings: Part[Surroundings] = SURROUNDINGS_NOT_LOOKED_AT
    standing: Part[Standing] = STANDING_NOT_LOOKED_AT
    backup: Part[BackupFacts | None] = BACKUP_NOT_LOOKED_AT
    warden_version: str = ""
    names: BundleNames = BundleNames()
