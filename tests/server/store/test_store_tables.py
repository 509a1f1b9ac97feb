"""Recordings, dictionaries and keys that are stored."""

import hashlib
import sqlite3
from pathlib import Path

import pytest

from ownvoice.store import DictionaryItem, FileClips, Store, StoredDictionary, StoreError, keys
from stores import EMBEDDING, StoreLocation, voice


def test_a_recording_is_kept_with_its_sound(store: Store, location: StoreLocation) -> None:
    kept = store.recordings.add("me", b"\0RIFF\xff\n", "audio/wav", EMBEDDING, "en")
    assert store.recordings.get(kept.id, "me") == kept
    assert store.recordings.sound(kept.id, "me") == b"\0RIFF\xff\n"
    assert store.recordings.similar([round(number, 5) for number in EMBEDDING], "me") == kept
    assert location.clips == [kept.id]
    assert kept.embedding == EMBEDDING
    for stranger in ("you", "", "\0"):
        assert store.recordings.get(kept.id, stranger) is None
        assert store.recordings.sound(kept.id, stranger) is None
        assert store.recordings.similar(EMBEDDING, stranger) is None
        assert not store.recordings.delete(kept.id, stranger)
    assert store.recordings.delete(kept.id, "me")
    assert not store.recordings.delete(kept.id, "me")
    assert store.recordings.sound(kept.id, "me") is None
    assert location.clips == []


def test_a_recording_goes_with_its_last_voice(store: Store, location: StoreLocation) -> None:
    recording = store.recordings.add("me", b"sound", "audio/wav", EMBEDDING, "en")
    first, second = voice(recording=recording.id), voice(recording=recording.id)
    for kept in (first, second):
        store.voices.add(kept)
    with pytest.raises(ValueError, match="still used by a voice"):
        store.recordings.delete(recording.id, "me")
    with pytest.raises(ValueError, match="there is no recording"):
        store.voices.add(voice(owner="you", recording=recording.id))
    assert store.voices.delete(first.id, "me")
    assert store.recordings.sound(recording.id, "me") == b"sound"
    assert store.voices.delete(second.id, "me")
    assert store.recordings.get(recording.id, "me") is None
    assert location.clips == []


def test_a_clip_that_cannot_be_written_leaves_nothing(
    store: Store, location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    store.recordings.add("me", b"before", "audio/wav", EMBEDDING, "en")
    before = location.clips
    with monkeypatch.context() as patched:
        patched.setattr("ownvoice.store.clips.os.fsync", full)
        with pytest.raises(StoreError, match=r"the recording .*clips.* cannot be written: No space left on device"):
            store.recordings.add("me", b"after", "audio/wav", (1.0,), "en")
    assert store.recordings.similar((1.0,), "me") is None
    assert location.clips == before
    assert store.recordings.remove_orphaned_clips(0) == 0


def test_a_clip_that_cannot_be_removed_is_removed_later(
    store: Store, location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(*_: object) -> None:
        raise StoreError("stuck")

    recording = store.recordings.add("me", b"sound", "audio/wav", EMBEDDING, "en")
    with monkeypatch.context() as patched:
        patched.setattr(FileClips, "delete", stuck)
        assert store.recordings.delete(recording.id, "me")
        with pytest.raises(StoreError, match="stuck"):
            store.recordings.remove_orphaned_clips(0)
    assert location.clips == [recording.id]
    assert store.recordings.remove_orphaned_clips() == 0  # somebody may be at work on it
    assert store.recordings.remove_orphaned_clips(0) == 1
    assert location.clips == []


def test_what_was_swept_while_it_was_written_is_not_there(
    store: Store, location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = FileClips.put

    def slow(clips: FileClips, id: str, sound: bytes) -> None:
        other = location.open()
        other.recordings.remove_orphaned_clips(0)
        other.close()
        put(clips, id, sound)

    monkeypatch.setattr(FileClips, "put", slow)
    with pytest.raises(StoreError, match="removed as orphaned"):
        store.recordings.add("me", b"sound", "audio/wav", EMBEDDING, "en")
    assert store.recordings.similar(EMBEDDING, "me") is None
    assert location.clips == []


@pytest.mark.parametrize("id", ["../../etc/passwd", "", "a/" + "0" * 34, "0" * 36 + "\n", "٠" * 36])
def test_clips_have_no_names_from_outside(tmp_path: Path, id: str) -> None:
    clips = FileClips(tmp_path / "clips")
    for use in (clips.get, clips.delete, lambda id: clips.put(id, b"")):
        with pytest.raises(ValueError, match="is no id of a recording"):
            use(id)
    assert not list(tmp_path.iterdir())


def dictionary(name: str, owner: str = "me", day: int = 1) -> StoredDictionary:
    items = (DictionaryItem("%'\0\"", "ˈt͡ʃɛk", case_sensitive=True), DictionaryItem("Ж", "zh"))
    return StoredDictionary(name=name, owner=owner, items=items, created_at=f"2026-01-{day:02}T00:00:00Z")


def test_dictionaries(store: Store) -> None:
    assert store.dictionaries.get("x", "me") is None
    assert store.dictionaries.page("me", None, 5) == store.dictionaries.page("me", None, 5, backward=True) == []
    assert store.dictionaries.update("x", "me", name="y") is None
    assert not store.dictionaries.delete("x", "me")
    first, second, third = (dictionary(str(day), day=day) for day in (1, 2, 3))
    theirs = dictionary("theirs", "you")
    for kept in (first, second, third, theirs):
        store.dictionaries.add(kept)

    assert store.dictionaries.get(first.id, "me") == first
    assert store.dictionaries.page("me", None, 2) == [third, second]
    assert store.dictionaries.page("me", second.id, 2) == [first]
    assert store.dictionaries.page("me", None, 2, backward=True) == [second, first]
    assert store.dictionaries.page("me", second.id, 2, backward=True) == [third]
    assert store.dictionaries.page("me", theirs.id, 2) == []
    assert store.dictionaries.get(theirs.id, "me") is None
    assert store.dictionaries.update(theirs.id, "me", name="stolen") is None
    assert not store.dictionaries.delete(theirs.id, "me")

    changed = store.dictionaries.update(first.id, "me", items=(DictionaryItem("a", "b"),), pinned=True)
    assert changed is not None
    assert (changed.name, changed.items, changed.pinned) == ("1", (DictionaryItem("a", "b"),), True)
    assert store.dictionaries.get(first.id, "me") == changed
    with pytest.raises(ValueError, match="colour of a dictionary cannot be changed; what can is name, items, pinned"):
        store.dictionaries.update(first.id, "me", colour="red")
    assert store.dictionaries.delete(second.id, "me")
    assert store.dictionaries.page("me", second.id, 2) == []
    assert store.dictionaries.page("me", None, 9) == [third, changed]


def test_a_key_is_found_by_its_secret_alone(store: Store) -> None:
    assert store.keys.find("sk_own_x") is None
    assert store.keys.list() == []
    key, secret = store.keys.create("laptop")
    other, _ = store.keys.create("")
    assert secret.startswith(key.prefix)
    assert len(secret) - len(key.prefix) >= 35
    assert store.keys.find(secret) == store.keys.find(secret) == key
    for wrong in (key.prefix, secret[:-1], secret + "A", secret.swapcase(), key.id, "", "\0", "\ud800", "é" * 50):
        assert store.keys.find(wrong) is None
    assert store.keys.list() == [other, key]


def test_a_key_that_is_revoked_is_found_no_more(store: Store) -> None:
    assert not store.keys.revoke("sk_own_x")
    (first, first_secret), (second, second_secret) = store.keys.create("1"), store.keys.create("2")
    assert store.keys.find(first_secret) == first
    assert store.keys.revoke(first.id)
    assert store.keys.find(first_secret) is None
    assert store.keys.find(second_secret) == second
    assert not store.keys.revoke(first.id)
    assert not store.keys.revoke("\0")
    assert store.keys.revoke(second.prefix)
    assert store.keys.find(second_secret) is None
    assert all(key.revoked_at for key in store.keys.list())


def test_a_key_that_another_process_revokes_is_soon_found_no_more(
    store: Store, location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("ownvoice.store.keys.time.monotonic", lambda: now)
    key, secret = store.keys.create("")
    assert store.keys.find(secret) == key
    other = location.open()
    assert other.keys.revoke(key.id)
    other.close()
    now += keys.REMEMBERED - 0.01
    assert store.keys.find(secret) == key
    now += 0.02
    assert store.keys.find(secret) is None


def test_of_a_secret_there_is_only_a_salted_hash(tmp_path: Path) -> None:
    store = StoreLocation(tmp_path, None).open()
    _, secret = store.keys.create("same")
    store.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert secret[len(keys.MARK) + 8 :].encode() not in everything
    assert hashlib.sha256(secret.encode()).digest() not in everything
    connection = sqlite3.connect(tmp_path / "voices.db")
    salt, found = connection.execute("SELECT salt, hash FROM keys").fetchone()
    connection.close()
    assert hashlib.sha256(salt + secret.encode()).digest() == found
