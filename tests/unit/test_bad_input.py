"""Bad input, end to end: refused or quarantined by name, the other feeds carry on, and no child's value shows."""

import logging
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from demo_borough.writers import sen2_forms as forms
from send_data import landing
from send_data.settings import settings
from tests.unit import sample_files as samples
from tests.unit import test_workbooks as workbooks
from tests.unit.test_landing import put

GOOD = samples.reviews(samples.REVIEW, samples.OTHER_REVIEW)
COST = ["N1", "E303200026001", "Cora", "Canary", None, "ZZ9 9ZZ", 100001, None, "School", None, None, 1, 1, 1]
RETURN = "sen2/2026-09/return.xml"
BOOK = "finance/2026-09/placement_costs.xlsx"
SEN, CASEWORK, FINANCE = "SEN data officer", "SEND casework manager", "SEND finance business partner"
LOG = "casework/2026-09/advice_requests.csv"
POSTS, WORKFORCE = "workforce/2026-09/workforce_return.xlsx", "Local area workforce lead"

SEN2 = forms.from_xml(samples.sen2(samples.REQUEST.format(review="")))
EXPORT = forms.export(SEN2, date(2026, 10, 5))
PERSON = "Blade-Export_05-10-2026_person.csv"

REFUSED = [
    ("truncated XML", RETURN, samples.sen2(samples.REQUEST.format(review=""))[:-300], "breaks off", SEN),
    ("malformed XML", RETURN, samples.sen2("<Requests>Canary</Request>"), "not well formed", SEN),
    ("document type", RETURN, samples.sen2(before="<!DOCTYPE m [<!ENTITY c 'Canary'>]>"), "document type", SEN),
    ("wrong authority", RETURN, samples.sen2(lea="886"), "another authority", SEN),
    ("wrong year's layout", RETURN, samples.sen2(samples.REQUEST.format(review=samples.REVIEW_2025)),
     "layout of 2026", SEN),
    ("one file of an export", "sen2/2026-09/Blade-Export_05-10-2026_person.csv", dict(EXPORT)[PERSON],
     "of the nine files of an export these are missing: sen2, requests", SEN),
    ("workbook of nobody", "sen2/2026-09/return.xlsx", forms.workbook(SEN2)[1], "so its name must say", SEN),
    ("template of another authority", "sen2/2026-09/template.xlsx",
     forms.template(forms.from_xml(samples.sen2(lea="886"))), "another authority", SEN),
    ("zero bytes", RETURN, b"", "the file is empty (0 bytes)", SEN),
    ("missing column", LOG, GOOD, 'columns "advice_id"', CASEWORK),
    ("not UTF-8", LOG, b"Canary\xff", "is not utf-8 text", CASEWORK),
    ("formula", BOOK, samples.workbook([[*COST[:8], "=A1", *COST[9:]]]), "holds a formula", FINANCE),
    ("merged header", BOOK, samples.workbook(merged="C1:D1"), "merged", FINANCE),
    ("no sheet of an agency", POSTS, workbooks.posts(ICB=None), 'sheet "ICB" is missing', WORKFORCE),
    ("no month of an agency", POSTS, workbooks.posts(ICB=[workbooks.POSTS, ["nothing to report"]]),
     "each of the four agencies has rows for the month of the return", WORKFORCE),
    ("no row of an agency", POSTS, workbooks.posts(Schools=[workbooks.POSTS, [], ["Source"]]),
     "each of the four agencies has rows for the month of the return", WORKFORCE),
    ("a blank row in the middle", "finance/2026-09/high_needs_budget.xlsx",
     workbooks.budget(workbooks.HEADER, workbooks.LINE, [], workbooks.OTHER), "row 4 looks like a row", FINANCE),
]  # fmt: skip


@pytest.fixture
def everything_told(clean_warehouse, caplog):
    """A list for reports; at the end it, the logs and the ledger are searched for the canary's values."""
    caplog.set_level(logging.DEBUG)
    told = []
    yield told
    with clean_warehouse.engine().connect() as connection:
        for table in ("delivery", "load", "check", "source"):
            told += [str(row) for row in connection.execute(sa.text(f"select * from ops.{table}"))]
    pages = Path(settings().data_docs_dir).rglob("*.html")
    everything = "\n".join(told) + caplog.text + "".join(page.read_text() for page in pages)
    assert [value for value in samples.CANARY if value in everything] == []


@pytest.mark.parametrize(
    ("path", "content", "says", "owner"), [bad[1:] for bad in REFUSED], ids=[bad[0] for bad in REFUSED]
)
def test_a_bad_file_is_refused_by_name_and_the_others_carry_on(
    clean_warehouse, everything_told, path, content, says, owner
):
    put(path, content)
    put("casework/2026-09/annual_reviews.csv", GOOD)
    summary = landing.land("2026-09", everything_told.append)
    assert summary.accepted == 1
    with clean_warehouse.engine().connect() as connection:
        query = "select file_name, reason, landed_path from ops.delivery where status = 'refused'"
        ((name, reason, landed),) = connection.execute(sa.text(query)).all()
    assert name == path
    assert path in reason
    assert says in reason
    assert f"ask {owner}" in reason
    assert f"refused: {reason}" in everything_told
    assert (Path(settings().landing_url) / landed).read_bytes() == content


def test_an_unknown_code_is_quarantined_with_its_rule_count_and_owner(clean_warehouse, everything_told):
    unknown = samples.REVIEW.replace(",M,", ",Q,")
    put("casework/2026-09/annual_reviews.csv", samples.reviews(unknown, samples.OTHER_REVIEW))
    assert landing.land("2026-09", everything_told.append).accepted == 1
    (message,) = [text for text in everything_told if "broke" in text]
    assert message == (
        "casework__annual_review delivery 2026-09 (casework/2026-09/annual_reviews.csv) broke 1 of 28 expectations;"
        " ask SEND casework manager\n  - decision must be a code of the list review_decision (1 row quarantined)"
    )
    with clean_warehouse.engine().connect() as connection:
        query = "select rows_read, rows_loaded, rows_quarantined from ops.load"
        assert tuple(connection.execute(sa.text(query)).one()) == (2, 1, 1)
        query = "select forename, reasons from quarantine.casework__annual_review"
        assert tuple(connection.execute(sa.text(query)).one()) == (
            "Cora", ["decision must be a code of the list review_decision"]
        )  # fmt: skip


def test_the_last_good_delivery_stays_when_the_next_is_refused(clean_warehouse, everything_told):
    put("casework/2026-09/annual_reviews.csv", GOOD)
    landing.land("2026-09", everything_told.append)
    put("casework/2026-10/annual_reviews.csv", samples.reviews())
    summary = landing.land("2026-10", everything_told.append)
    assert summary.refused == 1
    assert "casework/{month}/annual_reviews.csv" in summary.late
    with clean_warehouse.engine().connect() as connection:
        query = "select to_char(month, 'YYYY-MM') from ops.delivery where status = 'accepted'"
        assert connection.execute(sa.text(query)).scalars().all() == ["2026-09"]
        assert connection.execute(sa.text("select count(*) from raw.casework__annual_review")).scalar() == 2


def test_a_duplicate_delivery_is_nothing_new(clean_warehouse, everything_told):
    put("casework/2026-09/annual_reviews.csv", GOOD)
    landing.land("2026-09", everything_told.append)
    again = landing.land("2026-09", everything_told.append)
    assert (again.fetched, again.loaded, again.accepted, again.refused) == (0, 0, 0, 0)


def test_last_months_return_sent_again_is_refused(clean_warehouse, everything_told):
    put("sen2/2026-09/return.xml", samples.sen2(samples.REQUEST.format(review="")))
    put("sen2/2026-10/return.xml", samples.sen2(samples.REQUEST.format(review="")))
    assert landing.land("2026-09", everything_told.append).accepted == 1
    assert landing.land("2026-10", everything_told.append).refused == 1
    with clean_warehouse.engine().connect() as connection:
        reason = connection.execute(sa.text("select reason from ops.delivery where status = 'refused'")).scalar_one()
    assert "the reference date lies in the month that the return is delivered for; ask SEN data officer" in reason
