# What lies on this host already is not sent again: files of another release whose digests are what the new one wants. Digests are taken of what lies
# there now, since a service may write into its directory; files are copied and not linked, for the same reason.

# find_base: sets base to the release to compare with: one that came from the same archive, else the current one.
find_base() {
  base=
  for note in "$room"/from.*; do
    [ -f "$note" ] || continue
    IFS= read -r line <"$note"
    if [ "$line" = "$origin" ] && [ -d "$path/releases/${note##*/from.}" ]; then
      base=${note##*/from.}
      return 0
    fi
  done
  read_state
  look
  [ -z "$current" ] || [ ! -d "$path/releases/$current" ] || base=$current
}

# Only GNU's tar puts a file into an archive with another mode than it has.
can_compare() {
  command -v awk >/dev/null 2>&1 && command -v sort >/dev/null 2>&1 && command -v cut >/dev/null 2>&1 || return 1
  case $(tar --version 2>/dev/null) in *GNU*) return 0 ;; esac
  return 1
}

check_digests() {
  if command -v sha256sum >/dev/null 2>&1; then LC_ALL=C sha256sum -c; else LC_ALL=C shasum -a 256 -c; fi
}

# Takes a list from the line, gzipped: mode, SHA-256, two spaces and ./path, a line for each file. Copies what is here, says the numbers of the lines that
# are missing, or all of them.
compare() {
  find_base
  trap 'exit 93' TERM HUP INT PIPE
  listed=no
  head -c "$bytes" <&3 | gzip -dc >"$part.list" 2>/dev/null && listed=yes
  trap - TERM HUP INT PIPE
  if [ "$listed" = yes ] && [ -n "$base" ] && can_compare && take_from "$path/releases/$base" 2>/dev/null; then
    LC_ALL=C awk '!/: OK$/ { print "::missing " FNR }' "$part.seen"
  else
    say 'missing all'
  fi
  say_phase lacking
}

# take_from DIRECTORY: there is one answer per line, in the same order, or nothing can be told from them.
take_from() {
  cut -d ' ' -f 2- "$part.list" | (cd "$1" && check_digests) >"$part.seen" 2>/dev/null
  [ "$(($(wc -l <"$part.list")))" = "$(($(wc -l <"$part.seen")))" ] || return 1
  for mode in $(cut -d ' ' -f 1 "$part.list" | sort -u); do
    LC_ALL=C awk -v mode="$mode" 'NR == FNR { ok[FNR] = /: OK$/; next } ok[FNR] && $1 == mode { print substr($0, index($0, "./")) }' "$part.seen" "$part.list" |
      LC_ALL=C tar -chf - --mode="$mode" --no-recursion -C "$1" -T - | LC_ALL=C tar -xof - -C "$part" || return 1
  done
}

# The copies are what counts: they are looked at once more when the rest has come.
is_whole() {
  [ ! -e "$part.list" ] || cut -d ' ' -f 2- "$part.list" | (cd "$part" && check_digests) >/dev/null 2>&1
}
