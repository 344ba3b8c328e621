-- The transactions that are open in this database, prepared ones too; started_at is null where this login may not see it.
select distinct
    lock.virtualtransaction as transaction_id,
    activity.xact_start as started_at,
    lock.pid is null as is_prepared
from pg_locks as lock
left join pg_stat_activity as activity
    on activity.pid = lock.pid
where
    (
        lock.locktype = 'virtualxid'
        and lock.pid <> pg_backend_pid()
        and activity.datname = current_database()
        and activity.backend_type is distinct from 'autovacuum worker'
    )
    or (
        lock.locktype = 'transactionid'
        and lock.pid is null
    )
