"""The last good pair, as everybody may see it: what a look at the cluster is compared with when somebody has replaced the CA.

Where it is kept, a note beside what is sealed says in public which pair that is, so that whoever may not open it can plan with it.
"""

from datetime import datetime
from typing import Final

import msgspec

from bot.model import pem, plausibility
from bot.model.acceptance_view import read_by_dapr
from bot.model.bundle import TrustBundle
from bot.model.certificate import Certificate
from bot.model.observed import Unobserved, Why
from bot.model.private_key import read_key
from bot.model.trust_pair import TrustPair
from bot.model.versions import NEWEST

LONGEST_NOTE: Final = 192 * 1024
"""Kubernetes takes 256 KiB of annotations; others may want some of it."""


class BackupFacts(msgspec.Struct, frozen=True, kw_only=True):
    """``bundle``: what sentry would read if it came back, in both objects alike. ``kept_at``: when it was seen to be good, and kept."""

    bundle: TrustBundle
    kept_at: datetime

    @property
    def roots(self) -> tuple[Certificate, ...]:
        """Those that Dapr reads; () when it reads none."""
        return read_by_dapr(self.bundle.ca, (NEWEST,))

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The issuer first; () when Dapr reads none."""
        return read_by_dapr(self.bundle.issuer, (NEWEST,))

    @property
    def identity(self) -> tuple[tuple[str, ...], str]:
        """As :func:`bot.model.identity.ca_identity`: fingerprints of the roots, sorted, and of the issuer, "" where none is read."""
        return tuple(sorted(one.fingerprint for one in self.roots)), self.chain[0].fingerprint if self.chain else ""


BACKUP_NOT_LOOKED_AT: Final = Unobserved(
    Why.BY_CHOICE,
    "This look did not ask for the last good pair.",
    "A bot with DAPR_WARDEN_ROTATION=ask keeps one, and `dapr-warden renew --plan` looks for it.",
)
"""What a look knows of it where none is kept, and every look from before there was one."""


def facts(pair: TrustPair, kept_at: datetime) -> BackupFacts:
    """What may be known of a pair everywhere: its key as facts."""
    bundle = TrustBundle(ca=pem.read(pair.ca), issuer=pem.read(pair.issuer), key=read_key(pair.key.revealed()))
    return BackupFacts(bundle=bundle, kept_at=kept_at)


def note(found: BackupFacts) -> str:
    """What stands in public beside a sealed pair, as JSON; "" for a pair that is too long for it."""
    told = msgspec.json.encode(found).decode()
    return told if len(told) <= LONGEST_NOTE else ""


def read_note(text: str) -> BackupFacts:
    """Which pair it says is kept. Raises ValueError, which quotes nothing of it, for a text that is no note."""
    try:
        found = msgspec.json.decode(text, type=BackupFacts)
    except (msgspec.MsgspecError, RecursionError):
        raise ValueError("the note about the last good pair cannot be read") from None
    if next(plausibility.problems(found), ""):
        raise ValueError("the note about the last good pair is none of ours")
    return found
