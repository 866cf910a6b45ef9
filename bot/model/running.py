"""Which issuer runs? The Secret tells only what is written. Sentry shows its issuer in a handshake, and its metric tells when it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from bot.model import live, trust
from bot.model.observed import Observed, Unobserved
from bot.model.snapshot import Snapshot

ROUNDING = timedelta(seconds=2)


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """A sentry that runs with another issuer than the Secret holds.

    ``issuer``        its fingerprint, "" when only its end is known, or only its name
    ``not_after_at``  None when neither was told
    ``by``            who says so, in words
    """

    pod: str
    issuer: str
    not_after_at: datetime | None
    by: str


def behind(snapshot: Snapshot) -> tuple[Behind, ...]:
    """The sentries that run with another issuer than the Secret holds; () when none does, or when either side was not seen.

    What is shown is the better witness: of two issuers that end together the metric cannot tell which one runs.
    """
    return tuple(_behind(snapshot)) if isinstance(snapshot.secret, Observed) else ()


def unseen(snapshot: Snapshot) -> tuple[str, Unobserved] | None:
    """Why nobody tells which issuer runs, with the part of the Snapshot; trouble before choice. None when somebody does."""
    gauges, silence = snapshot.issuer_gauges, live.why_silent(snapshot)
    if isinstance(gauges, Observed) or silence is None:
        return None
    return ("chains", silence) if gauges.by_choice and not silence.by_choice else ("issuer_gauges", gauges)


def _behind(snapshot: Snapshot) -> Iterator[Behind]:
    chain = trust.chain(snapshot)
    if not chain:
        return
    seen = live.sentries(snapshot, (*chain, *trust.roots(snapshot)))
    for one in seen:
        issuer = one.chain[0] if one.chain else None
        if issuer is None:
            yield Behind(pod=one.pod, issuer="", not_after_at=None, by="the certificate that it shows")
        elif issuer.fingerprint != chain[0].fingerprint:
            yield Behind(pod=one.pod, issuer=issuer.fingerprint, not_after_at=issuer.not_after_at, by="the chain that it shows")
    told = {one.pod for one in seen}
    for gauge in snapshot.issuer_gauges.value if isinstance(snapshot.issuer_gauges, Observed) else ():
        if gauge.pod not in told and abs(gauge.not_after_at - chain[0].not_after_at) > ROUNDING:
            yield Behind(pod=gauge.pod, issuer="", not_after_at=gauge.not_after_at, by="its metric")
