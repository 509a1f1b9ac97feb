"""Speech over a WebSocket: moves messages between the socket, the session and the runner."""

import asyncio
import time
from contextlib import aclosing, suppress

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from cartesia_server.api.incoming import failure, version_of
from cartesia_server.runner import Runner
from cartesia_server.session import Action, Send, Session, Speak, Stop
from cartesia_server.speech import Job


async def tts_websocket(websocket: WebSocket) -> None:
    """One connection, from its handshake to its end."""
    await websocket.accept()
    session = Session(version_of(websocket), websocket.app.state.settings)
    connection = _Connection(websocket, session, websocket.app.state.runner)
    try:
        await connection.serve()
    finally:
        connection.stop_all()


class _Connection:
    """A socket and the tasks that speak for its contexts."""

    def __init__(self, websocket: WebSocket, session: Session, runner: Runner) -> None:
        self._websocket = websocket
        self._session = session
        self._runner = runner
        self._speaking: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("text")
            await self._do(self._session.receive(message["bytes"] if data is None else data))

    async def _do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Speak(context_id, job):
                    self._speaking[context_id] = asyncio.create_task(self._speak(context_id, job))
                case Stop(context_id):
                    # A task that has not begun yet never gets to its `finally`, so it is taken off the list here.
                    self._speaking.pop(context_id).cancel()
                case Send(message):
                    await self._send(message)

    async def _speak(self, context_id: str, job: Job) -> None:
        try:
            async with aclosing(self._runner.stream(job)) as pieces:
                started = time.perf_counter()
                async for piece in pieces:
                    step_time = 1000 * (time.perf_counter() - started)
                    for message in self._session.spoken(context_id, piece, step_time):
                        await self._send(message)
                    started = time.perf_counter()
        except Exception as error:
            await self._do(self._session.failed(context_id, failure(error)))
        else:
            await self._do(self._session.finished(context_id))
        finally:
            # After a cancel the client may have opened a context of the same name anew: that one is not ours.
            if self._speaking.get(context_id) is asyncio.current_task():
                del self._speaking[context_id]

    async def _send(self, message: bytes) -> None:
        # A socket that has gone takes nothing more; `serve` is about to learn of it and to stop the engines.
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect):
                await self._websocket.send_text(message.decode())

    def stop_all(self) -> None:
        """Nobody listens any more: stop the engines."""
        for task in self._speaking.values():
            task.cancel()
