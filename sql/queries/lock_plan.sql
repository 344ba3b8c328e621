-- One plan at a time: two of them could not see each other's leases before they commit.
select pg_advisory_xact_lock(hashtextextended('dateline plan', 0))
