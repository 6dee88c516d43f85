"""The Easy Read summary: words that a twelve-year-old can follow, true to the figures, silent of what is hidden."""

import io
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pypdf
import pytest
import yaml
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from send_data import easy_read
from send_data.published import Edition
from send_data.settings import ROOT

OCTOBER = date(2026, 10, 1)
CONTENT = easy_read.words()
TEMPLATES = ROOT / "include" / "templates"
ENTRIES = [entry for section in CONTENT["sections"] for entry in section["rows"]]
MEASURES = sorted({entry["of"] for entry in ENTRIES if "of" in entry})
HEADER = {"edition_id": 2, "month": OCTOBER, "known_at": datetime(2026, 11, 5, 6, 12, tzinfo=UTC), "is_made_up": True,
          "supersedes": None, "content_sha256": "ab" * 32, "status": "draft"}  # fmt: skip
SHARES = st.decimals(0, 1, places=4, allow_nan=False)
PLACES = {"percent": "share", "gbp": "pounds", "weeks": "weeks", "count": "count"}


def definition(measure_id: str) -> dict:
    """A measure as published.measures has it, out of its own file."""
    file = ROOT / "dbt_project" / "models" / "measures" / f"{measure_id}.yml"
    page = yaml.safe_load(file.read_text())["models"][0]["config"]["meta"]["measure"]
    months = {"quarterly": [3, 6, 9, 12]}.get(page["cadence"], range(1, 13))
    law = page.get("law") or {}
    return {
        "measure_id": measure_id, "unit": page["unit"], "cadence": page["cadence"], "better": page["better"],
        "is_cumulative": page.get("is_cumulative", False), "recording_breaks": None, "kind": page["kind"],
        "rows_are": page.get("rows_are", "children"),
        "law_value": Decimal(str(law["value"])) if law else None,
        "targets": [{"value": t["value"], "from": str(t["from"])} for t in page.get("targets", [])],
        "reported_in": ",".join(str(month) for month in page.get("reported_in", months)),
    }  # fmt: skip


DEFINED = {measure_id: definition(measure_id) for measure_id in MEASURES}


def row(measure_id: str, value=None, month: date = OCTOBER, symbol: str = "", **more) -> dict:
    """A row of published.figures of the whole borough."""
    empty = dict.fromkeys(("numerator_count", "lower_bound", "upper_bound", "lower_value", "upper_value"))
    base = {"measure_id": measure_id, "month_start": month, "breakdown": "all", "breakdown_value": "all",
            "value": value, "denominator_count": Decimal(56252100), "symbol": symbol, "as_of_month": month}  # fmt: skip
    return empty | base | more


def edition(*figures: dict, charts: tuple = (), **header) -> Edition:
    empty = {name: [] for name in Edition._fields}
    charted = [{"measure_id": m, "month_start": OCTOBER, "variation_icon": icon} for m, icon in charts]
    return Edition(**empty | {"header": HEADER | header, "measures": list(DEFINED.values()), "figures": list(figures),
                              "public_figures": list(figures), "control_charts": charted})  # fmt: skip


def rows_of(found: Edition, content: dict = CONTENT) -> list[easy_read.Row]:
    return [row for section in easy_read.sections(found, content) for row in section.rows]


def said(*figures: dict, charts: tuple = ()) -> list[str]:
    return [row.says for row in rows_of(edition(*figures, charts=charts))]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("0", "no"), ("0.0001", "almost no"), ("0.04", "almost no"), ("0.0499", "almost no"),
        ("0.05", "about 1 out of 10"), ("0.1", "about 1 out of 10"), ("0.1499", "about 1 out of 10"),
        ("0.15", "about 2 out of 10"), ("0.4999", "about 5 out of 10"), ("0.5", "about 5 out of 10"),
        ("0.5001", "about 5 out of 10"), ("0.9", "about 9 out of 10"), ("0.9499", "about 9 out of 10"),
        ("0.95", "nearly all"), ("0.9999", "nearly all"), ("1", "all"),
    ],
)  # fmt: skip
def test_shares_in_tenths(share, words):
    assert easy_read.share_words(Decimal(share)) == words


@given(SHARES)
def test_a_share_is_never_further_off_than_half_a_tenth(share):
    words = easy_read.share_words(share)
    assert (words == "all") == (share == 1)
    assert (words == "no") == (share == 0)
    tenths = re.fullmatch(r"about (\d) out of 10", words)
    if tenths:
        assert abs(Decimal(tenths[1]) / 10 - share) <= Decimal("0.05")
    else:
        assert {"no": share == 0, "almost no": 0 < share < Decimal("0.05"), "nearly all": share >= Decimal("0.95"),
                "all": share == 1}[words]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "words"),
    [("1", "all"), ("0.8", "at least 8 out of 10"), ("0.85", "more than 8 out of 10"), ("0.05", ""),
     ("0.1", "at least 1 out of 10")],
)  # fmt: skip
def test_targets_in_tenths(share, words):
    assert easy_read.target_words(Decimal(share)) == words


@pytest.mark.parametrize(
    ("pounds", "words"),
    [
        ("-5", "no money"), ("0", "no money"), ("999", "less than 1 thousand pounds"),
        ("1000", "about 1 thousand pounds"),
        ("4600", "between 4 and 5 thousand pounds"), ("468020.52", "about 470 thousand pounds"),
        ("512000", "about 510 thousand pounds"), ("999600", "about 1 million pounds"),
        ("1400000", "between 1 and 2 million pounds"), ("4990000", "about 5 million pounds"),
        ("56252100", "about 56 million pounds"), ("60000000", "about 60 million pounds"),
        ("123400000", "about 120 million pounds"),
    ],
)  # fmt: skip
def test_money_in_round_words(pounds, words):
    assert easy_read.pounds_words(Decimal(pounds)) == words


@given(st.decimals(1000, 2_000_000_000, places=2))
def test_round_money_is_never_further_off_than_a_twentieth(pounds):
    words = easy_read.pounds_words(pounds)
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    unit = 1_000_000 if "million" in words else 1000
    if words.startswith("between"):
        assert numbers[0] * unit < pounds < numbers[1] * unit
    else:
        assert abs(numbers[0] * unit - pounds) <= pounds / 20
        assert words.startswith("about")


@pytest.mark.parametrize(
    ("weeks", "words"),
    [("14.2857", "about 14 weeks"), ("14.5", "about 15 weeks"), ("14", "about 14 weeks"), ("1", "about 1 week"),
     ("0.9", "about 1 week")],
)  # fmt: skip
def test_weeks_without_decimals(weeks, words):
    assert easy_read.weeks_words(Decimal(weeks)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [("-2", "nothing"), ("0", "nothing"), ("1", "1 thing"), ("2", "2 things"), ("1204", "1,204 things")],
)
def test_counts(number, words):
    assert easy_read.count_words(Decimal(number), ["nothing", "1 thing", "{count} things"]) == words


def test_a_figure_stands_in_its_sentence_and_says_which_it_is():
    found = rows_of(edition(row("plans_issued_within_20_weeks", Decimal("0.8182"))))
    (told,) = [row for row in found if row.key]
    assert told.says == "In October 2026, about 8 out of 10 new plans were ready on time."
    assert (told.figure, told.key) == ("about 8 out of 10", "plans_issued_within_20_weeks|2026-10|all|all")
    assert told.picture == "page-8"
    assert "The law says we must finish a new plan in 20 weeks." in [row.says for row in found]


@pytest.mark.parametrize(
    ("share", "picture"),
    [("0", "page-0"), ("0.03", "page-0.5"), ("0.45", "page-5"), ("0.97", "page-9.5"), ("1", "page-10")],
)
def test_ten_of_something_are_drawn_as_the_words_say(share, picture):
    found = rows_of(edition(row("plans_issued_within_20_weeks", Decimal(share))))
    (told,) = [row for row in found if row.key]
    assert told.picture == picture
    drawn = easy_read.picture(picture)
    assert drawn.count("#00515e") == math.ceil(float(picture.removeprefix("page-")))


def test_a_figure_of_a_quarter_a_term_and_a_year_to_date_names_its_months():
    told = said(
        row("plans_clear_to_families", Decimal("0.46"), date(2026, 9, 1)),
        row("families_with_trust_and_confidence", Decimal("0.69"), date(2026, 6, 1)),
        row("supported_internships", Decimal(15), date(2026, 8, 1)),
        row("learners_repatriated", Decimal(15), symbol="b", as_of_month=date(2026, 9, 1)),
        row("plans_in_mainstream", Decimal("0.5"), date(2026, 7, 1)),
    )
    assert "We asked children, families and schools from July to September 2026." in told
    assert "From April to August 2026, about 15 young people did a supported internship." in told
    assert "From April to September 2026, about 15 children came back to Bexley schools." in told
    place = told.index("About 7 out of 10 children and families trust the help they get.")
    assert told[place + 1] == "This number is from April to June 2026."
    place = told.index("About 5 out of 10 children with a plan go to a mainstream school.")
    assert "This number is from July 2026." in told[place + 1 : place + 3]
    assert not [sentence for sentence in told if "July to September" in sentence and "number" in sentence]


def test_a_figure_older_than_a_year_is_none():
    assert "We have no number about new plans yet." in said(
        row("plans_issued_within_20_weeks", Decimal("0.8"), date(2025, 10, 1))
    )
    assert "We have no number about new plans yet." not in said(
        row("plans_issued_within_20_weeks", Decimal("0.8"), date(2025, 11, 1))
    )


@pytest.mark.parametrize(
    ("symbol", "bounds", "words"),
    [
        ("c", {"lower_bound": 1, "upper_bound": 4}, "We cannot tell you about new plans: the number is too small."),
        ("b", {"lower_bound": 0, "upper_bound": 4}, "We cannot tell you about new plans: the number is too small."),
        ("h", {}, "We are still checking our number about new plans."),
    ],
)
def test_what_may_not_be_told_is_not(symbol, bounds, words):
    found = rows_of(edition(row("plans_issued_within_20_weeks", symbol=symbol, numerator_count=Decimal(3), **bounds)))
    told = [row.says for row in found]
    assert words in told
    assert not [row for row in found if row.key]
    after = told[told.index(words) + 1]
    assert (after == "We hide small numbers, so nobody can tell who a child is.") == (symbol != "h")


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [("0.6", "0.5", "That is more than a year before."), ("0.55", "0.5", "That is more than a year before."),
     ("0.5499", "0.5", "That is about the same as a year before."),
     ("0.5", "0.5", "That is about the same as a year before."), ("0.45", "0.5", "That is fewer than a year before.")],
)  # fmt: skip
def test_without_a_chart_a_figure_is_compared_with_a_year_before(now, then, words):
    one = row("plans_issued_within_20_weeks", Decimal(now))
    told = said(one, row("plans_issued_within_20_weeks", Decimal(then), date(2025, 10, 1)))
    assert words in told
    assert not [sentence for sentence in told if re.search("better|worse|really", sentence)]
    assert not [sentence for sentence in said(one) if "year before" in sentence]


def test_waiting_is_longer_or_shorter():
    weeks = [
        row("specialist_assessment_wait", Decimal(22)),
        row("specialist_assessment_wait", Decimal(20), date(2025, 10, 1)),
    ]
    assert "That is longer than a year before." in said(*weeks)
    assert "That is about the same as a year before." in said(weeks[0] | {"value": Decimal("21.9")}, weeks[1])


@pytest.mark.parametrize(
    ("icon", "words"),
    [
        ("improvement_high", "This has really got better."), ("improvement_low", "This has really got better."),
        ("concern_low", "This has really got worse."),
        ("common_cause", "This goes up and down, but it has not really changed."),
        ("neutral_high", "This has really changed."),
    ],
)  # fmt: skip
def test_only_the_control_chart_says_that_something_changed(icon, words):
    figures = [row("plans_issued_within_20_weeks", Decimal("0.9")),
               row("plans_issued_within_20_weeks", Decimal("0.5"), date(2025, 10, 1))]  # fmt: skip
    told = said(*figures, charts=(("plans_issued_within_20_weeks", icon),))
    assert words in told
    assert "That is more than a year before." not in told


def test_a_chart_says_nothing_of_a_hidden_figure():
    told = said(
        row("plans_issued_within_20_weeks", symbol="c"), charts=(("plans_issued_within_20_weeks", "concern_low"),)
    )
    assert "This has really got worse." not in told


def test_more_therapy_than_plans_ask_for():
    assert "We gave more hours of therapy than plans ask for." in said(row("therapy_provided", Decimal("1.02")))
    assert "We gave all hours of therapy that plans ask for." in said(row("therapy_provided", Decimal(1)))


def test_a_budget_that_is_not_given_is_left_out():
    told = said(row("high_needs_spend_forecast", Decimal(60_459_050), denominator_count=None))
    assert "This year we expect to spend about 60 million pounds on SEND." in told
    assert not [sentence for sentence in told if "for this" in sentence]


def test_it_is_a_draft_until_young_people_have_checked_that_very_edition():
    draft = "This is a draft: young people have not checked it yet."
    check = {"edition": 2, "month": "2026-10", "checked_by": "Bexley youth group", "checked_on": date(2026, 11, 12)}
    told = {
        (edition_id, month): [row.says for row in rows_of(edition(edition_id=edition_id, month=month),
                                                          CONTENT | {"checks": [check]})]
        for edition_id, month in ((2, OCTOBER), (3, OCTOBER), (2, date(2026, 9, 1)))
    }  # fmt: skip
    checked = "Bexley youth group checked this paper on 12 November 2026."
    assert [(checked in sentences, draft in sentences) for sentences in told.values()] == [
        (True, False), (False, True), (False, True),
    ]  # fmt: skip


def test_a_made_up_borough_and_a_correction_say_so():
    invented = "We invented all the children and numbers in this paper."
    older = "This paper takes the place of an older one."
    plain = [row.says for row in rows_of(edition(is_made_up=False))]
    corrected = [row.says for row in rows_of(edition(supersedes=1))]
    assert (invented in plain, older in plain) == (False, False)
    assert (invented in corrected, older in corrected) == (True, True)


def test_whom_to_ask_is_printed_where_it_is_filled_in():
    contact = {"phone": "020 7946 0000", "email": "send@example.org"}
    told = [row.says for row in rows_of(edition(), CONTENT | {"contact": contact})]
    assert told[-2:] == ["You can phone us on 020 7946 0000.", "You can e-mail us at send@example.org."]
    assert not [sentence for sentence in said() if re.search("phone|e-mail", sentence)]


# A figure in every state that an edition may publish it in.
VALUES = {
    "percent": SHARES, "gbp": st.decimals(0, 99_000_000, places=2), "weeks": st.decimals(0, 180, places=2),
    "count": st.integers(-5, 400).map(Decimal),
}  # fmt: skip


@st.composite
def figures(draw, measure_id: str) -> list[dict]:
    measure = DEFINED[measure_id]
    reported = [int(number) for number in measure["reported_in"].split(",")]
    months = [date(year, m, 1) for year in (2025, 2026) for m in reported if (2025, 9) < (year, m) <= (2026, 10)]
    month = draw(st.sampled_from(months))
    state = draw(st.sampled_from(["shown", "shown", "hidden", "held_back", "few", "none"]))
    earlier = row(measure_id, draw(VALUES[measure["unit"]]), month.replace(year=month.year - 1))
    return {
        "shown": [row(measure_id, draw(VALUES[measure["unit"]]), month), earlier],
        "hidden": [row(measure_id, None, month, "c", numerator_count=Decimal(3), lower_bound=1, upper_bound=4)],
        "held_back": [row(measure_id, None, month, "h"), earlier],
        "few": [row(measure_id, None, month, "b", lower_bound=0, upper_bound=4)],
        "none": [],
    }[state]


ICONS = st.sampled_from([None, "improvement_high", "concern_low", "common_cause", "neutral_low"])


@st.composite
def editions(draw, measure_id: str) -> Edition:
    """An edition in which one measure stands in any state, and no other has a figure."""
    icon = draw(ICONS)
    header = {"is_made_up": draw(st.booleans()), "supersedes": draw(st.sampled_from([None, 1]))}
    return edition(*draw(figures(measure_id)), charts=((measure_id, icon),) if icon else (), **header)


# "were opened", "was sent": something is done by nobody. "Ready", "clear" and the like are no participles.
PASSIVE = re.compile(
    r"\b(is|are|was|were|be|been|being)\s+(\w+ed|done|made|given|sent|held|found|written|told|seen|shown)\b"
)


@pytest.mark.parametrize("measure_id", MEASURES)
@trying(max_examples=40, deadline=None)
@given(st.data())
def test_every_sentence_is_easy_whatever_the_figure(measure_id, data):
    found = data.draw(editions(measure_id))
    rows = rows_of(found)
    for sentence in [row.says for row in rows]:
        assert len(sentence.split()) <= 15, sentence
        assert re.fullmatch(r"[A-Z0-9“][^.!?]*\.", sentence), f"one whole sentence: {sentence}"
        assert not re.search(r"%|per cent|\d\.\d|[{}]|  | ,|improve", sentence), sentence
        assert not PASSIVE.search(sentence), sentence
    judged = any("really got" in row.says for row in rows)
    icons = {chart["variation_icon"] for chart in found.control_charts}
    assert not judged or icons <= {"improvement_high", "concern_low"}
    shown = {f"{f['measure_id']}|{f['month_start']:%Y-%m}|all|all": f for f in found.figures if f["value"] is not None}
    assert {row.key for row in rows if row.figure} <= set(shown), "nothing hidden is told"
    assert len({row.says for row in rows}) == len(rows), "nothing is said twice"


@pytest.mark.parametrize("name", ["full", "nothing", "hidden", "stale"])
def test_every_hard_word_is_explained_in_the_next_sentence(name):
    told = easy_read.sections(EXTREMES[name], CONTENT)
    sentences = [row.says for section in told for row in section.rows]
    words = {entry["word"]: entry["says"] for entry in CONTENT["hard_words"]}
    for word, explanation in words.items():
        first = next((place for place, sentence in enumerate(sentences) if word in sentence), None)
        assert first is None or sentences[first + 1] == explanation, word
    assert not {word for section in told for word in words if word in section.heading}
    short = {word for sentence in sentences for word in re.findall(r"\b[A-Z]{2,}\b", sentence)}
    assert short <= {"SEND", "EHC"}, "no other short form of words"


def test_words_are_short():
    """The mean word of the seed's own Easy Read has 4.7 letters; words of more than nine are rare."""
    texts = [row.says for row in rows_of(full())]
    words = re.findall(r"[a-z]+", " ".join(texts).lower())
    assert sum(map(len, words)) / len(words) < 4.7
    long = {word for word in words if len(word) > 9}
    assert long <= {"disabilities", "educational", "independent", "internship", "mainstream", "specialist"}


def full(**header) -> Edition:
    """Every figure told, as long as its words can be, with a trend wherever one can stand."""
    value = {"percent": Decimal("0.4567"), "gbp": Decimal(1_400_000), "weeks": Decimal("114.3"), "count": Decimal(1204)}
    rows = []
    for measure_id, measure in DEFINED.items():
        reported = [int(number) for number in measure["reported_in"].split(",")]
        month = date(2026, max(m for m in reported if m <= OCTOBER.month), 1)
        rows.append(row(measure_id, value[measure["unit"]], month))
        rows.append(row(measure_id, value[measure["unit"]], month.replace(year=2025)))
    return edition(*rows, charts=tuple((m, "common_cause") for m in MEASURES), **header)


def stale(**header) -> Edition:
    """Every figure told from another month than the last."""
    rows = [row(m, Decimal("0.45"), date(2026, 6, 1)) for m in MEASURES]
    return edition(*rows, **header)


EXTREMES = {
    "full": full(supersedes=1),
    "nothing": edition(),
    "hidden": edition(*(row(m, symbol="c") for m in MEASURES), supersedes=1),
    "stale": stale(supersedes=1),
}


@pytest.fixture(scope="module")
def written():
    return {name: easy_read.files(found) for name, found in EXTREMES.items()}


@pytest.fixture(scope="module")
def documents(written):
    return {name: pypdf.PdfReader(io.BytesIO(files["easy-read.pdf"])) for name, files in written.items()}


def test_two_to_four_pages_of_a4(documents):
    for name, document in documents.items():
        assert 2 <= len(document.pages) <= 4, name
        assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in document.pages} == {(595, 842)}


def test_nothing_is_smaller_than_16_points(documents):
    sizes = set()
    for page in documents["full"].pages:
        page.extract_text(visitor_text=lambda text, cm, tm, _, size: sizes.add(round(abs(size * tm[3] * cm[3]), 1))
                          if text.strip() else None)  # fmt: skip
    assert min(sizes) >= 16
    assert 16 in sizes


def test_the_pdf_is_tagged_titled_and_in_english(documents):
    for document in documents.values():
        root = document.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en-GB"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert "Easy Read" in document.metadata.title
        assert "pdfuaid" in root["/Metadata"].get_data().decode()


def test_the_same_edition_is_the_same_bytes(written):
    assert easy_read.files(full(supersedes=1)) == written["full"]


class Page(HTMLParser):
    """Headings, tags and, by its key, the words of every figure."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.figures, self.key = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.key = dict(attrs).get("data-figure")

    def handle_data(self, text):
        if self.key:
            self.figures.setdefault(self.key, []).append(text)
            self.key = None


def test_the_page_stands_alone_and_names_its_figures(written):
    text = written["full"]["easy-read.html"].decode()
    page = Page(text)
    assert ("html", {"lang": "en-GB"}) in page.tags
    levels = [tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels == ["h1"] + ["h2"] * len(CONTENT["sections"])
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe", "img", "svg")]
    assert set(re.findall(r'url\("([^,]*),', text)) == {"data:image/svg+xml"}
    assert set(page.figures) == {f"{m}|{f['month_start']:%Y-%m}|all|all" for m in MEASURES
                                 for f in EXTREMES["full"].figures[::2] if f["measure_id"] == m}  # fmt: skip
    assert page.figures["high_needs_spend_forecast|2026-10|all|all"] == ["between 1 and 2 million pounds",
                                                                         "about 56 million pounds"]  # fmt: skip


def test_the_files_tell_what_anybody_may_read():
    """The public figures, and nothing drawn from exact ones."""
    exact = full()
    public = [figure | {"value": figure["value"] and Decimal("0.3")} for figure in exact.figures]
    text = easy_read.files(exact._replace(public_figures=public))["easy-read.html"].decode()
    assert Page(text).figures["plans_in_mainstream|2026-10|all|all"] == ["About 3 out of 10"]
    assert "really" not in text


def test_every_row_has_a_picture_and_one_sentence(written):
    text = written["full"]["easy-read.html"].decode()
    rows = re.findall(r'<div class="row picture-([\w-]+)(?: follows)?"><p>(.*?)</p></div>', text)
    assert len(rows) == len(rows_of(EXTREMES["full"])) == text.count("<p>")
    assert {name for name, _ in rows} == set(re.findall(r"\.picture-([\w-]+) \{ background-image", text))


def drawn() -> dict[str, str]:
    files = {path.stem: path.read_text() for path in (TEMPLATES / "pictures").glob("*.svg")}
    return files | {f"{shape}-{n}": easy_read.picture(f"{shape}-{n}") for shape in ("person", "page", "circle")
                    for n in (0, 0.5, 1, 9.5, 10)}  # fmt: skip


def test_pictures_are_of_one_style_in_the_colours_of_the_style_sheet():
    style = (TEMPLATES / "style.css").read_text()
    for name, svg in drawn().items():
        assert svg.lstrip().startswith("<svg "), name
        assert not re.search("<(text|image|style|script|a) ", svg), name
        colours = set(re.findall(r"#[0-9a-f]{3,6}", svg))
        assert len(colours) <= 5, name
        assert colours <= set(re.findall(r"#[0-9a-f]{6}", style)), f"{name}: redraw it in the council's colours"
        assert "#1f2a30" in colours
        assert float(re.search('stroke-width="([0-9.]+)"', svg)[1]) >= 3.5


def test_every_picture_is_there_and_none_is_left_over():
    named = set(re.findall(r"picture: ([\w-]+)", (TEMPLATES / "easy_read.yml").read_text()))
    assert named == {path.stem for path in (TEMPLATES / "pictures").glob("*.svg")}


def test_every_row_of_a_measure_speaks_of_it_in_its_unit():
    for entry in ENTRIES:
        if entry.get("tells") == "figure":
            places = set(re.findall(r"\{([a-z]+)\}", entry["says"])) - {"when", "since"}
            unit = DEFINED[entry["of"]]["unit"]
            assert places in ({PLACES[unit]}, {"budget"}), entry
            assert ("shape" in entry) == (unit == "percent")
