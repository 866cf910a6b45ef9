"""Would sidecars accept what this issuer signs? Sentry does not ask itself that, and loads bundles with which nobody can talk."""

from collections.abc import Iterator

from bot.model import acceptance, live, trust, workloads
from bot.model.bundle import TrustBundle
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.judging import unseen
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.problem import Problem
from bot.model.prognosis import PEERS_REFUSE, SERVER_UNTRUSTED, explained, nothing_to_judge, owner_of_dates, prognosis
from bot.model.snapshot import Snapshot

ID = PEERS_REFUSE
SILENT = "Sentry loads such a bundle without a word, so neither its log nor a restart tells or mends anything."
SHOWN = "The Secret is not read; this was judged by what {pod} shows in a handshake, and the ConfigMap's roots."
NEXT_STEP = "Make a CA without this flaw and try it with `dapr-warden lint` before writing it: docs/checks.md#peers-refuse"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Against the roots of ca.crt; what single pods trust is the question of stale-pods. While the Secret is not read, sentry shows it."""
    held, is_shown = trust.served_bundle(snapshot), bool(trust.witness(snapshot))
    if isinstance(snapshot.secret, Unobserved) and not (is_shown and snapshot.secret.by_choice):
        yield unseen(ID, "secret", snapshot.secret)
        if not is_shown:
            return
    if held is None or not trust.chain(snapshot) or not trust.roots(snapshot):
        yield nothing_to_judge(ID, snapshot, "issuer with its roots")
        return
    if is_shown and not live.is_under(trust.chain(snapshot), trust.roots(snapshot)):
        yield explained(ID, "Sidecars that start now refuse what this issuer signs", SERVER_UNTRUSTED)
        return
    problems = _problems(snapshot, held)
    fatal = [one for one in problems if one.severity == "critical"]
    owner = _owner(snapshot, held) if fatal else ""
    if owner:
        yield explained(ID, "Sidecars would refuse what this issuer signs", owner)
    elif fatal:
        yield _finding(snapshot, problems, Severity.CRITICAL, "Sidecars refuse every certificate that this issuer signs")
    elif problems:
        yield _finding(snapshot, problems, Severity.WARNING, "Some of Dapr refuses certificates that this issuer signs")


def _problems(snapshot: Snapshot, held: TrustBundle) -> tuple[Problem, ...]:
    verdicts = [acceptance.peers(held, version, snapshot.taken_at) for version in trust.versions(snapshot)]
    return tuple(dict.fromkeys(problem for verdict in verdicts for problem in verdict.problems))


def _owner(snapshot: Snapshot, held: TrustBundle) -> str:
    expected = prognosis(snapshot)
    if expected.is_trouble:
        return expected.owner
    return owner_of_dates(snapshot, lambda at: all(acceptance.peers(held, version, at).verify for version in trust.versions(snapshot)))


def _finding(snapshot: Snapshot, problems: tuple[Problem, ...], severity: Severity, fact: str) -> Finding:
    live = workloads.live(snapshot.census.value) if isinstance(snapshot.census, Observed) else ()
    pods = [pod for pod in live if pod.daprd is not None] if severity is Severity.CRITICAL else []
    return Finding(
        check_id=ID,
        severity=severity,
        fact=fact,
        evidence=(*(one.message for one in problems), *_provenance(snapshot), SILENT),
        next_step=NEXT_STEP,
        affected=workloads.affected(pods, live),
    )


def _provenance(snapshot: Snapshot) -> Iterator[str]:
    pod = trust.witness(snapshot)
    if pod:
        yield SHOWN.format(pod=pod)


CHECK = Check(
    id=ID,
    title="Sidecars accept what this issuer signs",
    category=Category.TRUST,
    needs=(),
    judge=judge,
)
