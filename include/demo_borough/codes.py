"""Codes the systems of the borough use: types of establishment, authorities, kinds of setting."""

LA_CODE = "303"

LA_NAMES = {
    "303": "Bexley",
    "203": "Greenwich",
    "209": "Lewisham",
    "305": "Bromley",
    "886": "Kent",
    "887": "Medway",
    "881": "Essex",
    "938": "West Sussex",
    "936": "Surrey",
    "306": "Croydon",
}

# GIAS type: name, group of types, setting type, setting group
TYPES = {
    "01": ("Community school", "4", "mainstream_maintained", "mainstream"),
    "02": ("Voluntary aided school", "4", "mainstream_maintained", "mainstream"),
    "07": ("Community special school", "5", "special_maintained", "special"),
    "08": ("Non-maintained special school", "5", "special_non_maintained", "independent_special"),
    "10": ("Other independent special school", "3", "special_independent", "independent_special"),
    "11": ("Other independent school", "3", "mainstream_independent", "mainstream"),
    "12": ("Foundation special school", "5", "special_maintained", "special"),
    "14": ("Pupil referral unit", "4", "alternative_provision", "alternative_provision"),
    "18": ("Further education", "1", "further_education", "post_16"),
    "28": ("Academy sponsor led", "10", "mainstream_academy", "mainstream"),
    "32": ("Special post 16 institution", "9", "special_post_16", "post_16"),
    "33": ("Academy special sponsor led", "10", "special_academy_free", "special"),
    "34": ("Academy converter", "10", "mainstream_academy", "mainstream"),
    "35": ("Free schools", "11", "mainstream_free", "mainstream"),
    "36": ("Free schools special", "11", "special_academy_free", "special"),
    "42": ("Academy alternative provision converter", "10", "alternative_provision", "alternative_provision"),
    "44": ("Academy special converter", "10", "special_academy_free", "special"),
    "49": ("Online provider", "13", "other", "elsewhere"),
}

PHASES = {"0": "Not applicable", "1": "Nursery", "2": "Primary", "4": "Secondary", "6": "16 plus", "7": "All-through"}

# SEN setting: setting type, setting group
SETTINGS = {
    "OLA": ("education_otherwise", "elsewhere"),
    "OPA": ("education_otherwise", "elsewhere"),
    "EHE": ("elective_home_education", "elsewhere"),
    "EYP": ("early_years", "early_years"),
    "OTH": ("other", "elsewhere"),
    "NEET": ("neet", "elsewhere"),
    "NIEC": ("awaiting", "none"),
    "NIEO": ("awaiting", "none"),
    "": ("awaiting", "none"),
}

INDEPENDENT_SPECIAL = ("special_independent", "special_non_maintained")
OUT_OF_BOROUGH_SPECIAL = ("special_maintained", "special_academy_free")
