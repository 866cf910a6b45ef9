"""What a change of the CA does to workloads: peers on Dapr's own security package, each version with its own sentry."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path

import pytest

from tests.bundles.differential import now
from tests.certificates import Files, Made, a_key, a_root, an_issuer, bundle_of, cross_signed
from tests.rig import programs
from tests.rig.peer import Peer
from tests.rig.sentry import Sentry
from tests.rig.verdict import peers_verdict

# Renewed every ten seconds.
SHORT_LIVED = """
apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: daprsystem}
spec: {mtls: {enabled: true, workloadCertTTL: 20s, allowedClockSkew: 1s}}
"""
RENEWED = "uccessfully renewed"

each_peer = pytest.mark.parametrize("version", [program.version for program in programs.PEERS])


class Town:
    """One sentry and the peers that live below it."""

    def __init__(self, version: str, folder: Path, stack: ExitStack, bundle: Files) -> None:
        self.version, self._folder, self._stack = version, folder, stack
        self._credentials = folder / "sentry" / "credentials"
        self._credentials.mkdir(parents=True)
        self._write(bundle)
        self.sentry = stack.enter_context(Sentry(version, folder=folder / "sentry", configuration=SHORT_LIVED))
        self.sentry.wait_until_ready()

    def peer(self, *roots: Made) -> Peer:
        """A peer that trusts those roots for as long as it lives; it may or may not get an identity."""
        return self.peer_of(b"".join(root.pem for root in roots))

    def peer_of(self, trusted: bytes) -> Peer:
        """The same by the text of its DAPR_TRUST_ANCHORS."""
        folder = self._folder / f"peer-{len(list(self._folder.glob('peer-*')))}"
        return self._stack.enter_context(Peer(self.version, folder=folder, sentry_port=self.sentry.port, roots=trusted))

    def switch(self, bundle: Files) -> None:
        """Sentry runs with another CA from now on."""
        seen = len(self.sentry.log())
        self._write(bundle)
        self.sentry.wait_until_ready(after=self.sentry.wait_for_log("reloading", after=seen))

    def _write(self, bundle: Files) -> None:
        for name, content in (("ca.crt", bundle.ca), ("issuer.crt", bundle.issuer), ("issuer.key", bundle.key)):
            (self._credentials / name).write_bytes(content)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[[str, Files], Town]]:
    with ExitStack() as stack:
        yield lambda version, bundle: Town(version, tmp_path, stack, bundle)


def refused(*peers: Peer) -> list[tuple[int, int]]:
    """The pairs (caller, callee) of those peers, by place, that do not accept each other."""
    return [(one, other) for one, other in permutations(range(len(peers)), 2) if not peers[one].dial(peers[other])]


def two_cas() -> tuple[Made, Made, Made, Made]:
    """Old root and issuer, new root and issuer."""
    at = now().replace(microsecond=0)
    old, new = a_root("old", now=at, key=a_key("p256", "old")), a_root("new", now=at, key=a_key("p256", "new"))
    return old, an_issuer(old, "old issuer", now=at), new, an_issuer(new, "new issuer", now=at)


def wait_for_renewal(*peers: Peer) -> None:
    """Returns when each of them has got a new certificate, asked for after this call."""
    for peer, seen in [(peer, len(peer.log())) for peer in peers]:
        peer.wait_for_log(RENEWED, after=seen)


@each_peer
def test_a_cross_signed_change_of_the_root_loses_no_call(version: str, town: Callable[[str, Files], Town]) -> None:
    old, old_issuer, new, new_issuer = two_cas()
    here = town(version, bundle_of(old_issuer, roots=(old,)))
    before = [here.peer(old), here.peer(old)]
    assert refused(*before) == []

    crossed = cross_signed(new, old_issuer, now=now().replace(microsecond=0))
    here.switch(bundle_of(new_issuer, crossed, old_issuer, roots=(old, new)))
    recreated, restarted, ahead = here.peer(old, new), here.peer(old), here.peer(new)

    assert all(peer.has_identity() for peer in (recreated, restarted, ahead))
    assert refused(*before, recreated, restarted) == []
    # Whoever trusts the new root alone must wait until everybody has a certificate from the new issuer.
    assert refused(*before, ahead) == [(0, 2), (1, 2), (2, 0), (2, 1)]
    wait_for_renewal(*before)
    assert refused(*before, recreated, restarted, ahead) == []
    # Its certificate, the new issuer's, the cross-certificate, the old issuer's.
    assert len(before[1].dial(before[0]).chain) == 4


@each_peer
def test_a_root_replaced_at_once_divides_the_town_for_good(version: str, town: Callable[[str, Files], Town]) -> None:
    old, old_issuer, new, new_issuer = two_cas()
    here = town(version, bundle_of(old_issuer, roots=(old,)))
    before = [here.peer(old), here.peer(old)]
    assert refused(*before) == []

    here.switch(bundle_of(new_issuer, roots=(new,)))
    recreated, restarted = here.peer(new), here.peer(old)

    assert recreated.has_identity()
    assert refused(*before) == []
    assert refused(*before, recreated) == [(0, 2), (1, 2), (2, 0), (2, 1)]
    assert not restarted.has_identity()
    assert "certificate signed by unknown authority" in restarted.why_without_identity()


def test_a_sidecar_newer_than_an_ecdsa_sentry_gets_no_certificate(tmp_path: Path) -> None:
    old, old_issuer, *_ = two_cas()
    with ExitStack() as stack:
        here = Town("1.16.2", tmp_path, stack, bundle_of(old_issuer, roots=(old,)))
        here.version = "1.18.3"
        newer = here.peer(old)

        assert not newer.has_identity()
        assert "failed to sign certificate" in newer.why_without_identity()


@each_peer
def test_peers_refuse_each_other_below_a_root_with_pathlen_zero_that_sentry_loads(version: str) -> None:
    at = now().replace(microsecond=0)
    root = a_root(now=at, path_length=0)
    files = bundle_of(an_issuer(root, now=at), roots=(root,))

    found = peers_verdict(version, ca_crt=files.ca, issuer_crt=files.issuer, issuer_key=files.key)

    assert (found.sentry.outcome, found.verify) == ("kept", False)
    assert "too many intermediates for path length constraint" in found.reasons[0]
