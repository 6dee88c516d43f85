"""The made-up borough: calibrated, the same each time, right in form, and right about its own answers."""

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from demo_borough import (
    DEMO_MONTHS,
    demo_world,
    identifiers,
    known_answers,
    known_repatriations,
    known_staging,
    planted_faults,
    small_world,
    write_deliveries,
)
from demo_borough.answers.view import View
from demo_borough.caseload import CENSUS
from demo_borough.cutoff import as_of
from demo_borough.days import add_months, age_at_31_august, compulsory_school_age_from, month_end, review_due_on
from demo_borough.departments.community_health.waiting import everybody
from demo_borough.figures import published
from demo_borough.places import ELSEWHERE, KINDS, is_at

SEN2_ORDER = {
    "Message": ["Header", "Persons"],
    "Header": ["CollectionDetails", "Source"],
    "CollectionDetails": ["Collection", "Year", "ReferenceDate"],
    "Source": ["SourceLevel", "LEA", "SoftwareCode", "Release", "SerialNo", "DateTime", "DMO", "DCO", "DSCO"],
    "Persons": ["Person"],
    "Person": [
        "Surname",
        "Forename",
        "PersonBirthDate",
        "Sex",
        "Ethnicity",
        "PostCode",
        "UPN",
        "UniqueLearnerNumber",
        "UPNunknown",
        "Requests",
    ],
    "Requests": [
        "ReceivedDate",
        "RequestSource",
        "RYA",
        "RequestOutcomeDate",
        "RequestOutcome",
        "RequestMediation",
        "RequestTribunal",
        "Exported",
        "Assessment",
        "ActivePlans",
    ],
    "Assessment": [
        "AssessmentOutcome",
        "AssessmentOutcomeDate",
        "AssessmentMediation",
        "AssessmentTribunal",
        "OtherMediation",
        "OtherTribunal",
        "Week20",
        "NamedPlan",
    ],
    "NamedPlan": ["StartDate", "PlanDetail", "PlanRes", "PlanWBP", "PB", "OA", "DP", "CeaseDate", "CeaseReason"],
    "PlanDetail": [
        "URN",
        "UKPRN",
        "SENSetting",
        "SENSettingOther",
        "PlacementRank",
        "SENunitIndicator",
        "ResourcedProvisionIndicator",
    ],
    "ActivePlans": [
        "TransferLA",
        "PlacementDetail",
        "SENneed",
        "ReviewMeeting",
        "ReviewOutcome",
        "ReviewDraft",
        "PhaseTransferDueDate",
        "PhaseTransferFinalDate",
        "LastReview",
    ],
    "PlacementDetail": [
        "URN",
        "UKPRN",
        "SENSetting",
        "SENSettingOther",
        "PlacementRank",
        "EntryDate",
        "LeavingDate",
        "SENunitIndicator",
        "ResourcedProvisionIndicator",
        "Res",
        "WBP",
    ],
    "SENneed": ["SENtype", "SENtypeRank"],
}


@pytest.fixture(scope="module")
def demo():
    return demo_world()


@pytest.fixture(scope="module")
def small():
    return small_world()


@pytest.fixture(scope="module")
def demo_files(demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_deliveries(demo, "2026-10", folder)
    return folder


@pytest.fixture(scope="module")
def answers(small):
    return {month: known_answers(small, month) for month in DEMO_MONTHS}


def figure(frame, measure, month, breakdown="all", group="all"):
    """Numerator, denominator and figure of one cell; None where there is none."""
    found = frame[
        (frame.measure_id == measure)
        & (frame.month_start == date.fromisoformat(f"{month}-01"))
        & (frame.breakdown == breakdown)
        & (frame.breakdown_value == group)
    ]
    return tuple(found.iloc[0][["numerator", "denominator", "value"]]) if len(found) else None


def census(world):
    """(child, plan, placement) of each plan maintained on the census day."""
    plans = [
        plan for plan in world.plans if plan.begun_on <= CENSUS and not (plan.ceased_on and plan.ceased_on <= CENSUS)
    ]
    held = {row.plan_id: row for row in world.placements if is_at(row, CENSUS)}
    return [(world.children[plan.child_id], plan, held.get(plan.plan_id)) for plan in plans]


def kind_of(world):
    """A function from a placement to the kind of setting that DfE's caseload would call it."""
    types = {(types, unit, resourced): kind for kind, (types, unit, resourced) in KINDS.items()}
    places = {place.urn: place for place in world.establishments} | {
        place.ukprn: place for place in world.establishments if place.ukprn
    }

    def kind(row):
        if row is None:
            return "placement_unknown"
        if row.sen_setting:
            return row.sen_setting
        code = places[row.urn or row.ukprn].type_code
        return next(
            name
            for (codes, unit, resourced), name in types.items()
            if code in codes and (unit, resourced) == (row.is_unit, row.is_resourced)
        )

    return kind


# Calibration


def test_january_2025_has_the_published_plans_by_age_and_need(demo):
    rows = census(demo)
    assert len(rows) == 3267
    ages = Counter(age_at_31_august(child.born_on, CENSUS) for child, _, _ in rows)
    assert ages == {age: sum(kinds.values()) for age, kinds in published()["plans_by_age_and_setting"].items()}
    needs = Counter(plan.needs[0] if plan.needs else "unknown" for _, plan, _ in rows)
    assert needs == published()["plans_by_need"]
    assert Counter(child.sex for child, _, _ in rows) == {"M": 2278, "F": 989}


def test_january_2025_has_the_published_plans_by_setting(demo):
    kind = kind_of(demo)
    wanted = Counter()
    for name, count in published()["plans_by_setting"].items():
        wanted[ELSEWHERE.get(name, name)] += count
    assert Counter(kind(row) for _, _, row in census(demo)) == wanted


def test_january_2025_has_the_published_independent_special_placements_by_age(demo):
    kind = kind_of(demo)
    ages = Counter(
        age_at_31_august(child.born_on, CENSUS) for child, _, row in census(demo) if kind(row) == "special_independent"
    )
    assert ages == published()["independent_special_by_age"]


def test_january_2025_has_the_published_start_years(demo):
    years = Counter(max(plan.started_on.year, 2013) for _, plan, _ in census(demo))
    assert years == published()["plans_by_start_year"]


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_flow_of_a_year_is_near_what_is_published(demo, year):
    flow = published()["flow"][year]
    requests = [request for request in demo.requests if request.received_on and request.received_on.year == year]
    assert len(requests) == pytest.approx(flow["requests"], rel=0.02)
    assert sum(request.outcome == "N" for request in requests) == pytest.approx(flow["refused"], rel=0.05)
    received = {request.request_id: request for request in demo.requests}
    issued = [
        (plan, received[plan.request_id]) for plan in demo.plans if plan.issued_on and plan.issued_on.year == year
    ]
    assert len(issued) == pytest.approx(flow["issued"], rel=0.02)
    in_time = sum((plan.issued_on - request.received_on).days <= 140 for plan, request in issued)
    assert in_time / len(issued) == pytest.approx(flow["within_20_weeks"] / flow["denominator"], abs=0.02)
    ceased = sum(plan.ceased_on is not None and plan.ceased_on.year == year for plan in demo.plans)
    assert ceased == pytest.approx(flow["ceased"], rel=0.02)


def test_reviews_of_2024_are_decided_within_four_weeks_as_often_as_published(demo):
    decided = [row for row in demo.reviews if row.decided_on and row.meeting_on.year == 2024]
    within = sum((row.decided_on - row.meeting_on).days <= 28 for row in decided) / len(decided)
    assert within == pytest.approx(published()["reviews_within_4_weeks"][2024]["rate"], abs=0.05)


def test_requests_of_2024_are_decided_within_six_weeks_as_often_as_published(demo):
    decided = [row for row in demo.requests if row.outcome in "YN" and row.received_on and row.received_on.year == 2024]
    within = sum((row.outcome_on - row.received_on).days <= 42 for row in decided) / len(decided)
    assert within == pytest.approx(published()["flow"][2024]["within_6_weeks"], abs=0.02)


def test_the_promise_is_kept_in_2025_26_and_nearly_in_2026_27(demo):
    lines = known_repatriations(demo, "2026-10")
    counted = lines[lines.counts_for_promise]
    learners = counted.groupby("financial_year").learner_count.sum()
    savings = counted.groupby("financial_year").full_year_saving_gbp.sum() / learners
    assert (learners["2025-26"], learners["2026-27"]) == (16, 14)
    assert savings["2025-26"] == pytest.approx(34_000, abs=2_000)
    assert savings["2026-27"] == pytest.approx(34_000, abs=2_000)
    assert counted.full_year_saving_gbp.std() > 8_000


def test_january_2025_has_the_published_personal_budgets(demo):
    lines = published()["dfe_files"]["personal_budgets"]["lines"]
    (dfe,) = [line.split(",")[8] for line in lines if line.startswith("202425,Local authority") and ",Bexley," in line]
    assert sum(plan.has_personal_budget for _, plan, _ in census(demo)) == int(dfe) == 14
    held = [
        row
        for row in demo.departments["finance_office"].personal_budgets
        if row.kind == "E" and row.starts_on <= CENSUS and not (row.ends_on and row.ends_on < CENSUS)
    ]
    assert len(held) == 14


def test_june_2025_forecasts_the_published_overspend(demo):
    lines = [line for line in demo.departments["finance_office"].lines if line.fund == "High needs block"]
    june = [line for line in lines if line.month == date(2025, 6, 1)]
    assert sum(line.forecast_gbp - line.budget_gbp for line in june) == pytest.approx(4_500_000, abs=10)
    april = [line for line in lines if line.month == date(2024, 4, 1)]
    assert sum(line.budget_gbp for line in april) == pytest.approx(50_008_000 * 1.04, abs=1_000)


def test_finance_has_every_move_of_the_ledger_and_signs_most(demo):
    lines = known_repatriations(demo, "2026-10")
    moves = lines[(lines.kind == "move") & (lines.origin == "independent_special") & (lines.destination != "other")]
    signed = as_of(demo, "2026-10").departments["finance_office"].sign_offs
    assert {(row.child_id, row.moved_on) for row in signed} == set(zip(moves.child_id, moves.moved_on, strict=True))
    assert 0.7 < sum(row.signed_on is not None for row in signed) / len(signed) < 0.9
    assert all((row.signed_on is None) == (row.saving_gbp is None) == (row.signed_by is None) for row in signed)


@pytest.mark.parametrize("month", DEMO_MONTHS)
@pytest.mark.parametrize("therapy", ["SLT", "OT"])
def test_as_many_children_wait_for_therapy_as_is_published(demo, therapy, month):
    figures, cut = published()["therapy_waits"], month_end(date.fromisoformat(f"{month}-01"))
    patients = everybody(as_of(demo, month))
    waiting = [row for row in patients.referrals if row.team.rstrip("0123456789") == therapy and not row.wait_ended_on]
    assert len(waiting) == pytest.approx(figures["trust_waiting"][therapy] / 3, rel=0.2)
    over_18_weeks = sum((cut - row.received_on).days > 18 * 7 for row in waiting) / len(waiting)
    wanted = figures["share_over_18_weeks"]
    assert wanted["low"] - 0.05 <= over_18_weeks <= wanted["high"] + 0.05
    with_plan = {plan.child_id for plan in demo.plans}
    assert sum(row.child_id not in with_plan for row in waiting) > len(waiting) / 2


@pytest.mark.parametrize("month", DEMO_MONTHS)
def test_waits_on_the_pathways_are_like_those_of_community_paediatrics(demo, month):
    figures, cut = published()["pathway_waits"], month_end(date.fromisoformat(f"{month}-01"))
    rows = as_of(demo, month).departments["pathways"]
    waits = [(cut - row.referred_on).days / 7 for row in rows if not row.started_on and not row.discharged_on]
    assert len(waits) == pytest.approx(figures["trust_waiting"] / 3 * 2 / 3, rel=0.1)
    wanted = figures["share_over_18_weeks"]
    assert wanted["low"] - 0.03 <= sum(weeks > 18 for weeks in waits) / len(waits) <= wanted["high"] + 0.03
    assert 0.03 < sum(weeks > 52 for weeks in waits) / len(waits) < 0.1
    assert {row.pathway for row in rows} == {"AUTISM", "ADHD", "DLD"}
    assert {row.outcome for row in rows} == {"", "DIAGNOSED", "NOT_DIAGNOSED", "MORE_NEEDED"}
    assert {row.reason for row in rows} == {"", "COMPLETED", "WITHDRAWN", "MOVED_AWAY"}


def test_every_assumed_figure_gives_a_reason():
    def walk(node):
        if isinstance(node, dict):
            assert not node.get("assumption") or node["reason"]
            for each in node.values():
                walk(each)

    walk(published())
    assert all(published()["flow"][year]["assumption"] for year in (2025, 2026))


# Identifiers and names


def test_identifiers_worked_by_hand():
    assert identifiers.upn_letter("303200026001") == "E"
    assert identifiers.upn_letter("30320002600A") == "Q"
    assert identifiers.nhs_number(0).startswith("999")
    assert "9990000018" in {identifiers.nhs_number(count) for count in range(10)}


def test_every_identifier_has_its_check_digit_and_belongs_to_one_child(demo):
    from stdnum.gb import nhs, upn

    for child in demo.children.values():
        assert nhs.is_valid(child.nhs_number)
        assert child.nhs_number.startswith("999")
        if child.upn:
            assert upn.calc_check_digit(child.upn[1:]) == child.upn[0]
        assert child.upn or child.upn_unknown
        assert not child.uln or len(child.uln) == 10
    for field in ("upn", "uln", "nhs_number"):
        values = [getattr(child, field) for child in demo.children.values() if getattr(child, field)]
        assert len(values) == len(set(values))
    people = [(child.forename, child.surname, child.born_on, child.postcode) for child in demo.children.values()]
    assert len(people) == len(set(people))


def test_nothing_can_be_mistaken_for_a_real_child_or_school(demo):
    assert all(child.postcode.startswith("ZZ") for child in demo.children.values())
    assert all(place.urn.startswith("900") for place in demo.establishments if place.urn)
    assert all(place.ukprn.startswith("189") for place in demo.establishments if place.ukprn)


# Children with awkward records


def test_the_awkward_children_are_there(demo):
    notes, children = demo.notes, demo.children
    twins = children[notes["twin"]], children[notes["other_twin"]]
    assert len({(twin.surname, twin.born_on, twin.postcode, twin.upn) for twin in twins}) == 1
    assert twins[0].forename != twins[1].forename
    assert children[notes["born_on_29_february"]].born_on == date(2016, 2, 29)
    assert children[notes["recorded_twice"]].second_record
    assert children[notes["recorded_twice_without_upn"]].second_record["upn"] == ""
    plans = {plan.child_id: plan for plan in demo.plans}
    assert plans[notes["issued_on_29_february"]].issued_on == date(2024, 2, 29)
    assert sum(plan.child_id == notes["two_plans"] for plan in demo.plans) == 2
    requests = {request.child_id: request for request in demo.requests}
    refused = requests[notes["overturned_refusal"]]
    assert (refused.outcome, refused.assessment_outcome) == ("N", "Y")
    assert refused.is_appealed or refused.is_mediated
    told_no = requests[notes["overturned_no_plan"]]
    assert (told_no.assessment_outcome, told_no.assessment_is_appealed) == ("N", True)
    for month in (9, 10):
        for days in (140, 141):
            child_id = notes[f"day_{days}_in_month_{month}"]
            assert (plans[child_id].issued_on - requests[child_id].received_on).days == days
    assert any(request.exported_to for request in demo.requests)
    assert any(plan.transferred_from for plan in demo.plans)
    assert any(request.has_exception for request in demo.requests)


def test_the_ledger_shows_every_kind_of_leaver(demo):
    lines = known_repatriations(demo, "2026-10")
    assert set(lines.excluded_reason.dropna()) == {
        "plan_ceased_aged_out",
        "moved_away",
        "plan_ceased",
        "another_independent_school",
        "not_in_bexley",
        "back_within_a_term",
    }
    assert set(lines.kind) == {"move", "reversal", "forecast"}
    assert set(lines.origin) == {"independent_special", "out_of_borough_special"}
    assert set(lines.destination) == {"bexley_setting", "bexley_post_16", "other"}
    counted = lines[lines.counts_for_safety_valve]
    assert counted[counted.financial_year == "2026-27"].full_year_saving_gbp.isna().any()


def test_late_entries_change_september_between_the_two_deliveries(demo):
    before, after = (known_answers(demo, month, history=2) for month in DEMO_MONTHS)
    assert figure(before, "requests_received", "2026-09")[2] < figure(after, "requests_received", "2026-09")[2]
    issued = "plans_issued_within_20_weeks_with_exceptions"
    assert figure(before, issued, "2026-09")[1] < figure(after, issued, "2026-09")[1]
    moved = [figure(frame, "learners_repatriated", "2026-09")[2] for frame in (before, after)]
    assert moved[0] == moved[1] + 1


def test_the_roll_is_about_as_large_as_published_and_a_child_counts_once(demo):
    """Bexley, January 2024: 43,333 pupils, 11.2% of them on SEN support."""
    for census in demo.departments["census"]:
        counted = [pupil for pupil in census.pupils if pupil.is_on_roll and pupil.enrolment in ("C", "M")]
        assert len(counted) == pytest.approx(43_333, rel=0.03)
        assert sum(pupil.provision == "K" for pupil in counted) / len(counted) == pytest.approx(0.112, abs=0.01)
        assert len({pupil.person.upn for pupil in counted}) == len(counted)
        second = {pupil.person.upn for pupil in census.pupils if pupil.enrolment == "S"}
        assert second
        assert second == {pupil.person.upn for pupil in counted if pupil.enrolment == "M"}


def test_an_exclusion_is_reported_in_the_two_censuses_after_its_term(demo):
    reported = Counter(
        (pupil.person.upn, row.excluded_on, row.category)
        for census in demo.departments["census"]
        for pupil in census.pupils
        for row in pupil.exclusions
    )
    both = [key for key, times in reported.items() if times == 2]
    assert {key[1].month in (9, 10, 11, 12, 1, 2, 3) for key in both} == {True}
    assert max(reported.values()) == 2


# Files


def test_the_same_world_and_month_give_the_same_bytes_in_another_process(demo_files):
    script = (
        "import sys, demo_borough; demo_borough.write_deliveries(demo_borough.demo_world(), '2026-10', sys.argv[1])"
    )
    other = demo_files.parent / "again"
    environment = os.environ | {"PYTHONHASHSEED": "17", "PYTHONPATH": str(Path(__file__).parents[2] / "include")}
    subprocess.run([sys.executable, "-c", script, str(other)], check=True, env=environment)
    assert digests(other) == digests(demo_files)


def digests(folder):
    """Hash of each file by its path in the folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_sen2_is_well_formed_and_its_elements_stand_in_the_order_of_the_layout(demo_files):
    path = demo_files / "sen2/2026-10/sen2_303_2026-10.xml"
    for _, element in etree.iterparse(path, resolve_entities=False):
        if len(element):
            order = SEN2_ORDER[element.tag]
            places = [order.index(child.tag) for child in element]
            assert places == sorted(places), element.tag
    head = path.read_text("utf-8")[:900]
    assert "DEMO-BOROUGH" in head
    assert "<ReferenceDate>2026-10-31</ReferenceDate>" in head


def test_each_place_is_named_in_exactly_one_way(demo_files):
    path = demo_files / "sen2/2026-10/sen2_303_2026-10.xml"
    for _, element in etree.iterparse(path, tag=("PlacementDetail", "PlanDetail")):
        assert sum(child.tag in ("URN", "UKPRN", "SENSetting") for child in element) == 1


def test_files_show_nothing_after_the_month_but_places_named(demo):
    cut = date(2026, 9, 30)
    seen = as_of(demo, "2026-09")
    for rows, fields in (
        (seen.requests, ("received_on", "outcome_on", "assessment_on")),
        (seen.plans, ("begun_on", "ceased_on")),
        (seen.reviews, ("meeting_on", "decided_on", "amendment_notice_on", "final_plan_on", "phase_transfer_final_on")),
        (seen.advice, ("requested_on", "received_on")),
        (seen.contacts, ("occurred_on",)),
    ):
        for field in fields:
            assert all(getattr(row, field) is None or getattr(row, field) <= cut for row in rows), field
    future = [row for row in seen.placements if row.entered_on > cut]
    assert future
    assert all(row.named_on <= cut for row in future)


def test_the_register_is_in_cp1252_with_the_real_headers(demo_files):
    text = (demo_files / "gias/2026-10/edubaseall.csv").read_bytes().decode("cp1252")
    rows = list(csv.DictReader(text.splitlines()))
    assert "Zéphine's Wood Primary Academy" in {row["EstablishmentName"] for row in rows}
    assert {"URN", "LA (code)", "TypeOfEstablishment (code)", "StatutoryHighAge", "SenUnitCapacity"} <= set(rows[0])
    assert 105 <= len(rows) <= 115


def test_the_ledger_has_real_dates_and_says_that_it_is_made_up(demo_files):
    book = load_workbook(demo_files / "finance/2026-10/placement_costs.xlsx", read_only=True)
    assert book.properties.creator == "DEMO-BOROUGH"
    header, first = list(book["Placements"].iter_rows(max_row=2, values_only=True))
    assert header[:3] == ("Ledger reference", "UPN", "Forename")
    assert isinstance(first[header.index("Effective from")], datetime)
    assert book.sheetnames == ["Placements", "Travel"]


def test_the_offices_workbooks_are_as_people_make_them(demo_files):
    book = load_workbook(demo_files / "workforce/2026-10/workforce_return.xlsx")
    assert book.sheetnames == ["Council", "ICB", "NHS trust", "Schools"]
    page = book["Schools"]
    assert str(page.merged_cells) == "A1:J1"
    assert [cell.value for cell in page[4]][:3] == ["Month", "Role", "Posts"]
    assert isinstance(page["A5"].value, datetime)
    assert page["E5"].value.endswith(" ")
    sheet = load_workbook(demo_files / "finance/2026-10/high_needs_budget.xlsx")["Budget monitoring"]
    assert "Total of the month" in {cell.value for cell in sheet["A"]}
    assert "(1,770,000)" in {cell.value for cell in sheet["D"]}
    assert not (demo_files / "workforce/2026-10/staff_survey.xlsx").exists()


def test_files_are_received_on_the_fifth_of_the_next_month(small, tmp_path):
    paths = write_deliveries(small, "2026-09", tmp_path)
    received = {path: datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in paths}
    first = tmp_path / "sen2/2026-09/Blade-Export_05-10-2026_sen2.csv"
    assert received[first] == datetime(2026, 10, 5, 6, 0, tzinfo=UTC)
    assert len(set(received.values())) == len(received) == len(paths)
    assert all(moment.date() == date(2026, 10, 5) and moment.hour == 6 for moment in received.values())


def test_a_termly_department_sends_the_terms_before_with_the_first_month_and_then_none_again(small, tmp_path):
    sent = {}
    for month in DEMO_MONTHS:
        paths = write_deliveries(small, month, tmp_path)
        sent[month] = {
            str(path.relative_to(tmp_path)) for path in paths if path.parts[-3] in ("early_support", "outcomes")
        }
    visits = {f"early_support/{month}/outreach_visits.csv" for month in ("2025-12", "2026-03", "2026-07")}
    learners = {f"early_support/{month}/outreach_learners.csv" for month in ("2025-12", "2026-03", "2026-07")}
    cohorts = {f"outcomes/{month}/level_2_by_19.csv" for month in ("2025-04", "2026-04")}
    once = {"early_support/2026-07/interventions.csv", "outcomes/2026-05/supported_internships.csv"}
    assert sent["2026-09"] == visits | learners | cohorts | once
    assert sent["2026-10"] == {"outcomes/2026-10/supported_internships.csv"}


def test_who_is_out_of_learning_is_near_what_is_published(demo):
    """In September, of those of 16 and 17: the shares of the published cohort, by what is known of their needs."""
    rows = [
        row for row in known_staging(demo, "2026-09")["stg_nccis__young_people"]
        if date(2008, 9, 1) <= row["born_month"] < date(2010, 9, 1)
    ]  # fmt: skip
    youth = published()["participation"]
    kinds = {(True, False): "ehcp", (False, True): "sen_support", (False, False): "no_sen"}
    out = {kind: [] for kind in kinds.values()}
    for row in rows:
        kind = kinds[row["has_plan"], row["has_sen_support"]]
        out[kind].append(row["activity_group"] in ("neet_active", "neet_inactive", "not_known"))
    for kind, flags in out.items():
        assert sum(flags) / len(flags) == pytest.approx(youth[kind]["neet_or_not_known"], abs=0.015), kind
    assert len(out["sen_support"]) + len(out["no_sen"]) == pytest.approx(6742 * (1 - 0.046), rel=0.02)


def test_looked_after_children_have_a_plan_as_often_as_published(demo):
    care = demo.departments["looked_after"]
    with_plan = [row for row in care if row.person.child_id in demo.children]
    assert (len(with_plan), len(care)) == (39, 105)


def test_some_children_asked_for_a_plan_within_a_year_of_early_help_and_most_did_not(demo, small):
    for world, most in ((demo, 0.3), (small, 0.5)):
        asked = {}
        for request in world.requests:
            if request.received_on:
                asked.setdefault(request.child_id, []).append(request.received_on)
        helped = world.departments["early_support"].interventions
        after = [
            row for row in helped
            if any(row.began_on < day <= add_months(row.began_on, 12) for day in asked.get(row.person.child_id, []))
        ]  # fmt: skip
        assert 0 < len(after) / len(helped) < most


def test_planted_faults_are_in_the_files_and_in_no_answer(small, tmp_path):
    paths = {path.name: path for path in write_deliveries(small, "2026-09", tmp_path)}
    text = paths["2026-09.json"].read_text("utf-8")
    assert text.count("31/02/2026") == 1
    assert paths["Blade-Export_05-10-2026_person.csv"].read_text("utf-8").count("Faultbury") == 3
    for month in DEMO_MONTHS:
        assert len({source for source, _, _ in planted_faults(month)}) >= 9
    assert planted_faults("2026-11") == []


# Days


@pytest.mark.parametrize(
    ("start", "born", "due"),
    [
        (date(2024, 2, 29), date(2016, 2, 29), date(2025, 2, 28)),
        (date(2025, 10, 13), date(2010, 2, 2), date(2026, 10, 13)),
        (date(2026, 3, 20), date(2022, 6, 10), date(2026, 9, 20)),
        (date(2026, 8, 31), date(2021, 6, 10), date(2027, 8, 31)),
        (date(2026, 8, 30), date(2021, 6, 10), date(2027, 2, 28)),
    ],
)
def test_a_review_is_due_after_twelve_months_or_six_under_compulsory_school_age(start, born, due):
    assert review_due_on(start, born) == due


def test_compulsory_school_age_begins_on_one_of_three_days():
    assert compulsory_school_age_from(date(2021, 9, 1)) == date(2026, 12, 31)
    assert compulsory_school_age_from(date(2021, 1, 1)) == date(2026, 3, 31)
    assert compulsory_school_age_from(date(2021, 4, 1)) == date(2026, 8, 31)
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


# Known answers of the small borough, worked by hand


@pytest.mark.parametrize(
    ("measure", "month", "wanted"),
    [
        # Cleo undecided on day 42; Dov withdrawn and Etta exported are out. Ada on day 42, Bram on day 43.
        ("requests_decided_within_6_weeks", "2026-09", (0, 1)),
        ("requests_decided_within_6_weeks", "2026-10", (1, 2)),
        ("requests_refused", "2026-10", (1, 3)),
        # Jude on day 112, Kit on day 113.
        ("no_plan_decisions_within_16_weeks", "2026-10", (1, 2)),
        # Lena and Milo were issued late after appeals; Finn and Olive on day 140, Gwen on 141; Hugo has an exception.
        ("plans_issued_within_20_weeks", "2026-09", (0, 2)),
        ("plans_issued_within_20_weeks", "2026-10", (2, 3)),
        ("plans_issued_within_20_weeks_with_exceptions", "2026-10", (2, 4)),
        # Hugo in September. Finn and Olive in time; Gwen, Iris and Otto not.
        ("plans_due_issued_within_20_weeks", "2026-09", (0, 1)),
        ("plans_due_issued_within_20_weeks", "2026-10", (2, 5)),
        # Hugo at the end of September; Iris and Otto at the end of October.
        ("assessments_open_over_20_weeks", "2026-09", (1, None)),
        ("assessments_open_over_20_weeks", "2026-10", (2, None)),
        # Rosa on the anniversary and Pip a day before; Sam a day after. Uma's meeting was a day late.
        ("reviews_completed_on_time", "2026-10", (2, 3)),
        ("review_meetings_held_on_time", "2026-09", (0, 1)),
        ("review_meetings_held_on_time", "2026-10", (3, 3)),
        # Tess: due on 28 February, both times, and two days late at the second; Bea and Ivo a day early.
        ("reviews_completed_on_time", "2025-02", (1, 1)),
        ("reviews_completed_on_time", "2026-02", (2, 3)),
        ("reviews_overdue", "2026-10", (2, None)),
        ("late_reviews_with_a_plan", "2026-09", (0, 2)),
        ("late_reviews_with_a_plan", "2026-10", (1, 2)),
        # Rosa and Pip on day 28, Sam on day 29, Uma undecided; Dex decides in October too.
        ("review_decisions_within_4_weeks", "2026-10", (2, 4)),
        ("review_decisions_within_4_weeks_dfe", "2026-10", (3, 4)),
        # Vic on days 77 and 56, Wynn on days 85 and 57.
        ("amended_plans_within_12_weeks", "2026-10", (1, 2)),
        ("amended_plans_within_8_weeks_of_notice", "2026-10", (1, 2)),
        # Yara on 15 February, Zeb a day later; Hana on 31 March.
        ("phase_transfers_final_by_deadline", "2026-02", (1, 2)),
        ("phase_transfers_final_by_deadline", "2026-03", (1, 1)),
        ("year_9_reviews_with_adulthood_outcomes", "2026-09", (1, 2)),
        # Finn on day 42, Gwen never; Finn's social care advice on day 43.
        ("health_advice_within_6_weeks", "2026-10", (1, 2)),
        ("social_care_advice_within_6_weeks", "2026-10", (1, 2)),
        ("late_health_advice_with_a_reason", "2026-10", (0, 1)),
        # Dex: asked for 84 days ahead; health came 14 days before, social care 13.
        ("health_advice_2_weeks_before_review", "2026-10", (1, 1)),
        ("social_care_advice_2_weeks_before_review", "2026-10", (0, 1)),
        ("ehc_plans", "2026-10", (25, None)),
        ("plans_with_a_therapy_gap", "2026-10", (1, 2)),
    ],
)
def test_a_count_worked_by_hand(answers, measure, month, wanted):
    numerator, denominator, _ = figure(answers["2026-10"], measure, month)
    assert (numerator, None if denominator is None or denominator != denominator else denominator) == wanted


@pytest.mark.parametrize(
    ("measure", "month", "wanted"),
    [
        ("ehc_plan_growth", "2026-10", 7 / 18),
        # Yara came back and Bea went again: 61,040.25 - 27,000 less 52,000 - 20,000. Abel was back within a term.
        ("learners_repatriated", "2026-10", 0),
        ("repatriation_saving", "2026-10", 2040.25),
        ("repatriation_saving_net_of_new_starts", "2026-10", 2040.25),
        ("learners_repatriated", "2026-03", 1),
        ("repatriation_saving_per_learner", "2026-03", 32000),
        ("repatriation_travel_saving", "2026-10", 0),
        ("cost_per_placement", "2026-10", 42500),
        # 61 of 109 days of the term: (60 + 120 + 160) minutes of (360 + 240 + 240) * 61 / 109
        ("therapy_provided", "2026-10", 340 / (840 * 61 / 109)),
    ],
)
def test_a_figure_worked_by_hand(answers, measure, month, wanted):
    assert figure(answers["2026-10"], measure, month)[2] == pytest.approx(wanted)


def test_what_was_entered_late_is_unknown_before(answers):
    assert figure(answers["2026-09"], "plans_issued_within_20_weeks", "2026-09")[1] == 1
    assert figure(answers["2026-10"], "plans_issued_within_20_weeks", "2026-09")[1] == 2


def test_a_move_counts_until_the_learner_is_back_within_a_term(answers, small):
    assert figure(answers["2026-09"], "learners_repatriated", "2026-09")[2] == 1
    assert figure(answers["2026-10"], "learners_repatriated", "2026-09")[2] == 0
    lines = known_repatriations(small, "2026-10").set_index("child_id")
    abel = next(child.child_id for child in small.children.values() if child.forename == "Abel")
    assert lines.loc[abel, "excluded_reason"] == "back_within_a_term"


def test_the_small_ledger_line_by_line(small):
    names = {child.child_id: child.forename for child in small.children.values()}
    lines = known_repatriations(small, "2026-10")
    found = {(names[line.child_id], line.kind): line for line in lines.itertuples()}
    yara, bea = found["Yara", "move"], found["Bea", "reversal"]
    assert (yara.is_key_transition, yara.year_group, yara.counts_for_promise) == (True, 7, True)
    assert yara.part_year_saving_gbp == pytest.approx(34040.25 * 211 / 365, abs=0.01)
    assert (bea.learner_count, bea.full_year_saving_gbp, bea.financial_year) == (-1, -32000, "2026-27")
    assert found["Faye", "move"].excluded_reason == "plan_ceased_aged_out"
    assert (found["Gil", "move"].counts_for_promise, found["Gil", "move"].counts_for_safety_valve) == (False, True)
    assert found["Hana", "move"].destination == "bexley_post_16"
    ivo = found["Ivo", "forecast"]
    assert (ivo.moved_on, ivo.full_year_saving_gbp) == (date(2027, 1, 5), 36000)
    assert len(found) == len(lines) == 8


def test_every_breakdown_adds_up_to_all(demo):
    frame = known_answers(demo, "2026-10", history=1)
    whole = frame[frame.breakdown == "all"].set_index("measure_id").denominator
    parts = frame[frame.breakdown != "all"].groupby(["measure_id", "breakdown"]).denominator.sum(min_count=1)
    for (measure, _), total in parts.dropna().items():
        assert total == pytest.approx(whole[measure]), measure


def test_a_child_recorded_twice_is_one_child(small):
    view = View(small, "2026-10")
    assert len({plan.child_id for plan in view.world.plans}) == len({plan.plan_id for plan in view.world.plans}) - 1
