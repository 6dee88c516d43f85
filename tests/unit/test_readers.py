"""Each file format, read as a stream."""

import datetime
import io
import os
import re
import tracemalloc
from pathlib import Path

import pytest

from send_data import contracts as contracting
from send_data.readers import OpenFile, UnreadableFileError, census_csv, read
from send_data.readers.xlsx_file import as_text
from send_data.settings import ROOT
from tests.unit import sample_files as samples

CONTRACTS = contracting.load_contracts(ROOT / "expectations" / "sources")
FEEDS = contracting.by_feed(CONTRACTS)
SEN2, REVIEWS = FEEDS["sen2/{month}/*.[cx]*"], FEEDS["casework/{month}/annual_reviews.csv"]
GIAS, FINANCE = FEEDS["gias/{month}/edubaseall.csv"], FEEDS["finance/{month}/placement_costs.xlsx"]
CIN, DFE, CSDS = FEEDS["cin/{month}/*.xml"], FEEDS["dfe/*.csv"], FEEDS["csds/{month}/CYP*.csv"]
NCCIS = FEEDS["nccis/{month}/*.xml"]
CENSUS = FEEDS["census/{month}/*.csv"]


def rows_of(contracts, content, name="file", note=lambda text: None):
    """[(source, {column: text})] of a file, without what is not given."""
    return [
        (source, {k: v for k, v in zip(CONTRACTS[source].column_names, row, strict=True) if v is not None})
        for source, row in read([OpenFile(name, io.BytesIO(content))], contracts, "303", note)
    ]


def test_csv_columns_are_found_by_header_in_any_order_and_blanks_are_kept():
    header = ",".join(reversed(samples.REVIEW_COLUMNS.split(",")))
    line = ",".join(reversed(samples.REVIEW.replace("Cora", " Cora ").split(",")))
    ((source, row),) = rows_of(REVIEWS, samples.reviews(line, header=header))
    assert source == "casework__annual_review"
    assert row["forename"] == " Cora "
    assert row["school_urn"] == "100001"
    assert "uln" not in row


def test_csv_with_a_byte_order_mark_windows_lines_and_quoted_newlines():
    content = samples.reviews(samples.REVIEW[:-1] + ',"two\nlines"').replace(b"late_reason\n", b"late_reason\r\n")
    ((_, row),) = rows_of(REVIEWS, b"\xef\xbb\xbf" + content)
    assert row["case_id"] == "C1"
    assert row["late_reason"] == "two\nlines"


def test_extra_columns_are_reported_and_left_out():
    told = []
    content = samples.reviews(samples.REVIEW + ",Canary", header=samples.REVIEW_COLUMNS + ",Remarks")
    assert len(rows_of(REVIEWS, content, note=told.append)) == 1
    assert told == ['column "Remarks" is not in the contract casework__annual_review and not used']


def submitted(files):
    return [OpenFile(f"csds/2026-09/{name}", io.BytesIO(content)) for name, content in files.items()]


def test_each_file_of_a_set_fills_the_table_that_names_it_and_others_are_left_out():
    told = []
    files = samples.tables(CSDS, samples.SUBMISSION) | {"CYP901.csv": b"STAFF\nCanary\n"}
    found = list(read(submitted(files), CSDS, "303", told.append))
    assert [source for source, _ in found] == sorted(samples.SUBMISSION)
    assert told == ["csds/2026-09/CYP901.csv: a table beyond the contracts is left out"]


def test_a_set_without_one_of_its_files_is_not_read():
    files = samples.tables(CSDS, samples.SUBMISSION)
    del files["CYP104.csv"], files["CYP201.csv"]
    with pytest.raises(UnreadableFileError) as error:
        list(read(submitted(files), CSDS, "303"))
    assert str(error.value) == "csds/2026-09: CYP104.csv, CYP201.csv missing from the set of files"


def test_gias_is_read_as_windows_text():
    header = ",".join(f'"{column.header}"' for column in GIAS[0].columns)
    line = ",".join({"urn": "100001", "establishment_name": "Zoë’s School"}.get(c, "1") for c in GIAS[0].column_names)
    ((_, row),) = rows_of(GIAS, f"{header}\n{line}\n".encode("cp1252"))
    assert row["establishment_name"] == "Zoë’s School"


def test_xlsx_dates_and_numbers_become_text():
    cost = [
        "N1",
        None,
        "Cora",
        "Canary",
        datetime.datetime.fromisoformat("2015-05-05"),
        "ZZ9",
        100001,
        None,
        "School",
        datetime.date(2026, 4, 1),
        None,
        52000,
        1234.5,
        0,
    ]
    travel = ["T1", None, "Cora", "Canary", datetime.date(2015, 5, 5), None, "Taxi", datetime.date(2026, 4, 1), None, 9]
    (source, row), (other, _) = rows_of(FINANCE, samples.workbook([cost, [None] * 14], [travel]))
    assert (source, other) == ("finance__placement_cost", "finance__travel_cost")
    assert row["date_of_birth"] == "2015-05-05"
    assert row["provider_urn"] == "100001"
    assert (row["annual_place_gbp"], row["annual_top_up_gbp"], row["annual_therapy_gbp"]) == ("52000", "1234.5", "0")
    assert "effective_to" not in row


@pytest.mark.parametrize(
    ("value", "text"),
    [(5000.0, "5000"), (0.1, "0.1"), (1e21, "1" + "0" * 21), (True, "TRUE"), ("", None),
     (datetime.datetime.fromisoformat("2026-01-02 03:04"), "2026-01-02 03:04:00")],
)  # fmt: skip
def test_cells_as_text(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(("year", "review"), [("2025", samples.REVIEW_2025), ("2026", samples.REVIEW_2026)])
def test_sen2_of_both_years(year, review):
    found = rows_of(SEN2, samples.sen2(samples.REQUEST.format(review=review) * 2, year=year))
    by_source = {}
    for source, row in found:
        by_source.setdefault(source, []).append(row)
    assert len(by_source) == 9
    assert [row["request_number"] for row in by_source["sen2__request"]] == ["1", "2"]
    assert [row["placement_number"] for row in by_source["sen2__placement_detail"]] == ["1", "2"]
    assert by_source["sen2__plan_detail"][1]["request_number"] == "2"
    assert by_source["sen2__request"][1]["person_number"] == "1"
    assert by_source["sen2__active_plan"][0]["last_review"] == "2026-09-08"
    assert by_source["sen2__header"][0]["reference_date"] == "2026-09-30"


def test_sen2_element_names_in_any_case():
    content = samples.sen2(samples.REQUEST.format(review="")).replace(b"SENneed", b"senNEED").replace(b"URN", b"urn")
    assert ("sen2__sen_need", {"request_number": "1", "need_number": "1", "sen_type": "ASD", "sen_type_rank": "1"}) in (
        rows_of(SEN2, content)
    )


def test_sen2_memory_stays_flat():
    """What is held at once is a small part of a file that a reader which kept its rows would hold several times over.

    A part of the file, not a comparison of two sizes: when the collector runs differs from one run to the next.
    """
    one = samples.sen2(samples.REQUEST.format(review=samples.REVIEW_2026))
    person = one[one.index(b"<Person>") : one.index(b"</Persons>")]
    content = one.replace(person, person * 20_000)
    tracemalloc.start()
    count = sum(1 for _ in read([OpenFile("big.xml", io.BytesIO(content))], SEN2, "303"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1 + 20_000 * 8
    assert peak < len(content) / 5


def test_cin_children_disabilities_and_episodes():
    found = rows_of(CIN, samples.CIN)
    assert [source for source, _ in found] == ["cin__disability", "cin__disability", "cin__episode", "cin__child"]
    assert found[1][1] == {"child_number": "1", "disability": "LD"}
    assert found[2][1]["cin_plan_start_date"] == "2026-01-10"
    assert found[3][1]["la_child_id"] == "L1"


@pytest.mark.parametrize("year", ["2015", "2026", ""])
def test_nccis_young_people_and_characteristics_of_any_year(year):
    destination = "<IntendedDestination><IntendedDestinationYr11>121</IntendedDestinationYr11></IntendedDestination>"
    assert rows_of(NCCIS, samples.nccis(destination, year=year)) == [
        ("nccis__characteristic", {"young_person_number": "1", "characteristic_code": "110"}),
        ("nccis__characteristic", {"young_person_number": "1", "characteristic_code": "160"}),
        (
            "nccis__young_person",
            {
                "young_person_number": "1",
                "young_persons_id": "3030000000001",
                "cohort_status": "P",
                "given_name": "Cora",
                "family_name": "Canary",
                "postcode": "ZZ9 9ZZ",
                "gender": "F",
                "dob": "2009-05-05",
                "ethnicity": "WBRI",
                "lead_lea": "303",
                "unique_pupil_number": "E303200026001",
                "guarantee_status_year_11": "110",
                "guarantee_status_year_12": "114",
                "send_flag": "Y",
                "activity_code": "460",
                "activity_start_date": "2026-09-01",
                "date_ascertained": "2026-09-08",
                "currency_lapsed": "N",
                "intended_destination_year_11": "121",
            },
        ),
    ]


def test_nccis_records_are_numbered_in_the_order_of_the_file():
    content = samples.nccis()
    record = content[content.index(b"<YoungPersonsRecord>") : content.index(b"</NCCIS")]
    found = rows_of(NCCIS, content.replace(b"</NCCIS", record + b"</NCCIS"))
    assert [row["young_person_number"] for _, row in found] == ["1", "1", "1", "2", "2", "2"]


def test_published_statistics_are_read_long_and_a_doubled_header_is_numbered():
    content = (
        b"time_period,la_name,geographic_level,breakdown,Total_PC,review,review\n"
        b"202425,Bexley,Local authority,All,44.4,7,x\n"
    )
    found = [row for _, row in rows_of(DFE, content, name="dfe/ees_ehcp2025_annual_reviews.csv")]
    assert [(row["indicator"], row["value"]) for row in found] == [
        ("total_pc", "44.4"),
        ("review", "7"),
        ("review_2", "x"),
    ]
    assert {(row["dataset"], row["release_year"], row["la_name"]) for row in found} == {
        ("annual_reviews", "2025", "Bexley")
    }
    assert "region_name" not in found[0]


def published(header, *lines, name):
    """(rows, notes) of a file of published statistics."""
    notes = []
    content = "\n".join((header, *lines, "")).encode()
    return [row for _, row in rows_of(DFE, content, name=f"dfe/{name}", note=notes.append)], notes


def test_neet_files_swap_the_codes_of_an_authority_and_call_the_breakdown_otherwise():
    (row,), notes = published(
        "time_period,geographic_level,old_la_code,new_la_code,la_name,age,characteristic_grouping,characteristic,"
        "neet_nk_percent",
        "2026,Local authority,303,E09000004,Bexley,16 to 17,SEND,SEN support,4.9",
        name="ees_neet2026_neet_by_characteristics.csv",
    )
    assert row == {
        "dataset": "neet_by_characteristics", "release_year": "2026", "time_period": "2026",
        "geographic_level": "Local authority", "new_la_code": "E09000004", "old_la_code": "303", "la_name": "Bexley",
        "breakdown_topic": "SEND", "breakdown": "SEN support", "indicator": "neet_nk_percent", "value": "4.9",
    }  # fmt: skip
    assert notes == []


def test_filters_that_are_not_at_their_total_are_named():
    rows, _ = published(
        "time_period,geographic_level,phase_type_grouping,hospital_school,sen_support",
        "202425,National,Total,Total,1284284",
        "202425,National,State-funded primary,No,7",
        name="ees_sen2025_pupils_by_sen_provision.csv",
    )
    assert [row.get("filters") for row in rows] == [
        None, "hospital_school=No; phase_type_grouping=State-funded primary",
    ]  # fmt: skip


REVIEWS_OF_2026 = (
    "time_period,geographic_level,breakdown_topic,breakdown,total_ehc_plans,review_expected_2025,"
    "review_not_expected_2025,review_completed_2025,review_completed_prior_2025,review_not_completed,outcome_amended,"
    "outcome_ceased,outcome_maintained,no_outcome_recorded,decision_4_weeks,decision_over_4_weeks"
)


def test_headers_of_the_next_release_are_known():
    _, notes = published(REVIEWS_OF_2026, name="ees_ehcp2026_annual_reviews.csv")
    assert notes == []


def test_a_renamed_header_that_nobody_has_mapped_is_told_of_and_its_figures_are_kept():
    header = REVIEWS_OF_2026.replace("decision_4_weeks", "decided_in_time")
    line = "2025,National,All,All,1,2,3,4,5,6,7,8,9,10,11,12"
    rows, (note,) = published(header, line, name="ees_ehcp2026_annual_reviews.csv")
    assert note.startswith(
        "ees_ehcp2026_annual_reviews.csv lacks decision_4_weeks, of which figures of ours are made; nobody has mapped"
        " its columns decided_in_time, no_outcome_recorded, outcome_amended"
    )
    assert {row["indicator"]: row["value"] for row in rows}["decided_in_time"] == "11"


REAL = sorted(Path(os.environ["SEND_NATIONAL_DIR"]).glob("ees_*.csv")) if "SEND_NATIONAL_DIR" in os.environ else []


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_the_real_files_lack_nothing_that_figures_are_made_of(path):
    """Where a person has named the folder of them (SEND_NATIONAL_DIR)."""
    notes = []
    lines = len(path.read_text().splitlines())
    rows = rows_of(DFE, path.read_bytes(), name=f"dfe/{path.name}", note=notes.append)
    assert notes == []
    assert len(rows) % (lines - 1) == 0
    assert all(re.fullmatch("[0-9]{4}", row["release_year"]) for _, row in rows)


BAD = [
    ("truncated XML", SEN2, samples.sen2(samples.REQUEST.format(review=""))[:-200], "breaks off or is not well formed"),
    ("malformed XML", SEN2, samples.sen2("<Requests>Canary</Request>"), "breaks off or is not well formed"),
    ("none of the forms", SEN2, b"Canary,Cora", "this is none of the forms that a SEN2 return comes in"),
    ("not XML", CIN, b"Canary,Cora", "breaks off or is not well formed near line 1"),
    ("document type", SEN2, samples.sen2(before='<!DOCTYPE Message SYSTEM "x.dtd">'), "declares a document type"),
    ("entity", SEN2, samples.sen2("<Requests><Exported>&canary;</Exported></Requests>",
                                  before='<!DOCTYPE m [<!ENTITY canary "Canary">]>'), "declares a document type"),
    ("other authority", SEN2, samples.sen2(lea="886"), "another authority, not of 303"),
    ("other return", SEN2, samples.sen2(collection="CIN"), "Collection is not SEN2"),
    ("year without a layout", SEN2, samples.sen2(year="2022"),
     "the collection year is none of 2023, 2024, 2025, 2026"),
    ("layout of 2025 in 2026", SEN2, samples.sen2(samples.REQUEST.format(review=samples.REVIEW_2025)),
     "element ReviewOutcome of ActivePlans does not stand where the SEN2 layout of 2026 has it"),
    ("layout of 2023", SEN2, samples.sen2().replace(b"Sex>", b"GenderCurrent>"),
     "element GenderCurrent in Person is not part of the SEN2 layout of 2026"),
    ("an element of nobody", SEN2, samples.sen2("<Canary/>"), "an unknown element in Person"),
    ("an element twice", SEN2, samples.sen2("<UPN>E303200026001</UPN>"), "element UPN stands twice in Person"),
    ("no header in XML", SEN2, b"<Message><Persons/></Message>",
     "element Persons in Message is not part of a return before"),
    ("nothing in XML", SEN2, b"<Message></Message>", "there is no Header"),
    ("CIN of other authority", CIN, samples.CIN.replace(b"303</LEA>", b"886</LEA>"), "another authority"),
    ("NCCIS of another authority", NCCIS, samples.nccis(lea="<LEACode>886</LEACode>"), "another authority, not of 303"),
    ("NCCIS of several authorities", NCCIS, samples.nccis(lea="<LEACode>303</LEACode><LEACode>886</LEACode>"),
     "several authorities; send that of 303 alone"),
    ("NCCIS of no authority", NCCIS, samples.nccis(lea=""), "another authority, not of 303"),
    ("NCCIS without a header", NCCIS, samples.nccis().replace(b"FileHeader", b"IntendedDestination"),
     "element IntendedDestination in NCCIS is not part of the NCCIS return"),
    ("NCCIS with its header last", NCCIS,
     samples.nccis().replace(b"<YoungPersonsRecord>", b"<YoungPersonsRecord></YoungPersonsRecord><YoungPersonsRecord>")
     .replace(b"<FileHeader>", b"<YoungPersonsRecord></YoungPersonsRecord><FileHeader>"),
     "the FileHeader does not come first"),
    ("nothing in NCCIS", NCCIS, b"<NCCIS2026></NCCIS2026>", "there is no FileHeader"),
    ("truncated NCCIS", NCCIS, samples.nccis()[:-90], "breaks off or is not well formed"),
    ("document type in NCCIS", NCCIS, samples.nccis(before="<!DOCTYPE NCCIS2026>"), "declares a document type"),
    ("an element of nobody in NCCIS", NCCIS, samples.nccis("<Canary/>"), "an unknown element in YoungPersonsRecord"),
    ("two activities in NCCIS", NCCIS, samples.nccis("<Activities/>"),
     "element Activities stands twice in YoungPersonsRecord"),
    ("another return than NCCIS", NCCIS, samples.CIN, "the outermost element is not NCCIS"),
    ("missing column", REVIEWS,
     samples.reviews(samples.REVIEW, header=samples.REVIEW_COLUMNS.replace("decision,", "x,")),
     'column "decision" is missing, which the contract casework__annual_review needs'),
    ("column twice", REVIEWS, samples.reviews(header=samples.REVIEW_COLUMNS + ",upn"),
     'column "upn" is there more than once'),
    ("no header at all", REVIEWS, samples.reviews(samples.REVIEW, header=samples.OTHER_REVIEW), "are missing"),
    ("only blank lines", REVIEWS, b"\n\n", "there is no header"),
    ("ragged line", REVIEWS, samples.reviews(samples.REVIEW, samples.REVIEW + ",x"),
     "line 3 has 23 fields where the header has 22"),
    ("stray quotation mark", REVIEWS, samples.reviews('"Canary"x' + samples.REVIEW[2:]), "line 2 is not CSV"),
    ("not UTF-8", REVIEWS, samples.reviews(samples.REVIEW).replace(b"Cora", b"Canary\xe9"),
     "line 2, byte 28 is not utf-8 text: save the file as utf-8"),
    ("UTF-16", REVIEWS, samples.reviews(samples.REVIEW).decode().encode("utf-16"), "is not utf-8 text"),
    ("not a workbook", FINANCE, b"Canary", "not a readable XLSX workbook"),
    ("formula", FINANCE, samples.workbook([["N1", "=A1", *["Canary"] * 12]]),
     'sheet "Placements": cell B2 holds a formula'),
    ("merged header", FINANCE, samples.workbook(merged="C1:D1"), 'cell D1 of the header is empty or merged'),
    ("column missing in a sheet", FINANCE, samples.workbook(cost_header=samples.COST_COLUMNS[:-1]),
     'column "Therapy a year" is missing'),
    ("empty sheet", FINANCE, samples.workbook(cost_header=[]), 'sheet "Placements" has no header'),
    ("no statistics", DFE, b"Canary,b\n1,2\n", 'column "time_period" is missing'),
]  # fmt: skip


@pytest.mark.parametrize(("contracts", "content", "message"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_file_that_cannot_be_read_says_why_and_shows_nothing(contracts, content, message):
    with pytest.raises(UnreadableFileError) as error:
        rows_of(contracts, content, name="feed/bad.file")
    text = str(error.value)
    assert text.startswith("feed/bad.file: ")
    assert message in text
    assert not any(value in text for value in samples.CANARY)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def census_rows(tables, note=lambda text: None):
    """{source: [{column: text}]} of the tables of a census, without what is not given."""
    files = [OpenFile(f"census/2026_{table}.csv", io.BytesIO(content)) for table, content in tables.items()]
    found = {}
    for source, row in read(files, CENSUS, "303", note):
        names = CONTRACTS[source].column_names
        found.setdefault(source, []).append({k: v for k, v in zip(names, row, strict=True) if v is not None})
    return found


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
@pytest.mark.parametrize("term", ["SPR", "SUM", "AUT"])
def test_a_census_of_every_year_and_term_becomes_the_same_tables(year, term):
    found = census_rows(samples.census(year, term))
    cora, other = found["census__pupil"]
    assert (cora["upn"], cora["date_of_birth"], cora["sex"]) == ("E303200026001", "2015-05-05", "F")
    assert (cora["sen_provision"], cora["enrolment_status"], cora["sen_unit_indicator"]) == ("K", "C", "1")
    assert (cora["sessions_possible"], cora["resourced_provision_indicator"]) == ("138", "0")
    assert [row["is_on_roll"] for row in (cora, other)] == ["1", "0"]
    assert other["leaving_date"] == "2025-12-01"
    assert cora.get("ethnicity") == ("WBRI" if term == "SPR" else None)
    assert cora.get("second_half_sessions_possible") == ("64" if term == "AUT" else None)
    assert [row["pupil_id"] for row in found["census__exclusion"]] == [cora["pupil_id"], other["pupil_id"]]
    excluded_on = f"{year}-05-04" if term == "AUT" else f"{year - 1}-11-03"
    assert found["census__exclusion"][0]["start_date"] == excluded_on
    details = [
        (row["pupil_id"], row["period"], row["sessions_possible_of_pupil"]) for row in found["census__session_detail"]
    ]
    halves = [(cora["pupil_id"], "SECOND_HALF", "64"), (other["pupil_id"], "SECOND_HALF", "64")]
    assert details == [
        (cora["pupil_id"], "TERM", "138"), (other["pupil_id"], "TERM", "100"), *(halves if term == "AUT" else [])
    ]  # fmt: skip
    assert ("census__sen_need" in found) == (term == "SPR")
    assert found["census__school"][0]["year"] == str(year)


@pytest.mark.parametrize("missing", sorted(samples.census()))
def test_a_census_without_one_of_its_tables_is_refused_by_name(missing):
    tables = samples.census()
    del tables[missing]
    with pytest.raises(UnreadableFileError, match=rf"\b{missing}\b.*missing|missing: {missing}$"):
        census_rows(tables)


def changed(table, old, new, **census):
    tables = samples.census(**census)
    assert old in tables[table]
    return tables | {table: tables[table].replace(old, new)}


BAD_CENSUSES = [
    ("year without a layout", samples.census(2022), "its year none of 2023, 2024, 2025, 2026"),
    ("two terms in one set", changed("schoolcensus", b"\nS1,", b"\nS2,3032002,2,SC,AUT,2026.0,,2002,303\nS1,"),
     "are of 2 censuses and not of one"),
    ("other authority", samples.census(lea="886"), "schools of another authority"),
    ("other collection", samples.census(collection="SEN2"), "Collection is not SC"),
    ("a table twice", samples.census() | {"again": samples.census()["senneeds"]}, "a second file of the table"),
    ("no table of an export", samples.census() | {"list": b"Canary,b\n1,2\n"}, "its header has no id"),
    ("header of another year", changed("pupilonroll", b"sex", b"gender"),
     'column "sex" is missing, which pupilonroll of the spring census of 2026 has'),
    ("needs of nobody", changed("senneeds", b"P1,", b"Canary,"), "1 rows of senneeds have no id, that of another"),
    ("pupil of no school", changed("pupilonroll", b",S1,", b",Canary,"), "1 rows of pupilonroll have no id"),
    ("an id twice", changed("pupilonroll", b"\nP1", b"\nP1,3032001,1,S1,,Canary,Cora,,,,F,,C,K,5,,,,\nP1"),
     "1 rows of pupilonroll have no id, that of another"),
    ("ragged line", changed("senneeds", b"NSA", b"NSA,Canary"), "line 2 has 7 fields where the header has 6"),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "message"), [b[1:] for b in BAD_CENSUSES], ids=[b[0] for b in BAD_CENSUSES])
def test_a_census_that_cannot_be_read_says_why_and_shows_nothing(tables, message):
    with pytest.raises(UnreadableFileError) as error:
        census_rows(tables)
    assert str(error.value).startswith("census/2026_")
    assert message in str(error.value)
    assert not any(value in str(error.value) for value in samples.CANARY)


def test_tables_and_columns_beyond_the_census_are_reported_and_left_out():
    told = []
    tables = samples.census(term="SUM") | {
        "senneeds": samples.census()["senneeds"],
        "addresses": b"pupilonrolltableid,addressesonrolltableid,addressesonrollorderseqcolumn\nP1,Canary,1\n",
    }
    exclusions = tables["termlyexclusionsonroll"].replace(b"category", b"category,Remarks")
    tables["termlyexclusionsonroll"] = exclusions.replace(b"SUSP", b"SUSP,Canary")
    assert "census__sen_need" not in census_rows(tables, told.append)
    assert told == [
        "census/2026_addresses.csv is none of the tables that are read, and is left out",
        "tables that are no part of the summer census of 2026 are left out: senneeds",
        "census/2026_termlyexclusionsonroll.csv: 1 columns beyond the layout are left out",
    ]


def test_every_column_of_the_census_contracts_is_of_a_layout_or_made_by_the_reader():
    known = {name for tables in census_csv.layouts().values() for names in tables.values() for name in names}
    for contract in CENSUS:
        assert {column.header for column in contract.columns} <= known | census_csv.MADE, contract.source


def test_a_census_is_read_as_a_stream():
    """What is kept of a pupil is its id: a second hundred pupils of a school cost no more than their ids."""

    def peak(pupils):
        tables = samples.census()
        header, first = tables["pupilonroll"].decode().splitlines()
        rows = [first.replace("P1,", f"P{number},") for number in range(1, pupils + 1)]
        tables["pupilonroll"] = "\n".join([header, *rows, ""]).encode()
        files = [OpenFile(table, io.BytesIO(content)) for table, content in tables.items()]
        tracemalloc.start()
        count = sum(1 for _ in read(files, CENSUS, "303"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return count, peak

    (few, low), (many, high) = peak(2_000), peak(22_000)
    assert many - few == 20_000
    assert high - low < 20_000 * 250
