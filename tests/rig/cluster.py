"""The API server seen by its administrator: any object by plain HTTPS, created or replaced, awaited and erased."""

import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from tests.rig.process import RigError

# A Kubernetes object as the API writes it: one that we own, and one that we only read.
Object = dict[str, Any]
AnyObject = Mapping[str, Any]

_FIELD_MANAGER = "rig"
_CONFLICT = 409
_TRIES = 10
_BUILT_IN = ("default", "kube-node-lease", "kube-public", "kube-system")
_ADMISSION = (
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingAdmissionPolicy",
)
# No grace: there is no kubelet that could use it.
_NOW = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0}


class ApiError(RigError):
    """The API server refused. ``status`` is its HTTP code, the message is its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Cluster:
    """A client with one token. Safe to use from several threads. Close it, or use it as a context manager."""

    def __init__(self, url: str, *, ca: Path, token: str, headers: Mapping[str, str] | None = None) -> None:
        """``headers``: of every request, such as whom it impersonates."""
        self._client = httpx.Client(
            base_url=url,
            verify=ssl.create_default_context(cafile=str(ca)),
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
            timeout=20.0,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes its connections."""
        self._client.close()

    def request(
        self, method: str, path: str, *, body: AnyObject | Sequence[AnyObject] | None = None, media: str = "", **query: str
    ) -> Object:
        """One call; the decoded answer. ``media``: of the body; "": of a PATCH a merge patch, else JSON. ApiError when it is no success."""
        kind = media or ("application/merge-patch+json" if method == "PATCH" else "application/json")
        headers = {"Content-Type": kind} if body is not None else None
        answer = self._client.request(method, path, json=body, params=query, headers=headers)
        try:
            decoded: Object = answer.json()
        except ValueError:
            decoded = {"message": answer.text}
        if not answer.is_success:
            raise ApiError(answer.status_code, f"{method} {path}: {decoded.get('message', '')}")
        return decoded

    def is_ready(self) -> bool:
        """Whether the API server says that it is ready, all its start-up hooks included."""
        try:
            return self._client.get("/readyz").is_success
        except httpx.TransportError:
            return False

    def watchers(self, resource: str) -> int:
        """How many watches of single objects of that resource ("secrets") are open, the API server's own included."""
        page = self._client.get("/metrics").raise_for_status().text
        found = (line for line in page.splitlines() if line.startswith("apiserver_longrunning_requests{"))
        named = (line for line in found if f'resource="{resource}",scope="resource"' in line and 'verb="WATCH"' in line)
        return sum(int(line.rpartition(" ")[2]) for line in named)

    def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        try:
            return self.request("GET", f"{self._collection(api_version, kind, namespace)}/{name}")
        except ApiError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def items(self, api_version: str, kind: str, namespace: str = "") -> list[Object]:
        """All objects of a kind, of one namespace or of all."""
        found: list[Object] = self.request("GET", self._collection(api_version, kind, namespace))["items"]
        return found

    def delete(self, api_version: str, kind: str, name: str, namespace: str = "") -> None:
        """Deletes at once."""
        path = f"{self._collection(api_version, kind, namespace)}/{name}"
        self.request("DELETE", path, body=_NOW)

    def apply(self, thing: AnyObject, *, manager: str = _FIELD_MANAGER) -> Object:
        """Creates the object, or replaces all of it; then its status, where it carries one. Returns the stored object.

        ``manager`` is the name that managedFields will claim as the writer.
        """
        metadata = thing["metadata"]
        collection = self._collection(thing["apiVersion"], thing["kind"], metadata.get("namespace", ""))
        stored = self._create_or_replace(collection, thing, manager)
        if "status" not in thing:
            return stored
        body = {**stored, "status": thing["status"]}
        return self.request("PUT", f"{collection}/{metadata['name']}/status", body=body, fieldManager=manager)

    def apply_yaml(self, text: str, *, manager: str = _FIELD_MANAGER) -> list[Object]:
        """Applies every document of a YAML text, in its order."""
        documents: Sequence[Object | None] = list(yaml.safe_load_all(text))
        return [self.apply(document, manager=manager) for document in documents if document]

    def token_for(
        self, namespace: str, service_account: str, *, audiences: Sequence[str] = (), seconds: int = 3600, pod: AnyObject | None = None
    ) -> str:
        """A token of that existing ServiceAccount (TokenRequest), which RBAC judges like any pod's; with ``pod``, of that stored pod."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{service_account}/token"
        spec: Object = {"audiences": list(audiences), "expirationSeconds": seconds}
        if pod is not None:
            names = {"name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
            spec["boundObjectRef"] = {"apiVersion": "v1", "kind": "Pod", **names}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        token: str = self.request("POST", path, body=body)["status"]["token"]
        return token

    def erase_namespace(self, name: str) -> None:
        """Deletes a namespace and everything in it, so that the name can be used again at once; silent if absent.

        Does by hand what the namespace controller would do, which the rig does not run.
        """
        if self.get("v1", "Namespace", name) is None:
            return
        for collection in self._collections_of(name):
            self.request("DELETE", collection, body=_NOW)
        path = f"/api/v1/namespaces/{name}"
        dying = self.request("DELETE", path)
        if self.get("v1", "Namespace", name) is not None:
            self.request("PUT", f"{path}/finalize", body={**dying, "spec": {"finalizers": []}})

    def erase_all(self) -> None:
        """Leaves the API server as it started, but for CRDs, roles and the bindings of roles."""
        for namespace in self.items("v1", "Namespace"):
            if (name := namespace["metadata"]["name"]) not in _BUILT_IN:
                self.erase_namespace(name)
        for kind in _ADMISSION:
            self.request("DELETE", self._collection("admissionregistration.k8s.io/v1", kind, ""))
        self.request("DELETE", "/api/v1/namespaces/default/pods", body=_NOW)

    def _create_or_replace(self, collection: str, thing: AnyObject, manager: str) -> Object:
        try:
            return self.request("POST", collection, body=thing, fieldManager=manager)
        except ApiError as error:
            if error.status != _CONFLICT:
                raise
        return self._replace(f"{collection}/{thing['metadata']['name']}", thing, manager)

    def _replace(self, path: str, thing: AnyObject, manager: str) -> Object:
        # A controller (that of the CRDs, say) may write the status between our read and our write.
        for _ in range(_TRIES):
            version = self.request("GET", path)["metadata"]["resourceVersion"]
            body = {**thing, "metadata": {**thing["metadata"], "resourceVersion": version}}
            try:
                return self.request("PUT", path, body=body, fieldManager=manager)
            except ApiError as error:
                if error.status != _CONFLICT:
                    raise
        raise RigError(f"{path} was changed by somebody else {_TRIES} times in a row")

    def _collection(self, api_version: str, kind: str, namespace: str) -> str:
        for resource in self._resources(api_version):
            if resource["kind"] == kind and "/" not in resource["name"]:
                scope = f"/namespaces/{namespace}" if namespace and resource["namespaced"] else ""
                return f"{_root(api_version)}{scope}/{resource['name']}"
        raise RigError(f"the API server knows no {kind} in {api_version}")

    def _resources(self, api_version: str) -> list[Object]:
        found: list[Object] = self.request("GET", _root(api_version))["resources"]
        return found

    def _collections_of(self, namespace: str) -> list[str]:
        """One collection per kind of object, in whichever version serves it: a group's preferred one need not have all of its kinds."""
        groups = [[version["groupVersion"] for version in group["versions"]] for group in self.request("GET", "/apis")["groups"]]
        found: dict[tuple[str, str], str] = {}
        for version in ("v1", *(version for versions in groups for version in versions)):
            for resource in self._resources(version):
                if resource["namespaced"] and "deletecollection" in resource["verbs"]:
                    key = (version.rpartition("/")[0], resource["name"])
                    found.setdefault(key, f"{_root(version)}/namespaces/{namespace}/{resource['name']}")
        return list(found.values())


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
