"""The dashboard of an edition: a static site that needs no server, no network and no script."""

from send_data import charts, documents, paper
from send_data.published import Edition


def files(edition: Edition) -> dict[str, bytes]:
    """The site's files: name within the edition's folder -> content."""
    context = paper.build_context(edition)
    return {"dashboard/index.html": documents.render("dashboard.html", context, chart=charts.svg).encode()}
