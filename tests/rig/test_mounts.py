"""Mounts as a kubelet makes them: what a program that watches the folder may rely on."""

from pathlib import Path

from tests.rig.mounts import Content, Mirror, Mount

NOW, NEVER = 0.0, 1e9


def shown(folder: Path) -> dict[str, bytes]:
    """By name, what somebody finds who lists the folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("..")}


def a_mirror(folder: Path, content: Content, *, lag: float) -> Mirror:
    return Mirror(Mount(folder), "source", content, lambda: lag)


def test_a_mount_shows_exactly_what_it_was_given_last(tmp_path: Path) -> None:
    mount = Mount(tmp_path)
    mount.show({"ca.crt": b"old", "issuer.key": b"secret"})

    mount.show({"ca.crt": b"new", "issuer.crt": b"signed"})

    assert shown(tmp_path) == {"ca.crt": b"new", "issuer.crt": b"signed"}


def test_the_files_of_a_mount_are_links_through_one_that_is_swapped_and_nothing_of_before_is_left(tmp_path: Path) -> None:
    mount = Mount(tmp_path)
    mount.show({"ca.crt": b"old"})
    before = (tmp_path / "..data").resolve()

    mount.show({"ca.crt": b"new"})

    assert (tmp_path / "ca.crt").readlink() == Path("..data/ca.crt")
    assert (tmp_path / "..data").resolve() != before
    assert not before.exists()


def test_an_empty_object_is_an_empty_folder(tmp_path: Path) -> None:
    Mount(tmp_path / "volume").show({})

    assert shown(tmp_path / "volume") == {}


def test_a_mirror_shows_at_once_what_is_there_at_its_start(tmp_path: Path) -> None:
    a_mirror(tmp_path, {"ca.crt": b"old"}, lag=NEVER)

    assert shown(tmp_path) == {"ca.crt": b"old"}


def test_a_change_is_shown_only_once_its_lag_is_over(tmp_path: Path) -> None:
    late, soon = a_mirror(tmp_path / "late", {"ca.crt": b"old"}, lag=NEVER), a_mirror(tmp_path / "soon", {"ca.crt": b"old"}, lag=NOW)

    for mirror in (late, late, soon, soon):
        mirror.look({"ca.crt": b"new"})

    assert shown(tmp_path / "late") == {"ca.crt": b"old"}
    assert shown(tmp_path / "soon") == {"ca.crt": b"new"}


def test_two_changes_within_one_lag_are_seen_as_one(tmp_path: Path) -> None:
    mirror = a_mirror(tmp_path, {"ca.crt": b"old"}, lag=NOW)

    mirror.look({"ca.crt": b"both"})
    mirror.look({"ca.crt": b"new"})

    assert shown(tmp_path) == {"ca.crt": b"new"}


def test_a_change_that_is_taken_back_in_time_is_never_shown(tmp_path: Path) -> None:
    mirror = a_mirror(tmp_path, {"ca.crt": b"old"}, lag=NOW)
    before = (tmp_path / "..data").resolve()

    for content in (b"new", b"old", b"old"):
        mirror.look({"ca.crt": content})

    assert (tmp_path / "..data").resolve() == before
