"""A stand-in for DfE's Explore education statistics API on loopback, with the cited figures.

It speaks the API's documented contract: publications, data sets, versions, meta and queries, each with its paging,
errors as of RFC 7807, and ids that change with a major version. For the demonstration, and for the pipeline's tests,
which may have it be busy.
"""

import contextlib
import csv
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from demo_borough.writers import dfe

ROOT = "/statistics/v1"
ROWS_OF_A_PAGE = 10_000
LEVELS = {"National": "NAT", "Regional": "REG", "Local authority": "LA"}
REGIONS = {
    "North East": "E12000001", "North West": "E12000002", "Yorkshire and The Humber": "E12000003",
    "East Midlands": "E12000004", "West Midlands": "E12000005", "East of England": "E12000006",
    "London": "E12000007", "South East": "E12000008", "South West": "E12000009",
    "Inner London": "E13000001", "Outer London": "E13000002",
}  # fmt: skip
PLACES = {
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
    "old_la_code", "new_la_code", "la_name",
}  # fmt: skip
# Columns of the files that group a filter's options: the API does not show them.
GROUPINGS = {"breakdown_topic", "characteristic_grouping"}
FILTERS = {"breakdown", "characteristic", "age", "phase_type_grouping", "type_of_establishment", "hospital_school"}
PUBLICATIONS = {
    "ehcp": ("education-health-and-care-plans", "Education, health and care plans"),
    "neet": (
        "participation-in-education-training-and-neet-age-16-to-17-by-local-authority",
        "Participation in education, training and NEET age 16 to 17 by local authority",
    ),
    "sen": ("special-educational-needs-in-england", "Special educational needs in England"),
}
# When and as what DfE published each release; the days of 2026 are assumed.
RELEASES = {
    "ehcp2025": ("2025-06-26T08:30:00Z", "Reporting year 2025"),
    "ehcp2026": ("2026-06-25T08:30:00Z", "Reporting year 2026"),
    "neet2026": ("2026-07-09T08:30:00Z", "Academic year 2025/26"),
    "sen2025": ("2025-06-12T08:30:00Z", "Academic year 2024/25"),
}


@dataclass(frozen=True)
class Version:
    """One version of a data set, as a file of the published layout."""

    number: str
    published: str
    release: str
    header: str
    lines: tuple[str, ...]
    status: str = "Published"


@dataclass(frozen=True)
class DataSet:
    """A data set of a publication (by its short name), with all its versions."""

    publication: str
    title: str
    versions: tuple[Version, ...]


@dataclass
class Statistics:
    """What a server publishes, what it was asked, and what it answers first instead, request by request.

    `busy`: (status, headers, body) of answers to give before any other; a body is JSON.
    """

    data_sets: list[DataSet]
    busy: list[tuple[int, dict, dict]] = field(default_factory=list)
    asked: list[tuple[str, str, dict]] = field(default_factory=list)


class _RefusedError(Exception):
    def __init__(self, status, title, errors=()):
        super().__init__(title)
        self.status, self.title, self.errors = status, title, list(errors)


def cited() -> Statistics:
    """The figures that the made-up borough cites."""
    data_sets = []
    for name, table in dfe.tables().items():
        published, release = RELEASES[table["release"]]
        version = Version("1.0", published, release, table["header"], tuple(table["lines"]))
        data_sets.append(DataSet(re.sub(r"\d+", "", table["release"]), name.replace("_", " ").capitalize(), (version,)))
    return Statistics(data_sets)


def address(port: int) -> str:
    """The API's address at a port."""
    return f"http://127.0.0.1:{port}{ROOT}"


@contextlib.contextmanager
def serving(statistics: Statistics, port: int = 0) -> Iterator[str]:
    """Serve until the block ends; gives the API's address (the port is chosen freely for 0)."""
    handler = type("Handler", (_Handler,), {"statistics": statistics})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    accepting = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    accepting.start()
    try:
        yield address(server.server_port)
    finally:
        server.shutdown()
        accepting.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    statistics: Statistics
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Nothing is logged: the demonstration's output is for people."""

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        self._answer(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}"))

    def _answer(self, body):
        url = urlsplit(self.path)
        self.statistics.asked.append((self.command, self.path, body))
        if self.statistics.busy:
            status, headers, content = self.statistics.busy.pop(0)
            return self._send(status, content, headers)
        try:
            path = url.path.removeprefix(ROOT).strip("/").split("/")
            content = _content(self.statistics, self.command, path, dict(parse_qsl(url.query)), body)
        except _RefusedError as error:
            content = {"title": error.title, "type": "Bad Request", "status": error.status, "errors": error.errors}
            return self._send(error.status, content)
        return self._send(200, content)

    def _send(self, status, content, headers=()):
        encoded = json.dumps(content).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)


def _content(statistics, method, path, query, body):
    match method, path:
        case "GET", ["publications"]:
            return _page([p for p in _publications() if query.get("search", "").lower() in p["title"].lower()], query)
        case "GET", ["publications", publication, "data-sets"]:
            ours = [each for each in statistics.data_sets if _uuid(each.publication) == publication]
            return _page([_summary(each) for each in ours], query)
        case "GET", ["data-sets", data_set]:
            return _summary(_found(statistics, data_set))
        case "GET", ["data-sets", data_set, "versions"]:
            versions = reversed(_found(statistics, data_set).versions)
            return _page([_version_summary(each) for each in versions], query)
        case "GET", ["data-sets", data_set, "meta"]:
            return _Table.of(_found(statistics, data_set), query.get("dataSetVersion")).meta
        case "POST", ["data-sets", data_set, "query"]:
            return _Table.of(_found(statistics, data_set), query.get("dataSetVersion")).answer(body)
    raise _RefusedError(404, "Not Found")


def _publications():
    return [
        {"id": _uuid(short), "slug": slug, "title": title, "summary": title, "lastPublished": "2026-07-09T08:30:00Z"}
        for short, (slug, title) in PUBLICATIONS.items()
    ]


def _found(statistics, data_set):
    for each in statistics.data_sets:
        if _uuid(each.publication, each.title) == data_set:
            return each
    raise _RefusedError(404, "Not Found")


def _summary(data_set):
    published = [version for version in data_set.versions if version.status == "Published"]
    return {
        "id": _uuid(data_set.publication, data_set.title), "title": data_set.title, "summary": data_set.title,
        "status": "Published", "latestVersion": _version_summary(published[-1]),
    }  # fmt: skip


def _version_summary(version):
    return {
        "version": version.number, "type": "Major", "status": version.status, "published": version.published,
        "totalResults": len(version.lines),
        "release": {"title": version.release, "slug": version.release.rpartition(" ")[2]},
    }  # fmt: skip


def _page(entries, query):
    number, size = int(query.get("page", 1)), int(query.get("pageSize", 10))
    paging = {
        "page": number, "pageSize": size, "totalResults": len(entries), "totalPages": -(-len(entries) // size),
    }  # fmt: skip
    return {"paging": paging, "results": entries[(number - 1) * size : number * size]}


def _uuid(*parts):
    digest = hashlib.sha256("/".join(parts).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


class _Table:
    """One version of a data set, with the ids of its major version."""

    def __init__(self, version):
        self.major = version.number.split(".")[0]
        header = next(csv.reader([version.header]))
        # The API's columns have one name each; a file may repeat one.
        self.columns = [name for place, name in enumerate(header) if name not in header[:place]]
        lines = [dict(zip(reversed(header), reversed(line), strict=True)) for line in csv.reader(version.lines)]
        self.filters = [name for name in self.columns if name.lower() in FILTERS]
        self.indicators = [name for name in self.columns if name.lower() not in PLACES | GROUPINGS | FILTERS]
        self.places = {}
        self.totals = {
            (name, line[name]) for line in lines for name in self.filters
            if line[name] in ("Total", line.get("breakdown_topic", line.get("characteristic_grouping")))
        }  # fmt: skip
        self.results = [self._result(line) for line in lines]
        self.periods = sorted({(line["code"], line["period"]) for line in (r["timePeriod"] for r in self.results)})

    @classmethod
    def of(cls, data_set, number):
        """The table of a version by its number; without one, of the latest."""
        for version in reversed(data_set.versions):
            if version.status == "Published" and number in (None, version.number):
                return cls(version)
        raise _RefusedError(404, "Not Found")

    def _id(self, *parts):
        digest = hashlib.sha256("/".join((self.major, *parts)).encode()).digest()
        return "".join("0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[byte % 59] for byte in digest[:6])

    def _result(self, line):
        level, locations = LEVELS[line["geographic_level"]], {}
        region, authority = line.get("region_name"), line.get("la_name")
        for code, option in (
            ("NAT", {"label": "England", "code": "E92000001"}),
            ("REG", {"label": region, "code": REGIONS.get(region)}),
            ("LA", {"label": authority, "code": line.get("new_la_code"), "oldCode": line.get("old_la_code")}),
        ):
            if option["label"]:
                locations[code] = self._id(code, option["label"])
                self.places[code, locations[code]] = option
        period = line["time_period"]
        is_range = len(period) == 6
        return {
            "timePeriod": {
                "code": "AY" if is_range else "CY",
                "period": f"{period[:4]}/{period[:2]}{period[4:]}" if is_range else period,
            },
            "geographicLevel": level,
            "locations": locations,
            "filters": {self._id(name): self._id(name, line[name]) for name in self.filters},
            "values": {self._id(name): line[name] for name in self.indicators},
            "labels": {name: line[name] for name in self.filters},
        }

    @property
    def meta(self):
        levels = {code: label for label, code in LEVELS.items()}
        shown = [code for code in levels if any(code == level for level, _ in self.places)]
        return {
            "filters": [
                {
                    "id": self._id(name), "column": name, "label": name.replace("_", " "),
                    "options": [
                        {"id": self._id(name, label), "label": label}
                        | ({"isAggregate": True} if (name, label) in self.totals else {})
                        for label in sorted({result["labels"][name] for result in self.results})
                    ],
                }
                for name in self.filters
            ],
            "indicators": [
                {"id": self._id(name), "column": name, "label": name, "unit": "", "decimalPlaces": 0}
                for name in self.indicators
            ],
            "geographicLevels": [{"code": code, "label": levels[code]} for code in shown],
            "locations": [
                {
                    "level": {"code": code, "label": levels[code]},
                    "options": [
                        {"id": place, **option} for (level, place), option in self.places.items() if level == code
                    ],
                }
                for code in shown
            ],
            "timePeriods": [{"code": code, "label": period, "period": period} for code, period in self.periods],
        }  # fmt: skip

    def answer(self, body):
        """The answer to a query, after the request was found valid."""
        number, size = body.get("page", 1), body.get("pageSize", 1000)
        errors = []
        if not 1 <= size <= ROWS_OF_A_PAGE:
            message = f"Must be between 1 and {ROWS_OF_A_PAGE}."
            errors.append({"message": message, "code": "InclusiveBetween", "path": "pageSize"})
        known = {self._id(name) for name in self.indicators}
        if set(body.get("indicators") or known) - known:
            errors.append({"message": "One or more indicators could not be found.", "code": "IndicatorsNotFound",
                           "path": "indicators"})  # fmt: skip
        if errors:
            raise _RefusedError(400, "There are validation errors with the request.", errors)
        results = [result for result in self.results if _meets(result, body.get("criteria") or {})]
        for sort in reversed(body.get("sorts") or [{"field": "timePeriod", "direction": "Desc"}]):
            kind, _, which = sort["field"].partition("|")
            results.sort(key=lambda result: _sorted_by(result, kind, which), reverse=sort["direction"] == "Desc")
        page = _page(results, {"page": number, "pageSize": size})
        asked = set(body.get("indicators") or known)
        page["results"] = [
            {key: value for key, value in result.items() if key != "labels"}
            | {"values": {key: value for key, value in result["values"].items() if key in asked}}
            for result in page["results"]
        ]
        unknown = _places_of(body.get("criteria") or {}) - {place for _, place in self.places}
        message = "One or more locations could not be found."
        warnings = [{"message": message, "code": "LocationsNotFound", "path": "criteria"}] if unknown else []
        return {**page, "warnings": warnings}


def _meets(result, criteria):
    """Whether a line meets criteria; of the operators it knows those that compare with ids and codes."""
    if "and" in criteria:
        return all(_meets(result, each) for each in criteria["and"])
    if "or" in criteria:
        return any(_meets(result, each) for each in criteria["or"])
    if "not" in criteria:
        return not _meets(result, criteria["not"])
    held = {
        "geographicLevels": [result["geographicLevel"]],
        "locations": [{"level": level, "id": place} for level, place in result["locations"].items()],
        "filters": list(result["filters"].values()),
        "timePeriods": [result["timePeriod"]],
    }
    return all(_compares(held[facet], wanted) for facet, wanted in criteria.items())


def _compares(held, wanted):
    for operator, value in wanted.items():
        if operator not in ("eq", "in"):
            raise _RefusedError(400, "There are validation errors with the request.")
        if not any(each in held for each in (value if operator == "in" else [value])):
            return False
    return True


def _places_of(criteria):
    found = {each["id"] for each in criteria.get("locations", {}).get("in", [])}
    for each in (*criteria.get("and", []), *criteria.get("or", [])):
        found |= _places_of(each)
    return found


def _sorted_by(result, kind, which):
    match kind:
        case "timePeriod":
            return result["timePeriod"]["period"]
        case "geographicLevel":
            return result["geographicLevel"]
        case "location":
            return result["locations"].get(which, "")
        case "filter":
            return result["filters"].get(which, "")
    raise _RefusedError(400, "There are validation errors with the request.")
