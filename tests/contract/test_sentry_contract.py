"""The contract of sentry on the simulated one, of every version that the rig builds or will build."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from bot.model.versions import Version
from playground.kubernetes import Refused, Serving, SimulatedCluster, SimulatedSentry, status
from tests.certificates import NOW
from tests.contract.sentry_cases import SentryCase, cases_of
from tests.fakes.clock import FakeClock
from tests.rig.dapr import BUNDLE, NAMESPACE

VERSIONS: Final = ("1.18.3", "1.16.2", "1.14.4", "1.13.6", "1.10.4")
SECONDS: Final = 2.0


class SimulatedWorld:
    def __init__(self, version: str) -> None:
        self.version = Version.parse(version)
        self._clock = FakeClock()
        self._kube = SimulatedCluster(self._clock.now)
        self._sentry = SimulatedSentry(self._kube, version=version, clock=self._clock)
        self._write("Secret", {}, manager="helm")
        self._write("ConfigMap", {}, manager="helm")

    def write_secret(self, content: Mapping[str, bytes]) -> None:
        self._write("Secret", {key: base64.b64encode(value).decode() for key, value in content.items()}, manager="kubectl")

    def write_configmap(self, content: Mapping[str, bytes]) -> None:
        self._write("ConfigMap", {key: value.decode() for key, value in content.items()}, manager="kubectl")

    def remove(self, kind: str) -> None:
        self._kube.delete(kind, BUNDLE, NAMESPACE)

    def get(self, kind: str) -> dict[str, Any]:
        return self._kube.get(kind, BUNDLE, NAMESPACE)

    def start(self) -> bool:
        self._sentry.start()
        return self.serves()

    def reload(self) -> bool:
        self._sentry.mount_changed()
        self.later(SECONDS)
        return self.serves()

    def stop(self) -> None:
        self._sentry.stop()

    def serves(self) -> bool:
        return isinstance(self._sentry.state, Serving)

    def later(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))
        self._sentry.settle()

    def last_words(self) -> str:
        assert isinstance(self._sentry.state, Refused)
        return self._sentry.state.message

    def lines(self) -> int:
        return len(self._sentry.lines)

    def expiry(self) -> float:
        return float(self._sentry.metrics().partition("timestamp ")[2].rpartition("timestamp ")[2].split()[0])

    def reloads_after(self, *offsets: float) -> list[float]:
        began, found = self._clock.now(), list[float]()
        while len(found) < len(offsets):
            at = (self._clock.now() - began).total_seconds()
            if at in offsets:
                self._sentry.mount_changed()
            before = self._sentry.reloads
            self.later(0.25)
            found += [at + 0.25] * (self._sentry.reloads - before)
        return found

    def _write(self, kind: str, data: Mapping[str, str], *, manager: str) -> None:
        metadata = {"name": BUNDLE, "namespace": NAMESPACE, "labels": {"app": "dapr-sentry"}}
        self._kube.put({"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": dict(data)}, manager=manager)


@pytest.mark.parametrize(
    ("version", "case"),
    [(version, case) for version in VERSIONS for case in cases_of(Version.parse(version))],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_simulated_sentry_keeps_the_contract(version: str, case: SentryCase) -> None:
    case(SimulatedWorld(version), NOW)


def test_a_sentry_that_does_not_serve_has_no_metrics() -> None:
    sentry = SimulatedSentry(SimulatedCluster())

    with pytest.raises(status.Refusal, match="connection refused"):
        sentry.metrics()
