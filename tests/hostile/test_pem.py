"""Hostile PEM, wherever it may stand: every text is judged, in bounded work, without a check that breaks and without its secrets."""

import msgspec
import pytest

from bot.checks import CHECKS
from bot.model import pem, private_key
from bot.model.certificate import certificate
from bot.model.judging import judge
from bot.model.path import verify
from bot.model.pem import MAX_BLOCKS
from bot.model.policy import Policy
from bot.model.report import Report
from bot.model.snapshot import Snapshot
from tests.builders import a_configmap, a_pod, a_secret, a_snapshot
from tests.certificates import NOW, a_key, key_pem
from tests.hostile.judging import told
from tests.hostile.texts import TEXTS, a_ring, a_slow_rsa_key, ring_roots

# A report is kept in the database with every sweep; a healthy one has some 7 kB.
LARGEST_REPORT = 64 * 1024
each_text = pytest.mark.parametrize("name", TEXTS)


def a_snapshot_of(hostile: bytes) -> Snapshot:
    """Everywhere at once: Secret, ConfigMap and a pod's own roots."""
    return a_snapshot(
        secret=a_secret(ca=hostile, issuer=hostile, key=hostile), configmap=a_configmap(hostile), pods=[a_pod("orders", anchors=hostile)]
    )


def a_report_on(hostile: bytes) -> Report:
    return judge(a_snapshot_of(hostile), Policy(), CHECKS)


@each_text
def test_every_text_is_judged_and_can_be_told_everywhere(name: str) -> None:
    hostile = TEXTS[name]()
    report = a_report_on(hostile)

    assert report.findings
    assert len(msgspec.json.encode(report)) < LARGEST_REPORT
    assert told(a_snapshot_of(hostile)) == []


@each_text
def test_what_is_kept_of_a_text_is_bounded_by_what_is_read(name: str) -> None:
    hostile = TEXTS[name]()
    document = pem.read(hostile)

    assert len(document.blocks) <= MAX_BLOCKS
    assert len(document.problems) <= 16
    assert sum(len(block.der) for block in document.blocks) <= pem.MAX_SIZE
    assert len(private_key.read_key(hostile).problems) <= 16


def test_key_bytes_between_roots_are_kept_nowhere() -> None:
    hidden = key_pem(a_key("p256", "hidden")).splitlines()[1]

    hostile = TEXTS["a key between two roots"]()
    assert hidden in hostile
    assert hidden not in msgspec.json.encode((pem.read(hostile), a_report_on(hostile)))


def test_a_text_of_more_blocks_than_are_read_is_said_to_be_unjudged() -> None:
    document = pem.read(TEXTS["thousands of empty blocks"]())

    assert (document.whole, document.blocks, [one.id for one in document.problems]) == (False, (), ["too-many-blocks"])


def test_a_certificate_larger_than_is_read_is_said_to_be_unjudged() -> None:
    document = pem.read(TEXTS["a certificate of 9,000 names"]())

    assert (document.whole, document.blocks, [one.id for one in document.problems]) == (False, (), ["certificate-too-large"])


@pytest.mark.parametrize(("names", "constraints", "policies"), [(100, 100, 0), (1, 0, 300)])
def test_a_ring_that_multiplies_names_with_constraints_is_given_up(names: int, constraints: int, policies: int) -> None:
    ring = [certificate(one.der) for one in a_ring(40, names=names, constraints=constraints, policies=policies)]

    found = verify(ring[0], ring[1:], [certificate(one.der) for one in ring_roots()], NOW)

    assert "too-many-comparisons" in {one.id for one in found.obstacles}


def test_a_ring_of_cross_signed_cas_is_given_up_where_go_gives_it_up() -> None:
    ring = [certificate(one.der) for one in a_ring(200)]

    found = verify(ring[0], ring[1:], [certificate(one.der) for one in ring_roots()], NOW)

    assert "too-many-signature-checks" in {one.id for one in found.obstacles}
    assert len(found.paths) <= 100


def test_an_rsa_key_that_would_take_hours_is_refused_by_its_size() -> None:
    facts = private_key.read_key(a_slow_rsa_key(65_536))

    assert facts.problem == "an RSA key of more than 16384 bits, or of very many primes, is not read here"


def test_a_key_file_of_many_blocks_is_read_by_its_first_as_dapr_reads_it() -> None:
    many = key_pem(a_key("p256", "first of many")) + TEXTS["thousands of empty blocks"]()[:100_000]

    assert private_key.read_key(many).readable
