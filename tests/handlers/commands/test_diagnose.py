import asyncio

import pytest
from msgspec.structs import replace

from bot.errors import Unreachable
from bot.model.diagnosis import Certainty
from bot.model.explore import Address
from bot.model.observed import Unobserved, Why
from bot.model.targets import Unresolved
from playground.slack.people import MIA
from tests.diagnosis.told import a_cause, a_diagnosis
from tests.handlers.conftest import Talk
from tests.handlers.transcript import links, of_slack

UNSEEN = ("The logs could not be read: forbidden.",)


async def told(talk: Talk, words: str = "diagnose orders") -> str:
    gesture = await talk.slash(words)
    assert {message.visible_to for message in gesture.messages} == {MIA.id}
    return of_slack(gesture.messages[-1])


async def test_the_first_sentence_is_the_cause_and_the_rest_is_why(talk: Talk) -> None:
    talk.inquiry.answer = a_diagnosis(a_cause(), a_cause("image-pull", "An image cannot be pulled"), unseen=UNSEEN)

    lines = (await told(talk)).splitlines()

    assert talk.inquiry.asked == ["orders"]
    assert lines[0].endswith("prod-eu · app orders · Dapr root certificate expired 3 days ago")
    assert lines[1].startswith("This is proved. ")
    assert "Dapr root certificate expiration warning: certificate has expired." in lines
    shown = "\n".join(lines)
    for words in ("Next step: Make a new CA", "It may also be", "An image cannot be pulled", "What could not be seen", UNSEEN[0]):
        assert words in shown


@pytest.mark.parametrize(
    ("unseen", "words"), [((), "app orders · nothing is wrong"), (UNSEEN, "nothing wrong in what could be seen, and not everything could")]
)
async def test_nothing_found_is_healthy_only_where_everything_was_seen(talk: Talk, unseen: tuple[str, ...], words: str) -> None:
    talk.inquiry.answer = a_diagnosis(unseen=unseen)

    assert (await told(talk)).splitlines()[0].endswith(words)


async def test_what_is_no_matter_of_certificates_is_called_so(talk: Talk) -> None:
    talk.inquiry.answer = a_diagnosis(a_cause("image-pull", "An image cannot be pulled", Certainty.LIKELY, is_certificate=False))

    assert "This is likely. It is no matter of certificates." in await told(talk)


async def test_text_from_logs_neither_pings_nor_links(talk: Talk) -> None:
    talk.inquiry.answer = a_diagnosis(a_cause(excerpts=("<!channel> see https://evil.example/ @here \x1b[31m\u202e",)))

    shown = await told(talk)

    assert "<!channel>" not in shown
    assert "https://evil" not in shown


async def test_who_waits_reads_that_something_is_going_on(talk: Talk) -> None:
    talk.inquiry.slow = asyncio.Event()
    talk.inquiry.answer = a_diagnosis(a_cause())
    gesture = await talk.slack.slash(MIA, "ops", "/dapr", "diagnose orders")
    await talk.slack.wait_for(lambda: gesture.messages, 10)

    assert "Looking why `orders` is broken on prod-eu" in of_slack(gesture.messages[0])

    talk.inquiry.slow.set()
    await talk.conversation.supervisor.idle()
    assert "Dapr root certificate expired" in of_slack(gesture.messages[-1])


async def test_without_a_name_it_says_how_to_ask(talk: Talk) -> None:
    assert "`/dapr diagnose APP`" in await told(talk, "diagnose")
    assert talk.inquiry.asked == []


async def test_a_name_that_nothing_has_gets_the_nearest(talk: Talk) -> None:
    talk.inquiry.answer = Unresolved(asked="ordes", nearest=("shop/orders",), known=("dapr-sentry", "shop/orders"))

    shown = await told(talk, "diagnose ordes")

    assert "There is no app, pod or component called `ordes`" in shown
    assert "Did you mean `/dapr diagnose shop/orders`?" in shown


async def test_a_name_that_several_have_gets_all_of_them(talk: Talk) -> None:
    talk.inquiry.answer = Unresolved(asked="orders", matches=("shop/orders", "test/orders"))

    assert "There are several called `orders`. Which one?" in await told(talk)


async def test_a_cluster_that_was_never_seen_is_told_as_such(talk: Talk) -> None:
    talk.inquiry.trouble = Unreachable("The API server: no connection.", hint="Is it up?")

    assert "The API server: no connection." in await told(talk)


async def test_who_wants_to_read_on_finds_the_logs_behind_links(talk: Talk) -> None:
    own, others = (Address(f"https://grafana.example/explore?schemaVersion=1&panes={one}") for one in ("own", "others"))
    talk.inquiry.answer = replace(a_diagnosis(a_cause()), own_logs=own, control_plane_logs=others)

    gesture = await talk.slash("diagnose orders")

    assert links(gesture.messages[-1]) == [("its sidecars", own.url), ("Dapr's control plane", others.url)]
    assert own.url not in gesture.messages[-1].text


async def test_where_no_grafana_is_set_nothing_is_said_of_it(talk: Talk) -> None:
    talk.inquiry.answer = a_diagnosis(a_cause())

    assert "Grafana" not in await told(talk)


async def test_where_nothing_could_be_looked_at_nothing_is_said(talk: Talk) -> None:
    talk.inquiry.answer = replace(a_diagnosis(unseen=UNSEEN), is_blind=True)

    assert (await told(talk)).splitlines()[0].endswith("app orders · nothing could be looked at, so nothing can be said")


async def test_an_app_that_nobody_could_look_for_is_not_said_to_be_missing(talk: Talk) -> None:
    talk.inquiry.answer = Unresolved(asked="orders", unseen=Unobserved(Why.FORBIDDEN, "Forbidden: list pods."))

    shown = await told(talk)
    assert shown.startswith("I do not know whether there is an app or a pod called `orders`: pods could not be looked through.")
    assert "There is no app" not in shown
