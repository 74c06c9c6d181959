# The shell that stands: it reads a line per order and starts no process of its own while it waits. An order is run beside it, so that the end of the
# line is noticed at once: the bot closes its end to stop an order, and so does a connection that breaks, when nobody is listening any more.

path=$1 host=$2 keep=$3 patience=$4 carrier=$5 restart=$6 restart_limit=$7 health=$8 health_limit=$9
shift 9
interval=$1 successes=$2 url=$3 kind=$4 before=$5 before_limit=$6 shared=$7
shift 7
# What is left: so many shared paths, then the environment.
room=$path/.lockstep running='' part=''
need mkdir ln mv readlink
trap forget_part EXIT

# collect: the order before has said that it is over, or is about to end.
collect() {
  [ -z "$running" ] || wait "$running" 2>/dev/null
  running=
  tidy_lock
}

# A line of an order: what to do, its number, fencing token, form and bytes of what follows at once, SHA-256 of the archive, by which another release that
# came from it is known, and the release between slashes, which no release has in its name. Three words go on with the order before, whose release was not
# here: `archive`, or `compare` with a list of what is in it and then `rest` with what is missing. Behind the bytes comes a line that says that they were all.
while IFS=' ' read -r word number token form bytes sha256 release <&3; do
  collect
  release=${release#/} release=${release%/}
  case $word in
    compare)
      compare
      continue
      ;;
    archive) take_archive ;;
    rest) receive ;;
    # Changes nothing, takes no lock, makes no directory and is soon over: nothing has to be beside it.
    inspect)
      say_standing
      answer 0
      continue
      ;;
    *) order=$word part='' origin=$sha256
      [ "$form" = - ] || take_archive ;;
  esac
  keep_lock busy
  (perform "$@") &
  running=$!
done

# One signal is enough: without a trap of our own none gets lost in an order that was born a moment ago. It ends its children first.
[ -z "$running" ] || kill -TERM "$running" 2>/dev/null
collect
exit 93
