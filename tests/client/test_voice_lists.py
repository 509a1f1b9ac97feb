"""Lists of voices, and calls of the asynchronous client that are used without `await`."""

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import cartesia
from cartesia import AsyncCartesia
from cartesia._legacy.unawaited import _warn_once
from faces import Face
from voice_server import NUMBERS, SOUND, VOICE, Server, call


@pytest.fixture
def server() -> Server:
    return Server()


# --- lists ---


def pages(*names: str, size: int = 2) -> Callable[[httpx.Request], httpx.Response]:
    """Make a server with these voices, and their names as ids."""

    def handler(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if "ending_before" in query:
            end = names.index(query["ending_before"])
            shown = names[max(0, end - size) : end]
        else:
            start = names.index(query["starting_after"]) + 1 if "starting_after" in query else 0
            shown = names[start : start + size]
        return httpx.Response(200, json={"data": [{"id": name, "name": name} for name in shown], "has_more": None})

    return handler


def test_lists_are_lists_and_go_on(face: Face) -> None:
    async def scenario(client: Any) -> None:
        page = await client.voices.list(limit=2)
        assert [voice.id for voice in page.data] == [voice["name"] for voice in page.items] == ["a", "b"]
        assert (page[0]["name"], len(page), page.has_next) == ("a", 2, True)
        assert isinstance(page._target if face.blocking else page, list)
        assert page.next_page_info().params == {"starting_after": "b"} if not face.blocking else True
        assert [voice.id async for voice in page] == ["a", "b", "c", "d", "e"]
        ahead = await page.get_next_page()
        assert [voice.id for voice in (await ahead.next_page()).data] == ["e"]
        assert [len(each.data) async for each in page.iter_pages()] == [2, 2, 1, 0]
        back = await client.voices.list(ending_before="e")
        assert [voice.id for voice in back.data] == ["c", "d"]
        assert [voice.id for voice in (await back.get_next_page()).data] == ["a", "b"]

    face.run(scenario, pages("a", "b", "c", "d", "e"))


def test_the_end_of_a_list(face: Face) -> None:
    async def scenario(client: Any) -> None:
        page = await client.voices.list()
        inner = page._target if face.blocking else page
        assert (inner.has_next_page(), inner.next_page_info(), inner.data) == (False, None, [])
        with pytest.raises(ValueError, match="there is no next page"):
            await page.get_next_page()

    face.run(scenario, pages())


def test_a_list_of_the_first_version_is_whole(face: Face) -> None:
    async def scenario(client: Any) -> None:
        page = await client.voices.list()
        assert [voice["id"] async for voice in page] == ["v1"]

    face.run(scenario, Server(httpx.Response(200, json=[VOICE])))


@pytest.mark.parametrize("body", [b"3", b'{"data": 5}', b'{"data": [{"name": "x"}]}', b'{"data": [], "has_more": 3}'])
def test_lists_of_another_shape(face: Face, body: bytes) -> None:
    with pytest.raises(
        cartesia.APIResponseValidationError, match="GET /voices returned an answer of an unexpected shape"
    ):
        call(face, Server(httpx.Response(200, content=body)), lambda voices: voices.list())


def test_a_printed_list_is_short() -> None:
    many = {"data": [{**VOICE, "id": f"v{number}"} for number in range(100)]}
    client = Face(blocking=True).client(Server(httpx.Response(200, json=many)))
    printed = repr(client.voices.list())
    assert printed.startswith("[Voice(id='v0'")
    assert printed.endswith("... 97 more]")
    assert len(printed) < 500


def test_queries_of_lists(face: Face) -> None:
    server = Server(httpx.Response(200, json=[]))
    asked = {"gender": "feminine", "is_owner": True, "is_starred": False, "expand": ["preview_file_url", "embedding"]}
    call(face, server, lambda voices: voices.list(q="x y", language=cartesia.omit, **asked))
    assert dict(server.last.url.params.multi_items()) | {"expand[]": server.last.url.params.get_list("expand[]")} == {
        "limit": "100",
        "q": "x y",
        "gender": "feminine",
        "is_owner": "true",
        "is_starred": "false",
        "expand[]": ["preview_file_url", "embedding"],
    }


# --- the asynchronous client as the first generation used it, without `await` ---


@contextmanager
def listening(server: Server) -> Iterator[str]:
    """Serve the answers of a server on a socket; return its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = httpx.Request(self.command, f"http://test{self.path}", headers=list(self.headers.items()))
            response = server(httpx.Request(request.method, request.url, headers=request.headers, content=content))
            self.send_response(response.status_code)
            self.end_headers()
            self.wfile.write(response.content if response.status_code != 204 else b"")

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_calls_that_are_used_without_await(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "me.wav"
    path.write_bytes(SOUND)

    async def scenario(base_url: str) -> None:
        async with AsyncCartesia(base_url=base_url) as client:
            cloned: Any = client.voices.clone(filepath=str(path))
            made = client.voices.create("N", "D", cloned)
            assert made["embedding"] == cloned == NUMBERS
            assert list(client.voices.mix([{"embedding": cloned, "weight": 1}])) == NUMBERS
            assert dict(made.items())["name"] == "N"
            assert "name" in made
            assert {made: 1}[made] == 1
            asked = len(server.asked)
            await client.voices.delete("v1")
            assert len(server.asked) == asked + 1

    with listening(server) as base_url:
        asyncio.run(scenario(base_url))
    assert [request.url.path for request in server.asked][:2] == ["/voices/clone/clip", "/voices"]


def test_the_log_says_once_that_calls_are_used_without_await(
    server: Server, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    _warn_once.cache_clear()

    async def scenario(base_url: str) -> None:
        async with AsyncCartesia(base_url=base_url) as client:
            assert (await client.voices.get("v1"))["name"] == "N"
            assert not caplog.records
            for _ in range(2):
                assert client.voices.get("v1")["name"] == "N"

    with listening(server) as base_url:
        asyncio.run(scenario(base_url))
    (record,) = [record for record in caplog.records if record.name == "cartesia"]
    assert record.levelname == "WARNING"
    assert "used without `await`" in record.message
    assert not recwarn.list  # a warning would be an exception in programs that run with `-W error`


def test_a_call_without_await_that_fails_counts_as_made(recwarn: pytest.WarningsRecorder) -> None:
    async def scenario(base_url: str) -> None:
        async with AsyncCartesia(base_url=base_url) as client:
            with pytest.raises(ValueError, match="404"):
                client.voices.get("v1")["name"]

    with listening(Server(httpx.Response(404))) as base_url:
        asyncio.run(scenario(base_url))
    gc.collect()
    assert not recwarn.list


def test_a_delete_that_is_not_awaited_warns(server: Server) -> None:
    async def scenario() -> None:
        client = Face(blocking=False).client(server)
        with pytest.warns(RuntimeWarning, match="DELETE /voices/v1 of AsyncCartesia was never awaited, so it was not"):
            client.voices.delete("v1")
        await client.close()

    asyncio.run(scenario())
    assert not server.asked
