"""What somebody with the bot's account may try: writes that a rotation makes, writes that nobody should, and reads."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.contract.api_world import MERGE, STRATEGIC
from tests.rig.cluster import AnyObject, Object

HOME: Final = "dapr-warden"
DAPR: Final = "dapr-system"
WORKLOADS: Final = {"deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet"}
KINDS: Final = {"secrets": "Secret", "configmaps": "ConfigMap", "leases": "Lease", "pods": "Pod", **WORKLOADS}
VERSIONS: Final = {"secrets": "v1", "configmaps": "v1", "pods": "v1", "leases": "coordination.k8s.io/v1"} | dict.fromkeys(
    WORKLOADS, "apps/v1"
)
Change = Callable[[Any], object]


def named(kind: str, name: str, namespace: str = DAPR, **rest: Any) -> Object:
    version = next((VERSIONS[resource] for resource, one in KINDS.items() if one == kind), "v1")
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **rest}


def encoded(**texts: str) -> dict[str, str]:
    return {name.replace("_", "."): base64.b64encode(text.encode()).decode() for name, text in texts.items()}


def a_workload(kind: str, name: str = "orders", marks: dict[str, str] | None = None, texts: int = 1) -> Object:
    env = [{"name": f"A{number}", "value": "x" * 60} for number in range(texts)]
    pod = {"containers": [{"name": "app", "image": "registry.example/shop:7", "env": env}]}
    labels = {"app": name}
    told = {"metadata": {"labels": labels, **({"annotations": marks} if marks else {})}, "spec": pod}
    spec: Object = {"selector": {"matchLabels": labels}, "template": told, **({"serviceName": name} if kind == "StatefulSet" else {})}
    thing = named(kind, name, "shop", spec=spec)
    if marks:
        thing["metadata"]["annotations"] = {"owner": "shop", "dapr-warden.io/rotation-order": "3"}
    return thing


@dataclass(frozen=True)
class Write:
    """One request about one object. ``change``: of the object as it is now, for a PUT; ``patch``: for a PATCH of that media type."""

    resource: str
    name: str
    namespace: str = DAPR
    method: str = "PUT"
    change: Change | None = None
    patch: AnyObject | None = None
    media: str = STRATEGIC
    beneath: str = ""

    @property
    def path(self) -> str:
        version = VERSIONS[self.resource]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        leaf = f"/{self.name}{self.beneath}" if self.name else ""
        return f"{root}/namespaces/{self.namespace}/{self.resource}{leaf}"


def put(resource: str, name: str, change: Change, *, namespace: str = DAPR) -> Write:
    return Write(resource, name, namespace, change=change)


def data(resource: str, name: str, key: str, value: str | None, *, namespace: str = DAPR) -> Write:
    """Sets or takes away a key of data, as the bot does: all of the object by PUT."""

    def change(thing: Any) -> None:
        held = thing.setdefault("data", {})
        if value is None:
            del held[key]
        else:
            held[key] = base64.b64encode(value.encode()).decode() if resource == "secrets" else value

    return put(resource, name, change, namespace=namespace)


def annotated(resource: str, name: str, key: str, value: str = "x") -> Write:
    return put(resource, name, lambda thing: thing["metadata"].setdefault("annotations", {}).update({key: value}))


def patched(resource: str, patch: AnyObject, *, media: str = STRATEGIC, beneath: str = "", name: str = "orders") -> Write:
    return Write(resource, name, "shop", "PATCH", patch=patch, media=media, beneath=beneath)


def template(resource: str, marks: AnyObject, **rest: Any) -> Write:
    return patched(resource, {"spec": {"template": {"metadata": {"annotations": marks}}}}, **rest)


def container(resource: str, **changes: Any) -> Write:
    return patched(resource, {"spec": {"template": {"spec": {"containers": [{"name": "app", **changes}]}}}})


def meta(**changes: Any) -> Write:
    return patched("deployments", {"metadata": changes})


def sent(resource: str, name: str, method: str, *, namespace: str = DAPR) -> Write:
    return Write(resource, name, namespace, method)


def made(resource: str, **rest: Any) -> Write:
    thing = named(KINDS[resource], "made-up", **rest)
    return Write(resource, "", thing["metadata"]["namespace"], "POST", patch=thing)


RESTART: Final = {"dapr-warden.io/restarted": "run-7/wave-1"}
BUNDLE: Final = "dapr-trust-bundle"

ALLOWED: Final[dict[str, Write]] = {
    "the roots in the Secret": data("secrets", BUNDLE, "ca.crt", "old and new"),
    "the issuer": data("secrets", BUNDLE, "issuer.crt", "new"),
    "the issuer's key": data("secrets", BUNDLE, "issuer.key", "new"),
    "the mark on the Secret": annotated("secrets", BUNDLE, "dapr-warden.io/pair", "run-7/both"),
    "the roots in the ConfigMap": data("configmaps", BUNDLE, "ca.crt", "old and new"),
    "the mark on the ConfigMap": annotated("configmaps", BUNDLE, "dapr-warden.io/pair", "run-7/both"),
    "the backup": data("secrets", "dapr-warden-backup", "sealed", "..."),
    "the pairs of a run": data("secrets", "dapr-warden-staging", "sealed", "..."),
    "the end of a run": put("secrets", "dapr-warden-staging", lambda thing: thing.pop("data", None)),
    "the mark on the backup": annotated("secrets", "dapr-warden-backup", "dapr-warden.io/run", "run-7"),
    "the lease": put(
        "leases", "dapr-warden-rotation", lambda thing: thing.update(spec={"holderIdentity": "me", "leaseDurationSeconds": 60})
    ),
    **{f"a restart of {one}": template(one, RESTART) for one in WORKLOADS},
    "a restart by a merge patch": template("deployments", {"dapr-warden.io/restarted": "run-7/wave-2"}, media=MERGE),
    "a restart as kubectl does it": template("deployments", {"kubectl.kubernetes.io/restartedAt": "2026-11-28T07:00:00Z"}),
    "a restart where nothing is annotated": template("deployments", RESTART, name="plain"),
    "a restart of a huge workload": template("deployments", RESTART, name="huge"),
    "a note on a workload": meta(annotations={"dapr-warden.io/run": "run-7"}),
}

FORBIDDEN: Final[dict[str, Write]] = {
    **{f"another image in {one}": container(one, image="evil") for one in WORKLOADS},
    "another environment": container("deployments", env=[{"name": "DAPR_TRUST_ANCHORS", "value": "mine"}]),
    "another command": container("deployments", command=["sh"]),
    "a root user": container("deployments", securityContext={"runAsUser": 0}),
    "one container more": patched("deployments", {"spec": {"template": {"spec": {"containers": [{"name": "spy", "image": "evil"}]}}}}),
    "another service account": patched("deployments", {"spec": {"template": {"spec": {"serviceAccountName": "admin"}}}}),
    "a volume": patched("deployments", {"spec": {"template": {"spec": {"volumes": [{"name": "host", "hostPath": {"path": "/"}}]}}}}),
    "fewer replicas": patched("deployments", {"spec": {"replicas": 0}}),
    "no rolling update": patched("deployments", {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}),
    "a pause": patched("deployments", {"spec": {"paused": True}}),
    "a restart and another image": patched(
        "deployments",
        {"spec": {"template": {"metadata": {"annotations": RESTART}, "spec": {"containers": [{"name": "app", "image": "evil"}]}}}},
    ),
    "Dapr switched off": template("deployments", {"dapr.io/enabled": "false"}),
    "another app id": template("deployments", {"dapr.io/app-id": "payments"}),
    "an annotation of a pod taken away": template("deployments", {"dapr.io/enabled": None}),
    "an own annotation of another name on a pod": template("deployments", {"dapr-warden.io/other": "x"}),
    "another label of a pod": patched("deployments", {"spec": {"template": {"metadata": {"labels": {"team": "x"}}}}}),
    "a finalizer on a pod": patched("deployments", {"spec": {"template": {"metadata": {"finalizers": ["x/y"]}}}}),
    "another annotation of a workload": meta(annotations={"team": "x"}),
    "an annotation of a workload taken away": meta(annotations={"owner": None}),
    "an opt-out": meta(annotations={"dapr-warden.io/rotation": "skip"}),
    "an opt-out taken away": meta(annotations={"dapr-warden.io/rotation-order": None}),
    "a label of a workload": meta(labels={"team": "x"}),
    "an owner of a workload": meta(ownerReferences=[{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "1"}]),
    "a finalizer on a workload": meta(finalizers=["x/y"]),
    "a scale": patched("deployments", {"spec": {"replicas": 0}}, media=MERGE, beneath="/scale"),
    "a status": patched("deployments", {"status": {"replicas": 7}}, beneath="/status"),
    "the key of tokens": data("secrets", BUNDLE, "jwt.key", "mine"),
    "the key of tokens taken away": data("secrets", BUNDLE, "jwt.key", None),
    "a new key in the Secret": data("secrets", BUNDLE, "else", "x"),
    "the roots taken away": data("secrets", BUNDLE, "ca.crt", None),
    "the roots emptied": data("secrets", BUNDLE, "ca.crt", ""),
    "no data at all": put("secrets", BUNDLE, lambda thing: thing.pop("data")),
    "a Secret for ever": put("secrets", BUNDLE, lambda thing: thing.update(immutable=True)),
    "another annotation of the Secret": annotated("secrets", BUNDLE, "meta.helm.sh/release-name"),
    "a label of the Secret": put("secrets", BUNDLE, lambda thing: thing["metadata"].update(labels={"x": "y"})),
    "a finalizer on the Secret": put("secrets", BUNDLE, lambda thing: thing["metadata"].update(finalizers=["x/y"])),
    "a private key in the ConfigMap": data("configmaps", BUNDLE, "issuer.key", "x"),
    "another key of the ConfigMap": data("configmaps", BUNDLE, "else", "y"),
    "the ConfigMap's roots emptied": data("configmaps", BUNDLE, "ca.crt", ""),
    "binary data in the ConfigMap": put("configmaps", BUNDLE, lambda thing: thing.update(binaryData={"x": "eA=="})),
    "something unsealed in the backup": data("secrets", "dapr-warden-backup", "issuer.key", "x"),
    "another annotation of the backup": annotated("secrets", "dapr-warden-backup", "team"),
    "another Secret beside Dapr": data("secrets", "other", "x", "y"),
    "another ConfigMap beside Dapr": data("configmaps", "other", "x", "y"),
    "another lease": put("leases", "other", lambda thing: thing.update(spec={"holderIdentity": "me"})),
    "a label of the lease": put("leases", "dapr-warden-rotation", lambda thing: thing["metadata"].update(labels={"x": "y"})),
    "the bundle of another namespace": data("secrets", BUNDLE, "ca.crt", "x", namespace="shop"),
    "its own Secrets": data("secrets", "dapr-warden-slack", "bot-token", "x", namespace=HOME),
    "its own settings": data("configmaps", "dapr-warden-settings", "DAPR_WARDEN_APPROVERS", "U1", namespace=HOME),
    "a new Secret": made("secrets"),
    "a new ConfigMap": made("configmaps"),
    "a new workload": Write("deployments", "", "shop", "POST", patch=a_workload("Deployment", "made-up")),
    "a Secret's end": sent("secrets", BUNDLE, "DELETE"),
    "the backup's end": sent("secrets", "dapr-warden-backup", "DELETE"),
    "the end of all Secrets": sent("secrets", "", "DELETE"),
    "a shell in a pod": Write("pods", "orders", "shop", "POST", beneath="/exec"),
    "a workload's end": sent("deployments", "orders", "DELETE", namespace="shop"),
}  # fmt: skip
# What RBAC alone refuses: nobody admits or refuses a read.
UNREADABLE: Final = {
    "a list of Secrets": sent("secrets", "", "GET"),
    "another Secret": sent("secrets", "other", "GET"),
    "the bundle of another namespace": sent("secrets", BUNDLE, "GET", namespace="shop"),
    "its own Secrets": sent("secrets", "dapr-warden-slack", "GET", namespace=HOME),
    "a workload": sent("deployments", "orders", "GET", namespace="shop"),
}


def what_others_made() -> Iterator[Object]:
    # As much as etcd takes, nearly: what a policy compares costs, and costs have a limit.
    files = encoded(large="x" * 700_000, ca_crt="old", issuer_crt="old", issuer_key="old", jwt_key="old", jwks_json="old")
    for namespace in (DAPR, "shop"):
        yield named("Secret", BUNDLE, namespace, data=files)
    yield named("Secret", "other", data=encoded(x="1"))
    yield named("Secret", "dapr-warden-staging", data=encoded(sealed="the run before"))
    yield named("Secret", "dapr-warden-slack", HOME, data=encoded(**{"bot-token": "1"}))
    yield named("ConfigMap", BUNDLE, data={"ca.crt": "old", "more": "x"})
    yield named("ConfigMap", "other", data={"x": "1"})
    yield named("ConfigMap", "dapr-warden-settings", HOME, data={"DAPR_WARDEN_APPROVERS": "U2"})
    yield named("Lease", "other")
    for kind in WORKLOADS.values():
        yield a_workload(kind, marks={"dapr.io/enabled": "true", "dapr.io/app-id": "orders"})
    yield a_workload("Deployment", "plain")
    yield a_workload("Deployment", "huge", texts=10_000)
