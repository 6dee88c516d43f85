"""Every page of the dashboard in a real browser: axe finds nothing, every link leads somewhere, nothing is heavy."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

from axe_playwright_python.base import AxeBase
from playwright.sync_api import Browser

from tests.browser.conftest import DESKTOP

AXE = AxeBase.from_file().axe_script if hasattr(AxeBase, "from_file") else ""
RUN = "axe.run({resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
