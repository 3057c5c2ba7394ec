"""From an extract to a table: read, map, check against the contract, quarantine, store, publish.

Imported by `cockpit.py` and `pages/intake.py` alone. The face is `load` and what it returns.
"""

from ingest.importer import load
from ingest.result import Fault, ImportResult, Refusal, Refused

__all__ = ["Fault", "ImportResult", "Refusal", "Refused", "load"]
