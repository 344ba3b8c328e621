-- A query of the user's own as a cursor. PL/pgSQL opens one for a single query that returns rows, and for nothing else.
do $$
declare
    exported refcursor := 'exported';
begin
    open exported no scroll for execute current_setting('dateline.export_query');
end
$$
