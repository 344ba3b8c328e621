-- One runner at a time in this database; the session holds the lock.
select pg_advisory_lock(hashtextextended('dateline migrations', 0))
