"""The command `ownvoice say`: its options, and where its text comes from."""

import sys
from pathlib import Path

import click

DEFAULT_FORMAT = "wav_pcm_s16le_44100"


@click.command()
@click.argument("text", required=False)
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read text from it.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help="Write to it; - is standard output."
)
@click.option("--voice", help="The id or name of a voice; `ownvoice voices` lists them.")
@click.option("--language", help="The code of the text's language, such as es.  [default: the voice's]")
@click.option("--model", default="sonic-3", show_default=True, help="The model.")
@click.option("--speed", type=float, help="The tempo, from 0.6 to 1.5.  [default: 1]")
@click.option("--volume", type=float, help="The loudness, from 0.5 to 2.  [default: 1]")
@click.option("--emotion", help="The emotion, such as excited or sad.")
@click.option("--format", "format_", default=DEFAULT_FORMAT, show_default=True, help="Container, encoding and rate.")
@click.option("--play", is_flag=True, help="Play it on this machine's speakers.")
@click.option("--timestamps", is_flag=True, help="Print the start and end of each word in seconds.")
def say(
    text: str | None,
    file: Path | None,
    output: str | None,
    voice: str | None,
    language: str | None,
    model: str,
    speed: float | None,
    volume: float | None,
    emotion: str | None,
    format_: str,
    play: bool,
    timestamps: bool,
) -> None:
    """Speak TEXT (- reads standard input) to a file or the speakers, while it is being made."""
    from ownvoice.cli.speaking import parse_format, speak

    if (text is None) == (file is None):
        raise click.UsageError("give either a TEXT (- for standard input) or --file")
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise click.ClickException(f"{file} is not a text in UTF-8: {error}") from error
    elif text == "-":
        text = _read_standard_input()
    output_format = parse_format(format_)
    if output is None and not play:
        output = f"speech.{output_format.container}"
    speak(
        text or "",
        output=output,
        voice=voice,
        language=language,
        model=model,
        controls={"speed": speed, "volume": volume, "emotion": emotion},
        output_format=output_format,
        play=play,
        timestamps=timestamps,
    )


def _read_standard_input() -> str:
    if sys.stdin is None:
        raise click.ClickException("there is no standard input to read")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"standard input is not a text in UTF-8: {error}") from error
