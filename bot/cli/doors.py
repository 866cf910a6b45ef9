"""What every command may have: the doors that it may open, and the options that most of them share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import click

from bot.config import Settings, from_env
from bot.model.audit import Entry
from bot.model.diagnosis import Diagnosis
from bot.model.examination import Examined
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.model.terminal import Ask, Refusal, Standing
from bot.model.trust_pair import SecretBytes

Form = Literal["text", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the commands may open: a look at a cluster (``survey``: with all that a plan must know), a diagnosis, the record, the bot.

    ``ask``: the bot that runs already, by its address on this machine, with a token.
    """

    environ: Mapping[str, str]
    version: str
    now: Callable[[], datetime]
    observe: Callable[[Settings], Snapshot]
    survey: Callable[[Settings], Snapshot]
    diagnose: Callable[[Settings, str], Diagnosis | Unresolved]
    recorded: Callable[[Settings], Iterable[Entry]]
    ask: Callable[[str, SecretBytes, Ask], Standing | Refusal]
    examine: Callable[[Settings], Examined]
    serve: Callable[[Settings], None]


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which cluster: the same three options wherever one is looked at; what is typed wins over the environment."""
    for option in (
        click.option("--kubeconfig", metavar="FILE", help="Kubeconfig to use.", default=""),
        click.option("--namespace", "-n", metavar="NS", help="Namespace of Dapr's control plane (dapr-system).", default=""),
        click.option("--context", metavar="C", help="Context of the kubeconfig.", default=""),
    ):
        command = option(command)
    return command


output_option = click.option("--output", "-o", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


def settings_of(doors: Doors, cluster: Mapping[str, str]) -> Settings:
    """The environment's settings, but for what was typed. Raises SettingsError."""
    given = {f"DAPR_WARDEN_{name.upper()}": value for name, value in cluster.items() if value}
    return from_env({**doors.environ, **given})
