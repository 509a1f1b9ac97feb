"""Speech over a WebSocket: messages move between the socket, the session and the runner."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import aclosing, suppress

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from ownvoice.access.limits import Lease
from ownvoice.api.errors import error_event, failure, logger
from ownvoice.api.request import client_of, version_of
from ownvoice.api.services import Services, services_of
from ownvoice.api.speech import resolve_voice
from ownvoice.tts.actions import Action, Close, End, Flush, LookUp, Open, Say, Send, Stop
from ownvoice.tts.runner import Stream
from ownvoice.tts.session import Session

POLICY_VIOLATION = 1008
MOST_ANSWERS = 100
"""How many answers to the client's own messages may wait to be sent before no more of its messages are read."""


async def tts_websocket(websocket: WebSocket) -> None:
    """Serve one connection, from its handshake to its end."""
    await websocket.accept()
    connection = _Connection(websocket, services_of(websocket))
    try:
        await connection.serve()
    finally:
        connection.stop()


class _ContextTask:
    """The task that speaks for one context, and its instructions."""

    def __init__(self) -> None:
        self.instructions: asyncio.Queue[Say | Flush | End] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()


class _Connection:
    """A socket, the session that decides what happens on it, and the tasks of its contexts.

    Reading the socket and keeping the time never wait for a message to be sent, or a client that does not read could
    not cancel. The task that has a message sends it in its turn: one that still waits when its context is cancelled is
    never sent.
    """

    def __init__(self, websocket: WebSocket, services: Services) -> None:
        self._websocket = websocket
        self._services = services
        self._client = client_of(websocket)
        self._session = Session(version_of(websocket), services.settings, time.monotonic(), self._lease, error_event)
        self._tasks: dict[str, _ContextTask] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        self._set_timer()
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not await self._services.access.is_valid(self._client):
                await self._close_in_turn(POLICY_VIOLATION, "the key was revoked")
                return
            data = message.get("text")
            data = message["bytes"] if data is None else data
            self._do(await self._take(data))
            while len(self._answers) > MOST_ANSWERS:
                await asyncio.wait(self._answers, return_when=asyncio.FIRST_COMPLETED)

    async def _take(self, data: str | bytes) -> list[Action]:
        """Return what is to be done because of a message. The next one is read only after this."""
        received = self._session.receive(data, time.monotonic())
        if not isinstance(received, LookUp):
            return received
        try:
            voice = await resolve_voice(received.request, self._websocket)
        except Exception as error:
            return self._session.refuse(received.request, failure(error), time.monotonic())
        return self._session.found(received.request, voice, time.monotonic())

    def _do(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Open(context_id, style):
                    context = self._tasks[context_id] = _ContextTask()
                    stream = self._services.runner.open(style)
                    context.task = asyncio.create_task(self._speak(context_id, context, stream))
                case Say(context_id) | Flush(context_id) | End(context_id):
                    self._tasks[context_id].instructions.put_nowait(action)
                case Stop(context_id):
                    self._tasks.pop(context_id).stop()
                case Send(message):
                    self._answer(self._send(message))
                case Close(code, reason):
                    self._answer(self._close_in_turn(code, reason))
        self._set_timer()

    def _answer(self, sending: Coroutine[None, None, None]) -> None:
        # Tasks begin in the order in which they are made, so a context that is opened anew under the name of one that
        # was cancelled does not speak before the other's end has been sent.
        task = asyncio.create_task(sending)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _lease(self) -> Lease:
        """Take one more context for the client; RequestError where a limit is reached."""
        usage, owner = self._services.access.usage, self._client.owner
        usage.request(owner, time.monotonic())  # a context is as much work as a request over HTTP
        return usage.context(owner)

    def _set_timer(self) -> None:
        """Call the session's `tick` when it is due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (deadline := self._session.deadline()) is not None:
            # The event loop's clock is not the session's, so only the difference counts.
            delay = max(0.0, deadline - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._do(self._session.tick(time.monotonic()))

    async def _speak(self, context_id: str, context: _ContextTask, stream: Stream) -> None:
        try:
            await self._follow(context, stream)
        except Exception as error:
            actions = self._session.fail(context_id, failure(error))
        else:
            actions = self._session.finish(context_id)
        del self._tasks[context_id]
        await self._send_all(actions)
        self._set_timer()

    async def _follow(self, context: _ContextTask, stream: Stream) -> None:
        """Carry out a context's instructions in order, to its end."""
        while True:
            instruction = await context.instructions.get()
            match instruction:
                case Say():
                    await self._say(instruction, stream)
                    self._session.note_said(instruction)
                    self._set_timer()
                case Flush():
                    await self._send_all(self._session.flush_done(instruction))
                case End():
                    if (tail := await stream.end()) is not None:
                        for message in self._session.encode_piece(instruction, tail, 0.0, time.monotonic()):
                            await self._send(message)
                    return

    async def _say(self, say: Say, stream: Stream) -> None:
        async with aclosing(stream.say(say.sentence, continues=say.continues)) as pieces:
            started = time.monotonic()
            async for piece in pieces:
                now = time.monotonic()
                for message in self._session.encode_piece(say, piece, 1000 * (now - started), now):
                    await self._send(message)
                started = time.monotonic()

    async def _send_all(self, messages: Sequence[Send]) -> None:
        """Send the messages of a context, before any later ones of it."""
        for send in messages:
            await self._send(send.message)

    async def _send(self, message: bytes) -> None:
        """Send a message when its turn has come. A context waits here, and makes no more speech meanwhile."""
        send_timeout = self._services.settings.send_timeout
        async with self._turn:
            # The client has gone; `serve` is about to learn of it and to stop the engines.
            if self._websocket.application_state is not WebSocketState.CONNECTED:
                return
            try:
                async with asyncio.timeout(send_timeout):
                    with suppress(WebSocketDisconnect):
                        await self._websocket.send_text(message.decode())
            except TimeoutError:
                logger.info("a client read nothing for %g s; closing its connection", send_timeout)
                await self._close(POLICY_VIOLATION, "the client reads too slowly")

    async def _close_in_turn(self, code: int, reason: str) -> None:
        async with self._turn:
            await self._close(code, reason)

    async def _close(self, code: int, reason: str) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect):
                await self._websocket.close(code, reason)

    def stop(self) -> None:
        """Stop the engines: the client has gone."""
        self._session.abandon()
        if self._timer is not None:
            self._timer.cancel()
        for context in self._tasks.values():
            context.stop()
        for answer in self._answers:
            answer.cancel()
