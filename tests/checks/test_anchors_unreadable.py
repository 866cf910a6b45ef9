from bot.model.finding import Severity
from tests.asking import ask, the_finding
from tests.builders import A_CA, a_bare_pod, a_pod, a_snapshot


def test_pods_without_roots_in_their_spec_are_unknown() -> None:
    finding = the_finding("anchors-unreadable", a_snapshot(pods=[a_pod("odd", anchors=None), a_pod("fine")]))

    assert finding.severity is Severity.UNKNOWN
    assert finding.fact == "It is not known which roots are trusted by 1 pod of 1 application"
    assert [one.name for one in finding.affected] == ["odd"]


def test_pods_with_a_text_that_daprd_refuses_are_unknown_and_it_says_why() -> None:
    finding = the_finding("anchors-unreadable", a_snapshot(pods=[a_pod("cut", anchors=A_CA.roots_pem[:200])]))

    assert any("truncated" in sentence for sentence in finding.evidence)


def test_they_are_not_taken_for_stale() -> None:
    assert ask("stale-pods", a_snapshot(pods=[a_pod("odd", anchors=None)])).severity is Severity.OK


def test_pods_without_a_sidecar_are_another_question() -> None:
    assert ask("anchors-unreadable", a_snapshot(pods=[a_bare_pod()])).severity is Severity.OK
