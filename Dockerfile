# One image for every Airflow part: the code, and the same locked packages as the Makefile installs.
FROM python:3.12.12-slim-bookworm

# WeasyPrint draws with pango; nothing else of the system is needed.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 50000 --create-home --shell /usr/sbin/nologin send

WORKDIR /opt/send
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY include ./include
COPY dags ./dags
COPY dbt_project ./dbt_project
COPY expectations ./expectations
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && mkdir -p /var/lib/send /var/lib/airflow \
    && chown -R send:send /var/lib/send /var/lib/airflow

USER send
ENV SEND_HOME=/var/lib/send \
    SEND_EDITIONS_DIR=/var/lib/send/editions \
    AIRFLOW_HOME=/var/lib/airflow \
    PYTHONUNBUFFERED=1
CMD ["airflow", "version"]
