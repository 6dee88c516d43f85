"""DfE's API over real HTTP: paging, a busy server, errors, ids that change, and the same tables as the files give."""

import csv
import io
import socket
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from demo_borough import statistics_server
from demo_borough.statistics_server import DataSet, Statistics, Version
from demo_borough.writers import dfe
from send_data import contracts, ees_api, landing
from send_data.readers import OpenFile, read

OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
HURRIED = ees_api.Patience(attempts=3, first_seconds=0, longest_seconds=0)
HEADER = "time_period,geographic_level,region_name,new_la_code,old_la_code,la_name,breakdown_topic,breakdown,ehcplans"
LINES = (
    "202425,National,,,,,All EHC plans,All EHC plans,638745",
    "202425,Regional,London,,,,All EHC plans,All EHC plans,99116",
    "202425,Regional,South East,,,,All EHC plans,All EHC plans,1",
    "202425,Local authority,London,E09000004,303,Bexley,All EHC plans,All EHC plans,3267",
    "202425,Local authority,London,E09000004,303,Bexley,Sex,Female,x",
    "202425,Local authority,South East,E10000016,886,Kent,All EHC plans,All EHC plans,low",
    "202425,Local authority,London,E09000006,305,Bromley,All EHC plans,All EHC plans,4000",
)
CASELOAD = Version("1.0", "2025-06-26T08:30:00Z", "Reporting year 2025", HEADER, LINES)


def caseload(*versions: Version) -> Statistics:
    """A server that publishes one data set."""
    return Statistics([DataSet("ehcp", "EHC plans at January", versions or (CASELOAD,))])


def fetched(statistics, before=OCTOBER, patience=HURRIED, la_code="303"):
    """What comes of a fetch, and what was said of it."""
    said = []
    with statistics_server.serving(statistics) as url:
        return ees_api.fetch(url, la_code, before, said.append, patience), said


def lines_of(content: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_our_lines_are_asked_for_those_of_neighbours_the_region_and_england_and_no_others():
    release, _ = fetched(caseload())
    assert list(release.files) == ["ees_ehcp2025_caseload.csv"]
    assert release.published_at == datetime(2025, 6, 26, 8, 30, tzinfo=UTC)
    held = lines_of(release.files["ees_ehcp2025_caseload.csv"])
    assert {(line["geographic_level"], line["region_name"], line["old_la_code"]) for line in held} == {
        ("National", "", ""), ("Regional", "London", ""), ("Local authority", "London", "303"),
        ("Local authority", "South East", "886"),
    }  # fmt: skip
    assert {line["time_period"] for line in held} == {"202425"}


def test_an_authority_whose_code_was_changed_keeps_its_earlier_years():
    earlier = "202324,Local authority,South East,E10000099,886,Kent (before),All EHC plans,All EHC plans,5"
    release, _ = fetched(caseload(replace(CASELOAD, lines=(*LINES, earlier))))
    held = lines_of(release.files["ees_ehcp2025_caseload.csv"])
    assert {(line["time_period"], line["new_la_code"]) for line in held if line["old_la_code"] == "886"} == {
        ("202324", "E10000099"), ("202425", "E10000016"),
    }  # fmt: skip


def test_symbols_are_kept_as_they_came():
    release, _ = fetched(caseload())
    held = lines_of(release.files["ees_ehcp2025_caseload.csv"])
    assert Counter(line["ehcplans"] for line in held) == Counter(["638745", "99116", "3267", "x", "low"])


def test_all_pages_come_and_no_line_twice(monkeypatch):
    monkeypatch.setattr(ees_api, "ROWS_OF_A_PAGE", 2)
    monkeypatch.setattr(ees_api, "ENTRIES_OF_A_PAGE", 1)
    statistics = caseload()
    paged, _ = fetched(statistics)
    monkeypatch.undo()
    assert paged == fetched(caseload())[0]
    asked = [(body["pageSize"], body["page"]) for method, _, body in statistics.asked if method == "POST"]
    assert asked == [(2, 1), (2, 2), (2, 1)]


def test_a_page_is_never_larger_than_the_api_gives():
    """The server refuses a larger one."""
    assert ees_api.ROWS_OF_A_PAGE == statistics_server.ROWS_OF_A_PAGE == 10_000
    ids = statistics_server._uuid("ehcp", "EHC plans at January")
    told = r"answered 400: There are validation errors with the request\. \(pageSize: Must be between 1 and 10000\.\)$"
    with (
        statistics_server.serving(caseload()) as url,
        ees_api._Api(url, HURRIED) as api,
        pytest.raises(ees_api.EesError, match=told),
    ):
        api.query(f"/data-sets/{ids}/query", "1.0", {"pageSize": 10_001})


@pytest.mark.parametrize("status", [429, 504])
def test_a_busy_server_is_asked_again(status):
    statistics = caseload()
    statistics.busy = [(status, {}, {})] * 2
    assert fetched(statistics)[0] == fetched(caseload())[0]
    assert len({asked[1] for asked in statistics.asked[:3]}) == 1


def test_it_is_given_the_time_that_it_asks_for_and_else_twice_as_long_each_time():
    waited, statistics = [], caseload()
    patience = ees_api.Patience(attempts=6, first_seconds=2, longest_seconds=30, sleep=waited.append)
    statistics.busy = [
        (429, {"Retry-After": "7"}, {}),
        (504, {}, {}),
        (429, {"Retry-After": "3600"}, {}),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, {}),
        (504, {}, {}),
    ]
    assert fetched(statistics, patience=patience)[0]
    assert waited == [7, 4, 30, 16, 30]


def test_in_the_end_it_is_said_that_the_server_is_too_busy():
    statistics = caseload()
    statistics.busy = [(429, {}, {})] * 9
    with pytest.raises(ees_api.EesError, match=r"^127\.0\.0\.1 answered 429, 3 times$"):
        fetched(statistics)
    assert len(statistics.asked) == 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            (404, {}, {"title": "Not Found", "type": "x", "status": 404}),
            r"^127\.0\.0\.1 answered 404: Not Found$",
        ),
        ((500, {}, {}), r"^127\.0\.0\.1 answered 500: Internal Server Error$"),
        ((200, {}, []), r"^127\.0\.0\.1 answered /publications with something else than the API's JSON$"),
        ((200, {}, {"results": []}), r"^127\.0\.0\.1 answered in another form than the API's \(KeyError\)$"),
    ],
)
def test_any_other_error_is_told_at_once(answer, told):
    statistics = caseload()
    statistics.busy = [answer]
    with pytest.raises(ees_api.EesError, match=told):
        fetched(statistics)
    assert len(statistics.asked) == 1


def test_no_secret_of_the_address_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ees_api.EesError) as caught:
        ees_api.fetch(f"http://name:secret@127.0.0.1:{port}/v1", "303", OCTOBER, print, HURRIED)
    assert str(caught.value) == "127.0.0.1 cannot be reached (ConnectError), 3 times"


def test_no_secret_of_the_address_is_logged(caplog):
    caplog.set_level("DEBUG")
    with statistics_server.serving(caseload()) as url:
        told = url.replace("http://", "http://name:secret@")
        assert ees_api.fetch(told, "303", OCTOBER, print, HURRIED)
    assert "secret" not in caplog.text


def test_ids_that_change_with_a_major_version_change_nothing_that_is_kept():
    again = replace(CASELOAD, number="2.0")
    ids = [statistics_server._Table(version).meta["indicators"][0]["id"] for version in (CASELOAD, again)]
    assert ids[0] != ids[1]
    assert fetched(caseload(again))[0] == fetched(caseload())[0]


def test_a_month_gets_what_was_published_by_its_end_whenever_it_is_asked():
    later = replace(
        CASELOAD, number="2.0", published="2026-06-25T08:30:00Z", release="Reporting year 2026",
        lines=tuple(line.replace("3267", "3400") for line in LINES),
    )  # fmt: skip
    withdrawn = replace(later, number="3.0", published="2026-07-01T08:30:00Z", status="Withdrawn")
    statistics = caseload(CASELOAD, later, withdrawn)
    assert list(fetched(statistics)[0].files) == ["ees_ehcp2026_caseload.csv"]
    may = fetched(statistics, before=datetime(2026, 6, 1, tzinfo=UTC))[0]
    assert may == fetched(caseload())[0]
    assert fetched(statistics, before=datetime(2025, 6, 1, tzinfo=UTC))[0] is None


def test_an_academic_year_is_named_for_its_end_and_a_release_without_a_name_for_the_year_it_came():
    for release, year in (("Academic year 2024/25", 2025), ("Academic year 2024/2025", 2025), ("", 2025)):
        found, _ = fetched(caseload(replace(CASELOAD, release=release)))
        assert list(found.files) == [f"ees_ehcp{year}_caseload.csv"]


def test_what_is_not_found_and_what_nobody_knows_is_said():
    statistics = caseload()
    renamed = replace(CASELOAD, header=HEADER.replace("ehcplans", "plans_in_force"))
    statistics.data_sets.append(DataSet("ehcp", "Plans in force", (renamed,)))
    _, said = fetched(statistics)
    assert (
        "not found in Education, health and care plans: annual_reviews, assessments, ceased_plans, newplans,"
        " phase_transfers, requests, sen_needs_all_plans, timeliness_20_week; its data sets that are none of ours:"
        " Plans in force" in said
    )
    assert "EHC plans at January: no figures of the authorities 311, 351, 822, 826, 839, 866, 881, 883, 887" in said


def test_two_data_sets_of_the_same_columns_are_told_apart_by_their_periods():
    header = HEADER.replace("ehcplans", "number_asd")
    in_january = replace(CASELOAD, header=header)
    of_the_year = replace(in_january, lines=tuple(line.replace("202425", "2024") for line in LINES))
    titles = {"Needs of all plans": in_january, "Needs of new plans": of_the_year}
    release, said = fetched(Statistics([DataSet("ehcp", title, (version,)) for title, version in titles.items()]))
    assert list(release.files) == ["ees_ehcp2025_sen_needs_all_plans.csv"]
    (line, *_) = lines_of(release.files["ees_ehcp2025_sen_needs_all_plans.csv"])
    assert line["time_period"] == "202425"
    assert any(told.endswith("none of ours: Needs of new plans") for told in said)


def test_two_data_sets_that_look_alike_are_not_guessed_at():
    statistics = caseload()
    statistics.data_sets.append(DataSet("ehcp", "EHC plans, again", (CASELOAD,)))
    with pytest.raises(ees_api.EesError, match="two data sets of Education, health and care plans look like caseload"):
        fetched(statistics)


def test_a_total_that_cannot_be_told_is_said():
    lines = tuple(line.replace("All EHC plans,All EHC plans", "Plans,Every plan") for line in LINES)
    _, said = fetched(caseload(replace(CASELOAD, lines=lines)))
    assert "EHC plans at January: no option of its filters is known to be the total" in said


def test_warnings_of_the_api_are_passed_on():
    statistics = caseload()
    with statistics_server.serving(statistics) as url, ees_api._Api(url, HURRIED) as api:
        entry = next(api.entries("/publications", search="health and care"))
        (data_set,) = api.entries(f"/publications/{entry['id']}/data-sets")
        (row,) = [each for each in ees_api.seeds.rows("reference", "dfe_data_set") if each["dataset"] == "caseload"]
        version, said = ees_api._version(api, data_set, [row], OCTOBER), []
        unknown = {"locations": {"in": [{"level": "LA", "id": "nobody"}]}}
        assert list(ees_api._results(api, version, unknown, said.append)) == []
    assert said == ["EHC plans at January: warning of the API: One or more locations could not be found."]


def raw_rows(name, content):
    contract = contracts.source_contracts()["dfe__ehc_plan_statistic"]
    rows = read([OpenFile(name, io.BytesIO(content))], [contract], "303")
    # Only files say how a filter's options are grouped, and they leave out codes that the API gives.
    kept = [name for name in contract.column_names if name not in ("breakdown_topic", "new_la_code")]
    return Counter(tuple(dict(zip(contract.column_names, row, strict=True))[name] for name in kept) for _, row in rows)


def test_the_api_gives_the_same_rows_as_the_files():
    release, _ = fetched(statistics_server.cited())
    files = {path.removeprefix("dfe/"): content for path, content in dfe.files()}
    assert set(release.files) <= set(files)
    assert len(release.files) == 11
    for name, content in release.files.items():
        in_file = raw_rows(name, files[name])
        # The API has no second column of one name.
        assert raw_rows(name, content) == Counter(row for row in in_file.elements() if "_2" not in (row[-2] or "")[-2:])


def ledger(warehouse):
    query = sa.text("select to_char(month, 'YYYY-MM'), file_name, status, received_at from ops.delivery order by 1, 4")
    with warehouse.engine().connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_a_release_lands_once_and_is_known_from_when_it_was_published(clean_warehouse, monkeypatch):
    said = []
    later = replace(
        CASELOAD, number="2.0", published="2026-10-15T08:30:00Z", release="Reporting year 2026", lines=LINES[:4]
    )
    with statistics_server.serving(caseload(CASELOAD, later)) as url:
        monkeypatch.setenv("SEND_EES_URL", url)
        assert landing.land("2026-09", said.append).accepted == 1
        assert landing.fetch("2026-09", said.append) == 0
        assert landing.fetch("2026-10", said.append) == 1
    published = datetime(2025, 6, 26, 8, 30, tzinfo=UTC), datetime(2026, 10, 15, 8, 30, tzinfo=UTC)
    assert ledger(clean_warehouse) == [
        ("2026-09", "dfe/ees_ehcp2025_caseload.csv", "accepted", published[0]),
        ("2026-10", "dfe/ees_ehcp2026_caseload.csv", "landed", published[1]),
    ]


def test_files_that_somebody_put_there_win_and_no_address_means_no_fetch(clean_warehouse, monkeypatch, tmp_path):
    said = []
    monkeypatch.delenv("SEND_EES_URL", raising=False)
    assert landing.fetch("2026-09", said.append) == 0
    assert [line for line in said if "dfe" in line] == [
        "left out: dfe/*.csv: connection ees is not set up (SEND_EES_URL, or in Airflow); ask performance analyst"
    ]
    statistics = caseload()
    (tmp_path / "national").mkdir()
    (tmp_path / "national" / "ees_ehcp2025_caseload.csv").write_text("\n".join((HEADER, *LINES, "")))
    with statistics_server.serving(statistics) as url:
        monkeypatch.setenv("SEND_EES_URL", url)
        monkeypatch.setenv("SEND_NATIONAL_DIR", str(tmp_path / "national"))
        assert landing.fetch("2026-09", print) == 1
    assert statistics.asked == []


def test_a_server_that_fails_is_named_with_the_owner_and_stops_nothing_else(clean_warehouse, monkeypatch):
    statistics = caseload()
    statistics.busy = [(403, {}, {"title": "Forbidden"})]
    with statistics_server.serving(statistics) as url:
        monkeypatch.setenv("SEND_EES_URL", url)
        with pytest.raises(
            landing.LandingError, match=r"connection ees: 127\.0\.0\.1 answered 403: Forbidden; ask perf"
        ):
            landing.fetch("2026-09", print)
    assert ledger(clean_warehouse) == []
