"""What is shown, in order. Every sentence about the bot is followed by what the bot itself said."""

from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

from playground.demo import message as messages
from playground.demo.clusters import DAYS_LEFT, PROD_AGE, STAGING_AGE
from playground.demo.ink import BOLD, CYAN, DIM, Line, Run
from playground.demo.markup import Reader
from playground.demo.message import said_at
from playground.demo.screen import Screen, terminal_rows
from playground.demo.stage import CHANNEL, COMMAND, OLGA, Stage, staged
from playground.slack import Message, SlackEmulator

ACTS: Final = 4
CRITICAL_EXIT: Final = 2
KUBECTL: Final = "kubectl-client-side-apply"
APPLY: Final = "kubectl apply -f dapr-trust-bundle.yaml"

WHY: Final = (
    ("Why", 'When sentry starts, it compares both copies of the root, byte for byte; a difference means "no CA yet" to it (dapr#9563).'),
    (
        "Then",
        "It makes a new CA and overwrites both copies. Pods keep the root they started with, so their calls fail one after the other.",
    ),
    ("So", "Do not restart sentry, not even for an upgrade, until the Secret's ca.crt stands in the ConfigMap again, byte for byte."),
)
NEXT: Final = (
    ("Your cluster", "make setup, then .venv/bin/dapr-warden status --context YOUR-CONTEXT. It only reads, and needs no Slack."),
    ("Your Slack", 'README, "With Slack": ten minutes for the app, one pod with the rights that the bot had here.'),
    ("The real thing", 'README, "Proof on the real thing": the same against etcd, kube-apiserver and sentry themselves (make rig).'),
)


async def play(screen: Screen, folder: Path) -> None:
    """The whole story. Raises DemoError when something does not come; nothing that was started outlives it."""
    screen.title("dapr-warden", ", the colleague in Slack who makes sure that no Dapr cluster dies of its own certificates.")
    screen.say("The bot, its checks and the certificates are real. Kubernetes and Slack are simulated, on this machine only.")
    requests: list[int] = []
    async with SlackEmulator(commands=(COMMAND,)) as slack:
        async with staged(slack, "staging", STAGING_AGE, folder) as staging:
            await screen.pause()
            await _healthy(screen, staging)
            requests.append(_only_reads(staging))
        async with AsyncExitStack() as stack:
            # One process per app token: two would share Slack's messages between them. It starts while people read.
            prod = await stack.enter_async_context(staged(slack, "prod-eu", PROD_AGE, folder))
            await screen.pause()
            await _twelve_days(screen, prod)
            await _newline(screen, prod)
            await _repaired(screen, prod)
            requests.append(_only_reads(prod))
    _end(screen, slack, sum(requests))


async def _healthy(screen: Screen, stage: Stage) -> None:
    _act(screen, 1, "A healthy cluster")
    await stage.bot.ready()
    screen.say(f"Dapr was installed on {stage.cluster.name} {STAGING_AGE.days} days ago. Olga asks how it is; only she sees the answer.")
    await _asked(screen, stage)
    screen.say(f"The certificate in the cluster says the same: not after {stage.cluster.authority.not_after_at:%Y-%m-%d %H:%M:%S} UTC.")


async def _twelve_days(screen: Screen, stage: Stage) -> None:
    name = stage.cluster.name
    _act(screen, 2, f"{DAYS_LEFT} days left")
    screen.say(f"Now {name}, a cluster that is eleven months older. Nobody touched it; the bot sees it for the first time and tells #ops.")
    card = await stage.card("root-expiry", "WARNING")
    screen.channel(CHANNEL, _shown(screen, stage, card))
    await screen.pause()
    screen.say("Olga asks, too. She gets the verdict, the deadline and the next step at once.")
    await _asked(screen, stage)
    await screen.pause()


async def _newline(screen: Screen, stage: Stage) -> None:
    cluster = stage.cluster
    _act(screen, 3, "One newline")
    screen.say(
        "A colleague applies the ConfigMap from a file. The editor has put one more newline at the end of the root; kubectl is content."
    )
    screen.box(_title("a terminal"), terminal_rows(APPLY, "configmap/dapr-trust-bundle configured", screen.inside))
    changed_at = stage.slack.workspace.clock.now()
    cluster.write_configmap(cluster.authority.ca + b"\n", manager=KUBECTL)
    card = await stage.card("bundle-mismatch", "CRITICAL")
    screen.say(f"{_seconds(changed_at, card)} later, in #ops:")
    screen.channel(CHANNEL, _shown(screen, stage, card))
    await screen.pause()
    screen.points(WHY)
    await screen.pause()
    said, code = await stage.status()
    if code != CRITICAL_EXIT:
        raise stage.bot.trouble(f"`dapr-warden status` ended with exit code {code}, not {CRITICAL_EXIT}: {said}")
    screen.say("", "The same verdict without Slack, for a terminal or a pipeline:")
    rows = terminal_rows("dapr-warden status", said, screen.inside, paragraphs=3)
    screen.box(_title("a terminal"), [*rows, (), (Run("$ ", DIM), Run("echo $?", CYAN)), (Run(f"{code}"),)])
    await screen.pause()


async def _repaired(screen: Screen, stage: Stage) -> None:
    cluster = stage.cluster
    _act(screen, 4, "Repaired")
    screen.say("Olga writes the Secret's ca.crt into the ConfigMap again. Two healthy looks later the same card turns green, in its place.")
    cluster.write_configmap(cluster.authority.ca, manager=KUBECTL)
    await stage.card("bundle-mismatch", "RESOLVED")
    screen.channel(CHANNEL, *(_shown(screen, stage, card) for card in stage.cards()))
    screen.say(f"The other card stays until the CA is renewed. {DAYS_LEFT} days are enough, if somebody knows.")
    await screen.pause()


def _act(screen: Screen, number: int, name: str) -> None:
    screen.heading(f"{number} of {ACTS} ", name)


def _end(screen: Screen, slack: SlackEmulator, requests: int) -> None:
    screen.heading("", "Your turn")
    broken = len(slack.violations)
    screen.say(
        f"The bot asked the two clusters {requests} times, reading only, with the rights in deploy/; it broke {broken} of Slack's rules."
    )
    screen.points(NEXT)
    screen.say("")


async def _asked(screen: Screen, stage: Stage) -> None:
    answer = await stage.ask("status")
    screen.channel(CHANNEL, messages.typed(OLGA, f"{COMMAND} status"), _shown(screen, stage, answer))


def _shown(screen: Screen, stage: Stage, message: Message) -> list[Line]:
    slack = stage.slack
    names = {user.id: user.name for user in slack.workspace.directory.users.values()}
    return messages.rows(message, Reader(now=slack.workspace.clock.now(), names=names), screen.inside, slack.thread(message))


def _only_reads(stage: Stage) -> int:
    if stage.cluster.writes:
        raise stage.bot.trouble("The bot tried to write to the cluster.")
    return stage.cluster.reads


def _seconds(since: datetime, message: Message) -> str:
    return f"{max(0.1, (said_at(message) - since).total_seconds()):.1f} seconds"


def _title(name: str) -> Line:
    return (Run(name, BOLD),)
