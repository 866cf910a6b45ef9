"""Which programs the rig builds, and otherwise than published only in the address of a listener."""

from pathlib import Path

import pytest

from tests.rig.process import RigError
from tests.rig.programs import INJECTORS, PROGRAMS, Edit
from tests.rig.town import Plan, running_town

PUBLISHED = 'package server\n\nimport (\n\t"fmt"\n)\n\nvar address = fmt.Sprintf(":%d", port)\n'
EDIT = Edit("server.go", 'fmt.Sprintf(":%d", port)', 'fmt.Sprintf("%s:%d", cmp.Or(os.Getenv("X"), "127.0.0.1"), port)')


def test_an_edit_changes_one_expression_and_imports_what_it_needs() -> None:
    edited = EDIT.applied(PUBLISHED)

    assert edited.splitlines() == [
        *("package server", "", "import (", '\t"cmp"', '\t"os"', '\t"fmt"', ")", ""),
        'var address = fmt.Sprintf("%s:%d", cmp.Or(os.Getenv("X"), "127.0.0.1"), port)',
    ]


@pytest.mark.parametrize("text", ["", PUBLISHED + PUBLISHED, PUBLISHED.replace(":%d", "%d")])
def test_an_edit_refuses_a_file_that_it_was_not_made_for(text: str) -> None:
    with pytest.raises(ValueError, match=r"server\.go does not hold .* just once"):
        EDIT.applied(text)


def test_only_programs_of_dapr_are_edited_and_every_injector_is() -> None:
    assert {program.name for program in PROGRAMS if program.edits} == {"sentry", "injector", "placement", "operator"}
    assert all(any("injector" in edit.file for edit in program.edits) for program in INJECTORS)


def test_a_town_that_cannot_be_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with (
        pytest.raises(RigError, match=r"no town of Dapr 1\.14\.4; it runs 1\.18\.3 and 1\.16\.2"),
        running_town(tmp_path, Plan(version="1.14.4")),
    ):
        pytest.fail("it started")

    assert list(tmp_path.iterdir()) == []
