"""The words after ``dapr-warden``. Wiring comes in as :class:`Doors`; nothing here opens a connection itself."""

import difflib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NoReturn

import click

from bot.checks import CHECKS
from bot.cli import diagnosis, documents, exit_codes, explain, lint, output, plan, record, snapshots, text, verify
from bot.config import Settings, from_env
from bot.errors import BotError, InputError
from bot.model.audit import Entry
from bot.model.diagnosis import Diagnosis
from bot.model.judging import judge
from bot.model.report import Report
from bot.model.rotation import Unplannable
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved

Form = Literal["text", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the commands may open: one look at a cluster, a diagnosis, the record, the bot itself, the environment and the time."""

    environ: Mapping[str, str]
    version: str
    now: Callable[[], datetime]
    observe: Callable[[Settings], Snapshot]
    diagnose: Callable[[Settings, str], Diagnosis | Unresolved]
    recorded: Callable[[Settings], Iterable[Entry]]
    serve: Callable[[Settings], None]


class Unforgiving(click.Group):
    """A group that ends every failure with a sentence and exit code 3, so that "critical" (2) is never an accident."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run a command line; see the class."""
        kwargs["standalone_mode"] = False
        try:
            outcome = super().main(*args, **kwargs)
        except BotError as error:
            click.echo(f"dapr-warden: {error}" + (f"\n  {error.hint}" if error.hint else ""), err=True)
            raise SystemExit(exit_codes.UNABLE) from None
        except click.ClickException as error:
            error.show()
            raise SystemExit(exit_codes.UNABLE) from None
        except (click.Abort, KeyboardInterrupt):
            raise SystemExit(130) from None
        except Exception as error:  # noqa: BLE001 - the border: Python would end with 1, which says "at least one warning"
            click.echo(f"dapr-warden: {_unforeseen(error)}", err=True)
            raise SystemExit(exit_codes.UNABLE) from None
        raise SystemExit(outcome if isinstance(outcome, int) else 0)


def _unforeseen(error: Exception) -> str:
    """What happened and where, without the error's own words: they may quote what must not be shown."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return f"This is a bug ({type(error).__name__} at {place}). Please report it, with what you typed."


def group(doors: Doors) -> click.Group:
    """Build the command group around its doors."""
    root = Unforgiving(
        "dapr-warden",
        help="Makes sure that no Dapr cluster dies of its own certificates. Exit code: 0 healthy, 1 warning, 2 critical, 3 unknown.",
        commands={
            "status": status,
            "check": check,
            "snapshot": snapshot,
            "diagnose": diagnose_target,
            "lint": lint_bundle,
            "verify": verify_chain,
            "explain": explain_lines,
            "renew": renew,
            "audit": audit,
            "serve": serve,
        },
        context_settings={"obj": doors, "help_option_names": ["-h", "--help"]},
    )
    return click.version_option(doors.version, "--version", prog_name="dapr-warden")(root)


def _cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--kubeconfig", metavar="FILE", help="Kubeconfig to use.", default=""),
        click.option("--namespace", "-n", metavar="NS", help="Namespace of Dapr's control plane (dapr-system).", default=""),
        click.option("--context", metavar="C", help="Context of the kubeconfig.", default=""),
    ):
        command = option(command)
    return command


_output_option = click.option("--output", "-o", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command()
@_cluster_options
@_output_option
@click.pass_context
def status(context: click.Context, /, form: Form, **cluster: str) -> None:
    """Say in one line whether a cluster's trust is healthy, then what to do, worst first."""
    doors: Doors = context.obj
    settings = _settings(doors, cluster)
    report = judge(doors.observe(settings), settings.policy, CHECKS)
    _answer(context, report, text.status(report, doors.now()) if form == "text" else documents.report(report))


@click.command()
@click.argument("check_id", required=False, default="")
@click.option("--snapshot", "file", type=click.Path(path_type=Path), help="Judge this file instead of a cluster.")
@_cluster_options
@_output_option
@click.pass_context
def check(context: click.Context, /, check_id: str, file: Path | None, form: Form, **cluster: str) -> None:
    """Run every check, or the one named CHECK_ID, and show each answer."""
    doors: Doors = context.obj
    settings = _settings(doors, cluster)
    _known(check_id)
    seen = snapshots.read(file) if file else doors.observe(settings)
    report = _narrowed(judge(seen, settings.policy, CHECKS), check_id)
    _answer(context, report, text.checks(report, doors.now()) if form == "text" else documents.report(report))


@click.command()
@_cluster_options
@click.option("--output", "-o", "form", type=click.Choice(["json"]), default="json", help="Snapshots are JSON.")
@click.pass_context
def snapshot(context: click.Context, /, form: str, **cluster: str) -> None:  # noqa: ARG001 - one form, accepted by name
    """Print everything seen as JSON without any secret, for `check --snapshot`."""
    doors: Doors = context.obj
    output.say(documents.snapshot(doors.observe(_settings(doors, cluster))))


@click.command(name="diagnose")
@click.argument("target")
@_cluster_options
@_output_option
@click.pass_context
def diagnose_target(context: click.Context, /, target: str, form: Form, **cluster: str) -> None:
    """Say why TARGET (an app, a pod, a component) is broken: 0 nothing wrong, 1 possibly this, 2 this, 3 not everything could be seen."""
    doors: Doors = context.obj
    found = doors.diagnose(_settings(doors, cluster), target)
    if isinstance(found, Unresolved):
        raise diagnosis.refusal(found)
    output.say(diagnosis.as_json(found) if form == "json" else diagnosis.as_text(found))
    context.exit(diagnosis.exit_code(found))


@click.command(name="lint")
@click.option("--ca-cert", required=True, type=click.Path(path_type=Path), help="The roots (ca.crt).")
@click.option("--issuer-cert", required=True, type=click.Path(path_type=Path), help="The issuer chain, issuer first (issuer.crt).")
@click.option("--issuer-key", required=True, type=click.Path(path_type=Path), help="The issuer's private key (issuer.key).")
@click.option("--configmap-ca", type=click.Path(path_type=Path), help="ca.crt as the ConfigMap has it, if it differs.")
@click.option("--dapr-version", required=True, metavar="V", help="Version of Dapr's control plane, e.g. 1.18.3.")
@click.option("--mode", type=click.Choice(["kubernetes", "standalone"]), default="kubernetes", show_default=True)
@_output_option
@click.pass_context
def lint_bundle(context: click.Context, /, form: Form, **files: Any) -> None:
    """Tell whether sentry would load this CA of your own and whether sidecars would then trust each other."""
    doors: Doors = context.obj
    result = lint.run(lint.Request(**files), at=doors.now().astimezone(UTC))
    output.say(lint.as_json(result) if form == "json" else lint.as_text(result))
    context.exit(result.exit_code)


@click.command(name="verify")
@click.option("--roots", required=True, type=click.Path(path_type=Path), help="What the peer trusts (ca.crt).")
@click.option("--chain", required=True, type=click.Path(path_type=Path), help="What it is shown: the workload's certificate first.")
@click.option("--at", "instant", metavar="RFC3339", help="Judge at this instant, e.g. 2026-12-05T15:00:00Z, not now.")
@_output_option
@click.pass_context
def verify_chain(context: click.Context, /, instant: str | None, form: Form, **files: Any) -> None:
    """Tell whether a peer that trusts these roots would accept this chain, and every reason why not."""
    doors: Doors = context.obj
    at = doors.now().astimezone(UTC) if instant is None else verify.parsed_instant(instant)
    result = verify.run(verify.Request(**files), at=at)
    output.say(verify.as_json(result) if form == "json" else verify.as_text(result))
    context.exit(result.exit_code)


@click.command(name="explain")
@click.argument("file", required=False, default=explain.STANDARD_INPUT, type=click.Path(path_type=Path, allow_dash=True))
@_output_option
@click.pass_context
def explain_lines(context: click.Context, /, file: Path, form: Form) -> None:
    """Say what the lines of a log mean: FILE, or what is piped in. Exit code: 0 nothing known is a problem, 1 a problem is named."""
    result = explain.run(file)
    output.say(explain.as_json(result) if form == "json" else explain.as_text(result))
    context.exit(result.exit_code)


@click.command()
@click.option("--plan", "only_plan", is_flag=True, help="Show what a rotation of the CA would be; nothing is changed.")
@click.option("--snapshot", "file", type=click.Path(path_type=Path), help="Plan for this file instead of a cluster.")
@_cluster_options
@_output_option
@click.pass_context
def renew(context: click.Context, /, *, only_plan: bool, file: Path | None, form: Form, **cluster: str) -> None:
    """Plan a rotation of the CA without any key: 0 it could be approved, 1 with something to decide, 2 something blocks it, 3 no plan."""
    doors: Doors = context.obj
    settings = _settings(doors, cluster)
    if not only_plan:
        raise InputError("Only plans are made here so far; nothing was changed.", hint="Add --plan.")
    seen = snapshots.read(file) if file else doors.observe(settings)
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
@_output_option
@click.pass_context
def audit_verify(context: click.Context, /, head: str, form: Form) -> None:
    """Tell whether no entry was changed, moved, removed or added since: 0 whole, 2 not, 3 it cannot be read."""
    found = record.verified(_recorded(context), record.head(head))
    output.say(record.verified_json(found) if form == "json" else record.verified_text(found))
    context.exit(found.exit_code)


@audit.command(name="export")
@_output_option
@click.pass_context
def audit_export(context: click.Context, /, form: Form) -> None:
    """Print every entry, oldest first, as it stands; whether it is whole is what `audit verify` tells. 0 printed, 3 it cannot be read."""
    entries = _recorded(context)
    output.say(record.exported_json(entries) if form == "json" else record.exported_text(entries))


@click.command()
@click.pass_context
def serve(context: click.Context) -> None:
    """Run the bot: watch the cluster, warn the channel, answer the slash command. Settings: see docs/settings.md."""
    doors: Doors = context.obj
    doors.serve(from_env(doors.environ))


def _recorded(context: click.Context) -> Iterable[Entry]:
    doors: Doors = context.obj
    return doors.recorded(from_env(doors.environ))


def _settings(doors: Doors, cluster: Mapping[str, str]) -> Settings:
    given = {f"DAPR_WARDEN_{name.upper()}": value for name, value in cluster.items() if value}
    return from_env({**doors.environ, **given})


def _known(check_id: str) -> None:
    ids = [one.id for one in CHECKS]
    if check_id and check_id not in ids:
        near = difflib.get_close_matches(check_id, ids, n=1)
        raise InputError(f"There is no check {check_id!r}.", hint=f"Did you mean {near[0]}?" if near else f"Checks: {', '.join(ids)}.")


def _narrowed(report: Report, check_id: str) -> Report:
    answers = tuple(answer for answer in report.answers if not check_id or answer.check_id == check_id)
    return Report(taken_at=report.taken_at, cluster=report.cluster, namespace=report.namespace, answers=answers)


def _answer(context: click.Context, report: Report, words: str) -> None:
    output.say(words)
    context.exit(exit_codes.of(report.severity))
