// /usr/bin/acceld-relay DIRECTORY: has the sockets that the kubelet knows and passes what comes on them to the agent.
//
// The kubelet tries a prepare again only after 60 to 90 s when nobody answers its socket, far longer than the agent
// needs to come back after it was killed. This process has nothing that could make it fail, so the kubelet always
// finds somebody: a connection made while the agent is away waits until the agent is back, and one that the agent
// left in the middle ends as HTTP/2 says that unprocessed calls end, with GOAWAY (RFC 9113, 6.8). gRPC then sends
// those calls once more, by itself, on a new connection. Prepare and unprepare may be repeated, by their contract.
//
// The agent says what to do on DIRECTORY/relay.sock (all of it is in README.md), one line a connection, with tabs between the words:
//
//   listen SOCKET TARGET    answered "kept" if SOCKET was open all the time, "new" if it was made now
//   close SOCKET            answered "closed"
//
// or "failed: WHY". A TARGET has one SOCKET: who asks for another one speaks for the same place in the directory, so
// the one that asked before is dead, and its socket goes. SIGTERM removes the sockets and ends it.
//
// Calls wait for an agent that comes back, not for one that does not: after a while connections are refused, as if
// there were no relay, so that the kubelet sees that the driver is gone and withdraws its devices.

#include "../image/src/main/c/system.h"

enum { AF_UNIX = 1, SOCK_STREAM = 1, SOCK_NONBLOCK = 04000, SOCK_CLOEXEC = 02000000 };
enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32 };
enum { SIGINT = 2, SIGPIPE = 13, SIGTERM = 15 };
enum { DOORS = 4, LINES = 64, ROOM = 16384, PATH = 108, COMMAND = 512 };
enum { RETRY_MS = 20, FAREWELL_MS = 2000, BACKLOG = 32 };
#ifndef PATIENCE_MS
#define PATIENCE_MS 20000  // as long as gRPC waits for the first word on a connection
#endif
enum { GOAWAY_BYTES = 17, FRAME_HEADER = 9, HEADERS = 1, CONTINUATION = 9, END_HEADERS = 4 };

struct address { unsigned short family; char path[PATH]; };
struct poll { int fd; short events, happened; };
struct identity { unsigned long inode, seconds; unsigned nanos; };

// A socket that the kubelet knows; shut, without a descriptor, when the agent has been away since too long ago.
struct door { int fd; char path[PATH], target[PATH]; struct identity identity; long away_since; };

struct buffer { long start, end; char data[ROOM + GOAWAY_BYTES]; };

// One connection of the kubelet: waiting for the agent, joined with it, or being taken leave of.
struct line {
  enum { FREE, WAITING, JOINED, LEAVING } state;
  struct door *door;
  int caller, agent;
  long until;                    // of a leave
  struct buffer up, down;        // to the agent, to the caller
  int spoke;                     // whether the agent said anything yet; until then, what was sent is kept
  unsigned long left;            // bytes of the agent's current frame that are still to come
  unsigned char header[FRAME_HEADER];
  int header_bytes;
};

static struct door doors[DOORS];
static struct line lines[LINES];
static char directory_socket[PATH];
static struct { int fd, bytes; char text[COMMAND]; } command = {-1, 0, {0}};

static long now(void) {
  long time[2] = {0, 0};
  call(SYS_CLOCK_GETTIME, 1, (long)time, 0);
  return time[0] * 1000 + time[1] / 1000000;
}

static void shut(int *fd) {
  if (*fd >= 0) call(SYS_CLOSE, *fd, 0, 0);
  *fd = -1;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static int copy(char *to, const char *from) {
  if (length(from) >= PATH) return 0;
  memcpy(to, from, length(from) + 1);
  return 1;
}

static void unlink_file(const char *path) { call(SYS_UNLINKAT, AT_FDCWD, (long)path, 0); }

// A new file may get the number of a removed one, hence the time.
static struct identity identity_of(const char *path) {
  unsigned long statx[32] = {0};
  struct identity none = {0, 0, 0};
  if (call5(SYS_STATX, AT_FDCWD, (long)path, 0x100 /* no following */, 0x140 /* inode, time */, (long)statx) < 0)
    return none;
  struct identity found = {statx[4], statx[14], (unsigned)statx[15]};
  return found;
}

static int is_ours(const struct door *door) {
  struct identity found = identity_of(door->path);
  return found.inode && found.inode == door->identity.inode && found.seconds == door->identity.seconds &&
         found.nanos == door->identity.nanos;
}

static int unix_socket(void) { return (int)call(SYS_SOCKET, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

static long address_call(long number, int fd, const char *path) {
  struct address address = {AF_UNIX, {0}};
  copy(address.path, path);
  return call(number, fd, (long)&address, sizeof address);
}

// A listening socket, or why not.
static int listening(const char *path) {
  unlink_file(path);
  int fd = unix_socket();
  if (fd < 0) return fd;
  long error = address_call(SYS_BIND, fd, path);
  if (!error) error = call(SYS_LISTEN, fd, BACKLOG, 0);
  if (error) shut(&fd);
  return error ? (int)error : fd;
}

static int accepted(int fd) { return (int)call5(SYS_ACCEPT4, fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

// ---- what the agent may ask for

static struct door *door_at(const char *path) {
  for (int i = 0; i < DOORS; i++)
    if (doors[i].path[0] && same(doors[i].path, path)) return &doors[i];
  return 0;
}

static void drop(struct line *line) {
  shut(&line->caller);
  shut(&line->agent);
  line->state = FREE;
}

static void close_door(struct door *door);

// The socket that was asked for with that target under another name, if there is one.
static struct door *door_to(const char *target, const char *path) {
  for (int i = 0; i < DOORS; i++)
    if (doors[i].path[0] && same(doors[i].target, target) && !same(doors[i].path, path)) return &doors[i];
  return 0;
}

// A dead agent's socket: whoever came through it and has no answer yet is served by the next agent.
static void supersede(struct door *dead, struct door *next) {
  for (int i = 0; i < LINES; i++)
    if (lines[i].state != FREE && lines[i].door == dead) lines[i].door = next;
  close_door(dead);
}

static const char *open_door(const char *path, const char *target) {
  struct door *door = door_at(path);
  if (door) door->away_since = 0;
  if (door && door->fd >= 0 && is_ours(door) && copy(door->target, target)) return "kept\n";
  for (int i = 0; i < DOORS && !door; i++)
    if (!doors[i].path[0]) door = &doors[i], door->fd = -1;
  if (!door) return "failed: the relay has too many sockets\n";
  shut(&door->fd);
  door->path[0] = 0;
  if (length(path) >= PATH || length(target) >= PATH) return "failed: the path is too long\n";
  int fd = listening(path);
  if (fd < 0) {
    static char words[COMMAND] = "failed: ";
    long why = length(reason(fd));
    memcpy(words + 8, reason(fd), why);
    memcpy(words + 8 + why, "\n", 2);
    return words;
  }
  copy(door->path, path);
  copy(door->target, target);
  door->fd = fd;
  door->identity = identity_of(path);
  door->away_since = 0;
  for (struct door *dead; (dead = door_to(target, path));) supersede(dead, door);
  return "new\n";
}

static void shut_door(struct door *door) {
  shut(&door->fd);
  for (int i = 0; i < LINES; i++)
    if (lines[i].state == WAITING && lines[i].door == door) drop(&lines[i]);
}

static void close_door(struct door *door) {
  if (is_ours(door)) unlink_file(door->path);
  shut_door(door);
  door->path[0] = 0;
}

// Cuts the text at the next tab and returns what follows; the end of the text, if nothing does.
static char *cut(char *text) {
  while (*text && *text != '\t') text++;
  if (*text) *text++ = 0;
  return text;
}

static const char *obey(char *verb) {
  char *path = cut(verb), *target = cut(path);
  if (same(verb, "listen") && *path && *target) return open_door(path, target);
  if (same(verb, "close") && *path) {
    struct door *door = door_at(path);
    if (door) close_door(door);
    return "closed\n";
  }
  return "failed: supported requests are 'listen' with two paths and 'close' with one\n";
}

static void hear_command(void) {
  long n = call(SYS_READ, command.fd, (long)(command.text + command.bytes), COMMAND - 1 - command.bytes);
  if (n == -EAGAIN || n == -EINTR) return;
  if (n > 0) command.bytes += (int)n;
  char *end = 0;
  for (int i = 0; i < command.bytes && !end; i++)
    if (command.text[i] == '\n') end = command.text + i;
  if (end) {
    *end = 0;
    const char *answer = obey(command.text);
    call(SYS_WRITE, command.fd, (long)answer, length(answer));
  }
  if (end || n <= 0 || command.bytes == COMMAND - 1) shut(&command.fd);
}

// ---- what passes between the kubelet and the agent

static void answer_door(struct door *door) {
  for (int i = 0; i < LINES; i++) {
    struct line *line = &lines[i];
    if (line->state == FREE) {
      int caller = accepted(door->fd);
      if (caller < 0) return;
      line->state = WAITING;
      line->door = door;
      line->caller = caller;
      line->agent = -1;
      line->spoke = line->header_bytes = 0;
      line->left = 0;
      line->up.start = line->up.end = line->down.start = line->down.end = 0;
      return;
    }
  }
}

static void join(struct line *line, long time) {
  struct door *door = line->door;
  int agent = unix_socket();
  if (agent < 0) return;
  if (address_call(SYS_CONNECT, agent, door->target) < 0) {
    shut(&agent);
    if (!door->away_since) door->away_since = time;
    if (time - door->away_since > PATIENCE_MS) shut_door(door);
    return;
  }
  door->away_since = 0;
  line->agent = agent;
  line->up.start = 0;
  line->state = JOINED;
}

// Follows the frames that the agent sends (RFC 9113, 4.1).
static void follow(struct line *line, const unsigned char *bytes, long n) {
  while (n > 0) {
    if (line->left) {
      long step = (unsigned long)n < line->left ? n : (long)line->left;
      line->left -= (unsigned long)step;
      bytes += step;
      n -= step;
      continue;
    }
    if (line->header_bytes == FRAME_HEADER) line->header_bytes = 0;
    line->header[line->header_bytes++] = *bytes++;
    n--;
    if (line->header_bytes == FRAME_HEADER)
      line->left = (unsigned long)line->header[0] << 16 | (unsigned long)line->header[1] << 8 | line->header[2];
  }
}

// Whether a frame of ours may follow what the agent said last.
static int between_frames(const struct line *line) {
  int headers = line->header[3] == HEADERS || line->header[3] == CONTINUATION;
  return !line->left && line->header_bytes == FRAME_HEADER && (!headers || line->header[4] & END_HEADERS);
}

static void agent_lost(struct line *line) {
  static const char goaway[GOAWAY_BYTES] = {0, 0, 8, 7};  // no error, and no stream was processed
  shut(&line->agent);
  if (!line->spoke && line->door->path[0]) {
    line->state = WAITING;  // nothing was answered: the next agent gets it all from the beginning
  } else if (between_frames(line)) {
    memcpy(line->down.data + line->down.end, goaway, GOAWAY_BYTES);
    line->down.end += GOAWAY_BYTES;
    line->until = now() + FAREWELL_MS;
    line->state = LEAVING;
  } else {
    drop(line);
  }
}

static void from_agent(struct line *line) {
  struct buffer *down = &line->down;
  if (down->start == down->end) down->start = down->end = 0;
  long n = call(SYS_READ, line->agent, (long)(down->data + down->end), ROOM - down->end);
  if (n == -EAGAIN || n == -EINTR) return;
  if (n <= 0) {
    agent_lost(line);
    return;
  }
  line->spoke = 1;
  follow(line, (unsigned char *)down->data + down->end, n);
  down->end += n;
}

static void to_agent(struct line *line) {
  struct buffer *up = &line->up;
  long n = call(SYS_WRITE, line->agent, (long)(up->data + up->start), up->end - up->start);
  if (n > 0) up->start += n;
  else if (n != -EAGAIN && n != -EINTR) up->start = line->spoke ? up->end : up->start;  // its end is read soon
}

static void from_caller(struct line *line) {
  struct buffer *up = &line->up;
  if (line->state == LEAVING || (line->spoke && up->start == up->end)) up->start = up->end = 0;
  long n = call(SYS_READ, line->caller, (long)(up->data + up->end), ROOM - up->end);
  if (n > 0) up->end += n;
  else if (n != -EAGAIN && n != -EINTR) drop(line);
}

static void to_caller(struct line *line) {
  struct buffer *down = &line->down;
  long n = call(SYS_WRITE, line->caller, (long)(down->data + down->start), down->end - down->start);
  if (n > 0) down->start += n;
  else if (n != -EAGAIN && n != -EINTR) drop(line);
}

static void serve(struct line *line, short caller, short agent, long time) {
  enum { OVER = POLLERR | POLLHUP | POLLNVAL };
  if (caller & POLLOUT) to_caller(line);
  if (line->state != FREE && caller & (POLLIN | OVER)) from_caller(line);
  if (line->state == JOINED && agent & (POLLIN | OVER)) from_agent(line);
  if (line->state == JOINED && agent & POLLOUT) to_agent(line);
  if (line->state == WAITING) join(line, time);
  if (line->state == LEAVING && time >= line->until) drop(line);
}

// ---- the loop

enum { SIGNALS, CONTROL, COMMANDS, FIRST_DOOR, FIRST_LINE = FIRST_DOOR + DOORS, ALL = FIRST_LINE + 2 * LINES };

static struct poll polls[ALL];

static void want(int at, int fd, int events) {
  struct poll poll = {events ? fd : -1, (short)events, 0};  // one that wants nothing would be told of its end for ever
  polls[at] = poll;
}

// How long to wait at most, in milliseconds; negative for ever.
static int plan(int signals, int control) {
  int wait = -1, room = 0;
  for (int i = 0; i < LINES; i++) {
    struct line *line = &lines[i];
    int down = line->down.end - line->down.start ? POLLOUT : 0;
    int hear = line->state == LEAVING || line->up.end < ROOM || (line->spoke && line->up.start == line->up.end);
    int at = FIRST_LINE + 2 * i;
    want(at, line->caller, line->state == FREE ? 0 : down | (hear ? POLLIN : 0));
    int up = line->up.end - line->up.start ? POLLOUT : 0;
    int take = line->down.end < ROOM || !down;
    want(at + 1, line->agent, line->state == JOINED ? up | (take ? POLLIN : 0) : 0);
    room |= line->state == FREE;
    if (line->state == WAITING || line->state == LEAVING) wait = RETRY_MS;
  }
  for (int i = 0; i < DOORS; i++) want(FIRST_DOOR + i, doors[i].fd, doors[i].path[0] && room ? POLLIN : 0);
  want(SIGNALS, signals, POLLIN);
  want(CONTROL, control, command.fd < 0 ? POLLIN : 0);
  want(COMMANDS, command.fd, command.fd < 0 ? 0 : POLLIN);
  return wait;
}

__attribute__((noreturn)) static void end(void) {
  for (int i = 0; i < DOORS; i++)
    if (doors[i].path[0]) close_door(&doors[i]);
  unlink_file(directory_socket);
  leave(0);
}

void start(long *stack) {
  static const char name[] = "/relay.sock";
  if (stack[0] != 2 || length((char *)stack[2]) + (long)sizeof name > PATH) {
    say("usage: acceld-relay DIRECTORY (a short path)\n");
    leave(2);
  }
  copy(directory_socket, (char *)stack[2]);
  copy(directory_socket + length(directory_socket), name);
  // As process 1 of a container it would not get signals that nobody waits for.
  unsigned long mask = 1UL << (SIGTERM - 1) | 1UL << (SIGINT - 1);
  unsigned long blocked = mask | 1UL << (SIGPIPE - 1);
  call5(SYS_RT_SIGPROCMASK, 0, (long)&blocked, 0, sizeof blocked, 0);
  int signals = (int)call5(SYS_SIGNALFD4, -1, (long)&mask, sizeof mask, SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  call(SYS_UMASK, 0177, 0, 0);
  int control = listening(directory_socket);
  if (signals < 0 || control < 0) {
    say("acceld-relay: cannot listen on ");
    say(directory_socket);
    say(": ");
    say(reason(control));
    say("; choose a directory that it can write to\n");
    leave(1);
  }
  for (;;) {
    int wait = plan(signals, control);
    long time[2] = {wait / 1000, wait % 1000 * 1000000L};
    call5(SYS_PPOLL, (long)polls, ALL, wait < 0 ? 0 : (long)time, 0, 0);
    if (polls[SIGNALS].happened) end();
    if (polls[COMMANDS].happened) hear_command();
    if (polls[CONTROL].happened) command.fd = accepted(control), command.bytes = 0;
    for (int i = 0; i < DOORS; i++)
      if (polls[FIRST_DOOR + i].happened && doors[i].path[0]) answer_door(&doors[i]);
    long then = now();
    for (int i = 0; i < LINES; i++)
      if (lines[i].state != FREE)
        serve(&lines[i], polls[FIRST_LINE + 2 * i].happened, polls[FIRST_LINE + 2 * i + 1].happened, then);
  }
}
