"""The fixtures that tests share."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from faces import Face
from ownvoice.serving.server import ServerThread
from ownvoice.settings import Settings
from ownvoice.store import Store
from postgres import Cluster, Unavailable
from stores import StoreLocation

# `make fuzz` tries every property far more often than each change does.
settings.register_profile("fuzz", max_examples=1000, deadline=None)
settings.register_profile("fuzz-short", max_examples=200, deadline=None)


@pytest.fixture(params=["blocking", "awaitable"])
def face(request: pytest.FixtureRequest) -> Face:
    """Return each face of the library in turn."""
    return Face(blocking=request.param == "blocking")


@pytest.fixture(autouse=True)
def unset_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment that tests run in from changing them."""
    for name in ("CARTESIA_API_KEY", "CARTESIA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give servers a data directory, so that no test touches that of the user."""
    directory = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OWNVOICE_DATA", str(directory))
        environment.delenv("OWNVOICE_DATABASE_URL", raising=False)
        # The natural engine takes a second to load, in every process: tests that are about it ask for it.
        environment.setenv("OWNVOICE_MODELS", '{"sonic": "espeak", "upbeat-moon": "espeak"}')
        yield directory


@pytest.fixture(scope="session")
def tone_server() -> Iterator[ServerThread]:
    """Start a server on a socket, with the deterministic engine."""
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Start a PostgreSQL server; where there is none, the tests that need it are skipped and say so."""
    try:
        cluster = Cluster()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield cluster
    cluster.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    """Return a location for a new store, with each kind of database in turn."""
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else None
    return StoreLocation(tmp_path / "data", url)


@pytest.fixture
def store(location: StoreLocation) -> Iterator[Store]:
    """Open a new store, with each kind of database in turn."""
    store = location.open()
    yield store
    store.close()


class _RecordingHandler(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def server_log() -> Iterator[list[logging.LogRecord]]:
    """Return the list of what a server logs, which grows during the test and the end of the other fixtures."""
    handler = _RecordingHandler()
    names = ("ownvoice", "uvicorn", "asyncio", "concurrent.futures")
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(handler)
    yield handler.records
    for logger in loggers:
        logger.removeHandler(handler)
