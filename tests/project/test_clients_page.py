"""The runs of other clients: how what a probe says is read, and that the page has the table of all of them."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import matrix
from matrix import CLIENTS, FEATURES, SIGNS, TRANSPORTS, Report, Transport

CLIENT = CLIENTS[0]
RAN = {"client": CLIENT.distribution, "version": CLIENT.version}
PROBES = Path(matrix.__file__).parent / "probes"


def said(*items: Mapping[str, object], exit_status: int = 0) -> Report:
    printed = "\n".join(["a line of something else", *(json.dumps(item) for item in items)])
    return matrix.report(CLIENT, printed, exit_status, "a complaint", 1.0)


def passed(feature: str) -> dict[str, object]:
    return {"feature": feature, "check": feature, "passed": True, "reason": None}


def failed(feature: str) -> dict[str, object]:
    return {"feature": feature, "check": feature, "passed": False, "reason": "why"}


ALL = [passed(feature) for feature in FEATURES]


def test_a_run_in_which_all_is_well() -> None:
    report = said(RAN, *ALL)
    assert (set(report.outcomes.values()), report.failures, report.checks) == ({"works"}, [], len(FEATURES))


@pytest.mark.parametrize("order", [1, -1])
def test_one_failed_check_is_enough(order: int) -> None:
    report = said(RAN, *[*ALL, failed("flush")][::order])
    assert report.outcomes["flush"] == "fails"
    assert report.failures == ["flush: flush: why"]


def test_what_a_probe_does_not_speak_of_has_failed() -> None:
    report = said(RAN, *ALL[:-2], exit_status=3)
    assert [feature for feature, outcome in report.outcomes.items() if outcome == "fails"] == list(FEATURES)[-2:]
    assert "ended with 3: a complaint" in report.failures[0]


def test_another_version_than_the_one_that_was_asked_for_has_failed() -> None:
    assert said({**RAN, "version": "9"}, *ALL).failures
    assert said(*ALL).failures
    assert said(RAN, *ALL, passed("unheard of")).failures == ["unheard of: it is no feature"]


def test_what_is_skipped_in_one_run_counts_in_the_other() -> None:
    skipped = said(RAN, *ALL[1:], {"feature": "bytes", "skipped": True})
    assert not skipped.failures
    assert matrix.merged([skipped], "bytes") == "not run"
    assert matrix.merged([skipped, said(RAN, *ALL)], "bytes") == "works"
    assert matrix.merged([said(RAN, *ALL), said(RAN, *ALL, failed("bytes"))], "bytes") == "fails"
    absent = said(RAN, *ALL[1:], {"feature": "bytes", "absent": "why"})
    assert matrix.merged([absent], "bytes") == "absent"
    assert absent.why_absent == {"bytes": "why"}


def test_the_table_is_written_in_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{matrix.BEGIN}\nthe table before\n{matrix.END}\nafter\n", "utf-8")
    run = said(RAN, *ALL)
    reports: dict[matrix.Client, dict[Transport, Report]] = {
        client: dict.fromkeys(client.transports, run) for client in CLIENTS
    }
    for _ in range(2):
        matrix.write(reports, page)
        text = page.read_text("utf-8")
        assert text.startswith("before")
        assert text.endswith("after\n")
        assert "the table before" not in text
        assert text.count("| `/tts/bytes` |") == 1


def test_the_page_has_every_client_and_every_feature() -> None:
    table = matrix.PAGE.read_text("utf-8").split(matrix.BEGIN)[1].split(matrix.END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    assert rows[0] == ["", *(client.title for client in CLIENTS)]
    assert [row[0] for row in rows[2:]] == [*FEATURES.values(), *TRANSPORTS.values()]
    assert {cell for row in rows[2:] for cell in row[1:]} <= set(SIGNS.values())


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.title)
def test_every_client_has_a_probe_and_a_version(client: matrix.Client) -> None:
    assert (PROBES / client.probe).is_file()
    for package in client.packages[:1]:
        assert package.endswith(client.version)
