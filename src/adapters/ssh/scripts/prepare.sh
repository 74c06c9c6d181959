# Puts a release on this host beside what runs, and changes nothing that runs. Needs no fencing token: it may be done by anybody, and again.
path=$1 release=$2 patience=$3 bytes=$4 sha256=$5 shared=$6
shift 6
# What is left: so many shared paths.
room=$path/.lockstep tree=$path/releases/$release token=

need tar gzip head mkdir ln mv readlink
command -v sha256sum >/dev/null 2>&1 || need shasum
watch
enter
bring "$@"
say done
