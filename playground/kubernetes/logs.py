"""Logs of containers, as ``pods/log`` gives them: what the API server refuses itself, and what it passes on from a kubelet."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from playground.kubernetes.kinds import Kind
from playground.kubernetes.status import Fault, bad_request, invalid

Object = dict[str, Any]
Place = tuple[str, str, str, bool]
# A line with its end, and when it was printed.
Printed = tuple[datetime, str]

_OPTIONS: Final = Kind("", "v1", "", "PodLogOptions")
_PULLS: Final = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}


class Logs:
    """Texts by (namespace, pod, container, previous); ``now`` dates the lines."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._printed: dict[Place, list[Printed]] = {}

    def write(self, place: Place, text: str) -> None:
        """What this log holds from now on. What it held already, and still begins with, keeps its time."""
        now = self._now()
        kept = self._printed.get(place, [])
        known = "".join(line for _, line in kept)
        if not text.startswith(known):
            kept, known = [], ""
        self._printed[place] = [*kept, *((now, line) for line in text[len(known) :].splitlines(keepends=True))]

    def read(self, pod: Object, query: Mapping[str, str]) -> bytes | None:
        """As the query wants it; None while no node has the pod. Refusal 400 or 422."""
        metadata, spec = pod["metadata"], pod.get("spec", {})
        name = metadata["name"]
        tail, limit = (_number(query, option, least=least, pod=name) for option, least in (("tailLines", 0), ("limitBytes", 1)))
        container = _container(name, spec, query.get("container", ""))
        previous = query.get("previous") in ("true", "1")
        printed = self._printed.get((metadata["namespace"], name, container, previous))
        if printed is None:
            if not spec.get("nodeName"):
                return None
            printed = _nothing(pod, container, previous=previous)
        shown = printed if tail is None else printed[len(printed) - min(tail, len(printed)) :]
        stamps = query.get("timestamps") in ("true", "1")
        text = "".join(f"{_stamp(at)} {line}" if stamps else line for at, line in shown)
        return text.encode()[:limit]


def _container(pod: str, spec: Object, wanted: str) -> str:
    mains = [one["name"] for one in spec.get("containers") or ()]
    known = [*(one["name"] for one in spec.get("initContainers") or ()), *mains]
    container = wanted or (mains[0] if len(mains) == 1 else "")
    if not container:
        raise bad_request(f"a container name must be specified for pod {pod}, choose one of: [{' '.join(known)}]")
    if container not in known:
        raise bad_request(f"container {container} is not valid for pod {pod}")
    return container


def _nothing(pod: Object, container: str, *, previous: bool) -> list[Printed]:
    """Why a kubelet has no log of this container; [] when it runs, or ran, and just has not printed anything."""
    name, status = pod["metadata"]["name"], pod.get("status", {})
    told = [one for field in ("containerStatuses", "initContainerStatuses") for one in status.get(field) or ()]
    found = next((one for one in told if one["name"] == container), None)
    if found is None:
        raise bad_request(f'container "{container}" in pod "{name}" is not available')
    if previous:
        raise bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
    waiting = found.get("state", {}).get("waiting")
    if waiting is not None and "terminated" not in found.get("lastState", {}):
        reason = waiting.get("reason", "")
        raise bad_request(f'container "{container}" in pod "{name}" is waiting to start: {_PULLS.get(reason, reason)}')
    return []


def _number(query: Mapping[str, str], option: str, *, least: int, pod: str) -> int | None:
    text = query.get(option)
    if text is None:
        return None
    if not text.removeprefix("-").isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if int(text) < least:
        must = "must be greater than 0" if least else "must be greater than or equal to 0"
        raise invalid(_OPTIONS, pod, [Fault(option, f"Invalid value: {int(text)}: {must}")])
    return int(text)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
