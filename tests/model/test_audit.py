"""Whatever is done to a chain shows: a field, a place, a piece, its end."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.model import audit
from bot.model.audit import GENESIS, Deed, Entry
from tests.cards import NOW
from tests.requests import a_chain, a_deed, broken

CHAIN = a_chain(12)
HEAD = CHAIN[-1].digest
MUTATIONS = 10_000

Forgery = Callable[[list[Entry], Random], list[Entry]]


def test_a_sound_chain_has_no_flaw_and_knows_its_heads() -> None:
    assert broken(CHAIN) == []
    assert [broken(CHAIN, one.digest) for one in CHAIN] == [[]] * 12


def test_an_empty_one_is_sound_and_begins_where_all_begin() -> None:
    assert broken([]) == broken([], GENESIS) == []


def other(value: object) -> Any:
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return value + 1 if isinstance(value, int) else NOW + timedelta(days=9, microseconds=1)


@pytest.mark.parametrize("at", range(len(CHAIN)))
@pytest.mark.parametrize("field", [*Entry.__struct_fields__, *(f"deed.{name}" for name in Deed.__struct_fields__)])
def test_every_field_of_every_entry_shows_when_it_is_changed(field: str, at: int) -> None:
    one = CHAIN[at]
    name = field.removeprefix("deed.")
    if field == "deed":
        changed = replace(one, deed=a_deed("another"))
    elif field == name:
        changed = replace(one, **{name: other(getattr(one, name))})
    else:
        changed = replace(one, deed=replace(one.deed, **{name: other(getattr(one.deed, name))}))

    assert broken([*CHAIN[:at], changed, *CHAIN[at + 1 :]])


@pytest.mark.parametrize("at", range(len(CHAIN) - 1))
def test_a_missing_entry_shows_unless_it_is_the_last(at: int) -> None:
    assert broken([*CHAIN[:at], *CHAIN[at + 1 :]])[0] == f"entry {at + 2} stands where entry {at + 1} should"


@pytest.mark.parametrize(("one", "two"), list(itertools.combinations(range(6), 2)))
def test_two_that_changed_places_show(one: int, two: int) -> None:
    moved = list(CHAIN)
    moved[one], moved[two] = moved[two], moved[one]

    assert broken(moved)


@pytest.mark.parametrize("at", range(len(CHAIN)))
def test_one_that_was_put_in_between_shows_also_when_it_fits_to_the_one_before(at: int) -> None:
    before = CHAIN[at - 1].digest if at else GENESIS
    slipped_in = audit.entry(at + 1, a_deed("plan-approved"), before)

    assert broken([*CHAIN[:at], slipped_in, *CHAIN[at:]])


def test_one_that_stands_there_twice_shows() -> None:
    assert broken([*CHAIN, CHAIN[-1]])


@pytest.mark.parametrize("left", range(len(CHAIN)))
def test_a_cut_off_end_does_not_show_by_itself_but_beside_a_head_that_is_known(left: int) -> None:
    assert broken(CHAIN[:left]) == []
    assert broken(CHAIN[:left], HEAD) == [
        f"the head {HEAD[:8]}, which was told elsewhere, is not in it: its end is cut off, or it is another one"
    ]


@pytest.mark.parametrize("since", range(len(CHAIN)))
def test_a_chain_that_was_made_anew_from_somewhere_on_shows_beside_a_head_that_is_known(since: int) -> None:
    forged = CHAIN[:since]
    for one in CHAIN[since:]:
        before = forged[-1].digest if forged else GENESIS
        forged.append(audit.entry(one.number, replace(one.deed, actor="U0FORGED"), before))

    assert broken(forged) == []
    assert len(broken(forged, HEAD)) == 1


def test_what_comes_behind_a_known_head_is_no_flaw() -> None:
    assert broken(CHAIN, CHAIN[3].digest) == []


def test_a_flaw_says_from_which_entry_on_nothing_can_be_relied_upon() -> None:
    changed = [*CHAIN[:4], replace(CHAIN[4], deed=a_deed("another")), *CHAIN[5:]]

    assert [(flaw.number, flaw.what) for flaw in audit.flaws(changed)] == [(5, "entry 5 was changed")]


def test_an_instant_is_the_same_in_every_time_zone_and_another_by_a_microsecond() -> None:
    abroad = replace(a_deed(), at=NOW.astimezone(timezone(timedelta(hours=9))))

    assert audit.digest(1, abroad, GENESIS) == audit.digest(1, replace(a_deed(), at=NOW.astimezone(UTC)), GENESIS)
    assert audit.digest(1, a_deed(at=NOW + timedelta(microseconds=1)), GENESIS) != audit.digest(1, a_deed(), GENESIS)


TEXTS = st.text(st.characters(codec=None), max_size=5)
FIELDS = ("verb", "cluster", "subject", "actor", "person", "detail")


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS)), st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXTS)))
def test_no_two_deeds_have_one_digest(one: dict[str, str], two: dict[str, str]) -> None:
    digests = [audit.digest(1, Deed(at=NOW, **fields), GENESIS) for fields in (one, two)]

    assert (digests[0] == digests[1]) == (one == two)


def test_text_that_moves_from_one_field_into_the_next_shows() -> None:
    deeds = [a_deed(actor=whole[:cut], person=whole[cut:]) for whole in ["U1U2U3"] for cut in range(7)]

    assert len({audit.digest(1, deed, GENESIS) for deed in deeds}) == 7


def a_field(entries: list[Entry], random: Random) -> list[Entry]:
    at = random.randrange(len(entries))
    name = random.choice(Deed.__struct_fields__)
    deed = replace(entries[at].deed, **{name: other(getattr(entries[at].deed, name))})
    one = replace(entries[at], deed=deed)
    if random.random() < 0.5:  # by somebody who knows how digests are made, but not that the next entry holds it
        one = audit.entry(one.number, deed, one.before)
    return [*entries[:at], one, *entries[at + 1 :]]


def a_digit(entries: list[Entry], random: Random) -> list[Entry]:
    at, name = random.randrange(len(entries)), random.choice(("before", "digest"))
    digest = getattr(entries[at], name)
    place = random.randrange(len(digest))
    changed = digest[:place] + ("0" if digest[place] != "0" else "1") + digest[place + 1 :]
    return [*entries[:at], replace(entries[at], **{name: changed}), *entries[at + 1 :]]


def a_cut(entries: list[Entry], random: Random) -> list[Entry]:
    begin, end = sorted(random.sample(range(len(entries) + 1), 2))
    return entries[:begin] + entries[end:]


def a_swap(entries: list[Entry], random: Random) -> list[Entry]:
    one, two = random.sample(range(len(entries)), 2)
    moved = list(entries)
    moved[one], moved[two] = moved[two], moved[one]
    return moved


def an_insertion(entries: list[Entry], random: Random) -> list[Entry]:
    at = random.randrange(len(entries))
    return [*entries[:at], audit.entry(at + 1, a_deed("forged"), entries[at].before), *entries[at:]]


def a_new_end(entries: list[Entry], random: Random) -> list[Entry]:
    """Everything from somewhere on is made anew, in good order."""
    forged = entries[: random.randrange(len(entries))]
    while len(forged) < len(entries):
        forged.append(audit.entry(len(forged) + 1, a_deed("forged"), forged[-1].digest if forged else GENESIS))
    return forged


FORGERIES: tuple[Forgery, ...] = (a_field, a_digit, a_cut, a_swap, an_insertion, a_new_end)


def forgeries(seed: int) -> Iterator[list[Entry]]:
    random = Random(seed)  # noqa: S311 - chosen, not secret
    for number in range(MUTATIONS):
        forged = FORGERIES[number % len(FORGERIES)](CHAIN, random)
        yield FORGERIES[random.randrange(len(FORGERIES))](forged, random) if len(forged) > 1 and random.random() < 0.1 else forged


def test_ten_thousand_forgeries_show_beside_a_known_head() -> None:
    found = unfound = 0
    for forged in forgeries(seed=1):
        if forged == CHAIN:  # a second one that undid the first
            continue
        found += bool(broken(forged, HEAD))
        unfound += not broken(forged, HEAD)

    assert unfound == 0
    assert found > 0.999 * MUTATIONS
