"""Which published clients are run against the server, what is tried with each, and the table of what came of it."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PAGE = Path(__file__).parents[1] / "docs" / "clients.md"
BEGIN, END = "<!-- written by clients/run.py: begin -->", "<!-- end -->"

FEATURES = {
    "bytes": "`/tts/bytes`",
    "formats": "raw encodings, WAV, MP3",
    "sse": "`/tts/sse`",
    "websocket": "WebSocket: one utterance",
    "timestamps": "word and phoneme times",
    "continuations": "continuations",
    "flush": "flush",
    "interleaved contexts": "interleaved contexts",
    "cancel": "cancel, then go on",
    "contexts left open": "contexts left open end",
    "voices": "voices: list to the end, get",
    "embeddings": "voices by their embedding",
    "voices made": "voices: create, delete",
    "voices changed": "voices: update",
    "voices cloned": "voices: clone",
    "voices mixed": "voices: mix",
    "voices localized": "voices: localize",
    "dictionaries": "pronunciation dictionaries",
    "errors": "errors are told",
    "keys": "keys",
    "access tokens": "access tokens",
    "programs": "published programs as they are",
}
"""What is tried, by the names that the probes use, and how the table says it."""

Transport = Literal["plain", "tls"]
TRANSPORTS: Mapping[Transport, str] = {
    "plain": "over http and ws, without keys",
    "tls": "over https and wss, with keys",
}

Outcome = Literal["works", "fails", "absent", "not run"]
SIGNS: Mapping[Outcome, str] = {"works": "✓", "fails": "✗", "absent": "–", "not run": ""}


@dataclass(frozen=True)
class Client:
    """A published client, and the probe that tries it."""

    name: str
    packages: tuple[str, ...]
    """What is installed for it, the client first, from the registry of its language."""
    probe: str
    """A program of `probes/`, which says what language it is in."""
    distribution: str
    """What the probe reports to have run."""
    version: str
    """The version, or nothing where it is run as it is on this machine."""
    transports: tuple[Transport, ...] = ("plain", "tls")
    in_short_run: bool = True
    tools: tuple[str, ...] = ()
    """Programs without which it is not run."""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}".strip()


def _python(version: str, probe: str, extra: str = "") -> Client:
    return Client("cartesia (Python)", (f"cartesia{extra}=={version}",), probe, "cartesia", version)


CLIENTS = (
    _python("1.4.0", "first_generation.py"),
    _python("2.0.17", "second_generation.py"),
    _python("3.2.0", "third_generation.py", "[websockets]"),
    _python("4.2.0", "third_generation.py", "[websockets]"),
    Client(
        "cartesia-js",
        ("@cartesia/cartesia-js@3.2.0", "ws@8.23.0", "typescript@5.9.3"),
        "javascript.mjs",
        "@cartesia/cartesia-js",
        "3.2.0",
        ("tls",),  # its WebSocket knows no other
        tools=("node", "npm"),
    ),
    Client("pipecat-ai", ("pipecat-ai==1.14.0",), "pipecat_service.py", "pipecat-ai", "1.14.0", in_short_run=False),
    Client(
        "livekit-plugins-cartesia",
        ("livekit-plugins-cartesia==1.8.9",),
        "livekit_plugin.py",
        "livekit-plugins-cartesia",
        "1.8.9",
        in_short_run=False,
    ),
    Client("curl", (), "curl_commands.py", "curl", "", in_short_run=False, tools=("curl",)),
)


@dataclass(frozen=True)
class Report:
    """What a probe said in one run, and how it ended."""

    outcomes: Mapping[str, Outcome]
    why_absent: Mapping[str, str]
    failures: Sequence[str]
    checks: int
    seconds: float


def report(client: Client, printed: str, exit_status: int, complaint: str, seconds: float) -> Report:
    """Read what a probe printed. Whatever a probe does not speak of has failed: nobody tried it."""
    outcomes: dict[str, Outcome] = {}
    why_absent: dict[str, str] = {}
    failures = []
    checks = 0
    found = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    ran = [(item["client"], item["version"]) for item in found if "client" in item]
    if client.version and ran != [(client.distribution, client.version)]:
        failures.append(f"the probe ran {ran}")
    for item in found:
        feature = item.get("feature")
        if feature is None:
            continue
        if "absent" in item:
            outcomes[feature] = "absent"
            why_absent[feature] = item["absent"]
        elif "skipped" in item:
            outcomes.setdefault(feature, "not run")
        else:
            checks += 1
            if not item["passed"]:
                failures.append(f"{feature}: {item['check']}: {item['reason']}")
            fails = not item["passed"] or outcomes.get(feature) == "fails"
            outcomes[feature] = "fails" if fails else "works"
    failures += [f"{feature}: it is no feature" for feature in outcomes.keys() - FEATURES.keys()]
    if missing := [feature for feature in FEATURES if feature not in outcomes]:
        outcomes |= dict.fromkeys(missing, "fails")
        ended = f"and ended with {exit_status}: {complaint.strip()[-2000:]}"
        failures.append(f"the probe says nothing of {', '.join(missing)}, {ended}")
    return Report(outcomes, why_absent, failures, checks, seconds)


def merged(reports: Iterable[Report], feature: str) -> Outcome:
    """Return the outcome of a feature in all runs of a client."""
    outcomes = {report.outcomes[feature] for report in reports}
    for outcome in ("fails", "works", "absent"):
        if outcome in outcomes:
            return outcome
    return "not run"


Reports = Mapping[Client, Mapping[Transport, Report]]


def rows(reports: Reports) -> list[list[str]]:
    """Return the table: its head, a row for each feature, and one for each transport."""
    clients = list(reports)
    table = [["", *(client.title for client in clients)]]
    for feature, title in FEATURES.items():
        table.append([title, *(SIGNS[merged(reports[client].values(), feature)] for client in clients)])
    for transport, title in TRANSPORTS.items():
        table.append([title, *(_sign_of(reports[client], client, transport) for client in clients)])
    return table


def _sign_of(runs: Mapping[Transport, Report], client: Client, transport: Transport) -> str:
    if transport not in client.transports:
        return SIGNS["absent"]
    if transport not in runs:
        return SIGNS["not run"]
    return SIGNS["fails" if runs[transport].failures else "works"]


def write(reports: Reports, page: Path = PAGE) -> None:
    """Write the table into the page, in place of the present one."""
    head, *body = rows(reports)
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---", *(":-:" for _ in head[1:])], *body)]
    checks = sum(run.checks for runs in reports.values() for run in runs.values())
    lines = [f"Of {datetime.date.today().isoformat()}, by {checks} checks:", "", *lines, "", *_absences(reports)]
    text = page.read_text("utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    page.write_text(before + BEGIN + "\n\n" + "\n".join(lines) + "\n\n" + END + after, "utf-8")


def _absences(reports: Reports) -> list[str]:
    """Explain the features that a client does not have, where that needs an explanation."""
    lines = []
    for client, runs in reports.items():
        whys = {feature: why for run in runs.values() for feature, why in run.why_absent.items() if why}
        if whys:
            told = "; ".join(f"{FEATURES[feature]}: {why}" for feature, why in whys.items())
            lines.append(f"- {client.title}: {told}.")
    return lines
