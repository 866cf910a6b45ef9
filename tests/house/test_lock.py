"""Everything that is installed comes from the public index, whoever runs `make lock` wherever."""

import re
import tomllib
from urllib.parse import urlsplit

from tests.house.tree import ROOT, named, texts

INDEX = "https://pypi.org/simple"
HOSTS = {"pypi.org", "files.pythonhosted.org"}
# The addresses that package indexes and mirrors use.
INDEX_PATHS = re.compile(
    r"https?://[^\s\"'<>)]+/(?:simple|pypi|artifact[o]ry|repos[i]tory|npm|gop[r]oxy)(?:/[^\s\"'<>)]*)?(?=[\s\"'<>)]|$)"
)
# The settings that would lead an installer elsewhere.
ELSEWHERE = re.compile(
    r"--(?:extra-)?index-u[r]l|\bUV_(?:DEFAULT_|EXTRA_)?IND[E]X|\bPIP_[A-Z_]*IND[E]X|\bGOP[R]OXY\b|\[\[tool\.uv\.ind[e]x\]\]"
)

LOCK = (ROOT / "uv.lock").read_text(encoding="utf-8")


def test_the_lock_file_names_two_hosts_only() -> None:
    assert {urlsplit(url).hostname for url in re.findall(r'https?://[^"\s]+', LOCK)} == HOSTS


def test_every_locked_package_is_ours_or_from_the_public_index() -> None:
    sources = [package["source"] for package in tomllib.loads(LOCK)["package"]]

    assert {"editable": "."} in sources
    assert all(source in ({"editable": "."}, {"registry": INDEX}) for source in sources)


def test_every_locked_file_has_a_hash() -> None:
    packages = tomllib.loads(LOCK)["package"]
    built = [one for package in packages for one in [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]]

    assert built
    assert all(one["hash"].startswith("sha256:") for one in built)


def test_no_file_names_another_index() -> None:
    elsewhere = [(named(path), url) for path, text in texts() for url in INDEX_PATHS.findall(text) if urlsplit(url).hostname not in HOSTS]

    assert elsewhere == []


def test_no_file_leads_an_installer_elsewhere() -> None:
    found = [(named(path), word) for path, text in texts() for word in ELSEWHERE.findall(text)]

    assert found == []
