# What lies on this host already is not sent again: files of another release whose digests are what the new one wants. They are copied and not linked, and
# it is the copies that digests are taken of, since a service may write into its directory.

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

# Only GNU's tar puts a file into an archive with another mode than it has, and only GNU's find says sizes.
can_compare() {
  for tool in awk sort cut find b2sum; do
    command -v "$tool" >/dev/null 2>&1 || return 1
  done
  case $(tar --version 2>/dev/null) in *GNU*) return 0 ;; esac
  return 1
}

# Takes a list from the line, gzipped: mode, bytes, digest, two spaces and ./path, a line for each file. Copies what is here, says the numbers of the lines
# that are missing, or all of them.
compare() {
  let_go
  make_part ''
  find_base
  listed=no
  head -c "$bytes" <&3 | gzip -dc >"$part.list" 2>/dev/null && listed=yes
  hear_end
  if [ "$listed" = yes ] && [ -n "$base" ] && can_compare && take_from "$path/releases/$base" 2>/dev/null; then
    LC_ALL=C awk '!/: OK$/ { print "::missing " FNR }' "$part.seen"
  else
    say 'missing all'
  fi
  say_phase lacking
}

# take_from DIRECTORY: copies what is as long as it has to be, then takes the digests of the copies, which nobody else writes into; a copy that is another one
# counts as missing, and is replaced by what comes. There is one answer per line, in the same order, or nothing can be told from them.
take_from() {
  (cd "$1" && LC_ALL=C find . -type f -printf '%s %p\n') >"$part.here"
  [ -s "$part.here" ] || return 1
  LC_ALL=C awk 'NR == FNR { here[$0]; next } { name = substr($0, index($0, "./")) } ($2 " " name) in here { print $1 " " name }' "$part.here" "$part.list" >"$part.same"
  for mode in $(cut -d ' ' -f 1 "$part.same" | sort -u); do
    LC_ALL=C awk -v mode="$mode" '$1 == mode { print substr($0, index($0, "./")) }' "$part.same" |
      LC_ALL=C tar -chf - --mode="$mode" --no-recursion -C "$1" -T - | LC_ALL=C tar -xof - -C "$part" || return 1
  done
  cut -d ' ' -f 3- "$part.list" | (cd "$part" && LC_ALL=C b2sum -c) >"$part.seen" 2>/dev/null
  [ "$(($(wc -l <"$part.list")))" = "$(($(wc -l <"$part.seen")))" ]
}
