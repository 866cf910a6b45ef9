from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.adapters.sealing import AesGcmSeal
from bot.config import from_env
from bot.errors import Forbidden, SettingsError, Unreachable
from bot.model import nanoseconds
from bot.model.alert import Backlog
from bot.model.examination import Outcome
from bot.model.logs import LogLine, LogView
from bot.model.observed import Observed, Unobserved, Why
from bot.model.vitals import KeyFile, Scraped, SealTrial, StoreCondition
from bot.ports import Logs, Metrics
from bot.usecases.doctor import NO_LOKI, NO_PROMETHEUS, NO_SEAL, SENTRY, Doctor
from tests.certificates import NOW
from tests.examined import a_condition
from tests.fakes.access import FakeAccess
from tests.fakes.clock import FakeClock
from tests.fakes.logs import FakeLogs

GONE = Unreachable("No connection.", hint="Look at the network.")


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


def a_key() -> KeyFile:
    return KeyFile(path="/var/run/sealing/key", mounted=False, everybody=False)


def a_doctor(
    access: FakeAccess | Unobserved | None = None,
    logs: Logs | Unobserved = NO_LOKI,
    metrics: Metrics | Unobserved = NO_PROMETHEUS,
    *,
    sealing: Callable[[], KeyFile] | Unobserved = a_key,
) -> Doctor:
    return Doctor(
        settings=from_env({}),
        clock=FakeClock(),
        access=access or FakeAccess(),
        memory=memory,
        logs=logs,
        metrics=metrics,
        watch=lambda: Observed(LogView(read_until_at=NOW)),
        sealing=sealing,
        trial=sealing if isinstance(sealing, Unobserved) else lambda: SealTrial(by_command=False, took=timedelta()),
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


async def test_where_nothing_is_sealed_no_key_is_looked_for() -> None:
    found = await outcomes(a_doctor(FakeAccess(allowed=()), sealing=NO_SEAL))

    assert found["sealing-works"] is Outcome.NOT_LOOKED_AT
    assert (found["sealing-key"], found["rotation-rights"]) == (Outcome.NOT_LOOKED_AT, Outcome.NOT_LOOKED_AT)


async def test_sealing_is_tried_and_what_it_complains_of_is_told() -> None:
    def broken() -> SealTrial:
        raise SettingsError("kms seal failed.", hint="Try it by hand.")

    doctor = a_doctor()
    fine = await replace(doctor, trial=lambda: SealTrial(by_command=True, took=timedelta(seconds=1))).examine()
    found = await replace(doctor, trial=broken).examine()

    assert [one.outcome for one in fine if one.id == "sealing-works"] == [Outcome.FINE]
    assert [(one.outcome, one.seen, one.remedy) for one in found if one.id == "sealing-works"] == [
        (Outcome.TROUBLE, "kms seal failed.", "Try it by hand.")
    ]


async def test_a_key_that_cannot_be_used_is_trouble_with_how_to_make_one() -> None:
    result = next(one for one in await a_doctor(sealing=partial(AesGcmSeal.place, "")).examine() if one.id == "sealing-key")

    assert (result.outcome, "Neither DAPR_WARDEN_SEALING_KEY_FILE nor DAPR_WARDEN_SEALING_COMMAND is set" in result.seen) == (
        Outcome.TROUBLE,
        True,
    )
    assert "openssl rand -base64 32" in result.remedy


async def test_lines_of_the_last_hour_are_counted_in_the_control_planes_namespace() -> None:
    minutes_ago = [nanoseconds.since_1970(NOW - timedelta(minutes=minutes)) for minutes in (1, 20, 90)]
    logs = FakeLogs(held=[LogLine(at_ns=at_ns, text="x", namespace="dapr-system") for at_ns in minutes_ago])

    seen = await a_doctor(logs=logs).look()

    assert isinstance(seen.flow, Observed)
    assert (sum(seen.flow.value.counts), len(seen.flow.value.counts)) == (2, 12)
