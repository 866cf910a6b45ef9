"""If sentry restarted now, would it come back with this CA? The one question to ask before draining a node or upgrading Dapr."""

from collections.abc import Iterator

from bot.model import control_plane, trust
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, Outcome, explained, nothing_to_judge, prognosis, see
from bot.model.snapshot import Snapshot

ID = "sentry-must-not-restart"
ENDS = {Outcome.REFUSES: "it would not start again", Outcome.REPLACES: "it would replace the CA"}


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """The card is the one of the check that owns the reason; this answer says yes or no, and names it."""
    if control_plane.is_absent(snapshot) and trust.secret(snapshot) is None:
        yield nothing_to_judge(ID, snapshot, "sentry")
        return
    expected = prognosis(snapshot)
    if expected.outcome is Outcome.UNKNOWN:
        where = see(expected.owner) if expected.owner else ""
        yield Finding(check_id=ID, severity=Severity.UNKNOWN, fact="It is not known how sentry would start now", next_step=where)
    elif expected.is_trouble:
        end = ENDS[expected.outcome]
        down = control_plane.sentry_is_down(snapshot)
        yield explained(ID, f"No sentry is up, and at its next start {end}" if down else f"{DO_NOT_RESTART}: {end}", expected.owner)


CHECK = Check(
    id=ID,
    title="Sentry may be restarted: it would come back with this CA",
    category=Category.TRUST,
    needs=("secret", "configmap", "components"),
    judge=judge,
)
