"""The bot in a town, as its users run it: the shipped rights, policies and canary, the process, and a strict Slack with its people.

Each deed is one sentence; what blocks runs in a thread, so that Slack goes on meanwhile::

    with running_town(folder, plan) as town:
        async with TownBot(town, folder / "bot") as bot:
            await bot.start()
            await bot.rotate()
            words = await bot.sees(DONE, within=600)
"""

import asyncio
import base64
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from bot.model.access import Verb
from bot.model.commanding import VERBS
from bot.model.rotation import KINDS, Kind
from bot.model.run import Way
from handlers.views import approval, plan
from handlers.views.run_buttons import ACTIONS
from playground.slack import Gesture, Message, SlackEmulator
from playground.slack.people import OLGA, PAVEL
from tests.house.manifests import KUSTOMIZE, Object, documents, with_component
from tests.rig import canaries, warden
from tests.rig.audience import CHANNEL, Audience
from tests.rig.controllers import LIVELY
from tests.rig.dapr import TrustBundle
from tests.rig.spoken import spoken
from tests.rig.town import Town, Workload
from tests.rig.warden import NAMESPACE, Warden

CANARY = "dapr-warden-canary"
DONE, RESTORED, HELD, REVERTED = "Rotated: the CA of", "Restored: the CA of", "Rotation held", "Rotation reverted"
# What the objects of deploy/ are that a rotation needs; the bot itself is a process here.
_APPLIED = (
    "Namespace", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Secret", "Lease", "Deployment",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
)  # fmt: skip
# The API server of the rig fills in no account for a pod that names none, and sentry compares the pod's with the token's.
_PINNED = {"serviceAccountName": "default", "nodeSelector": {"kubernetes.io/hostname": LIVELY}}
_SECONDS_OF_A_LOOK = 60.0
_BETWEEN_OFFERS = 10.0
_LOOKING = "to plan a rotation of its CA"


class TownBot:
    """Use as an async context manager, within the town's. ``olga`` operates, ``pavel`` approves."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.slack = SlackEmulator()
        self.ops = Audience(self.slack, lambda: self._warden.tail(30) if self._warden else ())
        self._stack = AsyncExitStack()
        self._warden: Warden | None = None
        self._environment: dict[str, str] = {}
        self.kills = 0

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.slack)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._warden is not None:
            await asyncio.to_thread(self._warden.stop)
        await self._stack.aclose()

    async def start(self) -> None:
        """All that is shipped for a bot that rotates, its canary Ready, and the bot itself, ready."""
        await asyncio.to_thread(self._install)
        self._environment = {
            **warden.shipped_settings("read"),
            **self.slack.environment,
            "SLACK_CHANNEL": self.slack.channel(CHANNEL).id,
            "DAPR_WARDEN_OPERATORS": OLGA.id,
            "DAPR_WARDEN_APPROVERS": PAVEL.id,
            "DAPR_WARDEN_ROTATION": "ask",
            "DAPR_WARDEN_LOG_LEVEL": "debug",
            "DAPR_WARDEN_SEALING_KEY_FILE": str(self._sealing_key()),
            "DAPR_WARDEN_KUBECONFIG": str(await asyncio.to_thread(self.town.server.kubeconfig_for, NAMESPACE, warden.SERVICE_ACCOUNT)),
            "DAPR_WARDEN_STORE": f"sqlite:///{self.folder / 'memory.sqlite3'}",
            # What `auto` means to a pod, which reaches all others.
            "DAPR_WARDEN_SENTRY_METRICS": "direct",
            "DAPR_WARDEN_TLS_PROBES": "direct",
        }
        await self.go_on()

    async def go_on(self) -> None:
        """The bot starts (again), with what it remembers."""
        self._warden = await asyncio.to_thread(Warden, folder=self.folder, environment=self._environment)
        await asyncio.to_thread(self._warden.wait_until_ready, within=90.0)

    async def kill(self) -> None:
        """SIGKILL, and a new process in the same folder, which is not waited for."""
        assert self._warden is not None
        await asyncio.to_thread(self._warden.kill)
        self.kills += 1
        # Not in a thread: whoever is cancelled meanwhile must not leave a process that nobody ends.
        self._warden = Warden(folder=self.folder, environment=self._environment)

    async def rotate(self, kind: Kind = Kind.CROSS_SIGNED) -> None:
        """An operator asks for approval, as soon as nothing blocks a rotation any more, and an approver approves, by buttons."""
        offer = await self.possible(kind)
        before = len(self._titled(approval.APPROVE))
        await self.slack.click(OLGA, offer, plan.ASK_ROTATION)
        card = await self.ops.sees(lambda: self._titled(approval.APPROVE)[before:], within=_SECONDS_OF_A_LOOK)
        clicked = await self.slack.click(PAVEL, card[0], approval.APPROVE)
        await self.ops.sees(lambda: not self._titled(approval.APPROVE) or clicked.messages, within=_SECONDS_OF_A_LOOK)
        assert not self._titled(approval.APPROVE), "\n".join(map(self.ops.words, clicked.messages))

    async def possible(self, kind: Kind = Kind.CROSS_SIGNED, *, within: float = 200.0) -> Message:
        """The first offer of that kind that nothing blocks: sentry has not read its CA for two minutes, or the CA has ended by then."""
        until = asyncio.get_running_loop().time() + within
        while not (_has(offer := await self.offered(), plan.ASK_ROTATION) and KINDS[kind] in self.ops.words(offer)):
            assert asyncio.get_running_loop().time() < until, self.ops.words(offer)
            await asyncio.sleep(_BETWEEN_OFFERS)
        return offer

    async def offered(self) -> Message:
        """The answer to `/dapr renew`, once the bot has looked."""
        asked = await self.slack.slash(OLGA, CHANNEL, "/dapr", "renew")
        (offer,) = await self.ops.sees(lambda: _settled(asked, self.ops.words), within=_SECONDS_OF_A_LOOK)
        return offer

    async def reaches(self, step: str, *, within: float) -> None:
        """Returns when that step of the rotation is done, as the bot's log says."""
        await self.logs(f'"step": "{step}", "fact"', within=within)

    async def logs(self, text: str, *, within: float) -> None:
        """Returns when the bot's log holds that."""
        assert self._warden is not None
        await asyncio.to_thread(self._warden.wait_for_log, text, within=within)

    async def steer(self, way: Way) -> None:
        """Whoever may presses that button of the rotation's card, once it is there."""
        card = await self.ops.sees(lambda: self._titled(ACTIONS[way]), within=_SECONDS_OF_A_LOOK)
        await self.slack.click(OLGA if VERBS[way] is Verb.OPERATE else PAVEL, card[-1], ACTIONS[way])

    async def sees(self, title: str, *, within: float) -> str:
        """The words of a card in the channel, once one holds that; at once AssertionError when the rotation holds instead."""
        words = await self.ops.sees(lambda: self._words(title) or self._words(HELD), within=within)
        assert title in words, f"{words}\n{self.slack.transcript()}"
        return words

    def leaks(self, *bundles: TrustBundle) -> list[str]:
        """Every private key of these, and every other secret of the bot, that stands somewhere in what the bot has left or said."""
        known = [canaries.of_key(f"issuer's key {number}", one.secret["issuer.key"]) for number, one in enumerate(bundles)]
        known.append(canaries.of_bytes("sealing key", base64.b64decode(self._sealing_key().read_bytes())))
        tokens = {"bot token": self.slack.bot_token, "app token": self.slack.app_token}
        known += [canaries.of_token(name, token) for name, token in tokens.items()]
        return canaries.heard(known, [*self._left(), *spoken(self.slack)])

    def _left(self) -> Iterator[tuple[str, bytes]]:
        for path in self.folder.rglob("*"):
            if path.is_file() and path != self._sealing_key():
                yield path.name, path.read_bytes()
        for kind in ("Secret", "ConfigMap", "Event"):
            for thing in self.town.cluster.items("v1", kind):
                data = {key: value for key, value in (thing.get("data") or {}).items() if key != "issuer.key"}
                yield f"{kind} {thing['metadata']['name']}", json.dumps({**thing, "data": data}).encode()

    def _words(self, title: str) -> str:
        return next((words for one in reversed(self.ops.messages) if title in (words := self.ops.words(one))), "")

    def _titled(self, action_id: str) -> list[Message]:
        return [one for one in self.ops.messages if _has(one, action_id)]

    def _sealing_key(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "sealing.key"
        if not path.exists():
            path.write_bytes(base64.b64encode(secrets.token_bytes(32)))
            path.chmod(0o600)
        return path

    def _install(self) -> None:
        cluster = self.town.cluster
        more = [documents(KUSTOMIZE / "components" / name / "rbac.yaml") for name in ("diagnosis", "planning")]
        for thing in (*with_component("read", "rotation"), *(one for found in more for one in found)):
            if thing["kind"] in _APPLIED and (thing["kind"], thing["metadata"]["name"]) != ("Deployment", NAMESPACE):
                cluster.apply(_pinned(thing) if thing["metadata"]["name"] == CANARY else thing, manager="kubectl")
        self.town.wait_until_ready(Workload("deployments", NAMESPACE, CANARY))


def _pinned(canary: Object) -> Object:
    template = canary["spec"]["template"]
    return {**canary, "spec": {**canary["spec"], "template": {**template, "spec": {**template["spec"], **_PINNED}}}}


def _has(message: Message, action_id: str) -> bool:
    return re.search(rf"""['"]action_id['"]: ['"]{action_id}['"]""", str(message.all_blocks)) is not None


def _settled(asked: Gesture, words: Callable[[Message], str]) -> Sequence[Message]:
    """The last answer; none while it only says that the bot looks."""
    return [one for one in asked.messages[-1:] if _LOOKING not in words(one)]
