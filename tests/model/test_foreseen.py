"""What a rotation under way brings about for a while has no card; everything else has."""

from bot.checks import CHECKS
from bot.model.finding import Severity
from bot.model.foreseen import RECREATED, RESTARTED, WRITTEN, foreseen, without
from bot.model.judging import judge
from bot.model.policy import Policy
from bot.model.rotation import Kind
from bot.model.run import Held, Intended, Way
from bot.model.trust_pair import BOTH, NEW
from tests.builders import ANOTHER_CA, a_configmap, a_snapshot
from tests.rotation.course.sights import a_run, written


def test_every_foreseen_check_exists() -> None:
    assert {check.id for check in CHECKS} >= WRITTEN | RESTARTED | RECREATED


def test_nothing_is_foreseen_without_a_run_before_it_writes_and_while_it_holds() -> None:
    assert foreseen(None) == foreseen(a_run()) == frozenset()
    assert foreseen(written(BOTH, Held(step="sentry", reason="…", advice="", ways=(Way.RETRY,)))) == frozenset()


def test_what_the_writes_bring_about_is_foreseen_until_the_control_plane_is_through() -> None:
    assert foreseen(written()) == WRITTEN | RESTARTED
    assert foreseen(written(done=("sentry",))) == RESTARTED
    through = ("sentry", "control-plane", "admission")
    assert foreseen(written(done=through)) == frozenset()
    assert foreseen(written(BOTH, Intended(step="drop-old-root", effect="write-pair new", pair=NEW), done=through)) == WRITTEN | RESTARTED


def test_pods_that_lose_their_peers_are_foreseen_only_where_the_old_ca_is_dead() -> None:
    assert foreseen(written(NEW, kind=Kind.RECOVERY)) >= RECREATED
    assert not foreseen(written()) & RECREATED


def test_a_foreseen_check_is_not_judged_and_says_why() -> None:
    report = judge(a_snapshot(configmap=a_configmap(ANOTHER_CA.roots_pem)), Policy(), CHECKS)
    before = {one.check_id: one.severity for one in report.answers}
    after = {one.check_id: one.severity for one in without(report, {"bundle-mismatch"}).answers}

    assert before["bundle-mismatch"] is Severity.CRITICAL
    assert after == before | {"bundle-mismatch": Severity.NOT_CHECKED}
