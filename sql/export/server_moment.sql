select
    now() as moment,
    pg_postmaster_start_time() as server_started_at,
    pg_is_in_recovery() as is_standby
