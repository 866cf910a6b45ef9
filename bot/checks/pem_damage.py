"""Are the PEM texts intact? Dapr passes over a truncated or misplaced block in silence, and all roots behind it are lost."""

from collections.abc import Iterator, Sequence

from bot.model import damage, phrases, workloads
from bot.model.check import Category, Check
from bot.model.damage import Damage
from bot.model.finding import Finding, Severity
from bot.model.judging import unseen
from bot.model.observed import Observed, Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import explained, prognosis
from bot.model.snapshot import Snapshot

ID = "pem-damage"
MOST_TOLD = 8
REWRITE = "Write the text anew, whole, to both objects, ConfigMap first: docs/checks.md#pem-damage"
RECREATE = "Recreate these pods once the ConfigMap's text is intact, they get it at admission: {command}"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """In Secret and ConfigMap, and in what pods trust; whichever of them was seen."""
    for part in ("secret", "configmap", "census"):
        seen = getattr(snapshot, part)
        if isinstance(seen, Unobserved) and not seen.by_choice:
            yield unseen(ID, part, seen)
    yield from _of_bundle(snapshot)
    yield from _of_pods(snapshot)


def _of_bundle(snapshot: Snapshot) -> Iterator[Finding]:
    found = damage.in_bundle(snapshot)
    if not found:
        return
    fact = f"The PEM text is damaged in {phrases.listed([one.place for one in found])}"
    owner = prognosis(snapshot).owner
    worst = _severity(found)
    if owner and worst is not Severity.NOTICE:
        yield explained(ID, fact, owner)
        return
    yield Finding(
        check_id=ID,
        subject="bundle",
        severity=worst,
        fact=fact if worst is not Severity.NOTICE else f"Something harmless is odd in {phrases.listed([one.place for one in found])}",
        evidence=_sentences(found),
        next_step=REWRITE if worst is not Severity.NOTICE else "Nothing to do now; write it cleanly at the next change of the CA.",
    )


def _of_pods(snapshot: Snapshot) -> Iterator[Finding]:
    known = {sentence.split(": ", 1)[1] for one in damage.in_bundle(snapshot) for sentence in one.sentences}
    found = [one for one in damage.in_pods(snapshot) if not known.issuperset(problem.message for problem in one.problems)]
    if found and isinstance(snapshot.census, Observed):
        pods = [pod for one in found for pod in one.pods]
        yield Finding(
            check_id=ID,
            subject="pods",
            severity=Severity.WARNING,
            fact=f"The roots given to {workloads.summary(pods)} are a damaged PEM text",
            evidence=_sentences(found),
            next_step=RECREATE.format(command=workloads.recreation(pods)),
            affected=workloads.affected(pods, workloads.live(snapshot.census.value)),
        )


def _severity(found: Sequence[Damage]) -> Severity:
    harmless = all(problem.severity == "notice" for one in found for problem in one.problems)
    return Severity.NOTICE if harmless else Severity.WARNING


def _sentences(found: Sequence[Damage]) -> tuple[str, ...]:
    told = tuple(sentence for one in found for sentence in one.sentences)
    return (*told[:MOST_TOLD], f"And {len(told) - MOST_TOLD} more.") if len(told) > MOST_TOLD else told


CHECK = Check(
    id=ID,
    title="Every PEM text is intact",
    category=Category.TRUST,
    needs=(),
    judge=judge,
)
