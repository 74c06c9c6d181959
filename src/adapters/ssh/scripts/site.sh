# The site's own commands: prepare, restart, health. What they find, where they run, and what it means when they fail.

# on_site COMMAND NAME=VALUE...: sets code. The site's environment comes first: ours cannot be overruled by it.
on_site() {
  limit=$1 command=$2
  shift 2
  if [ "$kind" = commands ]; then place=$path; else place=$tree; fi
  set -- "$@" "LOCKSTEP_RELEASE=$release" "LOCKSTEP_VERSION=${release#*-}" "LOCKSTEP_PATH=$path" "LOCKSTEP_HOST=$host"
  case $command in
    prepare) guarded "$limit" "$@" /bin/sh -c "$before" ;;
    restart) guarded "$limit" "$@" /bin/sh -c "$restart" ;;
    health) guarded "$limit" "$@" "LOCKSTEP_HEALTH_URL=$url" /bin/sh -c "$trying" lockstep "$health" "$interval" "$successes" "$successes" ;;
  esac
}

# Tries until it has gone well so often on end; what is left of that is the last argument.
trying='while :; do
if /bin/sh -c "$1"; then [ "$4" -gt 1 ] || exit 0; set -- "$1" "$2" "$3" "$(($4 - 1))"; else set -- "$1" "$2" "$3" "$3"; fi
sleep "$2" 2>/dev/null || sleep "$((${2%%.*} + 1))"
done'

# Of a site of commands. Nothing is held meanwhile: what fetches an image for minutes stands in nobody's way.
make_ready() {
  [ -n "$before" ] || return 0
  [ "$s_prepared" != "$release" ] || return 0
  leave
  say_phase preparing
  on_site "$before_limit" prepare "$@"
  [ "$code" != 124 ] || fail 89 "the prepare command ran out of time: its limit is $before_limit s (exit code 124)"
  [ "$code" = 0 ] || fail 95 "the prepare command exited with $code"
  enter
  read_state
  s_prepared=$release
  write_state
}

# bring_up NAME=VALUE...: restarts what has not been restarted since the switch, waits until it is well.
bring_up() {
  if [ "$s_restarted" != yes ]; then
    say_phase restarting
    # As the configuration calls it.
    if [ "$kind" = commands ]; then its=run; else its=restart; fi
    on_site "$restart_limit" restart "$@"
    [ "$code" != 124 ] || fail 89 "the $its command ran out of time: its limit is $restart_limit s (exit code 124)"
    [ "$code" = 0 ] || fail 88 "the $its command exited with $code"
    s_restarted=yes
    write_state
  fi
  say 'phase restarted'
  if [ "$s_proved" != yes ]; then
    if [ -n "$health" ]; then
      say_phase checking
      on_site "$health_limit" health "$@"
      [ "$code" = 0 ] || fail 90 "the health command did not succeed as often as it has to within $health_limit s"
    fi
    s_proved=yes s_healthy=$release
    write_state
  fi
  say 'phase healthy'
}
