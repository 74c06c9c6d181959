# How a release comes to lie on a host, complete, beside what runs: receive and verify, unpack, link what is shared.

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

# The release is there when this returns; the lock is held.
bring() {
  if [ ! -d "$tree" ]; then
    leave
    unwatch
    receive
    watch
    enter
    settle
  fi
  link_shared "$@"
}
