select pg_has_role(current_user, 'dateline_owner', 'member')
