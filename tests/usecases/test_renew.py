"""Asking for a rotation and deciding on it: from a look at the cluster to a request that is approved, or is not."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.errors import Unreachable
from bot.model.approval import OPEN_FOR, THE_BOT, Refused, State, Verdict
from bot.model.backup import BackupFacts
from bot.model.binding import Asked
from bot.model.rotation import Kind, Unplannable
from bot.model.snapshot import Snapshot
from bot.usecases.renew import Blocked, Pending, Renewals, Terms
from tests.builders import A_CA as CA
from tests.builders import ANOTHER_CA, a_ca, a_pod, a_secret, a_snapshot, accepted, days, hours, unobserved
from tests.certificates import NOW
from tests.fakes.approvals import FakeApprovals
from tests.fakes.clock import FakeClock
from tests.fakes.rotation import FakeSeal, Sight
from tests.kept import a_backup

ASKER, ANN, ANNS_OTHER, BOB, STRANGER = "U0ASKER", "U0ANN", "U0ANN2", "U0BOB", "U0STRANGER"
PEOPLE = {ASKER: ASKER, ANN: ANN, ANNS_OTHER: ANN, BOB: BOB}
MANY = [a_pod("orders", number=number) for number in range(20)]


@dataclass
class Office:
    """Everything that asking needs, and what it left behind."""

    sight: Sight = field(default_factory=Sight)
    memory: FakeApprovals = field(default_factory=FakeApprovals)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    quorum: int = 1
    number: int = 0
    kept: BackupFacts | Unreachable | None = None

    def renewals(self) -> Renewals:
        terms = Terms(
            people=PEOPLE,
            person=lambda one: PEOPLE.get(one, one),
            quorum={Kind.CROSS_SIGNED: self.quorum, Kind.RECOVERY: 2, Kind.RESTORE: 3},
            lifetime=timedelta(days=365),
        )
        return Renewals(
            cluster="prod-eu",
            look=self.sight,
            memory=self.memory,
            seal=FakeSeal(),
            clock=self.clock,
            terms=terms,
            backup=self._backup,
            new_id=self._id,
        )

    async def _backup(self) -> BackupFacts | None:
        if isinstance(self.kept, Unreachable):
            raise self.kept
        return self.kept

    def _id(self) -> str:
        self.number += 1
        return f"request-{self.number}"

    async def asked(self, actor: str = ASKER) -> Asked:
        found = await self.renewals().ask(actor)
        assert isinstance(found, Asked), found
        return found

    async def clicked(self, asked: Asked, actor: str, verdict: Verdict = Verdict.APPROVE, reason: str = "") -> Asked | Refused:
        return await self.renewals().decide(asked.request.id, actor, verdict, reason)

    @property
    def verbs(self) -> list[str]:
        return [one.deed.verb for one in self.memory.entries]

    def sees(self, **parts: Any) -> None:
        self.sight.now = a_snapshot(**parts)


def state_of(outcome: Asked | Refused) -> State:
    assert isinstance(outcome, Asked), outcome
    return outcome.request.state


async def test_a_request_holds_what_was_planned_and_a_key_sealed_for_it_alone() -> None:
    office = Office(quorum=2)

    asked = await office.asked()

    request, dossier = asked.request, asked.dossier
    assert (request.requester, request.quorum, request.state) == (ASKER, 2, State.PENDING)
    assert request.expires_at == NOW + OPEN_FOR
    assert request.digest == dossier.bound.digest
    assert FakeSeal().open(dossier.sealed_key, request.id).startswith(b"-----BEGIN PRIVATE KEY-----")
    assert office.verbs == ["plan-asked"]


async def test_the_bot_itself_may_ask_and_is_nobody() -> None:
    asked = await Office().asked("")

    assert asked.request.requester == THE_BOT


async def test_whoever_reviewed_what_the_bot_offers_is_in_the_record_and_may_approve_it() -> None:
    office = Office()
    asked = await office.renewals().ask("", reviewer=ANN)
    assert isinstance(asked, Asked)

    assert state_of(await office.clicked(asked, ANN)) is State.APPROVED
    first = office.memory.entries[0].deed
    assert (first.actor, first.person, asked.request.actor) == (ANN, ANN, "")
    assert first.detail.startswith("offered by the bot: cross-signed ")


async def test_the_recovery_of_an_expired_ca_has_a_quorum_of_its_own() -> None:
    office = Office()
    office.sees(ca=a_ca(expires_in=days(-1)))

    asked = await office.asked()

    assert (asked.request.kind, asked.request.quorum) == (Kind.RECOVERY, 2)
    assert asked.dossier.bound.cross == ""


def replaced() -> Office:
    """Something put another CA in the place of the accepted one, which is kept."""
    office = Office(kept=a_backup(CA).facts)
    office.sees(ca=ANOTHER_CA, accepted=accepted(CA))
    return office


async def test_a_restore_takes_no_new_key_and_a_quorum_of_its_own() -> None:
    asked = await replaced().asked()

    assert (asked.request.kind, asked.request.quorum, asked.dossier.sealed_key) == (Kind.RESTORE, 3, b"")
    assert asked.dossier.root == CA.roots[0].der
    assert asked.dossier.issuer == CA.chain[0].der


async def test_a_restore_is_approved_while_the_same_pair_is_kept_and_void_when_another_is() -> None:
    office = replaced()
    asked = await office.asked()
    assert state_of(await office.clicked(asked, ANN)) is State.PENDING

    office.kept = a_backup(a_ca("third")).facts
    found = await office.clicked(asked, BOB)

    assert state_of(found) is State.VOID
    assert isinstance(found, Asked)
    assert "the last good pair that is kept is another one" in found.request.reason


async def test_a_kept_pair_that_cannot_be_seen_decides_nothing_about_a_restore() -> None:
    office = replaced()
    asked = await office.asked()

    office.kept = Unreachable("the API server is away")
    found = await office.clicked(asked, ANN)

    assert isinstance(found, Refused)
    assert "the API server is away" in found.reason


async def test_without_a_kept_pair_that_can_be_read_other_kinds_are_asked_about() -> None:
    office = replaced()
    office.kept = Unreachable("the API server is away")
    office.sees()

    asked = await office.asked()

    assert asked.request.kind is Kind.CROSS_SIGNED
    assert state_of(await office.clicked(asked, ANN)) is State.APPROVED


async def test_nobody_is_asked_about_what_is_blocked() -> None:
    office = Office()
    office.sees(ca=a_ca(expires_in=hours(3)))

    assert isinstance(await office.renewals().ask(ASKER), Blocked)
    assert (office.memory.asked, office.verbs) == ({}, [])


async def test_nobody_is_asked_where_there_is_no_plan() -> None:
    office = Office()
    office.sees(secret=unobserved())

    assert isinstance(await office.renewals().ask(ASKER), Unplannable)
    assert office.memory.asked == {}


async def test_a_bot_that_starts_with_another_quorum_voids_what_waits_and_says_why() -> None:
    office = Office()
    await office.asked()

    office.quorum = 2
    ended = await office.renewals().expire()

    assert ended is not None
    assert ended.request.state is State.VOID
    assert "it takes 2 approvals now instead of 1" in ended.request.reason
    assert office.verbs[-1] == "plan-void"


async def test_a_click_on_what_other_settings_asked_voids_it_too() -> None:
    office = Office()
    asked = await office.asked()

    office.quorum = 2

    assert state_of(await office.clicked(asked, ANN)) is State.VOID
    assert office.sight.looks == 1


async def test_nobody_is_asked_twice_at_the_same_time() -> None:
    office = Office()
    first = await office.asked()

    second = await office.renewals().ask(BOB)

    assert isinstance(second, Pending)
    assert second.asked.request.id == first.request.id


async def test_what_nobody_decided_in_time_makes_room_and_loses_its_key() -> None:
    office = Office()
    first = await office.asked()
    office.clock.advance(OPEN_FOR)

    second = await office.asked()

    old = office.memory.asked[first.request.id]
    assert (old.request.state, old.dossier.sealed_key) == (State.EXPIRED, b"")
    assert second.request.state is State.PENDING
    assert office.verbs == ["plan-asked", "plan-expired", "plan-asked"]


async def test_somebody_else_approves_and_the_key_stays_for_the_start() -> None:
    office = Office()
    asked = await office.asked()

    outcome = await office.clicked(asked, ANN)

    assert state_of(outcome) is State.APPROVED
    assert office.memory.asked[asked.request.id].dossier.sealed_key
    assert office.verbs == ["plan-asked", "plan-approved"]


async def test_two_are_needed_where_two_are_asked_for_and_one_person_is_one() -> None:
    office = Office(quorum=2)
    asked = await office.asked()

    assert state_of(await office.clicked(asked, ANN)) is State.PENDING
    assert isinstance(await office.clicked(asked, ANNS_OTHER), Refused)
    assert state_of(await office.clicked(asked, BOB)) is State.APPROVED


@pytest.mark.parametrize("actor", [ASKER, STRANGER])
async def test_who_asked_and_who_is_nobody_approve_nothing_and_that_is_recorded(actor: str) -> None:
    office = Office()
    asked = await office.asked()

    assert isinstance(await office.clicked(asked, actor), Refused)
    assert office.memory.asked[asked.request.id].request.state is State.PENDING
    assert office.verbs == ["plan-asked", "decision-refused"]


async def test_a_denial_is_final_and_looks_at_nothing() -> None:
    office = Office()
    asked = await office.asked()
    looks = office.sight.looks

    outcome = await office.clicked(asked, BOB, Verdict.DENY, "not today")

    assert state_of(outcome) is State.DENIED
    assert office.sight.looks == looks
    assert isinstance(await office.clicked(asked, ANN), Refused)
    assert office.memory.asked[asked.request.id].dossier.sealed_key == b""


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (a_snapshot(pods=[*MANY, a_pod("new")]), "workloads changed (shop/new)"),
        (a_snapshot(pods=MANY[:10]), "there are 10 pods instead of 20"),
        (a_snapshot(pods=MANY, version="1.18.4"), "the control plane's images changed"),
        (a_snapshot(pods=MANY, secret=a_secret(issuer=CA.chain_pem + b"\n")), "the Secret was changed"),
        (a_snapshot(pods=MANY, configmap=None), "The trust bundle is not complete"),
    ],
)
async def test_what_is_no_longer_as_it_was_shown_voids_it_and_says_what(now: Snapshot, change: str) -> None:
    office = Office()
    office.sees(pods=MANY)
    asked = await office.asked()
    office.sight.now = now

    outcome = await office.clicked(asked, ANN)

    assert state_of(outcome) is State.VOID
    assert isinstance(outcome, Asked)
    assert change in outcome.request.reason
    assert office.memory.asked[asked.request.id].dossier.sealed_key == b""


async def test_pods_may_come_and_go_within_the_tolerance_and_time_may_pass() -> None:
    office = Office()
    office.sees(pods=MANY)
    asked = await office.asked()
    office.clock.advance(timedelta(minutes=20))
    office.sight.now = a_snapshot(pods=MANY[:17], taken_at=NOW + timedelta(minutes=20))

    assert state_of(await office.clicked(asked, ANN)) is State.APPROVED


async def test_a_cluster_that_cannot_be_seen_decides_nothing() -> None:
    office = Office()
    asked = await office.asked()
    office.sight.trouble = Unreachable("The API server does not answer.", hint="Look at it.")

    outcome = await office.clicked(asked, ANN)

    assert isinstance(outcome, Refused)
    assert "The API server does not answer. Look at it." in outcome.reason
    office.sight.trouble = None
    assert state_of(await office.clicked(asked, ANN)) is State.APPROVED


async def test_a_part_that_cannot_be_seen_decides_nothing_either() -> None:
    office = Office()
    asked = await office.asked()
    office.sees(census=unobserved())

    outcome = await office.clicked(asked, ANN)

    assert isinstance(outcome, Refused)
    assert "Cannot see the pods of the cluster" in outcome.reason


@pytest.mark.parametrize("id_", ["", "request-2", "../request-1"])
async def test_a_forged_id_is_nothing(id_: str) -> None:
    office = Office()
    await office.asked()

    outcome = await office.renewals().decide(id_, ANN, Verdict.APPROVE)

    assert outcome == Refused("There is no such request (any more). Nothing was changed.")
    assert office.verbs == ["plan-asked"]


async def test_a_request_of_another_cluster_is_nothing() -> None:
    office = Office()
    asked = await office.asked()
    elsewhere = replace(asked, request=replace(asked.request, cluster="staging"))
    office.memory.asked[asked.request.id] = elsewhere

    assert isinstance(await office.clicked(asked, ANN), Refused)


async def test_a_hundred_clicks_at_once_approve_it_once() -> None:
    office = Office()
    asked = await office.asked()

    outcomes = await asyncio.gather(*(office.clicked(asked, (ANN, BOB)[number % 2]) for number in range(100)))

    assert [state_of(one) for one in outcomes if isinstance(one, Asked)] == [State.APPROVED]
    assert office.verbs.count("plan-approved") == 1
