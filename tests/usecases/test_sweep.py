import asyncio
from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest

from bot.errors import Unreachable
from bot.model.alert import Reason
from bot.model.finding import Severity
from bot.model.identity import FIRST_SIGHT
from bot.model.observed import Observed
from tests.builders import A_CA, PARTS, a_ca, accepted, days, unobserved
from tests.usecases.watchtower import SETTLE, Watchtower

NOTHING: dict[str, Any] = dict.fromkeys(PARTS, unobserved())
MINUTES = timedelta(minutes=1)


async def test_a_healthy_cluster_is_saved_and_nothing_is_said() -> None:
    tower = Watchtower()

    swept = await tower.sweep()

    assert swept.report.severity is Severity.OK
    assert tower.reasons == []
    assert tower.store.reports == [swept.report]


async def test_the_first_ca_ever_seen_is_accepted_and_remembered_as_such() -> None:
    tower = Watchtower()
    tower.sees(accepted=Observed(None))

    await tower.sweep()

    assert tower.store.accepted is not None
    assert tower.store.accepted.roots == accepted(A_CA).roots
    assert tower.store.accepted.accepted_by == FIRST_SIGHT


async def test_a_ca_that_cannot_be_read_completely_is_not_accepted_at_first_sight() -> None:
    tower = Watchtower()
    tower.sees(accepted=Observed(None), secret=unobserved())

    await tower.sweep()

    assert tower.store.accepted is None


async def test_an_expiry_opens_one_card_and_the_next_sweep_is_due_at_the_very_instant_of_the_next_rung() -> None:
    tower = Watchtower()
    ca = a_ca(expires_in=days(12))
    tower.sees(ca=ca)

    opening = await tower.sweep()
    crossing = await tower.sweep(after=days(5))

    assert opening.next_at == crossing.report.taken_at
    assert tower.reasons == [Reason.OPENED, Reason.WORSENED]


async def test_twenty_more_sweeps_of_the_same_sight_say_nothing_more() -> None:
    tower = Watchtower()
    tower.sees(ca=a_ca(expires_in=days(12)))
    await tower.sweep()

    for _ in range(20):
        await tower.sweep(after=MINUTES)

    assert tower.reasons == [Reason.OPENED]


async def test_two_healthy_sweeps_resolve_a_card() -> None:
    tower = Watchtower()
    tower.sees(ca=a_ca(expires_in=days(12)))
    await tower.sweep()
    tower.sees()

    healing = await tower.sweep(after=MINUTES)
    await tower.sweep(after=MINUTES)

    assert healing.next_at == healing.report.taken_at + SETTLE
    assert tower.reasons == [Reason.OPENED, Reason.RESOLVED]


async def test_a_sweep_that_sees_nothing_lowers_no_card_and_after_ten_minutes_is_one_itself() -> None:
    tower = Watchtower()
    tower.sees(ca=a_ca(expires_in=days(5)))
    await tower.sweep()
    before = set(tower.open_causes)
    tower.sees(**NOTHING)

    await tower.sweep(after=5 * MINUTES)
    early = set(tower.open_causes)
    await tower.sweep(after=6 * MINUTES)

    assert early == before
    assert set(tower.open_causes) == before | {"blind"}


async def test_sight_regained_resolves_the_blind_card() -> None:
    tower = Watchtower()
    await tower.sweep()
    tower.sees(**NOTHING)
    await tower.sweep(after=11 * MINUTES)
    tower.sees()

    await tower.sweep(after=MINUTES)
    await tower.sweep(after=MINUTES)

    assert tower.reasons == [Reason.OPENED, Reason.RESOLVED]


async def test_a_bug_in_gathering_leaves_everything_unknown_and_is_told_as_blindness() -> None:
    tower = Watchtower()
    await tower.sweep()
    tower.broken = RuntimeError("the secret is hunter2")

    swept = await tower.sweep(after=11 * MINUTES)

    assert tower.open_causes == ["blind"]
    assert swept.report.cluster == "prod-eu"
    assert "hunter2" not in str(swept)


async def test_a_memory_that_does_not_answer_stops_the_sweep_and_changes_nothing() -> None:
    tower = Watchtower()

    async def full_disk() -> None:
        raise Unreachable("The bot's memory does not answer")

    tower.store.cards = full_disk  # type: ignore[assignment,method-assign]

    with pytest.raises(Unreachable):
        await tower.sweep()

    assert tower.sweeper.last is None


async def test_after_a_restart_the_last_report_of_the_earlier_process_is_known() -> None:
    before = Watchtower()
    swept = await before.sweep()
    after = Watchtower(store=before.store)

    await after.sweeper.remember()

    assert after.sweeper.last_report() == swept.report


async def test_people_who_ask_at_the_same_time_share_one_look() -> None:
    tower = Watchtower()

    tower.slow = asyncio.Event()

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(tower.sweeper.sweep_now()) for _ in range(5)]
        await asyncio.sleep(0)
        tower.slow.set()
    reports = [task.result() for task in asked]

    assert len(tower.saved) == 1
    assert all(report is reports[0] for report in reports)


async def test_each_check_remembers_when_it_could_last_judge() -> None:
    tower = Watchtower()
    first = await tower.sweep()
    tower.sees(census=unobserved())

    await tower.sweep(after=MINUTES)

    assert tower.sweeper.judged_at["sidecar-missing"] == first.report.taken_at
    assert tower.sweeper.judged_at["root-expiry"] == tower.clock.now()


async def test_the_report_holds_each_category_once_with_the_bots_own_sight_among_the_first() -> None:
    swept = await Watchtower().sweep()

    categories = [category for category, _ in groupby(swept.report.answers, key=lambda answer: answer.category)]
    assert categories == list(dict.fromkeys(categories))
    assert swept.report.answers[0].check_id == "blind"
