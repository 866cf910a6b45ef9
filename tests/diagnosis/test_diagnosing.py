"""How causes are put together: who explains whom, what comes first, what is said of what was not seen, and texts that lie."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.checks import judge
from bot.diagnosis.clues import Clues
from bot.diagnosis.diagnosing import diagnose
from bot.diagnosis.explanation import Candidate, Explanation, Reach
from bot.diagnosis.sight import PARTS, SCENE_PARTS
from bot.model.chains import LiveChains
from bot.model.diagnosis import Cause, Certainty, Diagnosis
from bot.model.finding import Finding
from bot.model.judging import PART_NAMES
from bot.model.logs import LogLine
from bot.model.observed import Unobserved, Why
from bot.model.policy import Policy
from bot.model.redaction import LONGEST, MARK
from bot.model.scene import Level, PodName, PodState, Scene, Target
from tests.builders import (
    ANOTHER_CA,
    a_bare_pod,
    a_ca,
    a_component,
    a_control_plane,
    a_crd,
    a_pod,
    a_secret,
    a_silence,
    a_snapshot,
    days,
    unobserved,
)
from tests.diagnosis.scenes import ORDERS, SENTRY, a_container, a_crash, a_line, a_scene, a_state, an_event
from tests.diagnosis.wrappings import dapr_json
from tests.house.tree import ROOT

STORY = ROOT / "tests" / "rig" / "recorded"
OF_1_10 = a_ca("story", expires_in=days(-3), issuer_dns=("cluster.local",))
WARNED = "Dapr root certificate expiration warning: certificate has expired."
X509 = "x509: certificate has expired or is not yet valid: current time 2026-11-23T11:55:00Z is after 2026-11-20T12:00:00Z"
PROVED, LIKELY, POSSIBLE = Certainty


def a_cause(id_: str, certainty: Certainty = PROVED, *, is_certificate: bool = False, explains: tuple[str, ...] = ()) -> Cause:
    return Cause(id=id_, fact=id_, certainty=certainty, is_certificate=is_certificate, explains=explains)


def found(*candidates: Candidate) -> list[str]:
    """The ids that are told when these were found in this order."""
    explanation = Explanation(id="any", title="Any", find=lambda _: candidates)
    return [one.id for one in diagnose(a_scene(), [explanation], []).causes]


def the_story() -> Scene:
    """Dapr 1.10.4, the root over for three days, a deployment that fails its probes; every line that was printed."""
    lines: list[LogLine] = []
    place = ("", "", "")
    for text in (STORY / "story.txt").read_text(encoding="utf-8").splitlines():
        if text.startswith("# "):
            namespace, pod, container = text.removeprefix("# ").split()
            place = (namespace, ORDERS.pods[0].name, container) if container == "daprd" else (namespace, pod, container)
        else:
            namespace = "shop" if place[2] == "daprd" else place[0]
            lines.append(a_line(text, place[2], pod=place[1], namespace=namespace))
    sentry = (STORY / "sentry-1.10.4.txt").read_text(encoding="utf-8").splitlines()
    lines += [a_line(text, "dapr-sentry") for text in sentry if "has expired" in text]
    probe = '{} probe failed: Get "http://10.1.2.3:3501/v1.0/healthz": dial tcp 10.1.2.3:3501: connect: connection refused'
    return a_scene(
        a_snapshot(ca=OF_1_10, version="1.10.4", pods=[a_pod("orders", anchors=OF_1_10.roots_pem, version="1.10.4")]),
        states=[a_state(a_crash("daprd"))],
        events=[an_event("Unhealthy", probe.format(kind)) for kind in ("Liveness", "Readiness")],
        lines=lines,
    )


def test_the_story() -> None:
    diagnosis = diagnose(the_story())
    verdict = diagnosis.verdict

    assert verdict is not None
    assert (verdict.fact, verdict.certainty) == ("Dapr root certificate expired 3 days ago", PROVED)
    assert verdict.excerpts[0] == WARNED
    assert "docs/checks.md#already-expired" in verdict.next_step
    assert any("CreateSignedWorkloadCert" in one for one in verdict.excerpts)
    assert not any("client connection lost" in text for cause in diagnosis.causes for text in (*cause.excerpts, *cause.evidence))
    assert [one.id for one in diagnosis.causes] == ["root-expired"]
    assert diagnosis.unseen == ()


def test_the_story_where_nothing_but_the_lines_can_be_seen() -> None:
    scene = the_story()
    blind = {part: unobserved() for part in PARTS}
    snapshot = replace(scene.snapshot, **blind)
    diagnosis = diagnose(replace(scene, snapshot=snapshot, report=judge(snapshot, Policy()), states=unobserved(), events=unobserved()))

    assert [(one.id, one.certainty) for one in diagnosis.causes][:1] == [("root-expired", POSSIBLE)]
    assert diagnosis.causes[0].evidence[-1].startswith("Nothing bears it out: ")
    assert len([one for one in diagnosis.unseen if one.startswith("Cannot see ")]) == len(PARTS) + 2


def test_lines_never_prove_anything_about_certificates() -> None:
    scene = the_story()
    well = a_snapshot()
    diagnosis = diagnose(replace(scene, snapshot=well, report=judge(well, Policy())))

    assert [one.certainty for one in diagnosis.causes if one.is_certificate] == [POSSIBLE] * sum(
        one.is_certificate for one in diagnosis.causes
    )
    assert any("find nothing of the kind" in text for text in diagnosis.causes[0].evidence)


@pytest.mark.parametrize(
    ("order", "candidates"),
    [
        (["proved", "likely", "possible"], [a_cause("possible", POSSIBLE), a_cause("likely", LIKELY), a_cause("proved")]),
        (["ca", "image"], [a_cause("image"), a_cause("ca", is_certificate=True)]),
        (["image", "ca"], [a_cause("image", PROVED), a_cause("ca", LIKELY, is_certificate=True)]),
        (["first", "second"], [a_cause("first"), a_cause("second")]),
    ],
)
def test_certainty_comes_before_certificates_and_those_before_the_rest(order: list[str], candidates: Iterable[Cause]) -> None:
    assert found(*(Candidate(cause=one) for one in candidates)) == order


def test_what_hits_the_target_comes_first_then_others_then_later_then_herrings() -> None:
    candidates = [
        Candidate(cause=a_cause("herring", LIKELY), reach=Reach.HERRING),
        Candidate(cause=a_cause("later", is_certificate=True), reach=Reach.LATER),
        Candidate(cause=a_cause("maybe", POSSIBLE)),
        Candidate(cause=a_cause("elsewhere"), reach=Reach.ELSEWHERE),
        Candidate(cause=a_cause("likely", LIKELY)),
        Candidate(cause=a_cause("proved")),
    ]

    assert found(*candidates) == ["proved", "likely", "elsewhere", "maybe", "later"]
    assert found(*(one for one in candidates if one.cause.id != "later")) == ["proved", "likely", "elsewhere", "maybe", "herring"]


def test_what_follows_from_something_as_certain_is_not_told() -> None:
    root = Candidate(cause=a_cause("root", is_certificate=True, explains=("symptom",)))
    guess = Candidate(cause=a_cause("guess", POSSIBLE, explains=("symptom",)))
    symptom = Candidate(cause=a_cause("symptom", LIKELY))

    assert found(symptom, root) == ["root"]
    assert found(symptom, guess) == ["symptom", "guess"]


def test_of_two_that_explain_each_other_one_stays() -> None:
    one = Candidate(cause=a_cause("one", explains=("two",)))
    two = Candidate(cause=a_cause("two", explains=("one",)))

    assert found(two, one) == ["two"]


def test_an_explanation_that_breaks_costs_only_its_own_answer() -> None:
    def broken(_: Clues) -> Iterable[Candidate]:
        yield Candidate(cause=a_cause("half"))
        raise KeyError

    explanations = [
        Explanation(id="broken", title="It is broken", find=broken),
        Explanation(id="whole", title="It is whole", find=lambda _: [Candidate(cause=a_cause("whole"))]),
    ]
    diagnosis = diagnose(a_scene(), explanations, [])

    assert [one.id for one in diagnosis.causes] == ["half", "whole"]
    (sentence,) = diagnosis.unseen
    assert "KeyError" in sentence
    assert "It is broken" in sentence


def test_a_healthy_target_is_healthy_and_it_is_said_where_was_looked() -> None:
    diagnosis = diagnose(a_scene(lines=[a_line("something")]))

    assert (diagnosis.causes, diagnosis.unseen) == ((), ())
    assert "1 line of logs since 2026-11-23 11:00:00 UTC (Loki)" in diagnosis.looked_at
    assert "1 pod of orders" in diagnosis.looked_at


def test_a_target_without_pods_is_not_called_healthy() -> None:
    diagnosis = diagnose(a_scene(target=Target(level=ORDERS.level, name="orders", namespace="shop"), states=[]))

    assert diagnosis.unseen == ("No pod of orders was found in namespace shop, so there was nothing of its own to look at.",)


def test_a_pod_of_which_the_kubelet_tells_nothing_is_named() -> None:
    (sentence,) = diagnose(a_scene(states=[])).unseen

    assert "shop/orders-7f9c-0" in sentence


def an_unknown() -> Finding:
    snapshot = a_snapshot(pods=[a_pod("orders", anchors=b"")])
    return next(one for one in judge(snapshot, Policy()).findings if one.check_id == "anchors-unreadable")


def test_a_check_that_broke_is_not_passed_over() -> None:
    scene = a_scene()
    first, *rest = scene.report.answers
    finding = replace(an_unknown(), check_id=first.check_id)
    report = replace(scene.report, answers=(replace(first, severity=finding.severity, findings=(finding,)), *rest))

    (sentence,) = diagnose(replace(scene, report=report)).unseen
    assert first.check_id in sentence


TROUBLED = [
    a_scene(),
    a_scene(states=[a_state(a_crash("daprd"))], events=[an_event("FailedCreate", "exceeded quota", kind="ReplicaSet", name="orders-7f9c")]),
    a_scene(a_snapshot(pods=[a_pod("orders", anchors=ANOTHER_CA.roots_pem)]), lines=[a_line(dapr_json(WARNED), "dapr-sentry")]),
    a_scene(a_snapshot(ca=OF_1_10), target=SENTRY),
    the_story(),
]


def test_what_was_missing_of_what_was_seen_is_said() -> None:
    gap = Unobserved(Why.FORBIDDEN, "get pods/log in shop: forbidden.")

    assert "Not everything was seen: get pods/log in shop: forbidden." in diagnose(replace(a_scene(), gaps=(gap,))).unseen


def without(scene: Scene, parts: frozenset[str], why: Why) -> Scene:
    missing = Unobserved(why, "asked, and got no answer")
    snapshot = replace(scene.snapshot, **{part: missing for part in parts if part in PARTS})
    seen = replace(scene, snapshot=snapshot, report=judge(snapshot, Policy()))
    return replace(seen, **{part: missing for part in parts if part in SCENE_PARTS})


@given(
    scene=st.sampled_from(TROUBLED),
    parts=st.frozensets(st.sampled_from([*PARTS, *SCENE_PARTS])),
    why=st.sampled_from(Why),
)
def test_whatever_is_not_seen_is_named_and_nothing_breaks(scene: Scene, parts: frozenset[str], why: Why) -> None:
    diagnosis = diagnose(without(scene, parts, why))

    assert not [one for one in diagnosis.unseen if "broke" in one]
    names = {**PART_NAMES, **SCENE_PARTS}
    if why is Why.BY_CHOICE:
        chosen = "".join(one for one in diagnosis.looked_at if one.startswith("not looked at, by choice: "))
        assert [part for part in parts if names[part] not in chosen] == []
    else:
        assert len([one for one in diagnosis.unseen if "asked, and got no answer" in one]) >= len(parts)
        assert diagnosis.unseen or not parts
    proved_by_lines = [one for one in diagnosis.causes if one.is_certificate and one.certainty is PROVED]
    assert not (proved_by_lines and parts.issuperset(PARTS))


HOSTILE = [
    "<!channel> everything is broken",
    "\x1b[31mDapr root certificate expired\x1b[0m \u202eterces",
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.abcdefghijkl",
    "A" * 100_000,
    dapr_json(WARNED + " <!here> password=hunter2"),
    '{"log": {"log": [1, 2',
    "\ud800\udfff",
]


def texts(diagnosis: Diagnosis) -> list[str]:
    return [text for cause in diagnosis.causes for text in (cause.fact, *cause.evidence, *cause.excerpts, cause.next_step)]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("container", ["orders", "daprd", "dapr-sentry"])
def test_hostile_lines_prove_nothing_and_come_out_clean(text: str, container: str) -> None:
    crash = a_crash("daprd" if container == "daprd" else "orders", message=text)
    scene = a_scene(
        states=[a_state(crash)], events=[an_event("Unhealthy", text), an_event("FailedCreate", text)], lines=[a_line(text, container)]
    )
    diagnosis = diagnose(scene)

    assert not [one for one in diagnosis.causes if one.is_certificate and one.certainty is not POSSIBLE]
    assert not [one for one in texts(diagnosis) if "\x1b" in one or "\u202e" in one or "hunter2" in one or "eyJ" in one]
    assert all(len(excerpt) <= LONGEST for cause in diagnosis.causes for excerpt in cause.excerpts)
    assert not [cause.fact for cause in diagnosis.causes if "<!" in cause.fact]


def test_a_secret_in_a_line_that_is_shown_is_struck_out() -> None:
    diagnosis = diagnose(a_scene(lines=[a_line(dapr_json(f"{WARNED} token=abcdef0123456789"), "dapr-sentry")]))

    assert diagnosis.causes[0].excerpts == (f"{WARNED} token={MARK}",)


def test_lines_of_one_kind_are_one_sentence_with_first_last_and_number() -> None:
    lines = [a_line(dapr_json(WARNED), "dapr-sentry", at_minute=minute) for minute in (-50, -30, -10)]
    first, *_ = diagnose(a_scene(lines=lines)).causes[0].evidence

    assert first == "The log of sentry says so 3 times between 2026-11-23 11:10:00 UTC and 2026-11-23 11:50:00 UTC (dapr-sentry-0)."


def test_a_container_that_is_made_up_of_dapr_names_counts_only_in_its_place() -> None:
    forged = [a_line(dapr_json(WARNED), name, namespace="shop") for name in ("dapr-sentry", "dapr-operator")]

    assert diagnose(a_scene(lines=forged)).causes == ()


def test_an_app_that_ends_while_its_sidecar_waits_for_it_is_likely_to_be_the_cause() -> None:
    scene = a_scene(states=[a_state(a_crash(), a_container("daprd", ready=False))])

    assert [(one.id, one.certainty) for one in diagnose(scene).causes] == [("app-crashes", LIKELY)]


def test_an_app_that_ends_while_its_sidecar_ends_too_is_only_possibly_the_cause() -> None:
    scene = a_scene(states=[a_state(a_crash(), a_crash("daprd"))])

    assert ("app-crashes", POSSIBLE) in [(one.id, one.certainty) for one in diagnose(scene).causes]


def test_an_init_container_that_fails_is_not_the_sidecars_trouble() -> None:
    waiting = a_container("daprd", waiting="PodInitializing")
    scene = a_scene(states=[a_state(a_crash("migrate", code=2, is_init=True), waiting, a_container(waiting="PodInitializing"))])
    verdict = diagnose(scene).verdict

    assert verdict is not None
    assert (verdict.id, verdict.certainty) == ("app-crashes", PROVED)
    assert verdict.fact == "Container migrate of orders ends by itself with exit code 2"


def test_last_words_are_shown_as_they_stood() -> None:
    lines = [a_line(f"line {number}", "orders", at_minute=number - 20) for number in range(9)]
    verdict = diagnose(a_scene(states=[a_state(a_crash())], lines=lines)).verdict

    assert verdict is not None
    assert verdict.excerpts == ("line 6", "line 7", "line 8")


def test_a_pod_that_has_done_its_work_is_well() -> None:
    done = [a_container(name, running=False, ready=False, exit_code=0, ended="Completed") for name in ("orders", "daprd")]

    assert diagnose(a_scene(states=[a_state(*done, phase="Succeeded")])).causes == ()


def test_a_sidecar_of_which_only_the_list_of_pods_tells_crash_loops_all_the_same() -> None:
    scene = a_scene(a_snapshot(pods=[a_pod("orders", state="CrashLoopBackOff")]), states=unobserved())

    assert [(one.id, one.certainty) for one in diagnose(scene).causes] == [("sidecar-crashes", POSSIBLE)]


def test_a_scheduler_that_is_away_is_not_why_a_sidecar_ends() -> None:
    components = a_control_plane({"scheduler-server": a_component("scheduler-server", ready=0, waiting="CrashLoopBackOff", restarts=9)})
    diagnosis = diagnose(a_scene(a_snapshot(components=components), states=[a_state(a_crash("daprd"))]))

    assert {one.id for one in diagnosis.causes} == {"control-plane-unready", "sidecar-crashes"}
    assert all("sidecar-crashes" not in one.explains for one in diagnosis.causes)


def test_some_lines_of_the_control_plane_are_not_about_the_target() -> None:
    about = "Failed to get pod shop/{} for requested identity: Pod not found"
    ours = a_scene(lines=[a_line(dapr_json(about.format("orders-7f9c-0")), "dapr-sentry")])
    theirs = a_scene(lines=[a_line(dapr_json(about.format("orders-api-7f9c-0")), "dapr-sentry")])

    assert [one.id for one in diagnose(ours).causes] == ["sentry-denies"]
    assert [one.id for one in diagnose(theirs).causes] == ["other-complaint"]


def test_a_distrusted_conversion_webhook_is_not_why_an_image_cannot_be_pulled() -> None:
    scene = a_scene(a_snapshot(crd=a_crd(ANOTHER_CA.roots_pem)), states=[a_state(a_container(waiting="ErrImagePull"))])

    assert [one.id for one in diagnose(scene).causes] == ["image-pull", "conversion-untrusted"]


def test_the_command_recreates_the_targets_pods_not_those_of_others() -> None:
    others = [a_pod(name, anchors=ANOTHER_CA.roots_pem) for name in ("a-first-app", "orders", "z-last-app")]

    for pods in (others, [a_bare_pod(one.pod.app_id) for one in others]):
        verdict = diagnose(a_scene(a_snapshot(pods=pods))).verdict
        assert verdict is not None
        assert verdict.next_step.endswith("kubectl -n shop rollout restart deployment/orders")


SENTRY_ENDS = a_state(a_crash("dapr-sentry"), pod=SENTRY.pods[0])


def test_a_sentry_that_ends_for_an_unknown_reason_is_told_with_its_last_words() -> None:
    components = a_control_plane({"sentry": a_component("sentry", ready=0, waiting="CrashLoopBackOff", restarts=7)})
    lines = [a_line("panic: out of luck", "dapr-sentry")]

    for snapshot in (a_snapshot(components=components), a_snapshot(components=unobserved())):
        diagnosis = diagnose(a_scene(snapshot, target=SENTRY, states=[SENTRY_ENDS], lines=lines))
        assert [(one.id, one.certainty, one.excerpts) for one in diagnosis.causes] == [
            ("control-plane-unready", PROVED, ("panic: out of luck",))
        ]


def test_a_sentry_that_is_seen_to_end_does_so_because_of_its_bundle() -> None:
    snapshot = a_snapshot(secret=a_secret(key=ANOTHER_CA.key_pem), components=unobserved())

    assert [one.id for one in diagnose(a_scene(snapshot, target=SENTRY, states=[SENTRY_ENDS])).causes] == ["sentry-refuses-bundle"]


@pytest.mark.parametrize(
    "state",
    [
        a_state(phase="Unknown"),
        a_state(phase="Pending"),
        a_state(a_container(waiting="ContainerCreating")),
        a_state(a_container(ready=False)),
        a_state(a_container("daprd", ready=False)),
        a_state(a_container("daprd", waiting="SomethingNew")),
        a_state(phase="Failed", reason="SomethingNew"),
    ],
    ids=range(7),
)
def test_a_pod_that_is_not_ready_is_never_called_well(state: PodState) -> None:
    diagnosis = diagnose(a_scene(states=[state]))

    assert [one.certainty for one in diagnosis.causes] == [POSSIBLE]
    assert diagnosis.causes[0].id in ("pod-not-ready", "probe-wrong", "sidecar-not-ready")


def test_sentrys_word_is_shown_before_later_words_of_others() -> None:
    renewal = f"error starting server: error from authenticator CreateSignedWorkloadCert: {X509}"
    lines = [
        a_line(dapr_json(WARNED), "dapr-sentry", at_minute=-50),
        a_line(dapr_json(renewal, "dapr.runtime.grpc.internal"), at_minute=-1),
    ]
    verdict = diagnose(a_scene(a_snapshot(ca=OF_1_10, version="1.10.4", pods=[a_pod(version="1.10.4")]), lines=lines)).verdict

    assert verdict is not None
    assert verdict.excerpts == (WARNED, renewal)


def test_a_gap_inside_what_was_seen_is_named() -> None:
    gap = Unobserved(Why.TIMED_OUT, "Reading the logs in Loki took longer than 2.4 s and was given up.")

    assert diagnose(replace(a_scene(source="Kubernetes"), gaps=(gap,))).unseen == (
        "Not everything was seen: Reading the logs in Loki took longer than 2.4 s and was given up.",
    )


def test_of_a_large_application_the_worst_pods_are_looked_at_and_that_is_enough() -> None:
    pods = tuple(PodName("shop", f"orders-{number}") for number in range(12))
    target = Target(level=Level.APP, name="orders", namespace="shop", pods=pods)
    diagnosis = diagnose(a_scene(target=target, states=[a_state(pod=pod) for pod in pods[:10]]))

    assert not [one for one in diagnosis.unseen if "could not be looked at" in one]
    assert "10 pods of orders (the worst; 2 more only as the census tells)" in diagnosis.looked_at


def test_who_may_see_nothing_learns_that_nothing_was_looked_at() -> None:
    no = unobserved(Why.FORBIDDEN)
    parts: dict[str, Any] = dict.fromkeys(("secret", "configmap", "components", "census", "mtls", "webhook", "crd", "issuer_gauges"), no)
    snapshot = a_snapshot(accepted=no, logs=no, **parts)

    assert diagnose(a_scene(snapshot, states=no, events=no, lines=no)).is_blind
    assert not diagnose(a_scene(snapshot, states=no, events=no, lines=[a_line("x")])).is_blind
    assert not diagnose(a_scene()).is_blind


def test_what_servers_show_is_among_what_was_looked_at_and_who_shows_nothing_is_named() -> None:
    diagnosis = diagnose(a_scene(chains=LiveChains(silent=(a_silence("daprd"),))))

    assert "what 5 servers of Dapr's show in a handshake" in diagnosis.looked_at
    assert any(one.startswith("Not everything was seen: daprd (") for one in diagnosis.unseen)


def test_servers_of_which_none_showed_anything_are_not_counted() -> None:
    diagnosis = diagnose(a_scene(a_snapshot(chains=unobserved(Why.BY_CHOICE)), chains=LiveChains()))

    assert not any("in a handshake" in one for one in diagnosis.looked_at)
