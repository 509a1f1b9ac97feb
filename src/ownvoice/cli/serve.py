"""The command `ownvoice serve`: a server in the foreground, and what it prints at its start."""

import asyncio
import contextlib
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ownvoice.cli.stores import open_configured_store

if TYPE_CHECKING:
    from ownvoice.serving.tls import Certificate
    from ownvoice.settings import Settings
    from ownvoice.tts.runner import Runner


@click.command()
@click.option("--host", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="The port to listen on; 0 takes a free one.  [default: 8000]")
@click.option("--keys/--no-keys", default=None, help="Whether clients need a key.  [default: yes, except on 127.0.0.1]")
@click.option(
    "--tls", metavar="self-signed|CERT,KEY", help="Serve https and wss, with a certificate made here, or yours."
)
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A TOML file with settings."
)
def serve(host: str | None, port: int | None, keys: bool | None, tls: str | None, config: Path | None) -> None:
    """Serve speech over HTTP and WebSockets, with the engines of this machine."""
    from ownvoice import engines, settings
    from ownvoice.serving import server as serving
    from ownvoice.serving.logs import log_to_terminal
    from ownvoice.serving.memory import return_freed_memory
    from ownvoice.serving.tls import load_certificate

    log_to_terminal()
    return_freed_memory()
    chosen = settings.load({"host": host, "port": port, "keys": keys, "tls": tls}, config)
    if missing := serving.missing_engines(chosen):
        raise click.ClickException(
            f"a setting is wrong: models or engines names engines that are not installed: {', '.join(missing)}; "
            f"there are: {', '.join(engines.names())}"
        )
    certificate = load_certificate(chosen)
    with open_configured_store(chosen) as store:
        if settings.keys_are_on(chosen) and not serving.has_keys(store):
            raise click.ClickException(
                f"clients on {chosen.host} need a key, and there is none yet: make one with `ownvoice keys create`, "
                "or allow everyone who can reach this address with --no-keys"
            )
        runner = _warm_runner(chosen)
        listening = _listen(chosen.host, chosen.port)
        _print_greeting(chosen, certificate, serving.address(chosen, listening.getsockname()[1]))
        # In a thread, because serving need not wait for it.
        threading.Thread(
            target=serving.remove_orphaned_clips, args=(store,), name="ownvoice-orphaned-clips", daemon=True
        ).start()
        try:
            # When it has stopped, uvicorn raises the interrupt again. Here that is how serving ends, and no failure.
            with contextlib.suppress(KeyboardInterrupt):
                server = serving.uvicorn_server(chosen, runner, store, threading.current_thread().name)
                server.run(sockets=[listening])
        finally:
            runner.close()


def _print_greeting(chosen: "Settings", certificate: "Certificate | None", address: str) -> None:
    """Print where the server is, and how to use it."""
    from ownvoice.settings import is_loopback_address, keys_are_on

    everywhere = "" if chosen.host in address else f", and on every other address of this machine ({chosen.host})"
    click.echo(f"Serving on {address}{everywhere}  (stop with Ctrl-C)")
    trust = ""
    if certificate is not None and certificate.trusted is not None:
        trust = f"SSL_CERT_FILE={certificate.trusted} "
        click.echo(f"Its certificate was made here. To make a client trust it, set:  {trust}")
    key = "CARTESIA_API_KEY=... " if keys_are_on(chosen) else ""
    click.echo(f'Try it:  {trust}{key}CARTESIA_BASE_URL={address} ownvoice say "Hello from my own server."')
    if not keys_are_on(chosen) and not is_loopback_address(chosen.host):
        click.echo("Warning: other machines can reach this address, and need no key to use the server.")


def _warm_runner(chosen: "Settings") -> "Runner":
    """Make the runner and its engines, so that the first request need not wait for them."""
    from ownvoice.app import make_runner
    from ownvoice.settings import engines_in_use

    runner = make_runner(chosen)
    try:
        asyncio.run(runner.ready(engines_in_use(chosen)))
    except (LookupError, RuntimeError, ValueError) as error:
        runner.close()
        raise click.ClickException(f"an engine cannot be started: {error}") from error
    return runner


def _listen(host: str, port: int) -> socket.socket:
    from ownvoice.serving.server import listen

    try:
        return listen(host, port)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host} port {port}: {error}") from error
