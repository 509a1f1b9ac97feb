"""Text to speech: `Cartesia` and `AsyncCartesia`.

The names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from importlib import import_module
from types import NoneType as NoneType
from typing import TYPE_CHECKING, Any

from cartesia._version import __version__ as __version__

__title__ = "cartesia"

if TYPE_CHECKING:
    from cartesia import errors as errors
    from cartesia import formats as formats
    from cartesia import pagination as pagination
    from cartesia import resources as resources
    from cartesia import types as types
    from cartesia._async_client import AsyncCartesia as AsyncCartesia
    from cartesia._calls import RequestOptions as RequestOptions
    from cartesia._client import Cartesia as Cartesia
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

    # Names of the published clients for the same things.
    AsyncClient = AsyncCartesia
    Client = Cartesia
    BaseModel = types.Record
else:
    _NAMES = {
        "_async_client": ["AsyncCartesia"],
        "_calls": ["RequestOptions"],
        "_client": ["Cartesia"],
        "_given": ["NOT_GIVEN", "NotGiven", "Omit", "not_given", "omit"],
        "_http_clients": [
            "DEFAULT_CONNECTION_LIMITS",
            "DEFAULT_TIMEOUT",
            "DefaultAsyncHttpxClient",
            "DefaultHttpxClient",
            "ProxiesTypes",
            "Timeout",
            "Transport",
        ],
        "_raw": ["APIResponse", "AsyncAPIResponse"],
        "_responses": ["AsyncStream", "Stream"],
        "_rest": ["DEFAULT_MAX_RETRIES"],
        "_uploads": ["file_from_path"],
        "errors": [
            "APIConnectionError",
            "APIError",
            "APIResponseValidationError",
            "APIStatusError",
            "APITimeoutError",
            "AuthenticationError",
            "BadRequestError",
            "CartesiaError",
            "ConflictError",
            "EmbeddedServerError",
            "FileError",
            "InternalServerError",
            "MissingFileError",
            "NotFoundError",
            "PermissionDeniedError",
            "RateLimitError",
            "UnprocessableEntityError",
            "WebSocketConnectionClosedError",
            "WebSocketQueueFullError",
        ],
    }
    """The public names by their modules, for the run time; type checkers read them above."""

    _ALIASES = {
        "AsyncClient": ("_async_client", "AsyncCartesia"),
        "BaseModel": ("types", "Record"),
        "Client": ("_client", "Cartesia"),
    }
    """Names of the published clients for the same things."""

    _HOMES = {name: (module, name) for module, names in _NAMES.items() for name in names} | _ALIASES

    __all__ = sorted([*_HOMES, "NoneType", "__title__", "__version__"])

    def __getattr__(name: str) -> Any:
        if name in ("errors", "formats", "pagination", "resources", "types"):
            return import_module(f"cartesia.{name}")
        if name not in _HOMES:
            raise AttributeError(f"module 'cartesia' has no attribute {name!r}")
        module, original = _HOMES[name]
        value = globals()[name] = getattr(import_module(f"cartesia.{module}"), original)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *globals()["__all__"]})
