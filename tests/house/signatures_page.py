"""docs/signatures.md, made from the table of signatures."""

import re
import textwrap
from typing import Final

from bot.diagnosis.signature import EVERYWHERE, Group, Kind, Signature, Silence
from bot.diagnosis.signatures import GROUPS
from bot.diagnosis.silences import SILENCES
from tests.house.tree import ROOT, anchor

RECORDED: Final = ROOT / "tests" / "rig" / "recorded" / "lines.tsv"
SIGNATURES_PAGE: Final = ROOT / "docs" / "signatures.md"

HEAD: Final = """# Signatures

<!-- Made from bot/diagnosis/table by `python -m tests.house.documents`; edit it there. -->

What a line of a log means: lines that Dapr's components, Kubernetes and their libraries print when something is the matter with
certificates, or when it looks like that. They were collected from Dapr's sources, releases 1.9.6 to 1.18.3, and from real programs.

A line never decides anything here. It opens a question, and the checks that are named beside it look at the cluster and answer it: see
[checks.md](checks.md). Lines are recognised as text, as JSON, and in the wrappings of containerd, docker, Fluent Bit and others.

`dapr-warden explain FILE`, or `/dapr explain` with pasted lines behind it, finds the rows for you, and says which stands behind the others.

**Kinds**: *certificate*: it is about certificates. *other*: something is wrong, but not with certificates. *open*: either; look behind it.
*state*: nothing is wrong. **Row** is the number in the catalogue that the bot quotes; rows of one number are wordings of one thing.
**Seen** names the versions whose real programs printed the line when we made them do it (`tests/rig/recorded`); the others were read in
the sources.

"""

SILENT_HEAD: Final = """
## What prints nothing

The absence of lines proves nothing. These are wrong without a word in any log.

| row | what | versions | why | what to do |
|---|---|---|---|---|
"""

TABLE_HEAD: Final = "| row | line | printed by | meaning | cause | what to do |\n|---|---|---|---|---|---|\n"
SHOWN: Final = 130
KINDS: Final = {Kind.CERTIFICATE: "certificate", Kind.OTHER: "other", Kind.OPEN: "open", Kind.STATE: "state"}


def signatures_page() -> str:
    """docs/signatures.md."""
    contents = (
        "".join(f"- [{group.title}](#{anchor(group.title)})\n" for group in GROUPS) + "- [What prints nothing](#what-prints-nothing)\n"
    )
    return HEAD + contents + "".join(_group(group) for group in GROUPS) + SILENT_HEAD + "".join(_silence(one) for one in SILENCES)


def _group(group: Group) -> str:
    return f"\n## {group.title}\n\n{_prose(group.lead)}\n\n{TABLE_HEAD}" + "".join(_row(one) for one in group.signatures)


def _row(one: Signature) -> str:
    printers = "everybody" if set(EVERYWHERE) <= set(one.components) else ", ".join(component.value for component in one.components)
    seen = ", ".join(sorted(_seen(one.id), key=lambda version: [int(part) for part in version.split(".")]))
    who = f"{printers}<br>{one.versions or 'all versions'}<br>*{KINDS[one.kind]}*{f'<br>seen: {seen}' if seen else ''}"
    line = f"**{one.id}**<br>`{_shown(one)}`"
    return f"| {one.row} | {line} | {who} | {_prose(one.meaning)} | {_prose(one.cause)} | {_prose(one.remedy)}{_checks(one.opens)} |\n"


def _seen(id_: str) -> set[str]:
    """The versions of which a recorded line bears this signature."""
    lines = (line.split("\t") for line in RECORDED.read_text(encoding="utf-8").splitlines())
    return {version for version, _, primary, reasons, _ in lines if id_ in (primary, *reasons.split())}


def _shown(one: Signature) -> str:
    """The telling piece of a line: from where it is recognised, as far as a cell is wide."""
    found = one.pattern.search(one.witness) if one.pattern else None
    start = min(one.witness.index(one.literal), found.start() if found else len(one.witness))
    start = one.witness.rfind(" ", 0, start + 1) + 1
    shown = textwrap.shorten(one.witness[start:], SHOWN, placeholder=" …")
    return f"{'… ' if start else ''}{shown}".replace("|", "\\|")


def _silence(one: Silence) -> str:
    row = one.row or "—"
    return f"| {row} | {_prose(one.what)} | {one.versions or 'all'} | {_prose(one.why)} | {_prose(one.remedy)}{_checks(one.opens)} |\n"


def _checks(ids: tuple[str, ...]) -> str:
    return f"<br>Checks: {', '.join(f'[{id_}](checks.md#{id_})' for id_ in ids)}" if ids else ""


def _prose(text: str) -> str:
    """Plain words as Markdown: what a person's eye reads as a table's border or a tag is escaped, what points at a page becomes a link."""
    escaped = re.sub(r"([\\|<>*_`])", r"\\\1", text)
    return re.sub(r"docs/([\w-]+\.md)#([\w-]+)", lambda found: f"[{found[2].replace('-', ' ')}]({found[1]}#{found[2]})", escaped)
