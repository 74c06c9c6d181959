# How a command of the site is run: with its environment, in a process group of its own, for so many seconds and no longer.

# timeout makes a group of its own and watches the clock in one process. That of busybox makes no group.
clock=
if command -v timeout >/dev/null 2>&1; then
  clock=timeout
  for other in /bin/busybox /usr/bin/busybox /bin/toybox /usr/bin/toybox; do
    for place in /bin/timeout /usr/bin/timeout; do
      ! [ "$place" -ef "$other" ] || clock=
    done
  done
fi
grouped=
! command -v setsid >/dev/null 2>&1 || grouped=setsid

# family NUMBER: a process and everything below it, where nothing else holds them together.
family() {
  printf ' %s' "$1"
  ps -A -o ppid= -o pid= 2>/dev/null | while read -r parent number; do
    [ "$parent" != "$1" ] || family "$number"
  done
}

end_group() {
  if [ -n "$clock$grouped" ]; then members=-$1; else members=$(family "$1"); fi
  # One that is not in a group of its own yet has nothing below it, and a signal other than KILL can get lost in it (see quit).
  kill -TERM $members 2>/dev/null || kill -KILL "$1" 2>/dev/null
  for _ in 1 2 3 4 5; do
    kill -0 $members 2>/dev/null || return 0
    pause
  done
  kill -KILL $members 2>/dev/null
}

# quit NUMBER: ends a child of ours. Any signal but KILL can get lost in a child that was born a moment ago and still has our traps.
# Waiting for one that had ended by itself, after a trap has run, is where bash can hang for ever.
quit() {
  [ -n "$1" ] || return 0
  { kill -KILL "$1" && wait "$1"; } 2>/dev/null
}

# launch NAME=VALUE... PROGRAM ARGUMENT...: becomes the program, which keeps our number. The names are ours to export when the bot has seen that
# none of them means something to a shell or to this text; env takes any, and is one program more.
launch() {
  cd "$place" || exit 126
  [ "$carrier" = export ] || exec $limited env "$@"
  while case $1 in *=*) ;; *) false ;; esac; do
    export "$1"
    shift
  done
  exec $limited "$@"
}

# For hosts whose timeout does not do it. Sleeps a second at a time, because it dies by KILL (see quit) and its last sleep lives on.
watch_clock() {
  case $limit in *.*) sleep "0.${limit#*.}" 2>/dev/null || sleep 1 ;; esac
  left=${limit%%.*}
  while [ "$left" -gt 0 ]; do
    sleep 1
    left=$((left - 1))
  done
  : >"$room/late.$$"
  end_group "$child"
}

# guarded LIMIT COMMAND...: sets code, which is 124 when it took too long.
guarded() {
  limit=$1
  shift
  limited=$grouped
  [ -z "$clock" ] || limited="timeout -k 1 $limit"
  starting=yes
  (launch "$@") </dev/null >&2 9>&- &
  child=$!
  if [ -z "$clock" ]; then
    watch_clock </dev/null >/dev/null 2>&1 9>&- &
    timer=$!
  fi
  starting=
  [ -z "$told" ] || ending
  wait "$child"
  code=$?
  if [ -n "$timer" ] && [ -e "$room/late.$$" ]; then
    code=124
    wait "$timer"
    timer=
    rm -f "$room/late.$$"
  fi
  quit "$timer"
  # What has outlived its limit is ended with it.
  case $code in 124|137) ! kill -0 "-$child" 2>/dev/null || end_group "$child" ;; esac
  child='' timer=''
}
