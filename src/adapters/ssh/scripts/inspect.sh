# Says what is on this host and changes nothing, takes no lock and makes no directory.
path=$1
room=$path/.lockstep

need readlink
read_state
look
say "current $current"
say "healthy $s_healthy"
if [ -d "$path/releases" ]; then
  words=$(LC_ALL=C ls -1tr "$path/releases" 2>&1) || fail_from 87 'cannot read the releases' "$words"
  printf '%s\n' "$words" | while IFS= read -r name; do
    [ ! -d "$path/releases/$name" ] || [ -z "$name" ] || say "release $name"
  done
fi
say done
