#!/bin/bash
# Run once by the postgres image when its volume is new: the roles and databases of docs/architecture, none a superuser.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username postgres \
    --set pipeline="$SEND_PIPELINE_PASSWORD" --set bi="$SEND_BI_READER_PASSWORD" \
    --set board="$SEND_BOARD_READER_PASSWORD" --set lists="$SEND_LIST_MAKER_PASSWORD" \
    --set airflow="$AIRFLOW_DB_PASSWORD" <<'SQL'
create role send_pipeline login nosuperuser password :'pipeline';
create role bi_reader login nosuperuser password :'bi';
create role board_reader login nosuperuser password :'board';
create role list_maker login nosuperuser password :'lists';
create role airflow login nosuperuser password :'airflow';
create database send owner send_pipeline;
create database airflow owner airflow;
revoke all on database send from public;
revoke all on database airflow from public;
grant connect on database send to bi_reader, board_reader, list_maker;
SQL
