"""Hostile texts before ``verify``, as the chain, behind a good one, and as the roots: each is judged, and told in bounded words."""

import json

import pytest
from cryptography import x509

from bot.cli import verify
from bot.model import handshake, pem
from bot.model.handshake import MOST_TOLD, HandshakeVerdict
from tests.certificates import NOW, a_key, a_leaf, a_root, an_issuer
from tests.hostile.texts import TEXTS

LARGEST_ANSWER = 256 * 1024
ROOT = a_root()
ISSUER = an_issuer(ROOT)
CHAIN = a_leaf(ISSUER).pem + ISSUER.pem


def judged(chain: bytes, roots: bytes) -> HandshakeVerdict:
    return handshake.judge(pem.read(chain), pem.read(roots), NOW)


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_judged_and_told(name: str) -> None:
    hostile = TEXTS[name]()
    for chain, roots in ((hostile, ROOT.pem), (CHAIN + hostile, hostile), (CHAIN, hostile)):
        found = judged(chain, roots)
        result = verify.Result(verdict=found, at=NOW)

        assert found.accepted or any(one.severity == "critical" for one in found.reasons)
        assert len(found.reasons) <= MOST_TOLD + 1
        assert len(verify.as_json(result)) < LARGEST_ANSWER
        assert json.loads(verify.as_json(result))["accepted"] is found.accepted
        assert verify.as_text(result).replace("\n", "").isprintable()


def test_thousands_of_certificates_are_not_judged() -> None:
    for name in ("10,000 certificates", "as many certificates as fit", "thousands of empty blocks"):
        assert not judged(TEXTS[name](), ROOT.pem).judged
        assert not judged(CHAIN, TEXTS[name]()).judged


def test_a_search_that_go_gives_up_is_a_refusal() -> None:
    right = a_root("crowd", key=a_key("p256", "right"), key_identifiers=False)
    crowd = [a_root("crowd", key=a_key("p256", "wrong"), key_identifiers=False).pem for _ in range(100)]
    leaf = a_leaf(right, key_identifiers=False)

    found = judged(leaf.pem, b"".join((*crowd, right.pem)))

    assert (found.accepted, found.judged) == (False, True)
    assert "too-many-signature-checks" in {one.id for one in found.reasons}


def test_a_search_that_we_give_up_is_no_answer() -> None:
    limit = x509.NameConstraints(None, [x509.DNSName(f"z{one}.example") for one in range(100)])
    root = a_root(extensions=((limit, True),))
    leaf = a_leaf(root, dns=[f"a{one}.example" for one in range(300)])

    found = judged(leaf.pem, root.pem)

    assert (found.accepted, found.judged) == (False, False)
    assert "too-many-comparisons" in {one.id for one in found.reasons}
