"""The album is whole: each scenario has its picture, each picture is there in light and dark, small, and shown."""

from playground.demo.clusters import ROOT
from playground.stage.scenarios import SCENARIOS
from tests.pictures.album import ALBUM

FOLDER = ROOT / "docs" / "pictures"
PAGE = (ROOT / "docs" / "playground.md").read_text(encoding="utf-8")
NAMES = [f"{picture.name}-{scheme}.png" for picture in ALBUM for scheme in ("light", "dark")]
KIB = 1024


def test_every_scenario_has_a_picture_and_a_heading() -> None:
    pictured = {picture.scenario for picture in ALBUM}

    assert [scenario.id for scenario in SCENARIOS if scenario.id not in pictured] == []
    assert [scenario.title for scenario in SCENARIOS if f"### {scenario.title}\n" not in PAGE] == []


def test_every_picture_is_there_and_shown_and_there_are_no_others() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(NAMES)
    assert [name for name in NAMES if f"pictures/{name}" not in PAGE] == []


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size // KIB for path in FOLDER.iterdir()}

    assert {name: size for name, size in sizes.items() if size > 150} == {}
    assert sum(sizes.values()) <= 6 * KIB
