"""What a rotation makes, before real sentries and real peers: the pair that is written, and the one that is left in the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bundles.differential import generated, now
from tests.bundles.pairs import both_pairs
from tests.bundles.rotating import VERSIONS, rotated
from tests.certificates import Files, a_key, a_root, an_issuer, bundle_of
from tests.real.seeds import again, seed
from tests.real.test_handshakes import Town, refused, wait_for_renewal

BUNDLES = 40
# Sentry 1.18.3 makes itself an Ed25519 CA; the others load ECDSA only.
CASES = [("1.18.3", "p256"), ("1.18.3", "ed25519"), ("1.18.3", "rsa2048"), ("1.16.2", "p256"), ("1.16.2", "p384"), ("1.14.4", "p256")]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[[str, Files], Town]]:
    with ExitStack() as stack:
        yield lambda version, bundle: Town(version, tmp_path, stack, bundle)


@pytest.mark.parametrize(("version", "kind"), CASES)
def test_no_call_is_lost_from_the_first_write_to_the_last(version: str, kind: str, town: Callable[[str, Files], Town]) -> None:
    at = now().replace(microsecond=0)
    root = a_root("old", now=at, key=a_key(kind, "old"))
    old = bundle_of(an_issuer(root, "old issuer", now=at, key=a_key(kind, "old issuer")), roots=(root,))
    here = town(version, old)
    before = [here.peer_of(old.ca), here.peer_of(old.ca)]
    assert refused(*before) == []

    both, last = both_pairs(old, now())
    here.switch(both)
    recreated, restarted = here.peer_of(both.ca), here.peer_of(old.ca)
    assert refused(*before, recreated, restarted) == []
    wait_for_renewal(*before)
    assert refused(*before, recreated, restarted) == []

    # Everybody is recreated by now, and no certificate of the old issuer lives.
    here.switch(last)
    newest = here.peer_of(last.ca)
    assert refused(recreated, newest) == []
    assert not here.peer_of(old.ca).has_identity()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_plan_proves_is_what_real_sentries_and_peers_do(version: str) -> None:
    outcomes = list(rotated(generated(seed(), BUNDLES), version))

    assert len(outcomes) == BUNDLES
    wrong = [str(one) for one in outcomes if one.wrong]
    assert not wrong, again(wrong)
