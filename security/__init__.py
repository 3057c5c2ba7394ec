"""Who may see what: masking and scrubbing. Pure: no I/O, no Dash, no DuckDB."""
