"""What one can do by hand, each with what must come of it; and the channel, shown whenever it changes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from cryptography import x509

from playground.demo import message as messages
from playground.demo.markup import Reader
from playground.demo.screen import Screen
from playground.slack import HISTORY_SCOPES, Message
from tests.rig.api_server import ApiServer
from tests.rig.audience import CHANNEL
from tests.rig.dapr import TrustBundle
from tests.rig.stage import NEVER, Settings, Stage, bundle_until

# By the clock it would sweep every five minutes: nobody has to wonder whether a card came by chance.
WATCH: Settings = {"sweep_seconds": NEVER, "poll_seconds": NEVER, "settle_seconds": "2"}
POLL: Settings = {"sweep_seconds": NEVER, "poll_seconds": "20", "settle_seconds": "2"}
ALL_QUIET = 20
DAY_SECONDS = 86_400
PAST_SEVEN_DAYS = timedelta(seconds=90)


class Play:
    """One API server, one stage after the other on it. ``saved`` is the pair that sentry made for itself."""

    def __init__(self, server: ApiServer, folder: Path, console: Screen) -> None:
        self.console = console
        self.saved = TrustBundle()
        self._server = server
        self._folder = folder
        self._stack = AsyncExitStack()
        self._stages = 0
        self._stage: Stage | None = None
        self._shown: dict[str, Message] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def stage(self) -> Stage:
        """The present one."""
        assert self._stage is not None
        return self._stage

    async def new_stage(self) -> Stage:
        """An empty cluster and an empty Slack, in place of those before."""
        await self._stack.aclose()
        await asyncio.to_thread(self._server.cluster.erase_all)
        self._stages += 1
        self._shown.clear()
        folder = self._folder / f"stage-{self._stages}"
        folder.mkdir()
        self._stage = stage = await self._stack.enter_async_context(Stage(self._server, folder))
        tasks = await self._stack.enter_async_context(asyncio.TaskGroup())
        showing = tasks.create_task(self._show_forever(stage))
        self._stack.callback(showing.cancel)
        return stage

    async def does(self, deed: "Deed") -> None:
        """A deed under its heading; returns when what must come of it is there."""
        self.console.heading(f"{deed.letter} ", deed.words)
        await deed.do(self)

    async def _show_forever(self, stage: Stage) -> None:
        changes = stage.slack.journal.changes
        while True:
            seen = changes.version
            self._show(stage)
            await changes.wait_for(lambda: changes.version > seen, DAY_SECONDS)  # noqa: B023 - asked before the next round

    def _show(self, stage: Stage) -> None:
        """Every message that is new or was edited since."""
        workspace = stage.slack.workspace
        names = {user.id: user.name for user in workspace.directory.users.values()}
        reader = Reader(now=workspace.clock.now(), names=names)
        for message in workspace.messages:
            before = self._shown.get(message.ts)
            if not message.is_deleted and (before is None or (before.blocks, before.text) != (message.blocks, message.text)):
                self._shown[message.ts] = message
                self.console.channel(CHANNEL, messages.rows(message, reader, self.console.inside))


@dataclass(frozen=True)
class Deed:
    """One letter, what it does, and the doing."""

    letter: str
    words: str
    do: Callable[[Play], Awaitable[None]]


async def start(play: Play) -> None:
    """An empty cluster; sentry makes its own CA; the bot."""
    stage = await play.new_stage()
    # The optional scopes, with which even a kill between Slack's effect and its answer says nothing twice.
    stage.slack.grant(*HISTORY_SCOPES)
    await stage.install_dapr()
    await stage.run_apps("orders", "payments")
    play.saved = await stage.bundle()
    play.console.say("sentry 1.18.3 found two empty objects and made a CA for itself:", *_certificates(play.saved))
    await stage.start_bot(WATCH)
    await stage.watched()
    play.console.say("dapr-warden serve runs, with the ServiceAccount and the rights of deploy/kustomize/read.")


async def status(play: Play) -> None:
    await play.stage.ops.status("Valid until")


async def newline(play: Play) -> None:
    await play.stage.add_a_newline()
    await play.stage.ops.card("bundle-mismatch", " · CRITICAL · ")


async def mend(play: Play) -> None:
    await play.stage.mend_the_config_map()
    await play.stage.ops.sees(lambda: play.stage.ops.is_all_green)


async def reload(play: Play) -> None:
    before = await play.stage.bundle()
    await play.stage.reload_sentry()
    after = await play.stage.bundle()
    if after.secret == before.secret:
        play.console.say("sentry loaded its CA again and kept it.")
        return
    play.console.say("sentry threw its CA away and made another one:", *_certificates(after))
    await play.stage.ops.card("ca-changed", " · CRITICAL · ")


async def write_back(play: Play) -> None:
    await play.stage.write_back(play.saved)
    await play.stage.ops.sees(lambda: play.stage.ops.is_all_green)


async def cut(play: Play) -> None:
    await play.stage.stop_bot()
    await play.stage.start_bot(POLL, cut_watches="silent")
    play.console.say("The bot now goes through a proxy on which its watches open and never say a word.")


async def kill(play: Play) -> None:
    before = play.stage.ops.messages
    await play.stage.kill_bot()
    await play.stage.go_on()
    after = play.stage.ops.messages
    play.console.say("It is back, and said nothing again." if after == before else "It is back, and had something to say.")


async def quiet(play: Play) -> None:
    await play.stage.stop_bot()
    await play.stage.go_on({"sweep_seconds": "1"})
    before = play.stage.ops.messages
    await play.stage.sweeps(ALL_QUIET)
    said = play.stage.ops.messages != before
    play.console.say(f"{ALL_QUIET} sweeps: {'something was said' if said else 'no message, no edit'}.")


async def seven_days(play: Play) -> None:
    stage = await play.new_stage()
    mark_at = stage.slack.workspace.clock.now().replace(microsecond=0) + PAST_SEVEN_DAYS
    bundle = bundle_until(mark_at + timedelta(days=7))
    await stage.install_dapr(bundle)
    await stage.run_apps("orders", "payments")
    play.saved = bundle
    await stage.start_bot({"settle_seconds": "2"})
    await stage.ops.card("root-expiry", " · WARNING · ")
    play.console.say(f"One card. At {mark_at:%H:%M:%S} UTC there are seven days left; until then nothing is said.")
    await stage.ops.sees(lambda: stage.ops.broadcasts, within=2 * PAST_SEVEN_DAYS.total_seconds())


async def off(play: Play) -> None:
    await play.stage.stop_bot()
    await play.stage.start_bot({"settle_seconds": "2"}, mode="off")
    may = await play.stage.may_read_the_secret()
    play.console.say(f"With its token the Secret {'can' if may else 'cannot'} be read.")
    await play.stage.ops.status("Not checked, by choice")


def _certificates(bundle: TrustBundle) -> list[str]:
    found = x509.load_pem_x509_certificates(bundle.secret["ca.crt"] + bundle.secret["issuer.crt"])
    return [f"  {one.subject.rfc4514_string()}: valid until {one.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC" for one in found]


START = Deed("0", "start again: an empty cluster, sentry makes its own CA, the bot", start)
STATUS = Deed("s", "/dapr status", status)
NEWLINE = Deed("n", "one newline more at the end of the ConfigMap's ca.crt", newline)
MEND = Deed("m", "the ConfigMap's ca.crt equal to the Secret's again", mend)
CUT = Deed("c", "the bot's watches cut: start it again behind a proxy that lets none through", cut)
RELOAD = Deed("r", "sentry loads its CA again, as it does at any change of its mounted Secret", reload)
BACK = Deed("b", "the saved pair written back, ConfigMap first, and loaded by sentry", write_back)
KILL = Deed("k", "kill -9 of the bot, and a new start", kill)
QUIET = Deed("t", f"{ALL_QUIET} sweeps, one per second", quiet)
OFF = Deed("o", "mode off: the rights of deploy/kustomize/off, no Secret", off)
SEVEN = Deed("7", "another cluster, whose bundle ends in seven days and 90 seconds", seven_days)

DEEDS = (START, STATUS, NEWLINE, MEND, CUT, RELOAD, BACK, KILL, QUIET, OFF, SEVEN)
TOUR = (START, STATUS, NEWLINE, KILL, MEND, CUT, NEWLINE, RELOAD, BACK, QUIET, OFF, SEVEN)
