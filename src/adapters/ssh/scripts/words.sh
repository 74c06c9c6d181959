# The program that stands on a host for one site and takes orders, one after the other: how it speaks. Written for any POSIX shell; knows nothing
# of SSH. Every value comes as a positional argument or in an order's line; nothing is ever pasted into this text.
# Standard output carries lines `::word value` for the bot and nothing else; what commands print goes to standard error.
unset CDPATH
nl='
'
# The bot's end of the line is kept apart, so that no command can read it.
exec 3<&0 </dev/null
printf '\n'

# say LINE: is heard with the next flush. Each write is a packet, and a reader to wake on either side: for an order without trouble it takes two.
unsaid=
say() { unsaid="$unsaid::$1$nl"; }

flush() {
  [ -z "$unsaid" ] || printf '%s' "$unsaid"
  unsaid=
}

# Before anything that may take its time.
say_phase() {
  say "phase $1"
  flush
}

# fail CODE SENTENCE: the first line of the sentence goes to people.
fail() {
  say "problem ${2%%"$nl"*}"
  flush
  exit "$1"
}

# fail_from CODE WHAT WORDS: as above, but a full disk and a missing right are told apart from the tool's own words. Of a disk that is full in
# the middle of its last file, tar only says how much it could write.
fail_from() {
  case $3 in
    *'No space left'*|*'isk quota'*|*'Wrote only '*) fail 81 "$2: $3" ;;
    *'ead-only file system'*) fail 94 "$2: $3" ;;
    *'ermission denied'*|*'not permitted'*) fail 80 "$2: $3" ;;
  esac
  fail "$1" "$2: $3"
}

need() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || fail 92 "the program $tool is missing on this host"
  done
}

# A part of a second where sleep knows parts, a whole one elsewhere; sets tick to what it was.
tick=0.1
pause() {
  [ "$tick" = 1 ] || sleep 0.1 2>/dev/null || tick=1
  [ "$tick" != 1 ] || sleep 1
}
