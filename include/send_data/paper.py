"""The Board paper of an edition: HTML, tagged PDF, Word."""

from send_data import agreement, charts, coming, documents, pages, sentences
from send_data import words as wording
from send_data.pages import MARKS
from send_data.published import Edition
from send_data.settings import settings


def files(edition: Edition) -> dict[str, bytes]:
    """The paper's files: name within the edition's folder -> content."""
    context = build_context(edition)
    page = documents.render("board_paper.html", context, chart=charts.svg)
    return {
        "board-paper.html": page.encode(),
        "board-paper.pdf": documents.pdf(page, edition.header),
        "board-paper.docx": documents.docx(
            documents.render("board_paper.html", context, chart=documents.image), edition.header
        ),
    }


def build_context(edition: Edition) -> dict:
    """What the templates print: words, charts and tables, no rows of the database."""
    words = wording.words()
    month = edition.header["month"]
    measures = pages.measure_pages(edition, words)
    groups = [
        {"id": name, "title": title, "pages": [p for p in measures if p.measure["priority"] == name]}
        for name, title in words["priorities"].items()
    ]
    exceptions = [page for page in measures if page.standing.is_exception]
    return {
        "words": words,
        "edition": edition.header,
        "month": sentences.month_name(month),
        "known_on": sentences.day_name(edition.header["known_at"].date()),
        "groups": [group for group in groups if group["pages"]],
        "measure_count": len(measures),
        "exceptions": exceptions,
        "unknown": [page for page in measures if page.mark == MARKS["unknown"]],
        "held_back": [page for page in measures if page.mark == MARKS["held_back"]],
        "below_law": [page for page in exceptions if page.standing.law == "not_met"],
        "repatriation": pages.repatriation_page(edition.repatriations, month, words),
        "coming": coming.coming_page(
            edition.falling_due, edition.falling_due_by_team, edition.forecasts, edition.forecast_errors, words
        ),
        "national": pages.national_tables(edition, words),
        "agreement": agreement.agreement_table(edition.reconciliations),
        "sources": [pages.source_words(row) for row in edition.sources],
        "since": sentences.month_name(edition.since[0]["month"]) if edition.since else "",
        "status": pages.status_words(edition.header),
        "correction": pages.correction_words(edition, words),
        "revisions": pages.revision_rows(edition.revisions, edition.measures, words),
        "css": (settings().templates_dir / "style.css").read_text(),
    }
