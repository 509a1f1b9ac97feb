"""curl, as it is on this machine: what the recipes of docs/clients.md say, and what follows from them."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from probing import (
    ASKS_FOR_KEYS,
    BARBERSHOP_MAN,
    KEY,
    NEWSMAN,
    RAW,
    TEXT,
    URL,
    WAV,
    absent,
    assert_speech,
    check,
    run,
)

ASKED = {"model_id": "sonic-3", "transcript": TEXT, "voice": {"mode": "id", "id": BARBERSHOP_MAN}, "output_format": RAW}


def curl(*arguments, path="", key=KEY, version="2026-08-14"):
    """Run a command, and return the body of the answer and its status."""
    headers = ("-H", f"X-API-Key: {key}", "-H", f"Cartesia-Version: {version}")
    command = ["curl", "--silent", "--no-buffer", "--write-out", "%{http_code}", *headers, *arguments, URL + path]
    printed = subprocess.run(command, check=True, capture_output=True).stdout
    return printed[:-3], int(printed[-3:])


def sent(body, **more):
    return curl("-H", "Content-Type: application/json", "-d", json.dumps(body), **more)


def answered(*arguments, **more):
    body, status = curl(*arguments, **more)
    assert status == 200, body
    return json.loads(body)


@check("bytes")
def bytes_at_once():
    audio, status = sent(ASKED, path="/tts/bytes")
    assert status == 200
    assert_speech(audio, TEXT)


@check("formats")
def formats():
    for output_format, start in (
        (WAV, b"RIFF"),
        ({"container": "mp3", "sample_rate": 44100, "bit_rate": 128000}, (b"ID3", b"\xff")),
    ):
        audio, _ = sent({**ASKED, "output_format": output_format}, path="/tts/bytes")
        assert audio.startswith(start)


@check("sse")
def sse():
    stream, _ = sent(ASKED, path="/tts/sse")
    events = [line for line in stream.decode().splitlines() if line.startswith("event: ")]
    assert events[0] == "event: chunk"
    assert events[-1] == "event: done"


@check("voices")
def voices():
    found, after = [], ""
    while page := answered(path=f"/voices?limit=50{after}")["data"]:
        found += page
        after = f"&starting_after={page[-1]['id']}"
    assert len({voice["id"] for voice in found}) == len(found) >= 24
    assert answered(path=f"/voices/{NEWSMAN}")["name"] == "Newsman"


@check("voices made")
@check("voices changed")
@check("embeddings")
def voices_made_and_changed():
    body, status = sent({"name": "Made", "embedding": [0.25] * 192}, path="/voices")
    assert status == 200, body
    place = f"/voices/{json.loads(body)['id']}"
    change = ("-X", "PATCH", "-H", "Content-Type: application/json", "-d", '{"name": "Changed"}')
    assert answered(*change, path=place)["name"] == "Changed"
    spoken, _ = sent({**ASKED, "voice": {"mode": "embedding", "embedding": [0.25] * 192}}, path="/tts/bytes")
    assert_speech(spoken, TEXT)
    assert curl("-X", "DELETE", path=place)[1] == 204
    assert curl(path=place)[1] == 404


@check("voices mixed")
def voices_mixed():
    parts = [{"id": BARBERSHOP_MAN, "weight": 1}, {"id": NEWSMAN, "weight": 1}]
    body, _ = sent({"voices": parts}, path="/voices/mix")
    assert len(json.loads(body)["embedding"]) == 192


@check("voices cloned")
def voices_cloned():
    with TemporaryDirectory() as directory:
        clip = Path(directory) / "clip.wav"
        clip.write_bytes(sent({**ASKED, "transcript": TEXT * 3, "output_format": WAV}, path="/tts/bytes")[0])
        voice = answered("-F", f"clip=@{clip}", "-F", "name=Cloned", "-F", "language=en", path="/voices/clone")
    assert curl("-X", "DELETE", path=f"/voices/{voice['id']}")[1] == 204


@check("voices localized")
def voices_localized():
    body, _ = sent({"voice_id": NEWSMAN, "name": "Le Newsman", "language": "fr"}, path="/voices/localize")
    assert curl("-X", "DELETE", path=f"/voices/{json.loads(body)['id']}")[1] == 204


@check("dictionaries")
def dictionaries():
    body, _ = sent({"name": "A probe's", "items": [{"text": "dear", "alias": "dreadful"}]}, path="/pronunciation-dicts")
    place = f"/pronunciation-dicts/{json.loads(body)['id']}"
    assert answered(path=place)["name"] == "A probe's"
    assert curl("-X", "DELETE", path=place)[1] == 204


@check("errors")
def errors():
    body, status = sent({**ASKED, "voice": {"mode": "id", "id": "nobody"}}, path="/tts/bytes")
    assert (status, json.loads(body)["error_code"]) == (404, "voice_not_found")
    body, status = sent(ASKED | {"transcript": ""}, path="/tts/bytes", version="2025-11-04")
    assert status == 400
    assert b"transcript" in body


@check("keys", given=ASKS_FOR_KEYS)
def keys():
    assert sent(ASKED, path="/tts/bytes", key="wrong")[1] == 401


@check("access tokens", given=ASKS_FOR_KEYS)
def access_tokens():
    body, _ = sent({"grants": {"tts": True}, "expires_in": 60}, path="/access-token")
    bearing = ("-H", "X-API-Key;", "-H", f"Authorization: Bearer {json.loads(body)['token']}")
    command = ["curl", "--silent", *bearing, "-d", json.dumps(ASKED), f"{URL}/tts/bytes"]
    assert_speech(subprocess.run(command, check=True, capture_output=True).stdout, TEXT)


absent(
    "websocket",
    "timestamps",
    "continuations",
    "flush",
    "interleaved contexts",
    "cancel",
    "contexts left open",
    "programs",
)
run("curl", subprocess.run(["curl", "--version"], check=True, capture_output=True, text=True).stdout.split()[1])
