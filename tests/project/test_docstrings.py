"""Docstrings: those of functions begin with a verb, and public functions with many parameters explain them."""

import ast
from collections.abc import Iterator

import pytest

from import_graph import modules

NO_VERBS = frozenset(
    (
        *("The", "A", "An", "What", "How", "Whether", "Who", "Whose", "Which", "That", "This", "These", "Those", "It"),
        *("Its", "All", "Some", "One", "Where", "When", "No", "Every", "Each", "In", "Of", "From", "As", "With", "By"),
        *("To", "Not", "Nothing", "None", "On", "Only", "True", "False"),
    )
)
"""Words with which a sentence begins that has no verb in front."""
MANY = 3

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST, *, public: bool = True) -> Iterator[tuple[Function, bool]]:
    """Yield the functions and methods of a program, and whether each is public."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node, public and (not node.name.startswith("_") or node.name == "__init__")
            yield from functions(node, public=False)
        else:
            hidden = isinstance(node, ast.ClassDef) and node.name.startswith("_")
            yield from functions(node, public=public and not hidden)


def begins_with_verb(docstring: str) -> bool:
    """Tell whether a docstring begins with a verb in the imperative, as far as its first word shows."""
    word = docstring.split()[0].strip(".,:;`")
    third_person = word.endswith("s") and not word.endswith(("ss", "us"))
    return word[0].isupper() and word not in NO_VERBS and not third_person


def explains_parameters(node: Function, docstring: str) -> bool:
    """Tell whether a docstring has a section of arguments, or points to the one that it repeats."""
    is_command = any("command" in ast.unparse(decorator) for decorator in node.decorator_list)  # it is the help text
    return (
        is_command or "Args:" in docstring or ": see `" in docstring or "as `" in docstring or "those of `" in docstring
    )


def faults(program: str) -> list[str]:
    """List the functions of a program whose docstrings are not as they should be."""
    found = []
    for node, public in functions(ast.parse(program)):
        docstring = ast.get_docstring(node) or ""
        is_value = any(name in ast.unparse(one) for one in node.decorator_list for name in ("property", "fixture"))
        if docstring and not is_value and not begins_with_verb(docstring):
            found.append(f"{node.name} does not begin with a verb: {docstring.splitlines()[0]}")
        given = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        many = len([name for name in given if name not in ("self", "cls")]) >= MANY
        if docstring and public and many and not explains_parameters(node, docstring):
            found.append(f"{node.name} does not explain its parameters")
    return found


@pytest.mark.parametrize("module", sorted(modules()))
def test_docstrings_of_functions(module: str) -> None:
    assert not faults(modules()[module].read_text("utf-8"))


@pytest.mark.parametrize(
    "program",
    [
        'def f():\n    """The sound of a voice."""',
        'def f():\n    """Returns the sound."""',
        'def f():\n    """Whether it sounds."""',
        'def f(a, b, c):\n    """Mix three sounds."""',
        'class A:\n    def f(self, a, b, *, c):\n        """Mix three sounds."""',
    ],
)
def test_a_fault_is_found(program: str) -> None:
    assert faults(program)


def test_what_is_right_passes() -> None:
    assert not faults('def f(a, b, c):\n    """Mix three sounds.\n\n    Args:\n        a: the first.\n    """')
    assert not faults('def _f(a, b, c):\n    """Mix three sounds."""')
