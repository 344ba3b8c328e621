"""All of Dateline on one machine: PostgreSQL, Airflow and the sample site as children of one process."""
