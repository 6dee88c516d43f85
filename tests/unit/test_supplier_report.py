"""What a supplier is told of a delivery, and checking a file before it is sent."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from send_cli import check
from send_data import landing
from send_data.settings import settings
from tests.unit import sample_files as samples
from tests.unit.test_landing import put, silent

LOG = "casework/2026-09/annual_reviews.csv"
TWICE = "C3,R1,D303402126002,,Other,Child,06/06/2014,ZZ9 9ZZ,100001,6,,02/03/2026,M,16/03/2026,,,,,,,"
LATE_YEAR = "C4,R4,D303402126002,,Other,Child,06/06/2014,ZZ9 9ZZ,100001,37,,02/03/2026,M,16/03/2026,,,,,,,"
CHANGED = samples.REVIEW.replace("16/03/2026", "17/03/2026")


def reports() -> dict[str, str]:
    """{name without the hash: text} of the reports where suppliers fetch them."""
    folder = Path(settings().deliveries_url) / "reports"
    return {path.name[:-13]: path.read_text() for path in sorted(folder.rglob("*.txt"))}


def test_a_report_names_rules_and_rows_and_no_value(clean_warehouse):
    put(LOG, samples.reviews(samples.REVIEW, TWICE, LATE_YEAR, samples.OTHER_REVIEW))
    landing.land("2026-09", silent)
    (text,) = reports().values()
    assert text.splitlines()[0] == f"Report on {LOG}, delivered for 2026-09"
    assert "ACCEPTED" in text
    assert "4 rows read, 2 used, 2 set aside" in text
    assert "  - a review cycle stands in the log once: 2 rows set aside\n    rows 1, 2" in text
    assert "  - a year group lies between nursery and year 20: 1 row used all the same\n    rows 3" in text
    told = text.partition("ACCEPTED")[2]
    assert [value for value in (*samples.CANARY, "C3", "R1", "100001") if value in told] == []


def test_a_refused_delivery_says_why_and_what_to_do(clean_warehouse):
    put("sen2/2026-09/return.xml", samples.sen2(lea="886"))
    put(LOG, b"")
    landing.land("2026-09", silent)
    found = reports()
    assert set(found) == {"return.xml", "annual_reviews.csv"}
    assert "REFUSED: sen2/2026-09/return.xml: Header: this is a file of another authority" in found["return.xml"]
    assert "the last good one stays in use" in found["return.xml"]
    assert "the file is empty (0 bytes)" in found["annual_reviews.csv"]


def test_what_a_resupply_changes_is_counted(clean_warehouse):
    put(LOG, samples.reviews(samples.REVIEW, samples.OTHER_REVIEW))
    landing.land("2026-09", silent)
    put(LOG, samples.reviews(samples.OTHER_REVIEW, CHANGED, LATE_YEAR))
    landing.land("2026-09", silent)
    with clean_warehouse.engine().connect() as connection:
        query = sa.text("select rows_added, rows_removed from ops.load order by delivery_id")
        assert [tuple(row) for row in connection.execute(query)] == [(None, None), (2, 1)]
    last = next(text for text in reports().values() if "Against" in text)
    assert "Against what was sent before for this month: 2 rows new or changed, 1 gone or changed" in last


def test_a_row_put_in_before_the_others_is_one_change(clean_warehouse):
    request = samples.REQUEST.format(review="")
    put("sen2/2026-09/return.xml", samples.sen2(request))
    landing.land("2026-09", silent)
    put("sen2/2026-09/return.xml", samples.sen2(request.replace("ASD", "SLCN") + request))
    landing.land("2026-09", silent)
    with clean_warehouse.engine().connect() as connection:
        query = sa.text(
            "select rows_added, rows_removed from ops.load where source = 'sen2__sen_need' order by delivery_id"
        )
        assert [tuple(row) for row in connection.execute(query)] == [(None, None), (1, 0)]


def test_a_column_beyond_the_contract_is_named(clean_warehouse):
    put(LOG, samples.reviews(samples.REVIEW + ",late", header=samples.REVIEW_COLUMNS + ",mood"))
    landing.land("2026-09", silent)
    (text,) = reports().values()
    assert 'column "mood" is not in the contract casework__annual_review and not used' in text
    assert "late" not in text


def test_a_report_is_written_once_and_again_when_the_delivery_is_judged_again(clean_warehouse):
    put("sen2/2026-09/return.xml", samples.sen2(lea="886"))
    landing.land("2026-09", silent)
    assert landing.write_reports(silent) == 0
    with clean_warehouse.engine().connect() as connection:
        delivery = connection.execute(sa.text("select delivery_id from ops.delivery")).scalar_one()
    landing.reopen(delivery)
    landing.load_new(silent)
    assert landing.write_reports(silent) == 1


def test_a_place_that_takes_no_report_stops_nothing(clean_warehouse, monkeypatch):
    put(LOG, samples.reviews(samples.REVIEW))
    (Path(settings().deliveries_url) / "reports").write_text("in the way")
    said = []
    assert landing.land("2026-09", said.append).accepted == 1
    assert any(line.startswith("failed: casework/{month}/annual_reviews.csv: ") for line in said)


def test_a_file_is_checked_before_it_is_sent_and_nothing_stays(warehouse, tmp_path):
    file = tmp_path / "annual_reviews.csv"
    file.write_bytes(samples.reviews(samples.REVIEW, TWICE, LATE_YEAR, samples.OTHER_REVIEW))
    before = dict(os.environ)
    is_good, text = check.run([file], "2026-09", None)
    assert is_good
    assert "a review cycle stands in the log once: 2 rows set aside" in text
    assert dict(os.environ) == before
    file.write_bytes(samples.reviews(samples.REVIEW).replace(b"upn", b"number"))
    is_good, text = check.run([file], "2026-09", None)
    assert not is_good
    assert 'REFUSED: casework/2026-09/annual_reviews.csv: column "upn" is missing' in text


def test_a_file_that_comes_by_a_connection_is_checked_too(warehouse, tmp_path):
    file = tmp_path / "register.csv"
    file.write_text("nhs_number\n9434765919\n")
    is_good, text = check.run([file], "2026-09", None)
    assert not is_good
    assert "REFUSED: ld_register/2026-09/register.csv" in text


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("letter.docx", None, "none of the sources"),
        ("letter.docx", "casework__letter", "there is no source casework__letter"),
    ],
)
def test_a_file_that_is_not_known_by_name_is_asked_after(tmp_path, name, source, message):
    with pytest.raises(check.CheckError, match=message):
        check.run([tmp_path / name], "2026-09", source)
