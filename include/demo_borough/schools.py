"""The establishments of the made-up borough and its neighbours: about 65, names and numbers (from 900000) made up."""

from datetime import date

from demo_borough.facts import Establishment

# name, GIAS type, authority, phase, youngest, oldest, capacity, resourced places, unit places
_REGISTER = [
    ("Quillbrook Primary School", "01", "303", "2", 3, 11, 420, None, None),
    ("Emberley Primary School", "01", "303", "2", 3, 11, 630, None, 60),
    ("Thistlewick Primary School", "02", "303", "2", 4, 11, 420, 12, None),
    ("Larkhollow Primary Academy", "34", "303", "2", 3, 11, 630, None, None),
    ("Nimbleford Primary Academy", "34", "303", "2", 3, 11, 420, 40, None),
    ("Ferncastle Primary Academy", "34", "303", "2", 4, 11, 420, None, None),
    ("Puddlestone Primary Academy", "28", "303", "2", 3, 11, 630, 30, None),
    ("Copperdene Primary Academy", "34", "303", "2", 4, 11, 420, None, 16),
    ("Wrenfold Primary Academy", "34", "303", "2", 3, 11, 420, None, None),
    ("Hobbleton Primary Academy", "28", "303", "2", 3, 11, 210, None, None),
    ("Zéphine's Wood Primary Academy", "34", "303", "2", 3, 11, 420, None, None),
    ("Mossgate Primary Academy", "34", "303", "2", 4, 11, 630, None, None),
    ("Starling Lane Free School", "35", "303", "2", 4, 11, 420, None, None),
    ("Bramblemere School", "01", "303", "4", 11, 18, 1200, 20, 60),
    ("Oakenshade Academy", "34", "303", "4", 11, 18, 1350, 40, None),
    ("Wendlebury Academy", "34", "303", "4", 11, 18, 1500, None, None),
    ("Fallowmarsh Academy", "28", "303", "4", 11, 16, 900, 30, None),
    ("Tanglewood Park Academy", "34", "303", "4", 11, 18, 1200, None, 20),
    ("Kestrelhurst Academy", "34", "303", "4", 11, 18, 1400, None, None),
    ("Pennycress Academy", "28", "303", "4", 11, 18, 1100, None, None),
    ("Brightwater Free School", "35", "303", "4", 11, 18, 900, None, None),
    ("Gossamer Hill Primary School", "34", "203", "2", 3, 11, 420, None, None),
    ("Dunlin Green Primary School", "34", "305", "2", 3, 11, 420, 20, None),
    ("Saltspire Academy", "34", "886", "4", 11, 18, 1300, 20, None),
    ("Ravelin Academy", "34", "203", "4", 11, 18, 1200, None, None),
    ("Harrowmint Academy", "34", "305", "4", 11, 18, 1250, None, None),
    ("Cloverleigh House School", "11", "303", "7", 4, 18, 300, None, None),
    ("Pargeter Hall School", "11", "886", "7", 3, 18, 500, None, None),
    ("Meadowlight School", "07", "303", "7", 2, 19, 160, None, None),
    ("Orchard Vane Academy", "44", "303", "7", 3, 19, 240, None, None),
    ("Silverbirch Reach Academy", "44", "303", "4", 11, 19, 220, None, None),
    ("Willowend Academy", "44", "303", "2", 4, 11, 180, None, None),
    ("Harbour Stone Academy", "33", "303", "4", 11, 16, 120, None, None),
    ("Cedarcombe Academy", "44", "303", "7", 4, 19, 260, None, None),
    ("Newlands Quay Free School", "36", "303", "4", 11, 19, 150, None, None),
    ("Greywether School", "07", "203", "7", 3, 19, 180, None, None),
    ("Bell Coppice School", "12", "305", "7", 4, 19, 170, None, None),
    ("Marshlight School", "07", "886", "4", 11, 19, 200, None, None),
    ("Foxglove Tye Academy", "44", "886", "7", 4, 19, 210, None, None),
    ("Rushmead Academy", "44", "209", "7", 4, 19, 190, None, None),
    ("Old Signal House School", "10", "303", "4", 11, 16, 45, None, None),
    ("Larchfield Manor School", "10", "886", "4", 10, 16, 70, None, None),
    ("Tidewell School", "10", "886", "7", 7, 19, 90, None, None),
    ("The Bellows School", "10", "886", "4", 11, 19, 60, None, None),
    ("Underhay House School", "10", "305", "7", 5, 16, 80, None, None),
    ("Cinder Lane School", "10", "203", "4", 11, 18, 55, None, None),
    ("Hartsease Grange School", "10", "881", "7", 6, 19, 100, None, None),
    ("Moonpenny School", "10", "936", "7", 8, 19, 85, None, None),
    ("Sorrel Bank School", "10", "887", "2", 5, 11, 40, None, None),
    ("Weatherall Court School", "10", "306", "4", 11, 19, 75, None, None),
    ("Quarrydown School", "10", "886", "4", 11, 18, 65, None, None),
    ("Stillwater Barn School", "10", "881", "7", 7, 18, 50, None, None),
    ("Lanternfield School", "10", "209", "4", 11, 19, 60, None, None),
    ("St Ambrel's School for Deaf Children", "08", "886", "7", 4, 19, 90, None, None),
    ("Highmoor Trust School", "08", "936", "7", 5, 19, 110, None, None),
    ("Beacon Rise School for Blind Children", "08", "938", "7", 4, 19, 70, None, None),
    ("Harrier Street Pupil Referral Unit", "14", "303", "4", 11, 16, 90, None, None),
    ("Crossways AP Academy", "42", "886", "4", 11, 16, 100, None, None),
    ("Openhatch Online School", "49", "886", "4", 11, 18, None, None, None),
]

# name, GIAS type, authority, UKPRN, URN, youngest, oldest
_COLLEGES = [
    ("Thamesfold College", "18", "303", "18900001", "900101", 16, 99),
    ("Erithmere College", "18", "303", "18900002", "900102", 16, 99),
    ("Ravensbourne Vale College", "18", "305", "18900003", "900103", 16, 99),
    ("North Downs Edge College", "18", "886", "18900004", "900104", 16, 99),
    ("Shooters Gate College", "18", "203", "18900005", "900105", 16, 99),
    ("Birchanger Bexley Post-16", "32", "303", "18900011", "900111", 16, 25),
    ("Harvest Moon Specialist College", "32", "886", "18900012", "900112", 16, 25),
    ("Sailcloth Specialist College", "32", "938", "18900013", "900113", 18, 25),
]

# providers of the register of learning providers that the register of schools does not hold: name, UKPRN
_PROVIDERS = [
    ("Ladderstone Training", "18900021"),
    ("Sparkwheel Pathways", "18900022"),
    ("Kitewind Internships", "18900023"),
]


def establishments() -> list[Establishment]:
    """Every establishment and provider, in a fixed order."""
    schools = [_school(900001 + number, *row) for number, row in enumerate(_REGISTER)]
    colleges = [_college(*row) for row in _COLLEGES]
    providers = [
        Establishment(name=name, type_code="", la_code="", ukprn=ukprn, is_registered=False)
        for name, ukprn in _PROVIDERS
    ]
    return schools + colleges + providers


def _school(urn, name, type_code, la_code, phase, low, high, capacity, resourced, unit) -> Establishment:
    """A school; it opened long ago."""
    return Establishment(
        name=name,
        type_code=type_code,
        la_code=la_code,
        urn=str(urn),
        phase_code=phase,
        low_age=low,
        high_age=high,
        capacity=capacity,
        resourced_places=resourced,
        unit_places=unit,
        opened_on=date(1990 + urn % 25, 9, 1),
    )


def _college(name, type_code, la_code, ukprn, urn, low, high) -> Establishment:
    """A college or special post-16 institution, known by URN and UKPRN."""
    return Establishment(
        name=name,
        type_code=type_code,
        la_code=la_code,
        urn=urn,
        ukprn=ukprn,
        phase_code="6",
        low_age=low,
        high_age=high,
        opened_on=date(1993, 4, 1),
    )


def establishment_numbers(register: list[Establishment]) -> dict[str, int]:
    """{URN: number of the establishment within its authority}."""
    registered = [place.urn for place in register if place.is_registered]
    return {urn: number for number, urn in enumerate(registered, start=9001)}


def schools_without_plans() -> list[Establishment]:
    """The borough's other mainstream schools, where none of the world's plans places a child: 38 primary, 8 secondary.

    With them the register has places for the pupils that the borough is published to have.
    """
    primary = [(900201 + number, "2", 3 + number % 2, 11, (420, 630, 420, 210)[number % 4]) for number in range(38)]
    secondary = [(900241 + number, "4", 11, 18, 1050 + 75 * (number % 5)) for number in range(8)]
    return [
        _school(
            urn, _made_up_name(urn, phase), ("34", "01", "28")[urn % 3], "303", phase, low, high, capacity, None, None
        )
        for urn, phase, low, high, capacity in primary + secondary
    ]


def _made_up_name(urn: int, phase: str) -> str:
    """A name that no other school of the register has."""
    first = ("Tangle", "Nettle", "Button", "Candle", "Fiddle", "Garnet", "Kettle")[urn % 7]
    second = ("brook", "field", "combe", "hythe", "stead", "worth", "mead", "ridge")[urn % 8]
    return f"{first}{second} {'Primary School' if phase == '2' else 'School'}"
