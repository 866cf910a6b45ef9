from bot.model.finding import Severity
from bot.model.snapshot import Snapshot
from tests.asking import ask, the_finding
from tests.builders import a_census, a_pod, a_snapshot, unobserved


def nothing_here(*, sentry_namespaces: tuple[str, ...] = (), live: bool = False) -> Snapshot:
    census = a_census(*([a_pod()] if live else []), sentry_namespaces=sentry_namespaces)
    return a_snapshot(components=(), secret=None, configmap=None, census=census)


def test_a_cluster_without_dapr_is_a_warning_that_says_what_to_set() -> None:
    finding = the_finding("dapr-missing", nothing_here())

    assert finding.severity is Severity.WARNING
    assert "DAPR_WARDEN_NAMESPACE" in finding.next_step


def test_a_wrong_namespace_names_the_right_one_and_the_setting() -> None:
    finding = the_finding("dapr-missing", nothing_here(sentry_namespaces=("platform",), live=True))

    assert finding.severity is Severity.WARNING
    assert finding.fact == "No Dapr control plane in namespace dapr-system; dapr-sentry runs in platform"
    assert finding.next_step == "Set DAPR_WARDEN_NAMESPACE=platform (or --namespace platform)."


def test_sidecars_without_any_sentry_are_critical() -> None:
    finding = the_finding("dapr-missing", nothing_here(live=True))

    assert finding.severity is Severity.CRITICAL
    assert [one.name for one in finding.affected] == ["orders"]


def test_a_bundle_without_visible_workloads_is_a_notice_while_sidecars_are_well() -> None:
    finding = the_finding("dapr-missing", a_snapshot(components=()))

    assert finding.severity is Severity.NOTICE
    assert finding.fact == "No Dapr control plane in namespace dapr-system, only its trust bundle"


def test_a_bundle_without_workloads_is_critical_once_sidecars_are_not_ready() -> None:
    pods = [a_pod("well"), a_pod("ill", state="CrashLoopBackOff")]
    finding = the_finding("dapr-missing", a_snapshot(components=(), pods=pods))

    assert finding.severity is Severity.CRITICAL
    assert [one.name for one in finding.affected] == ["ill"]


def test_unseen_pods_do_not_hide_that_nothing_runs_here() -> None:
    assert ask("dapr-missing", a_snapshot(components=(), census=unobserved())).severity is Severity.NOTICE
