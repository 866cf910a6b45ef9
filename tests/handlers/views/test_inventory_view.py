"""The certificates as a person reads them."""

import re
from datetime import timedelta
from textwrap import dedent

from bot.model import lookup
from bot.model.inventory import inventory
from bot.model.policy import Policy
from bot.model.snapshot import Snapshot
from handlers.views import inventory as view
from handlers.views.inventory import Asked
from handlers.views.message import Message
from tests.builders import A_CA, Ca, a_ca, a_pod, a_webhook, days, hours, unobserved
from tests.certificates import NOW, a_root
from tests.handlers.transcript import seen
from tests.unasked import a_snapshot

OLD = a_ca("old", expires_in=days(12), starts_in=days(-353))
NEW = a_ca("new", expires_in=days(364), starts_in=days(-1))


def asked(snapshot: Snapshot, *, age: timedelta = timedelta(0)) -> Asked:
    found = inventory(snapshot, Policy())
    return Asked(inventory=found, command="/dapr", now=snapshot.taken_at + age, blind_after=timedelta(minutes=10))


def shown(message: Message) -> str:
    """Fingerprints and serials are made anew each time."""
    short = re.sub(r"\b(?=[a-f]*[0-9])[0-9a-f]{8}\b(?!-)", "1a2b3c4d", seen(message))
    return re.sub(r"\b[a-f]{8}\b", "1a2b3c4d", short)


def text(lines: str) -> str:
    return dedent(lines).strip("\n")


def test_a_ca_with_twelve_days() -> None:
    assert shown(view.first(asked(a_snapshot(ca=OLD)))) == text("""
        🟠 WARNING · Next to end: root CA and issuer, in 12 days
        prod-eu · 2 certificates · 1 trust generation
        Seen just now (23 Nov 2026 12:00)
        🟠 12 days · root CA `1a2b3c4d` · trust A
        Secret and ConfigMap (helm), webhook (dapr-sidecar-injector), CRD (dapr-operator), 2 pods of 2 apps (shop/checkout, shop/orders)
        🟠 12 days · issuer `1a2b3c4d` · trust A
        Secret (helm), loaded by sentry (dapr-sentry-0)
        Trust generation A: present root 1a2b3c4d, ends in 12 days, trusted by 2 pods
        Not in this list
          • The certificates that servers show were not read.
           One of them in full: /dapr cert 1a2b3c4d, or a word: root, issuer, sentry, an app
        """)


def test_in_the_middle_of_a_change_of_the_ca_pods_are_told_by_what_they_trust() -> None:
    pods = [
        *(a_pod("orders", anchors=OLD.roots_pem, number=at) for at in range(3)),
        *(a_pod("cart", anchors=OLD.roots_pem + NEW.roots_pem, number=at) for at in range(2)),
        a_pod("mail", anchors=NEW.roots_pem),
    ]

    assert shown(view.first(asked(a_snapshot(ca=NEW, pods=pods)))) == text("""
        🔴 CRITICAL · 3 pods do not trust the present CA
        Next to end: root CA and issuer, in 364 days
        prod-eu · 3 certificates · 2 trust generations
        Seen just now (23 Nov 2026 12:00)
        What pods were started with
          • 🔴 CRITICAL 3 pods of 1 app (shop/orders) trust A only, not the present CA
          • 🟢 2 pods of 1 app (shop/cart) trust A and B
          • 🟢 1 pod of 1 app (shop/mail) trusts B only
        Trust generations, the oldest first
          • A: former root 1a2b3c4d, ends in 12 days, trusted by 5 pods
          • B: present root 1a2b3c4d, ends in 364 days, trusted by 3 pods
        🟢 364 days · root CA `1a2b3c4d` · trust B
        Secret and ConfigMap (helm), webhook (dapr-sidecar-injector), CRD (dapr-operator), 3 pods of 2 apps (shop/cart, shop/mail)
        🟢 364 days · issuer `1a2b3c4d` · trust B
        Secret (helm), loaded by sentry (dapr-sentry-0)
        🔵 12 days · root CA `1a2b3c4d` · trust A · replaced, nothing new is signed under it
        5 pods of 2 apps (shop/orders, shop/cart)
        Not in this list
          • The certificates that servers show were not read.
           One of them in full: /dapr cert 1a2b3c4d, or a word: root, issuer, sentry, an app
        """)


def test_what_was_not_seen_is_said_with_what_to_do() -> None:
    lines = shown(view.first(asked(a_snapshot(secret=unobserved(), census=unobserved())))).splitlines()

    assert lines[0] == "⚪ UNKNOWN · Next to end: root CA and issuer, in 300 days; not everything could be seen"
    assert lines[lines.index("Not in this list") + 1 : -1] == [
        "  • Cannot see the trust bundle's Secret: get secrets dapr-trust-bundle: forbidden (403).",
        "  • Cannot see the pods: get secrets dapr-trust-bundle: forbidden (403).",
        "  • The certificates that servers show were not read.",
        "Do: Bind the Role of deploy/kustomize.",
    ]


def test_an_old_look_never_shows_a_healthy_verdict() -> None:
    lines = shown(view.first(asked(a_snapshot(), age=hours(3)))).splitlines()

    assert lines[0] == "⚪ UNKNOWN · Blind since 23 Nov 2026 12:00: no newer look has finished"
    assert lines[1] == "Next to end: root CA and issuer, in 300 days"
    assert lines[3] == "Seen 3 h ago (23 Nov 2026 12:00)"


def test_one_in_full_has_everything_that_people_compare() -> None:
    about = asked(a_snapshot())

    lines = seen(view.details(about, lookup.find(about.inventory, "issuer"), "issuer")).splitlines()

    (entry,) = lookup.find(about.inventory, "issuer")
    assert lines == [
        "1 certificate on prod-eu for `issuer`",
        "Seen just now (23 Nov 2026 12:00)",
        "-" * 40,
        f"🟢 OK · issuer {entry.fingerprint[:8]}, 300 days",
        "  • Subject O=spiffe://cluster.local/ns/dapr-system/dapr-sentry",
        "  • Signed by O=cluster.local",
        "  • Valid from 19 Sep 2026 12:00 until 19 Sep 2027 12:00",
        f"  • Trust generation A, present root {about.inventory.generations[0].fingerprints[0][:8]}",
        "  • Key ECDSA P-256",
        f"  • Serial `{entry.serial}`",
        f"  • SHA-256 `{entry.fingerprint}`",
        "Where",
        "  • Secret dapr-trust-bundle · helm",
        "  • loaded by sentry (dapr-sentry-0)",
    ]


def test_an_issuer_that_is_known_by_its_end_only_says_so() -> None:
    about = asked(a_snapshot(secret=unobserved()))

    assert "  • Nothing but its end is known: 19 Sep 2027 12:00 (in 300 days)" in seen(
        view.details(about, lookup.find(about.inventory, "issuer"), "issuer")
    )


def a_crowd(number: int) -> Asked:
    roots = b"".join(a_root(f"root {at}", not_after=NOW + days(400 + at)).pem for at in range(number))
    return asked(a_snapshot(webhook=a_webhook(roots)))


def test_many_are_told_a_few_at_first_then_in_pages_and_none_is_lost() -> None:
    about = a_crowd(30)

    first, pages = shown(view.first(about)), [seen(view.page(about, number)) for number in (1, 2, 3)]

    assert "And 26 more: `/dapr cert all`" in first
    assert "The next page: `/dapr cert all 2`" in pages[0]
    told = "".join(pages)
    assert [entry.fingerprint for entry in about.inventory.entries if f"`{entry.fingerprint[:8]}`" not in told] == []
    assert view.page(about, 99) == view.page(about, 3)
    assert "more parts did not fit" not in told


def test_a_bundle_of_many_roots_fits_into_a_message() -> None:
    roots = tuple(a_root(f"root {at} {'x' * 60}", not_after=NOW + days(400 + at)) for at in range(40))
    about = asked(a_snapshot(ca=Ca((*A_CA.roots, *roots), A_CA.chain)))

    assert "more parts did not fit" not in seen(view.first(about))
    assert "more parts did not fit" not in seen(view.page(about, 1))
    assert "And 38 more" in seen(view.details(about, about.inventory.entries, "root"))
