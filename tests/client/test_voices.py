"""The calls about voices: the requests of each generation's form, and the results, on both faces."""

import math
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

import cartesia
from cartesia.types import Embedding, Voice
from faces import Face
from voice_server import NUMBERS, SOUND, VOICE, Server, call


@pytest.fixture
def server() -> Server:
    return Server()


def test_create(face: Face, server: Server) -> None:
    made = call(face, server, lambda voices: voices.create("N", "D", NUMBERS))
    assert isinstance(made, Voice)
    assert (made.id, made["embedding"]) == ("v1", NUMBERS)
    assert server.line == ("POST", "/voices", "2024-06-10")
    assert server.body == {"name": "N", "description": "D", "embedding": NUMBERS, "language": "en"}
    call(
        face,
        server,
        lambda voices: voices.create(
            name="N", description="D", embedding=np.full(192, 0.25, np.float32), language="de", base_voice_id="v0"
        ),
    )
    assert server.line == ("POST", "/voices", "2024-11-13")
    assert (server.body["language"], server.body["base_voice_id"]) == ("de", "v0")
    assert server.body["embedding"] == NUMBERS


@pytest.mark.parametrize("embedding", ["abc", {"embedding": []}, None, ["a"], ["0.5"] * 192, [[1.0]]])
def test_create_with_something_else_than_numbers(face: Face, server: Server, embedding: Any) -> None:
    with pytest.raises(TypeError, match="embedding should be a list of 192 numbers"):
        call(face, server, lambda voices: voices.create("N", "D", embedding))
    assert not server.asked


@pytest.mark.parametrize("number", [math.nan, math.inf, np.float32("nan"), 10**400])
def test_numbers_that_json_cannot_write(face: Face, server: Server, number: Any) -> None:
    """They would arrive as null, and the server would report another error."""
    embedding = [0.5, number, *[0.5] * 190]
    with pytest.raises(ValueError, match=r"embedding should have finite numbers, not (nan|inf) at \[1\]"):
        call(face, server, lambda voices: voices.create("N", "D", embedding))
    with pytest.raises(ValueError, match=r"the embedding of voices\[0\] should have finite numbers"):
        call(face, server, lambda voices: voices.mix([{"embedding": embedding, "weight": 1}]))
    with pytest.raises(ValueError, match=r"the weight of voices\[1\] should be a finite number, not (nan|inf)"):
        call(face, server, lambda voices: voices.mix([{"id": "a"}, {"id": "b", "weight": number}]))

    async def speaks(client: Any) -> None:
        await client.tts.bytes(model_id="m", transcript="x", voice_embedding=embedding, output_format="raw")

    with pytest.raises(ValueError, match="voice_embedding should have finite numbers"):
        face.run(speaks, server)
    assert not server.asked


@pytest.mark.parametrize("weight", ["x", "1", None])
def test_weights_that_are_no_numbers(face: Face, server: Server, weight: Any) -> None:
    with pytest.raises(TypeError, match=r"the weight of voices\[0\] should be a number"):
        call(face, server, lambda voices: voices.mix([{"id": "a", "weight": weight}]))
    assert not server.asked


def test_a_created_voice_is_the_one_in_the_list(face: Face) -> None:
    """Though the versions of the protocol have different fields for a voice."""
    old = {**VOICE, "user_id": "u", "created_at": "2026-01-01T00:00:00Z"}
    new = {**VOICE, "is_owner": True, "gender": "feminine", "created_at": "2026-01-01T00:00:00Z"}
    answers = [httpx.Response(200, json=body) for body in (old, {"data": [new], "has_more": False})]

    async def scenario(client: Any) -> None:
        made = await client.voices.create("N", "D", NUMBERS)
        page = await client.voices.list()
        assert made == page[0]
        assert made in page._target if face.blocking else made in page
        assert dict(made)["embedding"] == dict(page[0])["embedding"] == NUMBERS

    face.run(scenario, Server(*answers))
    assert Voice(id="a", name="N") != Voice(id="a", name="M")
    assert Voice(id="a") != {"id": "a"}


def test_update(face: Face, server: Server) -> None:
    assert call(face, server, lambda voices: voices.update("v1", name="N", description="D")).name == "N"
    assert server.line == ("PATCH", "/voices/v1", "2025-11-04")
    assert server.body == {"name": "N", "description": "D"}
    call(face, server, lambda voices: voices.update("v1", gender=None))
    assert server.body == {"gender": None}
    call(face, server, lambda voices: voices.update("v1", name="M", gender=cartesia.omit, accent="a1"))
    assert server.line[2] == "2026-08-14"
    assert server.body == {"name": "M", "accent": "a1"}
    with pytest.raises(ValueError, match="nothing to change; pass at least one of"):
        call(face, server, lambda voices: voices.update("v1"))


def test_delete(face: Face, server: Server) -> None:
    assert call(face, server, lambda voices: voices.delete("v/1")) is None
    assert server.line == ("DELETE", "/voices/v%2F1", "2025-11-04")
    with pytest.raises(ValueError, match="id should be the id of a voice; it is empty"):
        call(face, server, lambda voices: voices.delete(id=""))


def test_mix(face: Face, server: Server) -> None:
    parts = [{"id": "a", "weight": 1}, {"embedding": np.full(192, 0.25, np.float32), "weight": np.float32(0.5)}]
    mixed = call(face, server, lambda voices: voices.mix(parts))
    assert isinstance(mixed, Embedding)
    assert issubclass(Embedding, list)
    assert mixed == mixed.embedding == NUMBERS
    assert server.line == ("POST", "/voices/mix", "2024-06-10")
    assert server.body == {"voices": [{"id": "a", "weight": 1.0}, {"embedding": NUMBERS, "weight": 0.5}]}


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([], "voices should be a list of at least one part"),
        ("abc", "voices should be a list"),
        ({"id": "a"}, "voices should be a list"),
        ([{"id": "a"}, {"weight": 1}], r'voices\[1\] should be a dictionary with "id" or "embedding"'),
        ([3], r"voices\[0\] should be a dictionary"),
    ],
)
def test_mixes_of_nothing(face: Face, server: Server, parts: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call(face, server, lambda voices: voices.mix(parts))
    assert not server.asked


def test_clone_of_the_first_generation(face: Face, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "me.wav"
    path.write_bytes(SOUND)
    cloned = call(face, server, lambda voices: voices.clone(filepath=str(path)))
    assert isinstance(cloned, Embedding)
    assert cloned == NUMBERS
    assert server.line == ("POST", "/voices/clone/clip", "2024-06-10")
    form = server.form
    assert (form.pop("clip")[::2], form) == (("me.wav", SOUND), {"enhance": "true", "mode": "clip"})
    kept = call(
        face,
        server,
        lambda voices: voices.clone(
            path, enhance=False, mode="similarity", language="de", name="N", description="D", transcript="Hallo"
        ),
    )
    assert isinstance(kept, Voice)
    assert server.line == ("POST", "/voices/clone", "2024-06-10")
    form = server.form
    assert form.pop("clip")[0] == "me.wav"
    assert form == {
        "enhance": "false",
        "mode": "similarity",
        "language": "de",
        "name": "N",
        "description": "D",
        "transcript": "Hallo",
    }


def test_clone_of_later_generations(face: Face, server: Server) -> None:
    made = call(face, server, lambda voices: voices.clone(clip=SOUND, name="N", language="en", description="D"))
    assert (made.id, type(made)) == ("v1", Voice)
    assert server.line == ("POST", "/voices/clone", "2025-11-04")
    assert server.form == {
        "clip": ("upload", "application/octet-stream", SOUND),
        "name": "N",
        "language": "en",
        "description": "D",
    }
    call(
        face,
        server,
        lambda voices: voices.clone(
            clip=("a.mp3", SOUND), name="N", language="en", mode="stability", enhance=True, base_voice_id="v0"
        ),
    )
    assert server.line[2] == "2024-11-13"
    form = server.form
    assert form.pop("clip")[1:] == ("audio/mpeg", SOUND)
    assert form == {"name": "N", "language": "en", "mode": "stability", "enhance": "true", "base_voice_id": "v0"}
    call(face, server, lambda voices: voices.clone(clip=SOUND, name="N", language="en", accent="a1"))
    assert server.line[2] == "2026-08-14"
    call(face, server, lambda voices: voices.clone(clip=SOUND, name="N", language="en", extra_body={"enhance": False}))
    assert server.form["enhance"] == "false"


def test_localize(face: Face, server: Server) -> None:
    made = call(
        face,
        server,
        lambda voices: voices.localize(
            voice_id="v0",
            name="N",
            description="D",
            language="de",
            original_speaker_gender="female",
            dialect=cartesia.NOT_GIVEN,
        ),
    )
    assert made.id == "v1"
    assert server.line == ("POST", "/voices/localize", "2025-11-04")
    body = {"voice_id": "v0", "name": "N", "description": "D", "language": "de", "original_speaker_gender": "female"}
    assert server.body == body
    call(face, server, lambda voices: voices.localize(voice_id="v0", name="N", accent="a1", tagline="warm"))
    assert server.line[2] == "2026-08-14"
    assert server.body == {"voice_id": "v0", "name": "N", "accent": "a1", "tagline": "warm"}
    with pytest.raises(TypeError, match="localize\\(\\) needs language=, or accent="):
        call(face, server, lambda voices: voices.localize(voice_id="v0", name="N"))


def test_accents(face: Face, server: Server) -> None:
    assert call(face, server, lambda voices: voices.list_accents()).accents[0].name == "Scottish"
    assert server.line == ("GET", "/accents", "2026-08-14")
    assert call(face, server, lambda voices: voices.add_accents("v1", accents=["a1"])).id == "v1"
    assert server.line == ("PATCH", "/voices/v1/accents", "2026-08-14")
    assert server.body == {"accents": ["a1"]}
    assert call(face, server, lambda voices: voices.delete_accent("a1", id="v1")).id == "v1"
    assert server.line == ("DELETE", "/voices/v1/accents/a1", "2026-08-14")
    with pytest.raises(ValueError, match="accent_id should be the id of an accent"):
        call(face, server, lambda voices: voices.delete_accent("", id="v1"))
    with pytest.raises(ValueError, match="accents should be a list"):
        call(face, server, lambda voices: voices.add_accents("v1", accents="a1"))


def test_a_version_that_the_program_asks_for_goes_before(face: Face, server: Server) -> None:
    header = {"cartesia-version": "2025-04-16"}
    call(face, server, lambda voices: voices.mix([{"id": "a"}]), default_headers=header)
    assert server.line[2] == "2025-04-16"
    call(face, server, lambda voices: voices.mix([{"id": "a"}], extra_headers=header))
    assert server.line[2] == "2025-04-16"
    assert len(server.last.headers.get_list("cartesia-version")) == 1


@pytest.mark.parametrize("body", [b"{}", b'{"embedding": ["a"]}', b"[1]", b"null"])
def test_embeddings_of_another_shape(face: Face, body: bytes) -> None:
    with pytest.raises(
        cartesia.APIResponseValidationError, match="POST /voices/mix returned an answer of an unexpected shape"
    ):
        call(face, Server(httpx.Response(200, content=body)), lambda voices: voices.mix([{"id": "a"}]))
