"""`ownvoice keys`, and a server that refuses to start without one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ownvoice.cli.main import main
from ownvoice.settings import PREFIX, load
from ownvoice.store import open_store


@pytest.fixture(autouse=True)
def data_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "DATA", str(tmp_path / "data"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_key_from_its_making_to_its_end(tmp_path: Path) -> None:
    made = run("keys", "create", "--name", "the phone")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert made.stdout.count(secret) == 1
    assert secret not in made.stderr  # the one line of the output can be piped on
    store = open_store(tmp_path / "data")
    found = store.keys.find(secret)
    store.close()
    assert found is not None
    listed = run("keys", "list").stdout
    assert secret not in listed
    created = found.created_at[:19]
    assert listed.splitlines()[1].split() == [found.id, f"{found.prefix}...", created, "the", "phone"]
    assert run("keys", "revoke", found.id).exit_code == 0
    id, prefix, created_then, revoked, *name = run("keys", "list").stdout.splitlines()[1].split()
    assert [id, prefix, created_then, *name] == [found.id, f"{found.prefix}...", created, "the", "phone"]
    assert datetime.fromisoformat(created) <= datetime.fromisoformat(revoked) <= datetime.now(UTC).replace(tzinfo=None)
    store = open_store(tmp_path / "data")
    assert store.keys.find(secret) is None
    store.close()
    again = run("keys", "revoke", found.id)
    assert (again.exit_code, "there is no key" in again.stderr) == (1, True)


def test_a_key_may_be_revoked_by_how_it_begins() -> None:
    run("keys", "create")
    shown = next(word for word in run("keys", "list").stdout.split() if word.endswith("..."))
    assert run("keys", "revoke", shown).exit_code == 0


def test_without_keys_there_is_nothing_to_list_and_nothing_is_made(tmp_path: Path) -> None:
    assert run("keys", "list").stdout.split() == ["ID", "SECRET", "CREATED", "REVOKED", "NAME"]
    assert run("keys", "revoke", "nobody").exit_code == 1
    assert not (tmp_path / "data").exists()


def test_the_directory_of_a_file_with_settings(tmp_path: Path) -> None:
    config = tmp_path / "server.toml"
    other = tmp_path / "other"
    config.write_text(f"database_url = 'sqlite:///{(other / 'keys.db').as_posix()}'\n")
    assert run("keys", "create", "--config", str(config)).exit_code == 0
    assert (other / "keys.db").is_file()


def test_a_store_that_cannot_be_written_to_is_explained(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    result = run("keys", "create")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [("--host", "0.0.0.0"), ("--keys",)])
def test_a_server_that_asks_for_keys_does_not_start_without_one(arguments: tuple[str, ...]) -> None:
    result = run("serve", "--port", "0", *arguments)
    assert result.exit_code == 1
    assert "ownvoice keys create" in result.stderr
    assert "--no-keys" in result.stderr


def test_a_key_that_was_revoked_does_not_start_it() -> None:
    run("keys", "create")
    shown = next(word for word in run("keys", "list").stdout.split() if word.endswith("..."))
    run("keys", "revoke", shown)
    assert run("serve", "--port", "0", "--keys").exit_code == 1


def test_the_setting_can_be_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().keys is None
    for value, expected in (("true", True), ("false", False), ("1", True)):
        monkeypatch.setenv(PREFIX + "KEYS", value)
        assert load().keys is expected
    monkeypatch.setenv(PREFIX + "CORS_ORIGINS", '["https://a.example"]')
    assert load().cors_origins == ("https://a.example",)
