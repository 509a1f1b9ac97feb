"""All the fuzzers, one after the other, each for its share of the time; the exit status tells whether all is well.

A seed repeats what is sent, though not always the timing: several connections are at work at once.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = {"openapi.py": 2, "wire.py": 1, "uploads.py": 1}
"""The programs with their shares of the time: the first one fuzzes three servers."""
SLACK = 300.0
"""Seconds that a part may take beyond its time, to start servers, make environments and finish its work."""
PROPERTIES_LIMIT = 3600.0
"""Seconds for the property tests, which are limited by their number of examples."""


def parts(seconds: float, seed: int, short: bool) -> dict[str, tuple[list[str], float]]:
    """Return the commands by name, each with the seconds after which it is stopped.

    Args:
        seconds: the time of one share.
        seed: repeats a run.
        short: whether to run only the state machines of the property tests.
    """
    pytest = [sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", f"--hypothesis-seed={seed}"]
    # The test suite has just run all of them; the state machines deserve more examples.
    which = ["--hypothesis-profile=fuzz-short", "tests/client/test_contexts_state_machine.py"]
    which += ["tests/server/access/test_limits.py"]
    found = {"properties": ([*pytest, *(which if short else ["--hypothesis-profile=fuzz"])], PROPERTIES_LIMIT)}
    for name, share in PROGRAMS.items():
        command = [sys.executable, str(HERE / name), "--seconds", str(share * seconds), "--seed", str(seed)]
        found[name] = (command, share * seconds + SLACK)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300.0, help="for a part, twice that for OpenAPI")
    parser.add_argument("--short", action="store_true", help="a quarter of a minute for a part, fewer properties")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats a run")
    given = parser.parse_args()
    places = [str(HERE.parent / name) for name in ("tests/support", "benchmarks")]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([*places, *filter(None, [os.environ.get("PYTHONPATH")])])}
    print(f"seed {given.seed}", flush=True)
    failed = []
    for name, (command, limit) in parts(15.0 if given.short else given.seconds, given.seed, given.short).items():
        print(f"== {name}", flush=True)
        began = time.monotonic()
        try:
            status = subprocess.run(command, cwd=HERE.parent, env=variables, timeout=limit).returncode
        except subprocess.TimeoutExpired:
            print(f"  not done after {limit:.0f} s")
            status = 1
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
        failed += [name] if status else []
    sys.exit(f"found by: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
