"""The memory as seen from outside: nothing is made, moved or locked by looking."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters import store
from bot.adapters.store.condition import filesystem
from bot.errors import Unreachable
from bot.model.alert import Backlog, Reason
from tests.cards import NOW, a_card, a_report, an_announcement


def everything_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_where_nothing_is_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"

    condition, backlog = await store.from_outside(path)

    assert (condition.exists, condition.writable, condition.size_bytes, backlog) == (False, True, 0, Backlog())
    assert everything_in(tmp_path) == []


async def test_a_memory_in_use_is_seen_with_what_waits_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a name with % and ?.sqlite3"
    async with store.opened(f"sqlite:///{path}") as running:
        card = a_card()
        await running.commit_sweep(a_report(), [card], [an_announcement(Reason.OPENED, card, at=NOW)])

        condition, backlog = await store.from_outside(path)
        inside = await running.condition()

    assert (condition.exists, condition.writable, backlog.count, backlog.oldest_at) == (True, True, 1, NOW)
    assert (condition.path, condition.revision, condition.newest) == (inside.path, inside.revision, inside.newest)
    assert (condition.free_bytes or 0) > 0


async def test_an_older_schema_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    async with store.opened(f"sqlite:///{path}"):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")

    condition, _ = await store.from_outside(path)

    assert (condition.revision, condition.newest != "0001") == ("0001", True)


async def test_something_else_is_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    path.write_text("Dear diary, ..." * 100, encoding="utf-8")

    with pytest.raises(Unreachable, match="could not be read as the bot's memory") as caught:
        await store.from_outside(path)

    assert caught.value.hint


async def test_a_memory_that_lost_a_table_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    async with store.opened(f"sqlite:///{path}") as running:
        with closing(sqlite3.connect(path, timeout=0)) as other:
            other.execute("DROP TABLE seen_events")
            other.commit()

        with pytest.raises(Unreachable, match="does not answer"):
            await running.condition()


# As a container's own are: its layer, a claim on a node's disk, a volume of its own and one within another.
MOUNTS = r"""1532 1204 0:131 / / rw,relatime master:462 - overlay overlay rw,lowerdir=/var/lib/containerd/1,upperdir=/x
1540 1532 8:16 /pvc-7d1c /data rw,relatime - ext4 /dev/sdb rw
1541 1532 8:1 /var/lib/kubelet/pods/5d0f/volumes/kubernetes.io~empty-dir/tmp /tmp rw,relatime - ext4 /dev/sda1 rw
1542 1532 8:17 /pods/5d0f/volumes/kubernetes.io~empty-dir/store /var/lib/with\040space rw,relatime shared:1 master:2 - xfs /dev/sdc rw
1543 1532 0:77 / /var/run/slack ro,relatime - tmpfs tmpfs rw,size=256k
1544 1540 0:78 / /data/fast rw,relatime - tmpfs tmpfs rw
a line that is none
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/srv/memory.sqlite3", "overlay"),
        ("/data/memory.sqlite3", "ext4"),
        ("/tmp/memory.sqlite3", "emptyDir"),  # noqa: S108 - nothing is written there
        ("/var/lib/with space/memory.sqlite3", "emptyDir"),
        ("/var/run/slack/token", "tmpfs"),
        ("/data/fast/memory.sqlite3", "tmpfs"),
    ],
)
def test_what_a_memory_lies_on_is_told_by_its_innermost_mount(place: str, kind: str) -> None:
    assert filesystem(Path(place), MOUNTS) == kind


def test_where_no_mounts_are_told_it_is_not_known() -> None:
    assert filesystem(Path("/data"), "") == ""
