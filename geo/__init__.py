"""Where things are: coordinate systems, boundaries, points in areas. Knows no Dash and no DuckDB."""
