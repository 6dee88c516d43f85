"""The Easy Read summary of an edition, for children, young people and families: HTML and tagged PDF.

Each row is a picture and one short sentence. Words and order are data, easy_read.yml; here are the rules by which a
published figure becomes easy words. A figure that is hidden, held back or missing is never made into any.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from urllib.parse import quote

import yaml

from send_data import documents, pages, sentences
from send_data import words as wording
from send_data.disclosure import HELD_BACK
from send_data.published import Edition
from send_data.sentences import MONTHS, Figure
from send_data.settings import settings

# Below one in twenty it is "almost no", from nineteen in twenty "nearly all": half of the tenth that is printed.
ALMOST = Decimal("0.05")
# Round words for money are never further than this part off; shares closer than this are "about the same".
NEAR = Decimal("0.05")
# Figures that are no shares are "about the same" when they differ by less than this part of the earlier one.
ALIKE = Decimal("0.1")
OLDEST_MONTHS = 12
COUNTED = ("no", "1", "{count}")
# Counts of people are rounded for the public.
PEOPLE = ("no", "about {count}", "about {count}")
_APRIL = 4
_PLACE = re.compile(r"\{(share|count|weeks|pounds|budget)\}")
THOUSAND, MILLION = 1000, 1_000_000


@dataclass(frozen=True)
class Row:
    """A picture and a sentence; `figure` is the part of it that says a published figure, `key` says which.

    A row that explains a word of the sentence before it `follows` that one onto the same page.
    """

    picture: str
    before: str
    figure: str = ""
    after: str = ""
    key: str = ""
    follows: bool = False

    @property
    def says(self) -> str:
        """The whole sentence."""
        return f"{self.before}{self.figure}{self.after}"


@dataclass(frozen=True)
class Section:
    """A heading and the rows under it."""

    heading: str
    rows: list[Row]


@dataclass(frozen=True)
class Told:
    """What may be told of one measure: its definition, its published totals by month, what its control chart says."""

    measure: Mapping
    figures: Mapping[date, Figure]
    month: date
    variation: str

    @property
    def latest(self) -> Figure | None:
        """The newest figure of the last twelve months, shown or not."""
        found = sentences.latest(list(self.figures.values()), self.month)
        return found if found and _months_apart(found.month_start, self.month) < OLDEST_MONTHS else None


def files(edition: Edition) -> dict[str, bytes]:
    """The summary's files: name within the edition's folder -> content. Only what anybody may read is in them."""
    page = documents.render("easy_read.html", build_context(edition.for_output("easy-read")), chart=None)
    return {"easy-read.html": page.encode(), "easy-read.pdf": documents.pdf(page, edition.header)}


def build_context(edition: Edition) -> dict:
    """What the template prints."""
    content = words()
    told = sections(edition, content)
    return {
        "words": wording.words(),
        "edition": edition.header,
        "title": content["title"],
        "month": sentences.month_name(edition.header["month"]),
        "sections": told,
        "pictures": {name: _address(picture(name)) for name in sorted({r.picture for s in told for r in s.rows})},
        "css": (settings().templates_dir / "style.css").read_text(),
    }


def words() -> dict:
    """easy_read.yml by key."""
    return yaml.safe_load((settings().templates_dir / "easy_read.yml").read_text())


def sections(edition: Edition, content: Mapping) -> list[Section]:
    """Everything that the summary says, in order; the first section has no heading."""
    told = _told_by_measure(edition)
    opening = Section("", [*_opening(edition.header, content)])
    middle = [Section(entry["heading"], _section_rows(entry["rows"], told, edition, content))
              for entry in content["sections"]]  # fmt: skip
    middle[-1].rows.extend(_closing(content))
    return _explained([opening, *middle], content["hard_words"])


def share_words(share: Decimal) -> str:
    """A share of 0 to 1 before what it is of: `about 6 out of 10`, `nearly all`, `no`.

    Always "about": even what comes out as exactly 6 out of 10 comes from counts that are rounded for the public.
    """
    if share <= 0 or share >= 1:
        return "no" if share <= 0 else "all"
    if share < ALMOST or share >= 1 - ALMOST:
        return "almost no" if share < ALMOST else "nearly all"
    return f"about {_tenths(share)} out of 10"


def target_words(share: Decimal) -> str:
    """A target before what it is of: `at least 8 out of 10`, `more than 8 out of 10` for 85%, `all`; none below 10%."""
    if share >= 1:
        return "all"
    whole = int((share * 10).to_integral_value(ROUND_FLOOR))
    if whole == 0:
        return ""
    return f"{'at least' if share * 10 == whole else 'more than'} {whole} out of 10"


def pounds_words(pounds: Decimal) -> str:
    """Money in round words, never further than a twentieth off: `about 470 thousand pounds`; 4.6m is a range."""
    if pounds < THOUSAND:
        return "no money" if pounds <= 0 else "less than 1 thousand pounds"
    unit = MILLION if _two_digits(pounds) >= MILLION else THOUSAND
    name = f"{'million' if unit == MILLION else 'thousand'} pounds"
    near = _two_digits(pounds) if _two_digits(pounds) >= 10 * unit else _rounded(pounds / unit) * unit
    if abs(near - pounds) > pounds * NEAR:
        low = int(pounds // unit)
        return f"between {low} and {low + 1} {name}"
    return f"about {near // unit} {name}"


def weeks_words(weeks: Decimal) -> str:
    """Weeks without decimals: `about 14 weeks`, `about 1 week`."""
    whole = _rounded(weeks)
    return f"about {whole} week{'' if whole == 1 else 's'}"


def count_words(number: Decimal, counted: Sequence[str] = COUNTED) -> str:
    """A whole number before what it counts, in the words for none, one and many.

    Where more went away than came, the number is below 0 and none are said to have come.
    """
    return counted[max(0, min(int(number), 2))].format(count=f"{int(number):,}")


def picture(name: str) -> str:
    """A picture as SVG: a file of `pictures`, or ten of a shape, `person-6.5`, so many of them coloured."""
    path = settings().templates_dir / "pictures" / f"{name}.svg"
    if path.exists():
        return path.read_text()
    shape, coloured = name.split("-", 1)
    return documents.render("out_of_ten.svg", {"shape": shape, "coloured": float(coloured)}, chart=None)


def _opening(header: Mapping, content: Mapping) -> Iterator[Row]:
    notices = content["notices"]
    check = _check_of(header, content["checks"])
    named = {"month": sentences.month_name(header["month"]), **check}
    for entries, is_told in (
        (notices["made_up"], header["is_made_up"]),
        (notices["checked"], bool(check)),
        (notices["draft"], not check),
        (notices["replaces"], header["supersedes"] is not None),
        (content["opening"], True),
    ):
        if is_told:
            yield from (_plain(entry, named) for entry in entries)


def _check_of(header: Mapping, checks: Iterable[Mapping]) -> dict:
    """Who checked this very edition and when, as words; empty where nobody did. Its number and its month must agree."""
    for check in checks:
        if (check["edition"], str(check["month"])) == (header["edition_id"], f"{header['month']:%Y-%m}"):
            return {"checked_by": check["checked_by"], "checked_on": sentences.day_name(check["checked_on"])}
    return {}


def _closing(content: Mapping) -> Iterator[Row]:
    """How to reach us, in the ways that are filled in."""
    ways = {name: way for name, way in content["contact"].items() if way}
    for name in ways:
        yield from (_plain(entry, ways) for entry in content["notices"][name])


def _section_rows(
    entries: Iterable[Mapping], told: Mapping[str, Told], edition: Edition, content: Mapping
) -> list[Row]:
    """The rows of a section. A figure of another month than the one last named is followed by the month."""
    named, rows = edition.header["month"], []
    for entry in entries:
        if "of" not in entry:
            rows.append(_plain(entry, {}))
            continue
        facts = told.get(entry["of"])
        found = [row for row in _TELLERS[entry["tells"]](entry, facts, content) if rows[-1:] != [row]]
        rows += found
        latest = facts.latest if facts else None
        if entry["tells"] == "asked" and found:
            named = latest.month_start
        elif _needs_its_month(entry, found, latest, named):
            named = latest.month_start
            rows.append(_plain(content["instead"]["older"], _periods(facts.measure, latest)))
    return rows


def _needs_its_month(entry: Mapping, found: Sequence[Row], latest: Figure | None, named: date) -> bool:
    """Whether a figure was told that is not of the month named and does not name its own."""
    tells_figure = entry["tells"] == "figure" and any(row.key for row in found)
    return tells_figure and latest.month_start != named and not re.search(r"\{(when|since)\}", entry["says"], re.I)


def _figure_rows(entry: Mapping, facts: Told | None, content: Mapping) -> Iterator[Row]:
    """The sentence of a figure, or the one instead of it."""
    figure = facts.latest if facts else None
    said = _said(entry, facts.measure, figure) if figure else None
    if said is None:
        yield _plain(content["instead"][_why_not(figure)], {"about": entry["about"]})
        return
    if said == "":
        return
    says = entry["over"] if "over" in entry and figure.value > 1 else entry["says"]
    names = _periods(facts.measure, figure)
    before, found, after = (part.format(**names) for part in _PLACE.sub("\0", says).partition("\0"))
    said = (said if before else _upper(said)) if found else ""
    key = pages.figure_key(facts.measure, figure.month_start)
    yield Row(_picture_of(entry, figure), _upper(before), said, after, key)


def _said(entry: Mapping, measure: Mapping, figure: Figure) -> str | None:
    """The words for the figure itself: None where nothing may be said of it, empty where a part of it is not given."""
    if figure.value is None:
        return None
    if "{budget}" in entry["says"]:
        return "" if figure.denominator is None else pounds_words(figure.denominator)
    if measure["unit"] == "percent":
        return share_words(figure.value)
    if measure["unit"] == "gbp":
        return pounds_words(figure.value)
    if measure["unit"] == "weeks":
        return weeks_words(figure.value)
    return count_words(figure.value, entry.get("counted", COUNTED if measure["rows_are"] == "things" else PEOPLE))


def _why_not(figure: Figure | None) -> str:
    if figure is None:
        return "no_data"
    return "held_back" if figure.symbol == HELD_BACK else "hidden"


def _law_rows(entry: Mapping, facts: Told | None, _: Mapping) -> Iterator[Row]:
    if facts and facts.measure["law_value"] is not None:
        yield _plain(entry, {})


def _target_rows(entry: Mapping, facts: Told | None, _: Mapping) -> Iterator[Row]:
    """The target in force in the reporting month; one of which larger figures are the better ones."""
    line = sentences.target_of(facts.measure, facts.month) if facts else None
    if line is None or not line.higher_is_better:
        return
    is_share = facts.measure["unit"] == "percent"
    target = target_words(line.value) if is_share else count_words(line.value)
    if target:
        yield _plain(entry, {"target": target})


def _asked_rows(entry: Mapping, facts: Told | None, _: Mapping) -> Iterator[Row]:
    if facts and facts.latest and facts.latest.value is not None:
        yield _plain(entry, _periods(facts.measure, facts.latest))


def _trend_rows(entry: Mapping, facts: Told | None, content: Mapping) -> Iterator[Row]:
    """What the control chart says; without one, how the figure compares with the same month a year before."""
    figure = facts.latest if facts else None
    if figure is None or figure.value is None or figure.symbol:
        return
    change = facts.variation if figure.month_start == facts.month else ""
    change = change or _against_last_year(facts, figure)
    if change:
        words_for = content["trend"][change]
        yield _plain(words_for | {"says": entry.get(change, words_for["says"])}, {})


def _against_last_year(facts: Told, figure: Figure) -> str:
    """`more`, `fewer` or `same`; nothing where a year before is not shown or something else was recorded."""
    month = figure.month_start.replace(year=figure.month_start.year - 1)
    earlier = facts.figures.get(month)
    broken = any(month < first <= figure.month_start for first in sentences.breaks_of(facts.measure))
    if broken or earlier is None or earlier.value is None or earlier.symbol:
        return ""
    enough = NEAR if facts.measure["unit"] == "percent" else abs(earlier.value) * ALIKE
    if figure.value == earlier.value or abs(figure.value - earlier.value) < enough:
        return "same"
    return "more" if figure.value > earlier.value else "fewer"


_TELLERS = {
    "figure": _figure_rows,
    "law": _law_rows,
    "target": _target_rows,
    "asked": _asked_rows,
    "trend": _trend_rows,
}


def _explained(told: Iterable[Section], hard_words: Sequence[Mapping]) -> list[Section]:
    """The sections with the explanation of every hard word right after the sentence in which it comes first."""
    unexplained = {entry["word"]: entry for entry in hard_words}
    return [Section(section.heading, [*_with_explanations(section.rows, unexplained)]) for section in told]


def _with_explanations(rows: Iterable[Row], unexplained: dict[str, Mapping]) -> Iterator[Row]:
    for row in rows:
        yield row
        for word in [word for word in unexplained if re.search(rf"\b{word}s?\b", row.says)]:
            yield replace(_plain(unexplained.pop(word), {}), follows=True)


def _told_by_measure(edition: Edition) -> dict[str, Told]:
    month = edition.header["month"]
    figures: dict[str, dict[date, Figure]] = {}
    for row in edition.figures:
        if row["breakdown"] == "all" and row["month_start"] <= month:
            figures.setdefault(row["measure_id"], {})[row["month_start"]] = sentences.figure_of(row)
    variations = _variations(edition)
    return {
        measure["measure_id"]: Told(
            measure, figures.get(measure["measure_id"], {}), month, variations.get(measure["measure_id"], "")
        )
        for measure in edition.measures
    }


def _variations(edition: Edition) -> dict[str, str]:
    """By measure, where its control chart signals in the reporting month: a key of `trend` in easy_read.yml."""
    return {
        row["measure_id"]: re.sub("_(high|low)$", "", row["variation_icon"])
        for row in edition.control_charts
        if row["month_start"] == edition.header["month"] and row["variation_icon"]
    }


def _periods(measure: Mapping, figure: Figure) -> dict[str, str]:
    """What {when}, {since} and {period} stand for."""
    as_of = figure.as_of_month or figure.month_start
    period = _span(_first_month(measure, figure.month_start), figure.month_start)
    since = _span(date(as_of.year - (as_of.month < _APRIL), _APRIL, 1), as_of)
    when, since = (f"{'from' if ' to ' in span else 'in'} {span}" for span in (period, since))
    return {"period": period, "when": when, "When": _upper(when), "since": since, "Since": _upper(since)}


def _first_month(measure: Mapping, last: date) -> date:
    """The first of the months that a figure stands for: of a quarter or term, the one after the last reported."""
    if not measure["cadence"].startswith(("quarterly", "termly")):
        return last
    reported = sorted(int(number) for number in measure["reported_in"].split(","))
    before = max((month for month in reported if month < last.month), default=reported[-1] - 12)
    first = last.year * 12 + before
    return date(first // 12, first % 12 + 1, 1)


def _span(first: date, last: date) -> str:
    """`October 2026`, `July to September 2026`, `December 2026 to February 2027`."""
    if first == last:
        return sentences.month_name(last)
    year = "" if first.year == last.year else f" {first.year}"
    return f"{MONTHS[first.month - 1]}{year} to {sentences.month_name(last)}"


def _picture_of(entry: Mapping, figure: Figure) -> str:
    if "shape" not in entry:
        return entry["picture"]
    coloured = {"almost no": 0.5, "nearly all": 9.5, "no": 0, "all": 10}.get(
        share_words(figure.value), _tenths(figure.value)
    )
    return f"{entry['shape']}-{coloured}"


def _plain(entry: Mapping, names: Mapping[str, str]) -> Row:
    return Row(entry["picture"], _upper(entry["says"].format(**names)))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tenths(share: Decimal) -> int:
    return _rounded(share * 10)


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _two_digits(pounds: Decimal) -> int:
    """Rounded to its two leading digits, as a whole number."""
    size = Decimal(10) ** max(pounds.adjusted() - 1, 0)
    return int((pounds / size).quantize(Decimal(1), ROUND_HALF_UP) * size)


def _months_apart(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _address(svg: str) -> str:
    """A picture as an address for CSS, so that screen readers and tagged PDF pass it by: the sentence says it all."""
    return "data:image/svg+xml," + quote(re.sub(r">\s+<", "><", svg.strip()), safe=" =:/'()<>,;")
