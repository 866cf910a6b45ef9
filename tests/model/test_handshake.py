import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from cryptography import x509

from bot.model import handshake
from bot.model.handshake import HandshakeVerdict
from bot.model.pem import read
from bot.model.reason import Reason
from tests.bundles.surgery import KEY, Forged, forged, integer, tlv
from tests.certificates import CLIENT, CODE, DAY, NOW, SERVER, Made, a_key, a_leaf, a_root, an_issuer, cross_signed, key_pem

ROOT = a_root()
ISSUER = an_issuer(ROOT)
LEAF = a_leaf(ISSUER)
ECDSA_SHA1 = bytes.fromhex("300906072a8648ce3d0401")
X25519 = bytes.fromhex("302a300506032b656e032100") + b"\x09" * 32
RSA_8200 = tlv(0x30, bytes.fromhex("300d06092a864886f70d0101010500"), tlv(0x03, b"\x00", tlv(0x30, integer(1 << 8199 | 1), integer(65537))))


def pem(members: Sequence[Made | Forged]) -> bytes:
    return b"".join(one.pem for one in members)


def judged(
    chain: Sequence[Made | Forged] | bytes, roots: Sequence[Made | Forged] | bytes = (ROOT,), at: datetime = NOW
) -> HandshakeVerdict:
    shown, trusted = (read(one if isinstance(one, bytes) else pem(one)) for one in (chain, roots))
    return handshake.judge(shown, trusted, at)


def ids(verdict: HandshakeVerdict) -> set[str]:
    return {one.id for one in verdict.reasons}


def the(verdict: HandshakeVerdict, wanted: str) -> Reason:
    (found,) = (one for one in verdict.reasons if one.id == wanted)
    return found


def fingerprint(made: Made | Forged) -> str:
    return hashlib.sha256(made.der).hexdigest()


def path_of(verdict: HandshakeVerdict) -> list[str]:
    return [one.fingerprint for one in verdict.path]


def refused(verdict: HandshakeVerdict, wanted: str, about: Made | Forged) -> str:
    """The message of the only critical reason, after making sure that it is this one and about that certificate."""
    found = [one for one in verdict.reasons if one.severity == "critical"]
    assert not verdict.accepted
    assert [(one.id, one.fingerprint) for one in found] == [(wanted, fingerprint(about))]
    return found[0].message


def test_what_sentry_issues_is_accepted_without_a_word_and_its_path_is_shown() -> None:
    found = judged([LEAF, ISSUER])

    assert (found.accepted, found.path_valid, found.judged, found.reasons) == (True, True, True, ())
    assert found.spiffe_id == "spiffe://public/ns/default/app"
    assert path_of(found) == [fingerprint(one) for one in (LEAF, ISSUER, ROOT)]


def test_an_expired_leaf_is_named_with_its_end_and_the_path_that_it_had_is_shown() -> None:
    old = a_leaf(ISSUER, not_after=NOW - DAY / 2)
    found = judged([old, ISSUER])

    assert "expired on 2026-11-23 00:00:00 UTC" in refused(found, "certificate-expired", old)
    assert (found.path_valid, path_of(found)) == (False, [fingerprint(one) for one in (old, ISSUER, ROOT)])


def test_all_that_has_expired_is_named_at_once() -> None:
    root = a_root(not_after=NOW - DAY / 4)
    issuer = an_issuer(root, not_after=NOW - DAY / 3)
    leaf = a_leaf(issuer, not_after=NOW - DAY / 2)

    found = judged([leaf, issuer], [root])

    assert ids(found) == {"certificate-expired"}
    assert {one.fingerprint for one in found.reasons} == {fingerprint(one) for one in (leaf, issuer, root)}


def test_what_begins_later_is_refused_now_and_accepted_then() -> None:
    young = a_leaf(ISSUER, not_before=NOW + DAY)

    assert "not valid before 2026-11-24" in refused(judged([young, ISSUER]), "certificate-not-yet-valid", young)
    assert judged([young, ISSUER], at=NOW + 2 * DAY).accepted


def test_an_expired_leaf_does_not_hide_that_its_root_is_missing_too() -> None:
    found = judged([a_leaf(ISSUER, not_after=NOW - DAY / 2), ISSUER], [a_root("stranger")])

    assert ids(found) == {"certificate-expired", "authority-missing"}
    assert found.path == ()


def test_a_certificate_that_died_before_another_was_born_leaves_no_path_at_any_time() -> None:
    dead = a_root(not_before=NOW - 9 * DAY, not_after=NOW - 5 * DAY)
    issuer = an_issuer(dead)

    assert "expired on 2026-11-18" in refused(judged([a_leaf(issuer), issuer], [dead]), "certificate-expired", dead)


def test_the_authority_that_is_missing_is_named() -> None:
    assert "was signed by O=issuer, and neither" in refused(judged([LEAF]), "authority-missing", LEAF)
    assert "was signed by O=root, and neither" in refused(judged([LEAF, ISSUER], [a_root("other")]), "authority-missing", ISSUER)


def test_another_ca_of_the_same_name_is_said_to_be_another() -> None:
    message = refused(judged([LEAF, ISSUER], [a_root(key=a_key("p256", "impostor"))]), "authority-other-key", ISSUER)

    assert "was signed by another CA of the same name" in message


def test_another_ca_of_the_same_name_beside_the_right_one_is_no_reason() -> None:
    impostor = a_root(key=a_key("p256", "impostor"))
    dead = a_root(not_after=NOW - DAY / 2)

    assert judged([LEAF, ISSUER], [impostor, ROOT]).reasons == ()
    refused(judged([LEAF, ISSUER], [impostor, dead]), "certificate-expired", dead)


def test_a_chain_that_brings_its_own_root_is_told_that_it_does_not_count() -> None:
    impostor = a_root(key=a_key("p256", "impostor"))

    assert refused(judged([LEAF, ISSUER, ROOT], [a_root("other")]), "root-not-trusted", ROOT).endswith("none of those given.")
    assert "has the same name, but another key" in the(judged([LEAF, ISSUER, ROOT], [impostor]), "root-not-trusted").message
    assert judged([LEAF, ISSUER, ROOT]).accepted


def test_a_pathlen_that_is_too_small_is_named_with_its_certificate() -> None:
    root = a_root(path_length=0)
    issuer = an_issuer(root)

    assert "has pathlen:0" in refused(judged([a_leaf(issuer), issuer], [root]), "path-too-long", root)


@pytest.mark.parametrize(
    ("deviation", "lack"),
    [({"ca": False}, "not marked CA:true"), ({"ca": None}, "not marked CA:true"), ({"usages": ("digital_signature",)}, "lack keyCertSign")],
)
def test_an_intermediate_that_may_not_sign_is_named_with_what_it_lacks(deviation: dict[str, Any], lack: str) -> None:
    issuer = an_issuer(ROOT, **deviation)

    assert lack in refused(judged([a_leaf(issuer), issuer]), "authority-may-not-sign", issuer)


def test_sha1_is_refused_and_the_certificate_that_is_signed_with_it_named() -> None:
    weak = forged(ISSUER, ROOT, algorithm=ECDSA_SHA1)

    assert "ECDSA-SHA1" in refused(judged([LEAF, weak]), "signature-algorithm", weak)


def test_a_roots_own_signature_does_not_matter() -> None:
    assert judged([LEAF, ISSUER], [forged(ROOT, algorithm=ECDSA_SHA1)]).accepted


def test_an_authority_with_a_key_that_go_does_not_know_is_named() -> None:
    strange = forged(ISSUER, ROOT, {KEY: X25519})

    assert "does not work with the key of O=issuer" in refused(judged([LEAF, strange]), "authority-key-refused", strange)


def test_name_constraints_are_named_with_who_has_them() -> None:
    limit = x509.NameConstraints([x509.UniformResourceIdentifier("cluster.local")], None)
    root = a_root(extensions=((limit, True),))
    issuer = an_issuer(root)
    leaf = a_leaf(issuer)

    message = refused(judged([leaf, issuer], [root]), "name-not-permitted", leaf)

    assert "in O=root" in message
    assert message.endswith("URI host 'public' is not permitted.")


def test_required_policies_and_unknown_critical_extensions_are_named() -> None:
    demanding = an_issuer(ROOT, extensions=((x509.PolicyConstraints(0, None), True),))
    strange = an_issuer(ROOT, extensions=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),))

    assert ids(judged([a_leaf(demanding), demanding])) == {"policy-invalid"}
    assert "1.2.3.4" in refused(judged([a_leaf(strange), strange]), "critical-extension-unknown", strange)


def test_a_path_that_runs_in_a_circle_still_has_a_reason() -> None:
    one, two = a_root("one"), a_root("two")
    issuer = an_issuer(one)
    leaf = a_leaf(issuer)

    found = judged([leaf, issuer, cross_signed(one, two), cross_signed(two, one)], [ROOT])

    assert refused(found, "no-path-to-root", leaf).startswith("No path leads from")


def test_peers_do_not_look_at_extended_key_usages_but_others_do() -> None:
    found = judged([a_leaf(ISSUER, extended=(SERVER,)), ISSUER])

    assert (found.accepted, ids(found)) == (True, {"extended-key-usage"})
    assert "without clientAuth in spiffe://public/ns/default/app" in found.reasons[0].message

    narrow = an_issuer(ROOT, extended=(CODE,))
    messages = [one.message for one in judged([a_leaf(narrow), narrow]).reasons]
    assert ["serverAuth in O=issuer" in messages[0], "clientAuth in O=issuer" in messages[1]] == [True, True]
    assert judged([a_leaf(ISSUER, extended=(SERVER, CLIENT)), ISSUER]).reasons == ()


def test_an_issuer_chain_is_judged_although_no_peer_takes_it_for_a_workload() -> None:
    found = judged([ISSUER])

    assert (found.accepted, found.path_valid, found.spiffe_id) == (False, True, "")
    assert path_of(found) == [fingerprint(ISSUER), fingerprint(ROOT)]
    assert {one.id: one.severity for one in found.reasons} == {"leaf-is-ca": "critical", "issued-accepted": "notice"}


def test_an_issuer_that_leads_to_its_root_but_signs_in_vain_is_told_so() -> None:
    root = a_root(path_length=0)
    found = judged([an_issuer(root)], [root])

    assert (found.path_valid, ids(found)) == (True, {"leaf-is-ca", "issued-refused"})
    assert "has pathlen:0" in the(found, "issued-refused").message


def test_a_chain_that_does_not_begin_with_its_leaf_is_told_which_it_is() -> None:
    found = judged([ISSUER, LEAF])

    assert not found.accepted
    assert "certificate 2, spiffe://public/ns/default/app" in the(found, "leaf-not-first").message
    assert the(found, "leaf-not-first").fingerprint == fingerprint(LEAF)


def test_behind_the_leaf_any_order_serves() -> None:
    middle = an_issuer(ROOT, "middle")
    issuer = an_issuer(middle)

    assert judged([a_leaf(issuer), middle, issuer]).reasons == ()


def test_repetitions_are_notices() -> None:
    found = judged([LEAF, ISSUER, ISSUER], [ROOT, ROOT])

    assert found.accepted
    assert [(one.id, one.severity, one.fingerprint) for one in found.reasons] == [
        ("certificate-twice", "notice", fingerprint(ISSUER)),
        ("certificate-twice", "notice", fingerprint(ROOT)),
    ]


def test_a_root_that_is_none_is_trusted_by_peers_and_named_for_sentrys_sake() -> None:
    found = judged([LEAF], [ISSUER])

    assert (found.accepted, the(found, "root-not-self-signed").severity) == (True, "warning")


def test_an_expired_root_beside_the_path_is_a_notice() -> None:
    dead = a_root(not_after=NOW - DAY / 2)
    found = judged([LEAF, ISSUER], [dead, ROOT])

    assert (found.accepted, the(found, "certificate-expired").severity) == (True, "notice")
    assert the(found, "certificate-expired").fingerprint == fingerprint(dead)


def test_a_cross_signed_chain_leads_old_and_new_peers_to_their_own_root() -> None:
    old, new = a_root("old"), a_root("new")
    old_issuer, new_issuer = an_issuer(old, "old issuer"), an_issuer(new, "new issuer")
    chain = [a_leaf(new_issuer), new_issuer, cross_signed(new, old_issuer), old_issuer]

    assert path_of(judged(chain, [old]))[-1] == fingerprint(old)
    assert path_of(judged(chain, [new]))[-1] == fingerprint(new)


def test_a_key_in_the_chain_is_said_and_never_shown() -> None:
    key = key_pem(a_key("p256", "careless"))
    found = judged(LEAF.pem + ISSUER.pem + key)

    assert (found.accepted, the(found, "private-key-exposed").severity) == (True, "warning")
    assert not [line for line in key.decode().splitlines()[1:-1] if line in str(found)]


def test_what_stands_behind_a_key_does_not_exist_for_a_peer() -> None:
    found = judged(key_pem(a_key("p256", "careless")) + LEAF.pem + ISSUER.pem)

    assert ids(found) == {"no-certificates", "certificates-hidden", "private-key-exposed"}


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        (b"", "file-empty"),
        (b"\n\n", "file-empty"),
        (b"hello", "no-pem"),
        (ROOT.der, "der"),
        (ROOT.pem[:200], "block-truncated"),
        (ROOT.pem.replace(b"MII", b"AAA", 1), "certificate-malformed"),
    ],
)
@pytest.mark.parametrize("which", ["chain", "roots"])
def test_a_text_without_certificates_is_not_accepted_and_its_slip_named(text: bytes, slip: str, which: str) -> None:
    found = judged(text) if which == "chain" else judged([LEAF, ISSUER], text)

    assert (found.accepted, found.path, found.judged) == (False, (), True)
    assert ids(found) >= {"no-certificates", slip}
    assert all(one.message.startswith(f"the {which}: ") for one in found.reasons)


def test_one_malformed_certificate_spoils_the_chain_as_in_tls() -> None:
    assert not judged(LEAF.pem + ISSUER.pem + ROOT.pem.replace(b"MII", b"AAA", 1)).accepted


def test_what_is_passed_over_in_silence_is_a_warning_where_peers_accept_the_rest() -> None:
    found = judged(LEAF.pem + ISSUER.pem + ROOT.pem[:200])

    assert (found.accepted, the(found, "block-truncated").severity) == (True, "warning")


def test_an_rsa_key_beyond_gos_tls_is_refused_wherever_it_stands_in_the_chain() -> None:
    large = forged(an_issuer(ROOT, "large"), ROOT, {KEY: RSA_8200})

    assert "8200" in refused(judged([LEAF, ISSUER, large]), "tls-key-too-large", large)
