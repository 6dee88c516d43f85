#!/bin/sh
# Apache Superset in an environment of its own, with the dashboard of this folder on the marts, read as bi_reader.
# Everything it writes stands under $SEND_HOME/superset. Run by `make superset`, from the repository.
set -eu
home="${SEND_HOME:-$PWD/.send}/superset"
python="${PYTHON:-python3.11}"
mkdir -p "$home"
[ -x "$home/venv/bin/superset" ] || {
    echo "Installing Apache Superset into $home/venv (some minutes the first time)"
    "$python" -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r include/superset/requirements.lock
}
[ -s "$home/secret" ] || (umask 077 && "$python" -c 'import secrets; print(secrets.token_urlsafe(42))' > "$home/secret")
[ -s "$home/password" ] || (umask 077 && "$python" -c 'import secrets; print(secrets.token_urlsafe(12))' > "$home/password")
export SUPERSET_HOME="$home" SUPERSET_SECRET_KEY="$(cat "$home/secret")" FLASK_APP=superset
export SUPERSET_CONFIG_PATH="$PWD/include/superset/superset_config.py"
url="$(.venv/bin/send url --role bi_reader | sed 's#^postgresql://#postgresql+psycopg2://#')"
rm -rf "$home/dashboard"
(umask 077 && cp -r include/superset/dashboard "$home/dashboard")
URL="$url" "$python" - "$home" <<'PYTHON'
import os, pathlib, re, shutil, sys
home = pathlib.Path(sys.argv[1])
file = home / "dashboard" / "databases" / "send.yaml"
file.write_text(re.sub(r"(?m)^sqlalchemy_uri: .*$", lambda _: "sqlalchemy_uri: " + os.environ["URL"], file.read_text()))
shutil.make_archive(str(home / "dashboard"), "zip", home, "dashboard")
PYTHON
superset() { "$home/venv/bin/superset" "$@" >> "$home/superset.log" 2>&1 || { tail -20 "$home/superset.log"; exit 1; }; }
superset db upgrade
superset fab create-admin --username admin --firstname SEND --lastname Board --email admin@localhost --password "$(cat "$home/password")"
superset init
superset import-dashboards --path "$home/dashboard.zip" --username admin
rm -rf "$home/dashboard" "$home/dashboard.zip"
echo "http://127.0.0.1:8088/superset/dashboard/send-improvement-board/ - user admin, password in $home/password"
exec "$home/venv/bin/superset" run --host 127.0.0.1 --port 8088
