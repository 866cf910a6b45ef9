"""The numbers of /metrics, computed from one Snapshot and its Report. Names and labels are documented in docs/metrics.md."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.model import reliance, trust
from bot.model.certificate import Certificate
from bot.model.finding import Severity
from bot.model.observed import Observed
from bot.model.prognosis import Outcome, prognosis
from bot.model.report import Report
from bot.model.snapshot import CaBundle, Snapshot

Labels = tuple[tuple[str, str], ...]

UNREADABLE = "unreadable"


class Gauge(msgspec.Struct, frozen=True):
    """One sample: ``dapr_warden_`` + name, its labels in order, its value."""

    name: str
    labels: Labels
    value: float


def gauges(snapshot: Snapshot, report: Report, judged_at: Mapping[str, datetime], interval: timedelta) -> tuple[Gauge, ...]:
    """All samples. What was not observed has no sample: absent is how Prometheus says unknown.

    ``judged_at``: when each check could last judge, by id; ``interval``: how often it is asked.
    """
    samples = (*_certificates(snapshot), *_bundle(snapshot), *_pods(snapshot), *_checks(report, judged_at, interval), *_logs(snapshot))
    return tuple(msgspec.structs.replace(one, labels=(("cluster", snapshot.cluster), *one.labels)) for one in samples)


def _certificates(snapshot: Snapshot) -> Iterator[Gauge]:
    chain = trust.chain(snapshot)
    scoped = [("root", one) for one in trust.roots(snapshot)]
    scoped += [("issuer", one) for one in chain[:1]]
    scoped += [("intermediate", one) for one in chain[1:]]
    for scope, certificate in dict.fromkeys(scoped):
        labels = (("scope", scope), ("fingerprint", certificate.fingerprint[:16]))
        yield Gauge("cert_not_after_timestamp_seconds", labels, certificate.not_after_at.timestamp())
        yield Gauge("cert_not_before_timestamp_seconds", labels, certificate.not_before_at.timestamp())


def _bundle(snapshot: Snapshot) -> Iterator[Gauge]:
    secret, configmap = trust.secret(snapshot), trust.configmap(snapshot)
    if secret and configmap:
        same = secret.ca is not None and configmap.ca is not None and secret.ca.sha256 == configmap.ca.sha256
        yield Gauge("trust_bundle_in_sync", (), float(same))
    outcome = prognosis(snapshot).outcome
    if outcome is not Outcome.UNKNOWN:
        yield Gauge("sentry_would_start", (), float(outcome is Outcome.STARTS))
    for part in (snapshot.webhook, snapshot.crd):
        if isinstance(part, Observed) and part.value is not None:
            labels = (("kind", part.value.kind), ("name", part.value.name))
            yield Gauge("cabundle_in_sync", labels, float(_holds_the_roots(part.value, snapshot)))


def _holds_the_roots(held: CaBundle, snapshot: Snapshot) -> bool:
    trusted = {one.fingerprint for one in trust.anchors(held.bundle)} if held.bundle else set[str]()
    return trusted == {one.fingerprint for one in trust.roots(snapshot)}


def _pods(snapshot: Snapshot) -> Iterator[Gauge]:
    if not isinstance(snapshot.census, Observed):
        return
    in_force = sorted(trust.roots(snapshot), key=lambda one: one.not_before_at)
    counts: Counter[tuple[str, str]] = Counter()
    census = snapshot.census.value
    for key, pods in reliance.by_anchors(census).items():
        trusted = trust.anchors(census.anchors[key]) if key in census.anchors else ()
        generation = _generation(trusted, in_force) if trusted else UNREADABLE
        counts.update((pod.namespace, generation) for pod in pods)
    for (namespace, generation), count in sorted(counts.items()):
        yield Gauge("pods", (("namespace", namespace), ("trust_generation", generation)), count)
    bare = Counter(pod.namespace for pod in census.pods if pod.is_live and pod.daprd is None)
    for namespace, count in sorted(bare.items()):
        yield Gauge("pods_uninjected", (("namespace", namespace),), count)


def _generation(trusted: Sequence[Certificate], in_force: Sequence[Certificate]) -> str:
    """``new``: of the roots in force only the youngest; ``old``: only older ones; ``both``; ``none`` of them."""
    held = [one in trusted for one in in_force]
    if not any(held):
        return "none"
    if not held[-1]:
        return "old"
    return "both" if sum(held) > 1 else "new"


def _checks(report: Report, judged_at: Mapping[str, datetime], interval: timedelta) -> Iterator[Gauge]:
    for answer in report.answers:
        check: Labels = (("check", answer.check_id),)
        for severity in Severity:
            yield Gauge("check_severity", (*check, ("severity", severity.value)), float(answer.severity is severity))
        if answer.check_id in judged_at:
            yield Gauge("check_last_success_timestamp_seconds", check, judged_at[answer.check_id].timestamp())
        yield Gauge("check_interval_seconds", check, interval.total_seconds())


def _logs(snapshot: Snapshot) -> Iterator[Gauge]:
    if isinstance(snapshot.logs, Observed):
        yield Gauge("logs_read_until_timestamp_seconds", (), snapshot.logs.value.read_until_at.timestamp())
