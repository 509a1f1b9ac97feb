"""The OpenAPI document of a server with keys: each operation, its refusals, and the ways to send a key."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from asking import OLD, version
from guarded import guarded
from ownvoice.api.gate import OPEN
from ownvoice.api.openapi import openapi
from ownvoice.settings import Settings

DOCUMENT = openapi(Settings(keys=True))
OPERATIONS = [
    (method, path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]


def problems(operation: dict[str, Any], answer: httpx.Response) -> list[str]:
    """Return what is not as documented in an answer."""
    content = operation["responses"][str(answer.status_code)]["content"]
    schema = content[answer.headers["content-type"].partition(";")[0]]["schema"]
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    body = answer.json() if "json" in answer.headers["content-type"] else answer.text
    return [error.message for error in validator.iter_errors(body)]


def test_it_is_valid() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_without_keys_and_limits_it_speaks_of_neither() -> None:
    document = openapi(Settings())
    assert "security" not in document
    for methods in document["paths"].values():
        for operation in methods.values():
            assert not {"401", "429"} & set(operation["responses"])
    assert "429" in openapi(Settings(requests_per_minute=5))["paths"]["/voices"]["get"]["responses"]
    only_contexts = openapi(Settings(max_contexts=5))["paths"]
    assert "429" in only_contexts["/tts/sse"]["post"]["responses"]
    assert "429" not in only_contexts["/voices"]["get"]["responses"]


@pytest.mark.parametrize("date", [OLD, "2026-08-14"])
def test_every_operation_refuses_as_documented(tmp_path: Path, date: str) -> None:
    """Ask each without a key, with a token that grants nothing, and beyond the limit."""
    with guarded(tmp_path, requests_per_minute=1) as server:
        nothing = server.token(grants={})
        _, spent = server.store.keys.create("spent")
        httpx.get(server.url + "/voices", headers={"X-API-Key": spent})
        for method, path, operation in OPERATIONS:
            url = server.url + path.replace("{id}", "x")
            for credential, status in ((None, 401), (nothing, 403), (spent, 429)):
                headers = version(date) | ({} if credential is None else {"Authorization": f"Bearer {credential}"})
                answer = httpx.request(method, url, headers=headers)
                assert answer.status_code == (200 if path in OPEN else status), path
                assert problems(operation, answer) == []


def test_every_way_to_send_a_key_is_described_and_works(tmp_path: Path) -> None:
    with guarded(tmp_path) as server:
        token = server.token()
        for name, scheme in DOCUMENT["components"]["securitySchemes"].items():
            credential = token if "token" in name else server.secret
            sent: dict[str, Any] = {"headers": {"Authorization": f"Bearer {credential}"}}
            if scheme["type"] == "apiKey":
                sent = {"params" if scheme["in"] == "query" else "headers": {scheme["name"]: credential}}
            assert httpx.get(server.url + "/voices", **sent).status_code == 200, name
    assert {name for one in DOCUMENT["security"] for name in one} == set(DOCUMENT["components"]["securitySchemes"])
