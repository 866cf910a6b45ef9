"""What every ``ports.Hands`` promises, as cases over a World: run on the fake, on the adapter over the simulated API, and on a real one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol

import pytest

from bot.errors import Conflicting, Missing, Permanent
from bot.model.surroundings import WorkloadName
from bot.model.trust_pair import LivePair, SecretBytes, Tenure, TrustPair, mark
from bot.ports import Hands
from tests.cards import NOW
from tests.certificates import Files, a_good_bundle, a_key, key_pem
from tests.contract.hands_objects import BACKUP, BUNDLE, LEASE, STAGING

Case = Callable[["World"], Awaitable[None]]

NOTHING: Final = Files(ca=b"", issuer=b"", key=b"")
ORDERS: Final = WorkloadName("shop", "Deployment", "orders")
LEDGER: Final = WorkloadName("shop", "StatefulSet", "ledger")
AGENT: Final = WorkloadName("shop", "DaemonSet", "agent")
BOTH: Final = mark("5d0f", "both")


class World(Protocol):
    """A cluster that is changed, and a hand that looks at it from outside. Objects are named by kind and name."""

    @property
    def hands(self) -> Hands: ...

    async def install(self, files: Files, *workloads: WorkloadName, configmap_ca: bytes | None = None) -> None:
        """Both objects with much in them that is not ours, the bot's own objects as they are shipped, and workloads."""
        ...

    async def touch(self, kind: str, name: str) -> None:
        """Somebody else writes to it."""
        ...

    async def recreate(self, kind: str, name: str) -> None:
        """Deleted, and there again as it was."""
        ...

    async def others(self, kind: str, name: str) -> object:
        """All of it that is not ours."""
        ...

    async def generation(self, workload: WorkloadName) -> int: ...


def another_bundle() -> Files:
    """With a key that no other test has."""
    return replace(a_good_bundle(), key=key_pem(a_key("p256", "another")))


def a_pair(files: Files) -> TrustPair:
    return TrustPair(ca=files.ca, issuer=files.issuer, key=SecretBytes(files.key))


async def what_is_not_there_is_missing(world: World) -> None:
    asked: tuple[Callable[[], Awaitable[object]], ...] = (
        world.hands.pair,
        lambda: world.hands.kept(BACKUP),
        world.hands.tenure,
        lambda: world.hands.restart(ORDERS, "r/1"),
    )

    for ask in asked:
        with pytest.raises(Missing):
            await ask()


async def the_pair_is_read_with_its_key(world: World) -> None:
    files = a_good_bundle()
    await world.install(files)

    live = await world.hands.pair()

    assert (live.pair, live.configmap_ca, live.marks, live.is_open) == (a_pair(files), files.ca, ("", ""), False)
    assert live.pair.key.revealed() == files.key


async def two_objects_that_differ_are_read_as_they_are(world: World) -> None:
    files = a_good_bundle()
    await world.install(files, configmap_ca=files.ca + b"\n")

    live = await world.hands.pair()

    assert (live.pair.ca, live.configmap_ca, live.is_open) == (files.ca, files.ca + b"\n", True)


async def values_that_are_absent_are_empty_and_can_be_written(world: World) -> None:
    files = a_good_bundle()
    await world.install(NOTHING, configmap_ca=b"")
    empty = await world.hands.pair()

    await world.hands.write_configmap(files.ca, BOTH, empty.configmap)
    await world.hands.write_secret(a_pair(files), BOTH, empty.secret)

    assert (empty.pair, empty.configmap_ca) == (a_pair(NOTHING), b"")
    assert (await world.hands.pair()).pair == a_pair(files)


async def the_configmap_is_written_alone_and_says_which_pair_it_is_of(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    before = await world.hands.pair()

    await world.hands.write_configmap(old.ca + new.ca, BOTH, before.configmap)

    live = await world.hands.pair()
    assert (live.pair, live.secret, live.configmap_ca, live.marks) == (before.pair, before.secret, old.ca + new.ca, ("", BOTH))
    assert live.configmap.uid == before.configmap.uid
    assert live.configmap != before.configmap


async def the_secret_is_written_alone_and_says_which_pair_it_is(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    before = await world.hands.pair()

    await world.hands.write_secret(a_pair(new), BOTH, before.secret)

    live = await world.hands.pair()
    assert (live.pair, live.configmap, live.configmap_ca, live.marks) == (a_pair(new), before.configmap, old.ca, (BOTH, ""))
    assert live.secret.uid == before.secret.uid
    assert live.secret != before.secret


async def a_rehearsal_of_the_secret_changes_nothing_and_is_refused_where_the_write_would_be(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    before = await world.hands.pair()

    await world.hands.rehearse_secret(a_pair(new), BOTH, before.secret)

    assert await world.hands.pair() == before
    await world.hands.write_secret(a_pair(new), BOTH, before.secret)
    await conflicts((lambda: world.hands.rehearse_secret(a_pair(old), BOTH, before.secret),))


async def everything_that_is_not_ours_stays(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    there = [await world.others(kind, BUNDLE) for kind in ("Secret", "ConfigMap")]

    for pair, name in ((new, "both"), (old, "back"), (new, "new")):
        live = await world.hands.pair()
        await world.hands.write_configmap(pair.ca, mark("5d0f", name), live.configmap)
        await world.hands.write_secret(a_pair(pair), mark("5d0f", name), live.secret)

    assert [await world.others(kind, BUNDLE) for kind in ("Secret", "ConfigMap")] == there
    assert (await world.hands.pair()).marks == (mark("5d0f", "new"), mark("5d0f", "new"))


async def after_any_other_write_nothing_is_written(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    before = await world.hands.pair()
    for kind in ("Secret", "ConfigMap"):
        await world.touch(kind, BUNDLE)
    after = await world.hands.pair()

    await conflicts(_writes(world, before, new))

    assert await world.hands.pair() == after
    assert (after.pair, after.secret != before.secret, after.configmap != before.configmap) == (before.pair, True, True)


async def our_own_earlier_write_is_another_write_too(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    before = await world.hands.pair()
    for write in _writes(world, before, new):
        await write()
    after = await world.hands.pair()

    await conflicts(_writes(world, before, old))

    assert await world.hands.pair() == after


async def an_object_that_was_made_anew_is_another_one(world: World) -> None:
    old, new = a_good_bundle(), another_bundle()
    await world.install(old)
    before = await world.hands.pair()
    for kind in ("Secret", "ConfigMap"):
        await world.recreate(kind, BUNDLE)

    await conflicts(_writes(world, before, new))

    assert (await world.hands.pair()).pair == before.pair


async def a_vault_keeps_what_it_is_given_until_it_is_emptied(world: World) -> None:
    await world.install(a_good_bundle())
    sealed, seen = bytes(range(256)) * 40, list[bytes]()

    for value in (sealed, b"later", b""):
        await world.hands.keep(STAGING, value, (await world.hands.kept(STAGING)).version)
        seen.append((await world.hands.kept(STAGING)).sealed)

    assert seen == [sealed, b"later", b""]
    assert (await world.hands.kept(BACKUP)).sealed == b""


async def a_vault_says_in_public_what_it_is_told_to_say_and_nothing_without_that(world: World) -> None:
    await world.install(a_good_bundle())
    seen = list[str]()

    for note in ('{"kept": "ä"}', "later", ""):
        await world.hands.keep(BACKUP, b"sealed", (await world.hands.kept(BACKUP)).version, note)
        seen.append((await world.hands.kept(BACKUP)).note)

    assert seen == ['{"kept": "ä"}', "later", ""]
    assert (await world.hands.kept(STAGING)).note == ""


async def a_vault_that_somebody_wrote_to_is_not_written(world: World) -> None:
    await world.install(a_good_bundle())
    before = (await world.hands.kept(BACKUP)).version
    await world.touch("Secret", BACKUP)

    await conflicts((lambda: world.hands.keep(BACKUP, b"sealed", before),))

    assert (await world.hands.kept(BACKUP)).sealed == b""


async def a_lease_that_is_shipped_is_nobodys(world: World) -> None:
    await world.install(a_good_bundle())

    tenure = await world.hands.tenure()

    assert (tenure.holder, tenure.fence, tenure.renewed, tenure.seconds) == ("", 0, "", 0)


async def a_lease_is_taken_renewed_and_passed_on(world: World) -> None:
    await world.install(a_good_bundle())
    shipped = await world.hands.tenure()

    taken = await world.hands.hold(a_tenure("warden-a", 1, shipped), NOW)
    renewed = await world.hands.hold(a_tenure("warden-a", 1, taken), NOW + timedelta(seconds=10, microseconds=5))
    passed = await world.hands.hold(a_tenure("warden-b", 2, renewed), NOW + timedelta(minutes=2))

    stamps = (NOW, NOW + timedelta(seconds=10, microseconds=5), NOW + timedelta(minutes=2))
    assert [one.renewed for one in (taken, renewed, passed)] == [f"{at:%Y-%m-%dT%H:%M:%S.%f}Z" for at in stamps]
    assert [(one.holder, one.fence, one.seconds) for one in (taken, passed)] == [("warden-a", 1, 60), ("warden-b", 2, 60)]
    assert await world.hands.tenure() == passed
    assert len({one.version for one in (shipped, taken, renewed, passed)}) == 4


async def of_two_who_reach_for_a_lease_one_gets_it(world: World) -> None:
    await world.install(a_good_bundle())
    shipped = await world.hands.tenure()

    first = await world.hands.hold(a_tenure("warden-a", 1, shipped), NOW)
    await conflicts((lambda: world.hands.hold(a_tenure("warden-b", 1, shipped), NOW),))
    await world.touch("Lease", LEASE)
    await conflicts((lambda: world.hands.hold(a_tenure("warden-a", 1, first), NOW),))

    assert (await world.hands.tenure()).holder == "warden-a"


async def a_lease_can_be_given_back(world: World) -> None:
    await world.install(a_good_bundle())
    held = await world.hands.hold(a_tenure("warden-a", 1, await world.hands.tenure()), NOW)

    free = await world.hands.hold(a_tenure("", 1, held), NOW)

    assert (free.holder, free.fence) == ("", 1)


async def each_kind_of_workload_is_rolled_out_anew(world: World) -> None:
    await world.install(a_good_bundle(), ORDERS, LEDGER, AGENT)

    for one in (ORDERS, LEDGER, AGENT):
        before = await world.generation(one)
        await world.hands.restart(one, "5d0f/apps")
        assert await world.generation(one) == before + 1


async def a_repeated_restart_changes_nothing_and_another_one_does(world: World) -> None:
    await world.install(a_good_bundle(), ORDERS)
    before = await world.generation(ORDERS)

    for _ in range(3):
        await world.hands.restart(ORDERS, "5d0f/apps")
    repeated = await world.generation(ORDERS)
    await world.hands.restart(ORDERS, "5d0f/old-off")

    assert (repeated, await world.generation(ORDERS)) == (before + 1, before + 2)


async def a_workload_of_another_kind_is_never_touched(world: World) -> None:
    await world.install(a_good_bundle(), ORDERS)

    for kind in ("Rollout", "Job", "Pod", ""):
        with pytest.raises(Permanent, match=r"Deployment, StatefulSet, DaemonSet only"):
            await world.hands.restart(WorkloadName("shop", kind, "orders"), "5d0f/apps")


def a_tenure(holder: str, fence: int, before: Tenure) -> Tenure:
    return replace(before, holder=holder, fence=fence, seconds=60)


async def conflicts(writes: tuple[Callable[[], Awaitable[object]], ...]) -> None:
    for write in writes:
        with pytest.raises(Conflicting):
            await write()


def _writes(world: World, live: LivePair, files: Files) -> tuple[Callable[[], Awaitable[object]], ...]:
    return (
        lambda: world.hands.write_configmap(files.ca, BOTH, live.configmap),
        lambda: world.hands.write_secret(a_pair(files), BOTH, live.secret),
    )


CASES: Final[tuple[Case, ...]] = (
    what_is_not_there_is_missing,
    the_pair_is_read_with_its_key,
    two_objects_that_differ_are_read_as_they_are,
    values_that_are_absent_are_empty_and_can_be_written,
    the_configmap_is_written_alone_and_says_which_pair_it_is_of,
    the_secret_is_written_alone_and_says_which_pair_it_is,
    a_rehearsal_of_the_secret_changes_nothing_and_is_refused_where_the_write_would_be,
    everything_that_is_not_ours_stays,
    after_any_other_write_nothing_is_written,
    our_own_earlier_write_is_another_write_too,
    an_object_that_was_made_anew_is_another_one,
    a_vault_keeps_what_it_is_given_until_it_is_emptied,
    a_vault_says_in_public_what_it_is_told_to_say_and_nothing_without_that,
    a_vault_that_somebody_wrote_to_is_not_written,
    a_lease_that_is_shipped_is_nobodys,
    a_lease_is_taken_renewed_and_passed_on,
    of_two_who_reach_for_a_lease_one_gets_it,
    a_lease_can_be_given_back,
    each_kind_of_workload_is_rolled_out_anew,
    a_repeated_restart_changes_nothing_and_another_one_does,
    a_workload_of_another_kind_is_never_touched,
)
