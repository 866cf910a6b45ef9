"""Which programs the rig builds, and otherwise than published only in the address of a listener and the place of a token."""

from pathlib import Path

import pytest

from tests.rig.process import RigError
from tests.rig.programs import INJECTORS, PEERS, PLACEMENTS, PROGRAMS, TOKEN_FOLDER, Edit, has_token_path
from tests.rig.town import Plan, running_town

PUBLISHED = 'package server\n\nimport (\n\t"fmt"\n)\n\nvar address = fmt.Sprintf(":%d", port)\n'
EDIT = Edit("server.go", 'fmt.Sprintf(":%d", port)', 'fmt.Sprintf("%s:%d", cmp.Or(os.Getenv("X"), "127.0.0.1"), port)')


def test_an_edit_changes_one_expression_and_imports_what_it_needs() -> None:
    edited = EDIT.applied(PUBLISHED)

    assert edited.splitlines() == [
        *("package server", "", "import (", '\t"cmp"', '\t"os"', '\t"fmt"', ")", ""),
        'var address = fmt.Sprintf("%s:%d", cmp.Or(os.Getenv("X"), "127.0.0.1"), port)',
    ]


def test_an_edit_imports_nothing_that_it_does_not_need() -> None:
    assert Edit("token.go", '"/run/token"', '"run/token"').applied('import (\n\t"os"\n)\n\nconst path = "/run/token"\n').splitlines() == [
        *("import (", '\t"os"', ")", ""),
        'const path = "run/token"',
    ]


@pytest.mark.parametrize("text", ["", PUBLISHED + PUBLISHED, PUBLISHED.replace(":%d", "%d")])
def test_an_edit_refuses_a_file_that_it_was_not_made_for(text: str) -> None:
    with pytest.raises(ValueError, match=r"server\.go does not hold .* just once"):
        EDIT.applied(text)


def test_only_programs_of_dapr_are_edited_and_every_injector_is() -> None:
    assert {program.name for program in PROGRAMS if program.edits} == {"sentry", "injector", "placement", "operator", "peer"}
    assert all(any("injector" in edit.file for edit in program.edits) for program in INJECTORS)


def test_whoever_reads_a_token_at_a_fixed_path_reads_it_below_its_own_folder() -> None:
    readers = [program for program in (*INJECTORS, *PLACEMENTS, *PEERS) if has_token_path(program.version)]

    assert {(program.name, program.version) for program in readers} == {(name, "1.14.4") for name in ("injector", "placement", "peer")}
    for program in readers:
        (edit,) = (one for one in program.edits if "token" in one.file)
        assert edit.old.replace(f'"/{TOKEN_FOLDER}/token"', f'"{TOKEN_FOLDER}/token"') == edit.new


def test_a_town_that_cannot_be_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with (
        pytest.raises(RigError, match=r"no town of Dapr 1\.13\.6; it runs 1\.18\.3, 1\.16\.2 and 1\.14\.4"),
        running_town(tmp_path, Plan(version="1.13.6")),
    ):
        pytest.fail("it started")

    assert list(tmp_path.iterdir()) == []
