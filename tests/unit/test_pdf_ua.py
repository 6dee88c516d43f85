"""PDF/UA-1 as two validators see it, and what they must catch in a document that breaks it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from send_data import documents, outputs
from tests import pdf_ua
from tests.unit import sample_marts
from tests.unit.test_editions import freeze

HEADER = {"content_sha256": "ab" * 32, "known_at": datetime(2026, 11, 5, tzinfo=UTC)}
VALIDATORS = {"page-validation", "outloud"}
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>A square</title>'
    '<rect width="5" height="5"/></svg>'
)
TABLE = (
    '<table><caption>Plans</caption><thead><tr><th scope="col">Team</th><th scope="col">Plans</th></tr></thead>'
    '<tbody><tr><th scope="row">North</th><td>12</td></tr></tbody></table>'
)
PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Plans</title></head><body><h1>Plans</h1>'
    f'<p>See <a href="#team">the teams</a>.</p><h2 id="team">Teams</h2>{PICTURE}{TABLE}</body></html>'
)
# What breaks the page -> how, and a word of the error in each validator.
BROKEN = {
    "no-title": ("<title>Plans</title></head>", "</head>", "title"),
    "no-alternative": ("<title>A square</title>", "", "Alt"),
    "skipped-heading": ('<h2 id="team">Teams</h2>', '<h4 id="team">Teams</h4>', "H4"),
}


@pytest.fixture(scope="module")
def checked(warehouse, tmp_path_factory) -> dict[str, dict]:
    """What both validators find: in every PDF of an edition, in a sound page, in broken ones; asked once."""
    folder = tmp_path_factory.mktemp("pdf")
    pages = {"sound": PAGE} | {name: PAGE.replace(old, new) for name, (old, new, _) in BROKEN.items()}
    assert len(set(pages.values())) == len(pages)
    for name, page in pages.items():
        (folder / f"{name}.pdf").write_bytes(documents.pdf(page, HEADER))
    (folder / "untagged.pdf").write_bytes(untagged(PAGE))
    (folder / "no-pdf.pdf").write_bytes(b"not a document")
    with warehouse.engine().begin() as connection:
        connection.exec_driver_sql("truncate published.editions, ops.build cascade")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEND_EDITIONS_DIR", str(folder / "editions"))
        written = outputs.write(freeze(sample_marts.tables()))
    return pdf_ua.findings([*sorted(folder.glob("*.pdf")), *(path for path in written if path.suffix == ".pdf")])


def untagged(page: str) -> bytes:
    """The page as a PDF that nobody asked to be accessible."""
    from weasyprint import HTML

    return HTML(string=page).write_pdf()


@pdf_ua.needs_checkers
@pytest.mark.parametrize("name", [Path(name).name for name in outputs.ALWAYS if name.endswith(".pdf")])
def test_both_validators_find_nothing_in_a_document_of_an_edition(checked, name):
    assert set(checked[name]) == VALIDATORS
    assert pdf_ua.errors(checked[name]) == []


@pdf_ua.needs_checkers
def test_both_validators_find_nothing_in_a_sound_page(checked):
    nothing = {"errors": [], "warnings": []}
    assert checked["sound.pdf"] == dict.fromkeys(VALIDATORS, nothing)


@pdf_ua.needs_checkers
@pytest.mark.parametrize("name", BROKEN)
def test_each_validator_catches_a_broken_page(checked, name):
    answers = checked[f"{name}.pdf"]
    assert set(answers) == VALIDATORS
    assert all(len(answers[validator]["errors"]) == 1 for validator in VALIDATORS)
    assert all(BROKEN[name][2] in answers[validator]["errors"][0] for validator in VALIDATORS)


@pdf_ua.needs_checkers
@pytest.mark.parametrize("name", ["untagged.pdf", "no-pdf.pdf"])
def test_each_validator_catches_a_document_without_tags_and_what_is_no_document(checked, name):
    assert all(checked[name][validator]["errors"] for validator in VALIDATORS)
