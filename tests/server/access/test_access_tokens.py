"""Access tokens: made with a key, valid for their grants and their lifetime only."""

import json
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from websockets.exceptions import InvalidStatus

from asking import NEW, ask, events, speech, version, websocket
from guarded import Guarded, guarded
from ownvoice.access.tokens import GRANTS, Token, Tokens
from ownvoice.errors import RequestError
from ownvoice.serving.server import ServerThread


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("tokens")) as found:
        yield found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signing_secret(server: Guarded) -> str:
    server.token()
    return (Path(str(vars(server.store)["_database"]._file)).parent / "token-secret").read_text("ascii")


def forged(server: Guarded, key: str | None = None, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(time.time())
    good = {"iss": "ownvoice", "sub": server.key_id, "iat": now, "exp": now + 60, "jti": "1"}
    chosen = {name: value for name, value in {**good, "grants": {"tts": True}, **claims}.items() if value is not None}
    return jwt.encode(chosen, signing_secret(server) if key is None else key, algorithm)


def test_a_token_speaks_and_reads(server: Guarded) -> None:
    token = server.token(grants={"tts": True}, expires_in=60)
    places: list[dict[str, Any]] = [{"headers": bearer(token)}, {"params": {"access_token": token}}]
    for sent in places:
        assert httpx.post(server.url + "/tts/bytes", json=speech(), **sent).status_code == 200
        assert httpx.get(server.url + "/voices", **sent).status_code == 200
    with websocket(server.url, f"?access_token={token}&cartesia_version=2025-04-16") as connection:
        ask(connection)
        assert events(connection)[-1]["type"] == "done"


def test_what_is_forged_like_ours_is_good(server: Guarded) -> None:
    """This shows that the refusals below are due to what each of them changes."""
    assert httpx.get(server.url + "/voices", headers=bearer(forged(server))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"exp": int(time.time()) - 1}, "token_expired", id="expired"),
        ({"exp": None}, "invalid_token"),
        ({"iat": None}, "invalid_token"),
        ({"jti": None}, "invalid_token"),
        ({"sub": None}, "invalid_token"),
        ({"sub": "nobody"}, "invalid_token"),
        ({"iss": "somebody"}, "invalid_token"),
        ({"key": "another secret that is long enough to sign"}, "invalid_token"),
        ({"key": "", "algorithm": "none"}, "invalid_token"),
        ({"algorithm": "HS512"}, "invalid_token"),
        ({"exp": "9999999999"}, "invalid_token"),
        ({"grants": ["tts"]}, "invalid_token"),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:The HMAC key")
def test_a_token_that_is_none(server: Guarded, changes: dict[str, Any], code: str) -> None:
    token = forged(server, **changes)
    answer = httpx.get(server.url + "/voices", headers=bearer(token))
    assert (answer.status_code, answer.json()["error_code"]) == (401, code)
    with pytest.raises(InvalidStatus) as refused, websocket(server.url, f"?access_token={token}"):
        pass
    assert refused.value.response.status_code == 401


def test_every_part_is_signed(server: Guarded) -> None:
    token = server.token(grants={"stt": True})
    head, body, signature = token.split(".")
    other = server.token(grants={"tts": True}).split(".")
    for changed in (
        f"{head}.{other[1]}.{signature}",
        f"{head}.{body}.{other[2]}",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-2]}",
        "..",
    ):
        assert httpx.get(server.url + "/voices", headers=bearer(changed)).status_code == 401


@pytest.mark.parametrize("grants", [{}, {"stt": True}, {"tts": False, "agent": True}, {"tts": None}])
def test_without_the_grant(server: Guarded, grants: dict[str, Any]) -> None:
    token = server.token(grants=grants)
    for answer in (
        httpx.post(server.url + "/tts/bytes", json=speech(), headers=bearer(token)),
        httpx.get(server.url + "/voices", headers=bearer(token)),
    ):
        assert (answer.status_code, answer.json()["error_code"]) == (403, "grant_missing")
    with pytest.raises(InvalidStatus) as refused, websocket(server.url, f"?access_token={token}"):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(("method", "path"), [("POST", "/access-token"), ("POST", "/voices"), ("DELETE", "/voices/x")])
def test_what_takes_the_key_itself(server: Guarded, method: str, path: str) -> None:
    token = server.token(grants=dict.fromkeys(GRANTS, True))
    answer = httpx.request(method, server.url + path, headers=bearer(token))
    assert (answer.status_code, answer.json()["error_code"]) == (403, "grant_missing")
    assert httpx.request(method, server.url + path, headers=server.headers).status_code != 403


@pytest.mark.parametrize(
    "body",
    [
        {"expires_in": 0},
        {"expires_in": 3601},
        {"expires_in": -5},
        {"expires_in": "60"},
        {"expires_in": 1.5},
        {"grants": {"admin": True}},
        {"grants": ["tts"]},
        {"grants": {"tts": "yes"}},
        [],
        None,
    ],
    ids=str,
)
def test_wrong_requests(server: Guarded, body: Any) -> None:
    answer = httpx.post(
        server.url + "/access-token", content=json.dumps(body), headers={**server.headers, **version(NEW)}
    )
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_what_is_in_a_token(server: Guarded) -> None:
    for body, lifetime, grants in (
        ({}, 3600, {"tts"}),
        ({"expires_in": None, "grants": None, "other": 1}, 3600, {"tts"}),
        ({"expires_in": 60.0}, 60, {"tts"}),
        ({"expires_in": 1, "grants": {"stt": True, "tts": True}}, 1, {"stt", "tts"}),
    ):
        token = server.token(**body)
        claims = jwt.decode(token, options={"verify_signature": False})
        assert jwt.get_unverified_header(token)["alg"] == "HS256"
        assert claims["exp"] - claims["iat"] == lifetime
        assert {name for name, given in claims["grants"].items() if given} == grants
        assert claims["sub"] == server.key_id
        assert server.secret not in json.dumps(claims)


def test_without_keys_tokens_are_made_and_any_will_do(tone_server: ServerThread) -> None:
    url = tone_server.base_url
    token = httpx.post(url + "/access-token", json={"grants": {"tts": True}}).json()["token"]
    assert httpx.get(url + "/voices", headers=bearer(token)).status_code == 200


# --- the secret ---


def test_the_secret_is_made_for_the_first_token_and_is_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "token-secret"
    tokens = Tokens(file)
    with pytest.raises(RequestError):
        tokens.read("a.b.c")
    assert not file.exists()
    token = tokens.issue("k", {"tts": True}, 60)
    assert tokens.read(token) == Token("k", frozenset({"tts"}))
    assert [path.name for path in file.parent.iterdir()] == ["token-secret"]
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_several_processes_take_each_others_tokens(tmp_path: Path) -> None:
    """Each `Tokens` stands for one process; all make the secret at the same moment."""
    several = [Tokens(tmp_path / "token-secret") for _ in range(8)]
    start = threading.Barrier(len(several))
    made: list[str] = []

    def make(tokens: Tokens) -> None:
        start.wait()
        made.append(tokens.issue("k", {"tts": True}, 60))

    threads = [threading.Thread(target=make, args=(tokens,)) for tokens in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(several)
    for tokens in several:
        for token in made:
            assert tokens.read(token).key_id == "k"


def test_a_token_expires(tmp_path: Path) -> None:
    now = [1000.0]
    tokens = Tokens(tmp_path / "token-secret", lambda: now[0])
    token = tokens.issue("k", {"tts": True}, 10)
    now[0] = 1009.9
    tokens.read(token)
    now[0] = 1010.0
    with pytest.raises(RequestError, match="expired"):
        tokens.read(token)


def test_a_secret_that_was_cut_off_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "token-secret"
    file.write_text("short")
    with pytest.raises(ValueError, match="remove it"):
        Tokens(file).issue("k", {}, 60)
