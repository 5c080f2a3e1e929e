# The Python environment in .venv: pinned and hashed packages, and this project in place.
stamp=.venv/hearthbeat-setup

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# venv_package PYTHON: the Debian package without which PYTHON makes no environments.
venv_package() {
    "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
}

wanted_environment() {
    cat requirements.txt pyproject.toml deploy/build_assets.py gateway/web/assets/package-lock.json | sha256sum
}

environment_is_current() {
    [ -f $stamp ] && [ -d gateway/web/static/vendor ] && wanted_environment | cmp -s - $stamp && .venv/bin/python -c ''
}

make_environment() {
    if ! .venv/bin/python -c '' 2>/dev/null; then
        say "Creating .venv with $("$1" --version) ..."
        quietly "$1 could not create .venv" "$1" -m venv --clear .venv
    fi
    rm -f $stamp
    pip="$(pwd)/.venv/bin/python -m pip --disable-pip-version-check --no-input"
    # Installing would try for minutes.
    # shellcheck disable=SC2086 # a command with its arguments
    quietly "no Python package index within reach: check the network, or pip's settings" \
        timeout 30 $pip index versions --timeout 5 --retries 0 hatchling
    say "Installing Python packages (about a minute) ..."
    # shellcheck disable=SC2086
    quietly "pip could not install the pinned packages" $pip install --require-hashes --requirement requirements.txt
    say "Building the console's assets ..."
    # shellcheck disable=SC2086
    quietly "the project could not be built" $pip install --no-build-isolation --no-deps --editable .
    wanted_environment >$stamp
}
