"""The words after ``dapr-warden``. Wiring comes in as :class:`Doors`; nothing here opens a connection itself."""

import difflib
import traceback
from datetime import UTC
from pathlib import Path
from typing import Any, NoReturn

import click

from bot.checks import CHECKS
from bot.cli import diagnosis, doctor, documents, exit_codes, explain, inventory, lint, output, snapshots, text, verify
from bot.cli.doors import Doors, Form, cluster_options, output_option, settings_of
from bot.cli.rotation import audit, renew, rotation
from bot.config import from_env
from bot.errors import BotError, InputError
from bot.model.inventory import inventory as inventoried
from bot.model.judging import judge
from bot.model.report import Report
from bot.model.targets import Unresolved


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
            "cert": list_certificates,
            "snapshot": snapshot,
            "diagnose": diagnose_target,
            "lint": lint_bundle,
            "verify": verify_chain,
            "explain": explain_lines,
            "renew": renew,
            "rotation": rotation,
            "audit": audit,
            "doctor": examine_bot,
            "serve": serve,
        },
        context_settings={"obj": doors, "help_option_names": ["-h", "--help"]},
    )
    return click.version_option(doors.version, "--version", prog_name="dapr-warden")(root)


@click.command()
@cluster_options
@output_option
@click.pass_context
def status(context: click.Context, /, form: Form, **cluster: str) -> None:
    """Say in one line whether a cluster's trust is healthy, then what to do, worst first."""
    doors: Doors = context.obj
    settings = settings_of(doors, cluster)
    report = judge(doors.observe(settings), settings.policy, CHECKS)
    _answer(context, report, text.status(report, doors.now()) if form == "text" else documents.report(report))


@click.command()
@click.argument("check_id", required=False, default="")
@click.option("--snapshot", "file", type=click.Path(path_type=Path), help="Judge this file instead of a cluster.")
@cluster_options
@output_option
@click.pass_context
def check(context: click.Context, /, check_id: str, file: Path | None, form: Form, **cluster: str) -> None:
    """Run every check, or the one named CHECK_ID, and show each answer."""
    doors: Doors = context.obj
    settings = settings_of(doors, cluster)
    _known(check_id)
    seen = snapshots.read(file) if file else doors.observe(settings)
    report = _narrowed(judge(seen, settings.policy, CHECKS), check_id)
    _answer(context, report, text.checks(report, doors.now()) if form == "text" else documents.report(report))


@click.command(name="cert")
@click.option("--snapshot", "file", type=click.Path(path_type=Path), help="List those in this file instead of a cluster's.")
@cluster_options
@output_option
@click.pass_context
def list_certificates(context: click.Context, /, file: Path | None, form: Form, **cluster: str) -> None:
    """List every certificate: where it lies, who owns it, how long it lives, which root it hangs on; the next to end first."""
    doors: Doors = context.obj
    settings = settings_of(doors, cluster)
    seen = snapshots.read(file) if file else doors.observe(settings)
    found = inventoried(seen, settings.policy)
    output.say(inventory.as_json(found) if form == "json" else inventory.as_text(found, doors.now()))
    context.exit(exit_codes.of(found.severity))


@click.command()
@cluster_options
@click.option("--output", "-o", "form", type=click.Choice(["json"]), default="json", help="Snapshots are JSON.")
@click.pass_context
def snapshot(context: click.Context, /, form: str, **cluster: str) -> None:  # noqa: ARG001 - one form, accepted by name
    """Print everything seen as JSON without any secret, for `check --snapshot`."""
    doors: Doors = context.obj
    output.say(documents.snapshot(doors.survey(settings_of(doors, cluster))))


@click.command(name="diagnose")
@click.argument("target")
@cluster_options
@output_option
@click.pass_context
def diagnose_target(context: click.Context, /, target: str, form: Form, **cluster: str) -> None:
    """Say why TARGET (an app, a pod, a component) is broken: 0 nothing wrong, 1 possibly this, 2 this, 3 not everything could be seen."""
    doors: Doors = context.obj
    found = doors.diagnose(settings_of(doors, cluster), target)
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
@output_option
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
@output_option
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
@output_option
@click.pass_context
def explain_lines(context: click.Context, /, file: Path, form: Form) -> None:
    """Say what the lines of a log mean: FILE, or what is piped in. Exit code: 0 nothing known is a problem, 1 a problem is named."""
    result = explain.run(file)
    output.say(explain.as_json(result) if form == "json" else explain.as_text(result))
    context.exit(result.exit_code)


@click.command(name="doctor")
@cluster_options
@output_option
@click.pass_context
def examine_bot(context: click.Context, /, form: Form, **cluster: str) -> None:
    """Say whether what the bot lives on is in order: rights, Loki, Prometheus, memory, Slack. It needs no running bot."""
    doors: Doors = context.obj
    found = doors.examine(settings_of(doors, cluster))
    output.say(doctor.as_json(found) if form == "json" else doctor.as_text(found))
    context.exit(doctor.exit_code(found))


@click.command()
@click.pass_context
def serve(context: click.Context) -> None:
    """Run the bot: watch the cluster, warn the channel, answer the slash command. Settings: see docs/settings.md."""
    doors: Doors = context.obj
    doors.serve(from_env(doors.environ))


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
