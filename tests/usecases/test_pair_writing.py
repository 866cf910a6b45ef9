"""A pair is written ConfigMap first, never over what is not ours, and what nobody knows is looked at before it is written again."""

from collections.abc import Callable

import pytest

from bot.errors import Conflicting, Forbidden, TimedOut
from bot.model.trust_pair import LivePair, SecretBytes, TrustPair
from bot.usecases import pair_writing
from bot.usecases.pair_writing import Belated, Overtaken
from tests.builders import A_CA, ANOTHER_CA, a_ca
from tests.fakes.hands import CONFIGMAP, SECRET, FakeHands, Fate

OLD = TrustPair(ca=A_CA.roots_pem, issuer=A_CA.chain_pem, key=SecretBytes(A_CA.key_pem))
NEW = TrustPair(ca=ANOTHER_CA.roots_pem, issuer=ANOTHER_CA.chain_pem, key=SecretBytes(ANOTHER_CA.key_pem))
KNOWN = (OLD.digest("old"), NEW.digest("new"))


def a_world(pair: TrustPair = OLD) -> FakeHands:
    return FakeHands.holding(pair.ca, pair.issuer, pair.key.revealed())


async def write(hands: FakeHands, *, over: bool = False, is_late: Callable[[], bool] = lambda: False) -> LivePair:
    async def at_once(_: float) -> None: ...

    async def is_ours() -> bool:
        return True

    await pair_writing.write(hands, NEW, "run/new", KNOWN, over=over, is_late=is_late, is_ours=is_ours, pause=at_once)
    return await hands.pair()


async def test_the_configmap_is_written_first() -> None:
    hands = a_world()
    live = await write(hands)

    assert hands.done == [CONFIGMAP, SECRET]
    assert (live.pair, live.configmap_ca, live.marks) == (NEW, NEW.ca, ("run/new", "run/new"))


async def test_what_is_there_already_is_not_written_again() -> None:
    hands = a_world()
    await write(hands)
    await write(hands)

    assert hands.done == [CONFIGMAP, SECRET]


@pytest.mark.parametrize("fate", [Fate.CONFLICT, Fate.LOST, Fate.UNHEARD])
@pytest.mark.parametrize("at", [0, 1])
async def test_a_write_of_uncertain_outcome_is_looked_at_before_anything_is_sent(fate: Fate, at: int) -> None:
    hands = a_world()
    first = hands.write_configmap if at == 0 else hands.write_secret

    async def fated(*args: object) -> None:
        hands.next_write = fate
        setattr(hands, first.__name__, first)
        await first(*args)  # type: ignore[arg-type]

    setattr(hands, first.__name__, fated)
    live = await write(hands)

    assert (live.pair, live.configmap_ca) == (NEW, NEW.ca)
    assert [name for name in hands.done if name == SECRET] == [SECRET]


async def test_a_pair_of_somebody_elses_is_not_written_over() -> None:
    third = a_ca("third")
    hands = FakeHands.holding(third.roots_pem, third.chain_pem, third.key_pem)

    with pytest.raises(Overtaken):
        await write(hands)
    assert hands.done == []
    assert (await write(hands, over=True)).pair == NEW


async def test_where_the_rehearsal_took_so_long_that_the_moment_is_over_nothing_is_written() -> None:
    hands = a_world()
    rehearsed: list[str] = []

    async def slowly(*_: object) -> None:
        rehearsed.append("secret")

    setattr(hands, "rehearse_secret", slowly)  # noqa: B010 - mypy lets no method be replaced by assignment
    with pytest.raises(Belated):
        await write(hands, is_late=lambda: bool(rehearsed))
    assert rehearsed == ["secret"]
    assert hands.done == []


async def test_once_the_configmap_is_written_the_secret_follows_however_late_it_is() -> None:
    hands = a_world()
    live = await write(hands, is_late=lambda: CONFIGMAP in hands.done)

    assert (live.pair, live.configmap_ca) == (NEW, NEW.ca)


@pytest.mark.parametrize("over", [False, True])
async def test_where_the_secret_would_be_refused_not_even_the_configmap_is_written(*, over: bool) -> None:
    hands = a_world()
    hands.unable["rehearse_secret"] = Forbidden("update secrets")

    with pytest.raises(Forbidden):
        await write(hands, over=over)

    assert hands.done == []


async def test_a_pair_that_is_half_written_is_closed_without_any_rehearsal() -> None:
    hands = a_world()
    hands.put(CONFIGMAP, {"ca.crt": NEW.ca}, mark="run/new")
    hands.unable["rehearse_secret"] = Forbidden("update secrets")

    assert (await write(hands)).pair == NEW


async def test_what_is_refused_is_raised_at_once() -> None:
    hands = a_world()
    hands.unable["write_secret"] = Forbidden("update secrets")

    with pytest.raises(Forbidden):
        await write(hands)


async def test_others_that_keep_writing_and_answers_that_never_come_end_it_after_a_few_looks() -> None:
    hands = a_world()
    for error in (Conflicting("somebody else wrote"), TimedOut("no answer")):
        hands.unable["write_configmap"] = error
        with pytest.raises(type(error)):
            await write(hands)
    assert hands.asked.count("write_configmap") == 2 * pair_writing.TRIES


async def test_mending_makes_the_configmap_equal_to_the_secret() -> None:
    hands = a_world()
    hands.put(SECRET, {"ca.crt": NEW.ca}, mark="")

    async def is_ours() -> bool:
        return True

    await pair_writing.mended(hands, is_ours)

    assert not (await hands.pair()).is_open
    assert hands.done == [CONFIGMAP]
