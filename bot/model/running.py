"""Which issuer runs? The Secret tells only what is written; sentry's metric tells when the issuer that it loaded ends."""

from datetime import timedelta

from bot.model import trust
from bot.model.observed import Observed
from bot.model.snapshot import IssuerGauge, Snapshot

ROUNDING = timedelta(seconds=2)


def behind(snapshot: Snapshot) -> tuple[IssuerGauge, ...]:
    """The sentries that run with another issuer than the Secret holds; () when none does, or when either side was not seen."""
    chain = trust.chain(snapshot)
    if not chain or not isinstance(snapshot.issuer_gauges, Observed):
        return ()
    end = chain[0].not_after_at
    return tuple(gauge for gauge in snapshot.issuer_gauges.value if abs(gauge.not_after_at - end) > ROUNDING)
