"""Dapr's counters on the metrics page of one pod: where the page is, and what of it is taken."""

import math
import re
from collections import Counter as Tally
from typing import Final

import msgspec
from msgspec import field

from bot.adapters.kubernetes.wire import Page, Wire
from bot.model.counters import NAMES, Counter
from bot.model.redaction import excerpt
from bot.model.scene import PodName
from bot.model.snapshot import ComponentPod

DEFAULT_PORT: Final = 9090
MOST: Final = 50
_LONGEST_REASON: Final = 80
_LONGEST_ADDRESS: Final = 64
# As Dapr reads an annotation: whatever else stands there is yes.
_OFF: Final = ("false", "0", "f", "n", "no", "off")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_MAX_PORT: Final = 65_535
_LINE: Final = re.compile(rf"({'|'.join(NAMES)})(?:\{{(.{{0,2000}})\}})? (\S{{1,40}})", re.ASCII)
_REASON: Final = re.compile(r'(?:\A|,)reason="((?:[^"\\]|\\.){0,200})"')


class Annotations(Wire):
    """Where a pod says that its metrics are, and whether there are any."""

    sidecar_port: str | None = field(name="dapr.io/metrics-port", default=None)
    enabled: str | None = field(name="dapr.io/enable-metrics", default=None)
    port: str | None = field(name="prometheus.io/port", default=None)


class Metadata(Wire):
    """metadata, as far as it is wanted."""

    name: str
    annotations: Annotations | None = None


class Status(Wire):
    """status, as far as it is wanted."""

    ip: str | None = field(name="podIP", default=None)


class MeasuredPod(Wire):
    """A pod whose metrics are wanted."""

    metadata: Metadata
    status: Status | None = None


DECODER: Final = msgspec.json.Decoder(Page[MeasuredPod])


def place(name: PodName, pod: MeasuredPod, *, is_sidecar: bool) -> ComponentPod | None:
    """Where to ask; None when the pod has no address yet, or its sidecar was told to have no metrics."""
    annotations = pod.metadata.annotations or Annotations()
    ip = (pod.status.ip if pod.status else None) or ""
    is_off = is_sidecar and (annotations.enabled or "").lower() in _OFF
    if not ip or len(ip) > _LONGEST_ADDRESS or is_off:
        return None
    said = (annotations.sidecar_port if is_sidecar else annotations.port) or ""
    port = int(said) if _PORT.fullmatch(said) and 0 < int(said) <= _MAX_PORT else DEFAULT_PORT
    return ComponentPod(name=name.name, ready=True, image="", ip=ip, metrics_port=port)


def counters(page: str, pod: PodName) -> tuple[Counter, ...]:
    """Those that count something, from a page in Prometheus' text format; other labels than the reason are added up. Never raises."""
    tally: Tally[tuple[str, str]] = Tally()
    for line in page.splitlines():
        if line.startswith("dapr_") and (found := _LINE.match(line)):
            name, labels, value = found.groups()
            said = _REASON.search(labels or "")
            key = name, excerpt(said[1], _LONGEST_REASON) if said else ""
            if key in tally or len(tally) < MOST:
                tally[key] += _whole(value)
    return tuple(
        Counter(namespace=pod.namespace, pod=pod.name, name=name, reason=reason, value=value)
        for (name, reason), value in sorted(tally.items())
        if value > 0
    )


def _whole(text: str) -> int:
    try:
        value = float(text)
    except ValueError:
        return 0
    return int(value) if math.isfinite(value) else 0
