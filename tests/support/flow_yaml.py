"""YAML for people: what fits on a line stands on one."""

from __future__ import annotations

import json
from typing import Any

import yaml

COLUMNS = 100
DEEPEST = 24  # columns that the place of a node and its name take


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_data(self, data: Any) -> yaml.Node:
        node = super().represent_data(data)
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = len(json.dumps(data, ensure_ascii=False)) <= COLUMNS - DEEPEST
        elif isinstance(data, str) and "\n" in data:
            node.style = "|"
        return node


def flowing(content: Any) -> str:
    """The content as YAML, in the order in which it is given."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=COLUMNS, allow_unicode=True)
