"""DfE's Explore education statistics API: what is published for an authority, as files in the published layout.

Data sets are found by their publication and their columns, options by their codes and labels: ids change with a major
version, and do not come into what is kept. The same answers are the same bytes. What is asked for is every line of our
authority, its statistical neighbours, its region and England, and every indicator, mapped or not.
https://api.education.gov.uk/statistics/docs
"""

import csv
import io
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import tenacity

from send_data import seeds

# The most that the API gives on a page of a query, and on a page of a list.
ROWS_OF_A_PAGE = 10_000
ENTRIES_OF_A_PAGE = 20
BUSY = (429, 504)
SECONDS_TO_ANSWER = 60
PLACES = (
    "time_period",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
)
# A filter whose options the published files group in a column of its own, which the API may leave out.
TOPICS = {"breakdown": "breakdown_topic", "characteristic": "characteristic_grouping"}
Report = Callable[[str], None]

# It would write down every address, with whatever secret stands in it.
logging.getLogger("httpx").setLevel(logging.WARNING)


class EesError(RuntimeError):
    """The API did not give what was asked of it; the message says what it answered, and names the server alone."""


@dataclass(frozen=True)
class Patience:
    """How often a busy server is asked, and how long to wait in between: what it says itself, else twice as long each
    time, and never longer than `longest_seconds`."""

    attempts: int = 6
    first_seconds: float = 2
    longest_seconds: float = 120
    sleep: Callable[[float], None] = time.sleep


UNHURRIED = Patience()


@dataclass(frozen=True)
class Release:
    """What was fetched: {name of file: bytes}, and when the newest version among it was published."""

    files: dict[str, bytes]
    published_at: datetime


@dataclass(frozen=True)
class _Version:
    """One version of a data set of ours, with what is needed to ask for it and to read the answer."""

    data_set_id: str
    title: str
    row: Mapping[str, str]
    number: str
    published_at: datetime
    release_year: int
    meta: Mapping

    @property
    def file_name(self):
        return f"ees_{self.row['short_name']}{self.release_year}_{self.row['dataset']}.csv"


def fetch(
    base_url: str, la_code: str, before: datetime, report: Report, patience: Patience = UNHURRIED
) -> Release | None:
    """Every data set of ours as it stood published before a moment; None when none was published by then.

    `base_url` ends in the API's version (https://api.education.gov.uk/statistics/v1). `report` is told of data sets
    of ours that were not found, of those that nobody has mapped, and of the API's own warnings. Raises EesError.
    """
    try:
        with _Api(base_url, patience) as api:
            versions = _find(api, before, report)
            files = [(version, _file(api, version, la_code, report)) for version in versions]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = f"{urlsplit(base_url).hostname} answered in another form than the API's ({type(error).__name__})"
        raise EesError(text) from error
    kept = [(version, content) for version, content in files if content]
    if not kept:
        return None
    by_name = dict(sorted((version.file_name, content) for version, content in kept))
    return Release(by_name, max(version.published_at for version, _ in kept))


class _Api:
    """Requests to one server, asked again while it is busy."""

    def __init__(self, base_url, patience):
        self._patience, self._server = patience, urlsplit(base_url).hostname or "the address"
        # No proxy can see this machine's own loopback.
        trusts_proxies = self._server not in ("127.0.0.1", "localhost")
        self._http = httpx.Client(base_url=base_url.rstrip("/"), timeout=SECONDS_TO_ANSWER, trust_env=trusts_proxies)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._http.close()

    def get(self, path, **parameters):
        return self._ask("GET", path, params=parameters)

    def query(self, path, version, body):
        return self._ask("POST", path, params={"dataSetVersion": version}, json=body)

    def entries(self, path, **parameters) -> Iterator[dict]:
        """The entries of all pages of a list."""
        for page in _pages(lambda number: self.get(path, page=number, pageSize=ENTRIES_OF_A_PAGE, **parameters)):
            yield from page["results"]

    def _ask(self, method, path, **request):
        asking = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_BusyError),
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            wait=self._seconds_to_wait,
            sleep=self._patience.sleep,
            reraise=True,
        )
        try:
            return asking(self._ask_once, method, path, **request)
        except _BusyError as error:
            text = f"{self._server} {error}, {self._patience.attempts} times"
        raise EesError(text)

    def _ask_once(self, method, path, **request):
        try:
            answer = self._http.request(method, path, **request)
        except httpx.TransportError as error:
            raise _BusyError(f"cannot be reached ({type(error).__name__})") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EesError(f"{self._server} cannot be asked ({type(error).__name__})") from None
        if answer.status_code in BUSY:
            raise _BusyError(f"answered {answer.status_code}", answer.headers.get("Retry-After"))
        if not answer.is_success:
            raise EesError(f"{self._server} answered {answer.status_code}: {_problem(answer)}")
        content = _json(answer)
        if not isinstance(content, dict):
            raise EesError(f"{self._server} answered {path} with something else than the API's JSON")
        return content

    def _seconds_to_wait(self, state):
        asked = state.outcome.exception().retry_after
        # A moment instead of seconds could only be understood by asking the clock.
        told = float(asked) if asked and asked.isdecimal() else None
        doubled = self._patience.first_seconds * 2 ** (state.attempt_number - 1)
        return min(doubled if told is None else told, self._patience.longest_seconds)


class _BusyError(Exception):
    def __init__(self, text, retry_after=None):
        super().__init__(text)
        self.retry_after = retry_after


def _pages(page):
    """Every page of an answer, by a function that fetches one by its number."""
    number, last = 0, 1
    while number < last:
        number += 1
        content = page(number)
        last = content["paging"]["totalPages"]
        yield content


def _json(answer):
    try:
        return answer.json()
    except ValueError:
        return None


def _problem(answer):
    """The title of an error as RFC 7807 has it, and what of the request it is about."""
    content = _json(answer)
    if not isinstance(content, dict) or "title" not in content:
        return answer.reason_phrase or "no reason given"
    errors = content.get("errors") or []
    about = sorted({f"{error.get('path') or 'the request'}: {error.get('message')}" for error in errors})
    return " ".join([str(content["title"]), *(["(" + "; ".join(about) + ")"] if about else [])])


# --- which data sets, and in which version ----------------------------------------------------------------------------


def _find(api, before, report):
    """The versions to fetch, in order of publication and data set."""
    found = {}
    rows = seeds.rows("reference", "dfe_data_set")
    for slug, title in dict.fromkeys((row["publication_slug"], row["publication_title"]) for row in rows):
        publication = next((p for p in api.entries("/publications", search=title) if p["slug"] == slug), None)
        if publication is None:
            report(f"not published by the API: the publication {title}")
            continue
        ours = [row for row in rows if row["publication_slug"] == slug]
        strangers = []
        for data_set in api.entries(f"/publications/{publication['id']}/data-sets"):
            version = _version(api, data_set, ours, before)
            if version is None:
                strangers.append(data_set["title"])
                continue
            ours_is = found.setdefault(version.row["dataset"], version)
            if ours_is is not version:
                raise EesError(
                    f"two data sets of {title} look like {version.row['dataset']}: {ours_is.title} and {version.title};"
                    " say in dfe_data_set.csv by which columns to tell them apart"
                )
        missing = sorted({row["dataset"] for row in ours} - found.keys())
        if missing:
            told = f"not found in {title}: {', '.join(missing)}"
            report(f"{told}; its data sets that are none of ours: {'; '.join(sorted(strangers)) or 'none'}")
    return list(found.values())


def _version(api, data_set, rows, before):
    """A data set in the newest version published before a moment; None when there is none, or it is not ours."""
    versions = [
        (datetime.fromisoformat(version["published"]), version["version"], version)
        for version in api.entries(f"/data-sets/{data_set['id']}/versions")
        if version.get("status", "Published") == "Published"
    ]
    in_time = [version for version in versions if version[0] < before]
    if not in_time:
        return None
    published_at, number, version = max(in_time, key=lambda each: (each[0], each[1]))
    meta = api.get(f"/data-sets/{data_set['id']}/meta", dataSetVersion=number)
    columns = {each["column"].lower() for each in (*meta["filters"], *meta["indicators"])}
    known_by = columns | {each["code"].lower() for each in meta["timePeriods"]}
    row = next((row for row in rows if set(row["recognised_by"].split()) <= known_by), None)
    if row is None:
        return None
    year = _release_year(version) or published_at.year
    return _Version(data_set["id"], data_set["title"], row, number, published_at, year, meta)


def _release_year(version):
    """The year of 'Reporting year 2025', the later one of 'Academic year 2024/25'."""
    years = re.search(r"(\d{2})(\d{2})(?:/(?:\d{2})?(\d{2}))?", (version.get("release") or {}).get("title", ""))
    return int(years.group(1) + (years.group(3) or years.group(2))) if years else None


# --- one data set -----------------------------------------------------------------------------------------------------


def _file(api, version, la_code, report):
    """A data set as a file; empty when it has no line for us."""
    meta = version.meta
    neighbours = seeds.rows("reference", "statistical_neighbours")
    authorities = [la_code, *(row["neighbour_la_code"] for row in neighbours if row["la_code"] == la_code)]
    places = {
        (group["level"]["code"], option["id"]): option for group in meta["locations"] for option in group["options"]
    }
    # An authority whose nine-character code was changed stands there once for each.
    codes = {place: option.get("oldCode") for (level, place), option in places.items() if level == "LA"}
    missing = sorted(set(authorities) - set(codes.values()))
    if missing:
        report(f"{version.title}: no figures of the authorities {', '.join(missing)}")
    wanted = [{"level": "LA", "id": place} for place in sorted(codes) if codes[place] in authorities]
    results = list(_results(api, version, {"locations": {"in": wanted}}, report)) if wanted else []
    ours = [each["locations"] for each in results if codes.get(each["locations"].get("LA")) == la_code]
    regions = [{"level": "REG", "id": place} for place in sorted({each["REG"] for each in ours if "REG" in each})]
    criteria = [{"geographicLevels": {"eq": "NAT"}}]
    if regions:
        criteria.append({"and": [{"geographicLevels": {"eq": "REG"}}, {"locations": {"in": regions}}]})
    results += _results(api, version, {"or": criteria}, report)
    return _written(version, places, results, report)


def _results(api, version, criteria, report):
    """Every line that meets the criteria, from all pages."""
    meta = version.meta
    levels = [f"location|{group['level']['code']}" for group in meta["locations"]]
    filters = [f"filter|{each['id']}" for each in meta["filters"]]
    body = {
        "criteria": criteria,
        "indicators": [indicator["id"] for indicator in meta["indicators"]],
        # Pages are cut from an order: where two lines stand alike in it, one could come twice and the other never.
        "sorts": [{"field": f, "direction": "Asc"} for f in ("timePeriod", "geographicLevel", *levels, *filters)],
        "pageSize": ROWS_OF_A_PAGE,
    }
    path, told = f"/data-sets/{version.data_set_id}/query", set()
    for page in _pages(lambda number: api.query(path, version.number, {**body, "page": number})):
        yield from page["results"]
        told |= {str(warning.get("message")) for warning in page.get("warnings") or []}
    for warning in sorted(told):
        report(f"{version.title}: warning of the API: {warning}")


def _written(version, places, results, report):
    """Lines in the layout of the published files: columns and lines in an order of their own, values as they came."""
    if not results:
        report(f"{version.title}: no line for us")
        return b""
    meta = version.meta
    filters = {each["id"]: each for each in meta["filters"]}
    options = {(f["id"], option["id"]): option for f in meta["filters"] for option in f["options"]}
    indicators = {each["id"]: each["column"] for each in meta["indicators"]}
    levels = {each["code"]: each["label"] for each in meta["geographicLevels"]}
    lines = [
        {
            "time_period": _period(each["timePeriod"]["period"]),
            "geographic_level": levels.get(each["geographicLevel"], each["geographicLevel"]),
            **_place(each["locations"], places),
            **_parts(each["filters"], filters, options),
            **{indicators[key]: value for key, value in each["values"].items()},
        }
        for each in results
    ]
    if filters and not any(_is_total(options[key]) for each in results for key in each["filters"].items()):
        report(f"{version.title}: no option of its filters is known to be the total")
    parts = sorted({name for f in filters.values() for name in _columns_of(f, filters)})
    columns = [*PLACES, *parts, *sorted(indicators.values())]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted([line.get(name) or "" for name in columns] for line in lines))
    return text.getvalue().encode()


def _place(locations, places):
    nation, region, authority = (places.get((level, locations.get(level)), {}) for level in ("NAT", "REG", "LA"))
    return {
        "country_code": nation.get("code"), "country_name": _label(nation),
        "region_code": region.get("code"), "region_name": _label(region),
        "old_la_code": authority.get("oldCode"), "new_la_code": authority.get("code"), "la_name": _label(authority),
    }  # fmt: skip


def _label(option):
    """The API's guide calls the name of a place `name`, its specification `label`."""
    return option.get("label") or option.get("name")


def _parts(chosen, filters, options):
    """The filters of a line as the published files have them."""
    line = {}
    for filter_id, option_id in chosen.items():
        column, option = filters[filter_id], options[filter_id, option_id]
        line[column["column"].lower()] = option["label"]
        for topic in _columns_of(column, filters)[1:]:
            line[topic] = option["label"] if _is_total(option) else column["label"]
    return line


def _columns_of(column, filters):
    """A filter's column and, where the published files group its options and the API does not, that of the groups."""
    name = column["column"].lower()
    topic = TOPICS.get(name)
    given = {each["column"].lower() for each in filters.values()}
    return [name, topic] if topic and topic not in given else [name]


def _is_total(option):
    label = option["label"].lower()
    return bool(option.get("isAggregate")) or label == "total" or label.startswith("all ")


def _period(period):
    """'2024' as it is, '2018/2019' as 201819."""
    first, _, last = period.partition("/")
    return first + last[-2:]
