# What every program that changes a host begins with: reporting, the lock, the fencing token, the state file. Written for any POSIX
# shell; knows nothing of SSH. Every value comes as a positional argument; nothing is ever pasted into this text.
# Standard output carries lines `::word value` for the bot and nothing else; what commands print goes to standard error.
unset CDPATH
nl='
'
child='' timer='' watcher='' part='' held='' grouped='' starting='' told=''
! command -v setsid >/dev/null 2>&1 || grouped=setsid
tick=1
! sleep 0.01 2>/dev/null || tick=0.1
# The bot's end of the line is kept apart, so that no command can read it.
exec 3<&0 </dev/null
printf '\n'

say() { printf '::%s\n' "$1"; }

# fail CODE SENTENCE: the first line of the sentence goes to people.
fail() {
  say "problem ${2%%"$nl"*}"
  exit "$1"
}

# fail_from CODE WHAT WORDS: as above, but a full disk and a missing right are told apart from the tool's own words.
fail_from() {
  case $3 in
    *'No space left'*|*'isk quota'*) fail 81 "$2: $3" ;;
    *'ead-only file system'*) fail 94 "$2: $3" ;;
    *'ermission denied'*|*'not permitted'*) fail 80 "$2: $3" ;;
  esac
  fail "$1" "$2: $3"
}

# Sleeps that only know whole seconds get the next whole one.
seconds() {
  if [ "$tick" = 1 ]; then printf '%s' "$((${1%%.*} + 1))"; else printf '%s' "$1"; fi
}

# family NUMBER: a process and everything below it, for hosts without setsid, where nothing else holds them together.
family() {
  printf ' %s' "$1"
  ps -A -o ppid= -o pid= 2>/dev/null | while read -r parent number; do
    [ "$parent" != "$1" ] || family "$number"
  done
}

end_group() {
  if [ -n "$grouped" ]; then members=-$1; else members=$(family "$1"); fi
  # One that is not in a group of its own yet has nothing below it, and a signal other than KILL can get lost in it (see quit).
  kill -TERM $members 2>/dev/null || kill -KILL "$1" 2>/dev/null
  for _ in 1 2 3 4 5; do
    kill -0 $members 2>/dev/null || return 0
    sleep "$tick"
  done
  kill -KILL $members 2>/dev/null
}

# The bot closes its end to stop us, and so does a connection that breaks: nobody is listening, so end here.
watch() {
  (while IFS= read -r _ <&3; do :; done; kill -TERM "$$") >/dev/null 2>&1 9>&- &
  watcher=$!
}

# quit NUMBER: ends a child of ours. Any signal but KILL can get lost in a child that was born a moment ago and still has our traps.
# Waiting for one that had ended by itself, after a trap has run, is where bash can hang for ever.
quit() {
  [ -n "$1" ] || return 0
  { kill -KILL "$1" && wait "$1"; } 2>/dev/null
}

unwatch() {
  quit "$watcher"
  watcher=
}

finish() {
  trap '' TERM HUP INT PIPE
  unwatch
  [ -z "$part" ] || rm -rf "$part"
  leave
}

ending() {
  # Between the start of a child and its number there is a child that nobody could end: that is made up for (see guarded).
  if [ -n "$starting" ]; then
    told=yes
    return
  fi
  trap '' TERM HUP INT PIPE
  quit "$timer"
  [ -z "$child" ] || end_group "$child"
  exit 93
}
trap finish EXIT
trap ending TERM HUP INT PIPE
trap 'late=yes' USR1

alive() {
  case $1 in ''|*[!0-9]*) return 1 ;; esac
  kill -0 "$1" 2>/dev/null || return 1
  # A number that was given to another program since is not our owner.
  case $(ps -o args= -p "$1" 2>/dev/null) in ''|*lockstep*) return 0 ;; esac
  return 1
}

# Without flock: a directory with its owner's number in it. Two that find the same dead owner at the same moment could both go on;
# that is why flock is used wherever it is.
claim() {
  if mkdir "$room/lock.d" 2>/dev/null; then
    echo "$$" >"$room/lock.d/owner"
    return 0
  fi
  owner=$(cat "$room/lock.d/owner" 2>/dev/null)
  if [ -z "$owner" ]; then [ "$turns" -ge 20 ] || return 1
  elif alive "$owner"; then return 1
  fi
  ! mv "$room/lock.d" "$room/lock.d.$$" 2>/dev/null || rm -rf "$room/lock.d.$$"
  return 1
}

next_turn() {
  turns=$((turns + 1))
  if [ "$tick" = 1 ]; then most=$patience; else most=$((patience * 10)); fi
  [ "$turns" -le "$most" ] || fail 85 'another deploy is at work on this host and does not end'
  sleep "$tick"
}

leave() {
  [ -n "$held" ] || return 0
  if [ "$held" = flock ]; then flock -u 9; exec 9>&-; else rm -rf "$room/lock.d"; fi
  held=
}

# at_least A B: whether A is no smaller than B, both whole numbers of up to 16 digits without zeros in front. Not every shell counts
# beyond 31 bits, so the longer one is the greater one, and two of one length are compared in two pieces that fit.
at_least() {
  [ "${#1}" -eq "${#2}" ] || { [ "${#1}" -gt "${#2}" ]; return; }
  high=1${1%?????????} bound=1${2%?????????}
  [ "$high" -eq "$bound" ] || { [ "$high" -gt "$bound" ]; return; }
  [ "1${1#"${high#1}"}" -ge "1${2#"${bound#1}"}" ]
}

# Waits for the lock, then refuses a driver that is older than the newest this host has seen.
enter() {
  say 'phase waiting'
  words=$(LC_ALL=C mkdir -p "$path/releases" "$path/shared" "$room" 2>&1) || fail_from 87 'cannot make directories' "$words"
  words=$({ LC_ALL=C touch "$room/lock" "$path/releases"; } 2>&1) || fail_from 87 'cannot write' "$words"
  turns=0
  if command -v flock >/dev/null 2>&1; then
    exec 9>>"$room/lock"
    until flock -n 9; do next_turn; done
    held=flock
  else
    until claim; do next_turn; done
    held=directory
  fi
  # Whoever changes nothing that runs has no token.
  [ -n "$token" ] || return 0
  seen=0
  [ ! -s "$room/token" ] || IFS= read -r seen <"$room/token"
  case $seen in ''|*[!0-9]*) fail 87 'the file .lockstep/token does not hold a number' ;; esac
  at_least "$token" "$seen" || fail 84 "this host has seen fencing token $seen, newer than $token"
  [ "$token" = "$seen" ] || store token "$token"
}

# store NAME TEXT: replaces a file of ours whole or not at all.
store() {
  words=$({ printf '%s\n' "$2" >"$room/$1.new" && LC_ALL=C mv -f "$room/$1.new" "$room/$1"; } 2>&1) ||
    fail_from 87 "cannot write .lockstep/$1" "$words"
}

need() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || fail 92 "the program $tool is missing on this host"
  done
}
