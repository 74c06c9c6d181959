# Puts a release on this host: receive and verify, link what is shared, switch, restart, wait until it is well, remove old ones.
path=$1 release=$2 token=$3 patience=$4 restart=$5 restart_limit=$6 health=$7 health_limit=$8 interval=$9
shift 9
host=$1 bytes=$2 sha256=$3 keep=$4 shared=$5
shift 5
# What is left: so many shared paths, then the environment.
room=$path/.lockstep tree=$path/releases/$release

# What was left by programs that died, then the oldest releases; never the current one nor the one before it. A release is renamed
# first: half of one must not keep its name.
prune() {
  for old in "$path"/releases/.*.part; do
    owner=${old%.part}
    alive "${owner##*.}" || rm -rf "$old"
  done
  stay=$((keep - 1))
  if [ "$s_previous" != "$release" ] && [ -n "$s_previous" ] && [ -d "$path/releases/$s_previous" ]; then stay=$((stay - 1)); fi
  ls -1t "$path/releases" | while IFS= read -r name; do
    if [ "$name" = "$release" ] || [ "$name" = "$s_previous" ] || [ ! -d "$path/releases/$name" ]; then continue; fi
    stay=$((stay - 1))
    [ "$stay" -lt 0 ] || continue
    mv "$path/releases/$name" "$path/releases/.$name.$$.part" && rm -rf "$path/releases/.$name.$$.part"
  done
}

need tar gzip head mkdir ln mv readlink env
command -v sha256sum >/dev/null 2>&1 || need shasum
watch
enter
say_previous
bring "$@"
shift "$shared"
switch_to
bring_up "$@"
prune >&2 2>&1
say done
