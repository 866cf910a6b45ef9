import pytest

from bot.model import svid
from bot.model.certificate import Certificate, certificate
from tests.certificates import Made, a_key, a_leaf, a_root, an_issuer

ISSUER = an_issuer(a_root())


def fact(made: Made) -> Certificate:
    return certificate(made.der)


def a_leaf_with(*uris: str) -> Certificate:
    return fact(a_leaf(ISSUER, uris=uris))


def ids(leaf: Certificate) -> list[tuple[str, str]]:
    return [(one.id, one.severity) for one in svid.reasons(leaf)]


def test_a_workload_certificate_of_sentry_is_an_identity() -> None:
    leaf = fact(a_leaf(ISSUER))

    assert (svid.spiffe_id(leaf), ids(leaf)) == ("spiffe://public/ns/default/app", [])


# As spiffeid.FromURI (go-spiffe 2.7.0) answers for what url.Parse made of them.
@pytest.mark.parametrize(
    ("uri", "read"),
    [
        ("spiffe://public", "spiffe://public"),
        ("SPIFFE://public/ns/a/b", "spiffe://public/ns/a/b"),
        ("spiffe://pu_b.l-ic/n_s/a.b", "spiffe://pu_b.l-ic/n_s/a.b"),
        ("spiffe://public/...", "spiffe://public/..."),
        ("spiffe://public/.hidden", "spiffe://public/.hidden"),
        ("spiffe://public/ns/a/b#", "spiffe://public/ns/a/b"),
    ],
)
def test_what_go_reads_as_a_spiffe_id_is_one(uri: str, read: str) -> None:
    leaf = a_leaf_with(uri)

    assert svid.spiffe_id(leaf) == read
    assert "critical" not in {severity for _, severity in ids(leaf)}


@pytest.mark.parametrize(
    "uri",
    [
        "https://public/ns/default/app",
        "spiffe:public/x",
        "spiffe:///x",
        "spiffe://Public/x",
        "spiffe://public/",
        "spiffe://public/ns//app",
        "spiffe://public/ns/./app",
        "spiffe://public/ns/..",
        "spiffe://public/ns/a?b",
        "spiffe://public/ns/a?",
        "spiffe://public/ns/a#b",
        "spiffe://public/ns/%61",
        "spiffe://public/ns/a~b",
        "spiffe://user@public/ns/a",
        "spiffe://public:8080/ns/a",
    ],
)
def test_any_other_uri_is_refused(uri: str) -> None:
    leaf = a_leaf_with(uri)

    assert (svid.spiffe_id(leaf), ids(leaf)) == ("", [("leaf-not-spiffe", "critical")])


def test_an_identity_has_exactly_one_uri() -> None:
    assert ids(a_leaf_with()) == [("leaf-without-uri", "critical")]
    assert ids(a_leaf_with("spiffe://public/a", "spiffe://public/b")) == [("leaf-several-uris", "critical")]
    assert svid.spiffe_id(a_leaf_with("spiffe://public/a", "spiffe://public/b")) == ""


def test_an_id_that_dapr_cannot_take_apart_is_a_notice() -> None:
    assert ids(a_leaf_with("spiffe://public/app")) == [("leaf-not-of-dapr", "notice")]


def test_a_ca_is_no_identity_whatever_its_names() -> None:
    assert ids(fact(ISSUER)) == [("leaf-is-ca", "critical")]
    assert ids(fact(a_leaf(ISSUER, ca=True))) == [("leaf-is-ca", "critical")]


@pytest.mark.parametrize("usage", ["key_cert_sign", "crl_sign"])
def test_a_leaf_that_may_sign_certificates_or_lists_is_refused(usage: str) -> None:
    leaf = fact(a_leaf(ISSUER, usages=("digital_signature", usage)))

    assert ids(leaf) == [("leaf-signs", "critical")]


def test_digital_signature_is_asked_for_by_spiffe_and_by_no_peer() -> None:
    assert ids(fact(a_leaf(ISSUER, usages=("key_encipherment",)))) == [("leaf-digital-signature", "notice")]
    assert ids(fact(a_leaf(ISSUER, usages=None))) == []


def test_a_key_with_which_tls_cannot_sign_is_refused() -> None:
    assert ids(fact(a_leaf(ISSUER, key=a_key("p224", "leaf")))) == [("leaf-key-kind", "critical")]
