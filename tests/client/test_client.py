"""Copies of clients, their HTTP clients, dictionaries, tokens, and the status of the server, on both faces."""

from typing import Any

import httpx
import msgspec
import pytest

import cartesia
from cartesia import AsyncCartesia, Cartesia
from faces import Face

DICT = {"id": "d1", "name": "N", "items": [{"text": "GIF", "alias": "jif"}], "created_at": "2026-01-01T00:00:00Z"}


class Server:
    """Answers everything, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        match request.method, request.url.path:
            case "GET", "/":
                return httpx.Response(200, json={"ok": True, "version": "2026-08-14"})
            case "POST", "/access-token":
                return httpx.Response(200, json={"token": "t1"})
            case "GET", "/pronunciation-dicts/":
                return httpx.Response(200, json={"data": [DICT], "has_more": False})
            case "DELETE", _:
                return httpx.Response(204)
            case _, path if path.startswith("/pronunciation-dicts/"):
                return httpx.Response(200, json=DICT)
        return httpx.Response(200, json={"id": "v1"})

    @property
    def line(self) -> tuple[str, str]:
        return self.asked[-1].method, self.asked[-1].url.path

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.asked[-1].content)


@pytest.fixture
def server() -> Server:
    return Server()


def test_the_state_of_the_server(face: Face, server: Server) -> None:
    async def scenario(client: Any) -> None:
        status = await client.get_status()
        assert (status.ok, status["version"]) == (True, "2026-08-14")

    face.run(scenario, server)


def test_tokens(face: Face, server: Server) -> None:
    async def scenario(client: Any) -> None:
        assert (await client.access_token.create()).token == "t1"
        assert server.body == {}
        token = await client.access_token.create(grants={"tts": True}, expires_in=60)
        assert (token["token"], server.line) == ("t1", ("POST", "/access-token"))
        assert server.body == {"grants": {"tts": True}, "expires_in": 60}

    face.run(scenario, server)


def test_pronunciation_dictionaries(face: Face, server: Server) -> None:
    async def scenario(client: Any) -> None:
        dicts = client.pronunciation_dicts
        items = [{"text": "GIF", "alias": "jif"}, {"text": "US", "pronunciation": "<<j|u>>", "case_sensitive": True}]
        made = await dicts.create(name="N", items=items)
        assert server.line == ("POST", "/pronunciation-dicts/")
        assert server.body == {"name": "N", "items": items}
        assert (made.id, made.items[0].text, made.items[0].pronunciation, made["items"][0]["alias"]) == (
            "d1",
            "GIF",
            "jif",
            "jif",
        )
        await dicts.create("N")
        assert server.body == {"name": "N"}
        assert (await dicts.retrieve("d1")) == (await dicts.get("d/1")) == made
        assert server.line == ("GET", "/pronunciation-dicts/d/1")
        assert server.asked[-1].url.raw_path == b"/pronunciation-dicts/d%2F1"
        assert [each.name async for each in await dicts.list(limit=3, starting_after="d0")] == ["N"]
        assert server.asked[-1].url.query == b"limit=3&starting_after=d0"
        await dicts.update("d1", items=made.items)  # what came back can be sent
        assert server.line == ("PATCH", "/pronunciation-dicts/d1")
        assert server.body == {"items": [{"text": "GIF", "alias": "jif", "pronunciation": "jif"}]}
        await dicts.update("d1", name="M")
        assert server.body == {"name": "M"}
        assert await dicts.delete("d1") is None
        assert server.line == ("DELETE", "/pronunciation-dicts/d1")

    face.run(scenario, server)


@pytest.mark.parametrize(
    ("items", "error", "says"),
    [
        ("GIF", TypeError, "items should be a list of dictionaries, not str"),
        ({"GIF": "jif"}, TypeError, "items should be a list of dictionaries, not dict"),
        (["GIF"], TypeError, r"items\[0\] should be a dictionary, not str"),
        ([{"text": "GIF"}], ValueError, r'items\[0\] should have "text", and "alias" or "pronunciation"'),
        ([{"alias": "jif"}], ValueError, r'items\[0\] should have "text"'),
    ],
)
def test_items_that_are_none(face: Face, server: Server, items: Any, error: type[Exception], says: str) -> None:
    async def scenario(client: Any) -> None:
        with pytest.raises(error, match=says):
            await client.pronunciation_dicts.create("N", items)
        with pytest.raises(ValueError, match="nothing to change"):
            await client.pronunciation_dicts.update("d1")
        with pytest.raises(ValueError, match="id should be the id of a pronunciation dictionary"):
            await client.pronunciation_dicts.delete("")

    face.run(scenario, server)
    assert not server.asked


def test_copies(face: Face, server: Server) -> None:
    first = face.client(
        server, api_key="k", timeout=7, default_headers={"X-A": "1", "X-B": "1"}, default_query={"q": 1}
    )
    copy = first.with_options(max_retries=5, default_headers={"x-b": "2"}, default_query={"r": 2})
    assert type(copy) is type(first)
    assert (copy.api_key, copy.base_url, copy.timeout, copy.max_retries) == ("k", "http://test", 7, 5)
    assert (copy.default_headers["X-A"], copy.default_headers["x-b"]) == ("1", "2")
    assert "X-B" not in copy.default_headers
    assert copy.default_query == {"q": 1, "r": 2}
    assert copy._http is first._http
    bare = first.copy(set_default_headers={}, set_default_query={}, timeout=None, api_key="other", base_url="http://b")
    assert ("X-A" in bare.default_headers, bare.default_query, bare.timeout) == (False, {}, None)
    assert (bare.auth_headers["Authorization"], bare.base_url) == ("Bearer other", "http://b")
    assert (first.timeout, first.max_retries, first.default_headers["X-B"]) == (7, 2, "1")


def test_copies_share_their_connections(face: Face) -> None:
    """Whichever is dropped first; closing one closes all."""

    async def scenario(client: Any) -> None:
        inner = client._target if face.blocking else client
        assert inner.copy()._http is inner._http is inner.copy().copy(timeout=3)._http
        assert inner.copy(http_client=inner._make_http(trust_env=False))._http is not inner._http
        last = inner.copy().copy()
        await client.close()
        assert last.is_closed()
        with pytest.raises(cartesia.CartesiaError, match="has been closed"):
            last._http  # noqa: B018

    face.run(scenario, base_url="http://test")


def test_http_clients_with_the_defaults() -> None:
    http = cartesia.DefaultHttpxClient(headers={"X": "1"})
    assert isinstance(http, httpx.Client)
    assert (http.timeout, http.follow_redirects) == (cartesia.DEFAULT_TIMEOUT, True)
    other = cartesia.DefaultAsyncHttpxClient(timeout=3, follow_redirects=False)
    assert isinstance(other, httpx.AsyncClient)
    assert (other.timeout.read, other.follow_redirects) == (3, False)
    assert cartesia.Timeout is httpx.Timeout
    with Cartesia(base_url="http://x", http_client=http, timeout=cartesia.NOT_GIVEN) as client:
        assert (client.timeout, client._http) == (60, http)
    assert http.is_closed


def test_names_of_the_published_clients() -> None:
    assert (cartesia.Client, cartesia.AsyncClient) == (Cartesia, AsyncCartesia)
    assert not cartesia.omit
    assert not cartesia.NOT_GIVEN
    assert (repr(cartesia.omit), repr(cartesia.not_given)) == ("omit", "NOT_GIVEN")
    assert isinstance(cartesia.omit, cartesia.Omit)
    assert isinstance(cartesia.NOT_GIVEN, cartesia.NotGiven)
    assert issubclass(cartesia.types.Voice, cartesia.BaseModel)
    from cartesia.pagination import AsyncCursorIDPage, SyncCursorIDPage

    assert (SyncCursorIDPage.__name__, AsyncCursorIDPage.__name__) == ("Page", "AsyncPage")


@pytest.mark.parametrize("name", ["stt", "agents", "datasets", "fine_tunes", "voice_changer"])
def test_missing_voices_and_paths(face: Face, name: str) -> None:
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        getattr(face.client(base_url="http://test"), name)


def test_speaking_with_arguments_that_say_nothing(face: Face, server: Server) -> None:
    said = {
        "model_id": "m",
        "transcript": "x",
        "voice": "v",
        "output_format": {"container": "mp3", "sample_rate": 8000},
    }
    nothing = {"language": cartesia.omit, "speed": cartesia.NOT_GIVEN, "generation_config": cartesia.omit}

    async def scenario(client: Any) -> None:
        await client.tts.generate(**said, **nothing, locale="en-GB", normalization=cartesia.omit)
        assert server.body == {**said, "voice": {"mode": "id", "id": "v"}, "locale": "en-GB"}
        await client.tts.bytes(**said, **nothing)
        assert server.body == {**said, "voice": {"mode": "id", "id": "v"}}

    face.run(scenario, server)
