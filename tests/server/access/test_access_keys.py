"""Admission: each place of a key, invalid keys, and their errors, over HTTP and the WebSocket."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from asking import NEW, OLD, ask, events, serving, speech, version, websocket
from guarded import Guarded, guarded
from odd_engines import BrokenEngine
from ownvoice.access.keys import MOST_REMEMBERED, REMEMBERED, KeyRing
from ownvoice.serving.server import ServerThread
from ownvoice.store import StoredKey

Place = Callable[[str], dict[str, Any]]
PLACES: dict[str, Place] = {
    "header": lambda secret: {"headers": {"X-API-Key": secret}},
    "bearer": lambda secret: {"headers": {"Authorization": f"Bearer {secret}"}},
    "small bearer": lambda secret: {"headers": {"authorization": f"bearer {secret}"}},
    "query": lambda secret: {"params": {"api_key": secret}},
}
every_place = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("keys")) as found:
        yield found


def shake_hands(url: str, headers: dict[str, str] | None = None, params: dict[str, str] | None = None) -> Any:
    """Return the events of a context on a WebSocket; InvalidStatus where the handshake is refused."""
    query = "?" + str(httpx.QueryParams(params or {}))
    with websocket(url, query, additional_headers=headers or {}) as connection:
        ask(connection)
        return events(connection)


@every_place
def test_every_place_of_a_key(server: Guarded, place: Place) -> None:
    assert httpx.post(server.url + "/tts/bytes", json=speech(), **place(server.secret)).status_code == 200
    assert httpx.get(server.url + "/voices/", **place(server.secret)).status_code == 200
    assert shake_hands(server.url, **place(server.secret))[-1]["type"] == "done"


@every_place
@pytest.mark.parametrize(
    "secret", ["sk_own_nobody", "ключ", "a" * 10_000, "x.y.z"], ids=["unknown", "odd", "long", "token"]
)
def test_a_key_that_is_none(server: Guarded, place: Place, secret: str) -> None:
    sent: dict[str, Any] = place(secret)
    if not secret.isascii():
        sent = {"params": {"api_key": secret}}  # no header can carry it
    answer = httpx.get(server.url + "/voices", **sent)
    assert answer.status_code == 401
    assert answer.json()["error_code"] == ("invalid_token" if secret == "x.y.z" else "invalid_api_key")
    assert answer.headers["www-authenticate"] == "Bearer"
    if len(secret) < 1000:
        with pytest.raises(InvalidStatus) as refused:
            shake_hands(server.url, **sent)
        assert refused.value.response.status_code == 401


ROUTES = [
    ("POST", "/tts/bytes"),
    ("POST", "/tts/sse"),
    ("GET", "/voices"),
    ("GET", "/voices/x"),
    ("DELETE", "/voices/x"),
    ("POST", "/access-token"),
    ("POST", "/v1/audio/speech"),
    ("GET", "/v1/models"),
    ("GET", "/v1/capabilities"),
    ("GET", "/nowhere"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_without_a_key(server: Guarded, method: str, path: str) -> None:
    for suffix in ("", "/", "?api_key=", "?api_key=%20"):
        answer = httpx.request(method, server.url + path + suffix, headers={"Authorization": "Basic YTpi"})
        assert answer.status_code == 401, answer.text


def test_what_anybody_may_read(server: Guarded) -> None:
    for path in ("/", "/openapi.json", "/openapi.json/"):
        for headers in ({}, {"X-API-Key": "wrong"}):
            assert httpx.get(server.url + path, headers=headers).status_code == 200
    assert httpx.post(server.url + "/").status_code == 405


@pytest.mark.parametrize("path", ["/tts/websocket", "/stt/websocket", "/"])
def test_no_websocket_without_a_key(server: Guarded, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(server.url.replace("http", "ws", 1) + path):
        pass
    assert refused.value.response.status_code == 401


def test_refusals_have_the_shape_of_the_version(server: Guarded) -> None:
    old = httpx.get(server.url + "/voices", headers=version(OLD))
    assert (old.status_code, old.headers["content-type"]) == (401, "text/plain; charset=utf-8")
    assert old.text.startswith("No API key: ")
    new = httpx.get(server.url + "/voices", headers=version(NEW))
    assert new.json()["error_code"] == "missing_api_key"
    assert new.json()["request_id"] == new.headers["x-request-id"]
    theirs = httpx.post(server.url + "/v1/audio/speech", json={})
    assert theirs.json()["error"]["code"] == "missing_api_key"
    with pytest.raises(InvalidStatus) as refused:
        shake_hands(server.url, params={"cartesia_version": NEW})
    response = refused.value.response
    assert json.loads(response.body or b"")["error_code"] == "missing_api_key"
    assert json.loads(response.body or b"")["request_id"] == response.headers["X-Request-Id"]


def test_a_revoked_key(tmp_path: Path) -> None:
    with guarded(tmp_path) as server:
        token = server.token()
        other, secret = server.store.keys.create("other")
        httpx.get(server.url + "/voices", headers={"X-API-Key": secret}).raise_for_status()
        assert server.store.keys.revoke(server.key_id)
        assert server.store.keys.revoke(other.id)
        deadline = threading.Event()
        for credential in (server.secret, secret, token):  # what was used just now is forgotten within seconds
            for _ in range(100):
                if httpx.get(server.url + "/voices", headers={"X-API-Key": credential}).status_code == 401:
                    break
                deadline.wait(0.1)
            else:
                pytest.fail("it is still good")


@every_place
def test_without_keys_any_key_will_do(tone_server: ServerThread, place: Place) -> None:
    for secret in ("anything", "a.b.c"):
        assert httpx.post(tone_server.base_url + "/tts/bytes", json=speech(), **place(secret)).status_code == 200
    assert shake_hands(tone_server.base_url, **place("anything"))[-1]["type"] == "done"


def test_a_socket_whose_key_is_revoked_takes_no_more(tmp_path: Path) -> None:
    with guarded(tmp_path) as server, websocket(server.url, f"?api_key={server.secret}") as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"
        server.store.keys.revoke(server.key_id)
        with pytest.raises(ConnectionClosed) as closed:
            go_on(connection)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "the key was revoked")


def go_on(connection: ClientConnection) -> None:
    """Speak one context after the other, for at least ten seconds."""
    pause = threading.Event()
    for _ in range(100):
        ask(connection)
        events(connection)
        pause.wait(0.1)


class Table:
    """A table that counts its look-ups, and may fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = False
        self.threads: set[int] = set()

    def find(self, secret: str) -> StoredKey | None:
        self.threads.add(threading.get_ident())
        self.asked.append(secret)
        if self.fails:
            raise OSError("out of order")
        return StoredKey(id="k", name="", prefix="") if secret == "good" else None

    def list(self) -> Sequence[StoredKey]:
        self.asked.append("list")
        return [StoredKey(id="k", name="", prefix=""), StoredKey(id="r", name="", prefix="", revoked_at="2026")]


def test_keys_are_looked_up_once_in_a_while_and_in_another_thread() -> None:
    async def scene() -> None:
        now = [0.0]
        table = Table()
        ring = KeyRing(table, lambda: now[0])
        assert await asyncio.gather(*(ring.find("good") for _ in range(20))) == ["k"] * 20
        assert await asyncio.gather(*(ring.find("bad") for _ in range(20))) == [None] * 20
        assert table.asked == ["good", "bad"]
        assert threading.get_ident() not in table.threads
        now[0] = REMEMBERED + 1
        await ring.find("good")
        assert table.asked == ["good", "bad", "good"]
        assert [await ring.is_valid(key) for key in ("k", "r", "x")] == [True, False, False]
        assert table.asked[3:] == ["list"]

    asyncio.run(scene())


def test_what_is_remembered_is_bounded_and_failures_are_not() -> None:
    async def scene() -> None:
        table = Table()
        ring = KeyRing(table, lambda: 0.0)
        for number in range(MOST_REMEMBERED + 50):
            await ring.find(f"made up {number}")
        assert len(vars(ring)["_found"]._answers) <= MOST_REMEMBERED
        table.fails = True
        with pytest.raises(OSError, match="out of order"):
            await ring.find("good")
        table.fails = False
        assert await ring.find("good") == "k"

    asyncio.run(scene())


def test_a_client_that_goes_away_while_its_key_is_looked_up_does_not_cancel_the_look_up_of_others() -> None:
    async def scene() -> None:
        ring = KeyRing(Table(), lambda: 0.0)
        first = asyncio.create_task(ring.find("good"))
        second = asyncio.create_task(ring.find("good"))
        await asyncio.sleep(0)
        first.cancel()
        assert await second == "k"
        await asyncio.gather(first, return_exceptions=True)

    asyncio.run(scene())


def test_a_store_that_cannot_be_read_is_no_fault_of_the_key(
    tmp_path: Path, server_log: list[logging.LogRecord]
) -> None:
    with guarded(tmp_path) as server:
        (tmp_path / "voices.db").write_bytes(b"no database" * 1000)
        for leftover in tmp_path.glob("voices.db-*"):
            leftover.unlink()
        answer = httpx.get(server.url + "/voices", headers={"X-API-Key": "unknown"})
        assert (answer.status_code, answer.json()["error_code"]) == (503, "store_unavailable")
    told = [record for record in server_log if answer.headers["x-request-id"] in record.getMessage()]
    assert len(told) == 1


def test_logs_hold_no_secret(tmp_path: Path, server_log: list[logging.LogRecord]) -> None:
    secrets = ["sk_own_wrong-but-secret"]
    logging.getLogger("uvicorn.error").setLevel(logging.DEBUG)
    try:
        with guarded(tmp_path, BrokenEngine()) as server:
            secrets += [server.secret, server.token(grants={"tts": True})]
            for secret in secrets:
                for place in PLACES.values():
                    sent = place(secret)
                    for path in ("/tts/bytes", "/tts/sse", "/v1/audio/speech", "/voices", "/access-token", "/nowhere"):
                        httpx.post(server.url + path, json=speech(), **sent)
                        httpx.post(server.url + path, content=b"{", **sent)
                    with suppress(InvalidStatus):
                        shake_hands(server.url, **sent)
            answer = httpx.post(server.url + "/tts/bytes", json=speech(), params={"api_key": server.secret})
            assert answer.status_code == 500
    finally:
        logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    formatter = logging.Formatter()
    lines = [formatter.format(record) for record in server_log]
    assert any("request" in line for line in lines)  # the failures of the engine are there
    for line in lines:
        assert not [secret for secret in secrets if secret in line]
        assert "sk_own" not in line


def test_every_answer_has_an_id_of_its_own(tone_server: ServerThread) -> None:
    url = tone_server.base_url
    ids = set()
    for method, path in [("GET", "/"), ("GET", "/voices"), ("GET", "/nowhere"), ("POST", "/tts/bytes"), ("PUT", "/")]:
        answer = httpx.request(method, url + path, headers={"X-Request-Id": "mine"})
        ids.add(answer.headers["x-request-id"])
        assert len(answer.headers.get_list("x-request-id")) == 1
        if answer.is_error:
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert len(ids) == 5
    assert "mine" not in ids
    with websocket(url) as connection:
        assert connection.response is not None
        assert len(connection.response.headers["X-Request-Id"]) == 36


def test_a_stream_that_fails_has_the_id_of_its_request(server_log: list[logging.LogRecord]) -> None:
    with serving(BrokenEngine(pieces=2), first_chunk=0.01) as url:
        answer = httpx.post(url + "/tts/sse", json=speech())
    assert json.loads(answer.text.strip().rpartition("\ndata: ")[2])["request_id"] == answer.headers["x-request-id"]
    assert [record for record in server_log if answer.headers["x-request-id"] in record.getMessage()]
