/*
 * Lets the time of a process run faster: preloaded, every clock that the process reads advances
 * FASTTIME_FACTOR times as fast as the real one, and every wait ends that much earlier. The
 * wall clock begins at FASTTIME_START (seconds since 1970).
 *
 * It covers what a JVM uses to wait: condition variables, poll, epoll, and sleeps. Clocks of CPU
 * time stay as they are.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NANOS 1000000000LL
/* Less than any wall clock, more than any uptime in nanoseconds. */
#define WALL (1000000000LL * NANOS)

static int64_t factor = 1;
static int64_t real_wall, real_uptime; /* when the process began */
static int64_t fast_wall, fast_uptime; /* what its clocks said then */

static int (*next_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static int64_t nanos(const struct timespec *t) {
  return t->tv_sec * NANOS + t->tv_nsec;
}

static struct timespec spec(int64_t n) {
  return (struct timespec){.tv_sec = n / NANOS, .tv_nsec = n % NANOS};
}

static int64_t read_clock(clockid_t clock) {
  struct timespec t;
  syscall(SYS_clock_gettime, clock, &t);
  return nanos(&t);
}

__attribute__((constructor)) static void begin(void) {
  const char *wanted = getenv("FASTTIME_FACTOR");
  const char *start = getenv("FASTTIME_START");
  if (wanted != NULL && atoll(wanted) > 0) {
    factor = atoll(wanted);
  }
  real_wall = read_clock(CLOCK_REALTIME);
  real_uptime = read_clock(CLOCK_MONOTONIC);
  fast_wall = start == NULL ? real_wall : atoll(start) * NANOS;
  fast_uptime = real_uptime;
  next_timedwait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (next_timedwait == NULL) {
    next_timedwait = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  }
}

/* The real deadline of one that the process computed from its clocks. */
static struct timespec real_deadline(const struct timespec *deadline) {
  int64_t n = nanos(deadline);
  return spec(n > WALL ? real_wall + (n - fast_wall) / factor
                       : real_uptime + (n - fast_uptime) / factor);
}

static struct timespec shorter(const struct timespec *wait) {
  return spec(nanos(wait) / factor);
}

static int shorter_millis(int millis) {
  return millis <= 0 ? millis : (int)((millis + factor - 1) / factor);
}

int clock_gettime(clockid_t clock, struct timespec *t) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
      *t = spec(fast_wall + (read_clock(CLOCK_REALTIME) - real_wall) * factor);
      return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
      *t = spec(fast_uptime + (read_clock(CLOCK_MONOTONIC) - real_uptime) * factor);
      return 0;
    default:
      return (int)syscall(SYS_clock_gettime, clock, t);
  }
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  t->tv_sec = now.tv_sec;
  t->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *t) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (t != NULL) {
    *t = now.tv_sec;
  }
  return now.tv_sec;
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition,
    pthread_mutex_t *restrict mutex,
    const struct timespec *restrict deadline) {
  struct timespec real = real_deadline(deadline);
  return next_timedwait(condition, mutex, &real);
}

int clock_nanosleep(
    clockid_t clock, int flags, const struct timespec *wait, struct timespec *left) {
  struct timespec real = flags & TIMER_ABSTIME ? real_deadline(wait) : shorter(wait);
  return syscall(SYS_clock_nanosleep, clock, flags, &real, left) == 0 ? 0 : errno;
}

int nanosleep(const struct timespec *wait, struct timespec *left) {
  struct timespec real = shorter(wait);
  return (int)syscall(SYS_nanosleep, &real, left);
}

int poll(struct pollfd *files, nfds_t count, int millis) {
  struct timespec real = spec((int64_t)shorter_millis(millis) * 1000000);
  return (int)syscall(SYS_ppoll, files, count, millis < 0 ? NULL : &real, NULL, 0);
}

int epoll_wait(int epoll, struct epoll_event *events, int count, int millis) {
  return (int)
      syscall(SYS_epoll_pwait, epoll, events, count, shorter_millis(millis), NULL, 0);
}
