"""Review, below an alert: what the bot offers becomes a request of the bot's own."""

from datetime import timedelta

from msgspec.structs import replace

from bot.model.alert import Reason
from bot.model.approval import THE_BOT
from bot.model.rotation import Kind, Offer, Unplannable, offer_of
from handlers.views import alert, plan
from handlers.views.message import Message as View
from playground.slack import Message
from playground.slack.people import MIA, OLGA, OSCAR
from tests.builders import a_ca, days
from tests.cards import an_announcement
from tests.handlers.conftest import OPS, Talk
from tests.handlers.rotations import asked, newest
from tests.handlers.transcript import of_slack, seen
from tests.rotation.plans import a_plan


def reply(offer: Offer) -> View:
    return alert.reply(replace(an_announcement(Reason.OFFERED), offer=offer))


async def posted(talk: Talk, offer: Offer) -> Message:
    await talk.conversation.client.chat_postMessage(channel=OPS, **reply(offer).arguments())
    return talk.slack.messages(OPS)[-1]


async def test_an_operator_reviews_and_the_bot_asks(talk: Talk) -> None:
    gesture = await talk.click(await posted(talk, offer_of(a_plan())), plan.REVIEW_ROTATION, OLGA)

    assert newest(talk).request.requester == THE_BOT
    shown = of_slack(talk.slack.messages(OPS)[-1])
    assert "Asked for by the bot" in shown
    assert "Needs 1 approval\n" in shown
    assert "Asked. " in of_slack(gesture.messages[0])
    assert "Withdraw" not in of_slack(gesture.messages[0])
    assert talk.memory.entries[0].deed.actor == OLGA.id


async def test_reviewed_twice_it_is_asked_once(talk: Talk) -> None:
    message = await posted(talk, offer_of(a_plan()))
    await talk.click(message, plan.REVIEW_ROTATION, OLGA)

    gesture = await talk.click(message, plan.REVIEW_ROTATION, OSCAR)

    assert "Not asked: another request of the bot waits for approval" in of_slack(gesture.messages[0])
    assert len(talk.memory.asked) == 1


async def test_while_somebody_elses_request_waits_there_is_no_second_one(talk: Talk) -> None:
    await asked(talk, OLGA)

    gesture = await talk.click(await posted(talk, offer_of(a_plan())), plan.REVIEW_ROTATION, OSCAR)

    assert "Not asked" in of_slack(gesture.messages[0])


async def test_who_is_no_operator_may_not_review(talk: Talk) -> None:
    gesture = await talk.click(await posted(talk, offer_of(a_plan())), plan.REVIEW_ROTATION, MIA)

    assert "DAPR_WARDEN_OPERATORS" in gesture.messages[0].text
    assert talk.memory.asked == {}


def test_an_offer_says_what_it_would_be_and_that_nothing_is_changed_before() -> None:
    assert seen(reply(offer_of(a_plan()))).splitlines()[1:] == [
        (
            "I offer a rotation: cross-signed: the old issuer vouches for the new root, so that nobody loses anybody. "
            "2 pods of 2 apps would be recreated; about 19 min of work, and 1 day in which old certificates end."
        ),
        "Review lets me make a plan with keys and ask the approvers; whoever reviews it may approve it. Nothing is changed before.",
        "   [ Review ]",
    ]


def test_what_blocks_it_is_said_instead_and_there_is_no_button() -> None:
    assert seen(reply(offer_of(a_plan(ca=a_ca(expires_in=days(0.5)))))).splitlines()[1:] == [
        "A rotation is blocked by this: The old CA ends in 12 hours, and the rotation needs about 25 hours",
        "The button Plan rotation on the card shows all of it.",
    ]


def test_a_restore_is_offered_in_its_own_words() -> None:
    facts = Offer(kind=Kind.RESTORE, apps=1, pods=2, takes=timedelta(minutes=9))

    assert seen(reply(facts)).splitlines()[1:3] == [
        (
            "I offer to bring the last good CA back: something else replaced it, and the last good pair is kept, sealed. "
            "2 pods of 1 app would be recreated; about 9 min."
        ),
        "Review lets me make a plan and ask the approvers; whoever reviews it may approve it. Nothing is changed before.",
    ]
    assert "No pod would be recreated; about 9 min." in seen(reply(replace(facts, apps=0, pods=0)))
    assert seen(reply(replace(facts, blocked=("Its clock is wrong",)))).splitlines()[1:] == [
        "A restore is blocked by this: Its clock is wrong",
        "The button Plan restore on the card shows all of it.",
    ]


def test_why_there_is_no_plan_is_said_instead() -> None:
    none = Unplannable(cluster="prod-eu", reason="Cannot see the pods of the cluster: forbidden", advice="Bind it.", is_unseen=True)

    assert seen(reply(offer_of(none))).splitlines()[1:] == [
        "No rotation can be planned: Cannot see the pods of the cluster: forbidden",
        "The button Plan rotation on the card shows all of it.",
    ]
