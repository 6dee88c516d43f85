"""Numbers out of what an edition gives people to read, each looked up in what is published of it.

A figure of a measure stands in an element `data-figure="measure|2026-10|breakdown|group"`: every number in it must be
that figure's own, or one that the words name (its target, the law, another month of the same measure). Any other number
must be in the rows that its place prints: a comparator beside its measure, a range of what falls due, a delivery's day.
What printed numbers are read by is written here anew: nothing is taken from the code that prints.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import PurePosixPath

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
_MONTH = f"(?:{'|'.join(MONTHS)})"
# Days and periods: taken out before numbers are read, and looked up by themselves.
PERIOD = re.compile(
    rf"\b(?:(?P<day>[12]?\d|3[01]|0\d) )?(?:(?P<from>{_MONTH}) to )?(?P<month>{_MONTH})(?: (?P<year>\d{{4}}))?\b"
    r"|\b(?:the )?(?P<term>autumn|spring|summer) term of (?P<term_year>\d{4})"
    r"|\b(?P<iso>\d{4}-\d\d-\d\d)(?:T[\d:]+Z?)?\b|\b(?P<first>20\d\d)(?:-| to |/)(?P<second>\d\d)\b"
)
DIGIT = re.compile(r"\d")
# The months in which a term's figures may stand.
TERMS = {"autumn": (12, 1), "spring": (3, 4), "summer": (7, 8)}
NUMBER = re.compile(r"(?P<sign>[−-])?(?P<pounds>£)?(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<scale>[km]\b)?(?P<percent>%)?")
SCALES = {"k": 1000, "m": 1_000_000, None: 1}
BLOCKS = {"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "summary", "text", "title",
          "desc", "option", "label", "figcaption", "button", "pre"}  # fmt: skip
UNSEEN = {"style", "script"}


@dataclass
class Block:
    """What stands in one paragraph, cell or label: its pieces with the figure that each is marked as."""

    tag: str
    where: tuple[str, ...]
    measure: str | None
    in_chart: bool
    pieces: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(piece for piece, _ in self.pieces).split())

    @property
    def has_digit(self) -> bool:
        return any(DIGIT.search(piece) for piece, _ in self.pieces)


class Reader(HTMLParser):
    """A page as blocks. A block is beside a measure when its section, its row or itself names one."""

    def __init__(self, page: str, measures: Iterable[str], measure: str | None = None):
        super().__init__()
        self.measures, self.page_measure = set(measures), measure
        self.open: list[dict] = []
        self.blocks: list[Block] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("meta", "link", "br", "img", "input", "col", "hr", "path", "line", "rect", "circle", "polyline"):
            return
        self.open.append({"tag": tag, "id": given.get("id"), "figure": given.get("data-figure"), "measure": None})
        named = given.get("data-measure") or given.get("id") or self._linked(given.get("href", ""))
        if named in self.measures:
            row = next(
                (o for o in reversed(self.open) if o["tag"] in ("tr", "li", "article", "section")), self.open[-1]
            )
            (row if tag == "a" else self.open[-1])["measure"] = named
        if tag in BLOCKS:
            ids = tuple(o["id"] for o in self.open if o["id"])
            self.blocks.append(Block(tag, ids, None, any(o["tag"] == "svg" for o in self.open)))
            self.open[-1]["block"] = self.blocks[-1]

    def handle_endtag(self, tag):
        while self.open and any(o["tag"] == tag for o in self.open):
            closed = self.open.pop()
            if "block" in closed:
                beside = [o["measure"] for o in (*self.open, closed) if o["measure"]]
                closed["block"].measure = beside[-1] if beside else self.page_measure
            if closed["tag"] == tag:
                return

    def handle_data(self, text):
        if not text.strip() or any(o["tag"] in UNSEEN for o in self.open):
            return
        block = next((o["block"] for o in reversed(self.open) if "block" in o), None)
        if block is None:
            block = Block("text", tuple(o["id"] for o in self.open if o["id"]), self.page_measure, False)
            self.blocks.append(block)
        figure = next((o["figure"] for o in reversed(self.open) if o["figure"]), None)
        # What is set apart in a cell is no part of the words before it: 14 and a small October are no day.
        is_apart = self.open[-1]["tag"] == "small" or (bool(block.pieces) and block.pieces[-1][1] != figure)
        block.pieces.append((f" | {text}" if is_apart else text, figure))

    def _linked(self, address: str) -> str:
        """The measure that a link leads to: `#id`, `measures/id.html`."""
        return address.rsplit("#", 1)[-1] if address.startswith("#") else PurePosixPath(address.split("#")[0]).stem


@dataclass(frozen=True)
class Number:
    """A number as it is printed."""

    text: str
    value: Decimal
    decimals: int
    is_percent: bool
    is_pounds: bool

    def prints(self, exact: object, is_share: bool = False) -> bool:
        """Whether this is how `exact` is printed: rounded to as many decimals as it has, or to thousands or millions.

        A share that is not all is never printed as 100%, one that is not none never as 0%.
        """
        whole = Decimal(str(exact)) * (100 if is_share else 1)
        step = Decimal(1).scaleb(-self.decimals) * SCALES[self.text[-1] if self.text[-1] in "km" else None]
        if is_share and (0 < whole < step / 2 or 100 - step / 2 <= whole < 100):
            return self.value in (step, 100 - step)
        return abs(self.value - whole) <= step / 2


def numbers_in(text: str) -> Iterator[tuple[Number, str, str]]:
    """Each number with the words before it and after it."""
    for found in NUMBER.finditer(text):
        digits = found["digits"].rstrip(",").replace(",", "")
        decimals = len(digits.partition(".")[2])
        # A minus between two numbers is a range, and one after a letter a hyphen.
        is_signed = found["sign"] == "−" or (found["sign"] == "-" and not text[: found.start()][-1:].isalnum())
        value = Decimal(digits) * SCALES[found["scale"]] * (-1 if is_signed else 1)
        number = Number(found[0], value, decimals, bool(found["percent"]), bool(found["pounds"]))
        yield number, text[: found.start()], text[found.end() :]


class Published:
    """The rows of an edition by table, as the Board's reader sees them, and how numbers are looked up in them."""

    def __init__(self, header: Mapping, tables: Mapping[str, list[dict]], wording: Iterable[str]):
        self.header, self.tables = header, tables
        self.measures = {row["measure_id"]: row for row in tables["measures"]}
        self.figures = {
            f"{r['measure_id']}|{r['month_start']:%Y-%m}|{r['breakdown']}|{r['breakdown_value']}": r
            for r in tables["figures"]
        }
        self.days, self.months, self.days_of_year, self.years = set(), set(), set(), set()
        self.wording: set[str] = set()
        self.references: set[str] = set()
        self.learnt: set[str] = set()
        for name, rows in tables.items():
            parts = ("month_start", "breakdown_value")
            self._learn([{row[part] for row in rows for part in parts} if name == "figures" else rows])
        self._learn(header)
        for text in wording:
            self._learn_text(text)
        # Short words, a group of ages, are known only where nothing stands beside them.
        self.longest_first = sorted((words for words in self.wording if len(words) > 11), key=len, reverse=True)

    def _learn(self, entry: object) -> None:
        """Days, years and words out of a row, whatever it nests."""
        if isinstance(entry, Mapping | list | set):
            for part in entry.values() if isinstance(entry, Mapping) else entry:
                self._learn(part)
        elif isinstance(entry, date):
            self._learn_day(entry.date() if isinstance(entry, datetime) else entry)
        elif isinstance(entry, str):
            self._learn_text(entry)
        elif isinstance(entry, int) and 1990 < entry < 2100:
            self.years.add(entry)

    def _learn_day(self, day: date) -> None:
        self.days.add(day)
        self.months.add((day.year, day.month))
        self.days_of_year.add((day.day, day.month))
        self.years.add(day.year)

    def _learn_text(self, text: str) -> None:
        if text in self.learnt or not DIGIT.search(text):
            return
        self.learnt.add(text)
        for found in PERIOD.finditer(text):
            day = _day_of(found)
            if day:
                self._learn_day(day)
            elif found["day"]:
                self.days_of_year.add((int(found["day"]), MONTHS.index(found["month"]) + 1))
            if found["first"]:
                self.years |= {int(found["first"]), 2000 + int(found["second"])}
        if re.fullmatch(r"\d{4}(\d\d)?", text):
            self.years |= {int(text[:4])} | ({2000 + int(text[4:])} if len(text) == 6 else set())
        self.references |= set(re.findall(r"\b\d+(?:\.\d+)+\b", text))
        self.references |= {text[:12]} if re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{40}", text) else set()
        # What is filled in between is looked up by itself.
        for part in re.split(r"\{\w+\}", text):
            plain = _plain(part)
            if DIGIT.search(plain) and any(c.isalpha() for c in plain):
                self.wording.add(plain)

    def without_wording(self, text: str) -> str:
        """The words of a block less those that are published or fixed as they stand."""
        plain = _plain(REFERENCE.sub(self._known_reference, text))
        if plain in self.wording:
            return ""
        for known in self.longest_first:
            if known in plain:
                plain = plain.replace(known, " ")
                if not DIGIT.search(plain):
                    break
        return plain

    def _known_reference(self, found: re.Match) -> str:
        named = set(re.findall(r"\d+(?:\.\d+)+|\b[0-9a-f]{12}\b", found[0]))
        return "" if named <= self.references else found[0]


def _plain(text: str) -> str:
    """Text without its days and periods, in small letters, in single spaces, without a full stop at its end."""
    return " ".join(PERIOD.sub("◆", text).casefold().split()).rstrip(".")


def _day_of(found: re.Match) -> date | None:
    """The day of a match, or the first of its month; None where it is not said whole."""
    if found["iso"]:
        return date.fromisoformat(found["iso"])
    if found["month"] and found["year"]:
        return date(int(found["year"]), MONTHS.index(found["month"]) + 1, int(found["day"] or 1))
    return None


# Where on a page numbers of other tables than the figures stand: a word of its name or of a section's, and the tables.
PLACES = {
    "ledger": ("repatriations",), "repatriation": ("repatriations",),
    "coming": ("falling_due", "falling_due_by_team", "forecasts", "forecast_errors", "repatriations"),
    "due": ("falling_due", "falling_due_by_team", "forecasts", "forecast_errors", "repatriations"),
    "agreement": ("reconciliations",), "national": ("national",), "comparators": ("national", "comparators"),
    "sources": ("sources",), "data-quality": ("sources", "reconciliations", "revisions", "checks"),
    "revisions": ("revisions",), "revised": ("revisions",), "compare": ("revisions",),
    "delivery-plan": ("actions", "recommendations"), "actions": ("actions", "recommendations"),
}  # fmt: skip
# Fixed phrases with a number in them that stand beside figures: what is too few to show, or to chart.
FEWER = re.compile(r"fewer than (?:5|five)\b|after 13 months\b", re.IGNORECASE)
RECOMMENDATION = re.compile(r"\b[Rr]ecommendation (\d+)\b")
COUNTED = re.compile(r"\b(?:(?P<some>\d+) of |[Aa]ll )(?P<all>\d+) (?P<what>measures|sources|checks)\b")
JUDGED = re.compile(r"\b(\d+) of (\d+) met(?:; (\d+) not judged)?|\b[Nn]ot judged: (\d+) measures?\b")
SEVERAL_MONTHS = re.compile(r"\b(?P<count>\d+) months(?= from)")
TENTHS = re.compile(r"(\d+) out of (\d+)")
ROUND_MONEY = re.compile(r"(?:between (?P<low>\d+) and )?(?P<about>\d+) (?P<scale>thousand|million)")
# References to actions and parts of the plan, and what a share is of: words, not numbers.
REFERENCE = re.compile(r"\b\d+(?:\.\d+){2,}\b|\b(?:[Aa]ction|Plan) \d+(?:\.\d+)+(?:, \d+(?:\.\d+)+)*|\b[0-9a-f]{12}\b")
PER_100 = re.compile(r"\bper 100\b")
_TOP, _BASE = ("numerator_count", "lower_bound", "upper_bound"), ("denominator_count",)
SHARE_UNITS = ("percent", "percent_change", "points", "per_100")


class Finder:
    """Looks up every number of a page; what it cannot find it complains of."""

    def __init__(self, published: Published, earlier: "Finder | None" = None):
        self.published, self.earlier = published, earlier
        # Why a chart starts again is said beside the figure, in the words that are published.
        self.reasons: dict[str, set[str]] = {}
        for row in published.tables["control_charts"]:
            self.reasons.setdefault(row["measure_id"], set()).add(row["restart_reason"])
        self.by_measure: dict[str, list[Mapping]] = {name: [] for name in published.measures}
        for table in ("comparators", "reconciliations", "revisions", "control_charts"):
            for row in published.tables[table]:
                self.by_measure[row["measure_id"]].append(row)
        self.found: dict[str, set[str]] = {}
        self.titles = [(name, row["title"]) for name, row in published.measures.items()]
        self.judged: dict[tuple, list[str]] = {}
        self.exact: dict[str, Exact] = {}
        self.latest: dict[str, str] = {}
        for row in sorted(published.tables["figures"], key=lambda row: row["month_start"]):
            if row["breakdown"] == "all" and row["month_start"] <= published.header["month"]:
                self.latest[row["measure_id"]] = f"{row['measure_id']}|{row['month_start']:%Y-%m}|all|all"

        self.themes = list(_themes(published))
        self.tallies = list(_tallies(published, self.latest))

    def complaints(self, name: str, page: str) -> list[str]:
        """What of a page is not published, as `page: number in words`."""
        stem = PurePosixPath(name).stem
        own = stem if stem in self.published.measures else None
        blocks = [block for block in Reader(page, self.published.measures, own).blocks if block.has_digit]
        self.found[name] = {key for block in blocks for _, key in block.pieces if key in self.published.figures}
        return [f"{name}: {said} in “{block.text[:160]}”" for block in blocks for said in self.judge(block, name)]

    def judge(self, block: Block, name: str) -> list[str]:
        """What is wrong with a block; one that stands on many pages is judged once for its place."""
        place = (tuple(block.pieces), block.measure, block.tag, block.in_chart, self._tables_of(block, name))
        if place not in self.judged:
            self.judged[place] = list(self._judge(block, name))
        return self.judged[place]

    def _judge(self, block: Block, name: str) -> Iterator[str]:
        yield from self._unknown_days(block.text)
        of_chart = self.latest.get(block.measure) if block.in_chart and block.tag in ("title", "desc") else None
        loose = []
        for key, text in _joined(block.pieces):
            if key or of_chart:
                yield from self._judge_figure(key or of_chart, text)
            else:
                loose.append(text)
        if loose and not (block.in_chart and block.tag == "text"):
            yield from self._judge_loose(" ".join(loose), block, name)

    def _unknown_days(self, text: str) -> Iterator[str]:
        known = self.published
        for found in PERIOD.finditer(text):
            day = _day_of(found)
            if day and (found["day"] or found["iso"]):
                is_known = day in known.days
            elif day:
                is_known = (day.year, day.month) in known.months
            elif found["term"]:
                is_known = int(found["term_year"]) in known.years
            elif found["first"]:
                is_known = {int(found["first"]), 2000 + int(found["second"])} <= known.years
            else:
                day_of_year = found["day"] and (int(found["day"]), MONTHS.index(found["month"]) + 1)
                is_known = not day_of_year or day_of_year in known.days_of_year
            if not is_known:
                yield f"the day or period {found[0]}"

    def _judge_figure(self, key: str, text: str) -> Iterator[str]:
        """Each number is the figure's own, of its lines or its chart, or of the month that the words name."""
        row = self.published.figures.get(key)
        if row is None:
            if any(True for _ in numbers_in(FEWER.sub("", PERIOD.sub("", text)))):
                yield f"{key} is not published"
            return
        measure = self.published.measures[row["measure_id"]]
        said = [f"{measure['title']}:", measure["counted_in"], *self.reasons.get(measure["measure_id"], ())]
        text = re.sub("|".join(re.escape(words) for words in said if words), "", text, flags=re.IGNORECASE)
        months = [_months_of(found) for found in PERIOD.finditer(text)]
        plain = PER_100.sub("per hundred", FEWER.sub("few", PERIOD.sub("◆", text)))
        for found in TENTHS.finditer(plain):
            if not self._is_tenths(row, Decimal(found[1]) / Decimal(found[2])):
                yield f"{found[0]} as {key}"
        for found in ROUND_MONEY.finditer(plain):
            exact = [row[name] for name in ("value", "numerator_count", "denominator_count")]
            exact += [target["value"] for target in measure["targets"]]
            if not any(_is_round(found, Decimal(str(amount))) for amount in exact if amount is not None):
                yield f"{found[0]} as {key}"
        plain = ROUND_MONEY.sub("", TENTHS.sub("", plain))
        for number, before, after in numbers_in(plain):
            other = re.match(r"(?: percentage points| per hundred| weeks| hours| FTE)? of ◆", after)
            if other:
                then = [self.published.figures.get(_in_month(key, *month)) for month in months[before.count("◆")]]
                is_its_own = any(self._is_of(number, figure, values_only=True) for figure in then if figure)
            elif re.match(r" of £?\d", after) or re.search(r"\d of £?$", before):
                is_its_own = self._is_count(number, row, _TOP if after.startswith(" of ") else _BASE)
            else:
                is_its_own = self._is_of(number, row) or self._is_a_line(number, row)
            if not is_its_own:
                yield f"{number.text} as {key}"

    def _is_of(self, number: Number, row: Mapping, values_only: bool = False) -> bool:
        """Whether a number is a figure's value, or one of the numbers it is made of, in the right unit."""
        measure = self.published.measures[row["measure_id"]]
        values = [row[name] for name in ("value", "lower_value", "upper_value") if row[name] is not None]
        if any(_in_unit(number, measure) and number.prints(v, measure["unit"] in SHARE_UNITS) for v in values):
            return True
        return not values_only and self._is_count(number, row, _TOP + _BASE)

    def _is_count(self, number: Number, row: Mapping, names: Iterable[str]) -> bool:
        """Whether a number is one of the counts that a value is made of."""
        measure = self.published.measures[row["measure_id"]]
        is_money = measure["counted_in"] == "gbp" or measure["kind"] == "outturn"
        fits = number.is_pounds == is_money and not number.is_percent
        return fits and any(number.prints(row[name]) for name in names if row[name] is not None)

    def _is_a_line(self, number: Number, row: Mapping) -> bool:
        """Whether a number is a target of the measure, the law, or of its control chart in that month."""
        measure = self.published.measures[row["measure_id"]]
        lines = [target["value"] for target in measure["targets"]] + [measure["law_value"]]
        for chart in self.published.tables.get("control_charts", ()):
            if (chart["measure_id"], chart["month_start"]) == (row["measure_id"], row["month_start"]):
                lines += [chart[part] for part in ("mean", "lower_limit", "upper_limit")] + [0, 1]
                if number.prints(chart["segment_point_count"]) or number.prints(chart["left_out_count"]):
                    return True
        return _in_unit(number, measure) and any(
            number.prints(line, measure["unit"] in SHARE_UNITS) for line in lines if line is not None
        )

    def _is_tenths(self, row: Mapping, share: Decimal) -> bool:
        lines = [target["value"] for target in self.published.measures[row["measure_id"]]["targets"]]
        exact = [Decimal(str(v)) for v in (row["value"], *lines) if v is not None]
        return any(abs(share - value) <= Decimal("0.05") for value in exact)

    def _judge_loose(self, text: str, block: Block, name: str) -> Iterator[str]:
        """Numbers that are of no figure: of the measure beside them, or of the tables that their place prints."""
        beside = [self._exact_of(name) for name in self._tables_of(block, name)]
        if any(text in exact.texts for exact in beside) or set(text.split(", ")) <= self.published.references:
            return
        measure_id = block.measure or next((n for n, title in self.titles if text.startswith(title)), None)
        text = SEVERAL_MONTHS.sub(lambda found: self._several(found, measure_id), COUNTED.sub(self._counted, text))
        text = JUDGED.sub(self._known_judgement, text)
        text = RECOMMENDATION.sub(self._known_recommendation, text)
        plain = PER_100.sub("per hundred", FEWER.sub("few", self.published.without_wording(text)).replace("◆", " "))
        for number, _, after in numbers_in(plain):
            is_share = number.is_percent or after.startswith((" per hundred", " percentage point"))
            if number.value in self.published.years or self._is_beside(number, is_share, measure_id):
                continue
            if "compare" in name and self._was(number, measure_id):
                continue
            if not any(exact.has(number, is_share) for exact in beside):
                yield f"{number.text}, which is marked as no figure,"

    def _counted(self, found: re.Match) -> str:
        """`12 of 79 measures`: there are as many, and no more of them; nothing is left of it."""
        total = len(self.published.tables[found["what"]])
        return found["what"] if int(found["all"]) == total >= int(found["some"] or 0) else found[0]

    def _known_judgement(self, found: re.Match) -> str:
        """`4 of 18 met; 6 not judged` or `not judged: 3 measures`, of an action, of a theme or of a recommendation."""
        rows = [*self.published.tables["actions"], *self.published.tables["recommendations"]]
        known = {(row["met_count"], row["met_count"] + row["not_met_count"], row["measure_count"]) for row in rows}
        known |= set(self.themes)
        met, judged, others, alone = (int(number or 0) for number in found.groups())
        return "" if (met, judged, judged + others + alone) in known else found[0]

    def _known_recommendation(self, found: re.Match) -> str:
        known = {row["recommendation_number"] for row in self.published.tables["recommendations"]}
        return "" if int(found[1]) in known else found[0]

    def _several(self, found: re.Match, measure_id: str | None) -> str:
        """`7 months from October 2024`: as many months of the measure are revised for the same reasons."""
        alike = Counter(
            (row["shown"], tuple(row["reasons"])) for row in self.published.tables["revisions"]
            if row["measure_id"] == measure_id
        )  # fmt: skip
        return "" if int(found["count"]) in alike.values() else found[0]

    def _was(self, number: Number, measure_id: str | None) -> bool:
        """Whether a number is of the measure's latest figure in the edition before."""
        row = self.earlier and self.earlier.published.figures.get(self.earlier.latest.get(measure_id, ""))
        return row is not None and self._is_of(number, row)

    def _is_beside(self, number: Number, is_share: bool, measure_id: str | None) -> bool:
        """Whether a number is a line of the measure, or of what is published of it beside its figures."""
        if measure_id is None:
            return False
        latest = self.published.figures.get(self.latest.get(measure_id, ""))
        if latest is not None and self._is_a_line(number, latest):
            return True
        measure = self.published.measures[measure_id]
        lines = [target["value"] for target in measure["targets"]] + [measure["law_value"]]
        is_line = any(number.prints(v, measure["unit"] in SHARE_UNITS) for v in lines if v is not None)
        return (is_line and _in_unit(number, measure)) or self._exact_of(measure_id).has(number, is_share)

    def _tables_of(self, block: Block, name: str) -> tuple[str, ...]:
        """The tables whose numbers may stand at the block's place, by the page's name and its sections'."""
        places = {PurePosixPath(name).stem, *block.where}
        tables = {table for place in places for word, known in PLACES.items() if word in place for table in known}
        if {"index", "delivery-plan", "board-paper"} & places:
            tables.add("tallies")
        return (*sorted(tables), "this month", *(("before",) if "compare" in name else ()))

    def _exact_of(self, name: str) -> "Exact":
        """The numbers of a table, of what is published of a measure, or of the month's ledger and header."""
        if name not in self.exact:
            month = self.published.header["month"]
            ledger = [row for row in self.published.tables["repatriations"] if row["month_start"] == month]
            known = {"this month": [*ledger, self.published.header], "tallies": self.tallies}
            known["before"] = self.published.tables["editions"]
            known |= self.by_measure | self.published.tables
            self.exact[name] = Exact(known[name])
        return self.exact[name]


class Exact:
    """The numbers and the texts of some rows, to be looked up in."""

    def __init__(self, rows: Iterable[Mapping]):
        rows = list(rows)
        entries = [entry for row in rows for entry in row.values() if not isinstance(entry, bool)]
        found = {abs(Decimal(str(entry))) for entry in entries if isinstance(entry, int | float | Decimal)}
        self.numbers = {number.normalize() for number in found}
        self.texts = {entry for entry in entries if isinstance(entry, str)}

    def has(self, number: Number, is_share: bool) -> bool:
        """Whether one of them is printed so: as it stands, or as a share in per cent. Signs are said in words."""
        plain = replace(number, value=abs(number.value))
        return plain.value in self.numbers or any(
            plain.prints(each) or (is_share and plain.prints(each, is_share=True)) for each in self.numbers
        )


def _tallies(published: Published, latest: Mapping[str, str]) -> Iterator[Mapping]:
    """How many measures stand how, in all and by priority, and how many actions and sources are in which state."""
    stands = {name: _stands(measure, published.figures.get(latest.get(name, ""))) for name, measure in
              published.measures.items()}  # fmt: skip
    yield Counter(stand for stand, _ in stands.values())
    yield Counter("law" for _, misses_law in stands.values() if misses_law)
    yield Counter("line" for stand, _ in stands.values() if stand != "none")
    for priority in {measure["priority"] for measure in published.measures.values()}:
        yield Counter(stands[n][0] for n, measure in published.measures.items() if measure["priority"] == priority)
    charts = [row for row in published.tables["control_charts"] if row["month_start"] == published.header["month"]]
    charted = {row["measure_id"] for row in charts if row["variation_icon"]}
    yield Counter(stands[name][0] for name in published.measures if name not in charted)
    yield {"charted": len(charted), "not": len(stands) - len(charted), "all": len(stands)}
    for icon in ("variation_icon", "assurance_icon"):
        # Better is high or low as the measure has it: the words leave out which.
        yield Counter(str(row[icon]).removesuffix("_high").removesuffix("_low") for row in charts)
        yield Counter(str(row[icon]) for row in charts)
    yield Counter(row["action_status"] for row in published.tables["actions"])
    for part in {row["part"] for row in published.tables["kitemarks"]}:
        states = [row["state"] for row in published.tables["kitemarks"] if row["part"] == part]
        yield {state: states.count(state) for state in ("yes", "no", "not_known")}
    sources = published.tables["sources"]
    yield {"not come": sum(row["arrival"] != "came" for row in sources)}
    yield {"set aside": sum(bool(row["quarantined_high"]) for row in sources)}


def _themes(published: Published) -> Iterator[tuple[int, int, int]]:
    """For each theme of the plan how many of its measures are met, judged, and there; one of several actions once."""
    themes: dict[tuple, dict[str, str]] = {}
    of_action = {row["action_id"]: (row["ambition"], row["theme"]) for row in published.tables["actions"]}
    for row in published.tables["action_measures"]:
        themes.setdefault(of_action[row["action_id"]], {})[row["measure_id"]] = row["measure_signal"]
    for signals in themes.values():
        said = list(signals.values())
        yield said.count("met"), said.count("met") + said.count("not_met"), len(said)


def _stands(measure: Mapping, row: Mapping | None) -> tuple[str, bool]:
    """Whether a figure misses its target or the law, meets them, or it cannot be said; whether it misses the law."""
    if row is None or row["symbol"] == "h" or row["denominator_count"] == 0:
        return "none", False
    begun = [t for t in measure["targets"] if str(t.get("from") or "")[:7] <= f"{row['month_start']:%Y-%m}"]
    target = max(begun, key=lambda t: str(t.get("from") or ""))["value"] if begun else None
    is_open = measure["is_cumulative"] and measure["kind"] in ("count", "sum") and row["month_start"].month != 3
    states = [_meets(measure, row, line) for line in (target, measure["law_value"])]
    misses_law = states[1] is False
    if states[0] is False and is_open and not misses_law:
        return "under_way", False
    if False in states:
        return "missed", misses_law
    known = [state for state, line in zip(states, (target, measure["law_value"]), strict=True) if line is not None]
    return ("none" if not known else "unknown" if None in known else "met"), False


def _meets(measure: Mapping, row: Mapping, line: object) -> bool | None:
    """Whether the least and the most that a figure can be meet a line; None where that differs or nothing is known."""
    if line is None:
        return None
    low = row["value"] if row["value"] is not None else row["lower_value"]
    high = row["value"] if row["value"] is not None else row["upper_value"]
    if low is None or high is None:
        return None
    if row["value"] is None and row["denominator_count"] is not None and Decimal(str(line)) == 1:
        return False
    meets = {value <= Decimal(str(line)) if measure["better"] == "lower" else value >= Decimal(str(line))
             for value in (low, high)}  # fmt: skip
    return meets.pop() if len(meets) == 1 else None


def _joined(pieces: Iterable[tuple[str, str | None]]) -> list[tuple[str | None, str]]:
    """Pieces of one figure as one text, and what lies between them by itself."""
    joined: list[list] = []
    for text, key in pieces:
        if joined and joined[-1][0] == key:
            joined[-1][1] += text
        else:
            joined.append([key, text])
    return [(key, " ".join(text.split())) for key, text in joined]


def _in_month(key: str, year: int, month: int) -> str:
    measure, _, breakdown, group = key.split("|", 3)
    return f"{measure}|{year}-{month:02d}|{breakdown}|{group}"


def _months_of(found: re.Match) -> list[tuple[int, int]]:
    """The months in which a figure of a named period may stand."""
    if found["term"]:
        return [(int(found["term_year"]), month) for month in TERMS[found["term"]]]
    day = _day_of(found)
    return [(day.year, day.month)] if day else []


def _in_unit(number: Number, measure: Mapping) -> bool:
    """Whether a number has the sign of the measure's unit: %, £, or neither."""
    is_percent = measure["unit"] in ("percent", "percent_change")
    return number.is_percent == is_percent and number.is_pounds == (measure["unit"] == "gbp")


def _is_round(found: re.Match, value: Decimal) -> bool:
    """Money in round words: no further than a twentieth off, or between the two that are said."""
    scale = {"thousand": 1000, "million": 1_000_000}[found["scale"]]
    about = int(found["about"]) * scale
    if found["low"]:
        return int(found["low"]) * scale <= abs(value) <= about
    return abs(about - abs(value)) <= abs(value) / 20 + scale // 2


def altered(block: Block) -> Iterator[Block]:
    """The block once for each digit of a marked figure in it, with that digit changed."""
    for place, (text, key) in enumerate(block.pieces):
        for found in re.finditer(r"\d", PERIOD.sub(lambda period: "◆" * len(period[0]), text)) if key else ():
            digit = str((int(found[0]) + 1) % 10)
            changed = text[: found.start()] + digit + text[found.end() :]
            pieces = [*block.pieces[:place], (changed, key), *block.pieces[place + 1 :]]
            yield replace(block, pieces=pieces)


def rows_of(connection, edition_id: int) -> tuple[Mapping, dict[str, list[dict]]]:
    """The header of an edition, and its rows by table, whatever tables there are; editions up to it too."""
    import sqlalchemy as sa

    def rows(query: str) -> list[dict]:
        return [dict(row) for row in connection.execute(sa.text(query), {"edition": edition_id}).mappings()]

    listed = rows(
        "select table_name from information_schema.columns where table_schema = 'published' "
        "and column_name = 'edition_id' and table_name <> 'editions'"
    )
    (header,) = rows("select * from published.editions where edition_id = :edition")
    tables = {
        row["table_name"]: rows(f"select * from published.{row['table_name']} where edition_id = :edition")
        for row in listed
    }
    return header, tables | {"editions": rows("select * from published.editions where edition_id <= :edition")}


# What is drawn of a chart: its ticks on the left, its dots or columns.
_SHAPE = re.compile(r"<(?P<kind>text|circle|rect) (?P<attributes>[^>]*?)/?>(?P<text>[^<]*)")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def drawn_values(svg: str) -> list[Decimal]:
    """The values of a chart's dots, or of its columns where it has none, from left to right, by its own ticks.

    ValueError where the ticks are not evenly spaced: then nothing can be read off the chart.
    """
    shapes = [(m["kind"], dict(_ATTRIBUTE.findall(m["attributes"])), m["text"]) for m in _SHAPE.finditer(svg)]
    ticks = [(Decimal(a["y"]) - 4, next(numbers_in(text))[0].value) for kind, a, text in shapes
             if kind == "text" and a.get("text-anchor") == "end"]  # fmt: skip
    (low_y, low), (high_y, high) = ticks[0], ticks[-1]
    slope = (high - low) / (high_y - low_y)
    if any(abs(low + (y - low_y) * slope - value) > abs(slope) / 5 for y, value in ticks):
        raise ValueError("the ticks of the chart are not evenly spaced")
    zero = low_y - low / slope
    dots = sorted((Decimal(a["cx"]), Decimal(a["cy"])) for kind, a, _ in shapes if kind == "circle")
    columns = [a for kind, a, _ in shapes if kind == "rect" and Decimal(a["width"]) != 6]
    tops = sorted(
        (Decimal(a["x"]), Decimal(a["y"]) + (Decimal(a["height"]) if Decimal(a["y"]) >= zero - 1 else 0))
        for a in columns
    )
    return [low + (y - low_y) * slope for _, y in dots or tops]


def literal_words(templates: Iterable[str]) -> set[str]:
    """What templates say in so many words: their text between markup and expressions, where it has a number."""
    words = set()
    for template in templates:
        runs = re.split(r"<[^>]*>|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", template, flags=re.DOTALL)
        words |= {" ".join(run.split()) for run in runs if any(c.isdigit() for c in run)}
    return words
