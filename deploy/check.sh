#!/bin/bash
# Everything that can be said about the code without running it. All of it is tried before the verdict.
set -uo pipefail
cd "$(dirname "$0")/.."

BIN=.venv/bin
FAILED=()
try() {
    local name=$1
    shift
    local output
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        FAILED+=("$name")
        printf 'FAILED  %s\n%s\n' "$name" "$output"
    fi
}

try "lint" $BIN/ruff check .
try "format" $BIN/ruff format --check .
try "templates" $BIN/djlint templates reports --lint --check --quiet
try "types" $BIN/mypy
try "layers" $BIN/lint-imports
try "migrations" $BIN/python manage.py makemigrations --check --dry-run
try "catalogues" $BIN/python -m pytest -q -p no:cacheprovider tests/portal/test_messages.py

if [[ ${#FAILED[@]} -gt 0 ]]; then
    echo "check: failed: ${FAILED[*]}"
    exit 1
fi
echo "check: all good"
