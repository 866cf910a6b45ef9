"""Loki: does it answer, how does it name things, do Dapr's lines arrive, does the log watch keep up?"""

from datetime import timedelta
from typing import Final

from bot.model import phrases
from bot.model.examination import Examination, Outcome, Said, Subject, unseen, unseen_behind
from bot.model.logs import LogLabels
from bot.model.observed import Unobserved
from bot.model.vitals import LogFlow, Vitals

# The log watch itself calls its logs lost after as much.
LATE: Final = timedelta(minutes=5)
_SET_LABELS: Final = "If a label is wrong or missing, name yours in DAPR_WARDEN_LOKI_LABELS; docs/loki.md says how."


def _loki(seen: Vitals) -> Said:
    if isinstance(seen.loki, Unobserved):
        return unseen(seen.loki, missing=Outcome.TROUBLE)
    version = seen.loki.value
    return Said(Outcome.FINE, f"Loki {version} answers, for this tenant." if version else "Loki answers, without saying its version.")


def _labels(seen: Vitals) -> Said:
    if isinstance(seen.labels, Unobserved):
        return unseen_behind(seen.labels, seen.loki, "Loki", missing=Outcome.TROUBLE)
    labels = seen.labels.value
    if labels.container and labels.pod:
        return Said(Outcome.FINE, _named(labels))
    lost = "components cannot be told apart" if not labels.container else "pods are not named"
    return Said(Outcome.WARNING, f"{_named(labels)} So {lost}.", _SET_LABELS)


def _lines(seen: Vitals) -> Said:
    if isinstance(seen.flow, Unobserved):
        return unseen_behind(seen.flow, seen.loki, "Loki")
    flow, where = seen.flow.value, f"namespace {seen.namespace}"
    if not any(flow.counts):
        return Said(
            Outcome.WARNING,
            f"No line of {where} within the last hour.",
            "Check that the collector reads that namespace and sends it to this Loki and tenant, and DAPR_WARDEN_LOKI_SELECTOR.",
        )
    count = phrases.count(sum(flow.counts), "line")
    return Said(Outcome.FINE, f"{count} of {where} within the last hour, the newest {_age(flow)}.")


def _log_watch(seen: Vitals) -> Said:
    if isinstance(seen.watch, Unobserved):
        return unseen(seen.watch)
    behind = seen.taken_at - seen.watch.value.read_until_at
    until = phrases.instant(seen.watch.value.read_until_at)
    if behind > LATE:
        return Said(
            Outcome.WARNING,
            f"Logs have been read until {until} only.",
            "Nothing to do if it catches up; else Loki is slow, or does not answer: its own line here says so.",
        )
    return Said(Outcome.FINE, f"Every log has been read until {until}.")


def _named(labels: LogLabels) -> str:
    names = (("namespace", labels.namespace), ("pod", labels.pod), ("container", labels.container))
    told = phrases.listed([f'"{name}" for the {what}' for what, name in names if name])
    lacking = phrases.listed([what for what, name in names if not name], "or")
    how = " (the pod as structured metadata)" if labels.pod_is_metadata else ""
    return f"Labels: {told}{how}{f'; none for the {lacking}' if lacking else ''}."


def _age(flow: LogFlow) -> str:
    """From the newest piece of the hour that has lines in it."""
    silent = next(number for number, count in enumerate(reversed(flow.counts)) if count)
    minutes = [round((silent + more) * flow.bucket / timedelta(minutes=1)) for more in (0, 1)]
    return f"{minutes[0]} to {minutes[1]} minutes old" if silent else f"less than {phrases.count(minutes[1], 'minute')} old"


LOKI = Examination(id="loki", subject=Subject.LOGS, title="Loki answers", judge=_loki)
LABELS = Examination(id="loki-labels", subject=Subject.LOGS, title="Its labels for namespace, pod and container are known", judge=_labels)
LINES = Examination(id="loki-lines", subject=Subject.LOGS, title="Dapr's lines arrive in it", judge=_lines)
LOG_WATCH = Examination(id="log-watch", subject=Subject.LOGS, title="The log watch keeps up", judge=_log_watch)
