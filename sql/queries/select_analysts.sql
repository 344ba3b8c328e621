-- Who may log in and read as an analyst, with the limits that the login has itself: it inherits none.
select
    login.rolname,
    login.rolconnlimit as connections,
    (
        select coalesce(jsonb_object_agg(split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)), '{}')
        from unnest(login.rolconfig) as setting
    ) as limits,
    (
        select count(*)
        from pg_stat_activity
        where pg_stat_activity.usesysid = login.oid
    ) as sessions
from pg_roles as login
inner join pg_auth_members as membership
    on membership.member = login.oid
inner join pg_roles as granted
    on granted.oid = membership.roleid
where granted.rolname = 'dateline_analyst'
    and login.rolcanlogin
    and not login.rolsuper
group by
    login.oid,
    login.rolname,
    login.rolconnlimit,
    login.rolconfig
order by login.rolname
