"""The table keeps its own rules, and every signature is recognised in whatever wrapping its line arrives."""

import importlib
import re

import pytest

from bot.checks import CHECKS
from bot.diagnosis.classifying import classify
from bot.diagnosis.signature import Signature
from bot.diagnosis.signatures import GROUPS, SIGNATURES
from bot.diagnosis.silences import SILENCES
from bot.diagnosis.table.others import FOREIGN
from tests.diagnosis.told import TELLING_NOBODY
from tests.diagnosis.wrappings import wrapped
from tests.house.tree import ROOT, files

LAST_ROW = 82

each_signature = pytest.mark.parametrize("one", SIGNATURES, ids=lambda one: one.id)


def test_ids_are_unique() -> None:
    assert len({one.id for one in SIGNATURES}) == len(SIGNATURES)


def test_every_module_of_the_table_is_listed() -> None:
    folder = ROOT / "bot" / "diagnosis" / "table"
    names = [path.stem for path in files() if path.parent == folder and path.stem != "__init__"]
    modules = [importlib.import_module(f"bot.diagnosis.table.{name}") for name in names]

    assert modules
    assert [module.__name__ for module in modules if module.GROUP not in GROUPS] == []
    assert len(GROUPS) == len(modules)


def test_every_row_of_the_catalogue_is_told() -> None:
    told = {one.row for one in SIGNATURES} | {one.row for one in SILENCES}

    assert set(range(1, LAST_ROW + 1)) <= told <= set(range(LAST_ROW + 1))


def test_what_prints_nothing_opens_checks_too() -> None:
    assert {id_ for one in SILENCES for id_ in one.opens} <= {check.id for check in CHECKS}


@each_signature
def test_an_id_is_kebab_case(one: Signature) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", one.id)


@each_signature
def test_what_it_opens_are_checks(one: Signature) -> None:
    assert set(one.opens) <= {check.id for check in CHECKS}
    assert len(set(one.opens)) == len(one.opens)


@each_signature
def test_a_literal_is_long_enough_and_survives_every_wrapping(one: Signature) -> None:
    assert len(one.literal) >= 15
    assert one.literal.isascii()
    assert one.literal.isprintable()
    assert not set('"\\<>&`') & set(one.literal)


@each_signature
def test_its_words_are_whole_sentences(one: Signature) -> None:
    for words in (one.meaning, one.cause, one.remedy):
        assert words[0].isupper() or words.startswith(("dapr-warden", "ca.crt", "issuer."))
        assert words.endswith(".")
        assert "  " not in words


@each_signature
def test_its_witness_is_nobody_elses(one: Signature) -> None:
    for component in one.components:
        found = classify(one.witness, component)
        assert found is not None
        assert found.primary is one
        assert [other.id for other in found.reasons if not other.is_part] == []


@each_signature
def test_its_witness_is_recognised_when_nobody_says_whose_it_is(one: Signature) -> None:
    found = classify(one.witness, None)

    assert found is not None
    assert found.primary is (FOREIGN if one in TELLING_NOBODY else one)
    assert [other.id for other in found.reasons if not other.is_part] == []


@each_signature
def test_its_witness_is_recognised_in_every_wrapping(one: Signature) -> None:
    for component in one.components:
        for name, line in wrapped(one.witness, component):
            found = classify(line, component)
            assert one.literal in line, name
            assert found is not None, name
            assert found.primary is one, name
