"""Values outside the bounds of their types, described in words.

The bounds stand in the annotations (`msgspec.Meta`), and msgspec checks them; its messages name one bound and no value.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

_BOUND = re.compile(r"Expected `\w+` (?:[<>]|of length|matching regex)|Invalid enum value")
_PLACE = re.compile(r" - at (?P<key>`key` in )?`\$(?P<path>.*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


def explain(error: msgspec.ValidationError, shape: type, data: Any) -> str | None:
    """Describe a value outside its bounds: what would be right, and what it is instead.

    Args:
        error: what msgspec raised.
        shape: the type that the data should have had.
        data: the decoded data.

    Returns:
        The description, such as ``port should be from 0 to 65535, not -1``; None for errors that are not about bounds.
    """
    message = str(error)
    place = _PLACE.search(message)
    if place is None or not _BOUND.match(message) or "[...]" in place["path"]:
        return None
    kind: inspect.Type = inspect.type_info(shape)
    value = data
    for field, index in _STEP.findall(place["path"]):
        kind, value = _enter(kind, value, field, index)
    if place["key"]:
        key_kind = next(one.key_type for one in _alternatives(kind) if isinstance(one, inspect.DictType))
        kind, value = key_kind, message.split("'")[1]
    return f"{place['path'].removeprefix('.')} should {_bounds(kind, value)}"


def _enter(kind: inspect.Type, value: Any, field: str, index: str) -> tuple[inspect.Type, Any]:
    """Return the type and the value of a field of a Struct, or of an item of a list."""
    for one in _alternatives(kind):
        if field and isinstance(one, inspect.StructType):
            return next(each.type for each in one.fields if each.encode_name == field), value[field]
        if index and isinstance(one, inspect.ListType | inspect.VarTupleType):
            return one.item_type, value[int(index)]
    raise LookupError(f"{kind} has no {field or index}")


def _alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Yield the types of which a value may have any, except None."""
    if isinstance(kind, inspect.Metadata):
        yield from _alternatives(kind.type)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from _alternatives(one)
    elif not isinstance(kind, inspect.NoneType):
        yield kind


def _bounds(kind: inspect.Type, value: Any) -> str:
    match next(_alternatives(kind)):
        case inspect.IntType() | inspect.FloatType() as number:
            return f"be {_range(number)}, not {value}"
        case inspect.LiteralType(values=values):
            names = sorted(str(name) for name in values)
            return f"be {'one of ' if len(names) > 1 else ''}{', '.join(names)}, not {value!r}"
        case inspect.StrType(pattern=str()):
            examples = (kind.extra_json_schema or {}).get("examples", []) if isinstance(kind, inspect.Metadata) else []
            return f"be such as {' or '.join(examples)}, not {value!r}"
        case inspect.StrType(max_length=longest):
            return f"have at most {longest} characters, not {len(value)}"
        case inspect.ListType(max_length=longest):
            return f"have at most {longest} items, not {len(value)}"
        case inspect.DictType(min_length=fewest):
            return f"have {fewest} or more entries, not {len(value)}"
        case other:
            raise TypeError(f"there are no words for the bounds of {other}")


def _range(number: inspect.IntType | inspect.FloatType) -> str:
    if number.gt is not None:
        return f"above {number.gt}"
    return f"{number.ge} or more" if number.le is None else f"from {number.ge} to {number.le}"
