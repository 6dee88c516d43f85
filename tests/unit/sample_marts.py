"""Made-up marts for the tests of editions and papers: small, drawn from a seed, in the columns of the real marts."""

import json
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from tests import control_charts as xmr

LA = "303"
LAST = date(2026, 10, 1)
KNOWN_AT = datetime(2026, 11, 5, 6, 12, tzinfo=UTC)
AGES = ("under_5", "5_10", "11_15", "16_19", "20_25")

RATE = {"kind": "rate", "unit": "percent", "decimals": 1, "better": "higher"}
COUNT = {"kind": "count", "unit": "count", "decimals": 0, "better": "lower"}
MONEY = {"kind": "sum", "unit": "gbp", "decimals": 0, "better": "higher", "is_cumulative": True}
TARGET_80 = [{"value": 0.8, "from": "2024-09-01", "label": "80% on time", "source": "SEND Strategy delivery plan"}]

CATALOGUE = {
    "requests_received": {"title": "Requests for an assessment", "priority": "needs_assessments",
                          **COUNT, "better": "neutral"},
    "plans_issued_within_20_weeks": {
        "title": "Plans issued within 20 weeks", "priority": "needs_assessments", **RATE, "law_value": Decimal(1),
        "law_reference": "SEND Regulations 2014, regulation 13", "within_measure_id": "plans_issued_with_exceptions",
    },
    "plans_issued_with_exceptions": {
        "title": "Plans issued within 20 weeks, exceptions included", "priority": "needs_assessments", **RATE,
    },
    "reviews_completed_on_time": {
        "title": "Annual reviews completed on time", "priority": "reviews", **RATE, "targets": json.dumps(TARGET_80),
        "law_value": Decimal(1), "law_reference": "Children and Families Act 2014, section 44",
    },
    "phase_transfers_final_by_deadline": {
        "title": "Phase transfers finished by the deadline", "priority": "reviews", **RATE, "law_value": Decimal(1),
        "cadence": "yearly",
    },
    "reviews_overdue": {"title": "Reviews overdue", "priority": "reviews", **COUNT},
    "learners_repatriated": {
        "title": "Learners who came back to Bexley settings", "priority": "repatriation", "kind": "sum",
        "unit": "count", "decimals": 0, "better": "higher", "is_cumulative": True,
        "targets": json.dumps([{"value": 16, "from": "2024-04-01", "label": "16 a year", "source": "plan 3.1"}]),
    },
    "repatriation_saving": {"title": "Saving from learners who came back", "priority": "repatriation", **MONEY},
    "repatriation_saving_net_of_new_starts": {"title": "Saving less new starts", "priority": "repatriation", **MONEY},
    "cost_per_placement": {
        "title": "Mean cost of a placement", "priority": "repatriation", "kind": "mean", "unit": "gbp", "decimals": 0,
        "better": "neutral",
    },
}  # fmt: skip


def months(count: int = 30) -> list[date]:
    """The months of the sample, up to October 2026."""
    last = LAST.year * 12 + LAST.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def financial_year(month: date) -> str:
    """`2026-27`."""
    first = month.year - (month.month < 4)
    return f"{first}-{(first + 1) % 100:02d}"


def measures() -> list[dict]:
    """Rows of dim_measures."""
    rows = []
    for measure_id, entry in CATALOGUE.items():
        base = {
            "measure_id": measure_id, "why_it_matters": "Families wait for this.", "numerator": "those counted",
            "denominator": "all of them", "owner": "Head of SEND", "checker": "SEND performance analyst",
            "next_review": date(2027, 9, 1), "cadence": "monthly", "mission": "M2", "delivery_plan": "2.1.1",
            "law_value": None, "law_reference": None, "targets": "[]", "breakdowns": json.dumps(["age_band"]),
            "sources": json.dumps(["sen2__request"]), "lag_days": 5, "rows_are": "children", "counted_in": None,
            "recording_breaks": None,
            "reported_in": "1,2,3,4,5,6,7,8,9,10,11,12", "within_measure_id": None, "beside_breakdown": None,
            "beside_value": None, "is_cumulative": False,
        }  # fmt: skip
        rows.append(base | entry)
    return rows


def moves(month: date) -> int:
    """Learners back by a month: one or two more a month from April."""
    since_april = (month.month - 4) % 12 + 1
    return since_april * 3 // 2


def starts(month: date) -> int:
    """New starts by a month: one a month."""
    return (month.month - 4) % 12 + 1


def figures() -> list[dict]:
    """Rows of fct_measures."""
    draw, rows = random.Random(7), []  # noqa: S311 - a sample, not a secret
    for month in months():
        for measure_id, entry in CATALOGUE.items():
            if measure_id.startswith("phase_transfers") and month.month not in (2, 3):
                continue
            if entry.get("is_cumulative"):
                rows += _cumulative(measure_id, month)
            elif entry["kind"] == "mean":
                rows.append(_row(measure_id, month, "all", "all", None, 118, Decimal("41250.00"), 118))
            else:
                rows += _counted(measure_id, month, entry["kind"], draw)
    return rows


def _cumulative(measure_id: str, month: date) -> list[dict]:
    moved, begun = moves(month), starts(month)
    value = {"learners_repatriated": moved, "repatriation_saving": moved * 33000}.get(
        measure_id, moved * 33000 - begun * 61000
    )
    return [_row(measure_id, month, "all", "all", None, moved, Decimal(value), moved)]


def _counted(measure_id: str, month: date, kind: str, draw: random.Random) -> list[dict]:
    cells = {age: (draw.randint(0, 30), draw.randint(0, 12)) for age in AGES}
    if measure_id == "plans_issued_within_20_weeks":
        cells = {age: (n, d) for age, (n, d) in zip(AGES, [(2, 1), (14, 6), (9, 8), (5, 0), (0, 0)], strict=True)}
    if measure_id == "plans_issued_with_exceptions":
        cells = {age: (n, d) for age, (n, d) in zip(AGES, [(2, 1), (15, 7), (9, 9), (5, 0), (0, 0)], strict=True)}
    rows = [_count_row(measure_id, month, "age_band", age, kind, *pair) for age, pair in cells.items() if any(pair)]
    total = [sum(pair[side] for pair in cells.values()) for side in (0, 1)]
    return [*rows, _count_row(measure_id, month, "all", "all", kind, *total)]


def _count_row(measure_id: str, month: date, breakdown: str, name: str, kind: str, met: int, missed: int) -> dict:
    base = met + missed
    if kind == "count":
        return _row(measure_id, month, breakdown, name, met, None, Decimal(met), met)
    return _row(measure_id, month, breakdown, name, met, base, Decimal(met) / base, base)


def _row(measure_id, month, breakdown, name, numerator, denominator, value, contributors) -> dict:
    return {
        "la_code": LA, "measure_id": measure_id, "month_start": month, "breakdown": breakdown, "breakdown_value": name,
        "numerator_count": numerator, "denominator_count": denominator, "value": value,
        "contributor_count": contributors,
    }  # fmt: skip


def totals() -> list[dict]:
    """Rows of fct_repatriation_totals: the Safety Valve counts two more learners than the promise."""
    rows = []
    for month in months():
        for basis, learners in (("promise", moves(month)), ("safety_valve", moves(month) + 2)):
            is_last, begun = month == LAST, starts(month)
            rows.append(
                {
                    "la_code": LA, "financial_year": financial_year(month), "month_start": month, "basis": basis,
                    "learner_count": learners, "mean_saving_gbp": Decimal(33000),
                    "full_year_saving_gbp": learners * 33000,
                    "part_year_saving_gbp": learners * 15000, "travel_saving_gbp": learners * 2100,
                    "uncosted_line_count": 0, "new_start_count": begun, "new_start_full_year_cost_gbp": begun * 61000,
                    "net_saving_gbp": learners * 33000 - begun * 61000,
                    "forecast_learner_count": 7 if is_last else None,
                    "forecast_saving_gbp": 231000 if is_last else None, "forecast_uncosted_line_count": 0,
                    "target_learner_count": 16 if basis == "promise" else None,
                    "target_mean_saving_gbp": 32000 if basis == "promise" else None,
                    "target_saving_gbp": 512000 if basis == "promise" else None,
                }
            )  # fmt: skip
    return rows


def repatriations() -> list[dict]:
    """Rows of fct_repatriations, the columns that an edition reads."""
    year = financial_year(LAST)
    base = {
        "la_code": LA, "kind": "move", "financial_year": year, "moved_on": date(2026, 9, 2), "excluded_reason": None,
        "counts_for_promise": True, "counts_for_safety_valve": True, "is_key_transition": True,
        "destination": "bexley_setting", "origin": "independent_special",
    }  # fmt: skip
    out = {"counts_for_promise": False, "counts_for_safety_valve": False}
    return (
        [base] * 8
        + [base | {"is_key_transition": False}] * 2
        + [base | out | {"excluded_reason": "plan_ceased_aged_out"}] * 11
        + [base | out | {"excluded_reason": "moved_away"}] * 3
        + [base | {"counts_for_promise": False, "destination": "bexley_post_16"}] * 2
    )


def deliveries() -> list[dict]:
    """Rows of fct_deliveries."""
    came = {
        "la_code": LA, "source": "sen2__request", "system": "sen2", "title": "Requests (SEN2 module 2)",
        "owner": "SEN data officer", "arrival": "came", "delivery_month": LAST, "received_at": KNOWN_AT,
        "file_name": "sen2.xml", "rows_quarantined": 0, "reason": None,
    }  # fmt: skip
    late = {"source": "finance__placement_cost", "title": "Placement costs", "owner": "Finance business partner"}
    return [
        came,
        came | late | {"arrival": "late", "delivery_month": date(2026, 9, 1)},
        came | {"source": "csds__cyp101", "title": "Referrals (CSDS CYP101)", "owner": "Trust data lead",
                "rows_quarantined": 3},
    ]  # fmt: skip


def deliveries_in_use() -> list[dict]:
    """Rows of fct_deliveries_in_use: a delivery of requests and one of placement costs."""
    of_requests = {
        "la_code": LA, "source": "sen2__request", "delivery_id": 1, "delivery_month": LAST, "received_at": KNOWN_AT,
        "file_name": "sen2.xml", "sha256": "a" * 64, "rows_read": 212, "rows_loaded": 212, "rows_quarantined": 0,
    }  # fmt: skip
    of_costs = {"source": "finance__placement_cost", "delivery_id": 2, "delivery_month": date(2026, 9, 1),
                "sha256": "b" * 64, "rows_read": 3}  # fmt: skip
    return [of_requests, of_requests | of_costs]


def kitemarks() -> list[dict]:
    """Rows of fct_kitemarks: each measure is timely and not signed off, in every month."""
    said = [("timely", "yes", "every source came by the day it was due"),
            ("complete", "no", "Requests had 3 rows in 100 or more set aside"),
            ("valid", "yes", "every rule holds"), ("reconciled", "not_known", "DfE publishes no figure"),
            ("signed_off", "no", "what the SEN data officer declared held until 2026-09-30"),
            ("audited", "no", "nobody has declared it")]  # fmt: skip
    return [
        {"la_code": LA, "measure_id": measure_id, "month_start": month, "part": part, "state": state, "reason": reason}
        for measure_id in CATALOGUE for month in months() for part, state, reason in said
    ]  # fmt: skip


def national() -> list[dict]:
    """Rows of fct_national: a few real figures of the 2025 release."""
    shares = {"borough": ("Bexley", 68.6), "London": ("London", 56.2), "England": ("England", 46.4)}
    return [
        {
            "la_code": LA, "area": area, "area_name": name, "indicator": "plans_issued_within_20_weeks_pc",
            "time_period": "2024", "period_year": 2024, "value": Decimal(str(share)), "symbol": None, "unit": "percent",
            "is_derived": False, "dataset": "timeliness_20_week", "release_year": "2025",
        }
        for area, (name, share) in shares.items()
    ]  # fmt: skip


def comparators() -> list[dict]:
    """Rows of fct_comparators: plans in 20 weeks of the borough, three neighbours, their median, London, England.

    The borough's, London's and England's are real figures of the 2025 release; the neighbours' are made up.
    """
    base = {
        "la_code": LA, "measure_id": "plans_issued_within_20_weeks", "indicator": "plans_issued_within_20_weeks_pc",
        "differs_by": "DfE's is of a calendar year", "dataset": "timeliness_20_week", "release_year": "2025",
        "time_period": "2024", "symbol": None, "unit": "percent", "ranked_by": "higher_first", "rank_place": None,
        "quartile": None, "ranked_count": 4, "unranked_count": 1,
    }  # fmt: skip
    areas = [
        ("borough", "Bexley", "68.6", {"rank_place": 2, "quartile": 2}),
        ("borough_last_year", "Bexley", "84.8", {"time_period": "2023"}),
        ("neighbour", "Kent", "70", {"rank_place": 1, "quartile": 1}),
        ("neighbour", "Bury", "50", {"rank_place": 3, "quartile": 3}),
        ("neighbour", "Essex", "40", {"rank_place": 4, "quartile": 4}),
        ("neighbours_median", "Statistical neighbours", "50", {}),
        ("London", "London", "66.9", {}),
        ("England", "England", "46.4", {}),
    ]
    return [
        base | {"comparator": comparator, "area_name": name, "value": Decimal(value)} | more
        for comparator, name, value, more in areas
    ]


def reconciliations() -> list[dict]:
    """Rows of fct_reconciliations: of one measure within tolerance, of another explained, in part and as a whole."""
    base = {
        "la_code": LA, "measure_id": "requests_received", "figure": "requests_received",
        "title": "Requests for an assessment", "unit": "count", "release_year": "2025", "period": "2024",
        "period_on": date(2024, 12, 31), "breakdown": "all", "breakdown_value": "all", "our_numerator_count": 797,
        "our_denominator_count": None, "our_value": Decimal(797), "dfe_value": Decimal(796), "difference": Decimal(1),
        "tolerance": Decimal("7.96"), "explanation": None, "explained_by": None, "state": "within_tolerance",
    }  # fmt: skip
    before = {"period": "2023", "period_on": date(2023, 12, 31), "our_value": None, "difference": None,
              "our_numerator_count": None, "dfe_value": Decimal(671), "state": "not_reproducible"}  # fmt: skip
    share = {"measure_id": "plans_issued_within_20_weeks", "figure": "plans_issued_within_20_weeks_pc",
             "title": "Plans issued within 20 weeks", "unit": "percent", "our_value": Decimal("70.2"),
             "dfe_value": Decimal("68.6"), "difference": Decimal("1.6"), "tolerance": Decimal(1), "state": "explained",
             "explanation": "A batch of plans was dated late", "explained_by": "performance analyst"}  # fmt: skip
    part = {"figure": "requests_by_age", "title": "Requests by age", "breakdown": "age_band"}
    return [
        base, base | before, base | share,
        base | part | {"breakdown_value": "under_5", "dfe_value": Decimal(3), "our_value": Decimal(3),
                       "difference": Decimal(0)},
        base | part | {"breakdown_value": "5_10", "difference": Decimal(-13), "state": "explained",
                       "explanation": "Ages were mended", "explained_by": "SEN data officer"},
    ]  # fmt: skip


def control_charts() -> list[dict]:
    """Rows of fct_measure_spc, worked out the second way: monthly measures that do not add up."""
    charted = [m for m in measures() if m["cadence"] == "monthly" and not m["is_cumulative"]]
    return [row for measure in charted for row in _control_chart(measure)]


def _control_chart(measure: dict) -> list[dict]:
    values = {r["month_start"]: r["value"] for r in figures()
              if r["measure_id"] == measure["measure_id"] and r["breakdown"] == "all"}  # fmt: skip
    target = next((Decimal(str(t["value"])) for t in json.loads(measure["targets"])), None)
    points = [xmr.Point(m, Fraction(v), target=None if target is None else Fraction(target)) for m, v in values.items()]
    direction = {"higher": "increase", "lower": "decrease"}.get(measure["better"], "neutral")
    known = xmr.chart(points, direction, xmr.Rules())
    has_limits = bool(known[0]["upper_limit"] and known[0]["upper_limit"] > known[0]["mean"])
    return [
        {
            "la_code": LA, "measure_id": measure["measure_id"], "month_start": row["at"],
            "value": values[row["at"]], "segment": row["segment"], "segment_point_count": len(points),
            "mean": _decimal(row["mean"]), "target_value": target, "restart_reason": None,
            "lower_limit": _decimal(row["lower_limit"]) if has_limits else None,
            "upper_limit": _decimal(row["upper_limit"]) if has_limits else None,
            "spc_state": "charted" if has_limits else "too_little_variation",
            "special_cause": row["special_cause"] if has_limits else None,
            "point_type": row["point_type"] if has_limits else None,
            "variation_icon": row["variation_icon"], "assurance_icon": row["assurance_icon"],
        }
        for row in known
    ]  # fmt: skip


def _decimal(number: Fraction) -> Decimal:
    return round(Decimal(number.numerator) / number.denominator, 10)


def actions() -> list[dict]:
    """Rows of fct_actions: one complete since March, one late without a measure; of September too."""
    base = {
        "la_code": LA, "month_start": LAST, "action_id": "pap-2.1.1", "ambition": 2, "theme": "Reviews",
        "safety_valve_ref": None, "priority_action_plan_ref": "2.1.1", "action_text": "Plan reviews a year ahead",
        "expected_outcome": "Reviews are on time", "lead_names": "Head of SEND", "deadline_as_written": "March 2026",
        "deadline_on": date(2026, 3, 31), "milestones": None, "lead_status": "complete",
        "completed_on": date(2026, 3, 20), "action_status": "complete",
    }  # fmt: skip
    late = base | {"action_id": "sv-3.1", "action_text": "Bring learners back", "theme": "Repatriation",
                   "lead_status": "on_track", "completed_on": None, "action_status": "overdue"}  # fmt: skip
    return [base, late, base | {"month_start": date(2026, 9, 1)}]


def action_measures() -> list[dict]:
    """Rows of bridge_action_measures: reviews on time and the caseload."""
    base = {"la_code": LA, "month_start": LAST, "action_id": "pap-2.1.1", "measure_id": "reviews_completed_on_time",
            "is_named_by_action": True, "is_named_by_measure": False}  # fmt: skip
    held = {"action_id": "sv-3.1", "measure_id": "learners_repatriated"}
    return [base, base | {"measure_id": "requests_received"}, base | held, base | {"month_start": date(2026, 9, 1)}]


def recommendations() -> list[dict]:
    """Rows of fct_recommendations."""
    base = {"la_code": LA, "recommendation_number": 1, "recommendation_text": "Hold reviews on time",
            "priority": "reviews", "issued_on": date(2024, 6, 1), "expected_by_on": None}  # fmt: skip
    return [base, base | {"recommendation_number": 2, "recommendation_text": "Hear families", "priority": "voice"}]


def recommendation_measures() -> list[dict]:
    """Rows of bridge_recommendation_measures."""
    return [{"la_code": LA, "recommendation_number": 1, "measure_id": "reviews_completed_on_time"}]


def falling_due() -> list[dict]:
    """Rows of fct_falling_due, as an edition reads them: 3 decisions and 4 reviews overdue, 12 reviews in two teams."""
    base = {"la_code": LA, "due_band": "within_30_days"}
    return [
        base | {"kind": "decision_to_assess", "due_band": "overdue", "case_team": "Secondary", "case_count": 3},
        base | {"kind": "review", "due_band": "overdue", "case_team": "Secondary", "case_count": 4},
        base | {"kind": "review", "case_team": "not allocated", "case_count": 4},
        base | {"kind": "review", "case_team": "Secondary", "case_count": 8},
    ]


def scenarios() -> list[dict]:
    """Rows of dim_scenarios."""
    return [
        {"scenario": "baseline", "lever": "requests", "label": "As things are going"},
        {"scenario": "requests_up", "lever": "requests", "label": "Requests up a tenth"},
    ]


def forecasts() -> list[dict]:
    """Rows of fct_forecasts: the year known and two years ahead, of two scenarios, and one need of three children."""
    cells = {("plans", "all", "all"): 1003, ("requests", "all", "all"): 202, ("cost_gbp", "all", "all"): 12_345_678,
             ("places", "special_maintained", "all"): 98, ("plans", "all", "MSI"): 3}  # fmt: skip
    return [
        {
            "la_code": LA, "scenario": scenario, "academic_year": f"{2026 + ahead}/{27 + ahead}", "years_ahead": ahead,
            "as_of_on": date(2026 + ahead, 10, 31), "measure": measure, "setting_type": setting, "age": "all",
            "primary_need": need, "value": Decimal(value), "lower": Decimal(value) * (1 - Decimal("0.1") * ahead),
            "upper": Decimal(value) * (1 + Decimal("0.1") * ahead),
        }
        for scenario in ("baseline", "requests_up")
        for ahead in range(3)
        for (measure, setting, need), value in cells.items()
    ]  # fmt: skip


def backtests() -> list[dict]:
    """Rows of fct_forecast_backtests: one trial of plans in total, and one of a need."""
    base = {"la_code": LA, "academic_year": "2026/27", "years_ahead": 1, "measure": "plans", "setting_type": "all",
            "age": "all", "error_rate": Decimal("0.0114")}  # fmt: skip
    return [base | {"primary_need": "all"}, base | {"primary_need": "MSI"}]


def tables() -> dict[str, list[dict]]:
    """Every mart that an edition reads."""
    days = [{"month_start": m, "month_end": m.replace(day=28), "financial_year": financial_year(m)} for m in months()]
    return {
        "dim_measures": measures(), "dim_months": days, "fct_measures": figures(), "fct_repatriation_totals": totals(),
        "fct_repatriations": repatriations(), "fct_deliveries": deliveries(), "fct_national": national(),
        "fct_comparators": comparators(), "fct_reconciliations": reconciliations(),
        "fct_deliveries_in_use": deliveries_in_use(), "fct_kitemarks": kitemarks(),
        "fct_falling_due": falling_due(), "dim_scenarios": scenarios(), "fct_forecasts": forecasts(),
        "fct_forecast_backtests": backtests(), "fct_measure_spc": control_charts(), "fct_actions": actions(),
        "bridge_action_measures": action_measures(), "fct_recommendations": recommendations(),
        "bridge_recommendation_measures": recommendation_measures(),
    }  # fmt: skip


def load(connection, schema: str, contents: dict[str, list[dict]]) -> None:
    """Write sample marts into a schema of the warehouse, replacing it."""
    import sqlalchemy as sa

    connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
    connection.exec_driver_sql(f"create schema {schema}")
    for table, rows in contents.items():
        columns = {name: _sql_type([row[name] for row in rows]) for name in rows[0]}
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.exec_driver_sql(f"create table {schema}.{table} ({listed})")
        connection.execute(sa.insert(sa.table(table, *map(sa.column, columns), schema=schema)), rows)


def _sql_type(entries: list) -> str:
    entry = next((e for e in entries if e is not None), "")
    kinds = {bool: "boolean", datetime: "timestamptz", date: "date", int: "numeric", Decimal: "numeric"}
    return kinds.get(type(entry), "text")
