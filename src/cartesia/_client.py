"""The blocking client."""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Any

from cartesia._blocking import run_now
from cartesia._calls import Events, Request, Sound
from cartesia._closing import Closing
from cartesia._exchange import translate_errors
from cartesia._faces import Plain, Raw, Streamed
from cartesia._pages import Page
from cartesia._raw import APIResponse, ResponseContextManager
from cartesia._responses import Audio, Stream
from cartesia._rest import BaseClient
from cartesia._surface import Surface

if TYPE_CHECKING:
    import httpx


class Cartesia(BaseClient["httpx.Client"], Surface[Plain], Closing):
    """A client that blocks until it has an answer. Threads may share it."""

    _page_type = Page
    _audio_type = Audio
    _stream_type = Stream

    def _make_http(self, *, trust_env: bool) -> httpx.Client:
        import httpx

        http = httpx.Client(follow_redirects=True, trust_env=trust_env, verify=httpx.create_ssl_context())
        weakref.finalize(self._connections, http.close)  # programs may forget to close the client
        return http

    def _event_loop(self) -> None:
        return None

    async def _send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        with translate_errors(request):
            response = self._http.send(request, stream=True)
            if not stream or response.status_code >= 400:
                response.read()
            return response

    async def _sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251 - this face blocks, and its core is stepped by `run_now`

    def _run(self, request: Request, mode: type = Plain) -> Any:
        if mode is Streamed:
            return ResponseContextManager(lambda: self._raw(request, stream=True))
        raw = self._raw(request, stream=isinstance(request, Sound | Events))
        return raw if mode is Raw else raw.parse()

    def _raw(self, request: Request, *, stream: bool) -> APIResponse[Any]:
        response = run_now(self._open(request, stream=stream))
        # A program may drop the client and read on; the connections are closed with the client.
        response.extensions["client"] = self
        return APIResponse(self, request, response)

    def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        if (http := self._release_http()) is not None:
            http.close()
