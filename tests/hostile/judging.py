"""Everything that can be wrong with how a snapshot is judged, kept and told: one list, empty when all is well."""

import msgspec
from click import unstyle

from bot.checks import CHECKS
from bot.cli import documents, text
from bot.cli import inventory as table
from bot.model.inventory import Inventory, inventory
from bot.model.judging import judge
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from bot.model.report import Answer, Report
from bot.model.snapshot import PodCensus, Snapshot
from handlers.views import alert, check
from handlers.views import inventory as view
from tests.builders import a_snapshot
from tests.certificates import NOW
from tests.handlers.strings import problems

# A report is kept in the database with every sweep; a healthy one has some 7 kB.
LARGEST_REPORT = 512 * 1024


def told(snapshot: Snapshot) -> list[str]:
    report = judge(snapshot, Policy(), CHECKS)
    wrong = [finding.fact for finding in report.findings if " broke (" in finding.fact]
    if msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) != snapshot:
        wrong.append("another snapshot after JSON")
    return wrong + _in_a_terminal(report) + _in_slack(report) + _listed(inventory(snapshot, Policy()))


def judge_census(census: PodCensus, check_id: str) -> Answer:
    """One check over a cluster that is healthy but for its pods."""
    report = judge(a_snapshot(census=Observed(census)), Policy(), CHECKS)
    return next(answer for answer in report.answers if answer.check_id == check_id)


def _in_a_terminal(report: Report) -> list[str]:
    assert documents.report(report)
    shown = unstyle(text.checks(report, NOW) + text.status(report, NOW)).split("\n")
    return [f"unprintable: {line!a}" for line in shown if not line.isprintable()]


def _listed(found: Inventory) -> list[str]:
    shown = unstyle(table.as_text(found, NOW)).split("\n")
    about = view.Asked(inventory=found, command="/dapr", now=NOW, blind_after=Policy().blind_after)
    messages = [view.first(about), view.page(about, 1), *([view.details(about, found.entries, "root")] if found.entries else [])]
    assert table.as_json(found)
    return [f"unprintable: {line!a}" for line in shown if not line.isprintable()] + [
        one for message in messages for one in problems(message)
    ]


def _in_slack(report: Report) -> list[str]:
    cards = reconcile((), report, NOW, Policy()).cards
    messages = (check.every(report, "/dapr", NOW), *(alert.card(card, report.cluster, NOW) for card in cards))
    return [problem for message in messages for problem in problems(message)]
