"""The database under the store: when it is made, several processes and forks, migrations, and what goes wrong."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from ownvoice.store import FileClips, Store, StoreError, migrations, open_store, schema
from postgres import Cluster
from stores import ALL, EMBEDDING, StoreLocation, names, voice

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither forks nor modes of files")


def engine_url(location: StoreLocation) -> str:
    """Return the URL of the database for SQLAlchemy."""
    return (location.url or f"sqlite:///{location.directory / 'voices.db'}").replace(
        "postgresql:", "postgresql+psycopg:"
    )


def raw(location: StoreLocation, *statements: str) -> None:
    """Run SQL statements beside the store."""
    engine = create_engine(engine_url(location))
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_reading_makes_nothing_and_imports_nothing(tmp_path: Path) -> None:
    process = StoreLocation(tmp_path / "data", None).start_process("""
        assert store.voices.get("x", "me") is None and not store.voices.page("me", VoiceFilter(), None, 5)
        assert not store.voices.delete("x", "me") and not store.recordings.delete("x", "me")
        assert store.recordings.remove_orphaned_clips() == 0
        assert store.keys.find("x") is None and not store.keys.revoke("x")
        assert store.dictionaries.update("x", "me", name="y") is None and store.voices.update("x", "me") is None
        assert not {"sqlalchemy", "alembic", "psycopg"} & set(sys.modules)
        store.voices.add(voice())
        assert "alembic" in sys.modules
    """)
    _, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", 0)
    process = StoreLocation(tmp_path / "data", None).start_process("""
        assert len(store.voices.page("me", VoiceFilter(), None, 5)) == 1
        assert "sqlalchemy" in sys.modules and "alembic" not in sys.modules
    """)
    _, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", 0)


@posix
def test_files_are_for_their_user_alone(tmp_path: Path) -> None:
    store = open_store(tmp_path / "data")
    kept = store.recordings.add("me", b"sound", "audio/wav", EMBEDDING, "en")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data", *(tmp_path / "data").rglob("*"))}
    store.close()
    assert modes.pop(tmp_path / "data") == modes.pop(tmp_path / "data/clips") == 0o700
    assert modes[tmp_path / "data/clips" / kept.id] == 0o600
    assert set(modes.values()) == {0o600}


def test_what_was_kept_is_there_after_a_restart(location: StoreLocation) -> None:
    store = location.open()
    recording = store.recordings.add("me", b"sound", "audio/wav", EMBEDDING, "en")
    kept = voice(recording=recording.id)
    store.voices.add(kept)
    _, secret = store.keys.create("")
    store.close()
    assert store.voices.get(kept.id, "me") == kept  # a closed store opens again
    store.close()
    again = location.open()
    assert again.voices.get(kept.id, "me") == kept
    assert again.recordings.sound(recording.id, "me") == b"sound"
    assert again.keys.find(secret) is not None
    again.close()


def test_processes_make_and_fill_a_database_at_once(location: StoreLocation) -> None:
    """None is told that the database is locked, and nothing is lost."""
    program = """
        import alembic.command, ownvoice.store.connections  # so that all begin at the same time
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(15):
            recording = store.recordings.add("me", b"sound", "audio/wav", (1.0,), "en") if number % 5 == 0 else None
            made = voice(f"{sys.argv[1]}-{number}", recording=recording and recording.id)
            store.voices.add(made)
            assert store.voices.update(made.id, "me", description="changed")
            assert store.voices.get(made.id, "me").description == "changed"
        store.close()
    """
    processes = [location.start_process(program, str(number)) for number in range(3)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert (errors, process.returncode) == ("", 0)
    store = location.open()
    found = store.voices.page("me", ALL, None, 1000)
    store.close()
    assert sorted(names(found)) == sorted(f"{process}-{number}" for process in range(3) for number in range(15))
    assert len(location.clips) == 9


def test_threads_share_a_store(store: Store) -> None:
    def fill(number: int) -> None:
        for count in range(10):
            store.voices.add(voice(f"{number}-{count}"))

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.voices.page("me", ALL, None, 1000)) == 40


def test_a_killed_process_loses_nothing_that_was_acknowledged(location: StoreLocation) -> None:
    """It is killed at any time between or within its writes; what it had said is there, and no half clip stays."""
    process = location.start_process("""
        while True:
            recording = store.recordings.add("me", b"x" * 100_000, "audio/wav", (1.0,), "en")
            made = voice(recording=recording.id)
            store.voices.add(made)
            print(made.id, flush=True)
            extra = store.recordings.add("me", b"y" * 100_000, "audio/wav", (2.0,), "en")
            store.recordings.delete(extra.id, "me")
    """)
    assert process.stdout
    acknowledged = [process.stdout.readline().strip() for _ in range(8)]
    process.kill()
    acknowledged += process.communicate(timeout=60)[0].split()
    store = location.open()
    for id in acknowledged:
        kept = store.voices.get(id, "me")
        assert kept is not None
        assert kept.recording is not None
        assert store.recordings.sound(kept.recording, "me") == b"x" * 100_000
    store.recordings.remove_orphaned_clips(0)
    assert all(store.recordings.sound(name, "me") for name in location.clips)
    store.close()


@pytest.mark.parametrize("death", ["half", "whole"])
def test_a_process_that_dies_at_a_clip_leaves_none(location: StoreLocation, death: str) -> None:
    process = location.start_process(
        """
        def die(*_): os._exit(9)
        setattr(os, {"half": "replace", "whole": "fsync"}[sys.argv[1]], die)
        if sys.argv[1] == "whole":  # the file has its name, and the row is not there yet
            replace, real = os.replace, os.fsync
            os.fsync = lambda _: None
            def replaced(*paths):
                replace(*paths)
                die()
            os.replace = replaced
        store.recordings.add("me", b"sound", "audio/wav", (1.0,), "en")
    """,
        death,
    )
    process.communicate(timeout=60)
    assert process.returncode == 9
    store = location.open()
    assert len(location.clips) == 1
    assert location.clips[0].endswith(".unfinished") == (death == "half")
    assert store.recordings.similar((1.0,), "me") is None
    assert store.recordings.remove_orphaned_clips() == 0
    assert store.recordings.remove_orphaned_clips(0) == 1
    assert location.clips == []
    store.close()


@posix
def test_a_fork_and_its_parent_both_go_on(location: StoreLocation) -> None:
    process = location.start_process("""
        store.voices.add(voice("before"))
        children = []
        for number in range(2):
            child = os.fork()
            if not child:
                for count in range(5):
                    store.voices.add(voice(f"child {number} {count}"))
                store.close()
                os._exit(0)
            children.append(child)
        for count in range(5):
            store.voices.add(voice(f"parent {count}"))
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
        assert len(store.voices.page("me", VoiceFilter(), None, 100)) == 16
        store.close()
    """)
    _, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", 0)


def test_a_file_that_is_removed_is_made_again(tmp_path: Path) -> None:
    """What is written after that is not lost in a file without a name."""
    location = StoreLocation(tmp_path, None)
    store = location.open()
    store.voices.add(voice("lost"))
    for path in tmp_path.glob("voices.db*"):
        path.unlink()
    assert store.voices.page("me", ALL, None, 5) == []
    store.voices.add(voice("kept"))
    store.close()
    again = location.open()
    assert names(again.voices.page("me", ALL, None, 5)) == ["kept"]
    again.close()


def test_a_server_of_postgresql_that_is_restarted(postgres: Cluster, tmp_path: Path) -> None:
    store = open_store(tmp_path, postgres.new_database())
    store.voices.add(voice("kept"))
    postgres.restart()
    assert names(store.voices.page("me", ALL, None, 5)) == ["kept"]
    store.close()


def test_migrations_lead_to_the_tables(location: StoreLocation) -> None:
    store = location.open()
    store.voices.add(voice())
    store.close()
    engine = create_engine(engine_url(location))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    engine.dispose()
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [schema.REVISION]


def test_a_database_of_the_first_revision_is_brought_up_to_date(location: StoreLocation) -> None:
    """With what is in it, and although only reading was asked for."""
    store = location.open()
    recording = store.recordings.add("me", b"sound", "audio/wav", EMBEDDING, "en")
    kept = voice(recording=recording.id)
    store.voices.add(kept)
    store.close()
    raw(location, "DROP TABLE dictionaries", "DROP TABLE keys", "UPDATE alembic_version SET version_num = '0001'")
    again = location.open()
    assert again.voices.get(kept.id, "me") == kept
    _, secret = again.keys.create("")
    assert again.keys.find(secret) is not None
    again.close()


def test_a_database_of_a_newer_version_is_refused(location: StoreLocation) -> None:
    store = location.open()
    store.voices.add(voice())
    store.close()
    raw(location, "UPDATE alembic_version SET version_num = '9999'")
    again = location.open()
    for _ in range(2):
        with pytest.raises(StoreError, match=r"newer version of this program: its tables are of revision 9999"):
            again.voices.get("x", "me")
    with pytest.raises(StoreError, match="newer version"):
        again.voices.add(voice())


@pytest.mark.parametrize(
    "url",
    ["", "voices.db", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://me:geheim@host/x", "postgresql://"],
)
def test_urls_of_no_database(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="should be sqlite:///FILE or postgresql://") as raised:
        Store(url, FileClips(tmp_path))
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://me:geheim@127.0.0.1:1/voices", "the PostgreSQL database voices at 127.0.0.1 cannot be opened"),
        ("postgresql://me:geheim@127.0.0.1:geheim/voices", "the URL of the database cannot be read"),
        ("postgresql://me@127.0.0.1:1/voices?password=geheim", "cannot be opened: .*refused"),
    ],
)
def test_a_server_that_cannot_be_reached(tmp_path: Path, url: str, message: str) -> None:
    store = open_store(tmp_path, url)
    with pytest.raises(StoreError, match=message) as raised:
        store.voices.get("x", "me")
    assert "geheim" not in "".join(traceback.format_exception(raised.value))


def test_a_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    store = open_store(tmp_path / "data")
    assert store.voices.get("x", "me") is None
    with pytest.raises(StoreError, match=r"the database .*voices\.db cannot be made"):
        store.voices.add(voice())


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="for root every directory is writable")
def test_a_directory_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be made: Permission denied"):
        open_store(tmp_path / "data").voices.add(voice())
    tmp_path.chmod(0o700)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "voices.db").write_bytes(b"this is a text, and a long one" * 100)
    with pytest.raises(StoreError, match=r"the database .*voices\.db cannot be opened: file is not a database"):
        open_store(tmp_path).voices.get("x", "me")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on files")
def test_a_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files, which is the same to SQLite; what was acknowledged before stays."""
    location = StoreLocation(tmp_path, None)
    process = location.start_process("""
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store.voices.add(voice("kept"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
        try:
            for number in range(1000):
                store.voices.add(voice(f"{number}", description="x" * 50_000))
        except StoreError as error:
            print(error)
        assert [made.name for made in store.voices.page("me", VoiceFilter(), None, 1, backward=True)] == ["kept"]
    """)
    output, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", 0)
    assert f"the database {tmp_path / 'voices.db'} cannot be written to: " in output


def test_postgresql_without_its_driver(tmp_path: Path) -> None:
    process = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['psycopg'] = None\n"
            "from pathlib import Path; from ownvoice.store import *\n"
            "open_store(Path(sys.argv[1]), 'postgresql://host/x').voices.get('x', 'me')",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
    )
    assert 'PostgreSQL needs psycopg: pip install "ownvoice[postgres]"' in process.stderr


def test_the_tests_run_against_postgresql(postgres: Cluster) -> None:
    with psycopg.connect(postgres.new_database()) as connection:
        assert connection.info.server_version >= 13_00_00
    assert sqlite3.sqlite_version_info >= (3, 15)
