# A TimescaleDB server in namespaces of its own; runs as their first process, so that its end ends everything in them.
# Data lie in memory and live as long as this script. Orders come on stdin; the end of stdin (our parent died) is the last.
# $1: root folder of the system; $2: folder of its PostgreSQL programs; $3: port; $PASSWORD: of the superuser hearthbeat.
root=$1 bin=$2 port=$3
as_postgres="chroot --userspec=postgres:postgres $root"

mount --rbind /dev "$root/dev"
mount -t tmpfs -o size=1g tmpfs "$root/dev/shm"
mount -t tmpfs -o size=4g,mode=1777 tmpfs "$root/srv"
printf %s "$PASSWORD" | $as_postgres sh -c 'umask 077; cat >/srv/password'
unset PASSWORD
$as_postgres "$bin/initdb" --pgdata=/srv/data --username=hearthbeat --pwfile=/srv/password --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >&2

# No fsync: what a killed server has written stays with the kernel, and that does not die here.
# No background workers: one that is connected to a template database stops it from being copied.
start() {
    $as_postgres "$bin/postgres" -D /srv/data -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
        -c fsync=off -c full_page_writes=off -c shared_buffers=128MB -c max_connections=200 -c max_wal_size=512MB \
        -c timezone=UTC -c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off \
        -c timescaledb.max_background_workers=0 >&2 </dev/null &
}

while read -r order; do
    case $order in
    start) start ;;
    kill)
        kill -9 -1 # every process of the namespace but this one
        wait
        ;;
    esac
    echo "$order"
done
