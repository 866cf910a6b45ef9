"""Who may decide from a terminal: whose token it is, which person that is, and then the rules of the channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.errors import Unreachable
from bot.model.access import AccessPolicy
from bot.model.approval import State
from bot.model.binding import Asked
from bot.model.caller import Caller
from bot.model.rotation import Kind
from bot.model.run import Held, Stand, Started, Way
from bot.model.terminal import Refusal, Standing
from bot.model.trust_pair import SecretBytes
from bot.ports import Tokens
from bot.usecases.logbook import Logbook
from bot.usecases.renew import Renewals, Terms
from bot.usecases.steering import Steering
from bot.usecases.tenancy import Tenancy
from bot.usecases.terminal import Terminal
from tests.certificates import NOW
from tests.fakes.approvals import FakeApprovals
from tests.fakes.clock import FakeClock
from tests.fakes.hands import FakeHands
from tests.fakes.journal import FakeJournal
from tests.fakes.rotation import FakeSeal, Sight
from tests.fakes.tokens import FakeTokens
from tests.requests import a_deed, a_dossier

OLGA, ANN, ANNS_OTHER, VERA = "U0OLGA", "U0ANN", "U0ANN2", "U0VERA"
PERSONS = {ANN: ANN, ANNS_OTHER: ANN}
NAMES = {
    "system:serviceaccount:ops:olga": OLGA,
    "system:serviceaccount:ops:ann": ANN,
    "ann@example.com": ANNS_OTHER,
    "system:serviceaccount:ops:vera": VERA,
    "system:serviceaccount:dapr-warden:dapr-warden": ANN,
}
OWN = "system:serviceaccount:dapr-warden:dapr-warden"


def callers() -> dict[bytes, Caller]:
    return {
        b"olgas": Caller(name="system:serviceaccount:ops:olga"),
        b"anns": Caller(name="system:serviceaccount:ops:ann"),
        b"anns.other": Caller(name="ann@example.com"),
        b"veras": Caller(name="system:serviceaccount:ops:vera"),
        b"mallorys": Caller(name="system:serviceaccount:shop:mallory"),
        b"the-bots": Caller(name=OWN, is_us=True),
        b"a-pods": Caller(name="system:serviceaccount:ops:ann", pod="builder-0"),
        b"ill-named": Caller(name="ann\n\x1b[31m" + "x" * 500),
    }


@dataclass
class Port:
    """The use case over fakes; Olga operates, Ann (who has two accounts) approves, everybody may view."""

    sight: Sight = field(default_factory=Sight)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    journal: FakeJournal = field(default_factory=FakeJournal)
    tokens: Tokens = field(default_factory=lambda: FakeTokens(callers()))
    people: Mapping[str, str] = field(default_factory=lambda: NAMES)
    viewers: frozenset[str] = frozenset()
    rung: list[str] = field(default_factory=list)
    carries: bool = True

    def __post_init__(self) -> None:
        terms = Terms(
            people=PERSONS,
            person=lambda one: PERSONS.get(one, one),
            quorum={Kind.CROSS_SIGNED: 1, Kind.RECOVERY: 1},
            lifetime=timedelta(days=365),
        )
        memory = self.journal.approvals
        self.renewals = Renewals(cluster="prod-eu", look=self.sight, memory=memory, seal=FakeSeal(), clock=self.clock, terms=terms)
        tenancy = Tenancy(hands=FakeHands(), clock=self.clock, holder="bot")
        logbook = Logbook(cluster="prod-eu", journal=self.journal, tenancy=tenancy, clock=self.clock, person=terms.person)
        steering = Steering(logbook=logbook, terms=terms, ring=lambda: self.rung.append("carry"))
        self.terminal = Terminal(
            cluster="prod-eu",
            tokens=self.tokens,
            people=self.people,
            policy=AccessPolicy(home_team_id="", viewers=self.viewers, operators=frozenset({OLGA}), approvers=frozenset(PERSONS)),
            renewals=self.renewals,
            steering=steering if self.carries else None,
            clock=self.clock,
            decided=lambda: self.rung.append("card"),
        )

    @property
    def memory(self) -> FakeApprovals:
        return self.journal.approvals

    @property
    def recorded(self) -> list[tuple[str, str, str]]:
        return [(one.deed.verb, one.deed.actor, one.deed.detail) for one in self.memory.entries]

    async def asked(self, actor: str = OLGA) -> Asked:
        found = await self.renewals.ask(actor)
        assert isinstance(found, Asked), found
        return found

    async def runs(self) -> None:
        started = Started(kind=Kind.CROSS_SIGNED, digest="d" * 64, approved_by=(ANN,))
        assert await self.journal.open_run("run-1", a_dossier(), started, NOW, fence=1, deed=a_deed("run-started", "run-1"))

    async def status(self, token: bytes = b"olgas") -> Standing | Refusal:
        return await self.terminal.standing(SecretBytes(token))

    async def command(self, way: Way, token: bytes) -> Standing | Refusal:
        return await self.terminal.command(SecretBytes(token), way, "because")

    async def approve(self, digest: str, token: bytes = b"anns") -> Standing | Refusal:
        return await self.terminal.approve(SecretBytes(token), digest)


def refused(found: Standing | Refusal) -> tuple[str, str]:
    assert isinstance(found, Refusal), found
    return found.error, found.reason


def stood(found: Standing | Refusal) -> Standing:
    assert isinstance(found, Standing), found
    return found


async def test_whoever_is_known_sees_what_waits_and_what_it_would_touch() -> None:
    port = Port()
    asked = await port.asked()

    found = stood(await port.status(b"veras"))

    assert found.request is not None
    assert (found.request.digest, found.request.state, found.request.requester) == (asked.request.digest, State.PENDING, OLGA)
    assert (found.request.pods, found.request.takes) == (asked.dossier.plan.reach.pods, asked.dossier.plan.takes)
    assert found.run is None


async def test_where_viewers_are_listed_others_do_not_see_it() -> None:
    port = Port(viewers=frozenset({"U0SOMEBODY"}))

    assert "DAPR_WARDEN_VIEWERS" in refused(await port.status(b"veras"))[1]
    assert stood(await port.status(b"anns")).cluster == "prod-eu"


@pytest.mark.parametrize("token", [b"", b"unknown", b"anns and more", b"anns\x00", b"x" * 20_000])
async def test_a_token_of_nobody_gets_the_same_answer_whatever_is_wrong_with_it(token: bytes) -> None:
    port = Port()

    error, reason = refused(await port.status(token))

    assert error == "unauthenticated"
    assert "made for the audience dapr-warden" in reason
    assert port.recorded == [("terminal-refused", "nobody", f"nobody: status: {reason}")]


async def test_what_cannot_be_a_token_is_not_sent_to_the_api_server() -> None:
    tokens = FakeTokens(callers())
    port = Port(tokens=tokens)

    for token in (b"", b"two words", b"x" * 20_000, b"anns\n"):
        await port.status(token)

    assert tokens.asked == []


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (b"mallorys", "DAPR_WARDEN_TERMINAL_PEOPLE gives this name no Slack id"),
        (b"the-bots", "the bot's own account, which is nobody"),
        (b"a-pods", "was made for the pod builder-0"),
    ],
)
async def test_who_is_not_a_person_here_decides_nothing_and_is_told_why(token: bytes, said: str) -> None:
    port = Port()
    asked = await port.asked()

    error, reason = refused(await port.approve(asked.request.digest, token))

    assert error == "forbidden"
    assert said in reason
    assert [verb for verb, *_ in port.recorded] == ["plan-asked", "terminal-refused"]
    assert port.sight.looks == 1


async def test_a_strange_name_is_kept_on_one_line_and_cut() -> None:
    port = Port()

    _, reason = refused(await port.status(b"ill-named"))

    assert reason.isprintable()
    assert len(reason) < 400


async def test_an_approver_approves_by_the_first_digits_of_the_digest_and_the_card_and_the_engine_hear_of_it() -> None:
    port = Port()
    asked = await port.asked()

    found = stood(await port.approve(asked.request.digest[:8]))

    assert found.said == f"approved: {asked.request.digest[:8]}, 1 of 1."
    assert found.request is not None
    assert (found.request.state, found.request.approved_by) == (State.APPROVED, (ANN,))
    assert port.rung == ["card", "carry"]


@pytest.mark.parametrize("digest", ["", "1234567", "zzzzzzzz", "a" * 65, "../etc/"])
async def test_less_than_eight_digits_name_nothing(digest: str) -> None:
    port = Port()
    await port.asked()

    assert "8 to 64 hexadecimal digits" in refused(await port.approve(digest))[1]


async def test_the_digest_of_something_else_approves_nothing() -> None:
    port = Port()
    asked = await port.asked()
    other = ("0" if asked.request.digest[0] != "0" else "1") + asked.request.digest[1:]

    assert "No request has the digest" in refused(await port.approve(other))[1]
    assert port.rung == []


@pytest.mark.parametrize(("requester", "token"), [(ANN, b"anns"), (ANN, b"anns.other"), (ANNS_OTHER, b"anns")])
async def test_who_asked_does_not_approve_with_any_account(requester: str, token: bytes) -> None:
    port = Port()
    asked = await port.asked(requester)

    assert "You asked for this yourself" in refused(await port.approve(asked.request.digest, token))[1]
    assert [verb for verb, *_ in port.recorded] == ["plan-asked", "decision-refused"]


async def test_an_operator_does_not_approve() -> None:
    port = Port()
    asked = await port.asked(VERA)

    assert "DAPR_WARDEN_APPROVERS" in refused(await port.approve(asked.request.digest, b"olgas"))[1]


async def test_while_the_cluster_cannot_be_seen_nothing_is_approved() -> None:
    port = Port()
    asked = await port.asked()
    port.sight.trouble = Unreachable("The API server is away.")

    assert "cannot be seen now" in refused(await port.approve(asked.request.digest))[1]


async def test_what_is_decided_already_is_told_as_such() -> None:
    port = Port()
    asked = await port.asked()
    await port.approve(asked.request.digest)

    assert "it is approved already" in refused(await port.approve(asked.request.digest))[1]


@pytest.mark.parametrize(("way", "token"), [(Way.PAUSE, b"olgas"), (Way.ABORT, b"olgas")])
async def test_operators_stop_a_run(way: Way, token: bytes) -> None:
    port = Port()
    await port.runs()

    found = stood(await port.command(way, token))

    assert found.said == f"{way.value}: recorded, by {OLGA}."
    assert port.recorded[-1] == (f"run-{way.value}", OLGA, "because")
    assert port.rung == ["carry"]


async def test_approvers_let_it_go_on_and_operators_do_not() -> None:
    port = Port()
    await port.runs()
    await port.command(Way.PAUSE, b"olgas")

    assert "DAPR_WARDEN_APPROVERS" in refused(await port.command(Way.RESUME, b"olgas"))[1]
    found = stood(await port.command(Way.RESUME, b"anns"))

    assert found.run is not None
    assert found.run.stand is Stand.RUNNING


async def test_what_cannot_be_done_now_is_refused_and_recorded_with_its_run() -> None:
    port = Port()
    await port.runs()

    assert refused(await port.command(Way.RETRY, b"anns")) == ("conflict", "It does not wait for that. Nothing was changed.")
    assert port.memory.entries[-1].deed.subject == "run-1"


async def test_a_run_that_holds_says_why_and_what_can_be_done() -> None:
    port = Port()
    await port.runs()
    held = Held(step="wave-1", reason="orders did not come back.", advice="Look at it.", ways=(Way.RETRY,), affected=("shop/orders",))
    await port.journal.write("run-1", [held], NOW, fence=1)

    run = stood(await port.status()).run

    assert run is not None
    assert (run.stand, run.reason, run.affected) == (Stand.HELD, "orders did not come back.", ("shop/orders",))
    assert Way.RETRY in run.ways


@pytest.mark.parametrize("carries", [True, False])
async def test_without_a_run_there_is_nothing_to_decide(*, carries: bool) -> None:
    port = Port(carries=carries)

    assert refused(await port.command(Way.PAUSE, b"olgas"))[1].endswith("Nothing was changed.")
    assert stood(await port.status()).run is None


async def test_nobody_is_known_while_the_api_server_is_away() -> None:
    port = Port(tokens=FakeTokens(unable=Unreachable("It is away.")))

    with pytest.raises(Unreachable):
        await port.status()
