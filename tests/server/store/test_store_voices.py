"""Voices that are stored: found again as they were, by their owner alone, page by page."""

from typing import Any

import pytest

from ownvoice.store import Store, VoiceFilter
from ownvoice.traits.voice import Voice
from stores import ALL, EMBEDDING, names, voice


def test_a_voice_is_found_again_as_it_was(store: Store) -> None:
    kept = voice(
        "Zoë 'the' \"quoted\"",
        description="naïve\n\ttext; DROP TABLE voices --",
        gender="feminine",
        base_voice_id="a0e99841-438c-4a64-b679-ae501e7d6091",
        tagline="",
        embedding=(0.1 + 0.2, -0.0, 5e-324, 1.7976931348623157e308, *EMBEDDING[4:]),
    )
    store.voices.add(kept)
    assert store.voices.get(kept.id, "me") == kept
    assert store.voices.page("me", ALL, None, 5) == [kept]


def test_nothing_is_there_at_first(store: Store) -> None:
    assert store.voices.get("x", "me") is None
    assert store.voices.page("me", ALL, None, 5) == []
    assert store.voices.page("me", ALL, None, 5, backward=True) == []
    assert store.voices.similar(EMBEDDING, "me") is None
    assert store.voices.update("x", "me", name="y") is None
    assert store.voices.delete("x", "me") is False


def test_owners_do_not_see_each_other(store: Store) -> None:
    mine, theirs = voice("mine"), voice("theirs", "you")
    for kept in (mine, theirs):
        store.voices.add(kept)
    assert store.voices.get(theirs.id, "me") is None
    assert store.voices.page("me", ALL, None, 5) == store.voices.page("me", ALL, None, 5, backward=True) == [mine]
    assert store.voices.page("me", ALL, theirs.id, 5) == store.voices.page("me", ALL, theirs.id, 5, backward=True) == []
    assert store.voices.similar(EMBEDDING, "me") == mine
    assert store.voices.update(theirs.id, "me", name="stolen") is None
    assert not store.voices.delete(theirs.id, "me")
    assert store.voices.get(theirs.id, "you") == theirs


def test_pages_go_to_the_end_and_back(store: Store) -> None:
    """Four of seven were made at the same time, so their ids decide; whole seconds are times like all others."""
    times = [
        "2026-01-01T00:00:00Z",
        *["2026-01-01T00:00:00.5Z"] * 4,
        "2026-01-01T01:00:01+01:00",
        "2026-01-02T00:00:00Z",
    ]
    voices = [voice(str(number), created_at=time) for number, time in enumerate(times)]
    for kept in voices:
        store.voices.add(kept)
    order = [voices[6], voices[5], *sorted(voices[1:5], key=lambda kept: kept.id, reverse=True), voices[0]]

    forward: list[Voice] = []
    page = store.voices.page("me", ALL, None, 2)
    while page:
        forward += page
        page = store.voices.page("me", ALL, page[-1].id, 2)
    assert forward == order
    backward: list[Voice] = []
    page = store.voices.page("me", ALL, None, 2, backward=True)
    while page:
        backward = page + backward
        page = store.voices.page("me", ALL, page[0].id, 2, backward=True)
    assert backward == order


def test_after_a_voice_that_is_gone_there_is_nothing(store: Store) -> None:
    kept, gone = voice("kept"), voice("gone")
    store.voices.add(kept)
    store.voices.add(gone)
    assert names(store.voices.page("me", ALL, gone.id, 5)) == ["kept"]
    assert store.voices.delete(gone.id, "me")
    for cursor in (gone.id, "unknown", "", "\0", "\ud800", "%"):
        assert store.voices.page("me", ALL, cursor, 5) == store.voices.page("me", ALL, cursor, 5, backward=True) == []


SEARCHES = {
    "": ["b", "a"],
    "ÄRGER": ["a"],
    "a\u0308rger": ["a"],  # the same letter in two characters
    "strasse": ["a"],
    "100%": ["a"],
    "%": ["a"],
    "_": ["b"],
    "'": ["b"],
    "\\": ["b"],
    "МОСКВА": ["b"],
    "МОСКВА2": [],
    "a100": [],  # not from the name into the description
    "\0": [],
    "\ud800": [],
    "x" * 100_000: [],
}


def test_what_is_searched_is_found(store: Store) -> None:
    store.voices.add(voice("a", description="100% Ärger, Straße"))
    store.voices.add(voice("b", description="it's Москва_\\"))
    for q, found in SEARCHES.items():
        assert names(store.voices.page("me", VoiceFilter(q=q), None, 5)) == found, q[:10]
        assert names(store.voices.page("me", VoiceFilter(q=q), None, 5, backward=True)) == found, q[:10]


def test_what_fits(store: Store) -> None:
    for name, gender, language in (("a", "feminine", "en"), ("b", "masculine", "en"), ("c", None, "de")):
        store.voices.add(voice(name, gender=gender, language=language))
    assert names(store.voices.page("me", VoiceFilter(language="en"), None, 5)) == ["b", "a"]
    assert names(store.voices.page("me", VoiceFilter(language="en", gender="feminine"), None, 5)) == ["a"]
    assert names(store.voices.page("me", VoiceFilter(language="de", gender=""), None, 5)) == ["c"]
    first = store.voices.page("me", VoiceFilter(language="en"), None, 1)
    assert names(store.voices.page("me", VoiceFilter(language="en"), first[0].id, 1)) == ["a"]


def test_a_voice_changes(store: Store) -> None:
    old = voice("old", description="same")
    store.voices.add(old)
    new = store.voices.update(old.id, "me", name="Neuer", gender="masculine", embedding=EMBEDDING[::-1])
    assert new is not None
    assert (new.name, new.description, new.gender, new.created_at) == ("Neuer", "same", "masculine", old.created_at)
    assert store.voices.get(old.id, "me") == new
    assert store.voices.page("me", VoiceFilter(q="neu"), None, 5) == [new]
    assert store.voices.page("me", VoiceFilter(q="old"), None, 5) == []
    assert store.voices.similar(EMBEDDING, "me") is None
    assert store.voices.update(old.id, "me") == new
    for wrong in ("created_at", "recording", "colour"):
        with pytest.raises(ValueError, match=f"{wrong} of a voice cannot be changed; what can is name, description"):
            store.voices.update(old.id, "me", **{wrong: "x"})


def test_a_deleted_voice_is_gone_and_whoever_has_it_keeps_it(store: Store) -> None:
    kept = voice()
    store.voices.add(kept)
    speaking = store.voices.get(kept.id, "me")
    assert store.voices.delete(kept.id, "me")
    assert speaking == kept
    assert store.voices.get(kept.id, "me") is None
    assert not store.voices.delete(kept.id, "me")


def test_a_voice_is_found_by_its_numbers(store: Store) -> None:
    """As they come back from a client that printed or rounded them; the nearest one, if there are several."""
    kept, near = voice("kept"), voice("near", embedding=(*EMBEDDING[:-1], EMBEDDING[-1] + 5e-5))
    other = voice("same first number", embedding=(EMBEDDING[0], *[0.0] * 191))
    for one in (kept, near, other):
        store.voices.add(one)
    assert store.voices.similar(EMBEDDING, "me") == kept
    assert store.voices.similar([round(number, 4) for number in EMBEDDING], "me") in (kept, near)
    assert store.voices.similar(near.embedding, "me") == near
    assert store.voices.similar([number + 0.99e-4 for number in EMBEDDING], "me") is not None
    assert store.voices.similar((*EMBEDDING[:-1], EMBEDDING[-1] + 3e-4), "me") is None
    assert store.voices.similar((EMBEDDING[0] - 1.1e-4, *EMBEDDING[1:]), "me") is None
    assert store.voices.similar(EMBEDDING[:191], "me") is None
    assert store.voices.similar([], "me") is None
    assert store.voices.similar([float("nan")] * 192, "me") is None
    assert store.voices.similar(EMBEDDING, "me", tolerance=0) == kept


def test_what_is_no_voice(store: Store) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"embedding": ()}, "list of finite numbers"),
        ({"embedding": (float("nan"),)}, "list of finite numbers"),
        ({"name": "a\0b"}, "name has a character that cannot be stored"),
        ({"description": "\ud800"}, "description has a character that cannot be stored"),
        ({"created_at": "yesterday"}, "yesterday"),
        ({"created_at": "2026-01-01T00:00:00"}, "should name its zone, as in 2026-01-01T00:00:00Z"),
        ({"recording": "unknown"}, "there is no recording 'unknown'"),
    ]
    for values, message in wrong:
        with pytest.raises(ValueError, match=message):
            store.voices.add(voice(**values))
    assert store.voices.page("me", ALL, None, 5) == []
