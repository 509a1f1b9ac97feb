"""Web pages of other origins: what their browsers ask first, and what they may read."""

from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from asking import ask, events, speech, websocket
from guarded import guarded
from ownvoice.serving.server import ServerThread

PAGE = "https://app.example"
ORIGINS = (PAGE, "http://localhost:3000")


def preflight(url: str, origin: str = PAGE) -> httpx.Response:
    asked = "authorization,cartesia-version,content-type,x-api-key"
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}
    return httpx.options(url + "/tts/bytes", headers=headers)


def test_preflights_need_no_key(tmp_path: Path) -> None:
    with guarded(tmp_path, cors_origins=ORIGINS) as server:
        answer = preflight(server.url)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "x-api-key" in answer.headers["access-control-allow-headers"]
        assert {"GET", "POST", "PATCH", "DELETE"} <= set(answer.headers["access-control-allow-methods"].split(", "))
        assert len(answer.headers["x-request-id"]) == 36
        other = preflight(server.url, "https://evil.example")
        assert (other.status_code, other.headers.get("access-control-allow-origin")) == (400, None)


def test_pages_may_read_answers_and_refusals(tmp_path: Path) -> None:
    with guarded(tmp_path, cors_origins=ORIGINS, requests_per_minute=1) as server:
        statuses = []
        for headers in ({}, server.headers, server.headers):
            answer = httpx.post(server.url + "/tts/bytes/", json=speech(), headers={**headers, "Origin": PAGE})
            statuses.append(answer.status_code)
            assert answer.headers["access-control-allow-origin"] == PAGE
            exposed = answer.headers["access-control-expose-headers"].lower()
            assert "x-request-id" in exposed
            assert "retry-after" in exposed
            assert "access-control-allow-credentials" not in answer.headers
        assert statuses == [401, 200, 429]


def test_without_the_setting_no_page_may_read_anything(tone_server: ServerThread) -> None:
    answer = httpx.get(tone_server.base_url, headers={"Origin": PAGE})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        (ORIGINS, PAGE, None),
        (ORIGINS, None, None),  # which is no browser
        (ORIGINS, "https://evil.example", 403),
        (ORIGINS, "null", 403),
        (("*",), "https://evil.example", None),
        ((), "https://evil.example", None),
    ],
)
def test_pages_that_may_open_a_websocket(
    tmp_path: Path, origins: tuple[str, ...], origin: str | None, status: int | None
) -> None:
    with guarded(tmp_path, cors_origins=origins) as server:
        query = f"?api_key={server.secret}"
        if status is None:
            with websocket(server.url, query, origin=Origin(origin) if origin else None) as connection:
                ask(connection)
                assert events(connection)[-1]["type"] == "done"
        else:
            with pytest.raises(InvalidStatus) as refused, websocket(server.url, query, origin=Origin(origin or "")):
                pass
            assert refused.value.response.status_code == status
            assert b"origin_not_allowed" in (refused.value.response.body or b"")
