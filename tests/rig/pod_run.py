"""One pod on the rig's kubelet: a thread that starts its program, tells the API how it fares, restarts it, and ends it."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from tests.rig.cluster import ApiError, Cluster, Object
from tests.rig.pod_status import Story, status_of
from tests.rig.process import Process, now_text

FIRST_BACK_OFF, MOST_BACK_OFF = 10.0, 300.0
# A life of that length lets a kubelet forget all that was before.
_FORGIVEN = 600.0
_LOOK_SECONDS = 0.1
_MOST_GRACE = 30.0
_GONE = (404, 409)


@dataclass(frozen=True)
class Place:
    """Where a pod lives: its own address on loopback, its folder, and the folder of each of its volumes."""

    ip: str
    folder: Path
    volumes: Mapping[str, Path]


class Program(Protocol):
    """What runs in a pod: the process of one of its containers."""

    @property
    def container(self) -> str:
        """Its name in the pod's spec."""
        ...

    def start(self, place: Place) -> Process:
        """Starts it, with ``place.folder`` as its own."""
        ...

    def is_ready(self, process: Process, place: Place) -> bool:
        """Whether a readiness probe would succeed now."""
        ...


class Run:
    """A pod from its binding to its end. ``program`` None: a pod without a process, Ready at once."""

    def __init__(self, cluster: Cluster, pod: Object, program: Program | None, place: Place) -> None:
        metadata = pod["metadata"]
        self.name: str = metadata["name"]
        self.namespace: str = metadata["namespace"]
        self.uid: str = metadata["uid"]
        self.labels: Mapping[str, str] = metadata.get("labels", {})
        self.annotations: Mapping[str, str] = metadata.get("annotations", {})
        self.pod, self.place = pod, place
        self.process: Process | None = None
        self._cluster, self._program = cluster, program
        self._began_at = now_text()
        self._story = Story(container=program.container if program else "", ready=program is None)
        self._starts = self._fails = 0
        self._grace = 0.0
        self._deleted, self._abandoned, self._wake = False, False, threading.Event()
        self._thread = threading.Thread(target=self._live, name=self.name)

    @property
    def ip(self) -> str:
        """Its address."""
        return self.place.ip

    @property
    def is_ending(self) -> bool:
        """Whether it is being deleted, or gone."""
        return self._wake.is_set()

    @property
    def is_ready(self) -> bool:
        """Whether it is Ready, runs, and is not being deleted: whether a Service would send somebody here."""
        return self._story.ready and (self._program is None or self.is_running) and not self.is_ending

    @property
    def is_running(self) -> bool:
        """Whether its program runs at this moment."""
        return self.process is not None and self.process.exit_code() is None

    @property
    def restarts(self) -> int:
        """How often its program was started again."""
        return self._story.restarts

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def end(self, grace: float) -> None:
        """It was deleted: SIGTERM, and after ``grace`` seconds SIGKILL; then the object goes. Returns at once; may be called again."""
        self._grace, self._deleted = min(grace, _MOST_GRACE), True
        self._wake.set()

    def abandon(self) -> None:
        """Its object is gone, or nobody needs it any more: SIGKILL. Returns at once."""
        self._abandoned = True
        self._wake.set()

    def join(self) -> None:
        """Returns when nothing of it runs any more."""
        self._thread.join()

    def log(self) -> str:
        """What the program said since its last start."""
        return self.process.log() if self.process else ""

    def _live(self) -> None:
        self._tell()
        while not self._wake.is_set():
            if self._program is None:
                self._wake.wait()
            else:
                self._live_once(self._program)
        self._finish()

    def _live_once(self, program: Program) -> None:
        """One start of the program, until it ends or the pod does, and the wait for the next one."""
        self._starts += 1
        began = time.monotonic()
        place = Place(self.place.ip, self.place.folder / f"run-{self._starts}", self.place.volumes)
        self.process = program.start(place)
        self._story.started_at, self._story.back_off = now_text(), None
        self._tell()
        while not self._wake.wait(_LOOK_SECONDS) and self.process.exit_code() is None:
            if not self._story.ready and program.is_ready(self.process, place):
                self._change(ready=True)
        if not self._wake.is_set():
            self._ended(self.process.exit_code() or 0, time.monotonic() - began)

    def _ended(self, code: int, lived: float) -> None:
        story = self._story
        end = {"exitCode": code if code >= 0 else 128 - code, "reason": "Completed" if code == 0 else "Error"}
        story.ended = {**end, "startedAt": story.started_at, "finishedAt": now_text()}
        self._fails = 1 if lived > _FORGIVEN else self._fails + 1
        # The first time at once, as a kubelet does it.
        pause = min(FIRST_BACK_OFF * 2 ** (self._fails - 2), MOST_BACK_OFF) if self._fails > 1 else 0.0
        story.back_off = pause or None
        self._change(ready=False)
        self._wake.wait(pause)
        story.restarts += 1

    def _change(self, *, ready: bool) -> None:
        self._story.ready, self._story.ready_changed_at = ready, now_text()
        self._tell()

    def _tell(self) -> None:
        status = status_of(self.pod, self._story, ip=self.ip, began_at=self._began_at)
        self._ask("PATCH", "/status", {"metadata": {"uid": self.uid}, "status": status})

    def _finish(self) -> None:
        if self.process is not None:
            if self._abandoned:
                self.process.kill()
            else:
                self.process.stop(grace=self._grace)
        if self._deleted and not self._abandoned:
            now = {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}}
            self._ask("DELETE", "", now)

    def _ask(self, method: str, part: str, body: Object) -> None:
        """Tries until the API answers. That the pod is gone is an answer; so is that another of its name has come."""
        while not self._abandoned:
            try:
                self._cluster.request(method, f"/api/v1/namespaces/{self.namespace}/pods/{self.name}{part}", body=body)
            except ApiError as error:
                if error.status in _GONE:
                    return
            except httpx.TransportError:
                pass
            else:
                return
            time.sleep(_LOOK_SECONDS)
