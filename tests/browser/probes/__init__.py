"""Questions to the page that are asked inside of it: one JavaScript function per file."""

from pathlib import Path


def probe(name: str) -> str:
    """The function of this name, as `page.evaluate` takes it."""
    return (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8").partition("\n")[2]
