"""The rooms that were agreed exist, and nothing in them points at the machine on which it was written."""

import re

from tests.house.tree import ROOT, files, named, texts

AGREED = {
    ".env.example",
    ".importlinter",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "bench",
    "bot",
    "deploy",
    "docs",
    "handlers",
    "playground",
    "pyproject.toml",
    "tests",
    "uv.lock",
}
ALSO = {".ci", ".dockerignore", ".gitignore", ".gitattributes", ".editorconfig"}

# Written so that this file does not find itself.
PRIVATE = re.compile(
    r"\.\./shar[e]d"
    r"|(?<![\w.~/-])/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/"
    r"|\b[\w-]+\.(?:interna[l]|corp|lan)\b/"
    r"|(?:artif[a]ctory|jfr[o]g|nex[u]s)\.[\w.-]+"
)


def test_the_top_level_is_the_agreed_one() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in files()}

    assert AGREED - top == set()
    assert top - AGREED - ALSO == set()


def test_nothing_points_at_a_private_place() -> None:
    found = [(named(path), match.group()) for path, text in texts() for match in PRIVATE.finditer(text)]

    assert found == []
