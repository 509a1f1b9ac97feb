"""Word times against the audio: how far the time that is told for a word is from where the word is heard to begin.

Where a word begins can only be measured without knowing the engine's own times if there is silence before it. So every
word of the sentences has a comma behind it, at which the engine pauses by itself: all words of a sentence are still
one utterance, with times from the engine's events in the middle of it. The sound of a word begins where, after some
silence, its samples first exceed a hundredth of the loudest. Words that begin with p, t or k are counted too, although
their closure is silent, and the engine counts it to the word.

Tags, numbers, spelled words, IPA and words of a dictionary take turns in the sentences.
"""

import statistics
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartesia.types import OutputFormat
from ownvoice.engines import EngineVoice
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.engines.espeak.catalogue import VOICES
from ownvoice.text.pronunciation import Entry
from ownvoice.tts.speech import Job, Style, speak

SENTENCES = {
    "en": """
        every evening Anna opens the old umbrella | our uncle owns 12 empty islands | only a few birds sing at dawn
        she will never move alone again | 42 ships left the harbour early | nobody knows where Xavier went yesterday
        I really enjoy warm summer rain | all of us ate 3 apples | give me another hour or two | winter was long in 1987
    """,
    "de": """
        am Abend öffnet Anna alte Bücher | unser Onkel hat 12 Inseln | niemand weiß wohin Xaver ging
        wir essen immer 3 Äpfel | morgen wird alles anders sein | 42 Schiffe verlassen den Hafen
        ich mag warmen Regen im Sommer | er wohnt allein auf einer Insel | gib mir noch eine Stunde
        der Winter war lang
    """,
    "fr": """
        chaque soir Anna ouvre un livre | notre oncle a 12 amis | personne ne sait où va Xavier
        nous mangeons 3 oranges amères | demain sera un autre jour | 42 navires quittent la rade
        elle aime la pluie en automne | il vit seul sur une île | donne moi une heure encore | hiver fut long
    """,
    "es": """
        cada noche Ana abre un libro | nuestro amigo anda con 12 osos | nadie sabe donde va Xavier
        ellos van a 3 islas | mañana va a ser otro día | 42 barcos salen ahora | ella ama el invierno
        vive solo en una isla | dame una hora más | el verano era largo
    """,
    "it": """
        ogni sera Anna apre un libro | nostro zio ha 12 amici | nessuno sa dove va Xavier
        noi mangiamo 3 arance amare | domani sarà un altro giorno | 42 navi lasciano la rada
        lei ama il vento in autunno | lui vive solo in una isola | dammi una ora ancora | inverno era lungo
    """,
}
DICTIONARY = (
    Entry("Anna", "Amanda"),
    Entry("Ana", "Amanda"),
    Entry("Xavier", "/ˈzeɪviə/"),
    Entry("Xaver", "/ˈksaːva/"),
)
TAGS = (
    *("", '<volume ratio="0.6"/>', '<speed ratio="1.3"/>', '<emotion value="excited"/>', '<break time="700ms"/>'),
    *('<volume ratio="2"/>', '<speed ratio="0.8"/>', "<<l|iː|m|a>> ", "<spell>ab1</spell> ", "[laughter]"),
)
"""What goes into each sentence before its third word."""
ADDED_SOUNDS = {"<<l|iː|m|a>> ": 1, "<spell>ab1</spell> ": 3}
"""How many sounds with silence before them a tag adds."""
SILENCE = 0.06
"""Seconds without sound that part two words: more than the closure of a consonant, less than the pause at a comma."""
_RATE = 22050


def sentences() -> Iterator[tuple[str, str, list[int]]]:
    """Return the language and text of each sentence, and the index of the first sound of each word."""
    for language, texts in SENTENCES.items():
        for number, sentence in enumerate(texts.replace("\n", "|").split("|")):
            if not sentence.strip():
                continue
            words = sentence.split()
            tag = TAGS[number % len(TAGS)]
            added = ADDED_SOUNDS.get(tag, 0)
            parts = [f"{word}," for word in words[:-1]] + [words[-1] + "."]
            parts[2] = tag.replace("> ", ">, ") + parts[2] if added else tag + parts[2]
            places = [0, 1, *([2] if added else []), *range(2 + added, len(words) + added)]
            yield language, " ".join(parts), places


def onsets(audio: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the times, in seconds, at which sound begins again after some silence."""
    loud = np.flatnonzero(np.abs(audio) > 0.01 * np.abs(audio).max())
    begins = np.concatenate(([True], np.diff(loud) > SILENCE * _RATE))
    return loud[begins] / _RATE


def errors(language: str, text: str, places: list[int]) -> list[float] | None:
    """Say a sentence and compare the times of its words with its sound.

    Args:
        language: the code of the language.
        text: the sentence, with its tags.
        places: the place of each word among the sounds that have silence before them.

    Returns:
        Milliseconds from where each word is heard to begin to the time that is told; None if they cannot be paired.
    """
    style = Style(
        locale=language,
        voice=EngineVoice(next(voice for voice in VOICES if voice.language == language).traits),
        engine="espeak",
        output_format=OutputFormat(container="raw", encoding="pcm_f32le", sample_rate=_RATE),
        words=True,
        pronunciations=DICTIONARY,
    )
    pieces = list(speak(EspeakEngine(), Job(text, style)))
    heard = onsets(np.frombuffer(b"".join(piece.audio for piece in pieces), np.float32))
    told = [word.start for piece in pieces for word in piece.words if any(map(str.isalnum, word.text))]
    if len(told) != len(places) or len(heard) != places[-1] + 1:
        return None
    return [1000 * (time - heard[place]) for time, place in zip(told, places, strict=True)]


def main() -> None:
    everything = []
    for language in SENTENCES:
        found = [errors(*sentence) for sentence in sentences() if sentence[0] == language]
        known = [error for some in found if some is not None for error in some]
        everything += known
        paired = sum(some is not None for some in found)
        print(f"{language}: {paired} of {len(found)} sentences paired, {show(known)}")
    print(f"all: {show(everything)}")


def show(milliseconds: list[float]) -> str:
    """Print the median of the absolute errors, and their spread."""
    sizes = sorted(map(abs, milliseconds))
    return (
        f"{len(sizes)} words, error median {statistics.median(sizes):5.2f} ms, "
        f"p90 {sizes[int(0.9 * len(sizes))]:5.1f} ms, from {min(milliseconds):.1f} to {max(milliseconds):.1f} ms"
    )


if __name__ == "__main__":
    main()
