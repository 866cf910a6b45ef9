"""What a rotation under way brings about for a while: told in its thread, and no card of its own. Everything else is a card as ever.

Each state is foreseen from the step that begins it to the one that ends it. A run that is held foresees nothing: people see all of it.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from bot.model.finding import Finding, Severity
from bot.model.report import Answer, Report
from bot.model.rotation import Kind
from bot.model.run import Run, Stand

WRITTEN: Final = frozenset(("bundle-mismatch", "ca-changed", "issuer-not-loaded", "control-plane-unready", "server-untrusted"))
"""From a write of the pair until every sentry signs with it."""
RESTARTED: Final = frozenset(("control-plane-unready", "injector-untrusted", "conversion-untrusted", "server-untrusted"))
"""Until the rest of the control plane was restarted, and its caBundles are written."""
RECREATED: Final = frozenset(("stale-pods", "peers-refuse", "sidecar-missing"))
"""Until every pod is recreated, where the old CA is not trusted any more."""
_SENTRY: Final = frozenset(("sentry", "sentry-back"))
TOLD: Final = "A rotation is under way and foresees this; its thread tells how far it is"


def foreseen(run: Run | None) -> frozenset[str]:
    """Ids of checks."""
    return frozenset(_foreseen(run)) if run is not None and run.stand is Stand.RUNNING and run.has_written else frozenset()


def without(report: Report, ids: Collection[str]) -> Report:
    """The report in which these checks, where they found something, are not judged: they neither open nor resolve anything."""
    return replace(report, answers=tuple(_answers(report.answers, ids))) if ids else report


def _foreseen(run: Run) -> Iterator[str]:
    done = run.done.keys()
    is_dropping = run.pair == "new" and run.kind is Kind.CROSS_SIGNED
    if not done & _SENTRY or (run.back and "sentry-back" not in done) or (is_dropping and "control-plane-again" not in done):
        yield from WRITTEN
    if "admission" not in done or (is_dropping and "control-plane-again" not in done):
        yield from RESTARTED
    if run.kind is not Kind.CROSS_SIGNED:
        yield from RECREATED


def _answers(answers: Iterable[Answer], ids: Collection[str]) -> Iterator[Answer]:
    for one in answers:
        if one.check_id in ids and one.severity not in (Severity.OK, Severity.UNKNOWN, Severity.NOT_CHECKED):
            finding = Finding(check_id=one.check_id, severity=Severity.NOT_CHECKED, fact=TOLD)
            yield replace(one, severity=Severity.NOT_CHECKED, findings=(finding,))
        else:
            yield one
