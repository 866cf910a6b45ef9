from bot.model.crossing import next_crossing
from bot.model.policy import Policy
from tests.builders import days, hours
from tests.cards import a_finding
from tests.certificates import NOW


def test_the_next_rung_of_the_soonest_expiry_is_next() -> None:
    far = a_finding(rung=60, deadline_at=NOW + days(45))
    near = a_finding(rung=14, deadline_at=NOW + days(12))

    assert next_crossing([far, near], Policy(), NOW) == NOW + days(5)


def test_the_very_end_is_a_rung() -> None:
    assert next_crossing([a_finding(rung=1, deadline_at=NOW + hours(3))], Policy(), NOW) == NOW + hours(3)


def test_what_has_ended_crosses_nothing_more() -> None:
    assert next_crossing([a_finding(rung=0, deadline_at=NOW - days(1))], Policy(), NOW) is None


def test_a_deadline_outside_the_ladder_is_no_crossing() -> None:
    assert next_crossing([a_finding(rung=None, deadline_at=NOW + days(3))], Policy(), NOW) is None
