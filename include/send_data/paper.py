"""The Board paper of an edition: HTML, tagged PDF, Word."""

from send_data import agreement, board, charts, coming, commentary, documents, pages, published, sentences
from send_data import words as wording
from send_data.pages import MARKS
from send_data.published import Edition
from send_data.settings import settings


def files(edition: Edition) -> dict[str, bytes]:
    """The paper's files: name within the edition's folder -> content."""
    context = build_context(edition.for_output("board-paper"))
    page = documents.render("board_paper.html", context, chart=beside_text)
    return {
        "board-paper.html": page.encode(),
        "board-paper.pdf": documents.pdf(page, edition.header),
        "board-paper.docx": documents.docx(
            documents.render("board_paper.html", context, chart=documents.image), edition.header
        ),
    }


def beside_text(trend: charts.Trend) -> str:
    """A chart as the paper draws it, narrow enough for words beside it."""
    return charts.svg(charts.narrow(trend))


def build_context(edition: Edition) -> dict:
    """What the templates print: words, charts and tables, no rows of the database."""
    words = wording.words()
    month = edition.header["month"]
    measures = pages.measure_pages(edition, words)
    exceptions = board.exceptions(edition, measures)
    repatriation = pages.repatriation_page(edition.repatriations, month, words)
    before = _measures_before(edition, words)
    return {
        "words": words,
        "edition": edition.header,
        "month": sentences.month_name(month),
        "known_on": sentences.day_name(edition.header["known_at"].date()),
        "day": sentences.day_name,
        "meeting": (edition.meetings or [dict.fromkeys(commentary.FIELDS["meeting"])])[0],
        "decisions": edition.decisions,
        "voices": edition.voices,
        "measures": measures,
        "groups": [group for group in _groups(measures, words) if group["pages"]],
        "measure_count": len(measures),
        "exceptions": exceptions,
        "below_law": [exception for exception in exceptions if exception.page.standing.law == "not_met"],
        "without_comment": [exception for exception in exceptions if exception.comment is None],
        "other_comments": board.other_comments(edition, exceptions, measures),
        "unknown": [page for page in measures if page.mark == MARKS["unknown"]],
        "held_back": [page for page in measures if page.mark == MARKS["held_back"]],
        "assured": [page for page in measures if page.assurance == "always_meets"],
        "improving": [page for page in measures if page.variation == "improving"],
        "summary": board.summary(measures, repatriation),
        "grid": (grid := board.grid(measures)),
        "grid_widths": board.grid_widths(grid),
        "uncharted": board.uncharted(measures),
        "before": before,
        "changes": board.changes(measures, before) if before else [],
        "recommendations": board.recommendations(edition, measures),
        "action_references": {row["action_id"]: board.reference_of(row) for row in edition.actions},
        "themes": board.themes(edition, words),
        "action_counts": board.status_counts(edition.actions, words),
        "ambitions": board.ambitions(edition, measures, words) if board.is_strategy_month(month) else [],
        "kitemark_code": lambda page: board.kitemark_code(page, words),
        "kitemark_counts": board.kitemark_counts(measures, words),
        "state_mark": board.state_mark,
        "repatriation": repatriation,
        "back": next((page for page in measures if page.measure["measure_id"] == "learners_repatriated"), None),
        "coming": coming.coming_page(
            edition.falling_due, edition.falling_due_by_team, edition.forecasts, edition.forecast_errors, words
        ),
        "national": pages.national_tables(edition, words),
        "agreement": agreement.agreement_table(edition.reconciliations),
        "sources": [pages.source_words(row) for row in edition.sources],
        "not_come": [pages.source_words(row) for row in edition.sources if row["arrival"] != "came"],
        "set_aside": [pages.source_words(row) for row in edition.sources if row["quarantined_high"]],
        "since": sentences.month_name(edition.since["month"]) if edition.since else "",
        "status": pages.status_words(edition.header),
        "correction": pages.correction_words(edition, words),
        "revisions": pages.revision_rows(edition.revisions, edition.measures, words),
        "css": (settings().templates_dir / "style.css").read_text(),
    }


def _groups(measures: list, words: dict) -> list[dict]:
    """The measures by priority, in the order of words.yml."""
    return [
        {"id": name, "title": title, "pages": [p for p in measures if p.measure["priority"] == name]}
        for name, title in words["priorities"].items()
    ]


def _measures_before(edition: Edition, words: dict) -> list:
    """The measures as the last edition of an earlier month printed them; none where there is no such edition."""
    if not edition.since:
        return []
    return pages.measure_pages(published.read(edition.since["edition_id"]), words)
