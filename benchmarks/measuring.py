"""What the benchmarks share: an environment with another distribution in it, and how figures are shown."""

import os
import re
import statistics
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TEXT = "The old lighthouse keeper slowly climbed the winding stairs while distant thunder rolled across the bay."
"""About six seconds of speech."""
SENTENCES = tuple(
    """\
The birch canoe slid on the smooth planks.
Glue the sheet to the dark blue background.
It's easy to tell the depth of a well.
These days a chicken leg is a rare dish.
Rice is often served in round bowls.
The juice of lemons makes fine punch.
The box was thrown beside the parked truck.
The hogs were fed chopped corn and garbage.
Four hours of steady work faced us.
A large size in stockings is hard to sell.
The boy was there when the sun rose.
A rod is used to catch pink salmon.
The source of the huge river is the clear spring.
Kick the ball straight and follow through.
Help the woman get back to her feet.
A pot of tea helps to pass the evening.
Smoky fires lack flame and heat.
The soft cushion broke the man's fall.
The salt breeze came across from the sea.
The girl at the booth sold fifty bonds.
The small pup gnawed a hole in the sock.
The fish twisted and turned on the bent hook.
Press the pants and sew a button on the vest.
The swan dive was far short of perfect.
The beauty of the view stunned the young boy.
Two blue fish swam in the tank.
Her purse was full of useless trash.
The colt reared and threw the tall rider.
It snowed, rained, and hailed the same morning.
Read verse out loud for pleasure.""".splitlines()
)
"""The first of the Harvard sentences (IEEE Recommended Practice for Speech Quality Measurements, 1969)."""
ENVIRONMENTS = Path(__file__).parents[1] / "build" / "environments"


def environment_with(requirement: str) -> Path:
    """The Python of an environment of its own in which a distribution is installed; made on first use."""
    home = ENVIRONMENTS / requirement.replace("[", "-").replace("]", "").replace("==", "-")
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement], check=True)
        (home / "complete").touch()
    return python


@contextmanager
def server() -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-u", "-m", "cartesia_server.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            found = re.search(r"http://\S+", serving.stdout.readline())
            assert found is not None
            yield found.group()
        finally:
            serving.terminate()


def output_of(python: Path | str, program: str, *arguments: str) -> str:
    """What a program prints."""
    return subprocess.run(
        [str(python), "-c", program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=variables_for(python),
    ).stdout


def variables_for(python: Path | str) -> dict[str, str]:
    """The variables of this process, for another Python without those that lead it to this one's packages."""
    variables = dict(os.environ)
    if str(python) != this_python():
        variables.pop("PYTHONPATH", None)
    return variables


def quantiles(milliseconds: Sequence[float]) -> str:
    """The middle and the tail of some durations."""
    ordered = sorted(milliseconds)
    tail = ordered[int(0.95 * (len(ordered) - 1))]
    return f"p50 {statistics.median(ordered):7.2f} ms   p95 {tail:7.2f} ms   lowest {ordered[0]:7.2f} ms"


def this_python() -> str:
    """The Python that runs the benchmark."""
    return sys.executable
