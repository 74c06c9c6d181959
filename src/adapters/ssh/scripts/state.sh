# What this host remembers of its last switch, and the switch itself.

# state: release (switched to), previous (current before), restarted and proved (for this switch), healthy (last one found well); of a site of
# commands also prepared, and known, once for each release; else ln: see know_ln. A line with a dot alone ends it: what follows was left by a longer text.
read_state() {
  s_release='' s_previous='' s_restarted='' s_proved='' s_healthy='' s_prepared='' s_known='' s_ln='' s_length=0 ended=no
  [ -f "$room/state" ] || return 0
  while IFS= read -r line; do
    s_length=$((s_length + ${#line} + 1))
    case $ended$line in
      norelease=*) s_release=${line#*=} ;;
      noprevious=*) s_previous=${line#*=} ;;
      norestarted=*) s_restarted=${line#*=} ;;
      noproved=*) s_proved=${line#*=} ;;
      nohealthy=*) s_healthy=${line#*=} ;;
      noprepared=*) s_prepared=${line#*=} ;;
      noln=*) s_ln=${line#*=} ;;
      noknown=*) s_known=$s_known${line#*=}$nl ;;
      no.) ended=yes ;;
    esac
  done <"$room/state"
}

# Empty lines cover the rest of a longer text, for earlier versions of the bot, which read to the end.
write_state() {
  text="release=$s_release${nl}previous=$s_previous${nl}restarted=$s_restarted${nl}proved=$s_proved${nl}healthy=$s_healthy$nl"
  if [ "$kind" = release ]; then text="${text}ln=$s_ln$nl"; else text="${text}prepared=$s_prepared$nl"; fi
  rest=$s_known
  while [ -n "$rest" ]; do
    text="${text}known=${rest%%"$nl"*}$nl"
    rest=${rest#*"$nl"}
  done
  text=$text.
  # One less: the last line gets its end when it is written. Otherwise the file would grow with each order.
  while [ "$((${#text} + 1))" -lt "$s_length" ]; do text=$text$nl; done
  overwrite state "$text"
  s_length=$((${#text} + 1))
}

# What current leads to. Asking whether it is something that we know costs no process.
look() {
  current=
  if [ "$kind" = commands ]; then
    # Nothing is pointed to: what was switched to last is what the commands were run for.
    current=$s_release
  elif [ -h "$path/current" ]; then
    if [ -n "$s_release" ] && [ "$path/current" -ef "$path/releases/$s_release" ]; then
      current=$s_release
    else
      find_current
    fi
  elif [ -e "$path/current" ]; then
    fail 87 'current is not a symbolic link'
  fi
}

# find_current: of those that lie here, or what the link says.
find_current() {
  for current in "$path"/releases/*; do
    [ ! "$current" -ef "$path/current" ] || [ -h "$current" ] || break
    current=
  done
  [ -n "$current" ] || current=$(readlink "$path/current")
  current=${current##*/}
}

# Says what was current before this deploy, also when it is repeated after the switch.
say_previous() {
  read_state
  look
  if [ "$current" = "$release" ] && [ "$s_release" = "$release" ]; then say "previous $s_previous"; else say "previous $current"; fi
}

# GNU's ln replaces a link by a rename from version 9 on (verified there); others remove it first. Asked once, and remembered with the name of the system:
# a deploy path can be given to another one. To be called after read_state and before write_state; where no link is to be replaced, nobody has to know.
know_ln() {
  [ -h "$path/current" ] || return 0
  system=
  { IFS= read -r system </etc/os-release; } 2>/dev/null
  case $s_ln in "yes $system"|"no $system") return 0 ;; esac
  case $(ln --version 2>/dev/null) in
    'ln (GNU coreutils) '9.*|'ln (GNU coreutils) '[1-9][0-9].*) s_ln="yes $system" ;;
    *) s_ln="no $system" ;;
  esac
}

# Whoever looks sees what current was, or what it is now, and never nothing.
point_to() {
  if [ -z "$1" ]; then
    words=$(LC_ALL=C rm -f "$path/current" 2>&1) || fail_from 87 'cannot remove current' "$words"
    return 0
  fi
  if [ "${s_ln%% *}" = yes ] || [ ! -h "$path/current" ]; then
    # Its words are asked for only when there are any: that would be one process more.
    LC_ALL=C ln -sfn "releases/$1" "$path/current" 2>/dev/null && return 0
    words=$(LC_ALL=C ln -sfn "releases/$1" "$path/current" 2>&1) || fail_from 87 'cannot switch current' "$words"
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
  if [ "$current" != "$release" ] || [ "$s_release" != "$release" ]; then
    s_previous=$current s_release=$release s_restarted=no s_proved=no
    if [ "$kind" = release ]; then know_ln; else remember; fi
    write_state
    # Not flushed: whoever has heard nothing of it takes the switch for unknown.
    say 'phase switching'
    [ "$current" = "$release" ] || [ "$kind" = commands ] || point_to "$release"
  fi
  say 'phase switched'
}

# Of a site of commands: the releases that it was switched to, oldest first, as many as may stay, the current one and the one before it among them.
remember() {
  case $nl$s_known in *"$nl$release$nl"*) ;; *) [ -z "$release" ] || s_known=$s_known$release$nl ;; esac
  rest=$s_known stay='' count=0
  while [ -n "$rest" ]; do
    count=$((count + 1)) rest=${rest#*"$nl"}
  done
  rest=$s_known
  while [ -n "$rest" ]; do
    name=${rest%%"$nl"*} rest=${rest#*"$nl"}
    if [ "$count" -gt "$keep" ] && [ "$name" != "$release" ] && [ "$name" != "$s_previous" ]; then
      count=$((count - 1))
    else
      stay=$stay$name$nl
    fi
  done
  s_known=$stay
}

say_known() {
  rest=$s_known
  while [ -n "$rest" ]; do
    say "release ${rest%%"$nl"*}"
    rest=${rest#*"$nl"}
  done
}

# What is on this host, for whoever looks.
say_standing() {
  read_state
  look
  say "current $current"
  say "healthy $s_healthy"
  if [ "$kind" = commands ]; then
    say_known
    return 0
  fi
  [ ! -d "$path/releases" ] || say_releases
}

# Oldest first. A few are sorted without a process; where there is none, ls has words for what is wrong.
say_releases() {
  set -- "$path"/releases/*
  if [ "$#" -gt 20 ] || [ ! -e "$1" ]; then
    words=$(LC_ALL=C ls -1tr "$path/releases" 2>&1) || fail_from 87 'cannot read the releases' "$words"
    while IFS= read -r name; do
      [ ! -d "$path/releases/$name" ] || [ -z "$name" ] || say "release $name"
    done <<NAMES
$words
NAMES
    return 0
  fi
  while [ "$#" -gt 0 ]; do
    oldest=$1
    for old in "$@"; do ! [ "$old" -ot "$oldest" ] || oldest=$old; done
    [ ! -d "$oldest" ] || say "release ${oldest##*/}"
    for old in "$@"; do
      shift
      [ "$old" = "$oldest" ] || set -- "$@" "$old"
    done
  done
}
