"""The server on a socket: in the foreground for `ownvoice serve`, in a thread for the embedded engine."""

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import h11
import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ownvoice import engines
from ownvoice.app import create_app, make_runner
from ownvoice.errors import SHUTTING_DOWN, RequestError
from ownvoice.serving.tls import certificate
from ownvoice.settings import Settings
from ownvoice.store import Store, StoreError, open_store
from ownvoice.tts.runner import Runner

logger = logging.getLogger("ownvoice")

STOP_TIMEOUT = 3.0
"""Seconds that a stopping server waits for what is under way."""
CLOSE_TIMEOUT = 12.0
"""Seconds after which a connection is given up that was closed, to a client that does not close it too."""
LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of a WebSocket message. A longer one ends the connection, so it is far above the longest transcript: that one
is refused by an event, and the other contexts go on."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens; OSError where the address is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=512)
    listening.set_inheritable(False)
    # asyncio does this by itself only for sockets that it made. Without it the pieces of an answer wait for the
    # client's acknowledgement of the ones before, for 40 ms at a time.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def missing_engines(settings: Settings) -> list[str]:
    """The engines of the settings that are not installed."""
    return sorted(set(settings.models.values()) - set(engines.names()))


def store_of(settings: Settings) -> Store:
    """Where the server of these settings keeps things. Nothing is opened before it is needed."""
    return open_store(Path(settings.data), settings.database_url)


def swept(store: Store) -> None:
    """Remove what a crash has left of recordings. That it fails is told, and no reason not to serve."""
    try:
        store.recordings.sweep()
    except StoreError as error:
        logger.warning("what a crash may have left of recordings cannot be removed: %s", error)


def has_keys(store: Store) -> bool:
    """Whether there is a key that a client could use. Blocks."""
    return any(key.revoked_at is None for key in store.keys.list())


def address(settings: Settings, port: int) -> str:
    """The URL of a server on a port, for programs of this machine."""
    scheme = "http" if settings.tls is None else "https"
    host = "localhost" if settings.host in ("", "0.0.0.0", "::") else settings.host
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _patient_protocol(head_timeout: float) -> type[asyncio.Protocol]:
    """uvicorn's HTTP, with an end to its patience with a client that does not come to the end of a request's head."""

    class PatientProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def on_response_complete(self) -> None:
            self._wait()
            super().on_response_complete()
            self._stop_if_complete()  # the next request may have been there already

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._stop_if_complete()

        def handle_websocket_upgrade(self, event: h11.Request) -> None:
            self._stop_waiting()
            super().handle_websocket_upgrade(event)

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            # What came before is answered with this, so whoever is at it has nobody to answer any more.
            if self.cycle is not None and not self.cycle.response_complete:
                self.cycle.disconnected = True
                self.cycle.message_event.set()
            if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                super().send_400_response(msg)
            else:
                self.transport.close()  # an answer has begun already

        def _wait(self) -> None:
            self._stop_waiting()
            self._deadline = self.loop.call_later(head_timeout, self.transport.close)

        def _stop_if_complete(self) -> None:
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop_waiting()

        def _stop_waiting(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return PatientProtocol


def _websocket_protocol(max_unsent_bytes: int) -> type[asyncio.Protocol]:
    """uvicorn's WebSockets, with a bound on what waits for a client that does not read, and an end to its waiting."""

    class BoundedProtocol(WebSocketsSansIOProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            # One half waits in this process and the other in the kernel, whose buffers would grow to megabytes.
            self.transport.set_write_buffer_limits(high=max_unsent_bytes // 2)
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max_unsent_bytes // 2)

        async def send(self, message: ASGISendEvent) -> None:
            if message["type"] == "websocket.close":
                # It would wait for the client to read, and the client may be closed just because it does not.
                self.writable.set()
                self.loop.call_later(CLOSE_TIMEOUT, self.transport.abort)
            await super().send(message)

    return BoundedProtocol


def uvicorn_server(settings: Settings, runner: Runner, store: Store, thread_name: str) -> uvicorn.Server:
    """The ASGI server for these settings, which is to run in the thread of that name."""
    found = certificate(settings)
    with _loggers_as_they_are():
        config = uvicorn.Config(
            create_app(settings, runner, store),
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            http=_patient_protocol(settings.head_timeout),
            ws=_websocket_protocol(settings.max_unsent_bytes),
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,  # audio in base64 hardly shrinks
            timeout_graceful_shutdown=int(STOP_TIMEOUT),
            server_header=False,
            ssl_certfile=found.chain if found is not None else None,
            ssl_keyfile=found.key if found is not None else None,
            ssl_context_factory=_without_tickets if found is not None else None,
        )
    _quiet_threads.add(thread_name)
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).addFilter(_is_worth_telling)
    return uvicorn.Server(config)


def _without_tickets(_: uvicorn.Config, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """The TLS of uvicorn, without tickets to resume sessions with.

    Those are sent right after the handshake, and blocking clients of Python read them in one thread while they send
    their request in another. The request is lost now and then, and both sides wait for each other.
    """
    context = default()
    context.num_tickets = 0
    return context


@contextlib.contextmanager
def _loggers_as_they_are() -> Iterator[None]:
    """Keep the loggers of uvicorn, which its configuration changes: a program may run a uvicorn of its own too."""
    loggers = [logging.getLogger(f"uvicorn.{name}") for name in ("error", "access", "asgi")]
    before = [(logger.level, logger.handlers, logger.propagate) for logger in loggers]
    yield
    for logger, (level, handlers, propagate) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers, logger.propagate = handlers, propagate


_quiet_threads: set[str] = set()
"""The names of the threads in which our servers run, and not a program's own."""


_CLIENT_MISTAKES = (
    # uvicorn closes such a connection with code 1007, as it should; its traceback beside that helps nobody.
    "Invalid UTF-8 sequence received from client.",
    # What uvicorn 0.54 says where an upgrade was answered with an error of ours.
    "ASGI callable returned without completing handshake.",
)


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Whether a message of uvicorn is about a fault of ours, or of somebody else's server."""
    if record.threadName not in _quiet_threads:
        return True
    # Lines about single requests have whole URLs in them, and in those of some clients stands their key.
    if record.levelno < logging.WARNING or record.msg in _CLIENT_MISTAKES:
        return False
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, asyncio.CancelledError):
        return False  # an answer that was under way when the server was stopped
    while error is not None:
        if isinstance(error, RequestError) and error.error_code == SHUTTING_DOWN:
            return False
        error = error.__cause__ or error.__context__
    return True


THREAD_NAME = "ownvoice-embedded-server"


class ServerThread:
    """A server of its own thread, with an event loop of its own, on a free port of the loopback interface."""

    def __init__(self, settings: Settings | None = None, runner: Runner | None = None) -> None:
        """Start it, and return when it can be connected to; without a runner the engines run in this process."""
        settings = settings or Settings(port=0)
        self._runner = runner or make_runner(settings)
        self.store = store_of(settings)
        self._server = uvicorn_server(settings, self._runner, self.store, THREAD_NAME)
        self._socket = listening_socket("127.0.0.1", settings.port)
        scheme = "http" if settings.tls is None else "https"
        self.base_url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        # The socket listens already, so a client that connects before the loop turns is served as soon as it does.
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(SystemExit):
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop it without waiting for what is under way: whoever listens is in this process, and ends with it."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join(STOP_TIMEOUT + 1)
        self._runner.close()
        self.store.close()
        self._socket.close()
