"""The command line: say, serve, voices, keys."""

import socket
import sys
import threading

try:
    import click
except ModuleNotFoundError:
    sys.exit('the command line is part of the server: pip install "ownvoice[server]"')

import contextlib
import errno
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartesia._version import __version__
from cartesia.errors import CartesiaError
from ownvoice.cli.keys import keys
from ownvoice.cli.voices import voices
from ownvoice.store import StoreError

if TYPE_CHECKING:
    from ownvoice.serving.tls import Certificate
    from ownvoice.settings import Settings

DEFAULT_FORMAT = "wav_pcm_s16le_44100"


class _Group(click.Group):
    """Shows what the library says of a failure, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CartesiaError as error:
            raise click.ClickException(getattr(error, "reason", str(error))) from error
        except (OSError, ValueError, StoreError) as error:
            # A full disk, a closed pipe, an address that is none: what the system says is enough. click knows pipes.
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ownvoice")
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
@click.option("--voice", help="Id or name of the voice; `ownvoice voices` lists them.")
@click.option("--language", help="Code of the text's language, such as es; else the voice's.")
@click.option("--model", default="sonic-3", show_default=True, help="The model.")
@click.option("--speed", type=float, help="The tempo, 0.6 to 1.5; 1 is the voice's own.")
@click.option("--volume", type=float, help="The loudness, 0.5 to 2; 1 is the voice's own.")
@click.option("--emotion", help="How it is said, such as excited or sad.")
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
    speed: float | None,
    volume: float | None,
    emotion: str | None,
    format_: str,
    play: bool,
    timestamps: bool,
) -> None:
    """Speak TEXT (- reads standard input), as it is made, to a file or the speakers."""
    from ownvoice.cli import say as saying

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
        controls={"speed": speed, "volume": volume, "emotion": emotion},
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
@click.option("--keys/--no-keys", default=None, help="Whether clients need a key. [default: not on 127.0.0.1]")
@click.option(
    "--tls", metavar="self-signed|CERT,KEY", help="Serve https and wss, with a certificate made here, or yours."
)
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A TOML file with settings."
)
def serve(host: str | None, port: int | None, keys: bool | None, tls: str | None, config: Path | None) -> None:
    """Serve the protocol, with the engines of this machine."""
    from ownvoice import engines, settings
    from ownvoice.app import make_runner
    from ownvoice.serving import server as serving
    from ownvoice.serving.memory import give_back_freed_memory
    from ownvoice.serving.tls import certificate

    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # that it makes tables is nobody's news
    give_back_freed_memory()
    chosen = settings.load({"host": host, "port": port, "keys": keys, "tls": tls}, config)
    if missing := serving.missing_engines(chosen):
        raise click.ClickException(
            f"a setting is wrong: models names engines that are not installed: {', '.join(missing)}; "
            f"there are: {', '.join(engines.names())}"
        )
    found = certificate(chosen)
    store = serving.store_of(chosen)
    try:
        if settings.keys_are_on(chosen) and not serving.has_keys(store):
            raise click.ClickException(
                f"clients on {chosen.host} need a key, and there is none yet: make one with `ownvoice keys create`, "
                "or let everybody in who reaches this address with --no-keys"
            )
        listening = _listening(chosen.host, chosen.port)
        _greet(chosen, found, serving.address(chosen, listening.getsockname()[1]))
        runner = make_runner(chosen)
        # Removes what a crash has left of recordings; what is not there yet need not be waited for.
        threading.Thread(target=serving.swept, args=(store,), name="ownvoice-sweep", daemon=True).start()
        try:
            # Having stopped, uvicorn raises again what told it to. Here that is how serving ends, and no failure.
            with contextlib.suppress(KeyboardInterrupt):
                server = serving.uvicorn_server(chosen, runner, store, threading.current_thread().name)
                server.run(sockets=[listening])
        finally:
            runner.close()
    finally:
        store.close()


def _greet(chosen: "Settings", found: "Certificate | None", address: str) -> None:
    """Say where the server is, and how to use it."""
    from ownvoice.settings import is_loopback_address, keys_are_on

    everywhere = "" if chosen.host in address else f", and on every other address of this machine ({chosen.host})"
    click.echo(f"Serving on {address}{everywhere}  (stop with Ctrl-C)")
    trust = ""
    if found is not None and found.trusted is not None:
        trust = f"SSL_CERT_FILE={found.trusted} "
        click.echo(f"Its certificate was made here. What makes a client trust it:  {trust}")
    key = "CARTESIA_API_KEY=... " if keys_are_on(chosen) else ""
    click.echo(f'Try it:  {trust}{key}CARTESIA_BASE_URL={address} ownvoice say "Hello from my own server."')
    if not keys_are_on(chosen) and not is_loopback_address(chosen.host):
        click.echo("Others than this machine reach this address, and no key is needed: they all may use the server.")


def _listening(host: str, port: int) -> socket.socket:
    from ownvoice.serving.server import listening_socket

    try:
        return listening_socket(host, port)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host} port {port}: {error}") from error


def _quiet_library() -> None:
    """The command line says by itself where speech comes from; the library's warning is for programs."""
    logging.getLogger("cartesia").setLevel(logging.ERROR)


main.add_command(keys)
main.add_command(voices)

if __name__ == "__main__":
    main()
