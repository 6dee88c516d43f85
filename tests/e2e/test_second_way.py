"""Every measure, every month and breakdown: the marts against pandas on the files, in both boroughs."""

import pytest

from tests.borough import MONTHS
from tests.known_answers import differences
from tests.second_way import MEASURES, described, second_ways
from tests.second_way.figures import figures
from tests.second_way.files import Files


def test_every_measure_has_a_second_way():
    assert sorted(second_ways()) == MEASURES


@pytest.fixture(scope="module", params=MONTHS)
def month(request):
    return request.param


@pytest.fixture(scope="module")
def small_files(borough, month):
    return Files(borough, month)


@pytest.fixture(scope="module")
def whole_files(whole_borough, month):
    return Files(whole_borough, month)


@pytest.mark.parametrize("measure_id", MEASURES)
def test_the_small_borough_comes_out_the_same(borough, small_files, measure_id):
    assert differ(borough, small_files, measure_id) == []


@pytest.mark.parametrize("measure_id", MEASURES)
def test_the_whole_borough_comes_out_the_same(whole_borough, whole_files, measure_id):
    answers, found = compare(whole_borough, whole_files, measure_id)
    assert found == []
    assert len(answers), f"the demonstration has no figure of {measure_id}"


def differ(borough, files, measure_id):
    return compare(borough, files, measure_id)[1]


def compare(borough, files, measure_id):
    """The second way's figures, and a sentence for each difference."""
    answers = figures(measure_id, described(measure_id), second_ways()[measure_id](files), files.months)
    marts = borough.marts[files.month]["fct_measures"]
    marts = marts[marts.measure_id == measure_id]
    found = differences(marts, answers)
    if len(marts) != len(answers):
        found.append(f"{measure_id}: {len(marts)} figures in the marts, {len(answers)} the second way")
    return answers, found
