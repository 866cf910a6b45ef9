import warnings
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.x509 import verification as judge

from bot.model.certificate import Certificate, certificate
from bot.model.path import Identity, PathVerdict, Purpose, verify, verify_issued
from tests.certificates import ANY, CLIENT, CODE, DAY, NOW, SERVER, Made, a_key, a_leaf, a_root, an_issuer, cross_signed


def facts(*made: Made) -> list[Certificate]:
    return [certificate(one.der) for one in made]


def fact(made: Made) -> Certificate:
    return certificate(made.der)


def verdict(leaf: Made, between: Sequence[Made], roots: Sequence[Made], purpose: Purpose = Purpose.SERVER) -> PathVerdict:
    return verify(certificate(leaf.der), facts(*between), facts(*roots), NOW, purpose)


def reasons(found: PathVerdict) -> set[str]:
    return {one.id for one in found.obstacles}


@pytest.mark.parametrize("root_kind", ["p256", "p384", "ed25519", "rsa2048"])
@pytest.mark.parametrize("issuer_kind", ["p256", "p384", "ed25519", "rsa2048"])
def test_a_chain_of_any_kinds_of_keys_is_valid(root_kind: str, issuer_kind: str) -> None:
    root = a_root(key=a_key(root_kind, "root"))
    issuer = an_issuer(root, key=a_key(issuer_kind, "issuer"))

    found = verdict(a_leaf(issuer), [issuer], [root])

    assert [len(path) for path in found.paths] == [3]
    assert found.roots == tuple(facts(root))


def test_a_wrong_root_of_the_same_name_is_not_enough() -> None:
    issuer = an_issuer(a_root(key=a_key("p256", "one")))

    found = verdict(issuer, [], [a_root(key=a_key("p256", "two"))])

    assert (found.valid, reasons(found)) == (False, {"cannot-have-signed"})


def test_an_unknown_issuer_is_said_so() -> None:
    assert reasons(verdict(an_issuer(a_root()), [], [a_root("stranger")])) == {"issuer-unknown"}


def test_dates_count_to_the_second() -> None:
    root = a_root()
    issuer = an_issuer(root, not_after=NOW)

    assert verify(fact(issuer), [], facts(root), NOW).valid
    assert not verify(fact(issuer), [], facts(root), NOW.replace(microsecond=1)).valid
    assert reasons(verdict(an_issuer(root, not_before=NOW + DAY), [], [root])) == {"not-yet-valid"}
    assert reasons(verdict(an_issuer(root), [], [a_root(not_after=NOW - DAY / 2)])) == {"expired"}


def test_an_expired_root_beside_a_living_one_does_no_harm() -> None:
    root, renewed = a_root(not_after=NOW - DAY / 2), a_root()

    found = verdict(an_issuer(root), [], [root, renewed])

    assert found.roots == tuple(facts(renewed))


def test_path_lengths_count_the_certificates_between() -> None:
    for length, valid in ((0, False), (1, True), (None, True)):
        root = a_root(path_length=length)
        issuer = an_issuer(root, path_length=0)
        assert verdict(a_leaf(issuer), [issuer], [root]).valid is valid


def test_a_cross_signed_root_leads_old_and_new_peers_to_their_own_root() -> None:
    old_root, new_root = a_root("old"), a_root("new")
    old_issuer = an_issuer(old_root, "old issuer")
    new_issuer = an_issuer(new_root, "new issuer")
    chain = [new_issuer, cross_signed(new_root, old_issuer), old_issuer]

    leaf = a_leaf(new_issuer)

    assert verdict(leaf, chain, [old_root]).roots == tuple(facts(old_root))
    assert verdict(leaf, chain, [new_root]).roots == tuple(facts(new_root))
    assert len(verdict(leaf, chain, [old_root, new_root]).paths) == 2


def test_a_cross_signed_chain_dies_of_pathlen_zero() -> None:
    old_root, new_root = a_root("old"), a_root("new")
    old_issuer = an_issuer(old_root, "old issuer", path_length=0)
    new_issuer = an_issuer(new_root, "new issuer")
    chain = [new_issuer, cross_signed(new_root, old_issuer), old_issuer]

    found = verdict(a_leaf(new_issuer), chain, [old_root])

    assert (found.valid, "path-too-long" in reasons(found)) == (False, True)


def test_extended_key_usages_nest() -> None:
    for usages, server, client in (((SERVER,), True, False), ((CLIENT,), False, True), ((CODE,), False, False), ((CODE, ANY), True, True)):
        root = a_root(extended=usages)
        issuer = an_issuer(root)
        assert verdict(issuer, [], [root], Purpose.SERVER).valid is server
        assert verdict(issuer, [], [root], Purpose.CLIENT).valid is client
        assert verdict(issuer, [], [root], Purpose.ANY).valid


def test_an_intermediate_must_be_a_ca_but_a_v1_root_need_not() -> None:
    root = a_root()
    not_a_ca = an_issuer(root, ca=False)

    assert reasons(verdict(a_leaf(not_a_ca), [not_a_ca], [root])) == {"cannot-have-signed"}


def test_mutual_cross_signatures_end() -> None:
    one, two = a_root("one"), a_root("two")
    loop = [cross_signed(one, two), cross_signed(two, one)]

    assert not verdict(an_issuer(one), loop, [a_root("three")]).valid


def test_the_search_gives_up_after_a_hundred_signatures_like_go() -> None:
    right = a_root("crowd", key=a_key("p256", "right"), key_identifiers=False)
    crowd = [a_root("crowd", key=a_key("p256", "wrong"), key_identifiers=False) for _ in range(110)]
    issuer = an_issuer(right, key_identifiers=False)

    assert verdict(issuer, [], [*crowd[:99], right]).valid
    assert reasons(verdict(issuer, [], [*crowd[:100], right])) >= {"too-many-signature-checks"}


def test_an_unknown_critical_extension_spoils_a_path() -> None:
    strange = ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)

    assert reasons(verdict(an_issuer(a_root(extensions=strange)), [], [a_root(extensions=strange)])) == {"critical-extension-unknown"}


def test_name_constraints_are_obeyed() -> None:
    for permitted, valid in (("cluster.local", True), (".local", True), ("public", False)):
        limit = x509.NameConstraints([x509.UniformResourceIdentifier(permitted)], None)
        root = a_root(extensions=((limit, True),))
        issuer = an_issuer(root)
        found = verify_issued(facts(issuer), facts(root), NOW, identity=Identity("spiffe://cluster.local/ns/a/b"))
        assert found.valid is valid


def test_required_policies_that_leaves_do_not_carry_spoil_a_path() -> None:
    root = a_root()
    issuer = an_issuer(root, extensions=((x509.PolicyConstraints(0, None), True),))

    assert reasons(verify_issued(facts(issuer), facts(root), NOW)) == {"policy-invalid"}


def test_what_an_issuer_will_sign_is_judged_like_what_it_has_signed() -> None:
    root = a_root()
    for issuer in (an_issuer(root), an_issuer(root, ca=False), an_issuer(root, ca=None), an_issuer(root, usages=("digital_signature",))):
        signed = verdict(a_leaf(issuer), [issuer], [root], Purpose.ANY)
        future = verify_issued(facts(issuer), facts(root), NOW)
        assert (signed.valid, [path[1:] for path in signed.paths]) == (future.valid, list(future.paths))


def test_sentry_does_not_send_self_signed_certificates_so_no_path_may_need_them() -> None:
    root = a_root()
    same_key = an_issuer(root, "same key", key=root.key)
    issuer = an_issuer(same_key)

    assert verdict(a_leaf(issuer), [issuer, same_key], [root]).valid
    assert not verify_issued(facts(issuer, same_key), facts(root), NOW).valid


def test_a_tampered_certificate_in_a_snapshot_is_left_out() -> None:
    root = a_root()
    broken = msgspec.structs.replace(fact(root), der=b"junk")

    assert not verify(fact(an_issuer(root)), [], [broken], NOW).valid


def test_cryptographys_own_verifier_agrees_on_ecdsa_and_rsa_chains() -> None:
    for kind in ("p256", "rsa2048"):
        deviations: tuple[dict[str, Any], ...] = ({}, {"path_length": 0}, {"ca": False}, {"not_after": NOW - DAY / 2})
        for deviation in deviations:
            root = a_root(key=a_key(kind, "root"))
            middle = an_issuer(root, "middle", **deviation)
            issuer = an_issuer(middle)
            leaf = a_leaf(issuer)
            assert verdict(leaf, [issuer, middle], [root], Purpose.ANY).valid is _other_opinion(leaf, [issuer, middle], root)


def _other_opinion(leaf: Made, between: Sequence[Made], root: Made) -> bool:
    anything = judge.ExtensionPolicy.permit_all()
    policy = judge.PolicyBuilder().store(judge.Store([root.certificate])).time(NOW)
    authority = anything.require_present(x509.BasicConstraints, judge.Criticality.AGNOSTIC, None)
    named = anything.require_present(x509.SubjectAlternativeName, judge.Criticality.AGNOSTIC, None)
    verifier = policy.extension_policies(ca_policy=authority, ee_policy=named).build_client_verifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            verifier.verify(leaf.certificate, [one.certificate for one in between])
        except judge.VerificationError:
            return False
    return True
