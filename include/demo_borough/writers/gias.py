"""The register of schools and colleges: edubaseall CSV in cp1252, with the register's own headers."""

from demo_borough.codes import LA_NAMES, PHASES, TYPES
from demo_borough.facts import Establishment, World
from demo_borough.faults import gias_rows
from demo_borough.schools import establishment_numbers
from demo_borough.text import csv_bytes, gias_date

COLUMNS = [
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)",
    "EstablishmentTypeGroup (code)",
    "EstablishmentStatus (code)",
    "OpenDate",
    "CloseDate",
    "PhaseOfEducation (code)",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "SchoolCapacity",
    "UKPRN",
    "ResourcedProvisionCapacity",
    "SenUnitCapacity",
    "Street",
    "SchoolWebsite",
]


def files(world: World, month: str):
    """The register of the month: path and bytes."""
    numbers = establishment_numbers(world.establishments)
    rows = [_row(numbers[place.urn], place) for place in world.establishments if place.is_registered]
    yield f"gias/{month}/edubaseall.csv", csv_bytes(COLUMNS, rows + gias_rows(month), "cp1252")


def _row(number: int, place: Establishment) -> list:
    """One line of the register; the last two columns are of the real file and not wanted."""
    type_name, group, _, _ = TYPES[place.type_code]
    return [
        place.urn,
        place.la_code,
        LA_NAMES[place.la_code],
        number,
        place.name,
        place.type_code,
        type_name,
        group,
        "2" if place.closed_on else "1",
        gias_date(place.opened_on),
        gias_date(place.closed_on),
        place.phase_code,
        PHASES[place.phase_code],
        place.low_age,
        place.high_age,
        place.capacity,
        place.ukprn,
        place.resourced_places,
        place.unit_places,
        "Made-up Street",
        "",
    ]
