"""The numbers of /metrics, computed from one Snapshot and its Report. Names and labels are documented in docs/metrics.md."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from bot.model.certificate import Certificate, certificates
from bot.model.finding import Severity
from bot.model.observed import Observed
from bot.model.pem import PemDocument
from bot.model.report import Report
from bot.model.snapshot import Snapshot


class Gauge(msgspec.Struct, frozen=True):
    """One sample: ``dapr_warden_`` + name, its labels in order, its value."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: float


def gauges(snapshot: Snapshot, report: Report) -> tuple[Gauge, ...]:
    """All samples. What was not observed has no sample: absent is how Prometheus says unknown."""
    return (*_certificates(snapshot), *_pair(snapshot), *_pods(snapshot), *_checks(report))


def _certificates(snapshot: Snapshot) -> Iterator[Gauge]:
    seen: set[tuple[str, str]] = set()
    for scope, certificate in _scoped(snapshot):
        if (scope, certificate.fingerprint) in seen:
            continue
        seen.add((scope, certificate.fingerprint))
        labels = (("cluster", snapshot.cluster), ("scope", scope), ("fingerprint", certificate.fingerprint[:16]))
        yield Gauge("cert_not_after_timestamp_seconds", labels, certificate.not_after_at.timestamp())
        yield Gauge("cert_not_before_timestamp_seconds", labels, certificate.not_before_at.timestamp())


def _scoped(snapshot: Snapshot) -> Iterator[tuple[str, Certificate]]:
    for certificate in _roots(snapshot):
        yield "root", certificate
    secret = snapshot.secret.value if isinstance(snapshot.secret, Observed) else None
    for position, certificate in enumerate(certificates(secret.issuer) if secret and secret.issuer else ()):
        yield ("issuer" if position == 0 else "intermediate"), certificate


def _roots(snapshot: Snapshot) -> Sequence[Certificate]:
    documents: list[PemDocument] = []
    for part in (snapshot.secret, snapshot.configmap):
        held = part.value if isinstance(part, Observed) else None
        if held is not None and held.ca is not None:
            documents.append(held.ca)
    return [certificate for document in documents for certificate in certificates(document)]


def _pair(snapshot: Snapshot) -> Iterator[Gauge]:
    secret, configmap = snapshot.secret, snapshot.configmap
    if isinstance(secret, Observed) and isinstance(configmap, Observed) and secret.value and configmap.value:
        left, right = secret.value.ca, configmap.value.ca
        same = left is not None and right is not None and left.sha256 == right.sha256
        yield Gauge("trust_bundle_in_sync", (("cluster", snapshot.cluster),), float(same))


def _pods(snapshot: Snapshot) -> Iterator[Gauge]:
    if isinstance(snapshot.census, Observed):
        live = [pod for pod in snapshot.census.value.pods if pod.is_live]
        cluster = ("cluster", snapshot.cluster)
        for namespace, count in sorted(Counter(pod.namespace for pod in live if pod.daprd).items()):
            yield Gauge("pods", (cluster, ("namespace", namespace)), count)
        for namespace, count in sorted(Counter(pod.namespace for pod in live if not pod.daprd).items()):
            yield Gauge("pods_uninjected", (cluster, ("namespace", namespace)), count)


def _checks(report: Report) -> Iterator[Gauge]:
    for answer in report.answers:
        for severity in Severity:
            labels = (("cluster", report.cluster), ("check", answer.check_id), ("severity", severity.value))
            yield Gauge("check_severity", labels, float(answer.severity is severity))
