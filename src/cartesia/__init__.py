"""Text to speech: `Cartesia` and `AsyncCartesia`.

The names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cartesia._version import __version__

if TYPE_CHECKING:
    from cartesia._async_client import AsyncCartesia as AsyncCartesia
    from cartesia._client import Cartesia as Cartesia
    from cartesia._responses import AsyncStream as AsyncStream
    from cartesia._responses import Stream as Stream
    from cartesia.errors import (
        APIConnectionError as APIConnectionError,
    )
    from cartesia.errors import (
        APIError as APIError,
    )
    from cartesia.errors import (
        APIResponseValidationError as APIResponseValidationError,
    )
    from cartesia.errors import (
        APIStatusError as APIStatusError,
    )
    from cartesia.errors import (
        APITimeoutError as APITimeoutError,
    )
    from cartesia.errors import (
        AuthenticationError as AuthenticationError,
    )
    from cartesia.errors import (
        BadRequestError as BadRequestError,
    )
    from cartesia.errors import (
        CartesiaError as CartesiaError,
    )
    from cartesia.errors import (
        ConflictError as ConflictError,
    )
    from cartesia.errors import (
        EmbeddedServerError as EmbeddedServerError,
    )
    from cartesia.errors import (
        InternalServerError as InternalServerError,
    )
    from cartesia.errors import (
        NotFoundError as NotFoundError,
    )
    from cartesia.errors import (
        PermissionDeniedError as PermissionDeniedError,
    )
    from cartesia.errors import (
        RateLimitError as RateLimitError,
    )
    from cartesia.errors import (
        UnprocessableEntityError as UnprocessableEntityError,
    )
    from cartesia.errors import (
        WebSocketConnectionClosedError as WebSocketConnectionClosedError,
    )
    from cartesia.errors import (
        WebSocketQueueFullError as WebSocketQueueFullError,
    )

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncCartesia",
    "AsyncStream",
    "AuthenticationError",
    "BadRequestError",
    "Cartesia",
    "CartesiaError",
    "ConflictError",
    "EmbeddedServerError",
    "InternalServerError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "Stream",
    "UnprocessableEntityError",
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "__version__",
]

_HOMES = {
    "AsyncCartesia": "cartesia._async_client",
    "AsyncStream": "cartesia._responses",
    "Cartesia": "cartesia._client",
    "Stream": "cartesia._responses",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'cartesia' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "cartesia.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
