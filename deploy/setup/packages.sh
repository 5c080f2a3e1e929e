# Programs of the operating system, through apt where that is allowed.

# missing_packages PURPOSE PYTHON: the Debian packages that are not there yet, on one line.
missing_packages() {
    PATH=$PATH:/usr/sbin:/sbin
    missing=
    "$2" -c 'import ensurepip' 2>/dev/null || missing="$missing $(venv_package "$2")"
    case $1 in
    demo) wanted="mosquitto:mosquitto dbus-daemon:dbus" ;;
    radio) wanted="mmdebstrap:mmdebstrap qemu-system-x86_64:qemu-system-x86" ;;
    test)
        wanted="mosquitto:mosquitto dbus-daemon:dbus mmdebstrap:mmdebstrap chromium:chromium faketime:faketime"
        [ "$(id -u)" = 0 ] || wanted="$wanted newuidmap:uidmap"
        [ -d /usr/share/fonts/truetype ] || missing="$missing fonts-dejavu-core" # or Chromium shows no letters
        ldconfig -p | grep -q libatomic.so.1 || missing="$missing libatomic1" # the driver of Playwright wants it
        ;;
    *) wanted= ;;
    esac
    for pair in $wanted; do
        command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
    done
    echo "${missing# }"
}

# install_packages LIST: nothing to do for an empty list.
install_packages() {
    [ -n "$1" ] || return 0
    command -v apt-get >/dev/null || fail "please install with your package manager, then try again: $1"
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        fail "please run, then try again: sudo apt-get install $1"
    fi
    say "Installing $1 ..."
    # An index that cannot be refreshed may still do: the installation itself says if it does not.
    apt_get update >>"$log" 2>&1 </dev/null || true
    keep_services_down
    # shellcheck disable=SC2086 # a list of packages
    quietly "apt-get could not install: $1" apt_get install --no-install-recommends $1
    let_services_be
    case " $1 " in *" mosquitto "*) leave_mosquitto_off ;; esac
}

apt_get() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet -o DPkg::Lock::Timeout=120 \
        -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 "$@"
}

# The distribution starts a broker of its own on port 1883 as soon as it is installed. We start ours ourselves.
policy=/usr/sbin/policy-rc.d
keep_services_down() {
    [ ! -e $policy ] || return 0
    trap let_services_be EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\n# hearthbeat setup\nexit 101\n' | $as_root tee $policy >/dev/null
    $as_root chmod 755 $policy
}

let_services_be() {
    if grep -q 'hearthbeat setup' $policy 2>/dev/null; then
        $as_root rm -f $policy
    fi
}

# Nor at the next boot.
leave_mosquitto_off() {
    if [ -d /run/systemd/system ]; then
        quietly "systemctl could not disable mosquitto" $as_root systemctl disable mosquitto
    fi
}
