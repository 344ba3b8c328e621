select exists (
    select
    from pg_roles
    where rolname = 'dateline_analyst'
        and pg_has_role(
            current_user,
            oid,
            case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end
        )
)
