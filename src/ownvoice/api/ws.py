"""Speech over a WebSocket: moves messages between the socket, the session and the runner."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import aclosing, suppress

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from ownvoice.access.limits import Place
from ownvoice.api.errors import error_event, failure, logger
from ownvoice.api.request import access_of, client_of, speaker_for, version_of
from ownvoice.errors import RequestError
from ownvoice.settings import Settings
from ownvoice.tts.actions import Action, Close, End, Flush, Open, Say, Send, Stop
from ownvoice.tts.requests import context_in, decode
from ownvoice.tts.runner import Runner, Stream
from ownvoice.tts.session import Session

POLICY_VIOLATION = 1008
MOST_ANSWERS = 100
"""How many messages may wait to be sent that answer the client's own, before no more of those are read."""


async def tts_websocket(websocket: WebSocket) -> None:
    """One connection, from its handshake to its end."""
    await websocket.accept()
    connection = _Connection(websocket, websocket.app.state.settings, websocket.app.state.runner)
    try:
        await connection.serve()
    finally:
        connection.stop()


class _Speaker:
    """What is to be said for one context, and the task that says it."""

    def __init__(self) -> None:
        self.instructions: asyncio.Queue[Say | Flush | End] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()


class _Connection:
    """A socket, the session that decides what happens on it, and what speaks for its contexts.

    Nothing that reads the socket or keeps the time waits for it to take what is sent, or a client that does not read
    could not cancel. Whatever is sent is sent in turn, by the task that has it to send: a message that still waits for
    its turn when its context is cancelled is never sent.
    """

    def __init__(self, websocket: WebSocket, settings: Settings, runner: Runner) -> None:
        self._websocket = websocket
        self._settings = settings
        self._runner = runner
        self._access, self._client = access_of(websocket), client_of(websocket)
        self._session = Session(version_of(websocket), settings, time.monotonic(), self._place, error_event)
        self._speakers: dict[str, _Speaker] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        self._set_timer()
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not await self._access.is_valid(self._client):
                await self._close_in_turn(POLICY_VIOLATION, "the key was revoked")
                return
            data = message.get("text")
            data = message["bytes"] if data is None else data
            self._do(await self._take(data))
            while len(self._answers) > MOST_ANSWERS:
                await asyncio.wait(self._answers, return_when=asyncio.FIRST_COMPLETED)

    async def _take(self, data: str | bytes) -> list[Action]:
        """What is to be done because of a message."""
        try:
            request = decode(data)
        except RequestError as error:
            return self._session.refuse(context_in(data), error, time.monotonic())
        try:
            speaker = await speaker_for(request, self._websocket) if self._session.begins(request) else None
        except RequestError as error:
            return self._session.refuse(request.context_id, error, time.monotonic())
        return self._session.receive(request, speaker, time.monotonic())

    def _do(self, actions: Sequence[Action]) -> None:
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

    def _place(self) -> Place:
        """A place for one context more; RequestError (429) where there is none."""
        usage, owner = self._access.usage, self._client.owner
        usage.request(owner, time.monotonic())  # it is as much work as a request over HTTP
        return usage.context(owner)

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
        self._do(self._session.tick(time.monotonic()))

    async def _speak(self, context_id: str, speaker: _Speaker, stream: Stream) -> None:
        try:
            await self._follow(speaker, stream)
        except Exception as error:
            actions = self._session.failed(context_id, failure(error))
        else:
            actions = self._session.finished(context_id)
        del self._speakers[context_id]
        await self._tell(actions)
        self._set_timer()

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
                    await self._tell(self._session.flushed(instruction))
                case End():
                    if (tail := await stream.end()) is not None:
                        for message in self._session.spoken(instruction, tail, 0.0, time.monotonic()):
                            await self._send(message)
                    return

    async def _say(self, say: Say, stream: Stream) -> None:
        async with aclosing(stream.say(say.sentence, continues=say.continues)) as pieces:
            started = time.monotonic()
            async for piece in pieces:
                now = time.monotonic()
                for message in self._session.spoken(say, piece, 1000 * (now - started), now):
                    await self._send(message)
                started = time.monotonic()

    async def _tell(self, messages: Sequence[Send]) -> None:
        """Send what a speaker has to say of its context, before anything that it says later."""
        for send in messages:
            await self._send(send.message)

    async def _send(self, message: bytes) -> None:
        """Send a message when its turn has come; whoever sends speech waits here, and makes no more meanwhile."""
        async with self._turn:
            # A socket that has gone takes nothing more; `serve` is about to learn of it and to stop the engines.
            if self._websocket.application_state is not WebSocketState.CONNECTED:
                return
            try:
                async with asyncio.timeout(self._settings.send_timeout):
                    with suppress(WebSocketDisconnect):
                        await self._websocket.send_text(message.decode())
            except TimeoutError:
                logger.info("a client took nothing for %g s; closing its connection", self._settings.send_timeout)
                await self._close(POLICY_VIOLATION, "the client reads too slowly")

    async def _close_in_turn(self, code: int, reason: str) -> None:
        async with self._turn:
            await self._close(code, reason)

    async def _close(self, code: int, reason: str) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect):
                await self._websocket.close(code, reason)

    def stop(self) -> None:
        """Nobody listens any more: stop the engines."""
        self._session.abandon()
        if self._timer is not None:
            self._timer.cancel()
        for speaker in self._speakers.values():
            speaker.stop()
        for answer in self._answers:
            answer.cancel()
