# How the setup speaks: progress and failures on the terminal, everything else in the log.
log=.cache/setup.log

say() { echo "setup: $*"; }

fail() {
    echo "setup: $*" >&2
    exit 1
}

# quietly WHAT-FAILED COMMAND...: run with its output in the log; on failure show the end of it and stop.
quietly() {
    failure=$1
    shift
    if ! "$@" >>"$log" 2>&1 </dev/null; then
        tail -n 5 "$log" >&2
        fail "$failure (details in $log)"
    fi
}
