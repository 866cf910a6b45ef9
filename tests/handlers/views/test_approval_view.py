"""The approval card: what it says in each state, and that nothing which matters is left out of it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model.approval import THE_BOT, Request, State, Vote
from bot.model.approval import Verdict as Says
from bot.model.binding import Asked
from bot.model.rotation import Force, Hazard, Kind, Plan, Step, Undo
from handlers.views import approval, plan
from handlers.views.message import Message
from tests.cards import MINUTE, NOW
from tests.handlers.strings import problems
from tests.handlers.transcript import everything, seen
from tests.requests import a_dossier, a_little_plan, a_request

PAVEL, PETRA, OLGA = "U0PAVELAPP", "U0PETRAAPP", "U0OLGAOPER"


def a_step(id_: str, undo: Undo, minutes: float = 1) -> Step:
    return Step(id=id_, title=f"{id_} is done", detail="How it is done.", takes=timedelta(minutes=minutes), undo=undo)


STEPS = (
    a_step("preflight", Undo.UNCHANGED),
    a_step("write-pair", Undo.OLD_ISSUER, 2),
    a_step("wait-for-old-leaves", Undo.OLD_ISSUER, 24 * 60),
    a_step("drop-old-root", Undo.NO_MORE),
)


def hazards(number: int, force: Force = Force.ASKS, fact: str = "workload {} has one pod") -> tuple[Hazard, ...]:
    return tuple(Hazard(id="single-pods", force=force, fact=fact.format(one), advice=f"Scale workload {one}.") for one in range(number))


def the(request: Request | None = None, /, **changes: Any) -> Asked:
    """A request of Olga's."""
    shown: Plan = replace(a_little_plan(), steps=STEPS, **changes)
    return Asked(request=request or a_request(actor=OLGA, requester=OLGA), dossier=a_dossier(plan=shown), channel="C1", ts="1.1")


def ended(state: State, *votes: Vote, reason: str = "", **changes: Any) -> Asked:
    return the(a_request(actor=OLGA, requester=OLGA, state=state, votes=votes, decided_at=NOW + 2 * MINUTE, reason=reason, **changes))


def a_vote(actor: str, verdict: Says = Says.APPROVE) -> Vote:
    return Vote(actor=actor, person=actor, verdict=verdict, at=NOW + MINUTE)


def text(message: Message) -> list[str]:
    return seen(message).splitlines()


def test_a_restore_says_what_comes_back_and_what_going_back_means() -> None:
    back = tuple(a_step(id_, Undo.FOREIGN_PAIR) for id_ in ("write-pair", "sentry"))
    asked = the(kind=Kind.RESTORE, lifetime=timedelta(days=80), expires_at=None)
    asked = replace(asked, dossier=replace(asked.dossier, plan=replace(asked.dossier.plan, steps=(STEPS[0], *back))))

    assert text(approval.card(asked))[2:9] == [
        "Kind: restore: something else replaced the CA, so the last good one comes back",
        "Touches: 2 apps, 20 pods in 1 namespace (shop)",
        "Takes: about 3 min",
        "Restored CA: lives for 80 days, until 23 Nov 2027 09:00",
        "Pods may come and go: up to 4 more or fewer than 20",
        "What going back means",
        "  • Step 1: nothing has changed yet",
    ]
    assert "  • Steps 2 to 3: the pair that is there now comes back" in text(approval.card(asked))
    assert " is put back as it was last good, and " in plan.confirmed(asked.dossier.plan)


def test_a_pending_one_shows_every_fact_that_its_approval_is_bound_to() -> None:
    assert text(approval.card(the(hazards=hazards(1)), [PAVEL, PETRA])) == [
        "# Approval needed: rotate the CA of prod-eu",
        "Asked for by @U0OLGAOPER",
        "Who may approve: @U0PAVELAPP @U0PETRAAPP ",
        "Kind: cross-signed: the old issuer vouches for the new root, so that nobody loses anybody",
        "Touches: 2 apps, 20 pods in 1 namespace (shop)",
        "Takes: about 4 min of work, and 1 day in which old certificates end",
        "Has to be over by: 13 Dec 2026 09:00 (20 days after the plan was made), the point of expiry",
        "New CA: lives for 365 days, until 23 Nov 2027 09:00",
        "Pods may come and go: up to 4 more or fewer than 20",
        "What going back means",
        "  • Step 1: nothing has changed yet",
        "  • Steps 2 to 3: the old issuer comes back, every root stays trusted, until about 1 day after the start",
        "  • Step 4: no way back, and none needed",
        "1 hazard, 1 to decide on",
        "  • ⚠ DECIDE workload 0 has one pod",
        "Needs 1 approval (not by the one who asked)",
        "Waits until 23 Nov 2026 09:30; then it expires, and nothing is changed",
        "   [ Approve ] [ Deny ] [ View plan ]",
        "   digest dddddddd · cross-signed · asked 2026-11-23 09:00 UTC · docs/rotation.md",
    ]


def test_the_notification_says_what_the_blocks_say_and_mentions_no_approver() -> None:
    said = approval.card(the(), [PAVEL, PETRA]).text

    assert said.startswith("Approval needed: rotate the CA of prod-eu. cross-signed")
    assert "Touches 2 apps, 20 pods in 1 namespace (shop)" in said
    assert "Needs 1 approval" in said
    assert PAVEL not in said


def test_no_hazard_is_left_out_without_a_word() -> None:
    many = the(hazards=hazards(12, fact="x" * 400 + " {}"))

    assert "4 more hazards are not shown here: View plan shows all of them." in seen(approval.card(many))
    assert "12 hazards, 12 to decide on" in seen(approval.card(many))
    whole = plan.whole(many.dossier.plan, many.request.digest)
    assert [one.advice for one in many.dossier.plan.hazards if one.advice not in str(whole.view)] == []


def test_the_longest_card_keeps_its_buttons() -> None:
    long = the(
        a_request(actor=OLGA, requester=OLGA, cluster='"' * 400),
        hazards=hazards(40, fact='"\\' * 500),
        cluster='"' * 400,
    )
    message = approval.card(long, [f"U{number:09d}" for number in range(60)])

    assert problems(message) in ([], ["element user"] * 21)
    assert "[ Approve ] [ Deny ] [ View plan ]" in seen(message)
    assert "and 40 more" in seen(message)


def test_what_the_bot_asks_for_itself_may_be_approved_by_anybody_on_the_list() -> None:
    shown = seen(approval.card(the(a_request(requester=THE_BOT, actor=""))))

    assert "Asked for by the bot" in shown
    assert "Needs 1 approval\n" in shown


def test_one_of_two_is_named() -> None:
    shown = seen(approval.card(the(a_request(actor=OLGA, requester=OLGA, quorum=2, votes=(a_vote(PAVEL),)))))

    assert "1 of 2: @U0PAVELAPP 23 Nov 2026 09:01" in shown
    assert "[ Approve ]" in shown


def test_while_it_is_checked_there_is_nothing_to_click() -> None:
    shown = seen(approval.checking(the(), PAVEL))

    assert "⏳ Approved by @U0PAVELAPP, checking whether everything is still as shown …" in shown
    assert "[ " not in shown


@pytest.mark.parametrize(
    ("asked", "lines", "button"),
    [
        (
            ended(State.APPROVED, a_vote(PAVEL)),
            [
                "# Approved: rotate the CA of prod-eu",
                "✅ Approved by @U0PAVELAPP 23 Nov 2026 09:01, starting",
            ],
            "[ View plan ]",
        ),
        (
            ended(State.DENIED, a_vote(PETRA, Says.DENY), reason="Not on a Friday"),
            [
                "# Denied: rotate the CA of prod-eu",
                "⛔ Denied by @U0PETRAAPP 23 Nov 2026 09:01",
                "Reason: Not on a Friday",
                "Nothing was changed.",
            ],
            "[ Plan again ]",
        ),
        (
            ended(State.DENIED, a_vote(OLGA, Says.DENY)),
            ["# Withdrawn: rotate the CA of prod-eu", "⛔ Withdrawn by @U0OLGAOPER 23 Nov 2026 09:01", "Nothing was changed."],
            "[ Plan again ]",
        ),
        (
            ended(State.EXPIRED, reason="nobody decided in time"),
            ["# Expired: rotate the CA of prod-eu", "⌛ Expired 23 Nov 2026 09:02: nobody decided in time", "Nothing was changed."],
            "[ Plan again ]",
        ),
        (
            ended(State.VOID, reason="since it was shown, the Secret was changed"),
            [
                "# Void: rotate the CA of prod-eu",
                "🗑 Void 23 Nov 2026 09:02: since it was shown, the Secret was changed",
                "Nothing was changed.",
            ],
            "[ Plan again ]",
        ),
    ],
    ids=["approved", "denied", "withdrawn", "expired", "void"],
)
def test_an_end_says_who_when_and_what_it_means(asked: Asked, lines: list[str], button: str) -> None:
    shown = text(approval.card(asked, [PAVEL, PETRA]))

    assert shown[: len(lines)] == lines
    assert shown[len(lines) :] == [
        "Asked for by @U0OLGAOPER",
        "Kind: cross-signed: the old issuer vouches for the new root, so that nobody loses anybody",
        "Touches: 2 apps, 20 pods in 1 namespace (shop)",
        f"   {button}",
        "   digest dddddddd · cross-signed · asked 2026-11-23 09:00 UTC · docs/rotation.md",
    ]
    assert everything(approval.card(asked)).startswith(f"[{lines[0][2:]}. ")


def test_an_address_that_is_none_is_no_link() -> None:
    for address in ("javascript:alert(1)", "https://x|y>", "", "https://a b"):
        assert '"link"' not in str(approval.asked_for(the(), address).blocks)
