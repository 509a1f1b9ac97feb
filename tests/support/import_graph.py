"""Which module imports which, read from the source: also imports within functions, and those for types alone."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def modules(source: Path = SOURCE) -> dict[str, Path]:
    """Return all modules below a directory by their dotted names."""
    found = {}
    for path in source.glob("**/*.py"):
        parts = path.relative_to(source).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(text: str, known: Iterable[str] = ()) -> set[str]:
    """Return the modules that a program imports, at any depth of it.

    Args:
        text: the program.
        known: names of modules; ``from package import name`` means the module ``package.name`` where there is one.
    """
    known = frozenset(known)
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                found.add(inner if inner in known else module)
    return found


def room(module: str) -> str:
    """Return the room of a module: its package below the distribution's two, or itself where it stands alone."""
    top, _, rest = module.partition(".")
    return top if top != "ownvoice" else rest.partition(".")[0] or "ownvoice"


def room_imports(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Return which rooms each room imports.

    Args:
        texts: the programs of all modules, by the names of the modules.
    """
    found: dict[str, set[str]] = {room(name): set() for name in texts}
    for name, text in texts.items():
        for imported in imports(text, texts):
            if imported.partition(".")[0] in ("ownvoice", "cartesia") and room(imported) != room(name):
                found[room(name)].add(room(imported))
    return found


def cycle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names along a cycle of the graph; nothing where there is none."""
    finished: set[str] = set()

    def search(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in finished:
            return []
        for other in sorted(graph.get(name, ())):
            if found := search(other, [*path, name]):
                return found
        finished.add(name)
        return []

    return next((found for name in sorted(graph) if (found := search(name, []))), [])
