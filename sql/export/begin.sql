-- An export may take hours, and waits for the disk it writes to. All rows are wanted, not the first ones quickly.
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local cursor_tuple_fraction = 1.0
