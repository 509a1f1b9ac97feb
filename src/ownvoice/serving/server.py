"""The server on a socket: in the foreground for `ownvoice serve`, in a thread for the embedded engine."""

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ownvoice import engines
from ownvoice.app import create_app, make_runner
from ownvoice.serving.logs import filter_uvicorn_logs, preserve_uvicorn_loggers
from ownvoice.serving.protocols import http_protocol, websocket_protocol
from ownvoice.serving.tls import load_certificate
from ownvoice.settings import Settings, engines_in_use, load
from ownvoice.store import Store, StoreError, open_store
from ownvoice.tts.runner import Runner

logger = logging.getLogger("ownvoice")

STOP_TIMEOUT = 3.0
"""Seconds that a stopping server waits for answers that are under way."""
LARGEST_MESSAGE = 16 * 1024 * 1024
"""The largest WebSocket message in bytes. A larger one ends the connection, so this is far above the longest
transcript, which is refused by an event while the other contexts go on."""
THREAD_NAME = "ownvoice-embedded-server"


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: the address is in use, or does not belong to this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=512)
    listening.set_inheritable(False)
    # asyncio does this by itself only for sockets that it made. Without it the pieces of an answer wait for the
    # client's acknowledgement of the ones before, for 40 ms at a time.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def missing_engines(settings: Settings) -> list[str]:
    """Return the engines in the settings, those with options too, that are not installed."""
    return sorted({*engines_in_use(settings), *settings.engines} - set(engines.names()))


def store_of(settings: Settings) -> Store:
    """Return the store of the settings. Nothing is opened before it is needed."""
    return open_store(Path(settings.data), settings.database_url)


def remove_orphaned_clips(store: Store) -> None:
    """Remove the recordings that a crash left half stored. A failure is logged; serving continues."""
    try:
        store.recordings.remove_orphaned_clips()
    except StoreError as error:
        logger.warning("recordings that a crash left half stored cannot be removed: %s", error)


def has_keys(store: Store) -> bool:
    """Return whether there is a key that is not revoked. Blocks."""
    return any(key.revoked_at is None for key in store.keys.list())


def address(settings: Settings, port: int) -> str:
    """Return the URL of the server for programs on this machine."""
    scheme = "http" if settings.tls is None else "https"
    host = "localhost" if settings.host in ("", "0.0.0.0", "::") else settings.host
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def uvicorn_server(settings: Settings, runner: Runner, store: Store, thread_name: str) -> uvicorn.Server:
    """Make the ASGI server.

    Args:
        settings: the settings of the server.
        runner: the runner of its engines.
        store: its store.
        thread_name: the name of the thread in which it will run, whose logs are filtered.
    """
    certificate = load_certificate(settings)
    with preserve_uvicorn_loggers():
        config = uvicorn.Config(
            create_app(settings, runner, store),
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            http=http_protocol(settings.head_timeout),
            ws=websocket_protocol(settings.max_unsent_bytes),
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,  # audio in base64 hardly shrinks
            timeout_graceful_shutdown=int(STOP_TIMEOUT),
            server_header=False,
            ssl_certfile=certificate.chain if certificate is not None else None,
            ssl_keyfile=certificate.key if certificate is not None else None,
            ssl_context_factory=_without_tickets if certificate is not None else None,
        )
    filter_uvicorn_logs(thread_name)
    return uvicorn.Server(config)


def _without_tickets(_: uvicorn.Config, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Make uvicorn's TLS context, without session tickets.

    Tickets are sent right after the handshake, and blocking clients of Python read them in one thread while they send
    their request in another. The request is lost now and then, and both sides wait for each other.
    """
    context = default()
    context.num_tickets = 0
    return context


def embedded_settings() -> Settings:
    """Return the settings of an embedded server: of the environment's, those that decide which engines speak.

    Raises:
        ValueError: a setting in the environment is wrong.
    """
    chosen = load()
    return Settings(port=0, models=chosen.models, engines=chosen.engines)


def start_embedded() -> "ServerThread":
    """Start the server of a program that names none, with the engines that its environment chooses, or the best ones.

    Raises:
        LookupError: the environment names an engine that is not installed.
        RuntimeError: an engine cannot be made; the message says what to install.
        ValueError: a setting in the environment is wrong.
        OSError: no port is free.
    """
    settings = embedded_settings()
    runner = make_runner(settings)
    for name in engines_in_use(settings):
        runner.describe(name)
    return ServerThread(settings, runner)


class ServerThread:
    """A server in a thread, with an event loop of its own, on a free port of the loopback interface."""

    def __init__(self, settings: Settings | None = None, runner: Runner | None = None) -> None:
        """Start the server, and return when clients can connect; without a runner the engines run in this process."""
        settings = settings or embedded_settings()
        self._runner = runner or make_runner(settings)
        self.store = store_of(settings)
        self._server = uvicorn_server(settings, self._runner, self.store, THREAD_NAME)
        self._socket = listen("127.0.0.1", settings.port)
        scheme = "http" if settings.tls is None else "https"
        self.base_url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        # The socket listens already, so clients that connect before the loop runs are served as soon as it does.
        self._thread.start()

    def _run(self) -> None:
        try:
            with contextlib.suppress(SystemExit):
                self._server.run(sockets=[self._socket])
        except RuntimeError:
            # To end, asyncio starts a thread. Python 3.12 refuses that to a server that stops with the interpreter.
            if threading.main_thread().is_alive():
                raise

    def stop(self) -> None:
        """Stop the server, without waiting for answers that are under way: their readers are in this process."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join(STOP_TIMEOUT + 1)
        self._runner.close()
        self.store.close()
        self._socket.close()
