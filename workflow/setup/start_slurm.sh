#!/bin/sh
# Run a Slurm of one node on this machine, to try the workflow on: start_slurm.sh start|stop FOLDER
# As root and without systemd. All it keeps lies in FOLDER, with a munge of its own; of the system it
# touches the link /etc/slurm/slurm.conf alone, and only where no such file is.
set -eu
fail() {
    echo "Error: $1" >&2
    exit 1
}
[ $# = 2 ] || fail "usage: start_slurm.sh start|stop FOLDER"
action=$1
folder=$(realpath -m "$2")
system=/etc/slurm/slurm.conf
PATH=$PATH:/usr/sbin

stop() {
    # Last started, first stopped; each by the number that it wrote down itself.
    for daemon in slurmd slurmctld munged; do
        [ -s "$folder/$daemon.pid" ] || continue
        pid=$(cat "$folder/$daemon.pid")
        kill "$pid" 2>/dev/null || true
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ $tries -lt 100 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
        rm -f "$folder/$daemon.pid"
    done
    [ "$(readlink "$system")" != "$folder/slurm.conf" ] || rm "$system"
}

ensure_packages() {
    if command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v munged >/dev/null; then
        return
    fi
    command -v apt-get >/dev/null || fail "Slurm and munge are not installed, and there is no apt-get"
    echo "Installing by apt: slurm-wlm munge"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
}

write_configuration() {
    memory_mb=$(awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo)
    cat >"$folder/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
# No accounting database: squeue tells the state of jobs, and has to remember the ended ones.
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/jobs.txt
MinJobAge=300
ReturnToService=2
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory_mb State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    # Snakemake's job steps drop SLURM_CONF, so the file has to be found where Slurm looks for it.
    mkdir -p "${system%/*}"
    ln -sfn "$folder/slurm.conf" "$system"
}

start() {
    [ "$(id -u)" = 0 ] || fail "only root can start Slurm's daemons"
    ! pgrep -x slurmctld >/dev/null || fail "a Slurm runs on this machine already"
    [ -L "$system" ] || [ ! -e "$system" ] || fail "$system is there: this machine has a Slurm of its own"
    ensure_packages
    mkdir -p "$folder/state" "$folder/spool"
    chmod 755 "$folder"
    (umask 077 && head -c 128 /dev/urandom >"$folder/munge.key")
    write_configuration
    # By force: FOLDER may lie where root alone may look, and nobody else needs to.
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
        --seed-file="$folder/munged.seed" 2>/dev/null || {
        stop
        fail "munge did not start: see $folder/munged.log"
    }
    # A daemon keeps what it inherits: without this, whoever waits for our output waits for it.
    slurmctld </dev/null >/dev/null 2>&1 && slurmd </dev/null >/dev/null 2>&1 || {
        stop
        fail "Slurm did not start: see $folder/slurmctld.log and slurmd.log"
    }
    tries=0
    until sinfo --noheader --format=%t 2>/dev/null | grep -q idle; do
        tries=$((tries + 1))
        if [ $tries -gt 150 ]; then
            stop
            fail "the node did not become idle in 30 s: see $folder/slurmctld.log and slurmd.log"
        fi
        sleep 0.2
    done
    echo "Slurm runs; its files lie in $folder"
}

case $action in
start) start ;;
stop) stop ;;
*) fail "'$action' is neither start nor stop" ;;
esac
