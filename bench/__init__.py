"""The bench: what the cockpit costs at city size, held against floors below it. See docs/performance.md."""
