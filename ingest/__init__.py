"""From an extract to a table: read, map, check against the contract, quarantine, store, publish.

Imported by `cockpit.py` and `pages/intake.py` alone. The face: `recognise` says what a file is and `map_guess` how to
map it, `load` checks and stores it (`dry_run`: checks only), `returns` writes it back with its faults marked,
`template` makes the empty form. Everything else is private.
"""

from ingest.form import template
from ingest.importer import load
from ingest.recognition import Recognised, map_guess, recognise
from ingest.result import Fault, ImportResult, Progress, Refusal, Refused, Remark
from ingest.sendback import MARKED, returns

__all__ = [
    "MARKED", "Fault", "ImportResult", "Progress", "Recognised", "Refusal", "Refused", "Remark", "load", "map_guess",
    "recognise", "returns", "template",
]  # fmt: skip
