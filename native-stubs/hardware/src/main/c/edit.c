/* Changes to the machine: the driver keeps what it is told to make in the state file, so that it outlives its users. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edit.h"

/* <parent>/.<name>.lock beside the tree, as the Java side has it. */
bool state_edit_begin(int *lock) {
  char file[PATH_MAX];
  const char *root = state_root(), *slash = strrchr(root, '/');
  if (!*root || !slash) return false;
  if (snprintf(file, sizeof file, "%.*s/.%s.lock", (int)(slash - root), root, slash + 1) >= (int)sizeof file) return false;
  int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  /* A lock of this open file: it keeps out other threads of this process too. */
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  while (fcntl(fd, F_OFD_SETLKW, &whole) != 0)
    if (errno != EINTR) {
      close(fd);
      return false;
    }
  *lock = fd;
  return true;
}

void state_edit_end(int lock) { close(lock); }

static bool begins(const char *line, const char *const *prefixes) {
  for (; *prefixes; prefixes++)
    if (!strncmp(line, *prefixes, strlen(*prefixes))) return true;
  return false;
}

/* A temporary file, then a rename, so that readers see it whole. */
static bool replace(const char *file, const char *text) {
  char temporary[PATH_MAX];
  const char *slash = strrchr(file, '/');
  if (!slash || snprintf(temporary, sizeof temporary, "%.*s/.%s.new", (int)(slash - file), file, slash + 1) >=
                    (int)sizeof temporary)
    return false;
  FILE *out = fopen(temporary, "we");
  if (!out) return false;
  bool good = fputs(text, out) >= 0;
  good = fclose(out) == 0 && good;
  if (good && rename(temporary, file) == 0) return true;
  unlink(temporary);
  return false;
}

bool state_rewrite(const char *const *prefixes, const char *lines) {
  FILE *in = fopen(state_path(), "re");
  struct stat size;
  if (!in) return false;
  char *text = fstat(fileno(in), &size) == 0 ? malloc((size_t)size.st_size + strlen(lines) + 2) : NULL;
  size_t length = 0, room = 0;
  char *line = NULL;
  if (text) text[0] = 0;
  for (ssize_t n; text && (n = getline(&line, &room, in)) > 0;)
    if (!begins(line, prefixes)) {
      memcpy(text + length, line, (size_t)n + 1);
      length += (size_t)n;
    }
  bool good = text && !ferror(in);
  free(line);
  fclose(in);
  if (good) strcpy(text + length, lines);
  good = good && replace(state_path(), text);
  free(text);
  return good;
}

bool tree_write(const char *file, const char *text) {
  char full[PATH_MAX];
  if (snprintf(full, sizeof full, "%s%s", state_root(), file) >= (int)sizeof full) return false;
  for (char *slash = full + strlen(state_root()) + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = 0;
    bool there = mkdir(full, 0755) == 0 || errno == EEXIST;
    *slash = '/';
    if (!there) return false;
  }
  return replace(full, text);
}

void tree_remove(const char *file, const char *up_to) {
  char full[PATH_MAX];
  if (snprintf(full, sizeof full, "%s%s", state_root(), file) >= (int)sizeof full) return;
  size_t least = strlen(state_root()) + strlen(up_to);
  if (unlink(full) != 0 && errno != ENOENT) return;
  for (char *slash; (slash = strrchr(full, '/')) && (size_t)(slash - full) > least;) {
    *slash = 0;
    if (rmdir(full) != 0) return;
  }
}
