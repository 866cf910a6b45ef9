import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.diagnosis.digesting import Digest, LineKind, Loudness
from bot.diagnosis.signatures import BY_ID
from bot.errors import Unreachable
from bot.model.explore import Address
from bot.model.scene import Level, PodName, Target
from bot.model.targets import Unresolved
from playground.slack.people import MIA
from tests.certificates import NOW
from tests.handlers.conftest import OPS, Talk
from tests.handlers.transcript import links, of_slack

HOUR = timedelta(hours=1)
UNREAD = ("The logs could not be read: forbidden.",)
ORDERS = Target(level=Level.APP, name="orders", namespace="shop", pods=(PodName("shop", "orders-1"),))


def a_kind(text: str = "Failed to connect", *, signature: str = "", count: int = 1, pods: tuple[str, ...] = ("orders-1",)) -> LineKind:
    return LineKind(
        component="daprd",
        loudness=Loudness.ERROR,
        count=count,
        first_at=NOW - HOUR / 2,
        last_at=NOW - HOUR / 4,
        pods=pods,
        excerpt=text,
        signature=BY_ID[signature] if signature else None,
    )


def a_digest(*kinds: LineKind, source: str = "Loki", unread: tuple[str, ...] = (), more: int = 0) -> Digest:
    return Digest(
        target=ORDERS,
        cluster="prod-eu",
        since_at=NOW - HOUR,
        until_at=NOW,
        kinds=kinds,
        more=more,
        read=41,
        source=source,
        unread=unread,
    )


async def told(talk: Talk, words: str = "logs orders") -> str:
    gesture = await talk.slash(words)
    assert {message.visible_to for message in gesture.messages} == {MIA.id}
    return of_slack(gesture.messages[-1])


async def test_each_kind_of_line_is_told_with_what_it_means_and_one_such_line(talk: Talk) -> None:
    known = next(iter(BY_ID))
    talk.log_inquiry.answer = a_digest(
        a_kind("the line itself", signature=known, count=12), a_kind("what nobody knows"), unread=UNREAD, more=3
    )

    shown = await told(talk)

    first, read, *_ = shown.splitlines()
    assert first.endswith("prod-eu · app orders · 5 kinds of lines that matter")
    assert read.startswith("From Loki, 41 lines of the last 1 h, since ")
    for words in (
        "And 3 more kinds of lines",
        "ERROR · daprd · 12 lines · ",
        "`orders-1`",
        BY_ID[known].meaning,
        f"docs/signatures.md, row {BY_ID[known].row}",
        "the line itself",
        "ERROR · daprd · 1 line · ",
        "No signature knows it.",
        "What could not be read",
        UNREAD[0],
    ):
        assert words in shown
    assert shown.index("the line itself") < shown.index("what nobody knows")


@pytest.mark.parametrize(
    ("source", "unread", "words"),
    [
        ("Loki", (), "nothing that matters was printed"),
        ("Kubernetes", UNREAD, "nothing that matters in what could be read, and not everything could"),
        ("", UNREAD, "logs could not be read"),
    ],
)
async def test_nothing_is_healthy_only_where_everything_was_read(talk: Talk, source: str, unread: tuple[str, ...], words: str) -> None:
    talk.log_inquiry.answer = a_digest(source=source, unread=unread)

    assert (await told(talk)).splitlines()[0].endswith(f"app orders · {words}")


@pytest.mark.parametrize(
    ("typed", "name", "span"),
    [
        ("orders", "orders", HOUR),
        ("orders 15m", "orders", HOUR / 4),
        ("shop/orders 2H", "shop/orders", 2 * HOUR),
        ("pod orders-1 1d", "pod orders-1", 24 * HOUR),
        ("shop orders", "shop orders", HOUR),
        ("7", "7", HOUR),
    ],
)
async def test_the_last_word_may_be_a_span(talk: Talk, typed: str, name: str, span: timedelta) -> None:
    talk.log_inquiry.answer = a_digest()

    await told(talk, f"logs {typed}")

    assert talk.log_inquiry.asked == [(name, span)]


@pytest.mark.parametrize("typed", ["0m", "15", "25h", "2d", "-1h", "1.5h", "3w", "999999999999h", "1h30m"])
async def test_a_span_that_is_none_gets_an_example(talk: Talk, typed: str) -> None:
    shown = await told(talk, f"logs orders {typed}")

    assert shown.startswith(f"`{typed}` is no span that I can look back: minutes, hours or a day, at most 24 h.")
    assert "For example `/dapr logs orders 15m`" in shown
    assert talk.log_inquiry.asked == []


async def test_a_mention_is_answered_for_everybody_there(talk: Talk) -> None:
    talk.log_inquiry.answer = a_digest(a_kind())

    await talk.slack.mention(MIA, OPS, "logs orders 2h")
    await talk.conversation.supervisor.idle()

    assert "1 kind of lines that matters" in of_slack(talk.slack.messages(OPS)[-1])
    assert talk.log_inquiry.asked == [("orders", 2 * HOUR)]


async def test_text_from_logs_neither_pings_nor_links(talk: Talk) -> None:
    hostile = "<!channel> see https://evil.example/ @here \x1b[31m\u202e"
    talk.log_inquiry.answer = a_digest(a_kind(hostile, pods=(hostile,)), unread=(hostile,))

    shown = await told(talk)

    assert "<!channel>" not in shown
    assert "https://evil" not in shown


async def test_the_longest_answer_fits_into_one_message(talk: Talk) -> None:
    longest = max(BY_ID, key=lambda one: len(BY_ID[one].meaning))
    kinds = [a_kind('"why": ' * 60, signature=longest, pods=tuple("p" * 100 + f"{number}" for number in range(30))) for _ in range(8)]
    talk.log_inquiry.answer = a_digest(*kinds, unread=("x" * 300,) * 9, more=99)

    shown = await told(talk)

    assert "did not fit" not in shown
    assert shown.count("ERROR · daprd") == len(kinds)


async def test_who_waits_reads_that_something_is_going_on(talk: Talk) -> None:
    talk.log_inquiry.slow = asyncio.Event()
    talk.log_inquiry.answer = a_digest()
    gesture = await talk.slack.slash(MIA, OPS, "/dapr", "logs orders")
    await talk.slack.wait_for(lambda: gesture.messages, 10)

    assert of_slack(gesture.messages[0]) == "Reading the logs of `orders` on prod-eu …"

    talk.log_inquiry.slow.set()
    await talk.conversation.supervisor.idle()
    assert "nothing that matters was printed" in of_slack(gesture.messages[-1])


async def test_without_a_name_it_says_how_to_ask(talk: Talk) -> None:
    assert "`/dapr logs APP 2h`" in await told(talk, "logs")
    assert talk.log_inquiry.asked == []


async def test_a_name_that_nothing_has_gets_the_nearest(talk: Talk) -> None:
    talk.log_inquiry.answer = Unresolved(asked="ordes", nearest=("shop/orders",), known=("dapr-sentry", "shop/orders"))

    assert "Did you mean `/dapr logs shop/orders`?" in await told(talk, "logs ordes")


async def test_a_cluster_that_was_never_seen_is_told_as_such(talk: Talk) -> None:
    talk.log_inquiry.trouble = Unreachable("The API server: no connection.", hint="Is it up?")

    assert "The API server: no connection." in await told(talk)


async def test_all_lines_of_that_time_stand_behind_a_link(talk: Talk) -> None:
    address = Address("https://grafana.example/explore?schemaVersion=1&panes=x")
    talk.log_inquiry.answer = replace(a_digest(a_kind()), logs=address)

    gesture = await talk.slash("logs orders")

    assert links(gesture.messages[-1]) == [("All lines of this time in Grafana", address.url)]
