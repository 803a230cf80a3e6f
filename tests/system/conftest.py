"""Tests that boot machines and install packages: as root, with the network, and for minutes. `make test-all`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
