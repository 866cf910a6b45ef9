"""The words about a rotation of the CA: its plan, what the running bot is asked and told, and the record of what was decided and done."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from bot.cli import output, plan, record, rotating, snapshots
from bot.cli.doors import Doors, Form, cluster_options, output_option, settings_of
from bot.config import from_env
from bot.errors import InputError
from bot.model.audit import Entry
from bot.model.rotation import Unplannable
from bot.model.terminal import WAYS, Ask, Refusal

STATUS: Final = "status"


def _bot_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the running bot is, and who asks it."""
    for option in (
        click.option("--token-command", metavar="LINE", default="", help="What prints such a token: 'kubectl create token …'; no shell."),
        click.option(
            "--token-file", metavar="FILE", type=click.Path(path_type=Path), help="A token of yours, for the audience dapr-warden."
        ),
        click.option("--url", metavar="URL", default="", help="The bot's port for terminals, forwarded to this machine."),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--plan", "only_plan", is_flag=True, help="Show what a rotation of the CA would be; nothing is changed.")
@click.option("--snapshot", "file", type=click.Path(path_type=Path), help="Plan for this file instead of a cluster.")
@click.option(
    "--approve", "digest", metavar="DIGEST", default="", help="Approve the request of this digest (8 digits do) at the running bot."
)
@_bot_options
@cluster_options
@output_option
@click.pass_context
def renew(context: click.Context, /, *, only_plan: bool, file: Path | None, digest: str, form: Form, **options: Any) -> None:
    """Plan a rotation of the CA without any key: 0 it could be approved, 1 with something to decide, 2 something blocks it, 3 no plan.

    With --approve: 0 it counts (1 when somebody else has to approve it as well), 3 it does not.
    """
    if bool(digest) == only_plan:
        raise InputError("Say what is to be done; nothing was changed.", hint="Give one of --plan and --approve DIGEST.")
    if digest:
        _act(context, Ask(path="/approve", body={"digest": digest.strip().lower()}), form, **_bot(options))
        return
    _plan(context, file, form, {name: options[name] for name in ("kubeconfig", "namespace", "context")})


def _plan(context: click.Context, file: Path | None, form: Form, cluster: Mapping[str, str]) -> None:
    doors: Doors = context.obj
    settings = settings_of(doors, cluster)
    seen = snapshots.read(file) if file else doors.survey(settings)
    found = plan.offered(seen, settings)
    if isinstance(found, Unplannable):
        raise plan.refusal(found)
    output.say(plan.as_json(found) if form == "json" else plan.as_text(found))
    context.exit(plan.exit_code(found))


@click.command()
@click.argument("what", type=click.Choice([STATUS, *(way.value for way in WAYS)]))
@click.option("--reason", metavar="TEXT", default="", help="Why: it goes into the record.")
@_bot_options
@output_option
@click.pass_context
def rotation(context: click.Context, /, *, what: str, reason: str, form: Form, **options: Any) -> None:
    """Ask the running bot how a rotation stands, or decide on it: 0 well, 1 a request waits or a run is paused, 2 a run holds, 3 refused.

    Operators may pause and abort; approvers resume, retry and revert.
    """
    ask = Ask(path="/rotation") if what == STATUS else Ask(path=f"/rotation/{what}", body={"reason": reason})
    _act(context, ask, form, **_bot(options))


def _bot(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("url", "token_file", "token_command")}


def _act(context: click.Context, ask: Ask, form: Form, *, url: str, token_file: Path | None, token_command: str) -> None:
    doors: Doors = context.obj
    port = from_env(doors.environ).terminal_port or rotating.PORT
    found = doors.ask(url or f"http://127.0.0.1:{port}", rotating.token(token_file, token_command), ask)
    if isinstance(found, Refusal):
        raise rotating.refusal(found)
    output.say(rotating.as_json(found) if form == "json" else rotating.as_text(found))
    context.exit(rotating.exit_code(found))


@click.group()
def audit() -> None:
    """Read the record of what was asked, decided and done, where the bot keeps it (DAPR_WARDEN_STORE); nothing is written."""


@audit.command(name="verify")
@click.option("--head", metavar="DIGEST", default="", help="A head that was told elsewhere: it must be in there, or the end is cut off.")
@output_option
@click.pass_context
def audit_verify(context: click.Context, /, head: str, form: Form) -> None:
    """Tell whether no entry was changed, moved, removed or added since: 0 whole, 2 not, 3 it cannot be read."""
    found = record.verified(_recorded(context), record.head(head))
    output.say(record.verified_json(found) if form == "json" else record.verified_text(found))
    context.exit(found.exit_code)


@audit.command(name="export")
@output_option
@click.pass_context
def audit_export(context: click.Context, /, form: Form) -> None:
    """Print every entry, oldest first, as it stands; whether it is whole is what `audit verify` tells. 0 printed, 3 it cannot be read."""
    entries = _recorded(context)
    output.say(record.exported_json(entries) if form == "json" else record.exported_text(entries))


def _recorded(context: click.Context) -> Iterable[Entry]:
    doors: Doors = context.obj
    return doors.recorded(from_env(doors.environ))
