"""Where the code that decides can be made wrong, and a seeded sample of it."""

from __future__ import annotations

import ast
import random  # noqa: TID251  a seeded sample
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cosmic_ray.plugins
import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

DECIDES = [
    "mockserver/domain",
    "mockserver/engine",
    "mockserver/faults",
    "mockserver/findings",
    "mockserver/scenarios",
    "mockserver/stores",
    "mockserver/providers",
    "mockserver/pytest_plugin",
    "mockserver/cli/campaigns",
    "clientlib",
    "contracts",
]
SWAPS = {
    "ReplaceComparisonOperator": "Eq_NotEq NotEq_Eq Lt_LtE LtE_Lt Gt_GtE GtE_Gt Lt_Gt Gt_Lt Is_IsNot "
    "IsNot_Is",
    "ReplaceBinaryOperator": "Add_Sub Sub_Add Mul_FloorDiv Div_Mul FloorDiv_Mul Mod_FloorDiv "
    "BitOr_BitAnd BitAnd_BitOr",
    "ReplaceUnaryOperator": "Delete_Not Delete_USub",
}
WHOLE = (
    "AddNot ReplaceTrueWithFalse ReplaceFalseWithTrue ReplaceAndWithOr ReplaceOrWithAnd "
    "ReplaceBreakWithContinue ReplaceContinueWithBreak ExceptionReplacer NumberReplacer "
    "ZeroIterationForLoop"
)
OPERATORS = WHOLE.split() + [f"{op}_{way}" for op, ways in SWAPS.items() for way in ways.split()]
"""Left out are those that give the same program (`is None` to `== None`, a cache less) or one that
cannot run at all (`a < b` to `a is b`): neither tells anything about the tests."""


class Membership(Operator):
    """`in` for `not in` and the other way, which Cosmic Ray does not have."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[tuple[object, object]]:
        if node.type == "comparison" and node.children[1].get_code().split() in MEMBERS:
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        is_in = node.children[1].get_code().split() == ["in"]
        node.children[1] = parso.parse(" not in" if is_in else " in")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


MEMBERS = (["in"], ["not", "in"])


@dataclass(frozen=True)
class Mutant:
    """One change to one file. Lines count from 1, columns from 0."""

    path: str
    operator: str
    occurrence: int
    line: int
    column: int

    def changed(self, source: str) -> str:
        """The file's text with the change."""
        changed = mutate_code(source, _operators()[self.operator], self.occurrence)
        assert changed is not None, f"{self} is no place of this text"
        return str(changed)


@cache
def _operators() -> dict[str, Operator]:
    named = {name: cosmic_ray.plugins.get_operator(f"core/{name}")() for name in OPERATORS}
    return named | {"Membership": Membership()}


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, without those of annotations, of what only type checkers see (a
    protocol's defaults too), and of how a class keeps its fields (`frozen`, `slots`, `gc`)."""
    unseen = list(_unseen(ast.parse(source)))
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in _operators().items():
        places = (at for node in nodes for at in operator.mutation_positions(node))
        for occurrence, ((line, column), _) in enumerate(places):
            if not any(first <= (line, column) < last for first, last in unseen):
                yield Mutant(path, name, occurrence, line, column)


def _unseen(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for node in ast.walk(tree):
        hidden = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            hidden.append(node)
        if isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases):
            hidden.append(node)
        if isinstance(node, ast.ClassDef):
            hidden += [*node.decorator_list, *(keyword.value for keyword in node.keywords)]
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("cast", "TypeVar"):
            hidden.append(node.args[0])
        for part in hidden:
            if isinstance(part, ast.expr | ast.stmt):
                yield (
                    (part.lineno, part.col_offset),
                    (part.end_lineno or 0, part.end_col_offset or 0),
                )


def sample(root: Path, count: int, seed: str) -> list[Mutant]:
    """As many mutants, each at a place of its own; the same for the same seed and code."""
    places: dict[tuple[str, int, int], list[Mutant]] = defaultdict(list)
    for folder in DECIDES:
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for mutant in mutants_of(name, path.read_text("utf-8")):
                places[name, mutant.line, mutant.column].append(mutant)
    dice = random.Random(seed)
    return [dice.choice(places[place]) for place in dice.sample(sorted(places), count)]
