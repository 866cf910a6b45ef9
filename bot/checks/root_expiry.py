"""How long do the roots live that somebody needs? Since Dapr 1.12 nothing else warns (dapr#8652)."""

from collections.abc import Iterator

from bot.model import expiring, trust
from bot.model.check import Category, Check
from bot.model.endings import Role
from bot.model.finding import Finding
from bot.model.judging import unseen
from bot.model.observed import Unobserved
from bot.model.policy import Policy
from bot.model.prognosis import nothing_to_judge
from bot.model.snapshot import Snapshot

ID = "root-expiry"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    """From the Secret; without it from the ConfigMap, which holds the same roots but not which of them signed the issuer."""
    if isinstance(snapshot.secret, Unobserved) and (isinstance(snapshot.configmap, Unobserved) or not snapshot.secret.by_choice):
        part = "secret" if not snapshot.secret.by_choice else "configmap"
        yield unseen(ID, part, getattr(snapshot, part))
    elif not trust.roots(snapshot):
        yield nothing_to_judge(ID, snapshot, "root CA")
    yield from expiring.findings(Role.ROOT, snapshot, policy)


CHECK = Check(
    id=ID,
    title="Every root CA that somebody needs lives long enough",
    category=Category.EXPIRY,
    needs=(),
    judge=judge,
)
