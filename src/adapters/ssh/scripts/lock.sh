# Whose turn it is on this host: the lock, and the fencing token, by which an order that is older than the newest one seen is refused.

flock=
! command -v flock >/dev/null 2>&1 || flock=yes

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

# keep_lock WORD: the shell that stands takes the lock if nobody has it, and keeps it from order to order, because taking it is a process. Whoever needs it
# while this shell has nothing to do ends this shell (see dislodge): the lock is gone with it, and the bot starts another one for its next order.
# An order that was beside it then still has the lock until it is over, and answers to nobody: its bot looks at the host.
kept=
keep_lock() {
  [ "$kind" = release ] && [ -n "$flock" ] && [ -w "$room/lock" ] || return 0
  if [ -z "$kept" ]; then
    exec 9>>"$room/lock"
    if ! LC_ALL=C flock -n 9; then
      exec 9>&-
      return 0
    fi
    kept=yes
  fi
  doing "$1" || let_go
}

let_go() {
  [ -z "$kept" ] || exec 9>&-
  kept=
}

# doing WORD: two words of four letters, so that each is written over the other.
# Where it cannot be written (a disk that takes nothing any more) that is no failure of the order, which has its own words for it.
doing() { { printf '%s\n' "$$ $1" 1<>"$room/holder"; } 2>/dev/null; }

# Ends a shell that keeps the lock without need. The number may be another program's by now: only one that says it is for this place is ended.
dislodge() {
  [ -r "$room/holder" ] || return 0
  IFS=' ' read -r owner word <"$room/holder"
  [ "$word" = idle ] || return 0
  case $({ tr '\0' ' ' <"/proc/$owner/cmdline" || ps -o args= -p "$owner"; } 2>/dev/null) in
    *lockstep*"$path"*) kill -TERM "$owner" 2>/dev/null ;;
  esac
}

next_turn() {
  [ "$turns" -gt 0 ] || say_phase waiting
  turns=$((turns + 1))
  if [ "$tick" = 1 ]; then most=$patience; else most=$((patience * 10)); fi
  [ "$turns" -le "$most" ] || fail 85 'another deploy is at work on this host and does not end'
  pause
}

# Nobody else has file 9: what is started with it open has ended when this is called, commands of the site never get it.
leave() {
  case $held in
    kept) doing idle ;;
    flock) exec 9>&- ;;
    directory) rm -rf "$room/lock.d" ;;
  esac
  held=
}

# An order that was killed by force could not give its directory back, and its number is ours, who live on.
tidy_lock() {
  [ -d "$room/lock.d" ] || return 0
  owner=$(cat "$room/lock.d/owner" 2>/dev/null)
  [ "$owner" != "$$" ] || rm -rf "$room/lock.d"
}

# at_least A B: whether A is no smaller than B, both whole numbers of up to 16 digits without zeros in front. Not every shell counts
# beyond 31 bits, so the longer one is the greater one, and two of one length are compared in two pieces that fit.
at_least() {
  [ "${#1}" -eq "${#2}" ] || { [ "${#1}" -gt "${#2}" ]; return; }
  high=1${1%?????????} bound=1${2%?????????}
  [ "$high" -eq "$bound" ] || { [ "$high" -gt "$bound" ]; return; }
  [ "1${1#"${high#1}"}" -ge "1${2#"${bound#1}"}" ]
}

# Asked first, because asking costs no process. What is missing or not writable is done by the tools, for the words with which they fail. What the archive
# that comes is unpacked in (see release.sh) is made with the rest where the rest is missing too.
make_room() {
  if [ "$kind" = commands ]; then
    if [ ! -w "$room" ]; then
      words=$(LC_ALL=C mkdir -p "$room" 2>&1) || fail_from 87 'cannot make directories' "$words"
    fi
    if [ ! -w "$room/lock" ]; then
      words=$(LC_ALL=C touch "$room/lock" 2>&1) || fail_from 87 'cannot write' "$words"
    fi
    return 0
  fi
  if ! { [ -d "$path/releases" ] && [ -d "$path/shared" ] && [ -d "$room" ]; }; then
    words=$(LC_ALL=C mkdir -p "$path/releases" "$path/shared" "$room" ${part:+"$part"} 2>&1) || fail_from 87 'cannot make directories' "$words"
  fi
  [ -e "$room/lock" ] || { printf '' >>"$room/lock"; } 2>/dev/null
  if ! { [ -w "$path/releases" ] && [ -w "$room" ] && [ -w "$room/lock" ]; }; then
    words=$({ LC_ALL=C touch "$room/lock" "$path/releases"; } 2>&1) || fail_from 87 'cannot write' "$words"
  fi
}

# Waits for the lock, then refuses a driver that is older than the newest this host has seen.
enter() {
  make_room
  turns=0
  if [ -n "$kept" ]; then
    held=kept
  elif [ -n "$flock" ]; then
    exec 9>>"$room/lock"
    until LC_ALL=C flock -n 9; do
      dislodge
      next_turn
    done
    held=flock
  else
    until claim; do next_turn; done
    held=directory
  fi
  # Whoever changes nothing that runs has no token.
  [ "$token" != - ] || return 0
  seen=0
  [ ! -s "$room/token" ] || IFS= read -r seen <"$room/token"
  case $seen in ''|*[!0-9]*) fail 87 'the file .lockstep/token does not hold a number' ;; esac
  at_least "$token" "$seen" || fail 84 "this host has seen fencing token $seen, newer than $token"
  [ "$token" = "$seen" ] || overwrite token "$token"
}

# overwrite NAME TEXT: a file of ours becomes this text and a line's end. In place and in one write, without the processes that a second file and a
# move cost: such a write is not cut in two when we are killed, as long as it lies within one page, and what a longer text before has left behind
# it is for the reader to ignore (a token is never shorter than the one before). The disk needs no room for it.
overwrite() {
  if [ "${#2}" -le 1000 ]; then
    { printf '%s\n' "$2" 1<>"$room/$1"; } 2>/dev/null && return 0
  fi
  # By tools: a shell's own printf only says "I/O error" where they tell why.
  words=$({ printf '%s\n' "$2" | LC_ALL=C cat >"$room/$1.new" && LC_ALL=C mv -f "$room/$1.new" "$room/$1"; } 2>&1) ||
    fail_from 87 "cannot write .lockstep/$1" "$words"
}
