"""One embedded PostgreSQL for the whole test run, in a home of its own."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import settings

from send_data import warehouse as module
from tests.borough import Borough, run_months

# What a test may leave behind in the ledger; the order respects the keys between them.
LEDGER = ("identity.pair", "identity.description", "identity.source_record", "identity.identifier",
          "identity.do_not_link", "identity.person", "ops.check", "ops.model_result", "ops.build", "ops.load",
          "ops.delivery", "ops.source")  # fmt: skip


# The same examples every time: what passes once passes in CI. `--hypothesis-profile=default` looks for new ones.
settings.register_profile("the_same", derandomize=True)
settings.load_profile("the_same")


def pytest_addoption(parser):
    parser.addoption("--borough", choices=("small", "whole"), help="whole: only its tests; small: all but these")


def pytest_collection_modifyitems(config, items):
    """Keep the tests that --borough names: `make test` gives each borough a process, which builds it once."""
    wanted = config.getoption("--borough")
    others = [item for item in items if wanted and _is_of_whole_borough(item) != (wanted == "whole")]
    config.hook.pytest_deselected(items=others)
    left_out = set(others)
    items[:] = [item for item in items if item not in left_out]


def _is_of_whole_borough(item: pytest.Item) -> bool:
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    named = [value for value in values if isinstance(value, str)]
    return "whole_borough" in item.fixturenames or "whole_borough" in named


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory) -> Iterator[ModuleType]:
    """The warehouse module, its server running and prepared; SEND_HOME is a temporary folder until the run ends."""
    patch = pytest.MonkeyPatch()
    home = tmp_path_factory.mktemp("home")
    patch.setenv("SEND_HOME", str(home))
    patch.setenv("SEND_EDITIONS_DIR", str(home / "editions"))
    for name in ("SEND_WAREHOUSE_URL", "SEND_DELIVERIES_URL", "SEND_LANDING_URL", "SEND_NATIONAL_DIR",
                 "SEND_EES_URL"):  # fmt: skip
        patch.delenv(name, raising=False)
    module.start()
    module.prepare()
    yield module
    module.stop()
    patch.undo()


@pytest.fixture
def clean_warehouse(warehouse, tmp_path, monkeypatch) -> ModuleType:
    """The warehouse with an empty ledger and empty raw and quarantine, and folders of the test's own for files."""
    monkeypatch.setenv("SEND_DELIVERIES_URL", str(tmp_path / "deliveries"))
    monkeypatch.setenv("SEND_LANDING_URL", str(tmp_path / "landing"))
    with warehouse.engine().begin() as connection:
        for schema in ("raw", "quarantine"):
            connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
            connection.exec_driver_sql(f"create schema {schema}")
        connection.exec_driver_sql(f"truncate {', '.join(LEDGER)} restart identity cascade")
    return warehouse


@pytest.fixture(scope="session")
def borough(tmp_path_factory) -> Iterator[Borough]:
    """The small borough after two months, run once for all tests that need it."""
    yield from run_months(tmp_path_factory.mktemp("small"), "--small")


@pytest.fixture(scope="session")
def whole_borough(tmp_path_factory) -> Iterator[Borough]:
    """The whole made-up borough after two months, as `make demo` leaves it."""
    yield from run_months(tmp_path_factory.mktemp("whole"))
