# Makes .venv hold exactly what a lock names; does nothing when the lock has not changed since.
# Usage: source scripts/environment.sh && ensure_environment requirements/runtime.txt

fail() { printf '%s\n' "$1" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 was not found. Install it, or name it: PYTHON=/path/to/python3.11 $0"
}

fingerprint() { .venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"; }

install_lock() {
    local lock=$1 mark=.venv/installed/$(basename "$1")
    [ "$(cat "$mark" 2>/dev/null)" = "$(fingerprint "$lock")" ] && return
    printf 'Installing %s, hashes checked ...\n' "$lock" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" \
        || fail "The packages of $lock could not be installed; the lines above say why."
    mkdir -p .venv/installed && fingerprint "$lock" > "$mark"
}

install_package() {
    local mark=.venv/installed/pyproject.toml
    [ -x .venv/bin/oba ] && [ "$(cat "$mark" 2>/dev/null)" = "$(fingerprint pyproject.toml)" ] && return
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . \
        || fail "The package itself could not be installed; the lines above say why."
    fingerprint pyproject.toml > "$mark"
}

ensure_environment() {
    if [ ! -x .venv/bin/python ]; then
        local python
        python=$(find_python) || exit 1
        printf 'Creating .venv with %s ...\n' "$python" >&2
        "$python" -m venv .venv || fail "The environment could not be created in .venv."
    fi
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
        || fail ".venv holds another Python than 3.11. Remove the folder .venv and start again."
    install_lock "$1"
    install_package
}
