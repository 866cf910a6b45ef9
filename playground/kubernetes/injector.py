"""A simulated injector: which roots it believes in, what the API server trusts of it, and so what a new pod gets.

    injector = SimulatedInjector(kube, sentry, version="1.18.3")
    injector.start()                        # asks sentry for its certificate, hands its roots to the webhook
    ...                                     # somebody writes the ConfigMap
    injector.mount_changed()                # the kubelet has brought it into the pod: read, or from 1.16 on read once and never again
    injector.create(AppPod(name="orders-1"))  # with daprd and the roots that it believes in; or, silently, without

From 1.16 on the injector watches the file itself, which the kubelet replaces at the first change: no later one is noticed. Up to
1.11 there is no mount: the Secret is read at each pod, and the webhook's certificate is the chart's.
"""

import base64
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from bot.model import acceptance
from bot.model.bundle import TrustBundle
from bot.model.pem import read
from bot.model.versions import Version
from bot.ports import Clock
from playground.kubernetes import kubelet
from playground.kubernetes.cluster import SimulatedCluster
from playground.kubernetes.dapr import BUNDLE, NAMESPACE, AppPod, app_pod
from playground.kubernetes.sentry import Serving, State

Object = dict[str, Any]

WEBHOOK: Final = "dapr-sidecar-injector"
MANAGER: Final = "injector"
CONTAINER: Final = "dapr-sidecar-injector"
CREATOR: Final = "kube-controller-manager"


class Issuing(Protocol):
    """Whoever signs certificates: a sentry, or one of several behind their Service."""

    @property
    def version(self) -> Version:
        """Of Dapr."""
        ...

    @property
    def state(self) -> State:
        """As it is now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Believes:
    """It runs: ``roots`` are its trust anchors, ``issuer`` the chain that signed its certificate (b"": the chart's own)."""

    roots: bytes
    issuer: bytes


class SimulatedInjector:
    """See the module. ``believes`` is None while it does not run."""

    def __init__(
        self,
        kube: SimulatedCluster,
        sentry: Issuing,
        *,
        clock: Clock | None = None,
        namespace: str = NAMESPACE,
        pod: str = "dapr-sidecar-injector-6b7f9d-0",
    ) -> None:
        self.version: Version = sentry.version
        self.believes: Believes | None = None
        self._kube = kube
        self._sentry = sentry
        self._clock: Clock = clock or kube
        self._namespace = namespace
        self._pod = pod
        self._noticed = 0

    def start(self) -> bool:
        """Whether it runs. It does not without a certificate: sentry must serve, with a CA that the mounted roots verify."""
        self._noticed = 0
        if self.version.class_ == "A":
            self.believes = Believes(roots=self._mounted(), issuer=b"")
            return True
        roots, state = self._mounted(), self._sentry.state
        if not isinstance(state, Serving) or not self._verifies(state.issuer, roots):
            self.believes = None
            said = ("Unable to get an identity certificate from sentry",)
            kubelet.crashed(self._kube, self._namespace, self._pod, CONTAINER, said=said)
            return False
        self.believes = Believes(roots=roots, issuer=state.issuer)
        self._hand_over(roots)
        kubelet.runs(self._kube, self._namespace, self._pod, CONTAINER)
        return True

    def restart(self) -> bool:
        """Its pod is recreated: whatever it missed is read now."""
        return self.start()

    def mount_changed(self) -> bool:
        """The mounted ca.crt has changed; whether it noticed."""
        if self.believes is None or self.version.class_ == "A" or (self.version.class_ == "C" and self._noticed):
            return False
        self._noticed += 1
        self.believes = replace(self.believes, roots=self._mounted())
        self._hand_over(self.believes.roots)
        return True

    def renew(self) -> bool:
        """Its certificate is renewed, as it is every twelve hours; whether it got one."""
        state = self._sentry.state
        if self.believes is None or not isinstance(state, Serving) or not self._verifies(state.issuer, self.believes.roots):
            return False
        self.believes = replace(self.believes, issuer=state.issuer if self.believes.issuer else b"")
        return True

    def injects(self) -> bool:
        """Whether a pod that is created now gets its sidecar: it runs, and the API server's caBundle verifies its certificate."""
        believes = self.believes
        if believes is None:
            return False
        # Class B up to 1.13 asks sentry for a certificate at each pod.
        if (1, 12, 0) <= self.version.number < (1, 14, 0) and not isinstance(self._sentry.state, Serving):
            return False
        return not believes.issuer or self._verifies(believes.issuer, self._ca_bundle())

    def create(self, pod: AppPod) -> Object:
        """The pod as a controller would make it, through the webhook: ``anchors`` and ``injected`` become what they are now."""
        anchors = self.hands_out()
        made = replace(pod, injected=anchors is not None, anchors=anchors)
        return self._kube.put(app_pod(made, default_version=str(self.version)), manager=CREATOR)

    def hands_out(self) -> bytes | None:
        """The roots that a pod gets which is created now; None when it gets no sidecar at all."""
        if not self.injects():
            return None
        return self._mounted() if self.version.class_ == "A" or self.believes is None else self.believes.roots

    def _mounted(self) -> bytes:
        if self.version.class_ == "A":
            data = self._kube.get("Secret", BUNDLE, self._namespace).get("data") or {}
            return base64.b64decode(data.get("ca.crt", ""))
        text: str = (self._kube.get("ConfigMap", BUNDLE, self._namespace).get("data") or {}).get("ca.crt", "")
        return text.encode()

    def _ca_bundle(self) -> bytes:
        webhooks = self._kube.get("MutatingWebhookConfiguration", WEBHOOK)["webhooks"]
        return base64.b64decode(webhooks[0]["clientConfig"].get("caBundle", ""))

    def _hand_over(self, roots: bytes) -> None:
        found = self._kube.get("MutatingWebhookConfiguration", WEBHOOK)
        first, *rest = found["webhooks"]
        client = {**first["clientConfig"], "caBundle": base64.b64encode(roots).decode()}
        self._kube.put({**found, "webhooks": [{**first, "clientConfig": client}, *rest]}, manager=MANAGER)

    def _verifies(self, issuer: bytes, roots: bytes) -> bool:
        bundle = TrustBundle(ca=read(roots), issuer=read(issuer), key=None)
        return acceptance.peers(bundle, self.version, self._clock.now()).verify
