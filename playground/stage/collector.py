"""What a log collector does on a real cluster: brings what containers print into Loki, under the labels that Promtail and Alloy give it.

Dapr's operator prints a routine line twice an hour, so that its namespace is not silent; sentry prints what the simulated one does.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from playground.demo.clusters import NAMESPACE
from playground.kubernetes.sentry import SimulatedSentry
from playground.loki import SimulatedLoki

EVERY: Final = timedelta(minutes=30)
BEFORE: Final = timedelta(days=3)
OPERATOR: Final = "dapr-operator"
SENTRY: Final = "dapr-sentry"
ROUTINE: Final = (
    'time="{at:%Y-%m-%dT%H:%M:%S}Z" level=info msg="Conversion webhook for \\"subscriptions.dapr.io\\" is up to date" '
    "instance=dapr-operator-0 scope=dapr.operator type=log"
)


@dataclass(slots=True, kw_only=True)
class Collector:
    """``loki`` is where everything goes; it begins with three days of routine."""

    loki: SimulatedLoki
    _routine_until: datetime | None = None
    _shipped: int = field(default=0)
    _from: SimulatedSentry | None = None

    def __post_init__(self) -> None:
        """Bring the routine of the days before."""
        # First of all: Loki refuses what is much older than the newest line of its stream.
        self._catch_up(self.loki.now())

    def collect(self, sentry: SimulatedSentry) -> None:
        """Everything that was printed since the last time."""
        self._catch_up(self.loki.now())
        if sentry is not self._from:
            # Another pod's log begins at its beginning.
            self._shipped, self._from = 0, sentry
        for line in sentry.lines[self._shipped :]:
            self.printed(SENTRY, f"{SENTRY}-0", line)
        self._shipped = len(sentry.lines)

    def printed(self, container: str, pod: str, line: str, *, namespace: str = NAMESPACE, ago: timedelta = timedelta()) -> None:
        """One line of one container. Refusal when it is older than Loki takes."""
        labels = {"namespace": namespace, "pod": pod, "container": container, "job": f"{namespace}/{container}"}
        self.loki.write(labels, line, at=self.loki.now() - ago)

    def _catch_up(self, now: datetime) -> None:
        at = max(self._routine_until or now - BEFORE, now - BEFORE)
        while at + EVERY <= now:
            at += EVERY
            self.printed(OPERATOR, f"{OPERATOR}-0", ROUTINE.format(at=at), ago=now - at)
        self._routine_until = at
