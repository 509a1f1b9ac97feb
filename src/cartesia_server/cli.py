"""The command line: say, serve, voices."""

import sys
import threading

try:
    import click
except ModuleNotFoundError:
    sys.exit('the command line is part of the server: pip install "cartesia[server]"')

import contextlib
import errno
import logging
from pathlib import Path
from typing import Any

from cartesia._version import __version__
from cartesia.errors import CartesiaError
from cartesia_server.voice_commands import voices

DEFAULT_FORMAT = "wav_pcm_s16le_44100"


class _Group(click.Group):
    """Shows what the library says of a failure, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CartesiaError as error:
            raise click.ClickException(getattr(error, "reason", str(error))) from error
        except (OSError, ValueError) as error:
            # A full disk, a closed pipe, an address that is none: what the system says is enough. click knows pipes.
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cartesia")
def main() -> None:
    """Speak, and serve speech.

    With neither CARTESIA_API_KEY nor CARTESIA_BASE_URL set, the embedded engine speaks, on this machine.
    """
    _quiet_library()


@main.command()
@click.argument("text", required=False)
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read the text here."
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, allow_dash=True), help="Write here; - is standard output."
)
@click.option("--voice", help="Id or name of the voice; `cartesia voices` lists them.")
@click.option("--language", help="Code of the text's language, such as es; else the voice's.")
@click.option("--model", default="sonic-3", show_default=True, help="The model.")
@click.option("--format", "format_", default=DEFAULT_FORMAT, show_default=True, help="Container, encoding and rate.")
@click.option("--play", is_flag=True, help="Play it on this machine's speakers.")
@click.option("--timestamps", is_flag=True, help="Print when each word begins and ends.")
def say(
    text: str | None,
    file: Path | None,
    output: str | None,
    voice: str | None,
    language: str | None,
    model: str,
    format_: str,
    play: bool,
    timestamps: bool,
) -> None:
    """Speak TEXT (- reads standard input), as it is made, to a file or the speakers."""
    from cartesia_server import say as saying

    if (text is None) == (file is None):
        raise click.UsageError("give either a TEXT (- for standard input) or --file")
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise click.ClickException(f"{file} is not a text in UTF-8: {error}") from error
    elif text == "-":
        text = _standard_input()
    if output is None and not play:
        output = "speech." + saying.parsed_format(format_).container
    saying.say(
        text or "",
        output=output,
        voice=voice,
        language=language,
        model=model,
        output_format=saying.parsed_format(format_),
        play=play,
        timestamps=timestamps,
    )


def _standard_input() -> str:
    if sys.stdin is None:
        raise click.ClickException("there is no standard input to read")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"standard input is not a text in UTF-8: {error}") from error


@main.command()
@click.option("--host", help="The address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=int, help="The port to listen on; 0 takes a free one. [default: 8000]")
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A TOML file with settings."
)
def serve(host: str | None, port: int | None, config: Path | None) -> None:
    """Serve the protocol, with the engines of this machine."""
    from cartesia_server import engines, serving, settings
    from cartesia_server.runner.inline import InlineRunner

    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    try:
        chosen = settings.load({"host": host, "port": port}, config)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if missing := serving.missing_engines(chosen):
        raise click.ClickException(
            f"a setting is wrong: models names engines that are not installed: {', '.join(missing)}; "
            f"there are: {', '.join(engines.names())}"
        )
    try:
        listening = serving.listening_socket(chosen.host, chosen.port)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {chosen.host} port {chosen.port}: {error}") from error
    address = f"http://{f'[{chosen.host}]' if ':' in chosen.host else chosen.host}:{listening.getsockname()[1]}"
    click.echo(f"Serving on {address}  (stop with Ctrl-C)")
    click.echo(f'Try it:  CARTESIA_BASE_URL={address} cartesia say "Hello from my own server."')
    if not serving.is_loopback_address(chosen.host):
        click.echo("This address is not only this machine's, and there are no keys yet: whoever reaches it may use it.")
    runner, store = InlineRunner(), serving.store_of(chosen)
    # Removes what a crash has left of recordings; what is not there yet need not be waited for.
    threading.Thread(target=serving.swept, args=(store,), name="cartesia-sweep", daemon=True).start()
    try:
        # Having stopped, uvicorn raises again what told it to. Here that is how serving ends, and no failure.
        with contextlib.suppress(KeyboardInterrupt):
            serving.uvicorn_server(chosen, runner, store, threading.current_thread().name).run(sockets=[listening])
    finally:
        runner.close()
        store.close()


def _quiet_library() -> None:
    """The command line says by itself where speech comes from; the library's warning is for programs."""
    logging.getLogger("cartesia").setLevel(logging.ERROR)


main.add_command(voices)

if __name__ == "__main__":
    main()
