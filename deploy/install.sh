#!/bin/bash
# Set the machine up: system libraries, virtual environment, pinned requirements. `install.sh dev` adds what the
# tests need. A second run finds its stamp and takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."

MODE=${1:-run}
PYTHON=${PYTHON:-python3}
PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1)
FILE=requirements.txt
if [[ $MODE == dev ]]; then
    PACKAGES+=(chromium postgresql redis-server poppler-utils)
    FILE=requirements-dev.txt
fi

fail() {
    echo "$*" >&2
    exit 1
}

can_apt() {
    [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null
}

# Services that come with the packages must not start: the tests bring up their own, on private ports.
apt_install() {
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    echo "Installing $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# Loaded rather than looked up: that is what the portal will do, whatever the distribution.
has_package() {
    local library
    case $1 in
        libpango-1.0-0) library=libpango-1.0.so.0 ;;
        libpangoft2-1.0-0) library=libpangoft2-1.0.so.0 ;;
        libharfbuzz-subset0) library=libharfbuzz-subset.so.0 ;;
        libmagic1) library=libmagic.so.1 ;;
        chromium) command -v chromium chromium-browser google-chrome >/dev/null; return ;;
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; return ;;
        redis-server) command -v redis-server >/dev/null; return ;;
        poppler-utils) command -v pdftotext >/dev/null; return ;;
    esac
    "$PYTHON" -c "import ctypes; ctypes.CDLL('$library')" 2>/dev/null
}

install_python() {
    if ! command -v "$PYTHON" >/dev/null; then
        can_apt || fail "No $PYTHON here. Install Python 3.11.2 or newer, e.g. apt-get install python3 python3-venv."
        apt_install python3 python3-venv
    fi
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11, 2))' ||
        fail "$("$PYTHON" --version) is too old. Name a Python 3.11.2 or newer: make PYTHON=/path/to/python3 ..."
    if [[ ! -x .venv/bin/python ]] && ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
        can_apt || fail "$PYTHON cannot make virtual environments. Install python3-venv."
        apt_install python3-venv
    fi
}

install_libraries() {
    local missing=()
    for package in "${PACKAGES[@]}"; do
        has_package "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return
    can_apt || fail "Missing on this machine: ${missing[*]}. As root: apt-get install --no-install-recommends ${missing[*]}"
    apt_install "${missing[@]}"
}

install_requirements() {
    [[ -x .venv/bin/python ]] || "$PYTHON" -m venv .venv
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    echo "Installing $FILE into .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r "$FILE"
}

# What is installed follows from these files; dev contains run.
STAMP=$(cat deploy/install.sh requirements*.txt | cksum | cut -d ' ' -f 1)
installed() {
    [[ -x .venv/bin/python ]] && { [[ -e .venv/dev-$STAMP ]] || [[ -e .venv/$MODE-$STAMP ]]; }
}

installed && exit 0
install_python
install_libraries
install_requirements
rm -f .venv/run-* .venv/dev-*
touch ".venv/$MODE-$STAMP"
