// /usr/bin/acceld in the image: starts the Java runtime in its own place, so that java is the process that gets the
// signals. The image has no shell, so this needs nothing at all: no C library, system calls only.
//
//   java @jvm.options [-XX:SharedArchiveFile=acceld.jsa] $ACCELD_JAVA_OPTS -cp lib/agent.jar MAIN ARGUMENTS

#include "system.h"

#ifndef ACCELD_HOME
#define ACCELD_HOME "/opt/acceld"
#endif

#define JAVA ACCELD_HOME "/jre/bin/java"
#define ARCHIVE ACCELD_HOME "/acceld.jsa"
#define OPTIONS_VARIABLE "ACCELD_JAVA_OPTS="

enum { CANNOT_START = 127 };

// The value of a variable of the environment, or null.
static const char *value(char **environment, const char *name_and_equals) {
  for (; *environment; environment++) {
    const char *a = *environment, *b = name_and_equals;
    while (*b && *a == *b) a++, b++;
    if (!*b) return a;
  }
  return 0;
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
  const char *command[16 + words(options) + count];
  long n = 0;
  command[n++] = JAVA;
  command[n++] = "@" ACCELD_HOME "/jvm.options";
  command[n++] = "-Djna.boot.library.path=" ACCELD_HOME "/native";
  command[n++] = "-Dstdout.encoding=UTF-8";
  command[n++] = "-Dstderr.encoding=UTF-8";
  if (call(SYS_FACCESSAT, AT_FDCWD, (long)ARCHIVE, 0) == 0) command[n++] = "-XX:SharedArchiveFile=" ARCHIVE;
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
