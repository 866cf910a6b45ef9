"""Bundles made by hand, one oddity each, for everything that a seed would seldom find."""

import datetime as dt

from tests.bundles.plan import Sample
from tests.bundles.strange import certificates, chains, keys, signatures, texts

KINDS = (certificates, signatures, keys, texts, chains)


def every(now: dt.datetime) -> list[Sample]:
    """All of them. Their seed is their place in this list."""
    found = [one for kind in KINDS for one in kind.every(now)]
    return [Sample(at, (name,), files) for at, (name, files) in enumerate(found)]
