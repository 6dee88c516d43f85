"""Landing: bytes are kept, the same file twice is nothing new, and nothing that came is lost."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from demo_borough.writers import sen2_forms as forms
from send_data import contracts, landing
from send_data.settings import settings
from tests.unit import sample_files as samples

REVIEWS = "casework/{month}/annual_reviews.csv"
CENSUS = "census/{month}/*.csv"


def put(path: str, content: bytes, received=datetime(2026, 10, 5, 6, 1, tzinfo=UTC)) -> Path:
    """Write a file into the deliveries folder, with the time it came."""
    target = Path(settings().deliveries_url) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    os.utime(target, (received.timestamp(), received.timestamp()))
    return target


def ledger(warehouse, columns="feed, month, status, reason", where="true"):
    with warehouse.engine().connect() as connection:
        query = f"select {columns} from ops.delivery where {where} order by delivery_id"
        return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.fixture(autouse=True)
def one_folder(monkeypatch, tmp_path):
    """What comes by a connection lies in the deliveries folder here; test_connections has the servers."""
    for name in ("HEALTH_SFTP", "SCHOOLS_SFTP"):
        monkeypatch.setenv(f"SEND_{name}_URL", str(tmp_path / "deliveries"))


def silent(text):
    pass


def test_a_month_is_fetched_loaded_and_checked(clean_warehouse):
    content = samples.reviews(samples.REVIEW, samples.OTHER_REVIEW)
    put("casework/2026-09/annual_reviews.csv", content)
    put("sen2/2026-09/return.xml", samples.sen2(samples.REQUEST.format(review=samples.REVIEW_2026)))
    put("cin/2026-09/cin.xml", samples.CIN)
    summary = landing.land("2026-09", silent)
    assert (summary.fetched, summary.loaded, summary.accepted, summary.refused) == (3, 3, 3, 0)
    assert REVIEWS not in summary.late
    assert "gias/{month}/edubaseall.csv" in summary.late
    columns = "received_at, landed_path, sha256, bytes, to_char(month, 'YYYY-MM-DD'), file_name"
    ((received, path, sha256, size, month, name),) = ledger(clean_warehouse, columns, f"feed = '{REVIEWS}'")
    assert received == datetime(2026, 10, 5, 6, 1, tzinfo=UTC)
    assert (month, name, size) == ("2026-09-01", "casework/2026-09/annual_reviews.csv", len(content))
    assert path == f"{sha256[:2]}/{sha256}"
    assert (Path(settings().landing_url) / path).read_bytes() == content


def test_the_same_file_twice_is_nothing_new(clean_warehouse):
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    assert landing.fetch("2026-09", silent) == 1
    assert landing.fetch("2026-09", silent) == 0
    put("casework/2026-10/annual_reviews.csv", samples.reviews(samples.REVIEW))
    assert landing.fetch("2026-10", silent) == 1
    assert landing.load_new(silent) == 2
    assert landing.load_new(silent) == 0
    assert landing.check_new(silent) == 2
    assert landing.check_new(silent) == 0
    kept = [path for path in Path(settings().landing_url).rglob("*") if path.is_file()]
    assert len(kept) == 1


def put_census(month: str, year: int, term: str, *left_out: str):
    """Write the files of a term's census, but those left out."""
    for table, content in samples.census(year, term).items():
        if table not in left_out:
            put(f"census/{month}/{year}_{term.lower()}_{table}.csv", content)


def test_a_termly_feed_is_fetched_for_the_months_before_too_but_not_for_those_after(clean_warehouse):
    """A census of May that waited in the folder is found in September; that of October has not been asked for."""
    for month, term in (("2026-01", "SPR"), ("2026-05", "SUM"), ("2026-10", "AUT")):
        put_census(month, 2026, term)
    put("casework/2026-08/annual_reviews.csv", samples.reviews(samples.REVIEW))
    assert landing.fetch("2026-09", silent) == 2
    assert ledger(clean_warehouse, "feed, to_char(month, 'YYYY-MM'), file_name") == [
        (CENSUS, "2026-01", "census/2026-01/2026_spr_* (8 files)"),
        (CENSUS, "2026-05", "census/2026-05/2026_sum_* (7 files)"),
    ]
    assert landing.fetch("2026-09", silent) == 0
    assert landing.fetch("2026-10", silent) == 1


def test_a_termly_feed_is_late_in_its_months_alone(clean_warehouse):
    def late(month):
        return CENSUS in [feed for feed, _ in landing.late_feeds(month)]

    assert [month for month in range(1, 13) if late(f"2026-{month:02d}")] == [1, 5, 10]
    put_census("2026-10", 2026, "AUT")
    assert CENSUS not in landing.land("2026-10", silent).late
    assert not late("2026-10")
    assert late("2026-05")


def test_a_census_whose_part_is_missing_is_refused_whole_and_comes_again_with_it(clean_warehouse):
    put_census("2026-01", 2026, "SPR", "senneeds")
    summary = landing.land("2026-01", silent)
    assert (summary.accepted, CENSUS in summary.late) == (0, True)
    ((status, reason),) = ledger(clean_warehouse, "status, reason")
    assert status == "refused"
    assert "of the tables of the spring census of 2026 these are missing: senneeds; ask school census manager" in reason
    put_census("2026-01", 2026, "SPR")
    assert landing.land("2026-01", silent).accepted == 1


def test_without_a_month_every_month_that_lies_there_is_fetched(clean_warehouse):
    for month in ("2026-09", "2026-10"):
        put(f"casework/{month}/annual_reviews.csv", samples.reviews(samples.REVIEW))
    assert landing.fetch(None, silent) == 2
    assert landing.sources(None)[0][2] == "2026-10"


def test_a_later_correction_is_a_delivery_of_its_own(clean_warehouse):
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    landing.fetch("2026-09", silent)
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW, samples.OTHER_REVIEW))
    assert landing.fetch("2026-09", silent) == 1
    assert len(ledger(clean_warehouse)) == 2


def statistics(value):
    return f"time_period,geographic_level,plans\n2025,National,{value}\n".encode()


def test_published_files_are_one_delivery_known_from_the_day_after_the_month(clean_warehouse):
    put("dfe/ees_ehcp2025_caseload.csv", statistics(7))
    put("dfe/ees_ehcp2025_requests.csv", statistics(8))
    assert landing.land("2026-09", silent).accepted == 1
    assert landing.fetch("2026-10", silent) == 0
    found = ledger(clean_warehouse, "file_name, received_at, month, bytes")
    assert found[0][:2] == ("dfe/*.csv (2 files)", datetime(2026, 10, 1, tzinfo=UTC))
    with clean_warehouse.engine().connect() as connection:
        query = sa.text("select row_number, dataset, value from raw.dfe__ehc_plan_statistic order by 1")
        assert [tuple(row) for row in connection.execute(query)] == [(1, "caseload", "7"), (2, "requests", "8")]
    put("dfe/ees_ehcp2025_requests.csv", statistics(9))
    assert landing.fetch("2026-10", silent) == 1


def exported_return(month: str) -> dict[str, bytes]:
    """The nine files of an export of one child's return."""
    content = samples.sen2(samples.REQUEST.format(review=samples.REVIEW_2026)).replace(b"2026-09", month.encode())
    return dict(forms.export(forms.from_xml(content), date(2026, 10, 5)))


def test_the_files_of_an_export_are_one_delivery_and_an_xml_beside_them_another(clean_warehouse):
    for name, content in exported_return("2026-09").items():
        put(f"sen2/2026-09/{name}", content)
    put("sen2/2026-09/return.xml", samples.sen2(samples.REQUEST.format(review=samples.REVIEW_2026)))
    summary = landing.land("2026-09", silent)
    assert (summary.fetched, summary.accepted) == (2, 2)
    assert ledger(clean_warehouse, "file_name") == [
        ("sen2/2026-09/Blade-Export_05-10-2026_* (9 files)",),
        ("sen2/2026-09/return.xml",),
    ]
    # Nothing in the tables tells which form a row came in.
    with clean_warehouse.engine().connect() as connection:
        for contract in landing.contracting.by_feed(landing.contracting.source_contracts())["sen2/{month}/*.[cx]*"]:
            columns = ", ".join(contract.column_names)
            query = f"select {columns}, row_number from raw.{contract.source} where delivery_id = :id"
            export, xml = (connection.execute(sa.text(query), {"id": delivery}).all() for delivery in (1, 2))
            assert export == xml
            assert len(export) == 1


def test_an_export_with_a_part_missing_is_refused_by_its_name_and_accepted_when_it_is_whole(clean_warehouse):
    files = exported_return("2026-09")
    late = "Blade-Export_05-10-2026_placementdetail.csv"
    for name, content in files.items():
        if name != late:
            put(f"sen2/2026-09/{name}", content)
    assert landing.land("2026-09", silent).accepted == 0
    ((status, reason),) = ledger(clean_warehouse, "status, reason")
    assert status == "refused"
    assert reason.startswith("sen2/2026-09/Blade-Export_05-10-2026_activeplans.csv and 7 files with it: ")
    assert "are missing: placementdetail; ask SEN data officer" in reason
    put(f"sen2/2026-09/{late}", files[late])
    assert landing.land("2026-09", silent).accepted == 1


def test_a_submission_is_one_delivery_and_says_which_file_it_lacks(clean_warehouse):
    feed = "csds/{month}/CYP*.csv"
    files = samples.tables(contracts.by_feed(contracts.source_contracts())[feed], samples.SUBMISSION)
    last = files.pop("CYP401.csv")
    for name, content in files.items():
        put(f"csds/2026-09/{name}", content)
    assert landing.land("2026-09", silent).accepted == 0
    put("csds/2026-09/CYP401.csv", last)
    assert landing.land("2026-09", silent).accepted == 1
    (_, first), (name, second) = ledger(clean_warehouse, "file_name, reason")
    lacks, whom = first.split("; ")
    assert lacks == "csds/2026-09: CYP401.csv missing from the set of files"
    assert whom == "ask community health data lead (Oxleas)"
    assert (name, second) == ("csds/2026-09/CYP*.csv (8 files)", None)


def test_published_files_may_lie_in_a_folder_of_their_own(clean_warehouse, tmp_path, monkeypatch):
    (tmp_path / "national").mkdir()
    (tmp_path / "national" / "ees_ehcp2025_caseload.csv").write_bytes(statistics(7))
    monkeypatch.setenv("SEND_NATIONAL_DIR", str(tmp_path / "national"))
    assert landing.land("2026-09", silent).accepted == 1


def test_a_refused_delivery_can_be_opened_again_from_its_kept_bytes(clean_warehouse):
    target = put("sen2/2026-09/return.xml", samples.sen2(lea="886"))
    landing.land("2026-09", silent)
    ((delivery_id, status),) = ledger(clean_warehouse, "delivery_id, status")
    assert status == "refused"
    target.unlink()
    landing.reopen(delivery_id)
    assert ledger(clean_warehouse, "status, reason") == [("landed", None)]


def test_sources_say_what_came_and_what_is_late(clean_warehouse):
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    landing.land("2026-09", silent)
    states = {row[0]: row[1:] for row in landing.sources("2026-09")}
    assert states["casework__annual_review"][3:] == ("accepted", 1, 1, 0, 0)
    assert states["gias__establishment"][3] == "late"
    assert states["dfe__ehc_plan_statistic"][3] == ""
    assert set(states) == set(contracts.source_contracts())


def test_what_fails_in_the_pipeline_itself_stops_neither_the_others_nor_goes_unsaid(clean_warehouse, monkeypatch):
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    put("cin/2026-09/cin.xml", samples.CIN)
    landing.fetch("2026-09", silent)
    original = landing.read

    def broken(files, contracts, *rest):
        if contracts[0].system == "casework":
            raise RuntimeError("Canary")
        return original(files, contracts, *rest)

    monkeypatch.setattr(landing, "read", broken)
    with pytest.raises(landing.LandingError) as error:
        landing.load_new(silent)
    assert str(error.value) == f"{REVIEWS}: RuntimeError"
    assert landing.check_new(silent) == 1
    monkeypatch.undo()


def test_a_database_error_shows_no_row(clean_warehouse):
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW))
    landing.fetch("2026-09", silent)
    with clean_warehouse.engine().begin() as connection:
        connection.execute(sa.text("alter table raw.casework__annual_review alter forename type integer using null"))
    told = []
    with pytest.raises(landing.LandingError) as error:
        landing.load_new(told.append)
    assert "PostgreSQL error 22P02" in str(error.value)
    assert not any(value in str(error.value) + "".join(told) for value in samples.CANARY)
    assert ledger(clean_warehouse, "status") == [("landed",)]


def test_what_copy_would_misread_arrives_as_it_was_sent(clean_warehouse):
    odd = '"back\\slash\ttab\nline\r ""quoted"" \\. \\N"'
    put("casework/2026-09/annual_reviews.csv", samples.reviews(samples.REVIEW[:-1] + "," + odd, samples.OTHER_REVIEW))
    landing.fetch("2026-09", silent)
    assert landing.load_new(silent) == 1
    with clean_warehouse.engine().connect() as connection:
        query = "select late_reason from raw.casework__annual_review order by row_number"
        found = connection.execute(sa.text(query)).scalars().all()
    assert found == ['back\\slash\ttab\nline\r "quoted" \\. \\N', None]
