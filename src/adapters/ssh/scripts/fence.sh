# Waits until nothing is at work here, lets no older order in from now on, and says what is on this host.
path=$1 token=$2 patience=$3
room=$path/.lockstep

need readlink
watch
enter
say_standing
say done
