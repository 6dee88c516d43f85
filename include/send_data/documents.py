"""From words to documents: templates as HTML, tagged PDF (PDF/UA-1), Word. The same words give the same bytes."""

import base64
import io
import os
import re
import zipfile
from collections.abc import Mapping
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from send_data import charts
from send_data.settings import settings

# In twentieths of a point: A4 with margins of 16 mm; type in half points.
_WORD_PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="907" w:right="907" w:bottom="907" w:left="907" w:header="454" w:footer="454" w:gutter="0"/>'
)
# The flag of a PDF annotation that is on paper as it is on the screen.
_PRINTED = 4
_WORD_SMALL = '<w:rPr><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr>'


def render(template: str, context: Mapping, chart) -> str:
    """A template as text; `chart` turns a Trend into markup. A name the template misspells is an error."""
    return _environment(settings().templates_dir).get_template(template).render(**context, chart=chart)


@cache
def _environment(folder: Path) -> Environment:
    """One for each folder of templates: a site of a hundred pages reads its templates once."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def pdf(page: str, header: Mapping) -> bytes:
    """The page as tagged PDF (PDF/UA-1). The identifier comes from the content, so equal pages are equal files."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    identifier = header["content_sha256"].encode()
    # Where the system has no library of its own to subset fonts, fontTools does it and stamps them with the time.
    with _source_date(int(header["known_at"].timestamp())):
        # A paper refers to nothing outside itself.
        document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols={"data"}, fail_on_errors=True))
        return document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier, finisher=_finish_tags)


def docx(page: str, header: Mapping) -> bytes:
    """The page as an editable Word document, dated by the edition's own moment."""
    import pypandoc

    target = settings().home / "paper.docx"
    target.parent.mkdir(parents=True, exist_ok=True)
    with _source_date(int(header["known_at"].timestamp())):
        pypandoc.convert_text(page, "docx", format="html", outputfile=str(target))
    content = target.read_bytes()
    target.unlink()
    return _laid_out(content)


def image(trend: charts.Trend) -> str:
    """The chart as an image element with what it tells as the alternative text, for Word."""
    content = base64.b64encode(charts.png(trend)).decode()
    alternative = escape(f"{trend.title}: {trend.told}")
    return f'<p><img src="data:image/png;base64,{content}" alt="{alternative}" width="560"></p>'


def _finish_tags(_, file) -> None:
    """What WeasyPrint leaves out of PDF/UA-1: the direction of header cells, and that links are printed.

    A header cell of the head stands over its column, any other before its row.
    """
    for thing in file.objects:
        if getattr(thing, "get", None) is None:
            continue
        if thing.get("S") == "/TH":
            row = file.objects[int(thing["P"].split()[0])]
            group = file.objects[int(row["P"].split()[0])]
            thing["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
        elif thing.get("Subtype") == "/Link":
            thing["F"] = _PRINTED


def _laid_out(content: bytes) -> bytes:
    """The Word document on A4, with tables in small type: pandoc would take these from a reference file only."""
    edits = {
        "word/document.xml": (r"</w:sectPr>\s*</w:body>", f"{_WORD_PAGE}</w:sectPr></w:body>"),
        "word/styles.xml": (r'(w:styleId="Compact".*?</w:pPr>)', rf"\1{_WORD_SMALL}"),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            written = before.read(part)
            if part.filename in edits:
                pattern, replacement = edits[part.filename]
                written = re.sub(pattern, replacement, written.decode(), count=1, flags=re.DOTALL).encode()
            after.writestr(part, written)
    return target.getvalue()


@contextmanager
def _source_date(seconds: int):
    """SOURCE_DATE_EPOCH for the length of a block: pandoc and fontTools date what they write by it."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(seconds)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
