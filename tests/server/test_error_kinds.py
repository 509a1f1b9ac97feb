"""Errors that cross to another process, and the status of each kind."""

import pickle

import pytest

from ownvoice import errors
from ownvoice.api.errors import STATUSES, status_of
from ownvoice.errors import RequestError


def kinds(base: type[RequestError] = RequestError) -> list[type[RequestError]]:
    """List all kinds of errors, however deep."""
    found = [kind for below in base.__subclasses__() for kind in (below, *kinds(below))]
    return [kind for kind in found if kind.__module__.startswith("ownvoice")]


@pytest.mark.parametrize("kind", kinds())
def test_errors_pickle_whole(kind: type[RequestError]) -> None:
    error = kind("Title", "message", error_code="code", retry_after=1.5)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (str(copy), copy.args, vars(copy)) == (str(error), error.args, vars(error))


def test_every_kind_has_a_status() -> None:
    assert set(kinds()) == set(STATUSES)
    assert status_of(errors.NotFound("Title", "message")) == 404
