/* The limit: threads with libssh2, one connection and one command per host, which gets the release on its standard input, unpacks it while it arrives, switches and restarts.
   Arguments: hosts file (address:port a line), user, private key, known_hosts, archive, command, how many at once. */

#include <libssh2.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct host {
  char address[64];
  int port;
};

static struct host hosts[4096];
static int host_count;
static atomic_int next_host;
static char *archive;
static size_t archive_bytes;
static const char *user, *key, *known_hosts, *command;

static void die(const char *what, LIBSSH2_SESSION *session) {
  char *words = NULL;
  if (session) libssh2_session_last_error(session, &words, NULL, 0);
  fprintf(stderr, "%s: %s\n", what, words ? words : "");
  exit(1);
}

static void read_hosts(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) die("cannot read the hosts", NULL);
  while (host_count < 4096 && fscanf(file, "%63[^:]:%d\n", hosts[host_count].address, &hosts[host_count].port) == 2)
    host_count++;
  fclose(file);
}

static void read_archive(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) die("cannot read the archive", NULL);
  fseek(file, 0, SEEK_END);
  archive_bytes = (size_t)ftell(file);
  rewind(file);
  archive = malloc(archive_bytes);
  if (!archive || fread(archive, 1, archive_bytes, file) != archive_bytes) die("cannot read the archive", NULL);
  fclose(file);
}

static int dial(const struct host *host) {
  int yes = 1, sock = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)host->port)};
  inet_pton(AF_INET, host->address, &to.sin_addr);
  setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(sock, (struct sockaddr *)&to, sizeof to)) die("cannot connect", NULL);
  return sock;
}

static void check_host_key(LIBSSH2_SESSION *session, LIBSSH2_KNOWNHOSTS *known, const struct host *host) {
  size_t length;
  int type, mask = LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW;
  const char *shown = libssh2_session_hostkey(session, &length, &type);
  if (libssh2_knownhost_checkp(known, host->address, host->port, shown, length, mask, NULL) !=
      LIBSSH2_KNOWNHOST_CHECK_MATCH)
    die("unknown host key", NULL);
}

static void run_command(LIBSSH2_SESSION *session) {
  LIBSSH2_CHANNEL *channel = libssh2_channel_open_session(session);
  if (!channel || libssh2_channel_exec(channel, command)) die("cannot run the command", session);
  for (size_t sent = 0; sent < archive_bytes;) {
    ssize_t took = libssh2_channel_write(channel, archive + sent, archive_bytes - sent);
    if (took < 0) die("cannot send the archive", session);
    sent += (size_t)took;
  }
  libssh2_channel_send_eof(channel);
  char words[4096];
  while (libssh2_channel_read(channel, words, sizeof words) > 0) continue;
  libssh2_channel_wait_closed(channel);
  if (libssh2_channel_get_exit_status(channel)) die("the command failed", NULL);
  libssh2_channel_free(channel);
}

static void deploy(const struct host *host, LIBSSH2_KNOWNHOSTS **known) {
  int sock = dial(host);
  LIBSSH2_SESSION *session = libssh2_session_init();
  if (libssh2_session_handshake(session, sock)) die("no handshake", session);
  /* Belongs to a session, and is read once per thread all the same. */
  if (!*known) {
    *known = libssh2_knownhost_init(libssh2_session_init());
    if (libssh2_knownhost_readfile(*known, known_hosts, LIBSSH2_KNOWNHOST_FILE_OPENSSH) < 0)
      die("cannot read known_hosts", NULL);
  }
  check_host_key(session, *known, host);
  if (libssh2_userauth_publickey_fromfile(session, user, NULL, key, NULL)) die("no login", session);
  run_command(session);
  libssh2_session_disconnect(session, "done");
  libssh2_session_free(session);
  close(sock);
}

static void *work(void *unused) {
  LIBSSH2_KNOWNHOSTS *known = NULL;
  for (int mine; (mine = atomic_fetch_add(&next_host, 1)) < host_count;) deploy(&hosts[mine], &known);
  return unused;
}

int main(int count, char **values) {
  if (count != 8) return 2;
  read_hosts(values[1]);
  user = values[2], key = values[3], known_hosts = values[4], command = values[6];
  read_archive(values[5]);
  int at_once = atoi(values[7]);
  pthread_t threads[1024];
  if (at_once < 1 || at_once > 1024 || libssh2_init(0)) return 2;
  puts("ready");
  fflush(stdout);
  if (getchar() == EOF) return 0;
  for (int i = 0; i < at_once; i++) pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < at_once; i++) pthread_join(threads[i], NULL);
  puts("done");
  fflush(stdout);
  while (getchar() != EOF) continue;
  return 0;
}
