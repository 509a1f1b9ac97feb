"""The cost of importing the package, and the names that it has."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cartesia


def modules_after(statement: str) -> set[str]:
    """Return the modules that are loaded in a new interpreter after a statement."""
    program = f"import sys; {statement}; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(printed.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import cartesia", "from cartesia import Cartesia, AsyncCartesia, types, errors"]
)
def test_importing_loads_nothing_heavy(statement: str) -> None:
    loaded = modules_after(statement)
    heavy = {"httpx", "httpcore", "websockets", "numpy", "soxr", "starlette", "uvicorn", "ownvoice"}
    assert not loaded & heavy


def test_importing_alone_loads_next_to_nothing() -> None:
    assert not modules_after("import cartesia") & {"msgspec", "asyncio", "cartesia.types"}


PUBLIC: list[str] = vars(cartesia)["__all__"]
"""Set at run time only; type checkers see the imports in its place."""


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(cartesia, name) is not None
    assert name in dir(cartesia)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(cartesia.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    typed = {alias.asname: (node.module, alias.name) for node in imports for alias in node.names}
    submodules = {name for name, (module, _) in typed.items() if module == "cartesia"}
    aliases = {ast.unparse(node.targets[0]) for node in block.body if isinstance(node, ast.Assign)}
    assert {*typed, *aliases} - submodules == {*PUBLIC} - {"NoneType", "__title__", "__version__"}
    for name, (module, original) in typed.items():
        if name not in submodules:
            assert getattr(cartesia, str(name)) is getattr(sys.modules[str(module)], original), name


def test_unknown_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(cartesia, "Nothing")  # noqa: B009
    with pytest.raises(ImportError):
        from cartesia import Nothing  # type: ignore[attr-defined]  # noqa: F401


@pytest.mark.parametrize("name", ["types", "errors", "resources"])
def test_submodules_are_there_without_importing_them(name: str) -> None:
    assert modules_after(f"import cartesia; cartesia.{name}.__name__") >= {f"cartesia.{name}"}
