"""Prometheus: does it answer, and does it scrape Dapr and the bot, so that an alert can speak when the bot cannot?"""

from typing import Final

from bot.model import phrases
from bot.model.examination import Examination, Outcome, Said, Subject, unseen, unseen_behind
from bot.model.observed import Part, Unobserved
from bot.model.vitals import Scraped, Vitals

NAMESPACES: Final = ("namespace", "kubernetes_namespace", "k8s_namespace_name", "exported_namespace")
PODS: Final = ("pod", "kubernetes_pod_name", "k8s_pod_name", "pod_name")
SCRAPE: Final = "Let Prometheus scrape what it should: Dapr's pods carry the annotations prometheus.io/scrape and prometheus.io/port."
SCRAPE_US: Final = (
    "Let Prometheus scrape /metrics on port 8080 of the bot (docs/metrics.md), so that an alert can tell when the bot is gone."
)


def _prometheus(seen: Vitals) -> Said:
    if isinstance(seen.prometheus, Unobserved):
        return unseen(seen.prometheus, missing=Outcome.TROUBLE)
    version = seen.prometheus.value
    return Said(Outcome.FINE, f"Prometheus {version} answers." if version else "It answers, without saying its version.")


def _dapr_metrics(seen: Vitals) -> Said:
    return _scraped(seen, seen.sentry_metrics, "sentry", SCRAPE)


def _sidecar_metrics(seen: Vitals) -> Said:
    return _scraped(seen, seen.sidecar_metrics, "the sidecars", SCRAPE)


def _own_metrics(seen: Vitals) -> Said:
    return _scraped(seen, seen.own_metrics, "this bot", SCRAPE_US)


def _scraped(seen: Vitals, part: Part[Scraped], whose: str, remedy: str) -> Said:
    if isinstance(part, Unobserved):
        return unseen_behind(part, seen.prometheus, "Prometheus")
    found = part.value
    if not found.series:
        return Said(Outcome.WARNING, f"There is no {found.metric}: the metrics of {whose} are not scraped.", remedy)
    return Said(Outcome.FINE, f"{found.metric}: {found.series} series; {_labels(found)}.")


def _labels(found: Scraped) -> str:
    named = [
        (what, next((name for name in names if name in found.labels), "")) for what, names in (("namespace", NAMESPACES), ("pod", PODS))
    ]
    return phrases.listed([f"{what} is {name}" if name else f"no label names the {what}" for what, name in named])


PROMETHEUS = Examination(id="prometheus", subject=Subject.METRICS, title="Prometheus answers", judge=_prometheus)
DAPR_METRICS = Examination(id="sentry-metrics", subject=Subject.METRICS, title="It scrapes sentry", judge=_dapr_metrics)
SIDECAR_METRICS = Examination(id="sidecar-metrics", subject=Subject.METRICS, title="It scrapes the sidecars", judge=_sidecar_metrics)
OWN_METRICS = Examination(id="own-metrics", subject=Subject.METRICS, title="It scrapes this bot", judge=_own_metrics)
