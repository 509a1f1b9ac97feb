"""What tests share."""

import logging
from collections.abc import Iterator

import pytest

from cartesia_server.serving import ServerThread
from cartesia_server.settings import Settings
from faces import Face


@pytest.fixture(params=["blocking", "awaitable"])
def face(request: pytest.FixtureRequest) -> Face:
    """Each face of the library in turn."""
    return Face(blocking=request.param == "blocking")


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not depend on what is set where they run."""
    for name in ("CARTESIA_API_KEY", "CARTESIA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def tone_server() -> Iterator[ServerThread]:
    """A server on a socket, with the deterministic engine."""
    server = ServerThread(Settings(port=0, models={"sonic": "tone"}))
    yield server
    server.stop()


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def server_log() -> Iterator[list[logging.LogRecord]]:
    """What a server logs during the test; it fills as the test goes on, to the end of the other fixtures."""
    kept = _Kept()
    names = ("cartesia_server", "uvicorn", "asyncio", "concurrent.futures")
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(kept)
    yield kept.records
    for logger in loggers:
        logger.removeHandler(kept)
