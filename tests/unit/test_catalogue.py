"""The catalogue in the repository is the one its sources would write today."""

from send_data import catalogue


def test_the_catalogue_is_not_stale():
    assert catalogue.path().read_text() == catalogue.text(), "run `send catalogue`"
