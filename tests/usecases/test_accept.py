from bot.model.observed import Observed
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.usecases.accept import Accepted, NotAccepted, accept
from tests.builders import A_CA, ANOTHER_CA, a_pod, a_snapshot, accepted, unobserved
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore


async def decide(snapshot: Snapshot, store: FakeStore) -> Accepted | NotAccepted:
    async def observe() -> Snapshot:
        return snapshot

    return await accept(observe, store, FakeClock(), "U0OLGA")


async def test_a_new_ca_that_every_pod_trusts_is_accepted_in_the_operators_name() -> None:
    store = FakeStore(accepted=accepted(ANOTHER_CA))

    outcome = await decide(a_snapshot(accepted=Observed(accepted(ANOTHER_CA))), store)

    assert isinstance(outcome, Accepted)
    assert store.accepted == outcome.ca
    assert (outcome.ca.accepted_by, outcome.ca.roots) == ("U0OLGA", accepted(A_CA).roots)


async def test_while_a_pod_is_stale_nothing_is_accepted() -> None:
    before = accepted(ANOTHER_CA)
    store = FakeStore(accepted=before)
    stale = a_pod("orders", anchors=ANOTHER_CA.roots_pem)

    outcome = await decide(a_snapshot(accepted=Observed(before), pods=[stale]), store)

    assert isinstance(outcome, NotAccepted)
    assert store.accepted == before


async def test_the_ca_that_is_accepted_already_is_said_to_be_so() -> None:
    outcome = await decide(a_snapshot(), FakeStore(accepted=accepted(A_CA)))

    assert isinstance(outcome, NotAccepted)
    assert "already" in outcome.reason


async def test_a_ca_that_cannot_be_read_is_not_accepted() -> None:
    outcome = await decide(a_snapshot(secret=unobserved()), FakeStore())

    assert isinstance(outcome, NotAccepted)


async def test_of_two_decisions_at_the_same_time_the_second_changes_nothing() -> None:
    faster = AcceptedCa(roots=("ff",), issuer="", accepted_at=FakeClock().now(), accepted_by="U0OSCAR")
    store = FakeStore(accepted=faster)

    outcome = await decide(a_snapshot(accepted=Observed(accepted(ANOTHER_CA))), store)

    assert isinstance(outcome, NotAccepted)
    assert store.accepted == faster
