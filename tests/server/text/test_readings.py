"""What is said otherwise than it is written."""

import pytest

from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.engines.tone import CHARACTER_SECONDS, ToneEngine
from ownvoice.text.readings import Reading, apply_readings

TEXT = "Dr. Ó has 3 cats."
READINGS = (Reading(0, 3, "Doctor"), Reading(10, 11, "three"))


def test_readings_are_put_in_their_places() -> None:
    said = apply_readings(TEXT, READINGS)
    assert said.text == "Doctor Ó has three cats."
    assert said.written == len(TEXT)


def test_places_of_what_is_said_are_those_of_what_is_written() -> None:
    said = apply_readings(TEXT, READINGS)
    assert [said.origin(place) for place in range(6)] == [0, 0, 1, 1, 2, 2]
    assert said.origin(said.text.index("Ó")) == TEXT.index("Ó")
    assert said.origin(said.text.index("cats")) == TEXT.index("cats")
    assert said.origin(len(said.text)) == len(TEXT)
    assert said.text[slice(*said.span(10, 11))] == "three"
    assert list(said.origins) == sorted(said.origins)


def test_without_readings_a_text_is_said_as_it_is_written() -> None:
    said = apply_readings(TEXT, ())
    assert said.text == TEXT
    assert list(said.origins) == list(range(len(TEXT)))


def test_a_reading_may_be_nothing() -> None:
    said = apply_readings("a (b) c", (Reading(2, 5, ""),))
    assert said.text == "a  c"
    assert said.span(2, 5) == (2, 2)


@pytest.mark.parametrize("readings", [(Reading(0, 3, "a"), Reading(2, 4, "b")), (Reading(0, 99, "a"),)])
def test_readings_that_do_not_fit_are_refused(readings: tuple[Reading, ...]) -> None:
    with pytest.raises(ValueError, match="overlaps the one before it, or lies beyond"):
        apply_readings(TEXT, readings)


def test_the_tone_engine_says_the_readings_and_times_the_words() -> None:
    pieces = list(ToneEngine().speak(Utterance(TEXT, "en", EngineVoice(), READINGS)))
    times = [word for piece in pieces for word in piece.words]
    assert [word.text for word in times] == TEXT.split()
    assert times[0].end == pytest.approx(len("Doctor") * CHARACTER_SECONDS)
    assert times[3].end - times[3].start == pytest.approx(len("three") * CHARACTER_SECONDS)


def test_espeak_says_the_readings_and_times_the_words() -> None:
    text = "On 3/4 the XQ came back."
    readings = (Reading(3, 6, "the third of April"), Reading(11, 13, "extraordinary aeroplane"))
    engine = EspeakEngine()

    def times(readings: tuple[Reading, ...]) -> dict[str, float]:
        pieces = list(engine.speak(Utterance(text, "en", EngineVoice(), readings)))
        words = [word for piece in pieces for word in piece.words]
        assert [word.text for word in words] == text.split()
        return {word.text: word.end - word.start for word in words}

    said, written = times(readings), times(())
    assert said["3/4"] > 2 * said["came"]
    assert said["XQ"] > 1.2 > written["XQ"]
    assert said["came"] == pytest.approx(written["came"], abs=0.05)
