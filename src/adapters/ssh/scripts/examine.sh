# Says what a deploy would find on this host, and leaves nothing behind. Written for any POSIX shell. Every value is a positional argument: programs that are needed,
# programs that are better to have, commands with sudo (a line each), then the deploy paths. Knows no release and takes no lock.
unset CDPATH
exec </dev/null
LC_ALL=C
export LC_ALL
printf '\n'

me=$(id -u 2>/dev/null)
say() { printf '::%s\n' "$1"; }

say "clock $(date +%s)"
for tool in $1; do command -v "$tool" >/dev/null 2>&1 || say "missing $tool"; done
for tool in $2; do command -v "$tool" >/dev/null 2>&1 || say "lacking $tool"; done
sudos=$3
shift 3

# A file system that does not answer must not hold up what is known.
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout 5 "$@"; else "$@"; fi
}

# Whether sudo would run these words for this user without a password: it is only asked, and nothing is run.
newline='
'
may_sudo() {
  command -v sudo >/dev/null 2>&1 || { say "refused $1	there is no sudo"; return; }
  # The words are plain ones, and are to be split.
  # shellcheck disable=SC2086
  words=$(set -f; limited sudo -n -l ${1#sudo} 2>&1) || say "refused $1	${words##*"$newline"}"
}
printf '%s\n' "$sudos" | while IFS= read -r line; do [ -z "$line" ] || may_sudo "$line"; done

# able DIRECTORY: whether something can be made there. To root a test says yes to everything, so root tries it with a directory that is gone at once; others
# try only after a no, to hear why.
able() {
  [ "$me" = 0 ] || [ ! -w "$1" ] || [ ! -x "$1" ] || return 0
  words=$(mkdir "$1/.lockstep-doctor.$$" 2>&1) && rmdir "$1/.lockstep-doctor.$$" && return 0
  case $words in
    *'ead-only file system'*) why=readOnly ;;
    *) why=notPermitted ;;
  esac
  return 1
}

# What a deploy has made there may belong to somebody else by now.
inside() {
  for part in '' /releases /shared /.lockstep; do
    [ -e "$1$part" ] || continue
    if [ ! -d "$1$part" ]; then say "notDirectory $1$part"; return; fi
    able "$1$part" || { say "$why $1$part"; return; }
  done
  say "writable $1"
}

examine() {
  say "path $1"
  nearest=$1
  until [ -e "$nearest" ] || [ -h "$nearest" ]; do
    nearest=${nearest%/*}
    [ -n "$nearest" ] || nearest=/
  done
  if [ "$nearest" = "$1" ]; then inside "$1"
  elif [ ! -d "$nearest" ]; then say "notDirectory $nearest"
  elif able "$nearest"; then say "creatable $nearest"
  else say "$why $nearest"
  fi
  [ -h "$1/current" ] || [ ! -e "$1/current" ] || say 'current'
  limited df -Pk "$nearest" 2>/dev/null | while IFS= read -r line; do say "disk $line"; done
  limited df -Pi "$nearest" 2>/dev/null | while IFS= read -r line; do say "files $line"; done
}

for path in "$@"; do examine "$path"; done
say done
