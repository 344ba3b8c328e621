-- Defaults of a whole database are in no schema, so that a backup of schemas does not hold them.
set local role dateline_owner;

alter default privileges for role dateline_owner revoke execute on functions from public;
