-- DuckDB takes a process that Python's multiprocessing spawned for a person's, and draws bars into its output.
SET enable_progress_bar = false;
