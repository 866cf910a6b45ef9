"""The last good pair, as everybody may see it: what a look at the cluster is compared with when somebody has replaced the CA."""

from datetime import datetime

import msgspec

from bot.model import pem, trust
from bot.model.bundle import TrustBundle
from bot.model.certificate import Certificate
from bot.model.private_key import read_key
from bot.model.trust_pair import TrustPair


class BackupFacts(msgspec.Struct, frozen=True, kw_only=True):
    """``bundle``: what sentry would read if it came back, in both objects alike. ``kept_at``: when it was seen to be good, and kept."""

    bundle: TrustBundle
    kept_at: datetime

    @property
    def roots(self) -> tuple[Certificate, ...]:
        """Those that Dapr reads; () when it reads none."""
        return trust.anchors(self.bundle.ca)

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The issuer first; () when Dapr reads none."""
        return trust.anchors(self.bundle.issuer)

    @property
    def identity(self) -> tuple[tuple[str, ...], str]:
        """As :func:`bot.model.identity.ca_identity`: fingerprints of the roots, sorted, and of the issuer, "" where none is read."""
        return tuple(sorted(one.fingerprint for one in self.roots)), self.chain[0].fingerprint if self.chain else ""


def facts(pair: TrustPair, kept_at: datetime) -> BackupFacts:
    """What may be known of a pair everywhere: its key as facts."""
    bundle = TrustBundle(ca=pem.read(pair.ca), issuer=pem.read(pair.issuer), key=read_key(pair.key.revealed()))
    return BackupFacts(bundle=bundle, kept_at=kept_at)
