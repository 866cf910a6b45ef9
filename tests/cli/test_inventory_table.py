import json

import click
from msgspec.structs import replace

from bot.cli import inventory as told
from bot.model.inventory import inventory
from bot.model.inventory_words import where
from bot.model.places import Holder, Place
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from tests.builders import a_ca, a_pod, days, hours, unobserved
from tests.certificates import NOW
from tests.unasked import a_snapshot

OLD = a_ca("old", expires_in=days(12), starts_in=days(-353))
NEW = a_ca("new", expires_in=days(364), starts_in=days(-1))


def lines(snapshot: Snapshot) -> list[str]:
    return click.unstyle(told.as_text(inventory(snapshot, Policy()), NOW)).splitlines()


def test_the_table_is_aligned_and_the_worst_is_first() -> None:
    shown = lines(a_snapshot(ca=OLD))
    print_ = inventory(a_snapshot(ca=OLD), Policy()).entries[0].fingerprint[:8]

    assert shown[:3] == [
        "prod-eu · namespace dapr-system · 2026-11-23 12:00 UTC (now)",
        "",
        "! WARNING: next to end: root CA and issuer, in 12 days (2 certificates · 1 trust generation)",
    ]
    assert shown[4].split() == ["LEFT", "CERTIFICATE", "TRUST", "ENDS", "KEY", "WHERE"]
    assert shown[5].startswith(f"! 12 days  root CA {print_}  A      2026-12-05 12:00 UTC  ECDSA P-256  Secret and ConfigMap (helm), ")
    assert [line.index("2026-12-05") for line in shown[5:7]] == [shown[4].index("ENDS")] * 2


def test_pods_are_told_by_what_they_trust_the_stale_ones_first() -> None:
    pods = [a_pod("cart", anchors=NEW.roots_pem), a_pod("orders", anchors=OLD.roots_pem), a_pod("web", anchors=None)]

    shown = lines(a_snapshot(ca=NEW, pods=pods))

    at = shown.index("What pods were started with")
    assert shown[at + 1 : at + 4] == [
        "  ✗ CRITICAL: 1 pod of 1 app (shop/orders) trusts A only, not the present CA",
        "  ? UNKNOWN: 1 pod of 1 app (shop/web) has roots that cannot be read",
        "  1 pod of 1 app (shop/cart) trusts B only",
    ]


def test_what_was_not_seen_is_at_the_end_with_what_to_do_the_worst_first() -> None:
    shown = lines(a_snapshot(census=unobserved()))

    assert shown[-3:] == [
        "Not in this list",
        "  ? UNKNOWN: Cannot see the pods: get secrets dapr-trust-bundle: forbidden (403). Bind the Role of deploy/kustomize.",
        "  The certificates that servers show were not read.",
    ]


def test_an_old_snapshot_says_its_age_and_is_judged_by_its_own_time() -> None:
    shown = click.unstyle(told.as_text(inventory(a_snapshot(ca=OLD, taken_at=NOW), Policy()), NOW + hours(3)))

    assert "(seen 3 hours ago)" in shown
    assert "in 12 days" in shown


def test_a_name_from_outside_cannot_move_the_cursor_or_fill_the_screen() -> None:
    shown = lines(a_snapshot(pods=[a_pod("\x1b[2J\u202egnp" + "x" * 4000, anchors=OLD.roots_pem)], ca=OLD))

    assert "\x1b" not in "".join(shown)
    assert "\\x1b[2J\\u202egnp" in "".join(shown)
    assert max(map(len, shown)) < 600


def test_what_many_servers_send_along_is_told_once() -> None:
    place = Place(holder=Holder.SENT_ALONG, name="sentry", owner="sentry", count=2, members=("dapr-sentry-0", "dapr-sentry-1"))
    _, issuer = inventory(a_snapshot(), Policy()).entries

    words = where(replace(issuer, places=(place, replace(place, name="operator", count=1, members=("dapr-operator-0",)))))

    assert words == "sent along by 3 servers (sentry, operator)"


def test_json_has_all_of_it() -> None:
    body = json.loads(told.as_json(inventory(a_snapshot(ca=OLD, chains=unobserved()), Policy())))

    assert (body["severity"], body["exit_code"], body["headline"]) == ("warning", 1, "Next to end: root CA and issuer, in 12 days")
    root, issuer = body["certificates"]
    assert (root["kind"], root["days_left"], root["generations"], len(root["places"])) == ("root CA", 12.0, ["A"], 5)
    assert issuer["not_after_at"] == "2026-12-05T12:00:00Z"
    assert body["generations"][0]["standing"] == "present root"
    assert body["pods"][0]["pods"] == 2
    assert body["not_listed"][0]["severity"] == "unknown"
