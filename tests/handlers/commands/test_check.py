from datetime import timedelta

from tests.handlers.conftest import Talk, a_ca_change, a_report
from tests.handlers.transcript import of_slack


async def test_check_lists_every_check_with_its_word(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock, a_ca_change())

    gesture = await talk.slash("check")

    lines = of_slack(gesture.messages[0]).splitlines()
    assert lines[0] == "Checks of prod-eu · Seen just now (23 Nov 2026 12:00)"
    assert "  • 🔴 CRITICAL The root lives `ca-changed`" in lines
    assert "  • 🟢 The root lives `bundle-mismatch`" in lines


async def test_one_check_shows_its_evidence_and_where_it_is_explained(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock, a_ca_change())

    gesture = await talk.slash("check ca-changed")

    shown = of_slack(gesture.messages[0])
    assert "🔴 CRITICAL · The CA is not the accepted one" in shown
    assert "  • Last written by sentry (it calls itself so) at 2026-11-23 11:58:00 UTC." in shown
    assert "docs/checks.md#ca-changed" in shown


async def test_the_id_may_be_quoted_and_in_capitals(talk: Talk) -> None:
    gesture = await talk.slash("  CHECK   “Root-Expiry” ")

    assert "OK · The root lives" in gesture.messages[0].text


async def test_an_unknown_id_gets_the_nearest_one(talk: Talk) -> None:
    gesture = await talk.slash("check root-expire")

    assert of_slack(gesture.messages[0]) == "There is no check `root-expire`. Did you mean `/dapr check root-expiry`?"


async def test_an_id_near_nothing_gets_the_whole_list(talk: Talk) -> None:
    gesture = await talk.slash("check zzz")

    assert "  • `bundle-mismatch`" in of_slack(gesture.messages[0]).splitlines()


async def test_an_old_report_never_shows_an_old_green(talk: Talk) -> None:
    talk.sweeper.report = a_report(talk.clock, a_ca_change())
    talk.clock.advance(timedelta(minutes=11))

    every, one = (await talk.slash("check")).messages[0], (await talk.slash("check bundle-mismatch")).messages[0]

    lines = of_slack(every).splitlines()
    assert lines[0] == "Checks of prod-eu · Seen 11 min ago (23 Nov 2026 12:00)"
    assert "  • ⚪ UNKNOWN The root lives `bundle-mismatch`" in lines
    assert "  • 🔴 CRITICAL The root lives `ca-changed`" in lines
    assert "This could not be judged." in of_slack(one)


async def test_before_the_first_sweep_there_is_no_answer_yet(talk: Talk) -> None:
    talk.sweeper.report = None

    gesture = await talk.slash("check")

    assert "No look at prod-eu has finished yet" in gesture.messages[0].text
