"""Addresses, headers, retries, errors and timeouts of REST calls, on both faces, without a network."""

import email.utils
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

import cartesia
from cartesia import _client
from cartesia._addresses import is_loopback, url_with_scheme
from cartesia._blocking import run_now
from cartesia._calls import PROTOCOL_VERSION
from cartesia._retries import retry_wait
from cartesia.errors import APIConnectionError, APIError, error_from
from faces import Face

VOICE = {"id": "v1", "name": "Test Voice"}
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the waits of the clients between attempts, in seconds, instead of waiting."""
    waited: list[float] = []

    async def sleep(_: object, seconds: float) -> None:
        waited.append(seconds)

    from cartesia import _async_client

    monkeypatch.setattr(_client.Cartesia, "_sleep", sleep)
    monkeypatch.setattr(_async_client.AsyncCartesia, "_sleep", sleep)
    return waited


async def get_voice(client: Any) -> Any:
    return await client.voices.get(id="v1")


def answers(
    *given: httpx.Response | Exception,
) -> tuple[Callable[[httpx.Request], httpx.Response], list[httpx.Request]]:
    """Make a handler that returns these answers in turn, then the last one for ever; return it and its requests."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        answer = given[min(len(asked), len(given)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return handler, asked


@pytest.mark.parametrize(
    ("given", "http", "ws"),
    [
        ("http://localhost:8000", "http://localhost:8000", "ws://localhost:8000"),
        ("http://example.com/v/", "http://example.com/v", "ws://example.com/v"),
        ("https://example.com", "https://example.com", "wss://example.com"),
        ("ws://example.com", "http://example.com", "ws://example.com"),
        ("wss://example.com", "https://example.com", "wss://example.com"),
        ("localhost:8000", "http://localhost:8000", "ws://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000", "ws://[::1]:8000"),
        ("api.example.com", "https://api.example.com", "wss://api.example.com"),
    ],
)
def test_base_urls(given: str, http: str, ws: str) -> None:
    client = cartesia.Cartesia(base_url=given)
    assert (client.base_url, client.websocket_base_url) == (http, ws)
    assert url_with_scheme(given, "http") == http


def test_a_base_url_of_another_kind_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"should begin with http://"):
        cartesia.Cartesia(base_url="ftp://example.com")


@pytest.mark.parametrize("base_url", ["http://", "https:///", "/"])
def test_a_base_url_without_a_host_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ValueError, match=f"base_url '{base_url}' has no host"):
        cartesia.Cartesia(base_url=base_url)


@pytest.mark.parametrize("address", ["localhost", "127.3.2.1:80", "http://[::1]:1", "a.localhost:1"])
def test_loopback(address: str) -> None:
    assert is_loopback(address)
    assert not is_loopback("https://localhost.example.com")


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTESIA_API_KEY", "from-env")
    assert cartesia.Cartesia().base_url == "https://api.cartesia.ai"
    monkeypatch.setenv("CARTESIA_BASE_URL", "localhost:1234")
    client = cartesia.Cartesia()
    assert client.base_url == "http://localhost:1234"
    assert client.auth_headers == {"Authorization": "Bearer from-env"}
    assert cartesia.Cartesia(api_key="given", base_url="http://x").auth_headers == {"Authorization": "Bearer given"}


def test_what_is_sent(face: Face) -> None:
    handler, asked = answers(httpx.Response(200, json=VOICE))
    options = {"api_key": "k1", "default_headers": {"X-Mine": "1"}, "default_query": {"team": "a"}}
    voice = face.run(get_voice, handler, **options)
    assert (voice.name, voice["name"], voice.get("gender")) == ("Test Voice", "Test Voice", None)
    (request,) = asked
    assert request.url == "http://test/voices/v1?team=a"
    assert request.headers["Authorization"] == "Bearer k1"
    assert request.headers["Cartesia-Version"] == "2025-11-04"
    assert request.headers["X-Mine"] == "1"


def test_key_before_token(face: Face) -> None:
    assert face.client(api_key="k", token="t", base_url="x").auth_headers == {"Authorization": "Bearer k"}
    assert face.client(token="t", base_url="x").auth_headers == {"Authorization": "Bearer t"}


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_passing_failures_are_tried_again(face: Face, waits: list[float], status: int) -> None:
    handler, asked = answers(httpx.Response(status), httpx.Response(status), httpx.Response(200, json=VOICE))
    assert face.run(get_voice, handler).id == "v1"
    assert len(asked) == 3
    assert 0.375 <= waits[0] <= 0.5
    assert 0.75 <= waits[1] <= 1.0


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")]
)
def test_broken_connections_are_tried_again(face: Face, waits: list[float], error: Exception) -> None:
    handler, asked = answers(error, httpx.Response(200, json=VOICE))
    assert face.run(get_voice, handler).id == "v1"
    assert len(asked) == 2


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
def test_lasting_failures_are_not_tried_again(face: Face, waits: list[float], status: int) -> None:
    handler, asked = answers(httpx.Response(status, text="Title: why"))
    with pytest.raises(APIError, match=rf"{status} - Title: why"):
        face.run(get_voice, handler)
    assert (len(asked), waits) == (1, [])


def test_retries_end(face: Face, waits: list[float]) -> None:
    handler, asked = answers(httpx.Response(500, text="down"))
    with pytest.raises(cartesia.InternalServerError, match="down"):
        face.run(get_voice, handler, max_retries=3)
    assert (len(asked), len(waits)) == (4, 3)
    with pytest.raises(cartesia.InternalServerError):
        face.run(get_voice, handler, max_retries=0)
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "7"}, 7.0), ({"retry-after-ms": "1500"}, 1.5), ({"retry-after": "0.25"}, 0.25)],
)
def test_the_server_says_how_long_to_wait(face: Face, waits: list[float], headers: Any, seconds: float) -> None:
    handler, _ = answers(httpx.Response(429, headers=headers), httpx.Response(200, json=VOICE))
    face.run(get_voice, handler)
    assert waits == [seconds]


def answer_with(retry_after: str) -> httpx.Response:
    return httpx.Response(429, headers={"retry-after": retry_after}, request=httpx.Request("GET", "http://test"))


def test_the_server_names_a_date() -> None:
    later = email.utils.formatdate(time.time() + 30, usegmt=True)
    error = error_from(429, b"", answer_with(later))
    assert 25 < retry_wait(error, 0) < 31


@pytest.mark.parametrize("value", ["3600", "-1", "soon", "0"])
def test_an_unreasonable_wait_is_not_kept(value: str) -> None:
    error = error_from(429, b"", answer_with(value))
    assert retry_wait(error, 0) <= 0.5


@pytest.mark.parametrize(("said", "attempts"), [("false", 1), ("true", 3)])
def test_the_server_says_whether_to_try_again(face: Face, waits: list[float], said: str, attempts: int) -> None:
    status = 500 if said == "false" else 400
    handler, asked = answers(httpx.Response(status, headers={"x-should-retry": said}))
    with pytest.raises(cartesia.APIStatusError):
        face.run(get_voice, handler)
    assert len(asked) == attempts


def test_timeouts_and_lost_connections_have_their_classes(face: Face, waits: list[float]) -> None:
    handler, _ = answers(httpx.ReadTimeout("slow"))
    with pytest.raises(cartesia.APITimeoutError, match="no answer in time from http://test") as caught:
        face.run(get_voice, handler, max_retries=0)
    assert isinstance(caught.value, TimeoutError)
    handler, _ = answers(httpx.ConnectError("refused"))
    with pytest.raises(APIConnectionError, match="could not connect to http://test: refused"):
        face.run(get_voice, handler, max_retries=0)


def test_no_server_there(face: Face) -> None:
    with pytest.raises(APIConnectionError, match="is the server running"):
        face.run(get_voice, base_url="http://127.0.0.1:9", max_retries=0)


@pytest.mark.parametrize("body", [b"not json", b'{"name": "without an id"}', b'{"id": 3}', b"[]"])
def test_an_answer_of_another_shape(face: Face, body: bytes) -> None:
    handler, _ = answers(httpx.Response(200, content=body))
    with pytest.raises(
        cartesia.APIResponseValidationError, match="GET /voices/v1 returned an answer of an unexpected shape"
    ):
        face.run(get_voice, handler)


def test_closing(face: Face) -> None:
    handler, _ = answers(httpx.Response(200, json=VOICE))

    async def scenario(client: Any) -> None:
        inner = client._target if face.blocking else client
        assert not inner.is_closed()
        await client.close()
        assert inner.is_closed()
        with pytest.raises(cartesia.CartesiaError, match="has been closed"):
            await client.voices.get("v1")

    face.run(scenario, handler)


def test_context_managers(face: Face) -> None:
    handler, _ = answers(httpx.Response(200, json=VOICE))

    async def scenario(client: Any) -> None:
        async with client as entered:
            assert (await entered.voices.get("v1")).id == "v1"

    face.run(scenario, handler)


def test_empty_id(face: Face) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(ValueError, match="id should be the id of a voice"):
            await client.voices.get("")

    face.run(scenario, base_url="http://test")


def test_ids_do_not_become_paths(face: Face) -> None:
    handler, asked = answers(httpx.Response(200, json=VOICE))

    async def scenario(client: Any) -> None:
        await client.voices.get("../tts/bytes?x=1")

    face.run(scenario, handler)
    assert asked[0].url.raw_path == b"/voices/..%2Ftts%2Fbytes%3Fx%3D1"


def test_streams_are_not_tried_again_once_begun(face: Face, waits: list[float]) -> None:
    class Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"abc"
            raise httpx.RemoteProtocolError("peer closed connection")

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"abc"
            raise httpx.RemoteProtocolError("peer closed connection")

    got: list[bytes] = []

    async def scenario(client: Any) -> None:
        audio = await client.tts.generate(model_id="sonic", transcript="x", voice="v", output_format=RAW)
        async for piece in audio.iter_bytes():
            got.append(piece)

    with pytest.raises(APIConnectionError, match="broke: peer closed"):
        face.run(scenario, lambda request: httpx.Response(200, stream=Cut()))
    assert (got, waits) == ([b"abc"], [])


def test_run_now_refuses_to_wait() -> None:
    class Suspends:
        def __await__(self) -> Any:
            yield

    async def waits() -> None:
        await Suspends()

    with pytest.raises(RuntimeError, match="waited in the blocking client"):
        run_now(waits())


def test_nothing_secret_is_logged(face: Face, caplog: pytest.LogCaptureFixture, waits: list[float]) -> None:
    caplog.set_level("DEBUG", logger="cartesia")
    handler, _ = answers(httpx.Response(500), httpx.Response(200, content=b"\0\0"))

    async def scenario(client: Any) -> None:
        await client.tts.bytes(model_id="sonic", transcript="my secret text", voice_id="v", output_format=RAW)

    face.run(scenario, handler, api_key="my-secret-key")
    assert any("POST /tts/bytes" in message for message in caplog.messages)
    assert "secret" not in caplog.text
    assert PROTOCOL_VERSION not in caplog.text


def test_keys_from_files(face: Face) -> None:
    assert face.client(api_key=" key\n", base_url="x").auth_headers == {"Authorization": "Bearer key"}
    for key in ("se\ncret", "sécret"):
        with pytest.raises(ValueError, match="api_key has characters in it that no key has") as caught:
            face.client(api_key=key, base_url="x")
        assert "cret" not in str(caught.value)


def test_older_answers_have_a_title_too(face: Face) -> None:
    handler, _ = answers(httpx.Response(404, text="Voice not found: no such voice", headers={"x-request-id": "r1"}))
    with pytest.raises(cartesia.NotFoundError) as caught:
        face.run(get_voice, handler)
    assert (caught.value.title, caught.value.request_id) == ("Voice not found", "r1")


@pytest.mark.parametrize("base_url", ["http://x:notaport", "http://[::1", "ftp://x"])
def test_addresses_that_are_none_are_refused_at_once(face: Face, base_url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what urllib says differs between versions
        face.client(base_url=base_url)


def test_lists_of_the_first_generation_are_whole() -> None:
    """Also where the asynchronous client's list is used without `await`."""
    import asyncio

    from cartesia import AsyncCartesia, Cartesia

    async def scenario() -> None:
        client = AsyncCartesia()
        voices = client.voices.list()
        assert len(voices) == len(list(voices)) == len(list(Cartesia().voices.list())) > 100
        assert voices[-1]["name"]
        await client.close()

    asyncio.run(scenario())
