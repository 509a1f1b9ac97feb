"""Speech from a text to a file, a pipe or the speakers, while it is being made."""

import contextlib
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from cartesia import Cartesia
from cartesia.formats import SAMPLE_WIDTHS, bytes_per_second
from cartesia.types import Chunk, Error, OutputFormat, Timestamps, WordTimestamps
from ownvoice.audio.containers import CONTAINERS, complete_format
from ownvoice.cli.output import SayError, Sink, open_output
from ownvoice.cli.voice_names import find_voice_id
from ownvoice.errors import RequestError
from ownvoice.traits.voice import DEFAULT_ID

LONG_TEXT = 500
"""Characters from which a progress bar is shown."""


def parse_format(name: str) -> OutputFormat:
    """Return the format of a name such as ``wav_pcm_s16le_44100``.

    Raises:
        click.UsageError: the name is wrong, or the format cannot be made.
    """
    encodings, compressed = "|".join(SAMPLE_WIDTHS), "|".join(set(CONTAINERS) - {"wav", "raw"})
    match = re.fullmatch(rf"(wav|raw)_({encodings})_(\d{{1,9}})", name)
    if match is not None:
        asked = OutputFormat(container=match[1], encoding=match[2], sample_rate=int(match[3]))
    elif (match := re.fullmatch(rf"({compressed})_(\d{{1,9}})(?:_(\d{{1,9}}))?", name)) is not None:
        bit_rate = int(match[3]) if match[3] else None
        asked = OutputFormat(container=match[1], sample_rate=int(match[2]), bit_rate=bit_rate)
    else:
        raise click.UsageError(
            f"--format should be wav_ or raw_, then {', '.join(SAMPLE_WIDTHS)}, then the rate in Hz, as in "
            "wav_pcm_s16le_44100; or mp3_, flac_ or ogg_, then the rate, and the bit rate if you like, as in "
            f"mp3_44100_128000; {name!r} is not"
        )
    try:
        return complete_format(asked)
    except RequestError as error:
        raise click.UsageError(f"--format {name}: {error.message}") from error


def speak(
    text: str,
    *,
    output: str | None,
    voice: str | None,
    language: str | None,
    model: str,
    controls: Mapping[str, float | str | None],
    output_format: OutputFormat,
    play: bool,
    timestamps: bool,
) -> None:
    """Speak a text, and report the result on standard error.

    Args:
        text: the text.
        output: the file to write; ``-`` is standard output, None is no file.
        voice: the id or name of the voice; None is the default voice.
        language: the code of the text's language; None is the voice's.
        model: the id of the model.
        controls: the fields of ``generation_config``; those that are None are left out.
        output_format: the format of the output.
        play: whether to play the speech.
        timestamps: whether to print the times of words, in seconds.

    Raises:
        CartesiaError: the server or the output fails.
    """
    # Events carry raw audio alone; other formats are encoded here.
    encoding = output_format.encoding or "pcm_f32le"
    raw: Any = {"container": "raw", "encoding": encoding, "sample_rate": output_format.sample_rate}
    config: Any = {name: value for name, value in controls.items() if value is not None} or None
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(Cartesia())
        # Looking up the voice also starts the server and the connection, which do not count as time to first audio.
        speaker = client.voices.get(DEFAULT_ID if voice is None else find_voice_id(client, voice))
        started = time.perf_counter()
        events = client.tts.generate_sse(
            model_id=model,
            transcript=text,
            voice=speaker.id,
            output_format=raw,
            language=language,
            generation_config=config,
            add_timestamps=True,
        )
        # Only now that the server has accepted: a refusal leaves an existing file as it was.
        sinks: list[Sink] = []
        if play:
            sinks.append(stack.enter_context(_open_speakers(encoding, output_format.sample_rate)))
        if output is not None:
            sinks.append(stack.enter_context(open_output(output, output_format)))
        progress = stack.enter_context(_show_progress(text))
        first: float | None = None
        size = 0
        for event in events:
            match event:
                case Chunk(audio=audio):
                    first = first or time.perf_counter() - started
                    size += len(audio)
                    for sink in sinks:
                        sink(audio)
                case Timestamps(word_timestamps=words):
                    progress.update(sum(len(word) + 1 for word in words.words))
                    if timestamps:
                        _print_words(words, err=output == "-")
                case Error():
                    raise SayError(event.error)
    seconds = size / bytes_per_second(raw)
    where = {None: "spoken", "-": "standard output"}.get(output, output)
    click.echo(
        f"{where}: {seconds:.2f} s of speech by {speaker.name}, {output_format.sample_rate} Hz, "
        f"{output_format.encoding or output_format.container}; first audio after {1000 * (first or 0):.0f} ms",
        err=True,
    )


@contextlib.contextmanager
def _open_speakers(encoding: str, sample_rate: int | None) -> Iterator[Sink]:
    dtypes = {"pcm_f32le": "float32", "pcm_s16le": "int16"}
    if encoding not in dtypes:
        raise SayError(f"--play plays {' and '.join(dtypes)}, not {encoding}")
    try:
        import sounddevice
    except ModuleNotFoundError as error:
        raise SayError('--play needs one more package: pip install "ownvoice[play]"') from error
    except OSError as error:
        raise SayError(f"--play needs PortAudio (on Debian: apt install libportaudio2): {error}") from error
    try:
        stream = sounddevice.RawOutputStream(samplerate=sample_rate, channels=1, dtype=dtypes[encoding])
    except sounddevice.PortAudioError as error:
        raise SayError(f"nothing to play on: {error}") from error
    with stream:
        yield stream.write


class _NoProgress:
    """The stand-in for a progress bar where none is shown."""

    def update(self, characters: int) -> None:
        """Do nothing."""


@contextlib.contextmanager
def _show_progress(text: str) -> Iterator[Any]:
    if len(text) < LONG_TEXT or not sys.stderr.isatty():
        yield _NoProgress()
        return
    with click.progressbar(length=len(text), label="Speaking", file=sys.stderr) as bar:
        yield bar


def _print_words(words: WordTimestamps, *, err: bool) -> None:
    rows: Iterable[tuple[float, float, str]] = zip(words.start, words.end, words.words, strict=True)
    for start, end, word in rows:
        click.echo(f"{start:.3f}\t{end:.3f}\t{word}", err=err)
