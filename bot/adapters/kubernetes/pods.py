"""The adapter behind ``ports.Pods``: single pods, the Warning events of a namespace, and logs of containers. All of it bounded."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

import msgspec

from bot.adapters.kubernetes import container_logs, counters, errors
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.metrics import Source
from bot.adapters.kubernetes.needs import Need, of_events, of_log, of_pod
from bot.adapters.kubernetes.wire import Page
from bot.adapters.kubernetes.wire_pods import Ended, Event, PodStatus, SinglePod, Specified, State, Status, Waiting
from bot.errors import BotError, Forbidden, Missing
from bot.model.counters import Counter
from bot.model.logs import LogLine
from bot.model.redaction import excerpt
from bot.model.scene import ContainerState, KubeEvent, PodName, PodState
from bot.model.servers import SIDECAR, SIDECAR_PORT

T = TypeVar("T")

MOST_PODS: Final = 10
MOST_EVENTS: Final = 200
# The API server gives events in the order of their names, not of their times: the newest are found by looking at many.
EVENTS_PAGE: Final = 1_000
EVENTS_PAGES: Final = 5
# A name of an object is no longer than 253 characters, an event's message than 1,024, a termination message than 4,096.
_NAME: Final = 253
_MESSAGE: Final = 1_024
_ADDRESS: Final = 64
_ALWAYS: Final = "Always"
_CRASHING: Final = "CrashLoopBackOff"
_PORT_FLAG: Final = "dapr-internal-grpc-port"
_PORT: Final = re.compile(r"[0-9]{1,5}")
_MAX_PORT: Final = 65_535
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
# A log is plain text, a refusal JSON.
_ACCEPT: Final = "application/json, */*"

_PODS: Final = msgspec.json.Decoder(Page[SinglePod])
_EVENTS: Final = msgspec.json.Decoder(Page[Event])


class KubernetesPods:
    """Implements ``ports.Pods`` over an open connection."""

    def __init__(self, api: Api, source: Callable[[str], Source | None] = lambda _: None, *, is_optional: bool = False) -> None:
        """``source``: the way to metrics in a namespace, None = not read; ``is_optional``: not being allowed to counts as that."""
        self._api = api
        self._source = source
        self._is_optional = is_optional

    async def states(self, pods: Sequence[PodName]) -> tuple[PodState, ...]:
        """Of those that exist, in the order asked; of the first ten. Raises BotError when one of them cannot be read."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._state(pod)) for pod in pods[:MOST_PODS]]
        answers = [task.result() for task in tasks]
        for answer in answers:
            if isinstance(answer, BotError):
                raise answer
        return tuple(answer for answer in answers if isinstance(answer, PodState))

    async def warnings(self, namespace: str) -> tuple[KubeEvent, ...]:
        """The newest 200 among the first 5,000, the newest first. The API server forgets them after an hour, unless set otherwise."""
        found: list[KubeEvent] = []
        token = ""
        for _ in range(EVENTS_PAGES):
            token, events = await self._api.run(partial(self._events, namespace, token))
            found = sorted((*found, *events), key=_last_at, reverse=True)[:MOST_EVENTS]
            if not token:
                break
        return tuple(found)

    async def log(self, pod: PodName, container: str, *, previous: bool, lines: int) -> tuple[LogLine, ...]:
        """The last lines, each with the instant at which the container runtime took it; () also when the pod does not exist.

        They come as they stand, not redacted, each cut at 16 KiB.
        """
        try:
            return await self._api.run(partial(self._log, pod, container, previous=previous, lines=lines))
        except Missing:
            return ()

    async def counters(self, pod: PodName, *, is_sidecar: bool) -> tuple[Counter, ...] | None:
        """As the settings say, from the pod or through the API server."""
        source = self._source(pod.namespace)
        if source is None:
            return None
        found = await self._api.run(partial(self._listed, pod, counters.DECODER))
        place = next((counters.place(pod, one, is_sidecar=is_sidecar) for one in found if one.metadata.name == pod.name), None)
        try:
            return counters.counters(await source.text(place), pod) if place else ()
        except Forbidden:
            if self._is_optional:
                return None
            raise

    async def _state(self, pod: PodName) -> PodState | BotError | None:
        try:
            return await self._api.run(partial(self._read, pod))
        except BotError as error:
            return error

    def _read(self, pod: PodName) -> PodState | None:
        return next((_state(pod, one) for one in self._listed(pod, _PODS) if one.metadata.name == pod.name), None)

    def _listed(self, pod: PodName, decoder: "msgspec.json.Decoder[Page[T]]") -> Sequence[T]:
        # A list of one, which the API server looks up like a get: whoever may list pods, as the census must, needs no further right.
        need = of_pod(pod.namespace, pod.name)
        query = [("fieldSelector", f"metadata.name={pod.name}"), ("limit", "1")]
        page = self._api.read(need, decoder.decode, query=query)
        _expect(need, page, "PodList")
        return page.items or ()

    def _events(self, namespace: str, token: str) -> tuple[str, tuple[KubeEvent, ...]]:
        need = of_events(namespace)
        query = [("fieldSelector", "type=Warning"), ("limit", str(EVENTS_PAGE)), *([("continue", token)] if token else [])]
        page = self._api.read(need, _EVENTS.decode, query=query)
        _expect(need, page, "EventList")
        return page.metadata.continue_ or "", tuple(_event(namespace, one) for one in page.items or ())

    def _log(self, pod: PodName, container: str, *, previous: bool, lines: int) -> tuple[LogLine, ...]:
        need = of_log(pod.namespace, pod.name)
        found = b""
        # The kubelet goes back so many lines and then gives the first so many bytes: of long lines it would keep the last to itself.
        for wanted in dict.fromkeys((lines, max(1, lines // 10), 1)):
            query = container_logs.query(container, previous=previous, lines=wanted)
            found = self._api.read(need, bytes, query=query, accept=_ACCEPT, cap=container_logs.CAP)
            if len(found) < container_logs.LIMIT:
                break
        return container_logs.lines(found, pod, container)


def _expect(need: Need, page: Page[T], kind: str) -> None:
    if page.kind != kind:
        raise errors.malformed(need, f"asked for a {kind}, got something else")


def _state(name: PodName, pod: SinglePod) -> PodState:
    status = pod.status or PodStatus()
    told = {one.name: one for one in (*(status.init_container_statuses or ()), *(status.container_statuses or ()))}
    inits, mains = pod.spec.init_containers or (), pod.spec.containers or ()
    unscheduled = next((one for one in status.conditions or () if one.type == "PodScheduled" and one.status == "False"), None)
    return PodState(
        pod=name,
        phase=_cut(status.phase, _NAME),
        containers=tuple(_container(one, told, is_init=one.restart_policy != _ALWAYS) for one in inits)
        + tuple(_container(one, told, is_init=False) for one in mains),
        reason=_cut(status.reason, _NAME),
        message=_cut(status.message, _MESSAGE),
        unscheduled=_cut(unscheduled.message or unscheduled.reason or "unknown", _MESSAGE) if unscheduled else "",
        ip=_cut(status.ip, _ADDRESS),
        sidecar_port=_sidecar_port(pod),
        created_at=pod.metadata.creation_timestamp,
    )


def _sidecar_port(pod: SinglePod) -> int:
    """What the sidecar was started with, else what was asked for, else Dapr's own. Text that is no port is passed over."""
    found = [one.args or () for one in (*(pod.spec.init_containers or ()), *(pod.spec.containers or ())) if one.name == SIDECAR]
    started = [text for args in found for text in _values(args)]
    asked = pod.metadata.annotations.port if pod.metadata.annotations else None
    return next((int(text) for text in (*started, asked or "") if _PORT.fullmatch(text) and 0 < int(text) <= _MAX_PORT), SIDECAR_PORT)


def _values(args: Sequence[str]) -> Iterator[str]:
    """Of the flag, as two words or as one."""
    for at, word in enumerate(args):
        name, equals, value = word.partition("=")
        if name.lstrip("-") == _PORT_FLAG:
            yield value if equals else "".join(args[at + 1 : at + 2])


def _container(container: Specified, told: Mapping[str, Status], *, is_init: bool) -> ContainerState:
    status = told.get(container.name) or Status(name=container.name)
    state, last = status.state or State(), status.last_state or State()
    waiting, ended = state.waiting or Waiting(), state.terminated or last.terminated or Ended()
    return ContainerState(
        name=_cut(container.name, _NAME),
        image=_cut(container.image or status.image, _MESSAGE),
        is_init=is_init,
        ready=bool(status.ready),
        running=state.running is not None,
        restarts=status.restart_count or 0,
        waiting=_cut(waiting.reason, _NAME),
        message=_cut(_message(waiting, ended), _MESSAGE),
        exit_code=ended.exit_code,
        ended=_cut(ended.reason, _NAME),
        ended_at=ended.finished_at,
    )


def _message(waiting: Waiting, ended: Ended) -> str | None:
    """The one that says more: while a container crash-loops, waiting has only to say how long."""
    if waiting.reason == _CRASHING:
        return ended.message or waiting.message
    return waiting.message or ended.message


def _event(namespace: str, event: Event) -> KubeEvent:
    series = event.series
    return KubeEvent(
        namespace=namespace,
        kind=_cut(event.involved_object.kind, _NAME),
        name=_cut(event.involved_object.name, _NAME),
        reason=_cut(event.reason, _NAME),
        message=_cut(event.message, _MESSAGE),
        count=max(1, (series.count if series else event.count) or 1),
        last_at=(series.last_observed_time if series else None)
        or event.last_timestamp
        or event.event_time
        or event.metadata.creation_timestamp,
    )


def _last_at(event: KubeEvent) -> datetime:
    return event.last_at or _LONG_AGO


def _cut(text: str | None, longest: int) -> str:
    return excerpt(text, longest) if text else ""
