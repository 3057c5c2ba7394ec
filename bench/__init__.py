"""The bench: what the cockpit costs at city size, held against floors below it. `make bench`; see docs/performance.md."""
