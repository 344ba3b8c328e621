select pg_advisory_unlock(hashtextextended('dateline migrations', 0))
