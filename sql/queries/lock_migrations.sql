-- One runner at a time in this database; the session holds the lock. False while another one has it.
select pg_try_advisory_lock(hashtextextended('dateline migrations', 0))
