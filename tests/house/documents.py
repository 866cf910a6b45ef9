"""Writes the documents that are made from code: ``python -m tests.house.documents``. test_documents compares them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.config import Settings, env_name
from tests.house.signatures_page import SIGNATURES_PAGE, signatures_page
from tests.house.tree import ROOT, named

SETTINGS_PAGE = ROOT / "docs" / "settings.md"
ENV_EXAMPLE = ROOT / ".env.example"

# The field that opens each group, and the group's heading.
GROUPS = {
    "slack_bot_token": "Slack",
    "viewers": "Who may do what",
    "cluster": "Which cluster",
    "bundle_name": "Where the CA is kept",
    "ca_secret_access": "What is read",
    "ladder": "How findings are graded",
    "sweep_seconds": "Rhythm",
    "loki_url": "Logs in Loki",
    "rotation": "Rotation of the CA",
    "terminal_port": "From a terminal",
    "prometheus_url": "Metrics in Prometheus",
    "store": "Memory, endpoints, logs",
}

PAGE_HEAD = """# Settings

<!-- Made from bot/settings by `python -m tests.house.documents`; edit it there. -->

Settings are environment variables, read once at the start. An empty value counts as unset. An unknown `DAPR_WARDEN_`
name, or a value that does not fit, stops the start with a sentence that names it.

The commands in a terminal need none of them; `--kubeconfig`, `--context` and `--namespace` win over the
variables. `dapr-warden serve` needs the two tokens and the channel. A token or password may be given as a file: put the path into
the variable with `_FILE` appended; that keeps it out of the environment.

The proxy variables `HTTPS_PROXY` and `NO_PROXY` have their customary meaning for Slack.
"""

ENV_HEAD = """# Settings of dapr-warden; docs/settings.md says the same. Made from bot/settings by `python -m tests.house.documents`.
# Copy to .env (which git ignores), fill in, then `make run`. A line that is commented out shows the default.
"""

NEEDED = ("slack_bot_token", "slack_app_token", "slack_channel")


def settings_page() -> str:
    """docs/settings.md."""
    return PAGE_HEAD + "".join(_table(heading, fields) for heading, fields in _groups())


def env_example() -> str:
    """The file .env.example."""
    return ENV_HEAD + "".join(_example(heading, fields) for heading, fields in _groups())


def written() -> dict[Path, str]:
    """Every document that is made from code, with its text."""
    return {SETTINGS_PAGE: settings_page(), ENV_EXAMPLE: env_example(), SIGNATURES_PAGE: signatures_page()}


def _groups() -> Iterator[tuple[str, list[tuple[str, FieldInfo]]]]:
    group: list[tuple[str, FieldInfo]] = []
    heading = ""
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            if group:
                yield heading, group
            heading, group = GROUPS[name], []
        group.append((name, field))
    yield heading, group


def _table(heading: str, fields: list[tuple[str, FieldInfo]]) -> str:
    lines = ["", f"## {heading}", "", "| variable | default | meaning |", "|---|---|---|"]
    for name, field in fields:
        default = f"`{_default(field)}`" if _default(field) else "—"
        lines.append(f"| `{env_name(name)}` | {default} | {' '.join([field.description or '', *_limits(field)])} |")
    return "\n".join(lines) + "\n"


def _example(heading: str, fields: list[tuple[str, FieldInfo]]) -> str:
    lines = ["", f"# --- {heading}"]
    for name, field in fields:
        lines += [f"# {' '.join([field.description or '', *_limits(field)])}"]
        lines += [f"{'' if name in NEEDED else '#'}{env_name(name)}={_default(field)}"]
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    match field.default:
        case None:
            return ""
        case tuple() | frozenset() as many:
            return ",".join(map(str, many))
        case other:
            return str(other)


def _limits(field: FieldInfo) -> Iterator[str]:
    """What a value must be, as sentences: the words allowed, or least and greatest."""
    if get_origin(field.annotation) is Literal:
        yield "One of " + ", ".join(f"`{word}`" for word in get_args(field.annotation)) + "."
    bounds: dict[str, Any] = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}
    if bounds:
        yield f"{bounds['ge']} to {bounds['le']}."


def main() -> int:
    """Write each document; name it when it changed."""
    for path, text in written().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{named(path)}: written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
