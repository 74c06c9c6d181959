# Puts a release on this host: receive and verify, link what is shared, switch, restart, wait until it is well, remove old ones.
path=$1 release=$2 token=$3 patience=$4 restart=$5 restart_limit=$6 health=$7 health_limit=$8 interval=$9
shift 9
host=$1 bytes=$2 sha256=$3 keep=$4 shared=$5
shift 5
# What is left: so many shared paths, then the environment.
room=$path/.lockstep tree=$path/releases/$release

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sum=$(sha256sum <"$1"); else sum=$(shasum -a 256 <"$1"); fi
  printf '%s' "${sum%% *}"
}

# Nothing is held while the bytes come: a bot that falls silent here stands in nobody's way.
receive() {
  part=$path/releases/.$release.$$.part
  words=$({ LC_ALL=C rm -rf "$part" && LC_ALL=C mkdir -p "$part/release"; } 2>&1) || fail_from 82 'cannot make a directory' "$words"
  say 'phase receiving'
  words=$({ LC_ALL=C head -c "$bytes" <&3 >"$part/archive"; } 2>&1) || fail_from 82 'cannot write the archive' "$words"
  arrived=$(($(wc -c <"$part/archive")))
  [ "$arrived" = "$bytes" ] || fail 82 "$arrived of $bytes bytes arrived"
  [ "$(digest "$part/archive")" = "$sha256" ] || fail 82 'the archive arrived damaged: its SHA-256 is another one'
  say 'phase unpacking'
  words=$(LC_ALL=C tar -xzof - -C "$part/release" <"$part/archive" 2>&1) || fail_from 83 'cannot unpack' "$words"
}

# Under the lock, and never over a release that another deploy has put there meanwhile.
settle() {
  if [ ! -d "$tree" ]; then
    words=$(LC_ALL=C mv "$part/release" "$tree" 2>&1) || fail_from 83 'cannot name the release' "$words"
    touch "$tree"
  fi
  rm -rf "$part"
  part=
}

link() {
  from=$path/shared/$1 to=$tree/$1
  [ "$(readlink "$to" 2>/dev/null)" != "$from" ] || return 0
  [ -e "$from" ] || [ -h "$from" ] || LC_ALL=C mkdir -p "$from" || return 1
  case $1 in */*) LC_ALL=C mkdir -p "${to%/*}" || return 1 ;; esac
  # A link inside the release must not lead our rm elsewhere.
  inside=$(cd -P "${to%/*}" && pwd -P) && top=$(cd -P "$tree" && pwd -P) || return 1
  case $inside/ in "$top"/*) ;; *) echo "the release holds a link on the way to it"; return 1 ;; esac
  LC_ALL=C rm -rf "$to" && LC_ALL=C ln -s "$from" "$to"
}

link_shared() {
  left=$shared
  for item in "$@"; do
    [ "$left" -gt 0 ] || break
    left=$((left - 1))
    words=$(link "$item" 2>&1) || fail_from 91 "cannot link the shared path $item" "$words"
  done
}

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
if [ ! -d "$tree" ]; then
  leave
  unwatch
  receive
  watch
  enter
  settle
fi
link_shared "$@"
shift "$shared"
switch_to
bring_up "$@"
prune >&2 2>&1
say done
