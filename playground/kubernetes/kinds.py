"""The kinds that the simulated API server knows, and how its paths name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource of one API group version."""

    group: str
    version: str
    resource: str
    name: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """As objects say it: "v1", "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version


KINDS: Final = (
    Kind("", "v1", "namespaces", "Namespace", namespaced=False),
    Kind("", "v1", "secrets", "Secret"),
    Kind("", "v1", "configmaps", "ConfigMap"),
    Kind("", "v1", "pods", "Pod"),
    Kind("apps", "v1", "deployments", "Deployment"),
    Kind("apps", "v1", "statefulsets", "StatefulSet"),
    Kind("dapr.io", "v1alpha1", "configurations", "Configuration"),
    Kind("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", namespaced=False),
    Kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", namespaced=False),
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a path points at. ``name`` "" is the collection; ``rest`` is what follows an object ("proxy/metrics")."""

    kind: Kind
    namespace: str
    name: str
    rest: str = ""


def by_name(api_version: str, name: str) -> Kind:
    """The kind of an object. LookupError when the simulation does not know it."""
    for kind in KINDS:
        if (kind.api_version, kind.name) == (api_version, name):
            return kind
    raise LookupError(f"the simulated API server does not know {api_version} {name}")


def target(path: str) -> Target | None:
    """What a URL path points at; None when there is no such kind."""
    match path.strip("/").split("/"):
        case ["api", version, *rest]:
            return _within("", version, rest)
        case ["apis", group, version, *rest]:
            return _within(group, version, rest)
        case _:
            return None


def _within(group: str, version: str, words: Sequence[str]) -> Target | None:
    namespace = ""
    if len(words) > 2 and words[0] == "namespaces":
        namespace, words = words[1], words[2:]
    if not words:
        return None
    for kind in KINDS:
        if (kind.group, kind.version, kind.resource) == (group, version, words[0]):
            return Target(kind, namespace, words[1] if len(words) > 1 else "", "/".join(words[2:]))
    return None
