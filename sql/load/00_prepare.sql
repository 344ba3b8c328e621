-- Settings of this transaction. Not in the others' time: what is set here ends with it.

-- A batch has some thousand rows; compiling a statement takes longer than running it.
set local jit = off;
set local work_mem = '32MB';

-- Texts are compressed once, when they are staged, and stay so: by what is fast, where the server was built with it.
select set_config('default_toast_compression', 'lz4', true)
from pg_settings
where name = 'default_toast_compression'
    and 'lz4' = any(enumvals);

-- The tables of a batch stay in memory. Too late in a session that had temporary tables before (of a pooler): then not.
do $$
begin
    set local temp_buffers = '64MB';
exception
    when invalid_parameter_value then
        null;
end
$$;
