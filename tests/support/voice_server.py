"""A server of voices that is a function and records its requests."""

import email.message
import email.parser
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

from faces import Face

NUMBERS = [0.25] * 192
VOICE = {"id": "v1", "name": "N", "description": "D", "language": "en", "embedding": NUMBERS, "is_public": False}
SOUND = b"RIFF some sound"


class Server:
    """A handler that answers every call about voices, and records the requests."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.asked: list[httpx.Request] = []
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        if self.answers:
            return self.answers.pop(0)
        if request.method == "DELETE" and request.url.path.count("/") == 2:
            return httpx.Response(204, content=b"no JSON at all")
        if request.url.path in ("/voices/mix", "/voices/clone/clip"):
            return httpx.Response(200, json={"embedding": NUMBERS})
        if request.url.path == "/accents":
            return httpx.Response(200, json={"accents": [{"id": "a1", "name": "Scottish", "language": "en"}]})
        return httpx.Response(200, json=VOICE)

    @property
    def last(self) -> httpx.Request:
        return self.asked[-1]

    @property
    def line(self) -> tuple[str, str, str]:
        """Method, path and version of the last call."""
        return self.last.method, self.last.url.raw_path.decode(), self.last.headers["cartesia-version"]

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.last.content)

    @property
    def form(self) -> dict[str, Any]:
        """The fields of the last form; for files, the name, the media type and the content."""
        return form_of(self.last)


def form_of(request: httpx.Request) -> dict[str, Any]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    fields = {}
    for part in email.parser.BytesParser().parsebytes(head + request.content).walk():
        if part.is_multipart():
            continue
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        file = part.get_filename()
        fields[str(name)] = content.decode() if file is None else (file, part.get_content_type(), content)
    return fields


Scenario = Callable[[Any], Any]


def call(face: Face, server: Server, scenario: Scenario, **options: Any) -> Any:
    async def awaited(client: Any) -> Any:
        return await scenario(client.voices)

    return face.run(awaited, server, **options)
