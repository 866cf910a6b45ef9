from bot.model.finding import Severity
from tests.asking import ask, the_finding
from tests.builders import a_bare_pod, a_component, a_control_plane, a_pod, a_snapshot


def test_a_pod_that_asked_and_got_none_is_a_warning() -> None:
    finding = the_finding("sidecar-missing", a_snapshot(pods=[a_pod(), a_bare_pod("checkout")]))

    assert finding.severity is Severity.WARNING
    assert finding.fact == "No sidecar in 1 pod of 1 application that asked for one"
    assert [one.name for one in finding.affected] == ["checkout"]


def test_a_finished_pod_does_not_count() -> None:
    assert ask("sidecar-missing", a_snapshot(pods=[a_bare_pod(phase="Succeeded")])).severity is Severity.OK


def test_it_says_whether_the_injector_is_up() -> None:
    down = a_control_plane({"sidecar-injector": a_component("sidecar-injector", ready=0)})
    evidence = the_finding("sidecar-missing", a_snapshot(pods=[a_bare_pod()], components=down)).evidence

    assert "The injector is not ready (0 of 1)." in evidence


def test_it_says_when_there_is_no_webhook() -> None:
    evidence = the_finding("sidecar-missing", a_snapshot(pods=[a_bare_pod()], webhook=None)).evidence

    assert any("no MutatingWebhookConfiguration" in sentence for sentence in evidence)
