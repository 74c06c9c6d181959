# How a release comes to lie on a host, complete, beside what runs: receive, unpack and verify, name, link what is shared.

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi
}

unpack() {
  LC_ALL=C tar -xzof - -C "$part"
}

# Bytes go through the digest and into tar at the same time, and lie nowhere; what is said is tar's words, and the digest. When tar gives up, the
# rest of a small archive is taken all the same, so that the digest tells whether the archive or the host was at fault.
stream() {
  { {
    head -c "$bytes" <&3 | tee /dev/fd/5 | { unpack 2>&1 || { echo "$failed"; [ "$bytes" -gt 1048576 ] || cat >/dev/null; } } >&6
  } 5>&1 | digest; } 6>&1
}

# The same for hosts where a program cannot be given an open file by name.
store_and_unpack() {
  words=$({ LC_ALL=C head -c "$bytes" <&3 >"$part.gz"; } 2>&1) || printf '%s\n%s\n' "$words" "$failed"
  digest <"$part.gz"
  unpack <"$part.gz" 2>&1 || echo "$failed"
  rm -f "$part.gz"
}

# Takes the archive from the line, which nobody else reads meanwhile. Nothing is held while the bytes come: a bot that falls silent here stands in
# nobody's way. Any failure ends the program: nobody could tell what is left of the archive on the line.
receive() {
  trap 'exit 93' TERM HUP INT PIPE
  failed="(the tools have failed for $number)"
  if [ -e /dev/fd/3 ] && command -v tee >/dev/null 2>&1; then said=$(stream); else said=$(store_and_unpack); fi
  case $said in
    *"$failed"*) why="${said%%"$failed"*} " ;;
    *"$sha256"*) why= ;;
    *) why=damaged ;;
  esac
  trap - TERM HUP INT PIPE
  case $why in
    '') say_phase unpacking
      is_whole || fail 83 'the release is not what it should be: a file that was here has another SHA-256 now' ;;
    damaged) fail 82 'the archive did not arrive whole: its SHA-256 is another one' ;;
    *'o space left'*|*'isk quota'*|*'ermission denied'*|*'ead-only file system'*) fail_from 83 'cannot unpack' "$why" ;;
    *) case $said in *"$sha256"*) fail 83 "cannot unpack: $why" ;; esac
      fail 82 'the archive did not arrive whole, and cannot be unpacked' ;;
  esac
}

# The directory in which the archive is unpacked; its name says whose it is.
make_part() {
  part=$path/releases/.$release.$$.part
  forget_part
  LC_ALL=C mkdir "$part" 2>/dev/null || words=$(LC_ALL=C mkdir "$part" 2>&1) || fail_from 82 'cannot make a directory' "$words"
}

forget_part() {
  [ -z "$part" ] || { [ ! -e "$part" ] && [ ! -e "$part.list" ]; } || rm -rf "$part" "$part.gz" "$part.list" "$part.seen"
}

# Under the lock, and never over a release that another deploy has put there meanwhile.
settle() {
  if [ ! -d "$tree" ]; then
    # Releases are told apart by age, and an archive may bring the age of its own directory.
    ! [ "$part" -ot "$path/releases" ] || touch "$part"
    printf '%s\n' "$origin" >"$room/from.$release" 2>/dev/null || :
    LC_ALL=C mv "$part" "$tree" 2>/dev/null || words=$(LC_ALL=C mv "$part" "$tree" 2>&1) || fail_from 83 'cannot name the release' "$words"
  fi
  forget_part
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
    # There already: asked without a process.
    if [ -h "$tree/$item" ] && [ "$tree/$item" -ef "$path/shared/$item" ]; then continue; fi
    words=$(link "$item" 2>&1) || fail_from 91 "cannot link the shared path $item" "$words"
  done
}
