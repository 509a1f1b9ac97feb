"""A Struct that also reads like a dictionary."""

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

LONGEST_SHOWN = 100
"""The greatest length of texts and lists that `print` shows in full."""


def _short(value: Any) -> str:
    if isinstance(value, str | bytes) and len(value) > LONGEST_SHOWN:
        return f"<{len(value)} {'bytes' if isinstance(value, bytes) else 'characters'}>"
    if isinstance(value, list) and len(value) > LONGEST_SHOWN and isinstance(value[0], int | float):
        return f"<{len(value)} numbers>"
    return repr(value)


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A Struct that also reads like a dictionary. Fields that are None count as absent keys."""

    also: ClassVar[tuple[str, ...]] = ()
    """Keys that are not fields but derived from them."""

    def __repr__(self) -> str:
        """Show the fields that are set; for long values, such as embeddings and audio, only their length."""
        shown = ", ".join(f"{name}={_short(getattr(self, name))}" for name in self.keys() if name not in self.also)
        return f"{type(self).__name__}({shown})"

    def __getitem__(self, key: str) -> Any:
        if key not in self.__struct_fields__ and key not in self.also:
            raise KeyError(key)
        return getattr(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the field of that name, or the default where it is absent."""
        value = self[key] if key in self.__struct_fields__ or key in self.also else None
        return default if value is None else value

    def keys(self) -> list[str]:
        """Return the names of the fields that are set."""
        return [name for name in self.__struct_fields__ if getattr(self, name) is not None] + list(self.also)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, in plain dictionaries and lists."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain
