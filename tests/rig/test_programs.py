"""The edits with which Dapr's servers are built: the address of a listener, or nothing."""

import pytest

from tests.rig.programs import INJECTORS, PROGRAMS, Edit

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
