"""Where things are: read once from the environment, never from the clock or the machine's name."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Every place and name that a deployment may change. Folders are absolute; URLs are as fsspec takes them."""

    root: Path
    home: Path
    warehouse_url: str | None
    deliveries_url: str
    landing_url: str
    national_dir: Path | None
    editions_dir: Path
    la_code: str
    contacts_file: Path | None
    mail_dir: Path | None
    editions_url: str | None
    outbox_url: str
    list_passwords_file: Path
    commentary_url: str

    @property
    def contracts_dir(self) -> Path:
        """Folder of the expectations at the two borders."""
        return self.root / "expectations"

    @property
    def dbt_dir(self) -> Path:
        """Folder of the dbt project."""
        return self.root / "dbt_project"

    @property
    def templates_dir(self) -> Path:
        """Folder of words and layout."""
        return self.root / "include" / "templates"

    @property
    def telling_dir(self) -> Path:
        """Folder that says who may approve and, as an example, who is told."""
        return self.root / "include" / "telling"

    @property
    def data_docs_dir(self) -> Path:
        """Folder of Great Expectations' own pages for data owners."""
        return self.home / "data_docs"


def settings() -> Settings:
    """The settings in force, from `SEND_*` environment variables (README, "Settings")."""
    root = Path(os.environ.get("SEND_ROOT", ROOT)).resolve()
    home = Path(os.environ.get("SEND_HOME", root / ".send")).resolve()
    deliveries = os.environ.get("SEND_DELIVERIES_URL", str(home / "deliveries"))
    return Settings(
        root=root,
        home=home,
        warehouse_url=os.environ.get("SEND_WAREHOUSE_URL") or None,
        deliveries_url=deliveries,
        landing_url=os.environ.get("SEND_LANDING_URL", str(home / "landing")),
        national_dir=_path_of("SEND_NATIONAL_DIR"),
        editions_dir=Path(os.environ.get("SEND_EDITIONS_DIR", root / "editions")).resolve(),
        la_code=os.environ.get("SEND_LA_CODE", "303"),
        contacts_file=_path_of("SEND_CONTACTS_FILE"),
        mail_dir=_path_of("SEND_MAIL_DIR"),
        editions_url=os.environ.get("SEND_EDITIONS_URL") or None,
        outbox_url=os.environ.get("SEND_OUTBOX_URL", str(home / "outbox")),
        list_passwords_file=Path(os.environ.get("SEND_LIST_PASSWORDS_FILE", home / "list_passwords.json")).resolve(),
        commentary_url=os.environ.get("SEND_COMMENTARY_DIR") or f"{deliveries.rstrip('/')}/commentary",
    )


def _path_of(variable: str) -> Path | None:
    named = os.environ.get(variable)
    return Path(named).resolve() if named else None
