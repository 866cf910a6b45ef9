import pytest

from bot.model.finding import Finding, Severity
from bot.model.report import Report
from handlers.views import check
from tests.cards import NOW, an_answer
from tests.handlers.transcript import seen

REPORT = Report(taken_at=NOW, cluster="prod-eu", namespace="dapr-system", answers=())


@pytest.mark.parametrize(
    ("severity", "meaning"),
    [
        (Severity.OK, "This holds."),
        (Severity.NOT_CHECKED, "This is not checked, by choice."),
        (Severity.UNKNOWN, "This could not be judged."),
        (Severity.NOTICE, "This does not hold."),
        (Severity.WARNING, "This does not hold."),
        (Severity.CRITICAL, "This does not hold."),
    ],
)
def test_each_answer_says_what_it_means(severity: Severity, meaning: str) -> None:
    answer = an_answer("root-expiry", severity=severity)

    assert seen(check.one(answer, REPORT, NOW)).splitlines()[1].startswith(meaning)


def test_many_findings_of_one_check_are_counted() -> None:
    many = [Finding(check_id="a", subject=str(number), severity=Severity.WARNING, fact=f"Trouble {number}") for number in range(8)]

    shown = seen(check.one(an_answer("a", *many), REPORT, NOW))

    assert "And 3 more findings of this check." in shown
    assert "Trouble 4" in shown
    assert "Trouble 5" not in shown
