"""What is printed: everything published of one edition, read as the Board may read it."""

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from send_data import disclosure_rules, warehouse


class Edition(NamedTuple):
    """Everything published of one edition."""

    header: Mapping
    measures: list[dict]
    figures: list[dict]
    repatriations: list[dict]
    falling_due: list[dict]
    falling_due_by_team: list[dict]
    forecasts: list[dict]
    forecast_errors: list[dict]
    sources: list[dict]
    national: list[dict]
    comparators: list[dict]
    reconciliations: list[dict]
    revisions: list[dict]
    kitemarks: list[dict]
    control_charts: list[dict]
    actions: list[dict]
    recommendations: list[dict]
    action_measures: list[dict]
    recommendation_measures: list[dict]
    correction: list[dict]
    corrected: list[dict]
    meetings: list[dict]
    comments: list[dict]
    voices: list[dict]
    decisions: list[dict]
    editions_before: list[dict]
    checks: list[dict]
    public_figures: list[dict]

    @property
    def since(self) -> Mapping | None:
        """The last edition of an earlier month, with which this one is compared; None where there is none."""
        return next((row for row in self.editions_before if row["month"] < self.header["month"]), None)

    def for_output(self, output: str) -> "Edition":
        """What may be printed in a file, by its name in the edition's folder (`easy-read.pdf`, `data/public/`).

        For an output that anybody may read, the figures are the public ones, and what is told to the Board alone
        (ranges of five, repatriation in full, revisions, charts and promises drawn from exact figures) is not there.
        NoRuleError when disclosure_outputs.csv does not name the output.
        """
        if disclosure_rules.rule_set_of(output).tier == "board":
            return self
        return self._replace(figures=self.public_figures, **{name: [] for name in FOR_THE_BOARD})


# What stands on exact figures or ranges that are too narrow for the public.
FOR_THE_BOARD = (
    "repatriations", "falling_due", "falling_due_by_team", "reconciliations", "revisions", "control_charts",
    "actions", "recommendations", "action_measures", "recommendation_measures", "correction", "corrected",
    "meetings", "comments", "voices", "decisions", "editions_before", "checks",
)  # fmt: skip


def read(edition_id: int) -> Edition:
    """The rows of an edition, in a fixed order. LookupError when there is no such edition."""
    with warehouse.engine("board_reader").connect() as connection:
        header = _rows(connection, _HEADER, edition_id)
        if not header:
            raise LookupError(f"there is no edition {edition_id}")
        return Edition(header[0], *(_rows(connection, query, edition_id) for query in _QUERIES))


def is_newest(edition_id: int) -> bool:
    """Whether no other edition has replaced this one."""
    query = "select 1 from published.editions where supersedes = :edition"
    with warehouse.engine("board_reader").connect() as connection:
        return not _rows(connection, query, edition_id)


def _rows(connection: sa.Connection, query: str, edition_id: int) -> list[dict]:
    return [dict(row) for row in connection.execute(sa.text(query), {"edition": edition_id}).mappings()]


# Days are those of London, where the approval was given.
_HEADER = """
    select e.*, a.role as approved_role, cast(a.approved_at at time zone 'Europe/London' as date) as approved_on
    from published.editions as e
    left join published.approvals as a on e.edition_id = a.edition_id
    where e.edition_id = :edition
"""
_QUERIES = (
    "select * from published.measures where edition_id = :edition order by measure_id",
    """
    select * from published.figures where edition_id = :edition
    order by measure_id, breakdown, breakdown_value, month_start
    """,
    "select * from published.repatriations where edition_id = :edition order by month_start, basis, item",
    "select * from published.falling_due where edition_id = :edition order by kind, due_band",
    "select * from published.falling_due_by_team where edition_id = :edition order by case_team, due_band",
    """
    select * from published.forecasts where edition_id = :edition
    order by scenario, measure, setting_type, age, primary_need, years_ahead
    """,
    "select * from published.forecast_errors where edition_id = :edition order by measure, academic_year, years_ahead",
    "select * from published.sources where edition_id = :edition order by source",
    """
    select * from published.national where edition_id = :edition
    order by indicator, release_year, time_period, area
    """,
    "select * from published.comparators where edition_id = :edition order by measure_id, comparator, area_name",
    "select * from published.reconciliations where edition_id = :edition order by figure, period",
    "select * from published.revisions where edition_id = :edition order by measure_id, month_start",
    "select * from published.kitemarks where edition_id = :edition order by measure_id, part",
    "select * from published.control_charts where edition_id = :edition order by measure_id, month_start",
    "select * from published.actions where edition_id = :edition order by action_id",
    "select * from published.recommendations where edition_id = :edition order by recommendation_number",
    "select * from published.action_measures where edition_id = :edition order by action_id, measure_id",
    """
    select * from published.recommendation_measures where edition_id = :edition
    order by recommendation_number, measure_id
    """,
    "select * from published.corrections where edition_id = :edition",
    "select * from published.corrected_figures where edition_id = :edition order by measure_id, month_start",
    "select * from published.meetings where edition_id = :edition order by place",
    "select * from published.comments where edition_id = :edition order by measure_id",
    "select * from published.voices where edition_id = :edition order by place",
    "select * from published.decisions where edition_id = :edition order by place",
    """
    select earlier.edition_id, earlier.month, earlier.known_at, earlier.supersedes from published.editions as this
    inner join published.editions as earlier
        on this.la_code = earlier.la_code and this.month >= earlier.month and this.edition_id > earlier.edition_id
    where this.edition_id = :edition
    order by earlier.month desc, earlier.edition_id desc
    """,
    "select * from published.checks where edition_id = :edition order by border, subject, because, on_failure",
    """
    select *, cast(null as numeric) as lower_bound, cast(null as numeric) as upper_bound,
        cast(null as numeric) as lower_value, cast(null as numeric) as upper_value
    from published.public_figures where edition_id = :edition
    order by measure_id, breakdown, breakdown_value, month_start
    """,
)
