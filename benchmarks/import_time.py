"""What `import cartesia` costs over starting Python, in turn with the bare start, and beside the published client."""

import statistics
import subprocess
import time
from pathlib import Path

from environments import environment_with, this_python, variables_for

ROUNDS = 15


def start(python: Path | str, statement: str) -> float:
    """Return the milliseconds that an interpreter takes for one statement."""
    started = time.perf_counter()
    subprocess.run([str(python), "-c", statement], check=True, env=variables_for(python))
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    published = environment_with("cartesia[websockets]==3.2.0")
    cases: dict[str, tuple[Path | str, str]] = {
        "import cartesia": (this_python(), "import cartesia"),
        "from cartesia import Cartesia": (this_python(), "from cartesia import Cartesia"),
        "Cartesia() and its first HTTP client": (
            this_python(),
            "from cartesia import Cartesia; Cartesia(base_url='http://localhost')._http",
        ),
        "published 3.2.0: import cartesia": (published, "import cartesia"),
    }
    costs: dict[str, list[float]] = {name: [] for name in cases}
    for round_ in range(ROUNDS + 1):
        for name, (python, statement) in cases.items():
            cost = start(python, statement) - start(python, "pass")
            if round_:  # the first one fills the caches
                costs[name].append(cost)
    for name, values in costs.items():
        print(f"{name:40s} {statistics.median(values):7.1f} ms over bare Python")


if __name__ == "__main__":
    main()
