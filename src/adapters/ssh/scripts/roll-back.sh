# Points current back to a release that is still on this host, or to none at all, then restarts and waits until it is well.
path=$1 release=$2 token=$3 patience=$4 restart=$5 restart_limit=$6 health=$7 health_limit=$8 interval=$9
shift 9
host=$1
shift
# What is left is the environment. An empty release means that there was none before.
room=$path/.lockstep

need mkdir ln mv readlink env
watch
enter
say_previous
[ -z "$release" ] || [ -d "$path/releases/$release" ] || fail 86 "the release $release is not on this host"
switch_to
[ -z "$release" ] || bring_up "$@"
say done
