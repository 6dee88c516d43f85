"""Ask two validators whether PDF files keep PDF/UA-1; run with the Python of `.checkers`.

    .checkers/bin/python tests/checkers/pdf_ua.py board-paper.pdf easy-read.pdf

Prints JSON: file -> validator -> `errors` and `warnings`, a list of sentences each. A file that a validator cannot read
is an error of that validator.
"""

import json
import sys

import outloud
import page


def page_validation(path: str) -> dict[str, list[str]]:
    """What page-validation finds against its PDF/UA-1 profile; it knows no warnings."""
    try:
        report = page.validate_pdf(path, profile="ua1")
    except page.PageError as error:
        return {"errors": [f"cannot be read: {error}"], "warnings": []}
    errors = [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
    return {"errors": errors or ([] if report.is_compliant else ["not compliant"]), "warnings": []}


def out_loud(path: str) -> dict[str, list[str]]:
    """What outloud finds: the Matterhorn protocol's rules and its own on reading order, tables and links."""
    result = outloud.check(path)
    if result.verdict == "unreadable":
        return {"errors": ["cannot be read"], "warnings": []}
    return {
        f"{severity}s": [f"{f.rule}: {f.message} ({f.evidence})" for f in result.findings if f.severity == severity]
        for severity in ("error", "warning")
    }


if __name__ == "__main__":
    answers = {path: {"page-validation": page_validation(path), "outloud": out_loud(path)} for path in sys.argv[1:]}
    print(json.dumps(answers, indent=1))
