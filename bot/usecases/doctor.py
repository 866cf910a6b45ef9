"""Examines what the bot lives on: asks everything at once, each with a deadline, and lets the examinations judge."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

from bot.config import Settings
from bot.examinations import EXAMINATIONS
from bot.model import nanoseconds
from bot.model.alert import Backlog
from bot.model.examination import Result, examined
from bot.model.logs import LogLabels, LogQuestion, LogView
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.vitals import (
    NOTHING_IS_KEPT,
    ApiServer,
    KeyFile,
    LogFlow,
    Permission,
    Safekeeping,
    Scraped,
    SealTrial,
    Skew,
    StoreCondition,
    Vitals,
)
from bot.ports import Access, Clock, Logs, Metrics
from bot.usecases.parts import part
from bot.usecases.standing import server_and_skew

T = TypeVar("T")

# Somebody waits for the answer, and Slack's part of it comes after or beside this one.
DEADLINE_SECONDS: Final = 12.0
SLOW: Final = "It is slow, or does not answer at all. Ask again in a minute."
LOOKS_BACK: Final = timedelta(hours=1)
PIECE: Final = timedelta(minutes=5)
SENTRY: Final = "dapr_sentry_issuercert_expiry_timestamp"
SIDECAR: Final = "dapr_runtime_component_loaded"
OWN: Final = "dapr_warden_build_info"

NO_LOKI: Final = Unobserved(Why.BY_CHOICE, "Logs are not read: DAPR_WARDEN_LOKI_URL is not set.")
NO_PROMETHEUS: Final = Unobserved(Why.BY_CHOICE, "Prometheus is not asked: DAPR_WARDEN_PROMETHEUS_URL is not set.")
NO_SEAL: Final = Unobserved(Why.BY_CHOICE, "Nothing is sealed: DAPR_WARDEN_ROTATION is off.")
NO_KEY_FILE: Final = Unobserved(Why.BY_CHOICE, "The key lies in no file: DAPR_WARDEN_SEALING_COMMAND seals.")
NO_WATCH: Final = Unobserved(Why.BY_CHOICE, "This run has no log watch: only `dapr-warden serve` has one.")


def not_watching() -> Part[LogView]:
    """What is known of the log watch where none runs."""
    return NO_WATCH


def not_keeping() -> Part[Safekeeping]:
    """What is known of the last good pair where none is kept."""
    return NOTHING_IS_KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """``access``, ``logs``, ``metrics``: None, or why there is no such thing to ask; ``memory`` tells how the memory is, and what waits.

    ``watch``: what the log watch knows now; ``backup``: how the last good pair is kept. ``sealing`` tells where the sealing key lies,
    ``trial`` how sealing a value and opening it again went; both block.
    """

    settings: Settings
    clock: Clock
    access: Access | Unobserved
    memory: Callable[[], Awaitable[tuple[StoreCondition, Backlog]]]
    logs: Logs | Unobserved = NO_LOKI
    metrics: Metrics | Unobserved = NO_PROMETHEUS
    watch: Callable[[], Part[LogView]] = field(default=not_watching)
    sealing: Callable[[], KeyFile] | Unobserved = NO_SEAL
    trial: Callable[[], SealTrial] | Unobserved = NO_SEAL
    backup: Callable[[], Part[Safekeeping]] = field(default=not_keeping)
    seconds: float = DEADLINE_SECONDS

    async def examine(self) -> tuple[Result, ...]:
        """One Result per examination of the core, in order. Raises nothing of :mod:`bot.errors`."""
        return examined(EXAMINATIONS, await self.look())

    async def look(self) -> Vitals:
        """Everything at once."""
        taken_at = self.clock.now()
        async with asyncio.TaskGroup() as group:
            server = group.create_task(self._server())
            permissions = group.create_task(self._permissions())
            logs = group.create_task(self._logs())
            prometheus = group.create_task(self._prometheus())
            memory = group.create_task(self._memory())
            sealing = group.create_task(self._in_a_thread("the sealing key", self.sealing))
            sealed = group.create_task(self._in_a_thread("how sealing works", self.trial))
        (seen_server, skew), (loki, labels, flow) = server.result(), logs.result()
        version, sentry, sidecars, own = prometheus.result()
        condition, backlog = memory.result()
        return Vitals(
            taken_at=taken_at,
            namespace=self.settings.namespace,
            server=seen_server,
            skew=skew,
            permissions=permissions.result(),
            sealing=sealing.result(),
            sealed=sealed.result(),
            loki=loki,
            labels=labels,
            flow=flow,
            watch=self.watch() if not isinstance(self.logs, Unobserved) else self.logs,
            prometheus=version,
            sentry_metrics=sentry,
            sidecar_metrics=sidecars,
            own_metrics=own,
            memory=condition,
            backlog=backlog,
            backup=self.backup(),
        )

    async def _server(self) -> tuple[Part[ApiServer], Part[Skew]]:
        if isinstance(self.access, Unobserved):
            return self.access, self.access
        return await server_and_skew(self.access, self.clock, self.seconds, hint=SLOW)

    async def _permissions(self) -> Part[tuple[Permission, ...]]:
        return self.access if isinstance(self.access, Unobserved) else await self._part("the permissions", self.access.permissions)

    async def _in_a_thread(self, what: str, ask: Callable[[], T] | Unobserved) -> Part[T]:
        return ask if isinstance(ask, Unobserved) else await self._part(what, partial(asyncio.to_thread, ask))

    async def _logs(self) -> tuple[Part[str], Part[LogLabels], Part[LogFlow]]:
        if isinstance(self.logs, Unobserved):
            return self.logs, self.logs, self.logs
        version, labels, flow = await asyncio.gather(
            self._part("Loki", self.logs.version),
            self._part("Loki's labels", self.logs.labels),
            self._part("the lines of the last hour", partial(self._flow, self.logs)),
        )
        return version, labels, flow

    async def _flow(self, logs: Logs) -> LogFlow:
        piece = nanoseconds.of(PIECE)
        # Whole pieces, the last of them not yet over.
        end = (nanoseconds.since_1970(self.clock.now()) // piece + 1) * piece
        question = LogQuestion(since_ns=end - nanoseconds.of(LOOKS_BACK), until_ns=end, limit=1, namespace=self.settings.namespace)
        counts = await logs.counts(question, PIECE)
        return LogFlow(until_at=nanoseconds.instant(end), bucket=PIECE, counts=counts)

    async def _prometheus(self) -> tuple[Part[str], Part[Scraped], Part[Scraped], Part[Scraped]]:
        if isinstance(self.metrics, Unobserved):
            return self.metrics, self.metrics, self.metrics, self.metrics
        scraped = self.metrics.scraped
        version, sentry, sidecars, own = await asyncio.gather(
            self._part("Prometheus", self.metrics.version),
            self._part(f"the metric {SENTRY}", partial(scraped, SENTRY)),
            self._part(f"the metric {SIDECAR}", partial(scraped, SIDECAR)),
            self._part(f"the metric {OWN}", partial(scraped, OWN)),
        )
        return version, sentry, sidecars, own

    async def _memory(self) -> tuple[Part[StoreCondition], Part[Backlog]]:
        found = await self._part("the memory", self.memory)
        if isinstance(found, Unobserved):
            return found, found
        condition, backlog = found.value
        return Observed(condition), Observed(backlog)

    async def _part(self, what: str, ask: Callable[[], Awaitable[T]]) -> Part[T]:
        return await part(what, ask, self.seconds, hint=SLOW)
