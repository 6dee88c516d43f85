"""What a figure is made of, out of dbt's manifest: the nodes above a measure, and one hash over what defines it.

Pure functions on the manifest as dbt writes it (`target/manifest.json`, read as a dict).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

PACKAGE = "send"
# What a measure's YAML says that moves its figures; titles, owners, targets and words do not.
DEFINING = ("kind", "cadence", "reported_in", "begins", "has_denominator", "beside", "is_cumulative")
# Macros that run beside a model and change nothing in it.
BESIDE = ("gather_statistics", "postgres__gather_statistics", "default__gather_statistics")
_COMMENTS = re.compile(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*", re.DOTALL)


def measure_node(measure_id: str) -> str:
    """The id of a measure's model in the manifest."""
    return f"model.{PACKAGE}.{measure_id}"


def ancestors(manifest: Mapping, node_id: str) -> list[str]:
    """A node and every model, seed and source above it, each after what it is made of."""
    graph: dict[str, list[str]] = {}
    waiting = [node_id]
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = sorted(manifest["nodes"].get(name, {}).get("depends_on", {}).get("nodes", []))
            waiting += graph[name]
    return list(TopologicalSorter(graph).static_order())


def definition_sha256(manifest: Mapping, measure_id: str) -> str:
    """A hash that changes when a measure counts otherwise: its SQL, the models, seeds and macros above it, its kind.

    Comments and blanks do not count. The arithmetic that all measures of a kind share is left out.
    """
    above = [name for name in ancestors(manifest, measure_node(measure_id)) if name in manifest["nodes"]]
    parts = {name: _of_node(manifest["nodes"][name]) for name in above}
    parts |= {name: _bare(manifest["macros"][name]["macro_sql"]) for name in _macros(manifest, above)}
    meta = manifest["nodes"][measure_node(measure_id)]["config"]["meta"]["measure"]
    described = {name: meta[name] for name in DEFINING if meta.get(name) is not None}
    text = json.dumps([described, parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _macros(manifest: Mapping, node_ids: list[str]) -> set[str]:
    """Macros of our own that the nodes use, and those that these use."""
    waiting = [name for node in node_ids for name in manifest["nodes"][node].get("depends_on", {}).get("macros", [])]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        _, package, macro = name.split(".", 2)
        if package == PACKAGE and macro not in BESIDE and name not in found:
            found.add(name)
            waiting += manifest["macros"][name]["depends_on"]["macros"]
    return found


def _of_node(node: Mapping) -> str:
    """A seed is its file; a model is its code."""
    return node["checksum"]["checksum"] if node["resource_type"] == "seed" else _bare(node["raw_code"])


def _bare(code: str) -> str:
    return " ".join(_COMMENTS.sub(" ", code).split())
