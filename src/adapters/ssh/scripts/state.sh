# What this host remembers of its last switch, the switch itself, and the commands that follow it: restart, then health.

# state: release (switched to), previous (current before), restarted and proved (for this switch), healthy (last one found well).
read_state() {
  s_release='' s_previous='' s_restarted='' s_proved='' s_healthy=''
  [ -f "$room/state" ] || return 0
  while IFS= read -r line; do
    case $line in
      release=*) s_release=${line#*=} ;;
      previous=*) s_previous=${line#*=} ;;
      restarted=*) s_restarted=${line#*=} ;;
      proved=*) s_proved=${line#*=} ;;
      healthy=*) s_healthy=${line#*=} ;;
    esac
  done <"$room/state"
}

write_state() {
  store state "release=$s_release${nl}previous=$s_previous${nl}restarted=$s_restarted${nl}proved=$s_proved${nl}healthy=$s_healthy"
}

look() {
  current=
  if [ -h "$path/current" ]; then
    current=$(readlink "$path/current")
    current=${current##*/}
  elif [ -e "$path/current" ]; then
    fail 87 'current is not a symbolic link'
  fi
}

# Says what was current before this deploy, also when it is repeated after the switch.
say_previous() {
  read_state
  look
  if [ "$current" = "$release" ] && [ "$s_release" = "$release" ]; then say "previous $s_previous"; else say "previous $current"; fi
}

point_to() {
  if [ -z "$1" ]; then
    words=$(LC_ALL=C rm -f "$path/current" 2>&1) || fail_from 87 'cannot remove current' "$words"
    return 0
  fi
  link=$path/.current.$$
  words=$({ LC_ALL=C rm -f "$link" && LC_ALL=C ln -s "releases/$1" "$link"; } 2>&1) || fail_from 87 'cannot make a link' "$words"
  mv -Tf "$link" "$path/current" 2>/dev/null && return 0
  # -h is the same on BSD; ln is the last resort, with an instant in which current is missing.
  mv -hf "$link" "$path/current" 2>/dev/null && return 0
  words=$(LC_ALL=C ln -sfn "releases/$1" "$path/current" 2>&1) || { rm -f "$link"; fail_from 87 'cannot switch current' "$words"; }
  rm -f "$link"
}

# The intent is written before the switch: a crash between the two leaves a release that is not trusted to have been restarted.
switch_to() {
  say_previous
  if [ "$current" != "$release" ] || [ "$s_release" != "$release" ]; then
    s_previous=$current s_release=$release s_restarted=no s_proved=no
    write_state
    say 'phase switching'
    [ "$current" = "$release" ] || point_to "$release"
  fi
  say 'phase switched'
}

# guarded LIMIT COMMAND...: runs it in the release's directory, in a process group of its own, for so many seconds; sets code and late.
# The timer sleeps a second at a time, because it dies by KILL (see quit) and its last sleep lives on.
guarded() {
  limit=$(seconds "$1")
  shift
  late=no
  starting=yes
  (cd "$path/releases/$release" && exec $grouped "$@") </dev/null >&2 3<&- 9>&- &
  child=$!
  (
    case $limit in *.*) sleep "0.${limit#*.}" ;; esac
    left=${limit%%.*}
    while [ "$left" -gt 0 ]; do
      sleep 1
      left=$((left - 1))
    done
    kill -USR1 "$$"
  ) </dev/null >/dev/null 2>&1 3<&- 9>&- &
  timer=$!
  starting=
  [ -z "$told" ] || ending
  [ "$late" = yes ] || wait "$child"
  code=$?
  if [ "$late" = yes ]; then
    end_group "$child"
    quit "$child"
  fi
  quit "$timer"
  child='' timer=''
}

# bring_up NAME=VALUE...: restarts what has not been restarted since the switch, waits until it is well.
bring_up() {
  set -- env "$@" "LOCKSTEP_RELEASE=$release" "LOCKSTEP_PATH=$path" "LOCKSTEP_HOST=$host" /bin/sh -c
  if [ "$s_restarted" != yes ]; then
    say 'phase restarting'
    guarded "$restart_limit" "$@" "$restart"
    [ "$late" = no ] || fail 89 "the restart command was ended after $restart_limit s"
    [ "$code" = 0 ] || fail 88 "the restart command exited with $code"
    s_restarted=yes
    write_state
  fi
  say 'phase restarted'
  if [ "$s_proved" != yes ]; then
    if [ -n "$health" ]; then
      say 'phase checking'
      guarded "$health_limit" "$@" 'until /bin/sh -c "$1"; do sleep "$2"; done' lockstep "$health" "$(seconds "$interval")"
      [ "$code$late" = 0no ] || fail 90 "the health command did not succeed within $health_limit s"
    fi
    s_proved=yes s_healthy=$release
    write_state
  fi
  say 'phase healthy'
}

# What is on this host, for whoever looks.
say_standing() {
  read_state
  look
  say "current $current"
  say "healthy $s_healthy"
  [ -d "$path/releases" ] || return 0
  words=$(LC_ALL=C ls -1tr "$path/releases" 2>&1) || fail_from 87 'cannot read the releases' "$words"
  printf '%s\n' "$words" | while IFS= read -r name; do
    [ ! -d "$path/releases/$name" ] || [ -z "$name" ] || say "release $name"
  done
}
