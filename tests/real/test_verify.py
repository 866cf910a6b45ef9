"""``verify`` beside real handshakes: peers on Dapr's own security package, judging chains that real sentries made."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
from cryptography import x509

from bot.adapters.tls import shown
from bot.adapters.tls.direct import connected
from bot.model import handshake, pem
from bot.model.certificate import certificates
from tests.bundles.armour import armoured
from tests.bundles.differential import generated, now
from tests.certificates import Files, Made, a_root, an_issuer, bundle_of, cross_signed
from tests.real.seeds import again, seed
from tests.real.test_handshakes import each_peer, two_cas
from tests.rig.peer import Peer
from tests.rig.sentry import Sentry
from tests.rig.verdict import serves

BUNDLES = 12
_UNCONVINCED = "authentication handshake failed"


def chain_shown_at(port: int) -> bytes:
    """PEM of the certificates that a TLS server shows, its own first."""

    async def asked() -> tuple[bytes, ...]:
        async with connected("127.0.0.1", port, "the server") as wire:
            return await shown(wire, "the server")

    return b"".join(armoured("CERTIFICATE", der) for der in asyncio.run(asyncio.wait_for(asked(), 10)))


def accepts(roots: bytes, chain: bytes) -> bool:
    """What ``verify`` says now."""
    return handshake.judge(pem.read(chain), pem.read(roots), now()).accepted


def write(files: Files, credentials: Path) -> None:
    credentials.mkdir(parents=True, exist_ok=True)
    for name, content in (("ca.crt", files.ca), ("issuer.crt", files.issuer), ("issuer.key", files.key)):
        (credentials / name).write_bytes(content)


def disagreement(version: str, files: Files, folder: Path) -> tuple[str, str]:
    """What a peer did with the certificate of a sentry with that bundle, and why ``verify`` is wrong, "" when it is right."""
    credentials = folder / "sentry" / "credentials"
    write(files, credentials)
    with ExitStack() as running:
        sentry = running.enter_context(Sentry(version, folder=folder / "sentry"))
        if not serves(sentry, version) or (credentials / "ca.crt").read_bytes() != files.ca:
            return "no sentry", ""
        peer = running.enter_context(Peer(version, folder=folder / "peer", sentry_port=sentry.port, roots=files.ca))
        accepted = peer.has_identity()
        if not accepted and _UNCONVINCED not in peer.log():
            return "no signature", ""
        said = accepts(files.ca, chain_shown_at(sentry.port))
        outcome = "accepted" if accepted else "refused"
        return outcome, "" if said is accepted else f"peer {version}: {outcome}, {peer.tail()[-1]}; verify: {said}"


def sound(at: dt.datetime) -> Files:
    root = a_root(now=at)
    return bundle_of(an_issuer(root, now=at), roots=(root,))


def two_between(at: dt.datetime) -> Files:
    root = a_root(now=at)
    upper = an_issuer(root, "upper", now=at)
    middle = an_issuer(upper, "middle", now=at)
    return bundle_of(an_issuer(middle, now=at), middle, upper, roots=(root,))


def pathlen_zero(at: dt.datetime) -> Files:
    root = a_root(now=at, path_length=0)
    return bundle_of(an_issuer(root, now=at), roots=(root,))


def ca_false(at: dt.datetime) -> Files:
    root = a_root(now=at)
    return bundle_of(an_issuer(root, now=at, ca=False), roots=(root,))


def narrow_names(at: dt.datetime) -> Files:
    limit = x509.NameConstraints([x509.UniformResourceIdentifier("elsewhere")], None)
    root = a_root(now=at, extensions=((limit, True),))
    return bundle_of(an_issuer(root, now=at), roots=(root,))


@each_peer
@pytest.mark.parametrize(
    ("bundle", "outcome"),
    [(sound, "accepted"), (two_between, "accepted"), (pathlen_zero, "refused"), (ca_false, "refused"), (narrow_names, "refused")],
)
def test_verify_says_what_a_peer_does_with_sentrys_own_certificate(
    version: str, bundle: Callable[[dt.datetime], Files], outcome: str, tmp_path: Path
) -> None:
    assert disagreement(version, bundle(now().replace(microsecond=0)), tmp_path) == (outcome, "")


@each_peer
def test_verify_says_what_peers_do_below_generated_bundles(version: str, tmp_path: Path) -> None:
    samples = generated(seed(), BUNDLES)
    found = [(sample, *disagreement(version, sample.files, tmp_path / str(sample.seed))) for sample in samples]

    wrong = ["\n    ".join((why, f"seed {sample.seed}", *sample.notes)) for sample, _, why in found if why]
    assert not wrong, again(wrong)


@dataclass(frozen=True)
class Seen:
    """A peer with an identity: the roots that it trusts and the chain that it shows, both PEM."""

    peer: Peer
    roots: bytes
    chain: bytes

    def agrees_with(self, other: "Seen") -> bool:
        """Whether verify says that both accept each other."""
        return accepts(self.roots, other.chain) and accepts(other.roots, self.chain)

    def digests(self) -> tuple[str, ...]:
        return tuple(hashlib.sha256(one.der).hexdigest() for one in certificates(pem.read(self.chain)))


@each_peer
def test_verify_says_which_calls_a_change_of_the_root_loses(version: str, tmp_path: Path) -> None:
    at = now().replace(microsecond=0)
    old, old_issuer, new, new_issuer = two_cas()
    before = bundle_of(old_issuer, roots=(old,))
    after = bundle_of(new_issuer, cross_signed(new, old_issuer, now=at), old_issuer, roots=(old, new))
    write(before, tmp_path / "sentry" / "credentials")
    with ExitStack() as running:
        # Its certificates live for a day, so that nobody's is renewed meanwhile.
        sentry = running.enter_context(Sentry(version, folder=tmp_path / "sentry"))
        sentry.wait_until_ready()

        def seen(name: str, bundle: Files, *roots: Made) -> Seen:
            trusted = b"".join(root.pem for root in roots)
            peer = running.enter_context(Peer(version, folder=tmp_path / name, sentry_port=sentry.port, roots=trusted))
            address, _ = peer.serving()
            return Seen(peer, trusted, chain_shown_at(int(address.rpartition(":")[2])))

        first = seen("first", before, old)
        write(after, sentry.credentials)
        sentry.reload()
        everybody = [first, seen("old", after, old), seen("new", after, new), seen("both", after, old, new)]
        calls = [(one, other, one.peer.dial(other.peer)) for one, other in permutations(everybody, 2)]

    assert [bool(call) for _, _, call in calls] == [one.agrees_with(other) for one, other, _ in calls]
    assert {bool(call) for _, _, call in calls} == {True, False}
    assert [call.chain for _, _, call in calls if call] == [other.digests() for _, other, call in calls if call]
