"""The words that act on a rotation: what they send to the running bot, and what people read of its answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from bot import files, programs
from bot.cli import documents
from bot.cli.text import instant, printable
from bot.errors import BotError, Forbidden, InputError, Permanent, Unauthenticated
from bot.model import phrases
from bot.model.approval import State
from bot.model.rotation import KINDS
from bot.model.run import Stand
from bot.model.terminal import Refusal, Standing, Under, Waiting
from bot.model.trust_pair import SecretBytes

LONGEST_TOKEN: Final = 16_384
TOKEN_SECONDS: Final = 30.0
SHOWN: Final = 10
PORT: Final = 8081
"""Where the bot is looked for when nothing else is said."""
_ATTENTION: Final = 1
_HELD: Final = 2
MAKE_ONE: Final = (
    "Give --token-file FILE, or --token-command 'kubectl create token alice --namespace ops --audience dapr-warden'. "
    "The audience has to be dapr-warden."
)
_MARKS: Final = {
    Stand.RUNNING: ("▶", "green"),
    Stand.PAUSED: ("‖", "yellow"),
    Stand.HELD: ("✗", "red"),
    Stand.DONE: ("✓", "green"),
    Stand.REVERTED: ("✓", "yellow"),
    Stand.ABORTED: ("✓", "yellow"),
}


def token(file: Path | None, command: str) -> SecretBytes:
    """Who is asking. Raises InputError; never quotes what it read."""
    if bool(file) == bool(command):
        raise InputError("The bot has to know who asks: give one of --token-file and --token-command.", hint=MAKE_ONE)
    read = files.content(file, LONGEST_TOKEN) if file else _printed(command)
    bare = read.strip()
    if not bare or len(bare) > LONGEST_TOKEN or not bare.isascii() or len(bare.split()) != 1 or not bare.decode("ascii").isprintable():
        raise InputError(f"{file or '--token-command'} holds no token: it is empty, too long, or more than one word.", hint=MAKE_ONE)
    return SecretBytes(bare)


def refusal(found: Refusal) -> BotError:
    """Why it does not count, as an error."""
    kind = {"unauthenticated": Unauthenticated, "forbidden": Forbidden}.get(found.error, Permanent)
    return kind(printable(found.reason), hint=printable(found.hint))


def exit_code(found: Standing) -> int:
    """0 all is well, or nothing is under way; 1 a request waits for approval, or a run is paused; 2 a run holds."""
    run, request = found.run, found.request
    if run is not None and run.stand is Stand.HELD:
        return _HELD
    is_waiting = request is not None and request.state is State.PENDING
    is_stopped = run is not None and run.stand is Stand.PAUSED
    return _ATTENTION if is_waiting or is_stopped else 0


def as_json(found: Standing) -> str:
    """All of it, with its exit code."""
    return documents.pretty({"exit_code": exit_code(found), **{name: getattr(found, name) for name in found.__struct_fields__}})


def as_text(found: Standing) -> str:
    """What came of it; the run; the request behind it, or the one that waits."""
    return "\n".join(_lines(found)) + "\n"


def _printed(command: str) -> bytes:
    try:
        return programs.output(programs.words(command), b"", most=LONGEST_TOKEN, seconds=TOKEN_SECONDS)
    except ValueError as error:
        raise InputError(f"--token-command: {error}.", hint=MAKE_ONE) from None
    except BotError as error:
        raise InputError(f"--token-command: {error}", hint=error.hint) from None


def _lines(found: Standing) -> Iterator[str]:
    if found.said:
        yield click.style(f"✓ {printable(found.said)}", fg="green", bold=True)
    yield f"{click.style(f'{printable(found.cluster)} · rotation of the CA', bold=True)} · {instant(found.taken_at)}"
    if found.run is not None:
        yield from _run(found.run)
    if found.request is not None and (found.run is None or found.run.digest != found.request.digest):
        yield from _request(found.request)
    if found.run is None and found.request is None:
        yield "Nobody has asked for one, and none is under way."


def _run(run: Under) -> Iterator[str]:
    mark, colour = _MARKS[run.stand]
    back = ", on its way back" if run.back else ""
    yield click.style(f"{mark} {run.stand.value}{back}: {run.number} of {run.of} steps are done", fg=colour, bold=True)
    yield f"  {KINDS[run.kind]}"
    yield f"  digest       {run.digest[:8]}, begun {instant(run.started_at)}"
    if run.step:
        yield f"  at           {printable(run.step)}"
    if run.told:
        yield f"  waits        {printable(run.told)}{f', until {instant(run.until)}' if run.until else ''}"
    if run.reason:
        yield f"  why          {printable(run.reason)}"
        yield f"  do           {printable(run.advice)}"
    if run.affected:
        yield f"  affects      {printable(phrases.named(run.affected, most=SHOWN))}"
    if run.ways:
        yield f"  you can      {phrases.listed([way.value for way in run.ways], 'or')}"
    yield from (f"  proof        {printable(one)}" for one in run.proof)
    yield from (f"  left         {printable(one)}" for one in run.left[:SHOWN])


def _request(request: Waiting) -> Iterator[str]:
    colour = "yellow" if request.state is State.PENDING else "blue"
    given = f"{len(request.approved_by)} of {request.quorum} approvals"
    yield click.style(f"? request {request.digest[:8]}: {request.state.value}, {given}", fg=colour, bold=True)
    yield f"  {KINDS[request.kind]}"
    yield f"  digest       {request.digest}"
    yield f"  asked by     {printable(request.requester)}"
    if request.approved_by:
        yield f"  approved by  {printable(phrases.listed(request.approved_by))}"
    if request.reason:
        yield f"  why          {printable(request.reason)}"
    where = f" ({printable(phrases.named(request.namespaces, most=SHOWN))})" if request.namespaces else ""
    yield f"  touches      {phrases.count(request.apps, 'app')}, {phrases.count(request.pods, 'pod')}{where}"
    yield f"  takes        about {phrases.left(request.takes)}"
    yield from (f"  know         {printable(one)}" for one in request.hazards)
    if request.state is State.PENDING:
        yield f"  until        {instant(request.expires_at)}; to approve it: dapr-warden renew --approve {request.digest[:8]}"
