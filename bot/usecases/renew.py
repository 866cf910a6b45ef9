"""The way to a rotation of the CA. So far: an offer, which shows what it would be."""

from datetime import timedelta

from bot.model.rotation import Plan, Unplannable
from bot.model.snapshot import Snapshot
from bot.rotation import authority, kinds, planning


def offer(snapshot: Snapshot, *, lifetime: timedelta) -> Plan | Unplannable:
    """A plan without keys: a new CA is made to prove that it would be accepted, and thrown away with its keys.

    Raises InputError for a lifetime that no CA may have.
    """
    new = authority.established(kinds.trust_domain(snapshot), snapshot.namespace, snapshot.taken_at, lifetime)
    return planning.plan(snapshot, new, authority.new_serial())
