"""Every cause is listed, named once, and has its heading in docs/causes.md with what a person needs there."""

import importlib
import re
from pathlib import Path

import pytest

from bot.checks import CHECKS
from bot.diagnosis import following
from bot.diagnosis.causes import CAUSES, LAST
from bot.diagnosis.explanation import Explanation
from bot.diagnosis.signatures import BY_ID
from tests.house.tree import ROOT, files, named

PAGE = ROOT / "docs" / "causes.md"
TEXT = PAGE.read_text(encoding="utf-8")
FOLDER = ROOT / "bot" / "diagnosis" / "causes"
EXPLANATIONS = (*CAUSES, *LAST)
IDS = [one.id for one in EXPLANATIONS]
SECTIONS: dict[str, str] = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", TEXT, flags=re.MULTILINE | re.DOTALL))


def _modules() -> list[Path]:
    return [path for path in files() if path.parent == FOLDER and path.name != "__init__.py"]


@pytest.mark.parametrize("path", _modules(), ids=named)
def test_each_explanation_of_a_file_is_in_the_list(path: Path) -> None:
    module = importlib.import_module(named(path).removesuffix(".py").replace("/", "."))
    found = [value for value in vars(module).values() if isinstance(value, Explanation)]

    assert found
    assert [one.id for one in found if one not in EXPLANATIONS] == []


def test_ids_are_unique_and_kebab_case() -> None:
    assert len(IDS) == len(set(IDS))
    assert [one for one in IDS if not re.fullmatch(r"[a-z]+(-[a-z]+)*", one)] == []


def test_each_cause_has_a_heading_and_each_heading_its_cause() -> None:
    assert sorted(SECTIONS) == sorted(IDS)


@pytest.mark.parametrize("one", EXPLANATIONS, ids=lambda one: one.id)
def test_a_heading_tells_what_it_is_how_it_is_recognised_and_what_to_do(one: Explanation) -> None:
    body = SECTIONS[one.id].strip()

    assert body.startswith(f"**{one.title}.** ")
    assert [part for part in ("**Recognised by:** ", "**What to do:** ", "**By hand:**\n\n```sh\n") if part not in body] == []


def test_the_contents_name_every_cause() -> None:
    contents = TEXT.partition("## ")[0]

    assert sorted(re.findall(r"\[([a-z-]+)\]\(#\1\)", contents)) == sorted(IDS)


def test_what_a_cause_claims_are_signatures() -> None:
    assert {claimed for one in EXPLANATIONS for claimed in one.claims} <= set(BY_ID)


def test_what_follows_from_something_is_a_cause() -> None:
    groups = (following.SIDECAR, following.DISTRUST, following.NO_CA)

    assert {id_ for group in groups for id_ in group} <= set(IDS)


@pytest.mark.parametrize("path", _modules(), ids=named)
def test_the_checks_that_a_cause_asks_exist(path: Path) -> None:
    asked = re.findall(r"clues\.trouble\(([^)*]+)\)", path.read_text(encoding="utf-8"))
    named_ids = {id_ for arguments in asked for id_ in re.findall(r'"([a-z-]+)"', arguments)}

    assert named_ids <= {check.id for check in CHECKS}
