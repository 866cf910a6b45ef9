"""What only counts up over the life of the process; the gauges of /metrics are computed from the last sweep instead."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.model.alert import Announcement
from bot.model.finding import Severity
from bot.model.report import Report


class Counters:
    """Counters of one process in a registry of their own. Names and labels: docs/metrics.md."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        built = Gauge("dapr_warden_build_info", "1, labelled with the version.", ["version"], registry=self.registry)
        built.labels(version).set(1)
        self._sweeps = Counter("dapr_warden_sweeps_total", "Sweeps that were finished and saved.", registry=self.registry)
        self._errors = Counter("dapr_warden_check_errors_total", "Checks that could not judge.", ["check"], registry=self.registry)
        self._alerts = Counter("dapr_warden_alerts_posted_total", "Cards opened or told again.", ["severity"], registry=self.registry)
        self._lines = Counter(
            "dapr_warden_log_matches_total", "Log lines that a signature knows.", ["component", "signature"], registry=self.registry
        )

    def log_lines(self, counts: Mapping[tuple[str, str], int]) -> None:
        """So many lines more, per component and signature; both are from fixed lists."""
        for (component, signature), count in counts.items():
            self._lines.labels(component, signature).inc(count)

    def swept(self, report: Report) -> None:
        """One more sweep."""
        self._sweeps.inc()
        for answer in report.answers:
            if answer.severity is Severity.UNKNOWN:
                self._errors.labels(answer.check_id).inc()

    def announced(self, announcement: Announcement) -> None:
        """One more thing put into the outbox that notifies people."""
        if announcement.reason.notifies:
            self._alerts.labels(announcement.card.severity.value).inc()
