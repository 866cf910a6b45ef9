"""The main job on real programs: etcd, kube-apiserver, sentry, the shipped rights, `dapr-warden serve` as a process, a strict Slack."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from bot.adapters.clock import SystemClock
from playground.slack import HISTORY_SCOPES, Message
from playground.slack.faults import held
from tests.rig.api_server import ApiServer
from tests.rig.audience import ASKER, CHANNEL, COMMAND
from tests.rig.cluster import Cluster
from tests.rig.dapr import TrustBundle
from tests.rig.stage import NEVER, Stage, bundle_until
from tests.rig.watch_cutter import Cut

SECRETS = "/api/v1/namespaces/dapr-system/secrets"
# No sweep by the clock: what the bot learns it learns from its watch, or from its poll.
ONLY_THE_WATCH = {"sweep_seconds": NEVER, "poll_seconds": NEVER, "settle_seconds": "1"}
ONLY_THE_POLL = {"sweep_seconds": NEVER, "poll_seconds": "2", "settle_seconds": "1"}
BUSY = {"sweep_seconds": "1", "poll_seconds": "1", "settle_seconds": "1"}


@pytest.fixture
async def stage(api_server: ApiServer, cluster: Cluster, tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(api_server, tmp_path) as stage:
        yield stage
        # Whatever a test is about: nothing that Slack refuses or dislikes, and nobody is pinged.
        assert (stage.slack.violations, stage.slack.pings) == ((), ())


def ends(bundle: TrustBundle) -> list[str]:
    """When root and issuer end, as a person reads it in UTC."""
    certificates = x509.load_pem_x509_certificates(bundle.secret["ca.crt"] + bundle.secret["issuer.crt"])
    return [f"{one.not_valid_after_utc:%Y-%m-%d %H:%M} UTC" for one in certificates]


def posted_at(message: Message) -> datetime:
    return datetime.fromtimestamp(float(message.ts), UTC)


async def killed_in_the_middle_of(method: str, stage: Stage, shown: Callable[[], bool]) -> None:
    """Slack does what the next call asks; before the bot can know, it is dead. Another one takes over, and has time to err."""
    answered = asyncio.Event()
    stage.slack.faults.plan(method, held(answered))
    await stage.ops.sees(shown)
    await stage.kill_bot()
    answered.set()
    stage.slack.faults.clear()
    await stage.go_on()
    await stage.sweeps(3)


async def test_status_tells_when_the_ca_ends_that_sentry_made_for_itself(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders")
    await stage.start_bot()

    said = await stage.ops.status("Nothing needs action", "Root CA", "Issuer")

    assert [end for end in ends(await stage.bundle()) if end not in said] == []
    assert stage.ops.messages == ()
    assert await stage.stop_bot() == 0


async def test_a_bundle_of_seven_days_and_a_bit_is_one_card_and_one_broadcast_as_it_passes_seven_days(stage: Stage) -> None:
    seven_left_at = SystemClock().now().replace(microsecond=0) + timedelta(seconds=90)
    await stage.install_dapr(bundle_until(seven_left_at + timedelta(days=7)))
    await stage.run_apps("orders", "payments")
    await stage.start_bot()

    await stage.ops.card("root-expiry", " · WARNING · ", "Root CA and issuer expire in 7 days", "shop/orders", "shop/payments")
    assert (list(stage.ops.cards), stage.ops.broadcasts) == (["root-expiry"], [])

    await stage.ops.sees(lambda: stage.ops.broadcasts, within=120)
    await stage.ops.card("root-expiry", " · CRITICAL · ")
    card, broadcast = stage.ops.messages
    assert (card.is_reply, broadcast.is_broadcast) == (False, True)
    assert "Root CA and issuer expire in 7 days. It has passed the 7-day mark and is CRITICAL now." in stage.ops.words(broadcast)
    assert timedelta(0) <= posted_at(broadcast) - seven_left_at < timedelta(seconds=15)

    await stage.stop_bot()
    await stage.go_on(BUSY)
    await stage.sweeps(3)
    assert stage.ops.messages == (card, broadcast)


async def test_from_one_newline_to_a_replaced_ca_and_back_to_silence(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders", "payments")
    saved = await stage.bundle()
    await stage.start_bot(ONLY_THE_WATCH)
    await stage.watched()
    assert stage.ops.messages == ()

    await stage.add_a_newline()
    await stage.ops.card("bundle-mismatch", " · CRITICAL · ", "sentry would replace the CA", "one newline more", '"vim" wrote ca.crt')

    await stage.reload_sentry()
    assert (await stage.bundle()).secret["ca.crt"] != saved.secret["ca.crt"]
    by_sentry = ('Secret: "sentry" wrote', 'ConfigMap: "sentry" wrote ca.crt')
    await stage.ops.card("ca-changed", " · CRITICAL · ", "The CA was replaced", *by_sentry, "shop/orders", "shop/payments")

    await stage.write_back(saved)
    await stage.ops.sees(lambda: stage.ops.is_all_green)
    assert set(stage.ops.cards) >= {"bundle-mismatch", "ca-changed"}
    assert await stage.stop_bot() == 0

    await stage.go_on(BUSY)
    before = stage.ops.messages
    await stage.sweeps(20)
    assert stage.ops.messages == before
    assert await stage.leaks() == []


@pytest.mark.parametrize("cut", ["refused", "silent"])
async def test_a_newline_is_told_within_a_minute_when_no_watch_gets_through(stage: Stage, cut: Cut) -> None:
    await stage.install_dapr()
    cutter = await stage.start_bot(ONLY_THE_POLL, cut_watches=cut)
    assert cutter is not None

    await stage.add_a_newline()

    await stage.ops.card("bundle-mismatch", " · CRITICAL · ", "sentry would replace the CA")
    assert cutter.watches > 0
    assert await stage.stop_bot() == 0


async def test_killed_while_a_card_is_open_it_goes_on_with_that_card(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.start_bot(BUSY)
    await stage.add_a_newline()
    await stage.ops.card("bundle-mismatch", " · CRITICAL · ")
    await stage.logs('"event": "said"')
    (card,) = stage.ops.messages

    await stage.kill_bot()
    await stage.go_on()
    await stage.sweeps(3)
    assert stage.ops.messages == (card,)

    await stage.mend_the_config_map()
    await stage.ops.sees(lambda: stage.ops.is_all_green)
    assert [message.ts for message in stage.ops.messages] == [card.ts]


async def test_a_clean_stop_waits_for_the_answer_to_the_message_that_is_being_sent(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.start_bot(BUSY)
    answered = asyncio.Event()
    stage.slack.faults.plan("chat.postMessage", held(answered))
    await stage.add_a_newline()
    await stage.ops.sees(lambda: stage.ops.messages)

    async with asyncio.TaskGroup() as tasks:
        stopping = tasks.create_task(stage.stop_bot())
        await stage.logs('"event": "stopping"')
        answered.set()
    assert stopping.result() == 0

    await stage.go_on()
    await stage.sweeps(3)
    assert len(stage.ops.messages) == 1


async def test_killed_in_the_middle_of_a_post_an_edit_and_a_broadcast_it_says_everything_once(stage: Stage) -> None:
    stage.slack.grant(*HISTORY_SCOPES)
    await stage.install_dapr()
    await stage.start_bot(BUSY)

    await stage.add_a_newline()
    await killed_in_the_middle_of("chat.postMessage", stage, lambda: len(stage.ops.messages) == 1)
    assert (list(stage.ops.cards), stage.ops.is_all_green) == (["bundle-mismatch"], False)

    await stage.mend_the_config_map()
    await killed_in_the_middle_of("chat.update", stage, lambda: stage.ops.is_all_green)
    assert (len(stage.ops.messages), stage.ops.is_all_green) == (1, True)

    await stage.add_a_newline()
    await killed_in_the_middle_of("chat.update", stage, lambda: not stage.ops.is_all_green)
    assert (len(stage.ops.broadcasts), stage.ops.is_all_green) == (1, False)

    await stage.mend_the_config_map()
    await stage.ops.sees(lambda: stage.ops.is_all_green)
    await stage.add_a_newline()
    await killed_in_the_middle_of("chat.postMessage", stage, lambda: len(stage.ops.broadcasts) == 2)
    assert (len(stage.ops.broadcasts), stage.ops.is_all_green) == (2, False)

    before = stage.ops.messages
    await stage.kill_bot()
    await stage.go_on()
    await stage.sweeps(3)
    assert stage.ops.messages == before


async def test_off_never_asks_for_the_secret_and_says_what_it_cannot_know(stage: Stage, api_server: ApiServer) -> None:
    await stage.install_dapr()
    await stage.run_apps("orders")
    proxy = await stage.start_bot(BUSY, mode="off", cut_watches="silent")
    assert proxy is not None

    said = await stage.ops.status("Nothing needs action", "Not checked, by choice", "Issuer of the running sentry")
    await stage.sweeps(3)

    assert [end for end in ends(await stage.bundle()) if end not in said] == []
    chosen = said.split("Not checked, by choice")[1]
    assert "bundle-mismatch" in chosen
    assert 'check="bundle-mismatch",cluster="my-cluster",severity="ok"} 0.0' in stage.bot.metrics()
    assert 'check="bundle-mismatch",cluster="my-cluster",severity="not-checked"} 1.0' in stage.bot.metrics()
    assert {path for path in proxy.paths if path.startswith(SECRETS)} == set()
    assert not await stage.may_read_the_secret()
    assert stage.ops.messages == ()
    assert await stage.leaks() == []


async def test_the_doctor_says_that_shipped_rights_and_clock_and_slack_are_in_order(stage: Stage) -> None:
    await stage.install_dapr()
    await stage.start_bot()

    gesture = await stage.ops.asks("doctor")
    await stage.ops.sees(lambda: any("The bot of" in message.text for message in gesture.messages))

    said = stage.ops.words(gesture.messages[-1])
    assert "everything is in order" in said
    assert "every one that these settings need" in said
    assert "Not looked at, by choice" in said


async def test_killed_in_the_middle_of_a_test_card_it_ends_as_a_test(stage: Stage) -> None:
    stage.slack.grant(*HISTORY_SCOPES)
    await stage.install_dapr()
    await stage.start_bot(BUSY)
    await stage.sweeps(1)
    answered = asyncio.Event()
    stage.slack.faults.plan("chat.postMessage", held(answered))

    await stage.slack.slash(ASKER, CHANNEL, COMMAND, "test-alert")
    await stage.ops.sees(lambda: stage.ops.messages)
    await stage.kill_bot()
    answered.set()
    stage.slack.faults.clear()
    await stage.go_on()

    await stage.ops.sees(lambda: "it arrived, nothing is wrong" in stage.ops.messages[0].text)
    await stage.sweeps(3)
    assert len(stage.ops.messages) == 1
