"""The card of a rotation under way, its checklist and its replies: every state as people read it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.model import run_telling
from bot.model.canary_urls import UrlTally
from bot.model.rotation import WAIT
from bot.model.run import Commanded, File, Finished, Intended, Stand, StepDone, Way
from handlers.views import checklist, run, run_replies
from playground.slack.blocks import validate
from tests.cards import HOUR, NOW
from tests.handlers.transcript import everything, seen
from tests.runs import OLGA, PAVEL, a_file, counted, done_before, finished, held, question

HOLDING = "for the last certificates of the old issuer to end"
WAY_BACK = "Steps · ↩ GOING BACK · step 2 of 4: Every sentry signs with the old issuer · 26 %"
AFTER = timedelta(seconds=20)
BACK = (
    Commanded(way=Way.REVERT, actor=PAVEL),
    Intended(step="write-back", effect="write-pair back", pair="back"),
    StepDone(step="write-back", fact="the Secret holds it"),
    counted("sentry-back", "for dapr-sentry", 1, 2),
)
ABOUT = [
    "Approved by: @U0PAVELAPP",
    "Kind: cross-signed: the old issuer vouches for the new root, so that nobody loses anybody",
    "Touches: 3 apps, 20 pods in 1 namespace (shop)",
]
LIMIT = "Has to be over by: 13 Dec 2026 09:00 (in 20 days), the point of expiry"
ROW = "   digest dddddddd · cross-signed · begun 2026-11-23 09:00 UTC · docs/rotation.md#while-it-runs"
OLD_ISSUER = "Going back now means: the old issuer comes back, every root stays trusted"
LEFT = [
    "Seen: 6 live chains end in the new root; 20 of 20 pods trust the new root alone; nothing was put back",
    "Left to people",
    "  • Put the new ca.crt into the values of the Helm release dapr, or its next upgrade brings the old CA back.",
]


def card(file: File) -> list[str]:
    return seen(run.card(file, file.entries[-1].at + AFTER)).splitlines()


def steps(file: File) -> list[str]:
    return seen(checklist.render(file, file.entries[-1].at + AFTER)).splitlines()


STATES = {
    "just begun": (
        a_file(),
        [
            "# Rotation under way: prod-eu",
            "▶ RUNNING",
            "At step 1 of 14: Everything is still as it was approved",
            "░░░░░░░░░░░░░░░░░░░░ 0 % of the work · about 1 day to go, until 24 Nov 2026 09:22",
            *ABOUT,
            "Going back now means: nothing has changed yet",
            LIMIT,
            "   [ Pause ] [ Abort ] [ View plan ]",
            ROW,
        ],
    ),
    "in a long wait": (
        a_file(*done_before(WAIT), counted(WAIT, HOLDING, 17, 20, NOW + 20 * HOUR)),
        [
            "# Rotation under way: prod-eu",
            "▶ RUNNING",
            "At step 11 of 14: No certificate of the old issuer lives",
            "████████████░░░░░░░░ 62 % of the work · about 19 h to go, until 24 Nov 2026 05:08",
            f"Waits {HOLDING} (17 of 20), until 24 Nov 2026 05:00",
            *ABOUT,
            OLD_ISSUER,
            LIMIT,
            "   [ Pause ] [ Revert ] [ Abort ] [ View plan ]",
            ROW,
        ],
    ),
    "paused": (
        a_file(*done_before("wave-1"), Commanded(way=Way.PAUSE, actor=OLGA)),
        [
            "# Rotation paused: prod-eu",
            "⏸ PAUSED by @U0OLGAOPER: nothing goes on until somebody resumes it",
            "At step 9 of 14: Deployment shop/app-1 is back",
            "█████████░░░░░░░░░░░ 48 % of the work",
            *ABOUT,
            OLD_ISSUER,
            LIMIT,
            "   [ Resume ] [ Revert ] [ View plan ]",
            ROW,
        ],
    ),
    "held": (
        a_file(*done_before("canary"), held()),
        [
            "# Rotation held, somebody has to decide: prod-eu",
            "🛑 HELD since 23 Nov 2026 09:09: nothing goes on until somebody decides",
            "At step 8 of 14: Deployment shop/app-0 is back",
            "████████░░░░░░░░░░░░ 41 % of the work",
            "Why: Deployment shop/app-0 did not come back within 10 min: 1 of 2 pods is ready",
            "Concerns: shop/app-0-7d4b9c",
            "What to do: Look at its pods (kubectl -n shop get pods), mend what keeps them, then Retry.",
            *ABOUT,
            OLD_ISSUER,
            LIMIT,
            "   [ Retry ] [ Revert ] [ View plan ]",
            ROW,
        ],
    ),
    "asked": (
        a_file(*done_before("drop-old-root"), question()),
        [
            "# Rotation held, somebody has to decide: prod-eu",
            "🛑 HELD since 23 Nov 2026 09:13: nothing goes on until somebody decides",
            "At step 12 of 14: Both objects hold the new root alone",
            "████████████░░░░░░░░ 62 % of the work",
            "Why: 2 pods still trust the old root alone",
            "Concerns: shop/batch-1 and pay/legacy-0",
            "What to do: Recreate them, then Retry; or agree that they lose their peers.",
            *ABOUT,
            OLD_ISSUER,
            LIMIT,
            "   [ Retry ] [ Drop the old root although these pods lose their peers ] [ Revert ] [ View plan ]",
            ROW,
        ],
    ),
    "past the drop": (
        a_file(*done_before("control-plane-again")),
        [
            "# Rotation under way: prod-eu",
            "▶ RUNNING",
            "At step 13 of 14: The control plane trusts the new root alone",
            "██████████████░░░░░░ 71 % of the work · about 6 min to go, until 23 Nov 2026 09:21",
            *ABOUT,
            "Going back now means: no way back, and none needed",
            LIMIT,
            "   [ Pause ] [ View plan ]",
            ROW,
        ],
    ),
    "being aborted": (
        a_file(*done_before("sentry"), Commanded(way=Way.ABORT, actor=OLGA)),
        [
            "# Rotation under way: prod-eu",
            "⏹ ABORTING, decided by @U0OLGAOPER",
            "At step 5 of 14: Every sentry signs with the new issuer",
            "░░░░░░░░░░░░░░░░░░░░ 3 % of the work",
            *ABOUT,
            OLD_ISSUER,
            LIMIT,
            "   [ View plan ]",
            ROW,
        ],
    ),
    "going back": (
        a_file(*done_before("wave-1"), *BACK),
        [
            "# Rotation under way: prod-eu",
            "↩ GOING BACK, decided by @U0PAVELAPP",
            "At step 2 of 4: Every sentry signs with the old issuer",
            "█████░░░░░░░░░░░░░░░ 26 % of the way back · about 2 min to go, until 23 Nov 2026 09:16",
            "Waits for dapr-sentry (1 of 2)",
            *ABOUT,
            LIMIT,
            "   [ Pause ] [ View plan ]",
            ROW,
        ],
    ),
    "done": (
        a_file(*done_before("nothing"), finished()),
        [
            "# Rotated: the CA of prod-eu",
            "✅ DONE 23 Nov 2026 09:17, after 17 min",
            "████████████████████ 100 % of the work",
            "The new CA is in place, every old one is gone",
            *ABOUT,
            *LEFT,
            "   [ View plan ]",
            ROW,
        ],
    ),
    "reverted": (
        a_file(*done_before("wave-1"), *BACK, finished(Stand.REVERTED)),
        [
            "# Rotation reverted: prod-eu",
            "↩ REVERTED 23 Nov 2026 09:14, after 14 min",
            "The old issuer signs again. No rotation is under way",
            *ABOUT,
            *LEFT,
            "   [ View plan ]",
            ROW,
        ],
    ),
    "aborted": (
        a_file(StepDone(step="preflight"), Commanded(way=Way.ABORT, actor=OLGA), Finished(stand=Stand.ABORTED)),
        [
            "# Rotation aborted: prod-eu",
            "⏹ ABORTED 23 Nov 2026 09:03, after 3 min",
            "It ended before the first write: nothing was changed",
            *ABOUT,
            "   [ View plan ]",
            ROW,
        ],
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_each_state_of_the_card_reads_so(name: str) -> None:
    file, lines = STATES[name]

    assert card(file) == lines


@pytest.mark.parametrize("name", STATES)
def test_its_notification_says_state_and_cluster_without_any_colour(name: str) -> None:
    file, lines = STATES[name]
    first = everything(run.card(file, file.entries[-1].at + AFTER)).splitlines()[0]

    assert first.startswith(f"[{lines[0][2:]}. :")
    assert ".." not in first
    assert lines[1].split(" ")[1].rstrip(",") in first


def test_the_checklist_has_a_word_for_each_step() -> None:
    assert steps(a_file(*done_before("wave-1"), counted("wave-1"))) == [
        "Steps · ▶ RUNNING · step 9 of 14: Deployment shop/app-1 is back · 51 %",
        "✅ DONE 1. Everything is still as it was approved",
        "✅ DONE 2. The present pair is kept, sealed, and opens again",
        "✅ DONE 3. The old issuer vouches for the new root",
        "✅ DONE 4. Both objects hold the old roots and the new one",
        "✅ DONE 5. Every sentry signs with the new issuer · seen so",
        "✅ DONE 6. The control plane trusts both roots",
        "✅ DONE 7. A pod that starts now gets both roots",
        "✅ DONE 8. Deployment shop/app-0 is back",
        "▶ RUNNING 9. Deployment shop/app-1 is back · 2 of 5 · waits for Deployment shop/orders",
        "⬜ NEXT 10. Deployment shop/app-2 is back · 1 min",
        "⬜ NEXT 11. No certificate of the old issuer lives · 1 day",
        "⬜ NEXT 12. Both objects hold the new root alone · 2 min",
        "⬜ NEXT 13. The control plane trusts the new root alone · 5 min",
        "⬜ NEXT 14. Everybody trusts everybody · 1 min",
        "   Edited in place. As of 2026-11-23 09:10 UTC · about until 2026-11-24 09:21 UTC",
    ]


@pytest.mark.parametrize(
    ("name", "first", "line"),
    [
        ("paused", "Steps · ⏸ PAUSED · step 9 of 14: Deployment shop/app-1 is back · 48 %", "⏸ PAUSED 9. Deployment shop/app-1 is back"),
        ("held", "Steps · 🛑 HELD · step 8 of 14: Deployment shop/app-0 is back · 41 %", "🛑 HELD 8. Deployment shop/app-0 is back"),
        (
            "in a long wait",
            "Steps · ▶ RUNNING · step 11 of 14: No certificate of the old issuer lives · 62 %",
            f"⏳ WAITING 11. No certificate of the old issuer lives · 17 of 20 · waits {HOLDING}, until 24 Nov 2026 05:00",
        ),
        ("going back", WAY_BACK, "✅ DONE 1. The Secret holds the old issuer again · the Secret holds it"),
        ("going back", WAY_BACK, "↩ GOING BACK 2. Every sentry signs with the old issuer · 1 of 2 · waits for dapr-sentry"),
        ("going back", WAY_BACK, "⬜ NEXT 3. No certificate of the new issuer lives · 1 min"),
        ("going back", WAY_BACK, "— NOT DONE 9. Deployment shop/app-1 is back"),
        ("reverted", "Steps · ↩ REVERTED, after 14 min", "— NOT DONE 4. Both objects are as they were, byte for byte"),
        ("aborted", "Steps · ⏹ ABORTED, after 3 min", "— NOT DONE 2. The present pair is kept, sealed, and opens again"),
        ("done", "Steps · ✅ DONE, after 17 min", "✅ DONE 14. Everybody trusts everybody"),
    ],
)
def test_the_checklist_says_how_it_stands_and_where(name: str, first: str, line: str) -> None:
    shown = steps(STATES[name][0])

    assert shown[0] == first
    assert line in shown


def test_a_hold_that_is_said_again_says_for_how_long_and_what_time_is_left() -> None:
    file = a_file(*done_before("canary"), held())
    now = file.entries[-1].at + 3 * HOUR + AFTER
    (again,) = run_telling.due(file, ("reply:10",), NOW, now)

    assert seen(run_replies.reply(again, file, now, [OLGA])).splitlines() == [
        "🛑 HELD · prod-eu · still, for 3 h, at step 8 of 14: Deployment shop/app-0 is back",
        "Why: Deployment shop/app-0 did not come back within 10 min: 1 of 2 pods is ready",
        "Concerns: shop/app-0-7d4b9c",
        "What to do: Look at its pods (kubectl -n shop get pods), mend what keeps them, then Retry.",
        LIMIT,
        "Buttons: on the card above this thread. Nothing goes on until somebody decides; pods run on as they are",
        "For: @U0OLGAOPER ",
    ]


def test_past_the_point_of_expiry_it_says_since_when() -> None:
    file = a_file(held("preflight"), expires_at=NOW - HOUR)

    assert "Has to be over by: 23 Nov 2026 08:00 (1 h 1 min ago), the point of expiry" in card(file)


def test_more_operators_than_fit_are_counted() -> None:
    file = a_file(held("preflight"))
    (saying,) = run_telling.due(file, (), NOW, NOW)

    assert "and 5 more" in seen(run_replies.reply(saying, file, NOW, [f"U{number:09d}" for number in range(25)]))


@pytest.mark.parametrize("apps", [1, 8, 9, 200])
def test_any_number_of_waves_fits_at_every_step(apps: int) -> None:
    for wave in ("canary", f"wave-{apps // 2}" if apps > 1 else "canary", WAIT):
        file = a_file(*done_before(wave, apps), counted(wave), apps=apps)
        for message in (run.card(file, NOW + HOUR), checklist.render(file, NOW + HOUR)):
            assert validate(list(message.blocks), "message") == ()
            assert "did not fit" not in seen(message)


def test_the_longest_texts_keep_the_buttons() -> None:
    long = replace(question(), reason="x" * 5_000, advice="y" * 5_000, affected=tuple(f"pod-{one}-{'z' * 200}" for one in range(300)))
    file = a_file(*done_before("drop-old-root"), long)
    message = run.card(file, NOW + HOUR)

    assert validate(list(message.blocks), "message") == ()
    assert "[ Retry ] [ Drop the old root although these pods lose their peers ] [ Revert ] [ View plan ]" in seen(message)


SHOP = UrlTally(url="http://shop/health").called(NOW, "").called(NOW, "")
FAILING = SHOP.called(NOW, "HTTP 503")
FIRST = "the first at 2026-11-23 09:00:00 UTC (shop/health: HTTP 503)"


def called(*urls: UrlTally, of: File | None = None) -> File:
    return replace(of or a_file(*done_before("canary")), urls=urls)


@pytest.mark.parametrize(
    ("urls", "lines"),
    [
        ((SHOP,), ["✅ Canary URLs: ANSWERING. 0 of 2 calls of 1 canary URL failed"]),
        ((FAILING,), [f"🛑 Canary URLs: FAILING NOW. 1 of 3 calls of 1 canary URL failed, {FIRST}"]),
        (
            (FAILING.called(NOW, ""), UrlTally(url="http://pay/health")),
            [f"⚠ Canary URLs: ANSWERING AGAIN. 1 of 4 calls of 2 canary URLs failed, {FIRST}", "shop/health · 1 of 4 failed"],
        ),
    ],
)
def test_the_checklist_says_what_calls_of_canary_urls_came_to(urls: tuple[UrlTally, ...], lines: list[str]) -> None:
    assert steps(called(*urls))[1 : 1 + len(lines)] == lines
    assert not any("Canary URLs" in line for line in steps(a_file(*done_before("canary"))))


def test_a_canary_url_that_fails_is_told_and_that_it_stops_nothing() -> None:
    file = called(FAILING)
    (saying,) = [one for one in run_telling.due(file, (), NOW, NOW) if one.occasion is run_telling.Occasion.URL_FAILS]

    assert seen(run_replies.reply(saying, file, NOW, (OLGA,))).splitlines() == [
        "⚠ CANARY URL FAILS · prod-eu · a canary URL could not be called: shop/health",
        "Why: HTTP 503 · 1 of 3 calls since it began",
        "The rotation goes on: this stops nothing. On the card above this thread: Pause, Revert, Abort",
    ]


@pytest.mark.parametrize(
    ("file", "last"),
    [
        (a_file(), "The rotation goes on: this stops nothing. On the card above this thread: Pause, Abort"),
        (
            a_file(*done_before("canary"), Commanded(way=Way.REVERT)),
            "The rotation goes on: this stops nothing. On the card above this thread: Pause",
        ),
        (a_file(*done_before("canary"), Commanded(way=Way.ABORT)), "This changes nothing about the rotation"),
        (
            a_file(*done_before("canary"), Commanded(way=Way.PAUSE)),
            "This changes nothing about the rotation. On the card above this thread: Resume, Revert",
        ),
    ],
    ids=["nothing written", "going back", "aborting", "paused"],
)
def test_with_a_failing_canary_url_goes_what_the_card_offers_now_and_nothing_else(file: File, last: str) -> None:
    told = called(FAILING, of=file)
    (saying,) = [one for one in run_telling.due(told, (), NOW, NOW) if one.occasion is run_telling.Occasion.URL_FAILS]

    assert seen(run_replies.reply(saying, told, NOW, ())).splitlines()[-1] == last


def test_the_end_counts_them_in_the_line_that_proves_it() -> None:
    file = called(FAILING, of=a_file(finished()))
    (saying,) = run_telling.due(file, (), NOW, NOW)
    line = f"{LEFT[0]}; 1 of 3 calls of 1 canary URL failed, {FIRST}"

    assert line in card(file)
    assert line in seen(run_replies.reply(saying, file, NOW, ())).splitlines()
    assert "1 of 3 calls" in run_replies.reply(saying, file, NOW, ()).text
