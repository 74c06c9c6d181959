# How a release comes to lie on a host, complete, beside what runs: receive, unpack and verify, name, link what is shared.

sum=sha256sum
command -v sha256sum >/dev/null 2>&1 || sum='shasum -a 256'

# Bytes go through the digest and into tar at the same time, and lie nowhere; what is said is tar's words, and the digest.
stream() {
  { {
    head -c "$bytes" <&3 | tee /dev/fd/5 | LC_ALL=C tar -xzof - -C "$part" >&6 2>&6 || echo "$failed" >&6
  } 5>&1 | $sum; } 6>&1
}

# One after the other, in fewer processes: for archives that are there before a second program has started, and for hosts where a program cannot be given
# an open file by name. Said is the same.
store_and_unpack() {
  if ! LC_ALL=C head -c "$bytes" <&3 >"$part.gz" 2>"$part.seen"; then
    said="$(cat "$part.seen") $failed"
    return 0
  fi
  said=$($sum <"$part.gz")
  case $said in *"$sha256"*) ;; *) return 0 ;; esac
  LC_ALL=C tar -xzof "$part.gz" -C "$part" 2>/dev/null || said="$(LC_ALL=C tar -xzof "$part.gz" -C "$part" 2>&1) $failed $said"
}

# The archive is there: small ones with the lock, which taking it again would be a process for. The lock counts as idle meanwhile, so a bot that
# falls silent here stands in nobody's way: whoever needs it ends this shell.
take_archive() {
  if [ "$form" = sum ]; then
    let_go
    make_part ''
    receive
    return 0
  fi
  need tar head
  [ "$form" = tar ] || need gzip
  make_part make_room
  keep_lock idle
  receive_small
}

# Straight into tar: the bot has looked at the digest before it sent this, and the line keeps order, so what is said behind the archive is only read when
# head has taken all of it. No trap: one would run only when head has ended, and a shell that is to give way has to go at once.
receive_small() {
  how=-xzof
  [ "$form" != tar ] || how=-xof
  said=$(exec 9>&-; head -c "$bytes" <&3 2>&1 | LC_ALL=C tar "$how" - -C "$part" 2>&1) || refuse_archive "$said "
  IFS=' ' read -r word count <&3
  [ "$word $count" = "whole $number" ] || fail 82 'the archive did not arrive whole'
}

# Takes the archive from the line, which nobody else reads meanwhile. Nothing is held while the bytes come: a bot that falls silent here stands in
# nobody's way. Any failure ends the program: nobody could tell what is left of the archive on the line.
receive() {
  trap 'exit 93' TERM HUP INT PIPE
  failed="(the tools have failed for $number)"
  if [ "$bytes" -gt 1048576 ] && [ -e /dev/fd/3 ] && command -v tee >/dev/null 2>&1; then
    said=$(stream)
  else
    store_and_unpack
  fi
  case $said in
    *"$failed"*) why="${said%%"$failed"*} " ;;
    *"$sha256"*) why= ;;
    *) why=damaged ;;
  esac
  trap - TERM HUP INT PIPE
  if [ -n "$why" ]; then refuse_archive "$why"; fi
  say_phase unpacking
  is_whole || fail 83 'the release is not what it should be: a file that was here has another SHA-256 now'
}

# refuse_archive WORDS: of tar, or `damaged`.
refuse_archive() {
  case $1 in
    damaged) fail 82 'the archive did not arrive whole: its SHA-256 is another one' ;;
    *'o space left'*|*'isk quota'*|*'Wrote only '*|*'ermission denied'*|*'ead-only file system'*) fail_from 83 'cannot unpack' "$1" ;;
    *'nexpected E'*|*'nexpected e'*) fail 82 'the archive did not arrive whole' ;;
    *) fail 83 "cannot unpack: $1" ;;
  esac
}

# make_part [FUNCTION]: the directory in which the archive is unpacked; its name says whose it is. The function may make it.
make_part() {
  part=$path/releases/.$release.$$.part
  forget_part
  [ -z "$1" ] || "$1"
  [ -d "$part" ] || LC_ALL=C mkdir "$part" 2>/dev/null || words=$(LC_ALL=C mkdir "$part" 2>&1) || fail_from 82 'cannot make a directory' "$words"
}

forget_part() {
  [ -z "$part" ] || [ ! -e "$part" ] || rm -rf "$part" "$part.gz" "$part.list" "$part.seen"
}

# Under the lock, and never over a release that another deploy has put there meanwhile.
settle() {
  if [ ! -d "$tree" ]; then
    # Releases are told apart by age, and an archive may bring the age of its own directory.
    ! [ "$part" -ot "$path/releases" ] || touch "$part"
    printf '%s\n' "$origin" >"$room/from.$release" 2>/dev/null || :
    LC_ALL=C mv "$part" "$tree" 2>/dev/null || words=$(LC_ALL=C mv "$part" "$tree" 2>&1) || fail_from 83 'cannot name the release' "$words"
  fi
  # What is left of it is removed after the answer (see clean).
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
