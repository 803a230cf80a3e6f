"""Fixtures of the integration tests: a stack per file, and accounts nobody else uses."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.console import newcomer  # noqa: E402
from support.koreader import registered  # noqa: E402
from support.stack import Stack  # noqa: E402

# Each example is a few requests over TLS and the machine may be busy: no deadline. Nothing is kept on disk.
settings.register_profile("network", deadline=None, max_examples=60, database=None)
settings.load_profile("network")


@pytest.fixture(scope="module")
def stack():
    """The stack of this file. A file that needs other settings overrides this fixture."""
    with Stack() as running:
        running.wait_until_indexed()
        yield running


@pytest.fixture
def reader(stack):
    """A device with an account of its own."""
    return registered(stack)


@pytest.fixture
def ann(stack):
    """The console of an account of its own."""
    return newcomer(stack, "ann")
