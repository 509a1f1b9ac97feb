"""The application as any ASGI server runs it: made by a factory, closed by its lifespan, extended by mounts."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from asking import speech
from ownvoice.api import gate
from ownvoice.app import create_app
from ownvoice.engines.tone import ToneEngine
from ownvoice.settings import Settings
from ownvoice.store import Store, open_store
from ownvoice.tts.runner.inline import InlineRunner

TONE = {"sonic": "tone"}


def record_closing(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the list to which runners and stores are added when they are closed."""
    closed: list[object] = []

    def recording(close: Callable[[Any], None]) -> Callable[[object], None]:
        def record(one: object) -> None:
            closed.append(one)
            close(one)

        return record

    for kind in (InlineRunner, Store):
        monkeypatch.setattr(kind, "close", recording(kind.close))
    return closed


@asynccontextmanager
async def connect(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Connect to an application without a socket, from its startup to its shutdown."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", follow_redirects=True) as http:
            yield http


def test_it_closes_what_it_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed = record_closing(monkeypatch)
    app = create_app(Settings(models=TONE, data=str(tmp_path)))

    async def run() -> None:
        async with connect(app) as http:
            assert (await http.post("/tts/bytes", json=speech())).status_code == 200
            assert closed == []

    asyncio.run(run())
    assert {type(one) for one in closed} == {InlineRunner, Store}


def test_it_leaves_what_was_passed_in_to_its_owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    closed = record_closing(monkeypatch)
    runner, store = InlineRunner({"tone": ToneEngine()}), open_store(tmp_path)
    app = create_app(Settings(models=TONE), runner, store)

    async def run() -> None:
        for _ in range(2):
            async with connect(app) as http:
                assert (await http.post("/tts/bytes", json=speech())).status_code == 200

    asyncio.run(run())
    assert closed == []
    runner.close()
    store.close()


def test_engines_are_warm_before_the_first_request(tmp_path: Path) -> None:
    class ColdEngine(ToneEngine):
        warmed = 0

        def warm(self) -> None:
            self.warmed += 1

    engine = ColdEngine()
    runner, store = InlineRunner({"tone": engine}), open_store(tmp_path)

    async def run() -> None:
        async with connect(create_app(Settings(models=TONE), runner, store)):
            assert engine.warmed == 1

    asyncio.run(run())
    runner.close()
    store.close()


@contextmanager
def uvicorn(**variables: str) -> Iterator[str]:
    """Run the factory by uvicorn's own command, and yield the server's URL."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "ownvoice.app:create_app", "--port", "0"]
    process = subprocess.Popen(
        command, env={**os.environ, **variables}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if found := re.search(r"running on (http://\S+)", line):
                yield found[1]
                break
        else:
            pytest.fail("".join(lines))
    finally:
        process.terminate()
        rest = process.communicate(timeout=20)[0]
    assert "Application shutdown complete" in rest
    assert "Traceback" not in rest


def test_uvicorn_serves_it_with_settings_of_the_environment(tmp_path: Path) -> None:
    with uvicorn(OWNVOICE_DATA=str(tmp_path), OWNVOICE_MODELS='{"sonic": "tone"}') as url:
        answer = httpx.post(url + "/tts/bytes", json=speech())
        assert (answer.status_code, bool(answer.content)) == (200, True)
        assert httpx.get(url + "/v1/models").json()["data"][0]["id"] == "sonic"


def test_a_wrong_setting_of_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNVOICE_RUNNER", "elsewhere")
    with pytest.raises(ValueError, match="a setting is wrong: runner should be inline, not 'elsewhere'"):
        create_app()


def test_a_folder_of_files_can_be_mounted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its pages need no key where the gate opens them, and keep the slashes that their links rely on."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "index.html").write_text("outer")
    (tmp_path / "inner" / "index.html").write_text("inner")
    app = create_app(Settings(keys=True, models=TONE, data=str(tmp_path / "data")))
    app.router.routes.insert(0, Mount("/page", StaticFiles(directory=tmp_path, html=True)))

    async def run() -> None:
        async with connect(app) as http:
            assert (await http.get("/page/")).status_code == 401
            monkeypatch.setattr(gate, "OPEN_FOLDERS", ("/page/",))
            for path, text in (("/page", "outer"), ("/page/", "outer"), ("/page/inner", "inner")):
                answer = await http.get(path)
                assert (answer.status_code, answer.text, answer.url.path[-1]) == (200, text, "/")
            assert (await http.get("/page/nothing")).status_code == 404
            for path in ("/voices", "/voices/", "/pages", "/pager/", "/tts/bytes/"):
                assert (await http.get(path)).status_code == 401, path

    asyncio.run(run())
