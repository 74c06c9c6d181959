# Says what is on this host and changes nothing, takes no lock and makes no directory.
path=$1
room=$path/.lockstep

need readlink
say_standing
say done
