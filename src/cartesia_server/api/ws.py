"""Speech over a WebSocket: moves messages between the socket, the session and the runner."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from cartesia_server.api.incoming import failure, logger, version_of
from cartesia_server.runner import Runner, Stream
from cartesia_server.session import Action, Close, End, Flush, Open, Say, Send, Session, Stop
from cartesia_server.settings import Settings

POLICY_VIOLATION = 1008


async def tts_websocket(websocket: WebSocket) -> None:
    """One connection, from its handshake to its end."""
    await websocket.accept()
    connection = _Connection(websocket, websocket.app.state.settings, websocket.app.state.runner)
    try:
        await connection.serve()
    finally:
        connection.stop_all()


class _Speaker:
    """What is to be said for one context, and the task that says it."""

    def __init__(self) -> None:
        self.instructions: asyncio.Queue[Say | Flush | End] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()


class _Connection:
    """A socket, the session that decides what happens on it, and what speaks for its contexts."""

    def __init__(self, websocket: WebSocket, settings: Settings, runner: Runner) -> None:
        self._websocket = websocket
        self._settings = settings
        self._runner = runner
        self._session = Session(version_of(websocket), settings, time.monotonic())
        self._speakers: dict[str, _Speaker] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._ticking: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        self._set_timer()
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("text")
            data = message["bytes"] if data is None else data
            await self._do(self._session.receive(data, time.monotonic()))

    async def _do(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Open(context_id, style):
                    speaker = self._speakers[context_id] = _Speaker()
                    speaker.task = asyncio.create_task(self._speak(context_id, speaker, self._runner.open(style)))
                case Say(context_id) | Flush(context_id) | End(context_id):
                    self._speakers[context_id].instructions.put_nowait(action)
                case Stop(context_id):
                    self._speakers.pop(context_id).stop()
                case Send(message):
                    await self._send(message)
                case Close(code, reason):
                    await self._close(code, reason)
        self._set_timer()

    def _set_timer(self) -> None:
        """Wake the session when it wants to be woken."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (deadline := self._session.deadline()) is not None:
            # The event loop's clock is another one than the session's, so only the difference counts.
            delay = max(0.0, deadline - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._ticking = asyncio.create_task(self._do(self._session.tick(time.monotonic())))

    async def _speak(self, context_id: str, speaker: _Speaker, stream: Stream) -> None:
        try:
            await self._follow(speaker, stream)
        except Exception as error:
            actions = self._session.failed(context_id, failure(error))
        else:
            actions = self._session.finished(context_id)
        # After a cancel the client may have opened a context of the same name anew: that one is not ours.
        if self._speakers.get(context_id) is speaker:
            del self._speakers[context_id]
        await self._do(actions)

    async def _follow(self, speaker: _Speaker, stream: Stream) -> None:
        """Say what there is to be said, in order, to its end."""
        while True:
            instruction = await speaker.instructions.get()
            match instruction:
                case Say():
                    await self._say(instruction, stream)
                    self._session.said(instruction)
                    self._set_timer()
                case Flush():
                    await self._do(self._session.flushed(instruction))
                case End():
                    if (tail := await stream.end()) is not None:
                        for message in self._session.spoken(instruction, tail, 0.0, time.monotonic()):
                            await self._send(message)
                    return

    async def _say(self, say: Say, stream: Stream) -> None:
        async with aclosing(stream.say(say.text)) as pieces:
            started = time.monotonic()
            async for piece in pieces:
                now = time.monotonic()
                for message in self._session.spoken(say, piece, 1000 * (now - started), now):
                    await self._send(message)
                started = time.monotonic()

    async def _send(self, message: bytes) -> None:
        # A socket that has gone takes nothing more; `serve` is about to learn of it and to stop the engines.
        if self._websocket.application_state is not WebSocketState.CONNECTED:
            return
        try:
            # What the client does not take waits here, and the engines with it: nothing more is made for it.
            async with asyncio.timeout(self._settings.send_timeout):
                with suppress(WebSocketDisconnect):
                    await self._websocket.send_text(message.decode())
        except TimeoutError:
            logger.info("a client took nothing for %g s; closing its connection", self._settings.send_timeout)
            await self._close(POLICY_VIOLATION, "the client reads too slowly")

    async def _close(self, code: int, reason: str) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect, TimeoutError):
                async with asyncio.timeout(self._settings.send_timeout):
                    await self._websocket.close(code, reason)

    def stop_all(self) -> None:
        """Nobody listens any more: stop the engines."""
        if self._timer is not None:
            self._timer.cancel()
        for speaker in self._speakers.values():
            speaker.stop()
