"""schemathesis, in an environment of its own, against the OpenAPI document of a running server.

The server must not fail, nor answer in a way that the document does not name; it must refuse what the document calls
wrong, and every operation without a key except the open ones.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from environments import environment_with, variables_for
from ownvoice.api.gate import OPEN
from served import Served, served

SCHEMATHESIS = "schemathesis==4.32.5"
CONFIG = """
[checks]
# What a body of another type, or of none, is refused with, is another status than that of a wrong body.
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 408, 413, 415, 422, 429]
# A schema cannot say all that makes a request good: that two fields fit each other, or that a file is a recording.
positive_data_acceptance.enabled = false
"""
EXAMPLES = 1000
"""The most cases of one operation in each phase; time usually runs out first."""
LEAST_SECONDS = 10
"""The least time for each server, so that a slow machine gets to its first request."""
UNLIMITED = {"requests_per_minute": 0, "max_contexts": 0}
CREDENTIALS: tuple[dict[str, str], ...] = (
    {},
    {"X-API-Key": "no key"},
    {"X-API-Key": ""},
    {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic eDp5"},
    {"Cookie": "api_key=x"},
)


def keeps_to_document(server: Served, python: Path, seconds: float, seed: int) -> bool:
    """Return whether the server keeps to its document, as far as schemathesis finds in that time.

    Args:
        server: the server.
        python: the interpreter of the environment with schemathesis.
        seconds: how long to look.
        seed: repeats a run.
    """
    with tempfile.TemporaryDirectory() as place:
        Path(place, "config.toml").write_text(CONFIG, encoding="utf-8")
        command = [str(python), "-m", "schemathesis.cli", "--config-file", "config.toml", "run"]
        command += [f"{server.url}/openapi.json", "--seed", str(seed), "--max-examples", str(EXAMPLES)]
        command += ["--max-time", str(max(LEAST_SECONDS, round(seconds))), "--request-timeout", "60"]
        command += ["--continue-on-failure", "--generation-database", "none", "--no-color"]
        for name, value in server.headers.items():
            command += ["--header", f"{name}:{value}"]
        done = subprocess.run(command, cwd=place, env=variables_for(python), capture_output=True, text=True)
    told = done.stdout + done.stderr
    print(told if done.returncode else told[told.rfind("SUMMARY") - 35 :], flush=True)
    return not done.returncode and "No test cases were generated" not in told


def asks_for_keys(server: Served) -> bool:
    """Return whether each operation refuses each invalid credential."""
    held = True
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        document = http.get("/openapi.json").json()
        operations = [(path, method) for path, methods in document["paths"].items() for method in methods]
        for path, method in operations:
            for credential in CREDENTIALS:
                answer = http.request(method, path.replace("{id}", "some"), headers=credential)
                if answer.status_code != 401 and path not in OPEN:
                    print(f"  WRONG: {method} {path} with {credential}: {answer.status_code}, not 401")
                    held = False
    print(f"  {len(operations)} operations asked without a key, in {len(CREDENTIALS)} ways")
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"  seed {given.seed}", flush=True)
    python = environment_with(SCHEMATHESIS)
    held = True
    for engine, keys, share in (("tone", False, 0.4), ("tone", True, 0.4), ("espeak", False, 0.2)):
        with served(engine=engine, keys=keys, **UNLIMITED) as server:
            print(f"  {engine}, {'with' if keys else 'without'} keys", flush=True)
            held &= not keys or asks_for_keys(server)
            held &= keeps_to_document(server, python, share * given.seconds, given.seed)
            for fault in server.faults():
                print(f"  WRONG: the server logged: {fault}")
                held = False
    sys.exit(not held)


if __name__ == "__main__":
    main()
