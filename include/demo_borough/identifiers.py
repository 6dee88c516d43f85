"""Identifiers with right check digits that no real child can have."""

from operator import mul

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# A digit counts as itself, the final letter of a temporary number as its place in the alphabet without I, O and S.
UPN_VALUES = {str(digit): digit for digit in range(10)} | {letter: place for place, letter in enumerate(UPN_LETTERS)}


def upn(serial: int, la_code: str = "303", establishment: int = 9000, year: int = 20) -> str:
    """Unique pupil number: check letter, authority, establishment from 9000 (never given out), year, serial 0-999."""
    digits = f"{la_code}{establishment:04d}{year % 100:02d}{serial:03d}"
    return upn_letter(digits) + digits


def upn_letter(digits: str) -> str:
    """Check letter for the twelve characters after it: weights 2 to 13, modulo 23."""
    return UPN_LETTERS[sum(map(mul, map(UPN_VALUES.__getitem__, digits), range(2, 14))) % 23]


def wrong_upn(right: str) -> str:
    """The same number with a check letter that is wrong."""
    return UPN_LETTERS[(UPN_LETTERS.index(right[0]) + 1) % 23] + right[1:]


def temporary_upn(serial: int, establishment: int = 9000, year: int = 25) -> str:
    """Temporary unique pupil number: its last character is a letter."""
    digits = f"303{establishment:04d}{year % 100:02d}{serial % 100:02d}{UPN_LETTERS[serial // 100 % 23]}"
    return upn_letter(digits) + digits


def nhs_number(count: int) -> str:
    """The `count`-th valid NHS number of the 999 range, counted from 0 (eight of each ten serials are used)."""
    block, place = divmod(count, 8)
    valid = [number for number in (_nhs_candidate(block * 10 + tail) for tail in range(10)) if number]
    return valid[place]


def _nhs_candidate(serial: int) -> str:
    """The 999 number with this six-digit serial and its check digit; empty where the check digit would be 10."""
    digits = f"999{serial:06d}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
    return "" if check == 10 else digits + str(check)


def wrong_nhs_number(right: str) -> str:
    """The same number with a check digit that is wrong."""
    return right[:-1] + str((int(right[-1]) + 1) % 10)


def uln(serial: int) -> str:
    """Unique learner number: ten digits, the last 10 minus the weighted sum modulo 11; serials from 90 million."""
    number = 900_000_000 + serial * 7
    while True:
        digits = str(number)
        rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if rest:
            return digits + str(10 - rest)
        number += 1
