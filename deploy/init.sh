#!/bin/sh
# What has to be done before Airflow's components start; safe to run at every `docker compose up`.
# Only this container gets the password of the database's owner.
set -eu

stop() {
    echo "init: $*" >&2
    exit 2
}

check_password() { # variable name, value
    case $2 in
    *[!A-Za-z0-9._~-]*) stop "$1 may hold only letters, digits and . _ ~ - (it stands in a URL): make one with 'openssl rand -hex 24'" ;;
    esac
    [ "${#2}" -ge 12 ] || stop "$1 is shorter than 12 characters: make one with 'openssl rand -hex 24'"
}

check_password DATELINE_OWNER_PASSWORD "$DATELINE_OWNER_PASSWORD"
check_password DATELINE_LOADER_PASSWORD "$DATELINE_LOADER_PASSWORD"
check_password DATELINE_ANALYST_PASSWORD "$DATELINE_ANALYST_PASSWORD"
check_password AIRFLOW_DATABASE_PASSWORD "$AIRFLOW_DATABASE_PASSWORD"
[ "${#AIRFLOW_ADMIN_PASSWORD}" -ge 12 ] || stop "AIRFLOW_ADMIN_PASSWORD is shorter than 12 characters"
[ "${#AIRFLOW__API_AUTH__JWT_SECRET}" -ge 64 ] ||
    stop "AIRFLOW_JWT_SECRET is shorter than 64 characters, which signing with HS512 needs: make one with 'openssl rand -hex 32'"

for folder in "$DATELINE_RUNS" "$AIRFLOW__LOGGING__BASE_LOG_FOLDER"; do
    mkdir -p "$folder" && [ -w "$folder" ] || stop "$folder cannot be written by user $(id -u): give its volume to that user"
done

echo "init: Dateline's schema and roles"
dateline db migrate
dateline db set-password dateline_loader --password-env DATELINE_LOADER_PASSWORD
dateline db set-password dateline_analyst --password-env DATELINE_ANALYST_PASSWORD

echo "init: Airflow's database"
airflow db migrate

echo "init: Airflow's administrator (an existing one keeps the password that it has)"
# The password is asked for twice, and comes by standard input: it never stands on a command line.
printf '%s\n%s\n' "$AIRFLOW_ADMIN_PASSWORD" "$AIRFLOW_ADMIN_PASSWORD" |
    AIRFLOW__LOGGING__LOGGING_LEVEL=WARNING AIRFLOW__LOGGING__FAB_LOGGING_LEVEL=WARNING airflow users create --username "$AIRFLOW_ADMIN_USER" --role Admin \
        --firstname Dateline --lastname Administrator --email "$AIRFLOW_ADMIN_USER@localhost"

echo "init: Airflow's pools"
dateline airflow-pools --tasks "$AIRFLOW__CORE__PARALLELISM" >/tmp/pools.json
airflow pools import /tmp/pools.json

echo "init: done"
