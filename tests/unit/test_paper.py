"""The paper: what it says, nothing small in it, and the same bytes for the same edition."""

import io
import re
import zipfile
from datetime import date
from html.parser import HTMLParser

import pypdf
import pytest

from send_data import documents, outputs, paper, published
from send_data import pages as paging
from send_data import words as wording
from tests.unit import sample_marts
from tests.unit.test_editions import freeze, unexplained
from tests.unit.test_sentences import MEASURE, rate


class Reader(HTMLParser):
    """Collects what a reader and an assistive technology meet: text, tables, links, headings, ids."""

    def __init__(self, page: str):
        super().__init__()
        self.words, self.ids, self.links, self.levels, self.tags = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if tag == "a" else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []

    def handle_data(self, text):
        self.words.append(text)


@pytest.fixture(scope="module")
def written(warehouse, tmp_path_factory):
    """The files of one edition by name, and where they stand."""
    patch = pytest.MonkeyPatch()
    patch.setenv("SEND_EDITIONS_DIR", str(tmp_path_factory.mktemp("editions")))
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    edition_id = freeze(sample_marts.tables())
    folder = outputs.folder_of("2026-10")
    yield edition_id, {str(path.relative_to(folder)): path.read_bytes() for path in outputs.write(edition_id)}
    patch.undo()


@pytest.fixture(scope="module")
def pages(written):
    return {"board-paper.html": written[1]["board-paper.html"].decode()}


def test_every_output_is_written(written):
    assert set(outputs.ALWAYS) <= set(written[1])


def test_the_same_edition_is_the_same_bytes(written):
    edition_id, first = written
    folder = outputs.folder_of("2026-10")
    assert {str(p.relative_to(folder)): p.read_bytes() for p in outputs.write(edition_id)} == first


def test_an_edition_that_is_not_there(warehouse):
    with pytest.raises(LookupError, match="no edition"):
        published.read(987654)


@pytest.mark.parametrize("name", ["board-paper.html"])
def test_pages_stand_alone(pages, name):
    """No script, no style sheet, font or picture from elsewhere."""
    reader = Reader(pages[name])
    assert not [tag for tag, _ in reader.tags if tag in ("script", "link", "iframe", "img")]
    assert all(link.startswith("#") for link in reader.links)
    assert "url(" not in pages[name]


@pytest.mark.parametrize("name", ["board-paper.html"])
def test_pages_are_well_formed_for_assistive_technology(pages, name):
    reader = Reader(pages[name])
    assert ("html", {"lang": "en-GB"}) in reader.tags
    assert len(reader.ids) == len(set(reader.ids))
    assert {link[1:] for link in reader.links} <= set(reader.ids)
    assert reader.levels[0] == 1
    assert reader.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(reader.levels, reader.levels[1:], strict=False))
    tables = [tag for tag, _ in reader.tags].count("table")
    assert tables == [tag for tag, _ in reader.tags].count("caption") > 0
    assert all("scope" in attributes for tag, attributes in reader.tags if tag == "th")


def test_pages_say_the_figures(pages):
    for page in pages.values():
        text = words_of(page)
        assert "44 of 66" in text
        assert "In October 2026 the figure was 66.7% (44 of 66)" in text
        assert "It is below the target of 80% and below the law, which requires 100%." in text
        assert "16 learners" in text and "£32,000" in text and "£512,000" in text  # noqa: PT018
        assert "68.6%" in text and "Published by DfE" in text  # noqa: PT018
        assert "Finance business partner" in text


def test_nothing_small_is_printed(pages):
    """No "3 of 66", no lone small count in a table cell of counts."""
    for page in pages.values():
        body = re.sub(r"<svg.*?</svg>", "", page, flags=re.S)
        text = " ".join(" ".join(Reader(body).words).split())
        text = re.sub(r"\d+ of \d+ (measures|sources|parts)", "", text)
        assert not re.findall(r"(?<![\d,.])[1-4] of \d", text)
        assert not re.findall(r'<td class="number">[1-4]</td>', body)


def test_a_name_is_printed_as_it_is_and_a_code_in_words():
    shown = rate(31, 66)
    figures = {("school", code): [shown] for code in ("Elm Wood School (900001)", "HOME_TUITION")}
    (table,) = paging.breakdown_tables(MEASURE, figures, shown, {"breakdowns": {"school": ""}, "breakdown_values": {}})
    assert [row["label"] for row in table["rows"]] == ["Elm Wood School (900001)", "Home tuition"]


def revision(measure_id: str, month: date, shown: str, reasons: list, was=None, now=None) -> dict:
    return {"measure_id": measure_id, "month_start": month, "shown": shown, "reasons": reasons, "was_value": was,
            "is_value": now}  # fmt: skip


def test_revisions_are_told_with_their_reasons(written):
    edition = published.read(written[0])
    words = wording.words()
    months = [date(2026, number, 1) for number in range(5, 10)]
    rows = [
        revision("reviews_completed_on_time", months[3], "in_full", ["late_record"], 0.596, 0.6),
        revision("reviews_completed_on_time", months[4], "in_full", ["late_delivery", "correction"], None, 0.25),
        *(revision("requests_received", month, "in_full", ["definition"], 40, 50 + month.month) for month in months),
        *(revision("reviews_overdue", month, "fewer_than_5", ["late_record"]) for month in months[:2]),
        revision("repatriation_saving", months[0], "not_shown", ["not_known"]),
    ]
    told = [(r["title"], r["months"], r["was"], r["is"], r["how"], r["why"])
            for r in paging.revision_rows(rows, edition.measures, words)]  # fmt: skip
    added, otherwise = "records came late: more or fewer are counted", "it is counted otherwise than it was"
    assert told == [
        ("Annual reviews completed on time", "August 2026", "59.6%", "60.0%", "", added),
        ("Annual reviews completed on time", "September 2026", "no figure", "25.0%", "",
         "a delivery came late; records were corrected"),
        ("Requests for an assessment", "5 months from May 2026 to September 2026", "40 in September 2026",
         "59 in September 2026", "", otherwise),
        ("Reviews overdue", "May 2026, June 2026", "", "", "by fewer than 5", added),
        ("Saving from learners who came back", "May 2026", "", "", "by how much is not shown", "not known"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "rows", "says"),
    [
        (None, [], "There is no earlier paper to compare with."),
        (date(2026, 9, 1), [], "No figure of an earlier month was revised since the paper of September 2026."),
        (date(2026, 9, 1), [revision("reviews_overdue", date(2026, 9, 1), "fewer_than_5", ["correction"]),
                            revision("requests_received", date(2026, 8, 1), "fewer_than_5", ["late_record"])],
         "Revised by fewer than 5: Requests for an assessment (August 2026). Why: records came late: more or fewer are "
         "counted. Reviews overdue (September 2026). Why: records were corrected."),
        (date(2026, 9, 1), [revision("reviews_overdue", date(2026, 9, 1), "in_full", ["correction"], 40, 52)],
         "Reviews overdue September 2026 40 52 records were corrected"),
    ],
)  # fmt: skip
def test_the_paper_says_what_was_revised(written, since, rows, says):
    before = [{"month": since, "edition_id": written[0]}] if since else []
    edition = published.read(written[0])._replace(editions_before=before, revisions=rows)
    page = documents.render("board_paper.html", paper.build_context(edition), paper.beside_text)
    assert says in words_of(page)


def test_each_measure_says_how_far_its_data_can_be_relied_on(pages):
    """Timely and valid, not complete, not signed off, not audited, and nobody knows whether DfE agrees."""
    page = pages["board-paper.html"]
    cells = re.findall(r'<td class="code">(.*?)</td>', page.split('<section id="measures"')[1])
    assert cells == ["T–V?––"] * len(sample_marts.CATALOGUE)
    assert "Timely 10 0 0 Complete 0 10 0 Valid 10 0 0 Reconciled with DfE 0 0 10" in words_of(page)


def test_a_made_up_borough_says_so(warehouse, written):
    edition = published.read(written[0])
    for is_made_up in (True, False):
        header = edition.header | {"is_made_up": is_made_up}
        page = documents.render(
            "board_paper.html", paper.build_context(edition._replace(header=header)), paper.beside_text
        )
        assert ("This borough is made up" in page) == is_made_up


def test_the_pdf_is_tagged_titled_and_in_english(written):
    document = pypdf.PdfReader(io.BytesIO(written[1]["board-paper.pdf"]))
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "SEND Improvement Board" in document.metadata.title
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert document.outline


def test_the_word_document_has_its_pictures_with_words(written):
    with zipfile.ZipFile(io.BytesIO(written[1]["board-paper.docx"])) as parts:
        document = parts.read("word/document.xml").decode()
        pictures = [name for name in parts.namelist() if name.startswith("word/media/")]
    # Three exceptions, and learners who came back.
    assert len(pictures) == 4
    assert document.count("In October 2026 the figure was 66.7% (44 of 66)") >= 1
    assert 'w:val="Title"' in document
    assert "everything known by 5 November 2026" in document
    assert 'w:pgSz w:w="11906"' in document
    assert 'w:val="Heading2"' in document


def test_every_table_of_the_word_document_repeats_its_header(written):
    with zipfile.ZipFile(io.BytesIO(written[1]["board-paper.docx"])) as parts:
        document = parts.read("word/document.xml").decode()
    assert document.count("<w:tblHeader") >= document.count("<w:tbl>") - 1


@pytest.fixture(scope="module")
def held(warehouse, written):
    """What the templates print of an edition in which one measure differs from DfE's figure and nobody knows why."""
    contents = unexplained(sample_marts.tables(), difference=12.4, period="202526")
    return paper.build_context(published.read(freeze(contents)))


def words_of(page: str) -> str:
    return " ".join(" ".join(Reader(page).words).split())


def test_a_measure_held_back_says_why_and_whom_to_ask(held):
    text = words_of(documents.render("board_paper.html", held, chart=paper.beside_text))
    why = (
        "Held back: our figure of plans issued within 20 weeks in January 2026 differs from DfE’s by about 12 "
        "percentage points. Nobody has explained why; ask the Head of SEND."
    )
    assert why in text
    asked = "Ask the owners of 1 of 10 measures why our records do not agree with what DfE publishes"
    assert asked in text
    assert "44 of 66" in text, "another measure's figure is not held back"


def test_a_measure_held_back_is_no_exception_and_prints_no_figure(held):
    (page,) = held["held_back"]
    assert page.measure["measure_id"] == "plans_issued_within_20_weeks"
    assert (page.figure, page.counts, page.standing.words, page.mark) == ("held back", "", "Held back", "!")
    assert page.breakdowns == []
    assert page not in [exception.page for exception in held["exceptions"]] + held["unknown"]
    assert not [point for point in page.trend.points if point.value is not None]


def test_pages_compare_with_what_dfe_publishes_and_say_it_once(pages):
    line = (
        "Published by DfE for 2024 (release 2025): Bexley 68.6% (84.8% in 2023), London 66.9%, England 46.4%, median "
        "of its statistical neighbours 50.0%. Rank 2 among 4 (the highest first), in the second quarter; 1 more has no "
        "figure. "
        "DfE's is of a calendar year."
    )
    for page in pages.values():
        text = words_of(page)
        assert text.count(line) == 1
        assert "More figures published by DfE" not in text


def test_the_paper_says_how_far_it_agrees_with_dfe(pages):
    for page in pages.values():
        text = words_of(page)
        assert "Requests for an assessment 2024 796 Agrees" in text
        assert (
            "Plans issued within 20 weeks 2024 68.6% Differs by about 2 percentage points: A batch of plans was dated "
            "late (performance analyst)"
        ) in text
        assert "Requests by age 2024 2 parts Agrees in 1 of 2 parts; differs by about 15: Ages were mended" in text
        assert "671" not in text, "what lies before the history is not in the table when a newer period is"
