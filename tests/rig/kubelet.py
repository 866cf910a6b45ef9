"""A small kubelet for one Node: real processes for the pods that the scheduler binds there, and their status in the API.

Like the real one it mounts Secrets, ConfigMaps and tokens, restarts what ends (at once the first time, then after 10 s, 20 s, 40 s
and so on, in CrashLoopBackOff meanwhile), ends pods that are deleted (SIGTERM, their grace, SIGKILL) and renews its Node's Lease.
Unlike the real one it gives every pod an address of its own below 127.0.0.0/8, probes a pod only until it is first Ready, and
hands out tokens that live for a day. Of a pod's containers it runs at most one, by the program that ``runs`` chooses; the others
are said to run.
"""

import base64
import itertools
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx

from tests.rig.cluster import ApiError, Cluster, Object
from tests.rig.mounts import Content, Mirror, Mount
from tests.rig.pod_run import Place, Program, Run
from tests.rig.process import RigError, now_text

LOOK_SECONDS = 0.2
LEASE_SECONDS = 10.0
_TOKEN_SECONDS = 86_400
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"

Lag = Callable[[], float]
Runs = Callable[[Object], "Program | None"]


class Kubelet:
    """Use as a context manager; leaving kills all processes and leaves the objects. The Node must exist.

    ``runs`` chooses the program for a pod, None for a pod that only claims to run. ``lag`` says, at each change of a mounted
    object, after how many seconds this pod sees it. ``always``: volumes that every pod gets which does not ask for them.
    ``age`` may be set: pods that start from then on say that they started so much earlier. So may ``lag``.
    """

    def __init__(self, cluster: Cluster, folder: Path, *, node: str, runs: Runs, lag: Lag, always: Sequence[Object] = ()) -> None:
        self._cluster, self._folder, self._node = cluster, folder, node
        self._choose, self._always = runs, always
        self._runs: dict[str, Run] = {}
        self._mirrors: dict[str, list[Mirror]] = {}
        self._street, self._addresses = 2 + secrets.randbelow(190), itertools.count(250 * secrets.randbelow(250))
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._work, name="kubelet"), threading.Thread(target=self._keep_lease, name="lease")]
        self.lag = lag
        self.age = timedelta()
        self.complaints: list[str] = []

    def __enter__(self) -> Self:
        self._declare_ready()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()
        for run in self.pods():
            run.abandon()
        for run in self.pods():
            run.join()

    def pods(self, **labels: str) -> list[Run]:
        """All pods of this Node that have these labels, also those that start or end just now."""
        with self._lock:
            found = list(self._runs.values())
        return [run for run in found if labels.items() <= run.labels.items()]

    # The Node.

    def _declare_ready(self) -> None:
        ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now_text()}
        status = {"conditions": [{**ready, "lastTransitionTime": now_text()}]}
        self._renew_lease()
        self._cluster.request("PATCH", f"/api/v1/nodes/{self._node}/status", body={"status": status})

    def _keep_lease(self) -> None:
        while not self._leaving.wait(LEASE_SECONDS):
            self._careful(self._renew_lease)

    def _renew_lease(self) -> None:
        spec = {"holderIdentity": self._node, "leaseDurationSeconds": 40, "renewTime": now_text(micros=True)}
        metadata = {"name": self._node, "namespace": "kube-node-lease"}
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}
        try:
            self._cluster.request("PATCH", f"{_LEASES}/{self._node}", body=lease)
        except ApiError as error:
            if error.status != 404:
                raise
            self._cluster.request("POST", _LEASES, body=lease)

    # The pods.

    def _work(self) -> None:
        while not self._leaving.wait(LOOK_SECONDS):
            self._careful(self._look)

    def _careful(self, act: Callable[[], None]) -> None:
        """An API that does not answer for a while is no reason to let all pods alone for ever."""
        try:
            act()
        except (RigError, httpx.TransportError) as error:
            self.complaints.append(f"{now_text()} {error}")

    def _look(self) -> None:
        # From the watch cache, as every kubelet's watch is.
        listed = self._cluster.request("GET", "/api/v1/pods", fieldSelector=f"spec.nodeName={self._node}", resourceVersion="0")
        pods = {pod["metadata"]["uid"]: pod for pod in listed["items"]}
        for uid, pod in pods.items():
            self._see(uid, pod)
        for uid, run in list(self._runs.items()):
            if uid not in pods:
                run.abandon()
                with self._lock:
                    del self._runs[uid]
                self._mirrors.pop(uid, None)
        read = _Objects(self._cluster)
        for mirrors in self._mirrors.values():
            for mirror in mirrors:
                mirror.look(read.of(mirror.source))

    def _see(self, uid: str, pod: Object) -> None:
        ending = pod["metadata"].get("deletionTimestamp") is not None
        if uid in self._runs:
            if ending:
                self._runs[uid].end(float(pod["metadata"].get("deletionGracePeriodSeconds") or 0))
        elif ending:
            # It was deleted before it ever ran.
            self._cluster.delete("v1", "Pod", pod["metadata"]["name"], pod["metadata"]["namespace"])
        else:
            self._start(uid, pod)

    def _start(self, uid: str, pod: Object) -> None:
        folder = self._folder / f"{pod['metadata']['name']}-{uid[:8]}"
        volumes = self._mount(uid, pod, folder)
        run = Run(self._cluster, pod, self._choose(pod), Place(self._address(), folder, volumes), age=self.age)
        with self._lock:
            self._runs[uid] = run
        run.start()

    def _address(self) -> str:
        """One that no pod of this Node has had before, nor, as good as always, of another town on this machine."""
        number = next(self._addresses)
        return f"127.{self._street}.{number // 250 % 250}.{number % 250 + 1}"

    def _mount(self, uid: str, pod: Object, folder: Path) -> dict[str, Path]:
        """The folder of each volume. ApiError while an object does not exist: the pod waits, and it is tried again."""
        mirrors, volumes = list[Mirror](), dict[str, Path]()
        read = _Objects(self._cluster)
        asked = pod["spec"].get("volumes", [])
        names = {volume["name"] for volume in asked}
        for volume in (*asked, *(one for one in self._always if one["name"] not in names)):
            mount = Mount(folder / "volumes" / volume["name"])
            if source := _source_of(volume, pod["metadata"]["namespace"]):
                mirrors.append(Mirror(mount, source, read.of(source), self._lag))
            elif "projected" in volume:
                mount.show(self._tokens(volume["projected"], pod))
            volumes[volume["name"]] = mount.folder
        self._mirrors[uid] = mirrors
        return volumes

    def _lag(self) -> float:
        # Asked anew at every change, for it may be another one by then.
        return self.lag()

    def _tokens(self, projected: Object, pod: Object) -> Content:
        namespace, account = pod["metadata"]["namespace"], pod["spec"].get("serviceAccountName", "default")
        asked = [one["serviceAccountToken"] for one in projected["sources"] if "serviceAccountToken" in one]
        return {
            one["path"]: self._cluster.token_for(
                namespace, account, audiences=[one["audience"]] if "audience" in one else [], seconds=_TOKEN_SECONDS, pod=pod
            ).encode()
            for one in asked
        }


class _Objects:
    """What mounted objects hold at one moment, each asked for once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._read: dict[str, Content] = {}

    def of(self, path: str) -> Content:
        if path not in self._read:
            stored = self._cluster.request("GET", path)
            data = stored.get("data") or {}
            secret = "/secrets/" in path
            self._read[path] = {name: base64.b64decode(text) if secret else text.encode() for name, text in data.items()}
        return self._read[path]


def _source_of(volume: Object, namespace: str) -> str:
    """The path of the object behind a volume; empty for a volume of another kind."""
    if "secret" in volume:
        return f"/api/v1/namespaces/{namespace}/secrets/{volume['secret']['secretName']}"
    if "configMap" in volume:
        return f"/api/v1/namespaces/{namespace}/configmaps/{volume['configMap']['name']}"
    return ""
