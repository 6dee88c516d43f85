"""The children in need census as XML, with full history."""

from demo_borough.codes import LA_CODE
from demo_borough.days import month_end, month_start
from demo_borough.elements import child_element
from demo_borough.facts import Child, SocialCare, World
from demo_borough.faults import cin_children
from demo_borough.text import element

NOTE = "<!-- DEMO-BOROUGH: a made-up borough. No child in this file is real. -->"


def files(world: World, month: str):
    """The census of the month: path and bytes."""
    known = [row for row in world.social_care if row.child_id in world.children]
    children = "".join(child_element(_identity(world.children[row.child_id], row), row) for row in known)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{NOTE}\n<Message>\n{_header(month)}'
        f"  <Children>\n{children}{cin_children(month)}  </Children>\n</Message>\n"
    )
    yield f"cin/{month}/cin_303_{month}.xml", text.encode("utf-8")


def _header(month: str) -> str:
    """Header of the census."""
    reference = month_end(month_start(month))
    return (
        f"  <Header>\n    <CollectionDetails>\n{element('Collection', 'CIN', 6)}{element('Year', 2026, 6)}"
        f"{element('ReferenceDate', reference, 6)}    </CollectionDetails>\n    <Source>\n"
        f"{element('SourceLevel', 'L', 6)}{element('LEA', LA_CODE, 6)}{element('SoftwareCode', 'DEMO-BOROUGH', 6)}"
        f"{element('SerialNo', '001', 6)}    </Source>\n  </Header>\n"
    )


def _identity(child: Child, row: SocialCare) -> dict:
    """The elements by which the census knows a child."""
    return {
        "LAchildID": row.local_id,
        "UPN": child.upn,
        "FormerUPN": child.former_upn,
        "UPNunknown": "" if child.upn else "UN5",
        "PersonBirthDate": child.born_on,
        "Sex": child.sex,
        "Ethnicity": child.ethnicity,
    }
