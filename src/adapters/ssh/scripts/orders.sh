# What each order does. Runs beside the shell that reads the line, which tells it to end by TERM. The lock is held from `enter` to the end.

finish() {
  code=$?
  trap '' TERM HUP INT PIPE
  forget_part
  [ ! -e "$room/late.$$" ] || rm -f "$room/late.$$"
  # Also of an order that ended before it could enter: the shell has nothing to do, and must give way.
  [ -z "$kept" ] || held=kept
  leave
  if [ -n "$wanting" ]; then
    say_phase receiving
    return 0
  fi
  [ -n "$answered" ] || answer "$code"
}

# answer CODE: the order is over. Said on both lines: whoever has heard it on a line has heard all that came before on that line.
answer() {
  answered=yes
  printf '\n::over %s\n' "$number" >&2
  say "over $1"
  flush
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

# The oldest releases lose their names, never the current one nor the one before it. Their files are removed when the bot has its answer, and the lock is
# free: half of a release must not keep its name, and many files take their time.
retire() {
  while too_many; do
    mv "$oldest" "$path/releases/.${oldest##*/}.$$.part" || break
  done
}

# To be called at the end of an order that went well.
tidy_up() {
  untidy || return 0
  leave
  # The shell keeps the lock, but who ends it must not find it with the programs that remove.
  [ -z "$kept" ] || exec 9>&-
  kept=''
  answer 0
  clean >/dev/null 2>&1
}

# Those, what a release came from, and what was left by programs that died.
clean() {
  rm -rf "$path"/releases/.*."$$".part*
  for old in "$path"/releases/.*.part "$path"/releases/.*.part.*; do
    [ -e "$old" ] || continue
    owner=${old%.part*}
    alive "${owner##*.}" || rm -rf "$old"
  done
  for note in "$room"/from.*; do
    [ -d "$path/releases/${note##*/from.}" ] || rm -f "$note"
  done
}

untidy() {
  for old in "$path"/releases/.*.part "$path"/releases/.*.part.*; do
    [ ! -e "$old" ] || return 0
  done
  return 1
}

# Sets oldest, of those that may go.
too_many() {
  set -- "$path"/releases/*
  [ "$#" -gt "$keep" ] || return 1
  count=0 oldest=
  for old in "$path"/releases/*; do
    [ -d "$old" ] || continue
    count=$((count + 1))
    case ${old##*/} in "$release"|"$s_previous") continue ;; esac
    if [ -z "$oldest" ] || [ "$old" -ot "$oldest" ]; then oldest=$old; fi
  done
  [ "$count" -gt "$keep" ] && [ -n "$oldest" ]
}

# Without the release there is nothing to do yet but to ask for it; the order goes on when it has come (see standing.sh).
ask_for_archive() {
  need tar head
  find_base
  [ -z "$base" ] || say "base $base"
  wanting=yes
  exit 0
}

# perform SHARED... NAME=VALUE...
perform() {
  exec 3<&-
  child='' timer='' held='' starting='' told='' wanting='' answered=''
  trap finish EXIT
  trap ending TERM HUP INT PIPE
  tree=$path/releases/$release
  case $order in
    fence) enter && say_standing ;;
    prepare) prepare "$@" ;;
    rollout) roll_out "$@" ;;
    rollback) roll_back "$@" ;;
    *) fail 92 "this host was asked for something unknown: $order" ;;
  esac
}

# Puts a release on this host beside what runs, and changes nothing that runs. May be done by anybody, and again.
prepare() {
  if [ "$kind" = commands ]; then
    make_room
    read_state
    shift "$shared"
    make_ready "$@"
    return
  fi
  if [ ! -d "$tree" ] && [ -z "$part" ]; then
    make_room
    ask_for_archive
  fi
  enter
  [ -z "$part" ] || settle
  link_shared "$@"
  tidy_up
}

# Switches to a release, restarts, waits until it is well, and removes old ones.
roll_out() {
  enter
  say_previous
  if [ "$kind" = commands ]; then
    shift "$shared"
    make_ready "$@"
    say_previous
    switch_to
    bring_up "$@"
    return
  fi
  if [ -n "$part" ]; then settle; elif [ ! -d "$tree" ]; then ask_for_archive; fi
  link_shared "$@"
  shift "$shared"
  switch_to
  bring_up "$@"
  retire >&2
  tidy_up
}

# Points current back to a release that is still on this host, or to none at all, then restarts and waits until it is well.
roll_back() {
  shift "$shared"
  enter
  say_previous
  # Of a site of commands nothing has to lie here.
  [ -z "$release" ] || [ "$kind" = commands ] || [ -d "$tree" ] || fail 86 "the release $release is not on this host"
  switch_to
  [ -z "$release" ] || bring_up "$@"
}
