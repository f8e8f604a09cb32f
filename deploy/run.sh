#!/bin/bash
# Migrate and load the demonstration once; `run.sh serve` then serves it, with the timetable's clock beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

PORT=${PORT:-8000}
mkdir -p "${PORTAL_VAR:-var}/static"
manage() {
    .venv/bin/python manage.py "$@"
}

# As a process of its own, so that ending the server ends it too, in the middle of its sleep if need be.
tick_each_minute() {
    trap 'kill "$!" 2>/dev/null; exit' TERM
    while true; do
        sleep 60 &
        wait "$!"
        manage tick || true
    done
}

.venv/bin/python -m portal.messages
manage migrate --no-input --verbosity 0
manage load_demo
if [[ ${1:-} == serve ]]; then
    tick_each_minute &
    trap "kill $! 2>/dev/null" EXIT
    echo "http://localhost:$PORT/ – end with Ctrl+C"
    manage runserver --noreload --skip-checks "0.0.0.0:$PORT"
fi
