"""Builds the rig's programs through the Go module proxy: ``python -m tests.rig.build [--check]``.

Each program is built in a copy of its module folder, so that ``-mod=mod`` never edits the committed files, and moved
into the cache in one rename: a folder that exists is a finished build.
"""

import argparse
import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from tests.rig.programs import DAPR, PROGRAMS, Program, cache_root, home_of

GO_NEEDED = (1, 26, 6)


class NotBuilt(Exception):
    """The rig cannot run; the message is one line that says what is missing and what to do."""


@functools.cache
def go_version() -> str:
    """The line of ``go version`` (release, system and processor). NotBuilt when Go is missing or too old."""
    needed = ".".join(map(str, GO_NEEDED))
    try:
        line = _go("version", cwd=Path.home()).strip()
    except FileNotFoundError:
        raise NotBuilt(f"the rig needs Go >= {needed}, and there is no `go` on PATH: install it, then `make rig`") from None
    found = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", line)
    if found is None or tuple(int(part or 0) for part in found.groups()) < GO_NEEDED:
        raise NotBuilt(f"the rig needs Go >= {needed}, and this is {line!r}: install a newer one, then `make rig`")
    return line


def home(program: Program) -> Path:
    """The folder of the finished build. NotBuilt when there is none."""
    folder = home_of(program, go_version())
    if not (folder / "bin" / program.name).is_file():
        raise NotBuilt(f"the rig is not built: {program} is missing; run `make rig`")
    return folder


def executable(program: Program) -> Path:
    """The finished program. NotBuilt when there is none."""
    return home(program) / "bin" / program.name


def check() -> None:
    """NotBuilt, naming everything that is missing; silent when the rig is complete."""
    version = go_version()
    missing = [str(one) for one in PROGRAMS if not (home_of(one, version) / "bin" / one.name).is_file()]
    if missing:
        raise NotBuilt(f"the rig is not built: {', '.join(missing)} missing; run `make rig`")


def build_all() -> None:
    """Builds what is missing, one line per program. NotBuilt when one cannot be built.

    The first alone, for all others use what it leaves in Go's build cache. Then two sets of modules at a time: one build has
    stretches in which it keeps a single core busy, and more than two at once would need more memory than small machines have.
    """
    version = go_version()
    first, *others = (tuple(programs) for _, programs in groupby(_by_module_set(), key=lambda one: one.module_set))
    _build_in_order(first, version)
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda programs: _build_in_order(programs, version), others):
            pass


def _by_module_set() -> list[Program]:
    places = list(dict.fromkeys(one.module_set for one in PROGRAMS))
    return sorted(PROGRAMS, key=lambda one: places.index(one.module_set))


def _build_in_order(programs: Iterable[Program], version: str) -> None:
    for program in programs:
        target = home_of(program, version)
        with _sole_builder(target):
            _build_once(program, target)


def _build_once(program: Program, target: Path) -> None:
    if target.is_dir():
        _say(f"rig: {program} is built\n")
        return
    _say(f"rig: building {program} (minutes the first time)\n")
    started = time.monotonic()
    try:
        _build(program, target)
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise NotBuilt(f"the rig could not build {program}: {_last_line(error)}") from error
    _say(f"rig: {program} built in {time.monotonic() - started:.0f} s\n")


def _build(program: Program, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".building-") as scratch:
        module, result = Path(scratch, "module"), Path(scratch, "result")
        shutil.copytree(program.module_folder, module)
        if program.source is not None:
            shutil.copytree(program.source, module, dirs_exist_ok=True)
        binary = result / "bin" / program.name
        if program.edits:
            _edit(program, module, Path(scratch, "edited"))
        _go("build", "-mod=mod", "-buildvcs=false", *program.flags, "-o", str(binary), program.package, cwd=module)
        if program.data is not None:
            _copy_data(*program.data, module=module, into=result / "data")
        result.rename(target)


def _edit(program: Program, module: Path, copy: Path) -> None:
    """Lets the build read an edited copy of Dapr's module: Go has no way to replace single files of its module cache."""
    original = _root_of(DAPR, module)
    # The modes too would be copied otherwise, and all of the module cache is read-only.
    shutil.copytree(original, copy, ignore=shutil.ignore_patterns("tests", "docs", "*_test.go"), copy_function=shutil.copyfile)
    for edit in program.edits:
        path = copy / edit.file
        path.write_text(edit.applied(path.read_text(encoding="utf-8")), encoding="utf-8")
    _go("mod", "edit", f"-replace={DAPR}={copy}", cwd=module)


def _copy_data(source: str, *patterns: str, module: Path, into: Path) -> None:
    into.mkdir(parents=True)
    root = _root_of(source, module)
    for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
        # The module cache is read-only; copy the bytes, not the mode, so that the cache folder can be removed.
        shutil.copyfile(path, into / path.name)


def _root_of(source: str, module: Path) -> Path:
    # Listing knows where a module would lie, and only downloading makes that it lies there.
    _go("mod", "download", source, cwd=module)
    return Path(_go("list", "-mod=mod", "-m", "-f", "{{.Dir}}", source, cwd=module).strip())


def _go(*arguments: str, cwd: Path) -> str:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}  # noqa: TID251 - what Go needs, not a setting
    command = ["go", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words
    return done.stdout


@contextmanager
def _sole_builder(target: Path) -> Iterator[None]:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _last_line(error: Exception) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else str(error)


def main() -> int:
    """Exit 0 when every program is there, 1 with one line on stderr when not."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.build", description="Build the rig's programs.")
    parser.add_argument("--check", action="store_true", help="build nothing; exit 1 naming what is missing")
    try:
        check() if parser.parse_args().check else build_all()
    except NotBuilt as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    _say(f"rig: complete in {cache_root()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
