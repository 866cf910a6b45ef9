"""Dapr's objects in a rig's cluster, as its Helm chart would leave them, and the trust bundle's two halves."""

import base64
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import yaml

from tests.rig import build, programs
from tests.rig.cluster import Cluster, Object
from tests.rig.process import RigError, now_text, wait_until

NAMESPACE = "dapr-system"
TRUST_DOMAIN = "cluster.local"
BUNDLE = "dapr-trust-bundle"
CHART_MANAGER = "helm"
CHART_TTL, CHART_SKEW = "24h", "15m"

_CRD = "apiextensions.k8s.io/v1"
_CRDS = ("configurations.dapr.io", "subscriptions.dapr.io")


@dataclass(frozen=True)
class TrustBundle:
    """Secret and ConfigMap ``dapr-trust-bundle``: the bytes under each key. No key at all is what the chart creates."""

    secret: Mapping[str, bytes] = field(default_factory=dict)
    config_map: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, *, ca: bytes, issuer: bytes, key: bytes) -> "TrustBundle":
        """The same CA in both objects."""
        return cls({"ca.crt": ca, "issuer.crt": issuer, "issuer.key": key}, {"ca.crt": ca})


def install_crds(cluster: Cluster, names: Collection[str] = _CRDS) -> None:
    """Dapr's own CRDs, from the newest Dapr of the rig: of Configuration and Subscription, or other ones; waits until they are served."""
    for name in names:
        cluster.apply(_crds()[name], manager=CHART_MANAGER)
    wait_until(lambda: all(_is_served(cluster, name) for name in names), what=f"CRDs {', '.join(names)} served")


def install_all_crds(cluster: Cluster) -> None:
    """All of them, for the operator, which ends when one is missing."""
    install_crds(cluster, _crds().keys())


@functools.cache
def _crds() -> Mapping[str, Object]:
    folder = build.home(programs.SENTRIES[0]) / "data"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))]
    return {one["metadata"]["name"]: one for text in texts for one in yaml.safe_load_all(text) if one}


def install(
    cluster: Cluster,
    namespace: str = NAMESPACE,
    *,
    bundle: TrustBundle | None = None,
    mtls: bool = True,
    ttl: str = CHART_TTL,
    skew: str = CHART_SKEW,
    sentry_address: str = "",
) -> None:
    """CRDs, the namespace, both halves of the bundle (empty unless given) and Configuration ``daprsystem``."""
    install_crds(cluster)
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    write_bundle(cluster, bundle or TrustBundle(), namespace, manager=CHART_MANAGER)
    cluster.apply(configuration(namespace, mtls=mtls, ttl=ttl, skew=skew, sentry_address=sentry_address), manager=CHART_MANAGER)


def configuration(
    namespace: str = NAMESPACE, *, mtls: bool = True, ttl: str = CHART_TTL, skew: str = CHART_SKEW, sentry_address: str = ""
) -> Object:
    """Configuration ``daprsystem`` with the chart's defaults: ``ttl`` of workloads' certificates, ``skew`` that clocks may have."""
    spec = {
        "enabled": mtls,
        "workloadCertTTL": ttl,
        "allowedClockSkew": skew,
        "controlPlaneTrustDomain": TRUST_DOMAIN,
        "sentryAddress": sentry_address or f"dapr-sentry.{namespace}.svc.cluster.local:443",
    }
    metadata = {"name": "daprsystem", "namespace": namespace}
    return {"apiVersion": "dapr.io/v1alpha1", "kind": "Configuration", "metadata": metadata, "spec": {"mtls": spec}}


def read_bundle(cluster: Cluster, namespace: str = NAMESPACE) -> TrustBundle:
    """Both objects as they are now. RigError when one of them does not exist."""
    secret = cluster.get("v1", "Secret", BUNDLE, namespace)
    config_map = cluster.get("v1", "ConfigMap", BUNDLE, namespace)
    if secret is None or config_map is None:
        raise RigError(f"Secret or ConfigMap {BUNDLE} does not exist in {namespace}")
    return TrustBundle(
        {key: base64.b64decode(text) for key, text in secret.get("data", {}).items()},
        {key: text.encode() for key, text in config_map.get("data", {}).items()},
    )


def write_config_map(cluster: Cluster, content: Mapping[str, bytes], namespace: str = NAMESPACE, *, manager: str = "kubectl") -> None:
    """Replaces all of the ConfigMap's data. The bytes must be UTF-8, for Kubernetes refuses anything else there."""
    data = {key: raw.decode() for key, raw in content.items()}
    cluster.apply(_bundle_half("ConfigMap", namespace, data), manager=manager)


def write_secret(cluster: Cluster, content: Mapping[str, bytes], namespace: str = NAMESPACE, *, manager: str = "kubectl") -> None:
    """Replaces all of the Secret's data. Sentry learns of it from the mount: call ``Sentry.reload`` or ``nudge``."""
    data = {key: base64.b64encode(raw).decode() for key, raw in content.items()}
    cluster.apply(_bundle_half("Secret", namespace, data), manager=manager)


def write_bundle(cluster: Cluster, bundle: TrustBundle, namespace: str = NAMESPACE, *, manager: str = "kubectl") -> None:
    """Replaces both, ConfigMap first: the order in which no reload can fall between them and replace the CA."""
    write_config_map(cluster, bundle.config_map, namespace, manager=manager)
    write_secret(cluster, bundle.secret, namespace, manager=manager)


def age_secret(cluster: Cluster, age: timedelta, namespace: str = NAMESPACE) -> None:
    """The Secret says from now on that each of its writers was there so much earlier; its data stay."""
    path = f"/api/v1/namespaces/{namespace}/secrets/{BUNDLE}"
    writers = [{**entry, "time": now_text(ago=age)} for entry in cluster.request("GET", path)["metadata"]["managedFields"]]
    # A change of times alone counts as none, so all of them go first.
    nobody: list[Object] = [{}]
    for entries in (nobody, writers):
        cluster.request("PATCH", path, body={"metadata": {"managedFields": entries}}, fieldManager=CHART_MANAGER)


def _bundle_half(kind: str, namespace: str, data: Mapping[str, str]) -> Object:
    metadata = {"name": BUNDLE, "namespace": namespace, "labels": {"app": "dapr-sentry"}}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": dict(data)}


def _is_served(cluster: Cluster, crd: str) -> bool:
    found = cluster.get(_CRD, "CustomResourceDefinition", crd)
    # For an instant after it was made, its conditions are null.
    conditions = found.get("status", {}).get("conditions") if found else None
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions or ())
