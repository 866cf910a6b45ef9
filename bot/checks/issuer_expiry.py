"""How long does the issuer live, with which sentry signs every workload's certificate?"""

from collections.abc import Iterator

from bot.model import expiring, running, trust
from bot.model.check import Category, Check
from bot.model.endings import Role, running_issuer_end
from bot.model.finding import Finding
from bot.model.judging import unseen
from bot.model.observed import Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import nothing_to_judge
from bot.model.snapshot import Snapshot

ID = "issuer-expiry"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    """From the Secret; without it from what sentry shows, else from its metric, which tells the issuer's end and nothing else."""
    yield from _blind(snapshot)
    yield from expiring.findings(Role.ISSUER, snapshot, policy)


def _blind(snapshot: Snapshot) -> Iterator[Finding]:
    is_told = bool(trust.chain(snapshot)) or running_issuer_end(snapshot) is not None
    if isinstance(snapshot.secret, Unobserved) and not snapshot.secret.by_choice:
        yield unseen(ID, "secret", snapshot.secret)
    elif is_told:
        return
    elif isinstance(snapshot.secret, Unobserved) and (missing := running.unseen(snapshot)):
        yield unseen(ID, *missing)
    else:
        yield nothing_to_judge(ID, snapshot, "issuer")


CHECK = Check(
    id=ID,
    title="The issuer lives long enough",
    category=Category.EXPIRY,
    needs=(),
    judge=judge,
)
