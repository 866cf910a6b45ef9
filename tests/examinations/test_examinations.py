"""Each examination over healthy vitals, and over those in which one thing is wrong."""

from datetime import timedelta
from typing import Any

import pytest

from bot.examinations import EXAMINATIONS
from bot.model.alert import Backlog
from bot.model.examination import Outcome, Result, examined
from bot.model.logs import LogLabels, LogView
from bot.model.observed import Unobserved, Why
from bot.model.vitals import ApiServer, KeyFile, LogFlow, Purpose, Safekeeping, Scraped, SealTrial, Skew
from bot.usecases.doctor import NO_LOKI, NO_PROMETHEUS
from tests.certificates import NOW
from tests.examined import LOST, a_condition, a_permission, vitals

FINE, LEFT, UNKNOWN, WARNING, TROUBLE = Outcome.FINE, Outcome.NOT_LOOKED_AT, Outcome.UNKNOWN, Outcome.WARNING, Outcome.TROUBLE
OUTSIDE = ApiServer(version="v1.34.3", date=NOW, in_pod=False)
PARTS = {
    "api-server": ("server", TROUBLE),
    "clock": ("skew", UNKNOWN),
    "rights": ("permissions", UNKNOWN),
    "optional-rights": ("permissions", UNKNOWN),
    "rotation-rights": ("permissions", UNKNOWN),
    "excess-rights": ("permissions", UNKNOWN),
    "loki": ("loki", TROUBLE),
    "loki-labels": ("labels", TROUBLE),
    "loki-lines": ("flow", UNKNOWN),
    "log-watch": ("watch", UNKNOWN),
    "prometheus": ("prometheus", TROUBLE),
    "sentry-metrics": ("sentry_metrics", UNKNOWN),
    "sidecar-metrics": ("sidecar_metrics", UNKNOWN),
    "own-metrics": ("own_metrics", UNKNOWN),
    "memory": ("memory", TROUBLE),
    "disk": ("memory", UNKNOWN),
    "outbox": ("backlog", UNKNOWN),
    "backup": ("backup", UNKNOWN),
    "sealing-key": ("sealing", TROUBLE),
    "sealing-works": ("sealed", TROUBLE),
}
# Whose answer tells why.
PARTS_OF_THEIR_OWN = ("api-server", "loki", "prometheus")


def flow(*counts: int) -> LogFlow:
    return LogFlow(until_at=NOW, bucket=timedelta(minutes=5), counts=counts)


def found(id_: str, **changes: Any) -> Result:
    return next(result for result in examined(EXAMINATIONS, vitals(**changes)) if result.id == id_)


def test_healthy_surroundings_are_fine_in_every_respect() -> None:
    assert {result.id: result.outcome for result in examined(EXAMINATIONS, vitals())} == dict.fromkeys(PARTS, FINE)


@pytest.mark.parametrize("id_", PARTS)
def test_what_was_not_seen_is_never_fine(id_: str) -> None:
    part, outcome = PARTS[id_]

    result = found(id_, **{part: LOST})

    assert (result.outcome, result.seen, result.remedy) == (outcome, LOST.detail, LOST.hint)


@pytest.mark.parametrize("id_", PARTS)
def test_what_is_not_set_was_not_looked_at_by_choice(id_: str) -> None:
    part, _ = PARTS[id_]

    assert found(id_, **{part: Unobserved(Why.BY_CHOICE, "Not set.")}).outcome is LEFT


@pytest.mark.parametrize(
    ("id_", "changes", "outcome", "seen"),
    [
        ("api-server", {"server": OUTSIDE}, FINE, "asked with a kubeconfig"),
        ("clock", {"skew": Skew(timedelta(seconds=5))}, FINE, "no more than 5 s"),
        ("clock", {"skew": Skew(timedelta(seconds=6))}, TROUBLE, "clock is 6 s behind the API server's"),
        ("clock", {"skew": Skew(timedelta(minutes=-3))}, TROUBLE, "clock is 3 minutes ahead of the API server's"),
        ("rights", {"permissions": ()}, UNKNOWN, "No permission was asked about"),
        (
            "excess-rights",
            {"permissions": (a_permission("list secrets (cluster-wide)", Purpose.EXCESS),)},
            WARNING,
            "may do what it never does: list secrets (cluster-wide)",
        ),
        (
            "excess-rights",
            {"permissions": (a_permission("list secrets (cluster-wide)", Purpose.EXCESS),), "server": OUTSIDE},
            LEFT,
            "rights of a person",
        ),
        ("optional-rights", {"permissions": (a_permission("list events", Purpose.DIAGNOSIS, allowed=False),)}, LEFT, "diagnose and logs"),
        (
            "optional-rights",
            {"permissions": (a_permission("get pods/proxy", Purpose.METRICS, allowed=False),)},
            LEFT,
            "sentry's own metrics",
        ),
        ("rotation-rights", {"permissions": (a_permission(),)}, LEFT, "DAPR_WARDEN_ROTATION is off"),
        (
            "rotation-rights",
            {"permissions": (a_permission("patch daemonsets.apps", Purpose.ROTATION, allowed=False),)},
            WARNING,
            "0 of 1 permission; missing: patch daemonsets.apps. So every plan is blocked.",
        ),
        ("sealing-key", {"sealing": KeyFile(path="/k", mounted=False, everybody=False)}, FINE, "from /k, which is no volume"),
        ("sealing-key", {"sealing": KeyFile(path="/k", mounted=True, everybody=True)}, WARNING, "Everybody on this machine may read"),
        ("sealing-key", {"permissions": LOST}, UNKNOWN, "whether the bot's account can read its Secret is not known"),
        (
            "sealing-key",
            {"permissions": (a_permission("get secrets in namespace dapr-warden", Purpose.SEALING),)},
            WARNING,
            "the bot's account may get secrets in namespace dapr-warden: whoever has its token opens what is sealed",
        ),
        (
            "sealing-works",
            {},
            FINE,
            "sealed and opened again with the program of DAPR_WARDEN_SEALING_COMMAND, within 0.3 s, and thrown away",
        ),
        ("sealing-works", {"sealed": SealTrial(by_command=False, took=timedelta())}, FINE, "with the key file, within 0.1 s"),
        ("sealing-works", {"sealed": SealTrial(by_command=True, took=timedelta(seconds=4))}, WARNING, "within 4.0 s"),
        ("loki", {"loki": ""}, FINE, "without saying its version"),
        ("loki", {"loki": NO_LOKI}, LEFT, "DAPR_WARDEN_LOKI_URL is not set"),
        (
            "loki-labels",
            {"labels": LogLabels(namespace="ns", pod="", container="c")},
            WARNING,
            'Labels: "ns" for the namespace and "c" for the container; none for the pod.',
        ),
        ("loki-labels", {"labels": LogLabels(namespace="ns", pod="p", container="")}, WARNING, "components cannot be told apart"),
        (
            "loki-labels",
            {"labels": LogLabels(namespace="ns", pod="k8s_pod", container="c", pod_is_metadata=True)},
            FINE,
            '"ns" for the namespace, "k8s_pod" for the pod and "c" for the container (the pod as structured metadata).',
        ),
        ("loki-lines", {"flow": flow(0, 0)}, WARNING, "No line of namespace dapr-system within the last hour"),
        (
            "loki-lines",
            {"flow": flow(0, 7)},
            FINE,
            "7 lines of namespace dapr-system within the last hour, the newest less than 5 minutes old",
        ),
        (
            "loki-lines",
            {"flow": flow(1, 0, 0)},
            FINE,
            "1 line of namespace dapr-system within the last hour, the newest 10 to 15 minutes old",
        ),
        ("log-watch", {"watch": LogView(read_until_at=NOW - timedelta(minutes=6))}, WARNING, "have been read until"),
        ("prometheus", {"prometheus": ""}, FINE, "without saying its version"),
        ("prometheus", {"prometheus": NO_PROMETHEUS}, LEFT, "DAPR_WARDEN_PROMETHEUS_URL is not set"),
        ("own-metrics", {"own_metrics": Scraped(metric="dapr_warden_build_info", series=0)}, WARNING, "of this bot are not scraped"),
        (
            "sentry-metrics",
            {"sentry_metrics": Scraped(metric="m", series=2, labels=("kubernetes_namespace",))},
            FINE,
            "m: 2 series; namespace is kubernetes_namespace and no label names the pod",
        ),
        ("memory", {"memory": a_condition(writable=False)}, TROUBLE, "can be read but not written"),
        ("memory", {"memory": a_condition(exists=False, writable=False)}, TROUBLE, "its directory cannot be written"),
        ("memory", {"memory": a_condition(exists=False)}, LEFT, "does not exist yet"),
        ("memory", {"memory": a_condition(revision="r0001")}, WARNING, "has schema r0001, this version knows r0002"),
        ("disk", {"memory": a_condition(free_bytes=1024)}, TROUBLE, "Only 0.0 MiB free"),
        ("disk", {"memory": a_condition(free_bytes=None)}, UNKNOWN, "could not be told"),
        ("disk", {"memory": a_condition(filesystem="tmpfs")}, WARNING, "gone with this pod"),
        ("disk", {"memory": a_condition(filesystem="emptyDir")}, WARNING, "is on emptyDir, which is gone with this pod"),
        ("disk", {"memory": a_condition(filesystem="overlay"), "server": OUTSIDE}, FINE, "900.0 MiB free on overlay"),
        ("disk", {"memory": a_condition(free_bytes=2**31)}, FINE, "2.0 GiB free"),
        ("outbox", {"backlog": Backlog(count=1, oldest_at=NOW)}, FINE, "1 message for the channel waiting"),
        ("outbox", {"memory": a_condition(exists=False)}, Outcome.NOT_LOOKED_AT, "There is no memory here yet"),
        ("outbox", {"backlog": Backlog(count=2, oldest_at=NOW - timedelta(minutes=3))}, TROUBLE, "2 messages for the channel waiting"),
    ],
)
def test_what_is_seen_is_said_with_its_outcome(id_: str, changes: dict[str, Any], outcome: Outcome, seen: str) -> None:
    result = found(id_, **changes)

    assert result.outcome is outcome
    assert seen in result.seen
    assert bool(result.remedy) or outcome not in (WARNING, TROUBLE)


def test_a_missing_permission_comes_with_the_rule_and_the_file_that_grant_it() -> None:
    result = found("rights", permissions=(a_permission("get pods"), a_permission("list pods (cluster-wide)", allowed=False)))

    assert (result.outcome, result.seen) == (TROUBLE, "1 of 2 permissions; missing: list pods (cluster-wide).")
    assert result.remedy == (
        'Grant what deploy/kustomize/read/rbac.yaml grants: ClusterRole: apiGroups: [""], resources: [pods], verbs: [list].'
    )


def test_of_many_missing_permissions_the_rules_are_not_repeated() -> None:
    result = found("rights", permissions=tuple(a_permission(f"get x{number}", allowed=False) for number in range(9)))

    assert result.seen.startswith("0 of 9 permissions; missing: get x0, get x1")
    assert result.remedy == "Grant what deploy/kustomize/read/rbac.yaml grants, or apply all of it again with kubectl apply -k."


@pytest.mark.parametrize(
    ("lost", "whose", "behind"),
    [
        (("server", "skew", "permissions"), "The API server", ("clock", "rights", "optional-rights", "rotation-rights", "excess-rights")),
        (("loki", "labels", "flow"), "Loki", ("loki-labels", "loki-lines")),
        (
            ("prometheus", "sentry_metrics", "sidecar_metrics", "own_metrics"),
            "Prometheus",
            ("sentry-metrics", "sidecar-metrics", "own-metrics"),
        ),
    ],
)
def test_why_a_source_does_not_answer_is_said_once(lost: tuple[str, ...], whose: str, behind: tuple[str, ...]) -> None:
    results = {result.id: result for result in examined(EXAMINATIONS, vitals(**dict.fromkeys(lost, LOST)))}

    assert [id_ for id_, result in results.items() if LOST.detail in result.seen and id_ not in PARTS_OF_THEIR_OWN] == []
    assert {(results[id_].outcome, results[id_].seen) for id_ in behind} == {(UNKNOWN, f"{whose} does not answer, so this is not known.")}


@pytest.mark.parametrize(
    ("kept", "outcome", "seen"),
    [
        (Safekeeping(), WARNING, "no look at the cluster has ended yet"),
        (Safekeeping(waits="Secret and ConfigMap differ"), WARNING, "nothing could be restored: Secret and ConfigMap differ."),
        (Safekeeping(trouble="get secrets: forbidden", hint="Bind it."), TROUBLE, "does not open: get secrets: forbidden"),
        (Safekeeping(kept_at=NOW - timedelta(days=9), opened_at=NOW - timedelta(hours=25)), FINE, "opened on"),
        (Safekeeping(kept_at=NOW - timedelta(days=9), opened_at=NOW - timedelta(hours=27)), WARNING, "was not tried since"),
    ],
)
def test_a_backup_that_does_not_open_is_trouble_and_none_at_all_a_warning(kept: Safekeeping, outcome: Outcome, seen: str) -> None:
    result = found("backup", backup=kept)

    assert result.outcome is outcome
    assert seen in result.seen
