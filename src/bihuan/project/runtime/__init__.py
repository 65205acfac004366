"""What runs Bihuan on one machine: embedded PostgreSQL, processes, keys, backups. No Django here."""
