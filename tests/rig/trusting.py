"""By what the API server trusts Dapr: the two caBundles that injector and operator write. They are read here, and never used."""

import base64

from tests.rig.cluster import Cluster, Object
from tests.rig.dapr import NAMESPACE
from tests.rig.process import RigError

CRD = "subscriptions.dapr.io"
WEBHOOK = "dapr-sidecar-injector"

_CRD, _WEBHOOK = "apiextensions.k8s.io/v1", "admissionregistration.k8s.io/v1"


def hand_to_api_server(cluster: Cluster, roots: bytes) -> None:
    """Both caBundles hold these roots. The CRDs must be installed."""
    ca_bundle = base64.b64encode(roots).decode()
    cluster.apply(_webhook(ca_bundle), manager="injector")
    crd = cluster.get(_CRD, "CustomResourceDefinition", CRD)
    if crd is None:
        raise RigError(f"CRD {CRD} does not exist: call dapr.install_crds")
    cluster.apply(_crd(crd, ca_bundle), manager="operator")


def _webhook(ca_bundle: str) -> Object:
    # Without rules the API server calls nobody.
    hook: Object = {"name": "sidecar-injector.dapr.io", "rules": [], "sideEffects": "None", "admissionReviewVersions": ["v1"]}
    hook["clientConfig"] = _client("dapr-sidecar-injector", "/mutate", ca_bundle)
    return {"apiVersion": _WEBHOOK, "kind": "MutatingWebhookConfiguration", "metadata": {"name": WEBHOOK}, "webhooks": [hook]}


def _crd(stored: Object, ca_bundle: str) -> Object:
    webhook = {"clientConfig": _client("dapr-webhook", "/convert", ca_bundle), "conversionReviewVersions": ["v1", "v2alpha1"]}
    spec = {**stored["spec"], "conversion": {"strategy": "Webhook", "webhook": webhook}}
    return {"apiVersion": _CRD, "kind": "CustomResourceDefinition", "metadata": {"name": CRD}, "spec": spec}


def _client(service: str, path: str, ca_bundle: str) -> Object:
    return {"service": {"namespace": NAMESPACE, "name": service, "path": path}, "caBundle": ca_bundle}
