"""Files to send, in all forms in which one may be passed, on both faces."""

import io
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

import cartesia
from cartesia import AsyncCartesia
from faces import Face
from voice_server import SOUND, VOICE, Server, call, form_of


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, ValueError, "which recording"),
        ({"filepath": "a", "clip": b"a"}, ValueError, "either clip=, or filepath="),
        ({"clip": b"a", "language": "en"}, TypeError, "needs name= too"),
        ({"clip": b"a", "name": "N"}, TypeError, "needs language= too"),
        ({"clip": b"a", "name": "N", "language": "en", "mode": "clip"}, ValueError, "is for filepath="),
        ({"clip": "a.wav", "name": "N", "language": "en"}, TypeError, r"not str; pass a path as pathlib.Path\('a.wav'"),
        (
            {"clip": io.StringIO("a"), "name": "N", "language": "en"},
            TypeError,
            r"as text; open it with open\(path",
        ),
        ({"clip": ("a",), "name": "N", "language": "en"}, TypeError, "should be a tuple"),
        ({"clip": 3, "name": "N", "language": "en"}, TypeError, "clip should be bytes, a file opened"),
        ({"clip": Path("/no/such/file"), "name": "N", "language": "en"}, FileNotFoundError, "clip should be the path"),
        ({"filepath": "/no/such/file"}, ValueError, "filepath should be the path of a file, and there is none"),
        ({"filepath": "/no/such/file"}, FileNotFoundError, "there is none"),
        ({"filepath": os.sep}, ValueError, "this is a directory"),
        ({"filepath": b"a", "mode": "exact"}, ValueError, "mode should be 'clip', 'similarity' or 'stability'"),
        ({"filepath": b"a", "mode": "stability"}, ValueError, "needs name= too"),
    ],
)
def test_recordings_that_are_none(
    face: Face, server: Server, arguments: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        call(face, server, lambda voices: voices.clone(**arguments))
    assert not server.asked


def test_a_closed_file(face: Face, server: Server) -> None:
    (file := io.BytesIO(SOUND)).close()
    with pytest.raises(ValueError, match="clip is a file that has been closed"):
        call(face, server, lambda voices: voices.clone(clip=file, name="N", language="en"))


def test_a_file_that_goes_away_before_it_is_sent(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "gone.wav"
    path.write_bytes(SOUND)

    async def scenario(client: Any) -> None:
        pending = client.voices.clone(clip=path, name="N", language="en")
        path.unlink()
        with pytest.raises(cartesia.FileError, match=r"gone\.wav") as caught:
            await pending
        assert isinstance(caught.value, ValueError)

    Face(blocking=False).run(scenario, server)
    assert not server.asked


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    async def sleep(*_: object) -> None:
        return None

    monkeypatch.setattr(cartesia.Cartesia, "_sleep", sleep)
    monkeypatch.setattr(AsyncCartesia, "_sleep", sleep)


class Pipe(io.RawIOBase):
    """A file that cannot go back."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._rest.readinto(buffer)


def test_a_call_that_is_made_again_sends_the_file_again(face: Face, impatient: None, tmp_path: Path) -> None:
    path = tmp_path / "me.wav"
    path.write_bytes(SOUND)
    with path.open("rb") as opened:
        opened.read(3)  # files are sent from their start, wherever they stand
        for clip in (SOUND, bytearray(SOUND), io.BytesIO(SOUND), opened, path, ("me.wav", path), ("me.wav", opened)):
            server = Server(httpx.Response(500), httpx.Response(503))
            call(face, server, lambda voices: voices.clone(clip=clip, name="N", language="en"))  # noqa: B023
            assert [form_of(request)["clip"][2] for request in server.asked] == [SOUND] * 3
        assert not opened.closed


def test_a_file_that_can_be_read_once_is_sent_once(face: Face, impatient: None) -> None:
    server = Server(httpx.Response(500))
    with pytest.raises(cartesia.InternalServerError):
        call(face, server, lambda voices: voices.clone(clip=Pipe(SOUND), name="N", language="en"))
    assert len(server.asked) == 1
    assert server.form["clip"] == ("upload", "application/octet-stream", SOUND)
    call(face, server, lambda voices: voices.clone(clip=("a.flac", Pipe(SOUND)), name="N", language="en"))
    assert server.form["clip"][2] == SOUND


def test_names_types_and_headers_of_uploads(face: Face, server: Server) -> None:
    clip = ("../a b\r\n.bin", SOUND, "audio/x-mine", {"X-Part": "1"})
    call(face, server, lambda voices: voices.clone(clip=clip, name="N", language="en"))
    assert server.form["clip"][1:] == ("audio/x-mine", SOUND)
    assert b"X-Part: 1" in server.last.content
    assert b"a b\r\n" not in server.last.content
    assert cartesia.file_from_path(__file__)[0] == "test_uploads.py"
    call(face, server, lambda voices: voices.clone(clip=cartesia.file_from_path(__file__), name="N", language="en"))
    assert server.form["clip"][0] == "test_uploads.py"


def test_large_files_are_not_read_into_memory(face: Face, tmp_path: Path) -> None:
    """They are sent in pieces: the transport never gets the whole."""
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(5_000_000)
    pieces: list[int] = []

    class Counting(httpx.BaseTransport, httpx.AsyncBaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.SyncByteStream)
            pieces.extend(len(piece) for piece in request.stream)
            return httpx.Response(200, json=VOICE)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            assert isinstance(request.stream, httpx.AsyncByteStream)
            pieces.extend([len(piece) async for piece in request.stream])
            return httpx.Response(200, json=VOICE)

    http: Any = httpx.Client if face.blocking else httpx.AsyncClient

    async def scenario(client: Any) -> None:
        await client.voices.clone(clip=path, name="N", language="en")

    face.run(scenario, base_url="http://test", http_client=http(transport=Counting()))
    assert sum(pieces) > 5_000_000
    assert max(pieces) <= 1 << 16
