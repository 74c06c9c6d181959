# How a release comes to lie on a host, complete, beside what runs: receive and unpack, name, link what is shared.

# The archive is there, and the lock is kept meanwhile, which taking it again would be a process for. It counts as idle, so a bot that falls silent here
# stands in nobody's way: whoever needs it ends this shell.
take_archive() {
  make_part make_room
  keep_lock idle
  receive
}

# Straight into tar. The bot has compared the archive with its digest, the line sees to it that nothing changes on its way, and keeps order: what is said
# behind it is only read when head has taken all of it. Nobody else reads the line meanwhile, and any failure ends the program: nobody could tell what is
# left on it. No trap: one would run only when head has ended, and a shell that is to give way has to go at once.
receive() {
  need tar head
  how=-xof
  [ "$form" = tar ] || { need gzip; how=-xzof; }
  said=$(exec 9>&-; head -c "$bytes" <&3 | LC_ALL=C tar "$how" - -C "$part" 2>&1) || refuse_archive "$said"
  hear_end
}

# All of it was sent, and all of it was taken.
hear_end() {
  IFS=' ' read -r word count <&3
  [ "$word $count" = "whole $number" ] || fail 82 'the archive did not arrive whole'
}

# refuse_archive WORDS: of tar.
refuse_archive() {
  case $1 in
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
  [ -z "$part" ] || [ ! -e "$part" ] || rm -rf "$part" "$part".*
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
