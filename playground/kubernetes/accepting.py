"""Whether one workload accepts what another shows, by the same path building with which the bot judges: remembered, as it is asked often.

Of all leaves that an issuer signs, only their own dates differ. A verdict on the chain above them changes at no other moment than
where one of its certificates begins or ends.
"""

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.model.certificate import Certificate
from bot.model.path import SENTRY, Identity, verify_issued
from playground.kubernetes.leaves import Leaf, authorities

# Name constraints may tell one from the other, and nobody from his like.
_APP: Final = Identity("spiffe://public/ns/default/app")


def accepts(roots: bytes, leaf: Leaf | None, at: datetime) -> bool:
    """Whether a peer that trusts these roots (PEM) accepts the leaf then; nobody accepts no leaf."""
    if leaf is None or not leaf.lives(at):
        return False
    identity = SENTRY if leaf.identity.spiffe_id.startswith("spiffe://cluster.local/") else _APP
    return is_path(leaf.signing.issuer, roots, at, identity)


def is_path(issuer: bytes, roots: bytes, at: datetime, identity: Identity = SENTRY) -> bool:
    """Whether what the issuer (a chain, PEM) signs leads to one of the roots then."""
    begins, ends = _dates(issuer, roots)
    # Go takes a certificate at its first second and at its last.
    return _judged(issuer, roots, identity, (bisect_right(begins, at), bisect_left(ends, at)), _Moment(at))


class _Moment:
    """An instant that does not count: between two dates of the certificates every other one gives the same verdict."""

    __slots__ = ("at",)

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Moment)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=4096)
def _judged(issuer: bytes, roots: bytes, identity: Identity, _: tuple[int, int], moment: _Moment) -> bool:
    return verify_issued(authorities(issuer), authorities(roots), moment.at, identity=identity).valid


@functools.lru_cache(maxsize=1024)
def _dates(issuer: bytes, roots: bytes) -> tuple[Sequence[datetime], Sequence[datetime]]:
    found: tuple[Certificate, ...] = (*authorities(issuer), *authorities(roots))
    return sorted(one.not_before_at for one in found), sorted(one.not_after_at for one in found)
