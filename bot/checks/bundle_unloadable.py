"""Would the sentry that runs here load this bundle if it started now? Judged by its own version's rules."""

from collections.abc import Iterator

from bot.model import authorship, control_plane, damage, trust
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, UNLOADABLE, Outcome, Prognosis, explained, nothing_to_judge, prognosis, restart_warning
from bot.model.snapshot import Snapshot
from bot.model.versions import NEWEST

ID = UNLOADABLE
RESTORE = "write the last good pair back{order}, or a bundle that `dapr-warden lint` accepts: docs/checks.md#bundle-unloadable"
WHY = {
    "key-mismatch": "issuer.key does not belong to issuer.crt",
    "key-unreadable": "issuer.key cannot be read",
    "key-too-small": "the issuer's key is too small",
    "issuer-key-kind": "it works with ECDSA issuers only",
    "issuer-self-signed": "the issuer is a root itself",
    "issuer-not-a-ca": "the issuer is no CA certificate",
    "root-not-self-signed": "ca.crt holds a certificate that is no root",
    "chain-order": "issuer.crt is in the wrong order",
    "no-path-to-root": "no root in ca.crt signed the issuer",
    "extended-key-usage": "an extended key usage forbids serverAuth",
    "certificate-malformed": "a certificate cannot be read",
    "no-certificates": "a file holds no certificate",
    "trailing-text": "there is text after the last certificate",
}


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """A refusal that another check owns (a missing key, a mismatch, an expiry) is only pointed at."""
    expected = prognosis(snapshot)
    if trust.secret(snapshot) is None:
        yield nothing_to_judge(ID, snapshot, "trust bundle")
    elif expected.is_trouble and expected.owner != ID:
        yield explained(ID, "Sentry would not load this bundle", expected.owner)
    elif expected.owner == ID:
        yield _finding(snapshot, expected)
    yield from _rules(snapshot)


def _finding(snapshot: Snapshot, expected: Prognosis) -> Finding:
    known = expected.outcome is Outcome.REFUSES
    reasons = [WHY[one.id] for one in expected.problems if one.id in WHY]
    why = f": {reasons[0]}" if reasons else ""
    does = "cannot start" if control_plane.sentry_is_down(snapshot) else "would not start again"
    damaged = [sentence for one in damage.in_bundle(snapshot) for sentence in one.sentences]
    told = dict.fromkeys([one.message for one in expected.problems] + damaged)
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL if known else Severity.UNKNOWN,
        fact=f"Sentry {does} with this bundle{why}" if known else "The trust bundle is too large to be judged",
        evidence=(*told, f"Judged by the rules of Dapr {expected.version}.", restart_warning(snapshot), *authorship.writers(snapshot)),
        next_step=f"{DO_NOT_RESTART}; {RESTORE.format(order=trust.order(snapshot))}",
    )


def _rules(snapshot: Snapshot) -> Iterator[Finding]:
    """A version that nobody here has compared with the real thing."""
    if control_plane.is_absent(snapshot):
        return
    known = control_plane.sentry_versions(snapshot)
    if not known or any(version.is_newer_than_known for version in known):
        which = f"Dapr {known[-1]} is newer than any version known here" if known else "Sentry's version cannot be told from its image"
        yield Finding(
            check_id=ID,
            subject="version",
            severity=Severity.NOTICE,
            fact=f"{which}; the rules of {NEWEST} are taken",
            next_step="Look for a newer dapr-warden." if known else "Label sentry's pods with app.kubernetes.io/version.",
        )


CHECK = Check(
    id=ID,
    title="Sentry could load this bundle now",
    category=Category.TRUST,
    needs=("secret",),
    judge=judge,
)
