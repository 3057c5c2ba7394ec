"""How a number is read: snapshot, scope and runner, and one folder of SQL and TOML text per theme."""
