"""The two pairs that a rotation writes, made by the bot's own hands."""

from datetime import datetime, timedelta

from bot.model import pem
from bot.model.certificate import certificates
from bot.rotation import authority, pair
from bot.rotation.private_key import PrivateKey
from tests.certificates import Files

YEAR = timedelta(days=365)


def both_pairs(old: Files, at: datetime) -> tuple[Files, Files]:
    """The two pairs of a cross-signed rotation away from that CA: while both are trusted, and in the end."""
    new = authority.established("cluster.local", "dapr-system", at, YEAR)
    issuer = certificates(pem.read(old.issuer))[0]
    promise = authority.promised(new.root, issuer, min(issuer.not_after_at, new.root.not_after_at), authority.new_serial())
    both = pair.crossed(old.ca, old.issuer, new, authority.kept(promise, PrivateKey.read(old.key)))
    last, key = pair.alone(new), new.issuer_key.revealed()
    return Files(both.ca, both.issuer, key), Files(last.ca, last.issuer, key)
