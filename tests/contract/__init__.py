"""Contracts: cases written once, run on what is simulated and on what is real. Their asserts explain themselves, as a test's do."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite(*(f"tests.contract.{path.stem}" for path in Path(__file__).parent.glob("[a-z]*.py")))
