#!/bin/bash
# Run by the postgres image once, when its volume is empty: two databases, each with an owner of its own.
# The roles dateline_loader and dateline_analyst are made by `dateline db migrate`, which dateline_owner runs.
set -euo pipefail

# Passwords reach psql through its environment, never on a command line.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'EOSQL'
\getenv owner_password DATELINE_OWNER_PASSWORD
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD
set password_encryption = 'scram-sha-256';
create role dateline_owner login createrole password :'owner_password';
create role airflow login password :'airflow_password';
create database dateline owner dateline_owner;
create database airflow owner airflow;
revoke all on database dateline from public;
revoke all on database airflow from public;
EOSQL
