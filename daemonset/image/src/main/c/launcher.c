// /usr/bin/acceld in the image: starts the Java runtime in its own place, so that java is the process that gets the
// signals. The image has no shell, so this needs nothing at all: no C library, system calls only.
//
//   java @jvm.options [-XX:SharedArchiveFile=acceld.jsa] [-Dacceld.terminal=40x132] $ACCELD_JAVA_OPTS -cp lib/agent.jar MAIN ARGUMENTS

#include "system.h"

#ifndef ACCELD_HOME
#define ACCELD_HOME "/opt/acceld"
#endif

#define JAVA ACCELD_HOME "/jre/bin/java"
#define ARCHIVE ACCELD_HOME "/acceld.jsa"
#define OPTIONS_VARIABLE "ACCELD_JAVA_OPTS="

#define TERMINAL "-Dacceld.terminal="

enum { CANNOT_START = 127, STDIN = 0, STDOUT = 1, TIOCGWINSZ = 0x5413 };

// struct winsize of asm-generic/termios.h
struct size {
  unsigned short rows, columns, width, height;
};

// A number in decimal; where it ends.
static char *decimal(char *to, unsigned number) {
  if (number > 9) to = decimal(to, number / 10);
  *to = (char)('0' + number % 10);
  return to + 1;
}

// The option with the size of the terminal that standard input and output are; null when one is none. `top` draws its
// first frame by it.
static const char *terminal(char *option) {
  struct size size = {0, 0, 0, 0};
  if (call(SYS_IOCTL, STDIN, TIOCGWINSZ, (long)&size) != 0) return 0;
  if (call(SYS_IOCTL, STDOUT, TIOCGWINSZ, (long)&size) != 0 || size.rows == 0 || size.columns == 0) return 0;
  char *end = option;
  for (const char *from = TERMINAL; *from; from++) *end++ = *from;
  end = decimal(end, size.rows);
  *end++ = 'x';
  end = decimal(end, size.columns);
  *end = 0;
  return option;
}

// The value of a variable of the environment, or null.
static const char *value(char **environment, const char *name_and_equals) {
  for (; *environment; environment++) {
    const char *a = *environment, *b = name_and_equals;
    while (*b && *a == *b) a++, b++;
    if (!*b) return a;
  }
  return 0;
}

static int equal(const char *a, const char *b) {
  for (; *a && *a == *b; a++, b++) continue;
  return *a == *b;
}

static int blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

static long words(const char *text) {
  long n = 0;
  for (; *text; text++) n += !blank(*text) && (blank(text[1]) || !text[1]);
  return n;
}

void start(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  const char *options = value(environment, OPTIONS_VARIABLE);
  if (!options) options = "";

  char copy[length(options) + 1];  // words are cut in it
  char option[sizeof(TERMINAL) + 16];
  const char *command[16 + words(options) + count];
  long n = 0;
  command[n++] = JAVA;
  command[n++] = "@" ACCELD_HOME "/jvm.options";
  command[n++] = "-Djna.boot.library.path=" ACCELD_HOME "/native";
  command[n++] = "-Dstdout.encoding=UTF-8";
  command[n++] = "-Dstderr.encoding=UTF-8";
  if (call(SYS_FACCESSAT, AT_FDCWD, (long)ARCHIVE, 0) == 0) command[n++] = "-XX:SharedArchiveFile=" ARCHIVE;
  if (count > 1 && equal(arguments[1], "top") && terminal(option)) command[n++] = option;
  int inside = 0;
  long i = 0;
  for (; options[i]; i++) {
    copy[i] = blank(options[i]) ? 0 : options[i];
    if (copy[i] && !inside) command[n++] = copy + i;
    inside = copy[i] != 0;
  }
  copy[i] = 0;
  command[n++] = "-cp";
  command[n++] = ACCELD_HOME "/lib/agent.jar";
  command[n++] = "dev.acceld.agent.cli.Main";
  for (i = 1; i < count; i++) command[n++] = arguments[i];
  command[n] = 0;

  long error = call(SYS_EXECVE, (long)JAVA, (long)command, (long)environment);
  say("acceld: cannot start " JAVA ": ");
  say(reason(error));
  say(error == -ENOENT ? "; the image is damaged, pull it again\n"
      : error == -ENOEXEC ? "; pull the image for this node's architecture\n"
                    : "\n");
  leave(CANNOT_START);
}
