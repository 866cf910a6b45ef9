from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.config import from_env
from bot.errors import Forbidden, Unreachable
from bot.model import nanoseconds
from bot.model.alert import Backlog
from bot.model.examination import Outcome
from bot.model.logs import LogLine, LogView
from bot.model.observed import Observed, Unobserved, Why
from bot.model.vitals import ApiServer, Permission, Scraped, StoreCondition
from bot.ports import Logs, Metrics
from bot.usecases.doctor import NO_LOKI, NO_PROMETHEUS, SENTRY, Doctor
from tests.certificates import NOW
from tests.examined import a_condition, a_permission
from tests.fakes.clock import FakeClock
from tests.fakes.logs import FakeLogs

GONE = Unreachable("No connection.", hint="Look at the network.")


@dataclass
class FakeAccess:
    date: datetime | None = NOW
    allowed: Sequence[Permission] = field(default_factory=lambda: (a_permission(),))
    error: Exception | None = None

    async def server(self) -> ApiServer:
        if self.error:
            raise self.error
        return ApiServer(version="v1.34.3", date=self.date, in_pod=True)

    async def permissions(self) -> tuple[Permission, ...]:
        if self.error:
            raise self.error
        return tuple(self.allowed)


@dataclass
class FakeMetrics:
    error: Exception | None = None

    async def version(self) -> str:
        return "3.7.0"

    async def scraped(self, metric: str) -> Scraped:
        if self.error and metric == SENTRY:
            raise self.error
        return Scraped(metric=metric, series=1, labels=("namespace", "pod"))


async def memory() -> tuple[StoreCondition, Backlog]:
    return a_condition(), Backlog()


def a_doctor(
    access: FakeAccess | Unobserved | None = None, logs: Logs | Unobserved = NO_LOKI, metrics: Metrics | Unobserved = NO_PROMETHEUS
) -> Doctor:
    return Doctor(
        settings=from_env({}),
        clock=FakeClock(),
        access=access or FakeAccess(),
        memory=memory,
        logs=logs,
        metrics=metrics,
        watch=lambda: Observed(LogView(read_until_at=NOW)),
    )


async def outcomes(doctor: Doctor) -> dict[str, Outcome]:
    return {result.id: result.outcome for result in await doctor.examine()}


async def test_everything_is_asked_and_judged() -> None:
    line = LogLine(at_ns=nanoseconds.since_1970(NOW) - 1, text="hello", namespace="dapr-system")

    found = await outcomes(a_doctor(logs=FakeLogs(held=[line]), metrics=FakeMetrics()))

    assert found.pop("backup") is Outcome.NOT_LOOKED_AT
    assert set(found.values()) == {Outcome.FINE}


async def test_without_loki_and_prometheus_they_were_not_looked_at_and_neither_was_the_watch() -> None:
    found = await outcomes(a_doctor())

    assert {id_ for id_, outcome in found.items() if outcome is Outcome.NOT_LOOKED_AT} == {
        "loki", "loki-labels", "loki-lines", "log-watch", "prometheus", "sentry-metrics", "sidecar-metrics", "own-metrics", "backup",
    }  # fmt: skip


async def test_one_thing_that_does_not_answer_costs_no_other_answer() -> None:
    found = await outcomes(a_doctor(FakeAccess(error=GONE), FakeLogs(unable={"version": GONE}), FakeMetrics(error=Forbidden("No."))))

    assert (found["api-server"], found["loki"]) == (Outcome.TROUBLE, Outcome.TROUBLE)
    assert (found["clock"], found["rights"], found["sentry-metrics"]) == (Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.UNKNOWN)
    assert (found["loki-labels"], found["own-metrics"], found["memory"]) == (Outcome.FINE, Outcome.FINE, Outcome.FINE)


async def test_without_credentials_the_reason_is_said() -> None:
    nothing = Unobserved(Why.UNREACHABLE, "No cluster to talk to.", "Name a kubeconfig.")

    (server, *_) = await a_doctor(nothing).examine()

    assert (server.outcome, server.seen, server.remedy) == (Outcome.TROUBLE, "No cluster to talk to.", "Name a kubeconfig.")


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        (NOW, 0),
        (NOW - timedelta(seconds=1), 0),
        (NOW - timedelta(seconds=8), -7),
        (NOW + timedelta(seconds=9), 9),
    ],
)
async def test_only_a_difference_that_whole_seconds_cannot_explain_is_one(date: datetime, ahead: int) -> None:
    seen = await a_doctor(FakeAccess(date=date)).look()

    assert isinstance(seen.skew, Observed)
    assert seen.skew.value.ahead == timedelta(seconds=ahead)


async def test_without_a_date_the_clock_is_unknown() -> None:
    assert (await outcomes(a_doctor(FakeAccess(date=None))))["clock"] is Outcome.UNKNOWN


async def test_lines_of_the_last_hour_are_counted_in_the_control_planes_namespace() -> None:
    minutes_ago = [nanoseconds.since_1970(NOW - timedelta(minutes=minutes)) for minutes in (1, 20, 90)]
    logs = FakeLogs(held=[LogLine(at_ns=at_ns, text="x", namespace="dapr-system") for at_ns in minutes_ago])

    seen = await a_doctor(logs=logs).look()

    assert isinstance(seen.flow, Observed)
    assert (sum(seen.flow.value.counts), len(seen.flow.value.counts)) == (2, 12)
