"""The times of the espeak engine's words and phonemes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from espeak_speech import RATE, Said, say
from examples import examples
from native_sentences import SENTENCES
from ownvoice.engines import EngineVoice, Timing, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.engines.espeak.library import Event, EventKind
from ownvoice.engines.espeak.timeline import Timeline
from ownvoice.text.words import Span, words
from ownvoice.traits.embedding import Traits


def check(said: Said, text: str, locale: str) -> None:
    """Check that all tokens come once and in order, with times that only go forward, within the sound."""
    assert [word.text for word in said.words] == [text[start:end] for start, end in words(text, locale)]
    for timings in (said.words, said.phonemes):
        assert all(0 <= timing.start <= timing.end <= said.seconds + 1e-9 for timing in timings)
        assert all(one.end <= other.start + 1e-9 for one, other in pairwise(timings))
    assert all(phoneme.text.strip() == phoneme.text != "" for phoneme in said.phonemes)


def onsets(samples: "np.typing.NDArray[np.float32]") -> list[float]:
    """Return the times at which sound begins after at least 90 ms of silence, in seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    begins = [int(loud[0])] + [int(now) for before, now in pairwise(loud) if now - before > 0.09 * RATE]
    return [begin / RATE for begin in begins]


@pytest.mark.parametrize("rate", [0.75, 1.0, 1.3])
def test_words_begin_where_they_are_heard(rate: float) -> None:
    # Vowels, so that no closure hides the beginning; commas, so that there is silence before each.
    said = say("Apple, orange, every, open, away, island, under, only, army, elbow.", traits=Traits(rate=rate))
    heard = onsets(said.samples)
    assert len(heard) == len(said.words) == 10
    for word, onset in zip(said.words, heard, strict=True):
        assert word.start == pytest.approx(onset, abs=0.02)


def test_words_end_where_they_are_last_heard() -> None:
    said = say("Apple, orange.")
    first, last = said.words
    quiet = said.samples[int((first.end + 0.02) * RATE) : int((last.start - 0.01) * RATE)]
    assert len(quiet) > 0.05 * RATE
    assert np.abs(quiet).max() < 0.01
    assert np.abs(said.samples[int((first.end - 0.03) * RATE) : int(first.end * RATE)]).max() > 0.01
    assert last.end == pytest.approx(said.seconds, abs=0.05)


def test_a_number_is_one_word_whatever_is_made_of_it() -> None:
    text = "It costs $42.50 or 1,234 dollars, 7% more than 3rd-rate e-mail."
    said = say(text)
    check(said, text, "en")
    long = {word.text: word.end - word.start for word in said.words}
    assert long["$42.50"] > 1.5
    assert long["1,234"] > 1.5
    assert all(seconds > 0.05 for seconds in long.values())


def test_signs_that_are_not_spoken_take_no_time_between_their_neighbours() -> None:
    text = "— Wow — really … yes !"
    said = say(text)
    check(said, text, "en")
    assert [word.text for word in said.words if word.end - word.start > 0.05] == ["Wow", "really", "yes"]


def test_words_are_timed_with_signs_of_many_bytes_before_them() -> None:
    text = "😀 👩‍👩‍👧 café cafe\u0301 𝐇𝐞𝐥𝐥𝐨 naïve\n\nend"
    said = say(text)
    check(said, text, "en")
    assert all(word.end - word.start > 0.1 for word in said.words if word.text[0].isalpha())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "...",
        "?!",
        "😀",
        "😀😀😀",
        "\x00",
        "a\x00b",
        "\ud800",
        "a\ud800b c",
        "\u200b",
        "\ufeffHello",
        "soft\u00adhyphen",
        "2 + 2 = 4",
        "http://a.example/b?c=1&d=2 and me@example.org",
        "Dr. Smith's e.g. i.e. U.S.A. a.m.",
        "ALL CAPS and CamelCase and snake_case",
        "one\r\ntwo\tthree\u2028four\u3000five",
        "x" * 300,
        "1" * 300,
        "!" * 300,
        "- - - -",
        "a. b. c. d. e.",
        "שלום and привет and 你好 and สวัสดี",
        "<break time='1s'/> [[h@l'oU]] &amp; \x0199P",
    ],
    ids=lambda text: ascii(text)[:20],
)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_odd_texts_have_all_their_words(text: str, locale: str) -> None:
    check(say(text, locale), text, locale)


ODD = st.sampled_from(list(" \n\t.,;:!?…—-–'\"’“”«»()[]{}<>&@#$€%*/\\|^~`+=_0123456789½²\x01\u0301\u200d\u00ad😀🇫🇷"))
LETTERS = st.sampled_from(sorted(set("".join(sentence.text for sentence in SENTENCES.values()))))


@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(ODD | LETTERS | st.sampled_from([" ", "the ", "42.5 ", "e.g. "]), max_size=30).map("".join),
    st.sampled_from(sorted(SENTENCES)),
)
def test_any_text_has_all_its_words(text: str, locale: str) -> None:
    check(say(text, locale), text, locale)


def test_a_word_comes_out_when_the_next_one_begins() -> None:
    produced, late = 0.0, []
    for piece in EspeakEngine().speak(Utterance("one two three four five six seven", "en", EngineVoice())):
        produced += len(piece.samples) / RATE
        late += [produced - word.end for word in piece.words]
    assert len(late) == 7
    assert max(late) < 0.2


def test_phonemes_are_ipa_with_stress_and_without_pauses() -> None:
    said = say("Hello, world.")
    assert [phoneme.text for phoneme in said.phonemes] == ["h", "ə", "l", "ˈoʊ", "w", "ˈɜː", "l", "d"]
    assert said.phonemes[4].start - said.phonemes[3].end > 0.1
    assert said.phonemes[0].end == said.phonemes[1].start


def test_phonemes_of_another_language_in_the_text_carry_no_marker() -> None:
    for text, locale in (("我有GPT很好", "zh"), ("Hello नमस्ते world", "en")):
        assert not any(set("()-") & set(phoneme.text) for phoneme in say(text, locale).phonemes)


# What a timeline makes of events, at 100 samples a second.


def follow(text: str, events: list[tuple[int, int] | str], end: float) -> list[tuple[str, float, float]]:
    """Feed events to a timeline: (sample, position) of a word, "sample name" of a phoneme, "sample" of a pause."""
    tokens = [Span(*span) for span in words(text, "en")]
    timeline = Timeline(text, tokens, 100)
    timings: list[Timing] = []
    for event in events:
        if isinstance(event, tuple):
            made = Event(EventKind.WORD, event[0], event[1], "")
        else:
            sample, _, name = event.partition(" ")
            made = Event(EventKind.PHONEME, int(sample), 0, name)
        timings += timeline.follow([made])[0]
    timings += timeline.finish(end)[0]
    return [(timing.text, round(timing.start, 3), round(timing.end, 3)) for timing in timings]


def test_a_word_lasts_until_the_next() -> None:
    assert follow("ab cd", [(0, 0), "0 a", (50, 3), "50 c"], 0.9) == [("ab", 0.0, 0.5), ("cd", 0.5, 0.9)]


def test_a_pause_ends_a_word() -> None:
    events: list[tuple[int, int] | str] = [(10, 0), "10 a", "40 ", "45 ", (60, 4), "60 c", "80 "]
    assert follow("ab, cd", events, 0.9) == [("ab,", 0.1, 0.4), ("cd", 0.6, 0.8)]


def test_a_pause_within_a_word_does_not_end_it() -> None:
    assert follow("ab", [(0, 0), "0 a", "20 ", "30 b", "50 "], 0.6) == [("ab", 0.0, 0.5)]


def test_parts_of_a_word_steps_back_and_places_between_or_behind_words_are_nothing() -> None:
    events: list[tuple[int, int] | str] = [(0, 0), (10, 2), (20, 4), (30, 1), (35, 3), (40, 99), (45, -1), (50, 0)]
    assert follow("abc def", events, 0.9) == [("abc", 0.0, 0.2), ("def", 0.2, 0.9)]


def test_words_without_events_share_the_time_of_the_word_before_them_by_length() -> None:
    assert follow("at all ok", [(0, 0), (50, 7)], 0.7) == [("at", 0.0, 0.2), ("all", 0.2, 0.5), ("ok", 0.5, 0.7)]


def test_signs_without_events_get_none_of_it() -> None:
    expected = [("-", 0.1, 0.1), ("at", 0.1, 0.5), ("—", 0.5, 0.5), ("ok", 0.5, 0.7), ("…", 0.7, 0.7)]
    assert follow("- at — ok …", [(10, 2), (50, 7)], 0.7) == expected


def test_a_text_without_events_has_its_words_over_all_of_the_sound() -> None:
    assert follow("ab cd", [], 0.8) == [("ab", 0.0, 0.4), ("cd", 0.4, 0.8)]


def test_events_that_go_back_in_time_do_not_turn_time_back() -> None:
    expected = [("ab", 0.5, 0.5), ("cd", 0.5, 0.5), ("ef", 0.5, 0.6)]
    assert follow("ab cd ef", [(50, 0), (40, 3), (30, 6)], 0.6) == expected
