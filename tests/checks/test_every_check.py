"""What every check gets for free, and must keep: add one to CHECKS and these ask it too."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.checks import CHECKS, judge
from bot.model.check import Category, Check
from bot.model.finding import Severity
from bot.model.observed import Why
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from tests.asking import ask
from tests.builders import PARTS, a_bare_pod, a_ca, a_configmap, a_control_plane, a_pod, a_snapshot, a_webhook, days, unobserved
from tests.certificates import NOW


def with_parts(**parts: object) -> Snapshot:
    chosen: dict[str, Any] = parts
    return a_snapshot(**chosen)


EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
NEEDS = [(check, part) for check in CHECKS for part in check.needs]
NEVER_ABSENT = ("components", "census", "issuer_gauges", "logs", "chains")
ABSENCES = [
    *((part, None) for part in PARTS if part not in NEVER_ABSENT),
    *((part, unobserved(why)) for part in PARTS for why in (Why.FORBIDDEN, Why.BY_CHOICE)),
]
SORRY = a_snapshot(
    ca=a_ca(expires_in=days(-1)),
    configmap=a_configmap(b"-----BEGIN nonsense"),
    pods=[a_pod("orders", anchors=a_ca("second").roots_pem, version="1.99.0"), a_pod("odd", anchors=None), a_bare_pod("bare")],
    components=a_control_plane({"sentry": None}),
    webhook=a_webhook(None),
)


@EACH
def test_a_healthy_cluster_is_not_mentioned(check: Check) -> None:
    assert ask(check.id, a_snapshot()).severity is Severity.OK


@EACH
@pytest.mark.parametrize("version", ["1.10.4", "1.13.6", "1.16.2", "1.18.3"])
def test_a_healthy_cluster_of_any_version_is_not_mentioned(check: Check, version: str) -> None:
    # Up to 1.11 operator and placement serve with the issuer itself, by this name.
    ca = a_ca("named", issuer_dns=("cluster.local",))
    snapshot = a_snapshot(ca=ca, version=version, pods=[a_pod(version=version, anchors=ca.roots_pem)])

    assert ask(check.id, snapshot).severity is Severity.OK


@EACH
def test_without_the_secret_by_choice_a_healthy_cluster_is_not_mentioned(check: Check) -> None:
    expected = Severity.NOT_CHECKED if "secret" in check.needs else Severity.OK

    assert ask(check.id, a_snapshot(off=True)).severity is expected


@pytest.mark.parametrize(("check", "part"), NEEDS, ids=lambda each: each.id if isinstance(each, Check) else each)
@pytest.mark.parametrize("why", [why for why in Why if why is not Why.BY_CHOICE], ids=lambda why: why.value)
def test_a_needed_part_that_was_not_observed_makes_it_unknown(check: Check, part: str, why: Why) -> None:
    (finding,) = ask(check.id, with_parts(**{part: unobserved(why)})).findings

    assert finding.severity is Severity.UNKNOWN
    assert finding.fact.startswith("Cannot see ")
    assert finding.next_step == unobserved().hint
    assert finding.cause == check.id


@pytest.mark.parametrize(("check", "part"), NEEDS, ids=lambda each: each.id if isinstance(each, Check) else each)
def test_a_needed_part_that_was_left_out_by_choice_makes_it_not_checked(check: Check, part: str) -> None:
    assert ask(check.id, with_parts(**{part: unobserved(Why.BY_CHOICE)})).severity is Severity.NOT_CHECKED


@pytest.mark.parametrize(("check", "part"), NEEDS, ids=lambda each: each.id if isinstance(each, Check) else each)
def test_choice_does_not_hide_trouble_with_another_part(check: Check, part: str) -> None:
    unseen = {other: unobserved(Why.BY_CHOICE) for other in check.needs} | {part: unobserved(Why.FORBIDDEN)}

    assert ask(check.id, with_parts(**unseen)).severity is Severity.UNKNOWN


@EACH
@pytest.mark.parametrize(("part", "seen"), ABSENCES, ids=lambda each: getattr(getattr(each, "why", each), "value", each))
def test_no_part_that_is_absent_or_unseen_breaks_it(check: Check, part: str, seen: object) -> None:
    assert not any("broke" in finding.fact for finding in ask(check.id, with_parts(**{part: seen})).findings)


@EACH
def test_nothing_seen_at_all_is_never_ok(check: Check) -> None:
    snapshot = with_parts(**{part: unobserved(Why.UNREACHABLE) for part in PARTS})

    assert ask(check.id, snapshot).severity is Severity.UNKNOWN


@EACH
def test_what_it_says_about_a_sorry_cluster_is_complete(check: Check) -> None:
    for finding in ask(check.id, SORRY).findings:
        assert finding.check_id == check.id
        assert finding.fact
        assert not finding.fact.endswith(".")
        assert "\n" not in finding.fact
        assert all(sentence.strip() for sentence in finding.evidence)
        assert finding.next_step or finding.severity is Severity.UNKNOWN


@EACH
def test_what_it_says_does_not_change_with_every_second(check: Check) -> None:
    later = a_snapshot(ca=a_ca(expires_in=days(12)), taken_at=NOW)
    moment = a_snapshot(ca=a_ca(expires_in=days(12)), taken_at=NOW.replace(second=50))

    assert ask(check.id, later) == ask(check.id, moment)


@EACH
def test_its_id_is_kebab_case(check: Check) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", check.id)


@EACH
def test_its_title_is_a_healthy_fact(check: Check) -> None:
    assert check.title
    assert not check.title.endswith((".", "?"))


@EACH
def test_it_has_a_heading_in_the_documents(check: Check) -> None:
    assert f"\n## {check.id}\n" in DOCS.read_text(encoding="utf-8")


def test_they_are_asked_in_reading_order() -> None:
    found = [check.category for check in CHECKS]

    assert found == sorted(found, key=list(Category).index)


def test_every_check_has_its_answer() -> None:
    answers = judge(a_snapshot(), Policy()).answers

    assert [answer.check_id for answer in answers] == [check.id for check in CHECKS]
