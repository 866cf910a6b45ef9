"""The gatherer: everything at once, each part seen or not seen for a reason, bugs let through."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.config import Settings, from_env
from bot.errors import (
    BotError,
    Conflicting,
    Forbidden,
    Malformed,
    Missing,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unreachable,
)
from bot.model.backup import BACKUP_NOT_LOOKED_AT
from bot.model.chains import CHAINS_NOT_READ
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.model.snapshot import AcceptedCa, BundleNames, Snapshot
from bot.model.standing import STANDING_NOT_LOOKED_AT, Standing
from bot.model.surroundings import SURROUNDINGS_NOT_LOOKED_AT, Surroundings, WorkloadName
from bot.model.vitals import Purpose, Skew
from bot.usecases.collect import Scope, collect
from bot.usecases.handshakes import Handshakes
from bot.usecases.standing import Carrier
from playground.kubernetes.dapr import AppPod, Dapr
from tests.builders import a_surrounding
from tests.certificates import a_good_bundle
from tests.fakes.access import FakeAccess
from tests.fakes.chains import FakeChains
from tests.fakes.cluster import FakeCluster
from tests.fakes.store import FakeStore
from tests.kept import a_backup

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PARTS = {
    "secret": "trust_secret",
    "configmap": "trust_configmap",
    "components": "components",
    "census": "census",
    "mtls": "mtls",
    "webhook": "webhook",
    "crd": "crd",
    "issuer_gauges": "issuer_gauges",
}


class StandingClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def cluster() -> FakeCluster:
    files, fake = a_good_bundle(), FakeCluster()
    fake.install(Dapr(ca=files.ca, issuer=files.issuer, key=files.key, issuer_not_after=1.8e9, pods=(AppPod(name="orders-1"),)))
    return fake


async def gathered(cluster: FakeCluster, *, store: FakeStore | None = None, seconds: float = 5.0, **environ: str) -> Snapshot:
    settings: Settings = from_env({f"DAPR_WARDEN_{name.upper()}": value for name, value in environ.items()})
    scope = Scope(settings=settings, name="prod", version="1.2", deadline=timedelta(seconds=seconds))
    return await collect(cluster, StandingClock(), scope, store)


def unseen(snapshot: Snapshot) -> dict[str, Unobserved]:
    parts = {name: getattr(snapshot, name) for name in (*PARTS, "accepted")}
    return {name: part for name, part in parts.items() if isinstance(part, Unobserved)}


async def test_everything_that_can_be_seen_is_observed(cluster: FakeCluster) -> None:
    snapshot = await gathered(cluster, store=FakeStore())

    assert unseen(snapshot) == {}
    assert (snapshot.taken_at, snapshot.cluster, snapshot.namespace, snapshot.warden_version) == (NOW, "prod", "dapr-system", "1.2")
    assert snapshot.issuer_gauges == Observed(cluster.gauges)


async def planned(cluster: FakeCluster) -> Part[Surroundings]:
    scope = Scope(settings=from_env({}), name="prod", deadline=timedelta(seconds=5), surroundings=True)
    return (await collect(cluster, StandingClock(), scope)).surroundings


async def test_a_sweep_does_not_ask_for_workloads(cluster: FakeCluster) -> None:
    snapshot = await gathered(cluster)

    assert snapshot.surroundings == SURROUNDINGS_NOT_LOOKED_AT
    assert "surroundings" not in cluster.asked


async def test_who_plans_gets_the_workloads_of_live_pods_and_of_the_control_plane(cluster: FakeCluster) -> None:
    orders, gone = a_surrounding("orders"), a_surrounding("gone")
    sentry = a_surrounding("dapr-sentry", namespace="dapr-system")
    cluster.surroundings_ = Surroundings(workloads=(orders, gone, sentry))

    assert await planned(cluster) == Observed(Surroundings(workloads=(orders, sentry)))


async def test_only_who_plans_asks_for_the_pair_that_is_kept(cluster: FakeCluster) -> None:
    cluster.backup_ = a_backup().facts
    planning = Scope(settings=from_env({}), name="prod", deadline=timedelta(seconds=5), surroundings=True)

    assert (await gathered(cluster)).backup == BACKUP_NOT_LOOKED_AT
    assert "backup" not in cluster.asked
    assert (await collect(cluster, StandingClock(), planning)).backup == Observed(a_backup().facts)


async def test_a_bot_that_keeps_it_asks_nobody(cluster: FakeCluster) -> None:
    scope = Scope(settings=from_env({}), name="prod", surroundings=True, backup=lambda: Observed(None))

    assert (await collect(cluster, StandingClock(), scope)).backup == Observed(None)
    assert "backup" not in cluster.asked


@pytest.mark.parametrize("method", ["census", "components", "surroundings"])
async def test_workloads_that_may_not_be_seen_are_unobserved_with_the_reason(cluster: FakeCluster, method: str) -> None:
    cluster.unable[method] = Forbidden("Forbidden: list x.", hint="Grant it.")

    found = await planned(cluster)

    assert isinstance(found, Unobserved)
    assert (found.why, "Forbidden: list x." in found.detail, found.hint) == (Why.FORBIDDEN, True, "Grant it.")


FIRST = WorkloadName("ops", "Deployment", "first")
CARRIER = Carrier(access=FakeAccess(date=NOW), clock=StandingClock(), memory=FakeStore().condition, canary=FIRST)


async def stood(carrier: Carrier) -> Standing:
    scope = Scope(settings=from_env({}), name="prod", deadline=timedelta(seconds=5), carrier=carrier)
    found = (await collect(FakeCluster(), StandingClock(), scope)).standing
    assert isinstance(found, Observed)
    return found.value


async def test_where_nobody_would_carry_a_plan_out_nobody_is_asked_how_he_stands(cluster: FakeCluster) -> None:
    assert (await gathered(cluster)).standing == STANDING_NOT_LOOKED_AT


async def test_how_the_bot_stands_is_looked_at_by_the_one_that_would_carry_it_out() -> None:
    found = await stood(CARRIER)

    assert found.canary == FIRST
    assert isinstance(found.rights, Observed)
    assert [one.purpose for one in found.rights.value] == [Purpose.ROTATION]
    assert found.skew == Observed(Skew(timedelta(0)))
    assert (found.memory, isinstance(found.server, Observed)) == (Observed(await FakeStore().condition()), True)


async def test_an_api_server_that_does_not_answer_costs_no_look_at_the_memory() -> None:
    found = await stood(replace(CARRIER, access=FakeAccess(error=Unreachable("No connection.", hint="Look at the network."))))

    assert isinstance(found.memory, Observed)
    for part in (found.rights, found.server, found.skew):
        assert part == Unobserved(Why.UNREACHABLE, "No connection.", "Look at the network.")


async def test_what_does_not_exist_was_seen_to_be_absent() -> None:
    snapshot = await gathered(FakeCluster(), store=FakeStore())

    assert unseen(snapshot) == {}
    assert (snapshot.secret, snapshot.components, snapshot.accepted) == (Observed(None), Observed(()), Observed(None))


@pytest.mark.parametrize(("part", "method"), PARTS.items())
async def test_one_part_that_cannot_be_seen_leaves_the_others_alone(cluster: FakeCluster, part: str, method: str) -> None:
    cluster.unable[method] = Forbidden("Forbidden: list x.", hint="Grant it.")

    snapshot = await gathered(cluster, store=FakeStore(), sentry_metrics="direct")

    hit = unseen(snapshot)
    assert hit[part].why is Why.FORBIDDEN
    assert "Forbidden: list x." in hit[part].detail
    assert hit[part].hint == "Grant it."
    assert set(hit) == ({part, "issuer_gauges"} if part == "components" else {part})


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Forbidden("x"), Why.FORBIDDEN),
        (Unauthenticated("x"), Why.FORBIDDEN),
        (TimedOut("x"), Why.TIMED_OUT),
        (Unreachable("x"), Why.UNREACHABLE),
        (Throttled("x"), Why.UNREACHABLE),
        (Malformed("x"), Why.MALFORMED),
        (Missing("x"), Why.UNSUPPORTED),
        (Conflicting("x"), Why.UNREACHABLE),
        (BotError("x"), Why.UNREACHABLE),
    ],
)
async def test_each_error_has_its_reason(cluster: FakeCluster, error: BotError, why: Why) -> None:
    cluster.unable["census"] = error

    assert (await gathered(cluster)).census == Unobserved(why, "x")


async def test_a_part_that_hangs_is_given_up_and_the_others_are_kept(cluster: FakeCluster) -> None:
    cluster.hanging.add("census")

    snapshot = await gathered(cluster, store=FakeStore(), seconds=0.05)

    (part,) = unseen(snapshot).values()
    assert (part.why, part.detail) == (Why.TIMED_OUT, "Reading the pods of the cluster took longer than 0.05 s and was given up.")


async def test_parts_that_hang_together_cost_one_deadline(cluster: FakeCluster) -> None:
    cluster.hanging |= set(PARTS.values()) - {"issuer_gauges"}
    began = asyncio.get_running_loop().time()

    snapshot = await gathered(cluster, seconds=0.2)

    assert asyncio.get_running_loop().time() - began < 0.4
    assert {part.why for name, part in unseen(snapshot).items() if name != "accepted"} == {Why.TIMED_OUT}


async def test_the_gauges_get_a_deadline_of_their_own(cluster: FakeCluster) -> None:
    cluster.hanging.add("issuer_gauges")

    snapshot = await gathered(cluster, store=FakeStore(), seconds=0.05)

    assert isinstance(snapshot.components, Observed)
    assert set(unseen(snapshot)) == {"issuer_gauges"}


async def test_gauges_cannot_be_seen_where_sentrys_pods_cannot(cluster: FakeCluster) -> None:
    cluster.unable["components"] = Unreachable("no connection", hint="Check it.")

    part = (await gathered(cluster)).issuer_gauges

    assert part == Unobserved(
        Why.UNREACHABLE, "Sentry's metrics were not read, because its pods could not be seen: no connection", "Check it."
    )
    assert "issuer_gauges" not in cluster.asked


async def test_in_mode_off_the_secret_is_not_asked_for(cluster: FakeCluster) -> None:
    snapshot = await gathered(cluster, store=FakeStore(), ca_secret_access="off")

    assert "trust_secret" not in cluster.asked
    (part,) = unseen(snapshot).values()
    assert (part.by_choice, "DAPR_WARDEN_CA_SECRET_ACCESS" in part.detail) == (True, True)


async def test_metrics_that_are_switched_off_are_not_asked_for(cluster: FakeCluster) -> None:
    snapshot = await gathered(cluster, store=FakeStore(), sentry_metrics="off")

    assert "issuer_gauges" not in cluster.asked
    assert [part.by_choice for part in unseen(snapshot).values()] == [True]


@pytest.mark.parametrize(
    ("environ", "by_choice"),
    [
        ({}, True),
        ({"sentry_metrics": "proxy"}, False),
        ({"sentry_metrics": "direct"}, False),
        ({"ca_secret_access": "off"}, False),
    ],
    ids=["auto", "asked for by name", "asked for directly", "the only source of the issuer's end"],
)
async def test_metrics_that_may_not_be_read_are_done_without_only_where_nothing_hangs_on_them(
    cluster: FakeCluster, environ: dict[str, str], *, by_choice: bool
) -> None:
    cluster.unable["issuer_gauges"] = Forbidden("get pods/proxy: forbidden")

    snapshot = await gathered(cluster, store=FakeStore(), **environ)  # type: ignore[arg-type]

    assert isinstance(snapshot.issuer_gauges, Unobserved)
    assert snapshot.issuer_gauges.by_choice is by_choice


async def test_without_a_memory_the_accepted_ca_is_not_known_by_choice(cluster: FakeCluster) -> None:
    (part,) = unseen(await gathered(cluster)).values()

    assert part.by_choice


async def test_the_accepted_ca_comes_from_the_store(cluster: FakeCluster) -> None:
    accepted = AcceptedCa(roots=("a",), issuer="b", accepted_at=NOW, accepted_by="U1")
    store = FakeStore()
    await store.accept_ca(accepted, expected=None)

    assert (await gathered(cluster, store=store)).accepted == Observed(accepted)


async def test_a_bug_comes_out_and_leaves_nothing_hanging(cluster: FakeCluster) -> None:
    cluster.hanging |= {"census", "mtls"}
    cluster.unable["webhook"] = ZeroDivisionError("a bug")

    with pytest.raises(ExceptionGroup) as caught:
        await gathered(cluster)

    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError]
    assert len(asyncio.all_tasks()) == 1


async def test_a_timeout_that_is_not_ours_is_a_bug_too(cluster: FakeCluster) -> None:
    cluster.unable["crd"] = TimeoutError("from somewhere below")

    with pytest.raises(ExceptionGroup):
        await gathered(cluster)


async def test_a_snapshot_survives_json(cluster: FakeCluster) -> None:
    cluster.unable["crd"] = Forbidden("x", hint="y")
    snapshot = await gathered(cluster)

    assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot


async def test_the_names_that_are_set_go_along_for_whoever_tells_what_is_missing(cluster: FakeCluster) -> None:
    snapshot = await gathered(cluster, bundle_name="our-ca", ca_key="a", issuer_cert_key="b", issuer_key_key="c")

    assert snapshot.names == BundleNames(bundle="our-ca", ca="a", issuer="b", key="c")


def handshakes(fake: FakeChains) -> Handshakes:
    return Handshakes(fake, "direct")


async def test_every_pod_of_the_control_plane_is_asked_for_its_certificate(cluster: FakeCluster) -> None:
    fake = FakeChains({pod.name: a_good_bundle().ca for one in cluster.components_ for pod in one.pods})
    scope = Scope(settings=from_env({}), name="prod")

    snapshot = await collect(cluster, StandingClock(), scope, handshakes=handshakes(fake))

    assert isinstance(snapshot.chains, Observed)
    assert [(one.endpoint.component, one.endpoint.port) for one in snapshot.chains.value.shown] == [
        ("sentry", 50001),
        ("operator", 6500),
        ("sidecar-injector", 4000),
        ("placement-server", 50005),
        ("scheduler-server", 50006),
    ]


async def test_certificates_cannot_be_seen_where_the_pods_cannot(cluster: FakeCluster) -> None:
    cluster.unable["components"] = Unreachable("no connection", hint="Check it.")
    fake = FakeChains()

    snapshot = await collect(cluster, StandingClock(), Scope(settings=from_env({}), name="prod"), handshakes=handshakes(fake))

    assert isinstance(snapshot.chains, Unobserved)
    assert (snapshot.chains.why, snapshot.chains.hint, fake.asked) == (Why.UNREACHABLE, "Check it.", [])


async def test_where_servers_are_not_asked_nothing_is_known_of_them_by_choice(cluster: FakeCluster) -> None:
    snapshot = await gathered(cluster)

    assert snapshot.chains == CHAINS_NOT_READ
