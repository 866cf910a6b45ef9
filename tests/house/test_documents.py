"""What the documents say is what the code does: settings, metrics, Slack manifest, links, verbs."""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.checks import judge
from bot.config import Settings, env_name, from_env
from bot.model.gauges import gauges
from bot.model.policy import Policy
from handlers.commands import SUBCOMMANDS
from tests.builders import a_bare_pod, a_pod, a_snapshot
from tests.certificates import NOW
from tests.house.documents import GROUPS, env_example, written
from tests.house.tree import ROOT, anchor, anchors, files, named, python

MANIFEST: dict[str, Any] = json.loads((ROOT / "deploy" / "slack-manifest.json").read_text(encoding="utf-8"))
INSTALL_SLACK = ROOT / "docs" / "install-slack.md"
METRICS_PAGE = ROOT / "docs" / "metrics.md"
PAGES = [path for path in files() if path.suffix == ".md"]


@pytest.mark.parametrize("path", written(), ids=named)
def test_a_document_made_from_code_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == written()[path], "run `python -m tests.house.documents`"


def test_every_group_of_settings_opens_with_a_field_that_exists() -> None:
    assert set(GROUPS) <= set(Settings.model_fields)


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_example_with_every_comment_removed_is_the_default() -> None:
    lines = [line.removeprefix("#") for line in env_example().splitlines() if re.match(r"#?[A-Z_]+=", line)]
    given = dict(line.split("=", 1) for line in lines)

    assert list(given) == [env_name(field) for field in Settings.model_fields]
    assert from_env(given) == from_env({})


def test_a_shell_reads_the_example_as_we_do() -> None:
    for line in env_example().splitlines():
        if re.match(r"#?[A-Z_]+=", line):
            assert len(shlex.split(line.removeprefix("#"))) == 1


def _declared() -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Name and labels of every metric in the code; None where the labels are not a literal list."""
    for _, module in python("bot", "handlers"):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _called(node) in {"Counter", "Gauge", "Histogram", "Summary", "Info"}:
                match node.args:
                    case [ast.Constant(value=str(name)), ast.Constant(), ast.List(elts=labels)]:
                        yield _prefixed(name), tuple(str(ast.literal_eval(label)) for label in labels)
                    case [ast.Constant(value=str(name)), ast.Constant()]:
                        yield _prefixed(name), ()
                    case [ast.Constant(value=str(name)), *_]:
                        yield _prefixed(name), None


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _prefixed(name: str) -> str:
    return "dapr_warden_" + name.removeprefix("dapr_warden_")


def _documented() -> dict[str, tuple[str, ...]]:
    rows = re.findall(r"^\| `(dapr_warden_\w+)` \| ([^|]+) \|", METRICS_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: tuple(label.strip() for label in labels.split(",") if label.strip() != "—") for name, labels in rows}


def test_every_metric_is_documented_and_every_documented_metric_exists() -> None:
    assert sorted(_documented()) == sorted({name for name, _ in _declared()})


def test_every_counter_has_the_labels_that_are_documented() -> None:
    declared = {name: labels for name, labels in _declared() if labels is not None}

    assert declared
    assert declared == {name: labels for name, labels in _documented().items() if name in declared}


def test_every_gauge_has_the_labels_that_are_documented() -> None:
    snapshot = a_snapshot(pods=[a_pod("orders"), a_bare_pod("bare")])
    report = judge(snapshot, Policy())
    seen = gauges(snapshot, report, {answer.check_id: NOW for answer in report.answers}, timedelta(minutes=5))
    labels = {f"dapr_warden_{one.name}": tuple(name for name, _ in one.labels) for one in seen}

    assert labels == {name: documented for name, documented in _documented().items() if name in labels}
    assert len(labels) == sum(labels is None for _, labels in dict(_declared()).items())


def test_every_metric_that_the_page_shows_in_use_exists() -> None:
    shown = set(re.findall(r"\bdapr_warden_\w+", METRICS_PAGE.read_text(encoding="utf-8"))) - {"dapr_warden_"}

    assert shown == set(_documented())


def test_the_manifest_hints_at_every_subcommand() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]

    assert command["usage_hint"] == " | ".join(one.usage for one in SUBCOMMANDS)
    assert command["should_escape"] is True


def test_every_shortcut_of_the_manifest_is_a_subcommand_about_a_message() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]

    assert [one["callback_id"] for one in shortcuts] == ["explain"]
    assert {one["type"] for one in shortcuts} == {"message"}
    assert {one["callback_id"] for one in shortcuts} <= {one.name for one in SUBCOMMANDS}


def test_the_manifest_names_the_default_command() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]

    assert command["command"] == from_env({}).command


def test_the_manifest_asks_for_the_scopes_that_the_guide_explains() -> None:
    guide = INSTALL_SLACK.read_text(encoding="utf-8")
    tables = guide.split("### Optional scopes")
    needed, optional = (re.findall(r"^\| `([a-z_]+(?::[a-z]+)?)`", table, flags=re.MULTILINE) for table in tables)

    assert sorted(needed) == MANIFEST["oauth_config"]["scopes"]["bot"]
    assert sorted(optional) == ["channels:history", "channels:read", "files:write", "groups:history", "groups:read"]


def test_the_manifest_needs_no_public_address() -> None:
    settings = MANIFEST["settings"]

    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["event_subscriptions"] == {"bot_events": ["app_mention"]}
    assert "url" not in json.dumps(MANIFEST)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_between_our_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, heading = target.partition("#")
        place = (page.parent / name).resolve() if name else page
        assert place.exists(), target
        assert not heading or heading in anchors(place.read_text(encoding="utf-8")), target


def test_every_page_that_the_code_points_to_exists() -> None:
    targets = {
        (named(path), page, heading)
        for path, _ in python("bot", "handlers", "playground")
        for page, heading in re.findall(r"\b(docs/[\w/-]+\.md)(?:#([a-z][\w-]*))?", path.read_text(encoding="utf-8"))
    }
    headings = {page: anchors((ROOT / page).read_text(encoding="utf-8")) for _, page, _ in targets if (ROOT / page).exists()}

    assert {target for target in targets if target[1] not in headings or (target[2] and target[2] not in headings[target[1]])} == set()


def test_every_heading_of_the_readme_that_the_code_quotes_exists() -> None:
    sources = [path.read_text(encoding="utf-8") for path, _ in python("bot", "handlers", "playground")]
    quoted = {heading for source in sources for heading in re.findall(r'README, "([^"]+)"', source)}

    assert quoted
    assert {anchor(heading) for heading in quoted} <= anchors((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_verb_that_a_page_names_exists(page: Path) -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named_verbs = set(re.findall(r"`make ([a-z-]+)`", text)) | set(re.findall(r"^\$? *make ([a-z-]+)", text, flags=re.MULTILINE))

    assert named_verbs - verbs == set()
