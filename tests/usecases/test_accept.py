from bot.checks import judge
from bot.model.identity import binding, ca_identity
from bot.model.observed import Observed
from bot.model.policy import Policy
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.usecases.accept import Accepted, NotAccepted, accept
from tests.builders import A_CA, ANOTHER_CA, a_pod, a_snapshot, accepted, unobserved
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore


def of(snapshot: Snapshot) -> str:
    return binding(ca_identity(snapshot) or ((), ""))


async def decide(snapshot: Snapshot, store: FakeStore, *, meant: str = "") -> Accepted | NotAccepted:
    async def observe() -> Snapshot:
        return snapshot

    return await accept(observe, store, FakeClock(), "U0OLGA", meant or of(snapshot))


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


async def test_a_decision_holds_for_the_ca_that_was_shown_and_for_no_other() -> None:
    store = FakeStore(accepted=accepted(ANOTHER_CA))
    shown = of(a_snapshot(ca=ANOTHER_CA))

    outcome = await decide(a_snapshot(accepted=Observed(accepted(ANOTHER_CA))), store, meant=shown)

    assert isinstance(outcome, NotAccepted)
    assert store.accepted == accepted(ANOTHER_CA)


async def test_the_card_of_a_changed_ca_carries_its_binding() -> None:
    snapshot = a_snapshot(accepted=Observed(accepted(ANOTHER_CA)))

    (finding,) = (one for one in judge(snapshot, Policy()).findings if one.check_id == "ca-changed")

    assert finding.binding == of(snapshot)
