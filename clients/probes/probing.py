"""What the probes of the Python clients share: checks, each of a feature, and what counts as speech.

A probe runs in the environment of its client, which has nothing of this project in it, so this needs the standard
library alone. Variables tell it where the server is. It prints a line of JSON a check, for `clients/run.py`.
"""

import array
import asyncio
import faulthandler
import importlib.metadata
import inspect
import json
import os
import sys
import time
import traceback
import warnings
from pathlib import Path

URL = os.environ["PROBE_URL"]
"""The address of the server, such as http://localhost:8000."""
KEY = os.environ.get("PROBE_KEY", "any")
"""A key that the server takes."""
ASKS_FOR_KEYS = "PROBE_KEY" in os.environ
PROGRAMS = Path(os.environ["PROBE_PROGRAMS"]) if "PROBE_PROGRAMS" in os.environ else None
"""Published programs for the protocol, where they are there."""
TLS = URL.startswith("https")

BARBERSHOP_MAN = "a0e99841-438c-4a64-b679-ae501e7d6091"
NEWSMAN = "d46abd1d-2d02-43e8-819f-51fb652c1c61"
RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}
WAV = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 16000}
TEXT = "Hello there, my dear friend."
PARTS = ["The first sentence is here. ", "And a second ", "one that goes on, ", "and ends."]
WHOLE = "".join(PARTS)
FLUSHED = ["The first part, ", "the second part, which is longer. ", "The third."]
INTERLEAVED = [
    ["One two three. "],
    ["Four five six seven eight nine ten. ", "Eleven twelve thirteen."],
    ["Hi. "],
    PARTS,
]
LONG = "A long sentence that goes on. " * 300

LONGEST_CHECK = 40
"""Seconds after which a check has failed."""

warnings.simplefilter("ignore")  # published clients warn of themselves
_checks = []


def check(feature, *, given=True):
    """Make a function a check of a feature, one that is run where something is given."""

    def adding(function):
        if given:
            _checks.append((feature, function))
        else:
            print(json.dumps({"feature": feature, "skipped": True}))
        return function

    return adding


def absent(*features, why=""):
    """Say that a client does not have some features, and where it is no matter of course, why."""
    for feature in features:
        print(json.dumps({"feature": feature, "absent": why}))


def assert_speech(audio, text, *, rate=16000, encoding="pcm_s16le"):
    """Assert that audio is audible, and about as long as a text takes to say."""
    samples = array.array({"pcm_s16le": "h", "pcm_f32le": "f"}[encoding])
    samples.frombytes(audio[: len(audio) // samples.itemsize * samples.itemsize])
    seconds, words = len(samples) / rate, len(text.split())
    assert 0.12 * words < seconds < 1.2 * words + 1.2, f"{seconds:.2f} s for {words} words"
    peak = max(map(abs, samples)) / (32768 if encoding == "pcm_s16le" else 1)
    assert peak > 0.02, f"the loudest sample is {peak}"


def assert_refused(kinds, words, call, *arguments, **named):
    """Assert that a call raises one of those errors, with those words in it."""
    said = None
    try:
        call(*arguments, **named)
    except kinds as error:
        said = f"{type(error).__name__}: {error}"
    assert said is not None, "it was not refused"
    assert words in said, f"it says {said}"


def run(distribution, version=None):
    """Run the checks of a distribution that is installed, or of another program, and end with how many failed."""
    print(json.dumps({"client": distribution, "version": version or importlib.metadata.version(distribution)}))
    failed = sum(not _passes(feature, function) for feature, function in _checks)
    sys.stdout.flush()
    os._exit(failed)  # without waiting for threads that a client left behind


def _passes(feature, function):
    faulthandler.dump_traceback_later(LONGEST_CHECK + 5, exit=True)
    reason, started = None, time.perf_counter()
    try:
        if inspect.iscoroutinefunction(function):
            asyncio.run(asyncio.wait_for(function(), LONGEST_CHECK))
        else:
            function()
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {str(error)[:300]} ({Path(place.filename).name}:{place.lineno})"
    faulthandler.cancel_dump_traceback_later()
    result = {"feature": feature, "check": function.__name__, "passed": reason is None, "reason": reason}
    print(json.dumps({**result, "seconds": round(time.perf_counter() - started, 2)}), flush=True)
    return reason is None
