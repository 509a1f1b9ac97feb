"""Text to speech: `Cartesia` and `AsyncCartesia`.

The names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Any

from cartesia._version import __version__

if TYPE_CHECKING:
    from cartesia._async_client import AsyncCartesia as AsyncCartesia
    from cartesia._async_client import AsyncCartesia as AsyncClient
    from cartesia._calls import RequestOptions as RequestOptions
    from cartesia._client import Cartesia as Cartesia
    from cartesia._client import Cartesia as Client
    from cartesia._given import NOT_GIVEN as NOT_GIVEN
    from cartesia._given import NotGiven as NotGiven
    from cartesia._given import Omit as Omit
    from cartesia._given import not_given as not_given
    from cartesia._given import omit as omit
    from cartesia._http_clients import DEFAULT_CONNECTION_LIMITS as DEFAULT_CONNECTION_LIMITS
    from cartesia._http_clients import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
    from cartesia._http_clients import DefaultAsyncHttpxClient as DefaultAsyncHttpxClient
    from cartesia._http_clients import DefaultHttpxClient as DefaultHttpxClient
    from cartesia._http_clients import ProxiesTypes as ProxiesTypes
    from cartesia._http_clients import Timeout as Timeout
    from cartesia._http_clients import Transport as Transport
    from cartesia._raw import APIResponse as APIResponse
    from cartesia._raw import AsyncAPIResponse as AsyncAPIResponse
    from cartesia._responses import AsyncStream as AsyncStream
    from cartesia._responses import Stream as Stream
    from cartesia._rest import DEFAULT_MAX_RETRIES as DEFAULT_MAX_RETRIES
    from cartesia._uploads import file_from_path as file_from_path
    from cartesia.errors import APIConnectionError as APIConnectionError
    from cartesia.errors import APIError as APIError
    from cartesia.errors import APIResponseValidationError as APIResponseValidationError
    from cartesia.errors import APIStatusError as APIStatusError
    from cartesia.errors import APITimeoutError as APITimeoutError
    from cartesia.errors import AuthenticationError as AuthenticationError
    from cartesia.errors import BadRequestError as BadRequestError
    from cartesia.errors import CartesiaError as CartesiaError
    from cartesia.errors import ConflictError as ConflictError
    from cartesia.errors import EmbeddedServerError as EmbeddedServerError
    from cartesia.errors import FileError as FileError
    from cartesia.errors import InternalServerError as InternalServerError
    from cartesia.errors import MissingFileError as MissingFileError
    from cartesia.errors import NotFoundError as NotFoundError
    from cartesia.errors import PermissionDeniedError as PermissionDeniedError
    from cartesia.errors import RateLimitError as RateLimitError
    from cartesia.errors import UnprocessableEntityError as UnprocessableEntityError
    from cartesia.errors import WebSocketConnectionClosedError as WebSocketConnectionClosedError
    from cartesia.errors import WebSocketQueueFullError as WebSocketQueueFullError
    from cartesia.types import Record as BaseModel

__title__ = "cartesia"

__all__ = [
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncAPIResponse",
    "AsyncCartesia",
    "AsyncClient",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "BaseModel",
    "Cartesia",
    "CartesiaError",
    "Client",
    "ConflictError",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "EmbeddedServerError",
    "FileError",
    "InternalServerError",
    "MissingFileError",
    "NoneType",
    "NotFoundError",
    "NotGiven",
    "Omit",
    "PermissionDeniedError",
    "ProxiesTypes",
    "RateLimitError",
    "RequestOptions",
    "Stream",
    "Timeout",
    "Transport",
    "UnprocessableEntityError",
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "__title__",
    "__version__",
    "file_from_path",
    "not_given",
    "omit",
]

_ALIASES = {"AsyncClient": "AsyncCartesia", "BaseModel": "Record", "Client": "Cartesia"}
"""Names of the published clients for the same things."""

_HOMES = {
    "APIResponse": "cartesia._raw",
    "AsyncAPIResponse": "cartesia._raw",
    "AsyncCartesia": "cartesia._async_client",
    "AsyncStream": "cartesia._responses",
    "Cartesia": "cartesia._client",
    "DEFAULT_CONNECTION_LIMITS": "cartesia._http_clients",
    "DEFAULT_MAX_RETRIES": "cartesia._rest",
    "DEFAULT_TIMEOUT": "cartesia._http_clients",
    "DefaultAsyncHttpxClient": "cartesia._http_clients",
    "DefaultHttpxClient": "cartesia._http_clients",
    "NOT_GIVEN": "cartesia._given",
    "NotGiven": "cartesia._given",
    "Omit": "cartesia._given",
    "ProxiesTypes": "cartesia._http_clients",
    "Record": "cartesia.types",
    "RequestOptions": "cartesia._calls",
    "Stream": "cartesia._responses",
    "Timeout": "cartesia._http_clients",
    "Transport": "cartesia._http_clients",
    "file_from_path": "cartesia._uploads",
    "not_given": "cartesia._given",
    "omit": "cartesia._given",
}
"""Where the names are that are not exceptions."""


def __getattr__(name: str) -> Any:
    if name in ("errors", "formats", "pagination", "resources", "types"):
        return import_module(f"cartesia.{name}")
    if name not in __all__:
        raise AttributeError(f"module 'cartesia' has no attribute {name!r}")
    kept = _ALIASES.get(name, name)
    value = getattr(import_module(_HOMES.get(kept, "cartesia.errors")), kept)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
