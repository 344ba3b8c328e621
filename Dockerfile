# Dateline with Airflow: one image for every component. docker-compose.yml says which command each one runs.
#
# Behind a package mirror or a proxy with a certificate of its own, hand pip's configuration and the certificates in as
# build secrets; they leave no trace in the image:
#   docker build --secret id=pip_conf,src=pip.conf --secret id=ca_bundle,src=ca.crt -t dateline:latest .

# constraints.txt is made on this version of Python.
ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python3 -m venv /opt/dateline/venv
WORKDIR /build

# Drivers and providers of your own, as in --build-arg EXTRA_PACKAGES="s3fs".
ARG EXTRA_PACKAGES=""

# The dependencies first: this layer is built again only when they change.
COPY pyproject.toml constraints.txt ./
COPY deploy/list_requirements.py deploy/
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca_bundle,target=/run/secrets/ca_bundle \
    python3 deploy/list_requirements.py fab > requirements.txt \
    && /opt/dateline/venv/bin/pip install --constraint constraints.txt --requirement requirements.txt ${EXTRA_PACKAGES}

COPY LICENSE README.md ./
COPY crawler/ crawler/
COPY sql/ sql/
COPY sources/ sources/
COPY dags/ dags/
# The build tool goes into a folder of its own, which the image does not get.
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca_bundle,target=/run/secrets/ca_bundle \
    PIP_CONSTRAINT=/build/constraints.txt /opt/dateline/venv/bin/pip wheel --no-deps --wheel-dir wheels . \
    && /opt/dateline/venv/bin/pip install --no-deps wheels/*.whl \
    && /opt/dateline/venv/bin/pip check \
    && /opt/dateline/venv/bin/pip uninstall --yes --quiet pip setuptools


FROM python:${PYTHON_VERSION}-slim-bookworm

# Fixed numbers, so that the owner of the volumes stays the same over rebuilds.
RUN groupadd --gid 10001 dateline \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin dateline \
    && mkdir -p /opt/dateline/airflow /var/lib/dateline/archive /var/lib/dateline/runs /var/log/airflow \
    && touch /opt/dateline/airflow/airflow.cfg \
    && chown -R dateline:dateline /var/lib/dateline /var/log/airflow

COPY --from=build /opt/dateline/venv /opt/dateline/venv
COPY dags/ /opt/dateline/dags/
COPY sources/ /opt/dateline/sources/
COPY deploy/init.sh deploy/check_health.py /opt/dateline/deploy/

# airflow.cfg is empty and not writable: Airflow is configured by environment variables alone, and makes up no secrets.
ENV PATH=/opt/dateline/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    AIRFLOW_HOME=/opt/dateline/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/dateline/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/var/log/airflow \
    AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY=/var/log/airflow/dag_processor \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=false \
    DATELINE_HOME=/var/lib/dateline \
    DATELINE_ARCHIVE_URL=/var/lib/dateline/archive \
    DATELINE_RUNS=/var/lib/dateline/runs \
    DATELINE_SOURCES=/opt/dateline/sources

WORKDIR /var/lib/dateline
USER 10001:10001
CMD ["dateline", "--help"]
