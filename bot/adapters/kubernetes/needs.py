"""What the adapter asks of the API server, declared once: it makes the URLs, the hints, and the test of deploy/'s RBAC rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.config import Settings
from bot.model.trust_pair import BACKUP, STAGING

CONFIGURATION: Final = "daprsystem"
WEBHOOK: Final = "dapr-sidecar-injector"
CRD: Final = "subscriptions.dapr.io"
PROXY: Final = "pods/proxy"
LOG: Final = "pods/log"
EVENTS: Final = "events"
PORT_FORWARD: Final = "pods/portforward"
LEASE: Final = "dapr-warden-rotation"
# No resource, and open to everybody who is known.
VERSION: Final = "/version"
CHANGING: Final = ("update", "patch")
READING: Final = ("get", "list", "watch")
"""The verbs of everything that is ever written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One permission, in RBAC's words. ``namespace`` "" means cluster-wide, ``name`` "" means any object.

    ``version`` is the API version within ``group`` and plays no part in RBAC.
    """

    verb: str
    resource: str
    group: str = ""
    version: str = "v1"
    namespace: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """For a person: "get secrets dapr-trust-bundle in namespace dapr-system", "list pods (cluster-wide)"."""
        if self.resource == VERSION:
            return f"{self.verb} {self.resource}"
        resource = f"{self.resource}.{self.group}" if self.group else self.resource
        where = f"in namespace {self.namespace}" if self.namespace else "(cluster-wide)"
        return " ".join(word for word in (self.verb, resource, self.name, where) if word)

    @property
    def path(self) -> str:
        """Of the object, or of the collection without a name and for a watch (whose name goes into a field selector)."""
        if self.resource == VERSION:
            return self.resource
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        scope = f"/namespaces/{self.namespace}" if self.namespace else ""
        if self.resource == PROXY:
            return f"{root}{scope}/pods/{self.name}/proxy/metrics"
        resource, slash, subresource = self.resource.partition("/")
        leaf = f"/{self.name}{slash}{subresource}" if self.name and self.verb in ("get", *CHANGING) else ""
        return f"{root}{scope}/{resource}{leaf}"


WORKLOADS: Final[Mapping[str, Need]] = {
    "Deployment": Need(verb="list", resource="deployments", group="apps"),
    "StatefulSet": Need(verb="list", resource="statefulsets", group="apps"),
    "DaemonSet": Need(verb="list", resource="daemonsets", group="apps"),
    "Rollout": Need(verb="list", resource="rollouts", group="argoproj.io", version="v1alpha1"),
}
"""By the kind of workload."""
BUDGETS: Final = Need(verb="list", resource="poddisruptionbudgets", group="policy")
QUOTAS: Final = Need(verb="list", resource="resourcequotas")
RESTARTED: Final[Mapping[str, str]] = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}
"""The kinds of workload that the bot restarts, and their resources."""


def needs(settings: Settings) -> Mapping[str, tuple[Need, ...]]:
    """By method of ``ports.Cluster``: everything it may ask under these settings, and nothing else."""
    here, bundle = settings.namespace, settings.bundle_name
    objects = ("configmaps",) if settings.ca_secret_access == "off" else ("secrets", "configmaps")  # noqa: S105 - a mode
    gets = tuple(Need(verb="get", resource=resource, namespace=here, name=bundle) for resource in objects)
    return {
        "trust_secret": tuple(need for need in gets if need.resource == "secrets"),
        "trust_configmap": tuple(need for need in gets if need.resource == "configmaps"),
        "components": (
            Need(verb="list", resource="deployments", group="apps", namespace=here),
            Need(verb="list", resource="statefulsets", group="apps", namespace=here),
            Need(verb="list", resource="pods", namespace=here),
        ),
        "census": (Need(verb="list", resource="pods"),),
        "mtls": (Need(verb="get", resource="configurations", group="dapr.io", version="v1alpha1", namespace=here, name=CONFIGURATION),),
        "webhook": (Need(verb="get", resource="mutatingwebhookconfigurations", group="admissionregistration.k8s.io", name=WEBHOOK),),
        "crd": (Need(verb="get", resource="customresourcedefinitions", group="apiextensions.k8s.io", name=CRD),),
        "issuer_gauges": (proxy(here),) if settings.sentry_metrics == "proxy" else (),
        "trust_versions": gets,
        "trust_changes": tuple(Need(verb="watch", resource=resource, namespace=here, name=bundle) for resource in objects),
    }


def proxy(namespace: str) -> Need:
    """Reading a pod's metrics through the API server."""
    return Need(verb="get", resource=PROXY, namespace=namespace)


def diagnosis() -> tuple[Need, ...]:
    """What ``ports.Pods`` asks beyond :func:`needs`, in any namespace."""
    return (of_log("", ""), of_events(""))


def planning() -> tuple[Need, ...]:
    """What ``surroundings`` of ``ports.Cluster`` asks, in any namespace; of workloads only the kinds that were asked about."""
    return (*WORKLOADS.values(), BUDGETS, QUOTAS)


def backup(settings: Settings) -> Need:
    """What ``backup`` of ``ports.Cluster`` asks, of the metadata alone."""
    return Need(verb="get", resource="secrets", namespace=settings.namespace, name=BACKUP)


def rotating(settings: Settings) -> tuple[Need, ...]:
    """What a rotation needs beyond :func:`needs` and :func:`planning`: everything that is ever written."""
    here = settings.namespace
    named = (
        *(("secrets", "", name) for name in (settings.bundle_name, BACKUP, STAGING)),
        ("configmaps", "", settings.bundle_name),
        ("leases", "coordination.k8s.io", LEASE),
    )
    return (
        *(
            Need(verb=verb, resource=resource, group=group, namespace=here, name=name)
            for resource, group, name in named
            for verb in ("get", "update")
        ),
        *(Need(verb="patch", resource=resource, group="apps") for resource in ("deployments", "statefulsets", "daemonsets")),
    )


def secrets_of(namespace: str) -> Need:
    """Reading any Secret of a namespace: never asked for, and what a sealing key beside the bot should be safe from."""
    return Need(verb="get", resource="secrets", namespace=namespace)


def of_pod(namespace: str, name: str) -> Need:
    """One pod, by a list of one: the right to list pods, which the census has, is enough."""
    return Need(verb="list", resource="pods", namespace=namespace, name=name)


def of_log(namespace: str, pod: str) -> Need:
    """A pod's logs."""
    return Need(verb="get", resource=LOG, namespace=namespace, name=pod)


def of_events(namespace: str) -> Need:
    """The events of a namespace."""
    return Need(verb="list", resource=EVENTS, namespace=namespace)


def port_forward(namespace: str) -> tuple[Need, ...]:
    """Reaching a port of a pod through the API server: older ones ask for ``get``, newer ones for ``create``."""
    return tuple(Need(verb=verb, resource=PORT_FORWARD, namespace=namespace) for verb in ("get", "create"))


def restarting(kind: str, namespace: str, name: str) -> Need:
    """Rolling a workload out anew; ``kind`` is one of :data:`RESTARTED`."""
    return Need(verb="patch", resource=RESTARTED[kind], group="apps", namespace=namespace, name=name)


def of_review() -> Need:
    """Asking what oneself may do; every account may ask that."""
    return Need(verb="create", resource="selfsubjectaccessreviews", group="authorization.k8s.io")


def of_token_review() -> Need:
    """Asking whose a token is."""
    return Need(verb="create", resource="tokenreviews", group="authentication.k8s.io")


def of_self_review() -> Need:
    """Asking who one is oneself; every account may ask that (Kubernetes 1.28 and later)."""
    return Need(verb="create", resource="selfsubjectreviews", group="authentication.k8s.io")


def excess(settings: Settings) -> tuple[Need, ...]:
    """What is never asked, and would be dangerous in somebody else's hands: nobody should grant it to the bot."""
    here, bundle = settings.namespace, settings.bundle_name
    asked = rotating(settings) if settings.rotation == "ask" else ()
    return (
        Need(verb="list", resource="secrets"),
        *(one for one in (Need(verb="update", resource="secrets", namespace=here, name=bundle),) if one not in asked),
        Need(verb="create", resource="pods", namespace=here),
        *(one for one in _reading(settings) if one not in asked),
    )


def _reading(settings: Settings) -> tuple[Need, ...]:
    """Of the Secret, where it is not read."""
    here, bundle = settings.namespace, settings.bundle_name
    return (Need(verb="get", resource="secrets", namespace=here, name=bundle),) if settings.ca_secret_access == "off" else ()  # noqa: S105 - a mode
