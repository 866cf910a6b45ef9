"""The words about a rotation of the CA: its plan, and the record of what was asked, decided and done."""

from collections.abc import Iterable
from pathlib import Path

import click

from bot.cli import output, plan, record, snapshots
from bot.cli.doors import Doors, Form, cluster_options, output_option, settings_of
from bot.config import from_env
from bot.errors import InputError
from bot.model.audit import Entry
from bot.model.rotation import Unplannable


@click.command()
@click.option("--plan", "only_plan", is_flag=True, help="Show what a rotation of the CA would be; nothing is changed.")
@click.option("--snapshot", "file", type=click.Path(path_type=Path), help="Plan for this file instead of a cluster.")
@cluster_options
@output_option
@click.pass_context
def renew(context: click.Context, /, *, only_plan: bool, file: Path | None, form: Form, **cluster: str) -> None:
    """Plan a rotation of the CA without any key: 0 it could be approved, 1 with something to decide, 2 something blocks it, 3 no plan."""
    doors: Doors = context.obj
    settings = settings_of(doors, cluster)
    if not only_plan:
        raise InputError("Only plans are made here so far; nothing was changed.", hint="Add --plan.")
    seen = snapshots.read(file) if file else doors.survey(settings)
    found = plan.offered(seen, settings)
    if isinstance(found, Unplannable):
        raise plan.refusal(found)
    output.say(plan.as_json(found) if form == "json" else plan.as_text(found))
    context.exit(plan.exit_code(found))


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
