"""A Diagnosis for a person at a terminal, or as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from bot.cli import documents, exit_codes
from bot.cli.text import instant, printable
from bot.errors import InputError
from bot.model.diagnosis import Cause, Certainty, Diagnosis
from bot.model.explore import Address
from bot.model.targets import Unresolved

_MARKS = {Certainty.PROVED: ("✗", "red"), Certainty.LIKELY: ("✗", "red"), Certainty.POSSIBLE: ("?", "magenta")}

_LATER = ("!", "yellow")


def exit_code(diagnosis: Diagnosis) -> int:
    """0 nothing is wrong, 1 something may be or will be, 2 something is, 3 nothing was found but not everything could be seen."""
    verdict = diagnosis.verdict
    if verdict is None:
        return exit_codes.UNABLE if diagnosis.unseen else 0
    return 1 if verdict.certainty is Certainty.POSSIBLE or verdict.strikes_later else 2


def as_text(diagnosis: Diagnosis) -> str:
    """The likeliest cause first, with its evidence; then the others; what could not be seen."""
    return "\n".join(_lines(diagnosis)) + "\n"


def as_json(diagnosis: Diagnosis) -> str:
    """All of it, with its exit code."""
    body: dict[str, Any] = {
        "cluster": diagnosis.cluster,
        "target": diagnosis.target,
        "taken_at": diagnosis.taken_at,
        "exit_code": exit_code(diagnosis),
        "causes": diagnosis.causes,
        "unseen": diagnosis.unseen,
        "looked_at": diagnosis.looked_at,
        "logs": {"own": _url(diagnosis.own_logs), "control_plane": _url(diagnosis.control_plane_logs)},
    }
    return documents.pretty(body)


def _url(address: Address | None) -> str | None:
    return address.url if address else None


def refusal(wanted: Unresolved) -> InputError:
    """Nothing of that name, or several."""
    if wanted.matches:
        return InputError(f"There are several called {printable(wanted.asked)!r}.", hint=f"One of: {_named(wanted.matches)}.")
    if wanted.nearest:
        hint = f"Did you mean {printable(wanted.nearest[0])}?"
    else:
        hint = f"There are: {_named(wanted.known)}." if wanted.known else "An app id, a pod, or a component such as sentry."
    if wanted.unseen:
        why = printable(wanted.unseen.detail)
        return InputError(f"Nobody knows whether {printable(wanted.asked)!r} exists, as pods could not be looked through: {why}", hint=hint)
    return InputError(f"There is no app, pod or component called {printable(wanted.asked)!r} that has to do with Dapr.", hint=hint)


def _named(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names))


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    target = diagnosis.target
    where = f"{printable(diagnosis.cluster)} · {target.level.value} {printable(target.name)}"
    yield f"{click.style(where, bold=True)} · {instant(diagnosis.taken_at)}"
    yield ""
    if diagnosis.verdict is None:
        yield click.style(_nothing(diagnosis), fg="magenta" if diagnosis.unseen else "green", bold=True)
    for number, cause in enumerate(diagnosis.causes):
        if number == 1:
            yield from ("", click.style("It may also be", bold=True))
        yield from _cause(cause, with_evidence=number == 0)
    if diagnosis.unseen:
        yield from ("", click.style("What could not be seen", bold=True))
        yield from (f"  {printable(one)}" for one in diagnosis.unseen)
    yield from _links(diagnosis)
    if diagnosis.looked_at:
        yield from ("", f"Looked at: {printable(', '.join(diagnosis.looked_at))}")


def _nothing(diagnosis: Diagnosis) -> str:
    if diagnosis.is_blind:
        return "nothing could be looked at, so nothing can be said"
    return "nothing wrong in what could be seen, and not everything could" if diagnosis.unseen else "nothing is wrong"


def _links(diagnosis: Diagnosis) -> Iterator[str]:
    told = (("its sidecars", diagnosis.own_logs), ("Dapr's control plane", diagnosis.control_plane_logs))
    if any(address for _, address in told):
        yield from ("", click.style("Logs in Grafana", bold=True))
    yield from (f"  {whose}: {printable(address.url)}" for whose, address in told if address)


def _cause(cause: Cause, *, with_evidence: bool) -> Iterator[str]:
    mark, colour = _LATER if cause.strikes_later else _MARKS[cause.certainty]
    yield f"{click.style(f'{mark} {printable(cause.fact)}', fg=colour, bold=with_evidence)}  {click.style(cause.id, dim=True)}"
    if not with_evidence:
        return
    about = "" if cause.is_certificate else ", and no matter of certificates"
    yield f"  this is {cause.certainty.value}{about}"
    yield from (f"  seen     {printable(one)}" for one in cause.evidence)
    yield from (f"  printed  {printable(one)}" for one in cause.excerpts)
    if cause.next_step:
        yield f"  do       {printable(cause.next_step)}"
    yield f"  explained in docs/causes.md#{cause.id}"
