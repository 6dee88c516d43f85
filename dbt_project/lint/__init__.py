"""What sqlfluff needs to know of dbt to render the models without a warehouse: names that dbt itself supplies.

Only the shape of the SQL matters here; dbt compiles the real thing.
"""

import datetime
from types import SimpleNamespace

VARS = {
    "la_code": "303",
    "month": "2026-10",
    "known_at": "2026-11-30T00:00:00+00:00",
    "measures": ["requests_received"],
    "history_months": 2,
    "calendar_from": "2000-09-01",
}

execute = False
project_name = "send"
modules = SimpleNamespace(datetime=datetime)


def var(name, default=None):
    """The value of a dbt variable: an example of each."""
    return VARS.get(name, default)


class _Calls:
    """Stands for a namespace of macros: each call becomes a function call in the SQL, its arguments as written."""

    # Jinja's sandbox asks this of everything it is to call.
    unsafe_callable = False
    alters_data = False

    def __getattr__(self, name):
        if name.startswith("type_"):
            return lambda: "text"
        if name == "date_spine":
            return lambda *arguments: f"select date_spine({', '.join(arguments)}) as date_day"
        if name == "listagg":
            return lambda measure, separator, order="", *_: f"string_agg({measure}, {separator} {order})"
        return lambda *arguments: f"{name}({', '.join(str(a) for a in arguments)})"


class _Adapter:
    """Dispatch finds PostgreSQL's own macro by name; a plain call of the same shape serves here."""

    def dispatch(self, name, *_):
        return lambda *arguments: f"{name}({', '.join(str(a) for a in arguments)})"


dbt = _Calls()
adapter = _Adapter()
