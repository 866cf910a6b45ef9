"""The main job on real programs: an API server, a sentry, the bot as a process under its shipped rights, and the strict Slack.

Each deed is one sentence; what blocks runs in a thread, so that Slack goes on meanwhile. One stage per empty cluster.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeAlias

import httpx

from bot.model.versions import Version
from playground.kubernetes.authority import LIFETIME, made_by_sentry
from playground.slack import SlackEmulator
from tests.certificates import a_root, an_issuer
from tests.rig import canaries, dapr, pods, trusting, warden
from tests.rig.api_server import ApiServer
from tests.rig.audience import ASKER, CHANNEL, PATIENCE, Audience
from tests.rig.canaries import Canary
from tests.rig.cluster import ApiError, Cluster
from tests.rig.dapr import TrustBundle
from tests.rig.keys import write_kubeconfig
from tests.rig.process import RigError
from tests.rig.sentry import Sentry
from tests.rig.spoken import spoken
from tests.rig.warden import Mode, Warden
from tests.rig.watch_cutter import Cut, WatchCutter

VERSION = "1.18.3"
APPS = "shop"
NEVER = "86400"
# A scan that does not find these has searched nothing.
ALWAYS_THERE = {"metrics", "dapr-warden snapshot", "dapr-warden.log", "memory.sqlite3", "memory.sqlite3-wal", "call of auth.test"}

# Of the bot, without DAPR_WARDEN_ and in lower case.
Settings: TypeAlias = Mapping[str, str]
AS_SHIPPED: Settings = MappingProxyType({})


def bundle_until(ends_at: datetime) -> TrustBundle:
    """A CA of one's own whose root and issuer end together, in that second."""
    begins_at = ends_at - timedelta(days=365)
    root = a_root(not_before=begins_at, not_after=ends_at)
    issuer = an_issuer(root, not_before=begins_at, not_after=ends_at)
    return TrustBundle.of(ca=root.pem, issuer=issuer.pem, key=issuer.key_pem)


def own_ca_until(ends_at: datetime, version: str) -> TrustBundle:
    """As a sentry of that version makes it for itself."""
    made = made_by_sentry(ends_at - LIFETIME, Version.parse(version))
    return TrustBundle.of(ca=made.ca, issuer=made.issuer, key=made.key)


class Stage:
    """Use as an async context manager. ``cluster`` is its administrator's client, ``ops`` the channel that the bot talks to.

    A ``slack`` that is given is somebody else's to start and to end.
    """

    def __init__(self, api_server: ApiServer, folder: Path, slack: SlackEmulator | None = None) -> None:
        self.cluster = api_server.cluster
        self.slack = slack or SlackEmulator()
        self._owns_slack = slack is None
        self.ops = Audience(self.slack, lambda: self._warden.tail(20) if self._warden else ())
        self.home = folder / "warden"
        self._api_server = api_server
        self._folder = folder
        self._stack = AsyncExitStack()
        self._sentry: Sentry | None = None
        self._warden: Warden | None = None
        self._token = ""
        self._environment: dict[str, str] = {}
        self._secrets: dict[str, Canary] = {}
        self._watchers_before: tuple[int, ...] = ()

    async def __aenter__(self) -> Self:
        if self._owns_slack:
            await self._stack.enter_async_context(self.slack)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in (self._warden, self._sentry):
            if process is not None:
                await asyncio.to_thread(process.stop)
        await self._stack.aclose()

    # The cluster.

    async def install_dapr(self, bundle: TrustBundle | None = None) -> None:
        """Dapr as its chart leaves it, with an empty bundle unless given, and its sentry, which then serves."""
        await asyncio.to_thread(dapr.install, self.cluster, bundle=bundle)
        self._sentry = sentry = await asyncio.to_thread(self._start_sentry)
        for thing in pods.control_plane(VERSION, sentry_metrics_port=sentry.metrics_port):
            await asyncio.to_thread(self.cluster.apply, thing)
        roots = (await self.bundle()).config_map["ca.crt"]
        await asyncio.to_thread(trusting.hand_to_api_server, self.cluster, roots)

    async def install_objects(self, bundle: TrustBundle, *, version: str) -> None:
        """Dapr of that version as objects, without any process behind them. Up to 1.11 the bundle is the Secret alone."""
        is_pair = Version.parse(version).class_ != "A"
        held = bundle if is_pair else TrustBundle(bundle.secret, {})
        await asyncio.to_thread(dapr.install, self.cluster, bundle=held)
        for thing in pods.control_plane(version):
            await asyncio.to_thread(self.cluster.apply, thing)
        await asyncio.to_thread(trusting.hand_to_api_server, self.cluster, bundle.secret["ca.crt"])

    async def run_apps(self, *names: str, version: str = VERSION, ready: bool = True, crashing: bool = False) -> None:
        """One pod per app, injected with the roots of this moment."""
        bundle = await self.bundle()
        anchors = (bundle.config_map or bundle.secret)["ca.crt"].decode()
        await asyncio.to_thread(self.cluster.apply, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": APPS}})
        for name in names:
            pod = pods.daprized_pod(
                f"{name}-6c9f7d5b4-abcde",
                namespace=APPS,
                app_id=name,
                trust_anchors=anchors,
                version=version,
                ready=ready,
                crashing=crashing,
            )
            await asyncio.to_thread(self.cluster.apply, pod)

    async def bundle(self) -> TrustBundle:
        """Both objects as they are now; from now on its key is one of the secrets that must not get out."""
        bundle = await asyncio.to_thread(dapr.read_bundle, self.cluster)
        if key := bundle.secret.get("issuer.key"):
            self._secrets.setdefault(key.decode(), canaries.of_key(f"issuer key {len(self._secrets)}", key))
        return bundle

    async def add_a_newline(self) -> None:
        """One newline more at the end of the ConfigMap's ca.crt, and nothing else."""
        roots = (await self.bundle()).config_map["ca.crt"]
        await asyncio.to_thread(dapr.write_config_map, self.cluster, {"ca.crt": roots + b"\n"}, manager="vim")

    async def mend_the_config_map(self) -> None:
        """Its ca.crt is the Secret's again, byte for byte."""
        roots = (await self.bundle()).secret["ca.crt"]
        await asyncio.to_thread(dapr.write_config_map, self.cluster, {"ca.crt": roots})

    async def write_back(self, bundle: TrustBundle) -> None:
        """A saved pair, ConfigMap first, and sentry loads it."""
        await asyncio.to_thread(dapr.write_bundle, self.cluster, bundle)
        await self.reload_sentry()

    @property
    def sentry(self) -> Sentry:
        """The process that was started last."""
        assert self._sentry is not None
        return self._sentry

    async def restart_sentry(self) -> None:
        """Its process ends and another one starts, which reads both objects anew. RigError when that one does not serve."""
        assert self._sentry is not None
        await asyncio.to_thread(self._sentry.stop)
        self._sentry = sentry = await asyncio.to_thread(self._start_sentry)
        for thing in pods.control_plane(VERSION, sentry_metrics_port=sentry.metrics_port):
            metadata = thing["metadata"]
            if thing["kind"] == "Pod" and metadata["labels"]["app"] == "dapr-sentry":
                # Its port is another one, which no living pod may change.
                await asyncio.to_thread(self.cluster.delete, "v1", "Pod", metadata["name"], metadata["namespace"])
                await asyncio.to_thread(self.cluster.apply, thing)

    async def reload_sentry(self) -> None:
        """Sentry reads its CA again, as it does at any change of the mounted Secret."""
        assert self._sentry is not None
        await asyncio.to_thread(self._sentry.reload)

    # The bot.

    @property
    def bot(self) -> Warden:
        """The process that was started last."""
        assert self._warden is not None
        return self._warden

    async def start_bot(
        self, settings: Settings = AS_SHIPPED, *, mode: Mode = "read", cut_watches: Cut | None = None
    ) -> WatchCutter | None:
        """`dapr-warden serve` with the rights and settings shipped for the mode, and these deviations; returns when it is ready.

        With ``cut_watches`` it goes through the proxy that is returned.
        """
        await asyncio.to_thread(warden.apply_rights, self.cluster, mode)
        self._watchers_before = await self._watchers()
        cutter = await self._cutter(cut_watches) if cut_watches else None
        kubeconfig = await self._kubeconfig(cutter.url if cutter else self._api_server.url)
        self._environment = {
            **warden.shipped_settings(mode),
            **self.slack.environment,
            "SLACK_CHANNEL": self.slack.channel(CHANNEL).id,
            "DAPR_WARDEN_OPERATORS": self.slack.user(ASKER).id,
            "DAPR_WARDEN_KUBECONFIG": str(kubeconfig),
            "DAPR_WARDEN_STORE": f"sqlite:///{self.home / 'memory.sqlite3'}",
            # What `auto` means to a pod, which can reach sentry's pod.
            "DAPR_WARDEN_SENTRY_METRICS": "direct",
        }
        await self.go_on(settings)
        return cutter

    async def go_on(self, settings: Settings = AS_SHIPPED) -> None:
        """The bot starts (again) with what it remembers, and these further deviations from its settings."""
        self._environment |= {f"DAPR_WARDEN_{name.upper()}": value for name, value in settings.items()}
        self._warden = Warden(folder=self.home, environment=self._environment)
        await asyncio.to_thread(self._warden.wait_until_ready)
        await self.slack.connected(timeout_seconds=PATIENCE)

    async def watched(self) -> None:
        """Returns when the bot that was just started has a watch on the Secret and one on the ConfigMap."""
        async with asyncio.timeout(PATIENCE):
            while not all(now > before for now, before in zip(await self._watchers(), self._watchers_before, strict=True)):
                pass

    async def sweeps(self, count: int) -> None:
        """Returns when that many more are finished."""
        await asyncio.to_thread(self.bot.wait_for_sweeps, count)

    async def logs(self, text: str) -> None:
        """Returns when the bot's log holds that."""
        await asyncio.to_thread(self.bot.wait_for_log, text)

    async def stop_bot(self) -> int:
        """SIGTERM; its exit code."""
        await asyncio.to_thread(self.bot.stop)
        return await self._gone()

    async def kill_bot(self) -> None:
        """SIGKILL."""
        await asyncio.to_thread(self.bot.kill)
        await self._gone()

    async def may_read_the_secret(self) -> bool:
        """Whether the API server gives the Secret to who comes with the bot's token."""
        with Cluster(self._api_server.url, ca=self._api_server.ca, token=self._token) as bot:
            try:
                return await asyncio.to_thread(bot.get, "v1", "Secret", dapr.BUNDLE, dapr.NAMESPACE) is not None
            except ApiError as error:
                if error.status == httpx.codes.FORBIDDEN:
                    return False
                raise

    async def prints(self, *words: str) -> str:
        """What `dapr-warden WORDS` says in a terminal beside the bot, with its rights."""
        return await asyncio.to_thread(warden.said, self._folder, self._environment, *words)

    # What must not get out.

    async def leaks(self) -> list[str]:
        """Every secret that stands somewhere: in log, files, calls, messages, acks, metrics, or what the terminal prints."""
        await self.bundle()
        places = [*await self._printed(), *self._files(), *spoken(self.slack)]
        searched = {name for name, content in places if content}
        if not searched >= ALWAYS_THERE:
            raise RigError(f"the scan was deaf: nothing in {sorted(ALWAYS_THERE - searched)}")
        return canaries.heard(self._secrets.values(), places)

    async def _printed(self) -> list[tuple[str, bytes]]:
        pages = [("metrics", (await asyncio.to_thread(self.bot.metrics)).encode())]
        ways = (("snapshot",), ("status", "--output", "json"), ("check",), ("cert", "--output", "json"))
        return pages + [(f"dapr-warden {words[0]}", (await self.prints(*words)).encode()) for words in ways]

    def _files(self) -> list[tuple[str, bytes]]:
        # Its log, its database with -wal and -shm, and whatever else it may have left.
        return [(str(path.relative_to(self.home)), path.read_bytes()) for path in self.home.rglob("*") if path.is_file()]

    def _start_sentry(self) -> Sentry:
        sentry = Sentry(VERSION, folder=self._folder / "sentry", kubeconfig=self._api_server.kubeconfig)
        sentry.wait_until_ready()
        return sentry

    async def _kubeconfig(self, url: str) -> Path:
        self._token = token = await asyncio.to_thread(self.cluster.token_for, warden.NAMESPACE, warden.SERVICE_ACCOUNT)
        tokens = {"service account's token": token, "bot token": self.slack.bot_token, "app token": self.slack.app_token}
        self._secrets |= {name: canaries.of_token(name, secret) for name, secret in tokens.items()}
        return write_kubeconfig(self._folder / "kubeconfig-warden", url=url, ca=self._api_server.ca, token=token)

    async def _cutter(self, cut: Cut) -> WatchCutter:
        trust = ssl.create_default_context(cafile=str(self._api_server.ca))
        return await self._stack.enter_async_context(WatchCutter(self._api_server.url, cut).running(trust))

    async def _watchers(self) -> tuple[int, ...]:
        return tuple([await asyncio.to_thread(self.cluster.watchers, resource) for resource in ("secrets", "configmaps")])

    async def _gone(self) -> int:
        code = await asyncio.to_thread(self.bot.wait_for_exit)
        await self.ops.sees(lambda: not self.slack.sockets)
        return code
