"""Each scenario brings what it promises: seen by the bot's own core, over HTTP, with the shipped rights."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.model import inventory_words
from bot.model.finding import Severity
from bot.model.inventory import inventory
from bot.model.observed import Observed
from bot.model.places import Holder
from bot.model.policy import Policy
from playground.stage import scenarios
from playground.stage.scenario import Scenario
from playground.stage.scenarios import SCENARIOS
from tests.playground.stage.watching import watched

Cards: TypeAlias = dict[str, str]

NEWLINE: Cards = {"bundle-mismatch": "critical"}
REPLACED: Cards = {"bundle-mismatch": "resolved", "ca-changed": "critical"}
RESTORED: Cards = {"bundle-mismatch": "resolved", "ca-changed": "resolved"}
TOLD: Cards = {"root-expiry": "warning"}

# The cards after the bot has seen what happens, then after each of the deeds, in their order.
PROMISES: Mapping[str, tuple[Cards, Mapping[str, Cards]]] = {
    "expires-soon": (
        TOLD,
        {
            "newline": TOLD | NEWLINE,
            "sentry-restarts": REPLACED | {"root-expiry": "resolved"},
            "restore": TOLD | RESTORED,
            "renew": {"bundle-mismatch": "resolved", "ca-changed": "warning", "root-expiry": "resolved"},
        },
    ),
    "healthy": ({}, {"newline": NEWLINE, "sentry-restarts": REPLACED, "restore": RESTORED}),
    "expired": ({"root-expiry": "critical"}, {"renew": {"root-expiry": "resolved", "ca-changed": "warning"}}),
    "mismatch": ({}, {"newline": NEWLINE, "sentry-restarts": REPLACED, "restore": RESTORED, "recreate-pods": RESTORED}),
    "hard-cut": (
        {"ca-changed": "critical", "root-expiry": "resolved"},
        {
            "recreate-pods": {"ca-changed": "warning", "root-expiry": "resolved"},
            # What was recreated since does not trust the old CA.
            "restore": {"ca-changed": "resolved", "root-expiry": "warning", "stale-pods": "critical"},
        },
    ),
    "configmap-missing": (
        {"configmap-incomplete": "critical"},
        {"sentry-restarts": {"configmap-incomplete": "critical"}, "restore": {"configmap-incomplete": "resolved"}},
    ),
    "helm-reverts": (
        {"ca-changed": "critical", "root-expiry": "warning"},
        {
            "restore": {"ca-changed": "resolved", "root-expiry": "resolved"},
            "recreate-pods": {"ca-changed": "resolved", "root-expiry": "resolved"},
        },
    ),
    "forbidden": ({"root-expiry": "warning, unseen", "blind": "warning"}, {"give-back": TOLD | {"blind": "resolved"}}),
    "slow": (TOLD, {"heal": TOLD}),
    "hanging": ({"blind": "warning"}, {"heal": {"blind": "resolved"}}),
    "five-thousand-pods": (TOLD, {"newline": TOLD | NEWLINE, "restore": TOLD | {"bundle-mismatch": "resolved"}}),
}


# The first line of `/dapr cert`, and of it the number of certificates, once it has happened.
CERTIFICATES: Mapping[str, tuple[Severity, str, int]] = {
    "expires-soon": (Severity.WARNING, "Next to end: root CA and issuer, in 12 days", 2),
    "healthy": (Severity.OK, "Next to end: root CA and issuer, in 300 days", 2),
    "expired": (Severity.CRITICAL, "Expired: root CA and issuer, 3 days ago", 2),
    "mismatch": (Severity.OK, "Next to end: root CA and issuer, in 200 days", 2),
    "hard-cut": (Severity.CRITICAL, "3 pods do not trust the present CA", 3),
    "configmap-missing": (Severity.UNKNOWN, "Next to end: root CA and issuer, in 200 days; not everything could be seen", 2),
    "helm-reverts": (Severity.CRITICAL, "6 pods do not trust the present CA", 3),
    "forbidden": (Severity.UNKNOWN, "No certificate was seen", 0),
    "slow": (Severity.WARNING, "Next to end: root CA and issuer, in 12 days", 2),
    "hanging": (Severity.UNKNOWN, "No certificate was seen", 0),
    "five-thousand-pods": (Severity.WARNING, "Next to end: root CA and issuer, in 12 days", 2),
}


def of(scenario_id: str) -> Scenario:
    (scenario,) = [scenario for scenario in SCENARIOS if scenario.id == scenario_id]
    return scenario


def test_every_scenario_is_listed_once_and_promises_something_for_each_of_its_deeds() -> None:
    folder = Path(scenarios.__file__).parent

    assert [scenario.id for scenario in SCENARIOS] == list(dict.fromkeys(scenario.id for scenario in SCENARIOS))
    assert {scenario.id.replace("-", "_") for scenario in SCENARIOS} == {path.stem for path in folder.glob("[a-z]*.py")}
    assert {one.id: [deed.id for deed in one.deeds] for one in SCENARIOS} == {id_: list(deeds) for id_, (_, deeds) in PROMISES.items()}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_people_are_told_what_they_see_in_whole_sentences(scenario: Scenario) -> None:
    told = [scenario.summary, scenario.look_for, *(deed.explains for deed in scenario.deeds)]

    assert scenario.title
    assert [sentence for sentence in told if not sentence.endswith(".")] == []


@pytest.mark.parametrize("scenario_id", PROMISES)
async def test_a_scenario_brings_the_cards_it_promises_and_so_does_each_deed(scenario_id: str, tmp_path: Path) -> None:
    begun, after = PROMISES[scenario_id]
    async with watched(of(scenario_id), tmp_path) as bot:
        assert await bot.looks() == begun
        for deed_id, cards in after.items():
            assert (deed_id, await bot.does(deed_id)) == (deed_id, cards)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
async def test_the_certificates_of_a_scenario_are_listed_and_what_is_missing_is_said(scenario: Scenario, tmp_path: Path) -> None:
    severity, headline, count = CERTIFICATES[scenario.id]
    async with watched(scenario, tmp_path) as bot:
        found = inventory((await bot.sweeps()).snapshot, Policy())

    # Whether servers of a simulated cluster shake hands is not the question here.
    shown = {Holder.SHOWN, Holder.SENT_ALONG}
    others = [entry for entry in found.entries if not {place.holder for place in entry.places} <= shown]
    assert (found.severity, inventory_words.headline(found), len(others)) == (severity, headline, count)
    assert bool(found.blanks) or len(others) < len(found.entries)


async def test_the_story_is_told_by_people_who_look_everywhere_else_first(tmp_path: Path) -> None:
    async with watched(of("expired"), tmp_path) as bot:
        await bot.looks()
        said = "\n".join(message.text for message in bot.world.slack.workspace.messages)
        last = bot.sweeper.last
        assert last is not None

        for words in (
            "CrashLoopBackOff",
            "nothing in the application's log",
            "http2: client connection lost",
            "x509: certificate has expired",
        ):
            assert words in said
        assert last.report.severity is Severity.CRITICAL
        assert [one.detail.rpartition(", ")[2] for one in bot.answer("root-expiry").findings[0].affected] == [
            "3 crash-looping",
            "2 crash-looping",
            "1 crash-looping",
        ]


async def test_where_a_scenario_shows_certificates_the_bot_sees_those_of_the_whole_control_plane_also_after_a_restart(
    tmp_path: Path,
) -> None:
    async with watched(replace(of("healthy"), shows_certificates=True), tmp_path) as bot:
        before = (await bot.sweeps()).snapshot.chains
        bot.world.restart_control_plane()
        after = (await bot.sweeps()).snapshot.chains

        for found in (before, after):
            assert isinstance(found, Observed)
            assert (len(found.value.shown), found.value.silent) == (5, ())
        assert before != after


async def test_helm_is_named_as_the_one_that_wrote_the_old_ca(tmp_path: Path) -> None:
    async with watched(of("helm-reverts"), tmp_path) as bot:
        await bot.looks()
        (finding,) = bot.answer("ca-changed").findings

        assert any(sentence.startswith('Secret: "helm" wrote') for sentence in finding.evidence)


async def test_what_a_slow_api_server_does_not_bring_in_time_is_unknown_and_never_ok(tmp_path: Path) -> None:
    async with watched(of("slow"), tmp_path) as bot:
        await bot.sweeps()

        assert bot.answer("stale-pods").severity is Severity.UNKNOWN
        assert bot.answer("root-expiry").severity is Severity.WARNING


async def test_sentry_without_its_configmap_does_not_come_back(tmp_path: Path) -> None:
    async with watched(of("configmap-missing"), tmp_path) as bot:
        await bot.looks()
        await bot.does("sentry-restarts")

        assert bot.answer("control-plane-unready").severity is not Severity.OK


async def test_all_of_a_large_cluster_is_read(tmp_path: Path) -> None:
    async with watched(of("five-thousand-pods"), tmp_path) as bot:
        (finding,) = bot.answer("root-expiry").findings

        assert "Sentry and 5000 pods of 250 applications have no other valid path." in finding.evidence


async def test_time_brings_a_card_that_gets_worse_mark_by_mark(tmp_path: Path) -> None:
    async with watched(of("expires-soon"), tmp_path) as bot:
        seen = []
        for days_left in (7, 3, 1, 0):
            left = bot.world.authority.not_after_at - bot.world.clock.now()
            bot.passes(left - bot.DAY * days_left)
            swept = await bot.sweeps()
            seen += [(announcement.reason.value, announcement.card.severity.value) for announcement in swept.announcements]

        assert seen == [("worsened", "critical"), ("threshold", "critical"), ("threshold", "critical"), ("threshold", "critical")]


async def test_in_the_story_the_card_has_what_sentry_itself_says(tmp_path: Path) -> None:
    async with watched(of("expired"), tmp_path) as bot:
        (finding,) = [finding for finding in bot.answer("root-expiry").findings if finding.severity is Severity.CRITICAL]

        (sentry,) = [sentence for sentence in finding.evidence if sentence.startswith("In the log of sentry since")]
        assert sentry.endswith("(dapr-sentry-0): “Dapr root certificate expiration warning: certificate has expired.”")
        assert bot.answer("logs-unexplained").severity is Severity.OK


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
async def test_on_the_stage_the_logs_go_on_also_when_time_is_moved(scenario: Scenario, tmp_path: Path) -> None:
    async with watched(scenario, tmp_path) as bot:
        bot.passes(bot.DAY * 7)
        await bot.sweeps()

        assert bot.answer("logs-silent").severity is Severity.OK
