"""The kinds that the simulated API server knows, and how its paths name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_NAMES: Final = ("metadata.name", "metadata.namespace")
_OF_PODS: Final = (
    *_NAMES, "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
    "status.phase", "status.podIP", "status.nominatedNodeName",
)  # fmt: skip
_OF_EVENTS: Final = (
    *_NAMES, "involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid", "reason", "type", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource of one API group version.

    ``custom``: of a CRD; ``counted``: keeps a generation; ``staged``: its status is written by /status only; ``upserted``: a
    replacement makes what is not there, and of what is there it must name the version; ``fields``: what a field selector may name.
    """

    group: str
    version: str
    resource: str
    name: str
    namespaced: bool = True
    custom: bool = False
    counted: bool = False
    staged: bool = False
    upserted: bool = False
    fields: tuple[str, ...] = _NAMES

    @property
    def api_version(self) -> str:
        """As objects say it: "v1", "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """As messages say it: "pods", "deployments.apps"."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


def _workload(resource: str, name: str) -> Kind:
    return Kind("apps", "v1", resource, name, counted=True, staged=True)


KINDS: Final = (
    Kind("", "v1", "namespaces", "Namespace", namespaced=False, staged=True),
    Kind("", "v1", "secrets", "Secret", fields=(*_NAMES, "type")),
    Kind("", "v1", "configmaps", "ConfigMap"),
    Kind("", "v1", "pods", "Pod", counted=True, staged=True, fields=_OF_PODS),
    Kind("", "v1", "events", "Event", fields=_OF_EVENTS),
    _workload("deployments", "Deployment"),
    _workload("statefulsets", "StatefulSet"),
    _workload("replicasets", "ReplicaSet"),
    _workload("daemonsets", "DaemonSet"),
    Kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", counted=True, staged=True),
    Kind("coordination.k8s.io", "v1", "leases", "Lease", upserted=True),
    Kind("", "v1", "resourcequotas", "ResourceQuota", staged=True),
    Kind("coordination.k8s.io", "v1", "leases", "Lease"),
    Kind("dapr.io", "v1alpha1", "configurations", "Configuration", custom=True, counted=True),
    Kind("argoproj.io", "v1alpha1", "rollouts", "Rollout", custom=True, counted=True, staged=True),
    Kind(
        "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration",
        namespaced=False, counted=True,
    ),
    Kind(
        "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition",
        namespaced=False, counted=True, staged=True,
    ),
    Kind("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False),
    Kind("authentication.k8s.io", "v1", "tokenreviews", "TokenReview", namespaced=False),
)  # fmt: skip
ADDED: Final = frozenset(("rollouts",))
"""What is served only where somebody has installed it."""
GROUPS: Final = frozenset((kind.group, kind.version) for kind in KINDS)
_SUBRESOURCE_AT: Final = 2


@dataclass(frozen=True, slots=True)
class Target:
    """What a path points at. ``name`` "" is the collection; ``rest`` is what follows an object ("proxy/metrics").

    ``known`` False: nothing is served there, and ``kind`` is only what the path says.
    """

    kind: Kind
    namespace: str
    name: str
    rest: str = ""
    known: bool = True

    @property
    def subresource(self) -> str:
        """The word after the object: "status", "log", "proxy"."""
        return self.rest.partition("/")[0]

    @property
    def resource(self) -> str:
        """As RBAC names it: "pods", "pods/log"."""
        return f"{self.kind.resource}/{self.subresource}" if self.rest else self.kind.resource


def by_name(api_version: str, name: str) -> Kind:
    """The kind of an object. LookupError when the simulation does not know it."""
    for kind in KINDS:
        if (kind.api_version, kind.name) == (api_version, name):
            return kind
    raise LookupError(f"the simulated API server does not know {api_version} {name}")


def target(path: str) -> Target | None:
    """What a URL path points at; None when it is no path of a resource."""
    match path.strip("/").split("/"):
        case ["api", version, *rest]:
            return _within("", version, rest)
        case ["apis", group, version, *rest]:
            return _within(group, version, rest)
        case _:
            return None


def _within(group: str, version: str, words: Sequence[str]) -> Target | None:
    namespace = ""
    if words[:1] == ["namespaces"] and len(words) > 1:
        # A namespace is in itself, for RBAC.
        namespace = words[1]
        words = words if len(words) == _SUBRESOURCE_AT else words[2:]
    if not words:
        return None
    name, rest = words[1] if len(words) > 1 else "", "/".join(words[2:])
    for kind in KINDS:
        if (kind.group, kind.version, kind.resource) == (group, version, words[0]):
            return Target(kind, namespace, name, rest)
    return Target(Kind(group, version, words[0], ""), namespace, name, rest, known=False)
