"""How long do the certificates between issuer and root live? A cross-signed root is one of them while it is needed."""

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

ID = "intermediate-expiry"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    """Most CAs have none, and then there is nothing to say. While the Secret is not read, sentry shows them."""
    is_told = bool(trust.chain(snapshot))
    if isinstance(snapshot.secret, Unobserved) and not (is_told and snapshot.secret.by_choice):
        yield unseen(ID, "secret", snapshot.secret)
    elif not is_told:
        yield nothing_to_judge(ID, snapshot, "issuer chain")
    yield from expiring.findings(Role.INTERMEDIATE, snapshot, policy)


CHECK = Check(
    id=ID,
    title="Every intermediate CA that somebody needs lives long enough",
    category=Category.EXPIRY,
    needs=(),
    judge=judge,
)
