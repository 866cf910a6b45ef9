"""Explicit lists are complete: each file is in its package's tuple, has its test, and is in the documents."""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.checks import CHECKS
from bot.examinations import EXAMINATIONS
from bot.model import blindness
from bot.rotation.course import STEPS
from bot.rotation.hazards import HAZARDS
from bot.rotation.planning import PATH_REFUSED
from handlers.actions import ACTIONS
from handlers.checkup import EXAMINATIONS as SLACK_EXAMINATIONS
from handlers.commands import SUBCOMMANDS
from handlers.forms import FORMS
from tests.house.tree import ROOT, anchors, files, named

DOCTOR_PAGE = ROOT / "docs" / "doctor.md"
CHECKS_PAGE = ROOT / "docs" / "checks.md"


def _members(package: str) -> list[Path]:
    folder = ROOT / package
    return [path for path in files() if path.parent == folder and path.suffix == ".py" and path.name != "__init__.py"]


def _values(path: Path) -> Sequence[object]:
    return tuple(vars(importlib.import_module(named(path).removesuffix(".py").replace("/", "."))).values())


@pytest.mark.parametrize(
    ("package", "listed"),
    [
        ("bot/checks", CHECKS),
        ("bot/rotation/hazards", HAZARDS),
        ("bot/rotation/course", STEPS),
        ("handlers/commands", SUBCOMMANDS),
        ("handlers/actions", ACTIONS),
        ("handlers/forms", FORMS),
    ],
    ids=["checks", "hazards", "steps", "commands", "actions", "forms"],
)
def test_each_file_of_a_growing_package_is_in_its_list(package: str, listed: Sequence[object]) -> None:
    members = _members(package)
    missing = [named(path) for path in members if not any(value is one for value in _values(path) for one in listed)]

    assert members
    assert missing == []


@pytest.mark.parametrize("package", ["bot/checks", "handlers/commands", "handlers/actions", "handlers/forms"])
def test_each_file_of_a_growing_package_has_a_test_of_its_name(package: str) -> None:
    tests = {path.name for path in files() if path.relative_to(ROOT).parts[0] == "tests"}

    assert [named(path) for path in _members(package) if f"test_{path.name}" not in tests] == []


def test_a_check_is_named_after_its_file() -> None:
    names = {path.stem.replace("_", "-") for path in _members("bot/checks")}

    assert [check.id for check in CHECKS if check.id not in names] == []


def test_each_examination_has_a_heading_in_the_order_of_the_answer_and_there_are_no_others() -> None:
    headings = re.findall(r"^### ([a-z-]+)$", DOCTOR_PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert headings == [one.id for one in EXAMINATIONS] + [one.id for one in SLACK_EXAMINATIONS]


def test_each_file_of_examinations_is_in_their_list() -> None:
    missing = [named(path) for path in _members("bot/examinations") if not any(one in EXAMINATIONS for one in _values(path))]

    assert missing == []


def test_ids_are_unique() -> None:
    for ids in ([check.id for check in CHECKS], [one.name for one in SUBCOMMANDS], [one.action_id for one in ACTIONS]):
        assert len(ids) == len(set(ids))


def test_each_check_has_a_heading_and_each_heading_of_a_check_has_its_check() -> None:
    headings = anchors(CHECKS_PAGE.read_text(encoding="utf-8"))

    assert [id_ for id_ in (blindness.CHECK_ID, *(check.id for check in CHECKS)) if id_ not in headings] == []
    assert [path.stem for path in _members("bot/checks") if path.stem.replace("_", "-") not in headings] == []


def test_each_hazard_has_its_heading_and_each_heading_its_hazard() -> None:
    page = ROOT / "docs" / "rotation.md"
    told = page.read_text(encoding="utf-8").partition("## Hazards")[2]

    assert sorted(re.findall(r"^### (\S+)$", told, flags=re.MULTILINE)) == sorted([PATH_REFUSED, *(one.id for one in HAZARDS)])
