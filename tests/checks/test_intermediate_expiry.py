from bot.model.finding import Severity
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import A_CA, Ca, a_ca, a_pod, a_secret, a_snapshot, days
from tests.certificates import NOW, a_key, an_issuer


def below_an_intermediate(left: float) -> Ca:
    middle = an_issuer(A_CA.roots[0], "middle", not_after=NOW + days(left))
    return Ca(A_CA.roots, (an_issuer(middle, "issuer", key=a_key("p256", "below")), middle))


def test_an_intermediate_that_ends_first_is_told() -> None:
    finding = the_finding("intermediate-expiry", a_snapshot(ca=below_an_intermediate(12)))

    assert finding.severity is Severity.WARNING
    assert finding.fact == "Intermediate CA expires in 12 days"


def test_a_long_lived_intermediate_is_not_mentioned() -> None:
    assert ask("intermediate-expiry", a_snapshot(ca=below_an_intermediate(200))).severity is Severity.OK


def test_a_cross_certificate_that_ends_alone_matters_while_a_pod_needs_it() -> None:
    old = a_ca("old", expires_in=days(200))
    cross = certificates.cross_signed(A_CA.roots[0], old.chain[0], not_after=NOW + days(12))
    crossed = Ca((*old.roots, *A_CA.roots), (*A_CA.chain, cross, *old.chain))

    late, done = (a_snapshot(ca=crossed, pods=[a_pod(anchors=anchors)]) for anchors in (old.roots_pem, crossed.roots_pem))

    assert the_finding("intermediate-expiry", late).fact == "Intermediate CA expires in 12 days, the last one for 1 pod of 1 application"
    assert the_finding("intermediate-expiry", done).severity is Severity.NOTICE


def test_without_an_issuer_chain_it_is_unknown() -> None:
    assert the_finding("intermediate-expiry", a_snapshot(secret=a_secret(issuer=None))).severity is Severity.UNKNOWN
