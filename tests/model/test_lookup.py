import pytest
from msgspec import structs

from bot.model.inventory import Inventory, inventory
from bot.model.lookup import find, nearest
from bot.model.places import Kind
from bot.model.policy import Policy
from tests.builders import A_CA, a_ca, a_pod, days
from tests.unasked import a_snapshot

OLD = a_ca("old", expires_in=days(12), starts_in=days(-353))


@pytest.fixture
def listed() -> Inventory:
    pods = [a_pod("orders", anchors=A_CA.roots_pem), a_pod("legacy", anchors=OLD.roots_pem)]
    return inventory(a_snapshot(pods=pods), Policy())


def kinds(listed: Inventory, word: str) -> list[tuple[Kind, tuple[str, ...]]]:
    return [(entry.kind, entry.generations) for entry in find(listed, word)]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("root", [(Kind.ROOT, ("B",)), (Kind.ROOT, ("A",))]),
        ("ROOT  CA", [(Kind.ROOT, ("B",)), (Kind.ROOT, ("A",))]),
        ("issuer", [(Kind.ISSUER, ("B",))]),
        ("sentry", [(Kind.ISSUER, ("B",))]),
        ("dapr-sentry-0", [(Kind.ISSUER, ("B",))]),
        ("legacy", [(Kind.ROOT, ("A",))]),
        ("shop/orders", [(Kind.ROOT, ("B",))]),
        ("generation a", [(Kind.ROOT, ("A",))]),
        ("webhook", [(Kind.ROOT, ("B",))]),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_word_means_a_kind_a_place_a_component_an_app_a_pod_or_a_generation(
    listed: Inventory, word: str, meant: list[tuple[Kind, tuple[str, ...]]]
) -> None:
    assert kinds(listed, word) == meant


def test_the_first_letters_of_a_fingerprint_mean_it_with_colons_or_without(listed: Inventory) -> None:
    first, *_ = listed.entries
    print_ = first.fingerprint

    assert find(listed, print_[:6].upper()) == find(listed, f"{print_[:2]}:{print_[2:4]}:{print_[4:6]}") == (first,)


def test_fewer_than_four_letters_are_no_fingerprint(listed: Inventory) -> None:
    assert find(listed, listed.entries[0].fingerprint[:3]) == ()


def test_a_typing_error_gets_the_nearest_word(listed: Inventory) -> None:
    assert nearest(listed, "isuer") == "issuer"
    assert nearest(listed, "ordes") == "orders"
    assert nearest(listed, "zzzzzz") == ""


def test_a_word_for_what_is_not_listed_is_not_suggested_again(listed: Inventory) -> None:
    nobody = structs.replace(listed, entries=tuple(one for one in listed.entries if one.kind is not Kind.SERVER))

    assert find(nobody, "server") == ()
    assert nearest(nobody, "server") != "server"
