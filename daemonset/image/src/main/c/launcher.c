// /usr/bin/acceld in the image: starts the Java runtime in its own place, so that java is the process that gets the
// signals. The image has no shell, so this needs nothing at all: no C library, system calls only.
//
//   java @jvm.options [-XX:SharedArchiveFile=acceld.jsa] $ACCELD_JAVA_OPTS -cp lib/agent.jar MAIN ARGUMENTS

#ifndef ACCELD_HOME
#define ACCELD_HOME "/opt/acceld"
#endif

#define JAVA ACCELD_HOME "/jre/bin/java"
#define ARCHIVE ACCELD_HOME "/acceld.jsa"
#define OPTIONS_VARIABLE "ACCELD_JAVA_OPTS="

enum { CANNOT_START = 127, AT_FDCWD = -100, STDERR = 2 };

#if defined(__x86_64__)
enum { SYS_WRITE = 1, SYS_EXECVE = 59, SYS_EXIT = 60, SYS_FACCESSAT = 269 };

static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n hlt\n");
#elif defined(__aarch64__)
enum { SYS_WRITE = 64, SYS_EXECVE = 221, SYS_EXIT = 93, SYS_FACCESSAT = 48 };

static long call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}

__asm__(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n bl start\n brk #0\n");
#else
#error "the launcher is for 64-bit x86 and ARM"
#endif

static long length(const char *text) {
  long n = 0;
  while (text[n]) n++;
  return n;
}

static void say(const char *text) { call(SYS_WRITE, STDERR, (long)text, length(text)); }

static const char *reason(long error) {
  switch (-error) {
    case 2: return "no such file";
    case 7: return "the arguments and the environment are too long";
    case 8: return "made for another processor";
    case 12: return "out of memory";
    case 13: return "permission denied";
    default: return "the kernel refuses";
  }
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

static int blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

static long words(const char *text) {
  long n = 0;
  for (; *text; text++) n += !blank(*text) && (blank(text[1]) || !text[1]);
  return n;
}

// Called by _start with the stack as the kernel left it: the count, the arguments, null, the environment, null.
__attribute__((noreturn, used)) void start(long *stack) {
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
  say(error == -2 ? "; the image is damaged, pull it again\n"
      : error == -8 ? "; pull the image for this node's architecture\n"
                    : "\n");
  for (;;) call(SYS_EXIT, CANNOT_START, 0, 0);
}
