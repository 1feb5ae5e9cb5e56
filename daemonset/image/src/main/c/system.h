// System calls and the entry point of programs that have no C library: any C compiler makes them for either
// processor, and they run in an image, or on a host, whatever is or is not installed there.

#ifndef ACCELD_SYSTEM_H
#define ACCELD_SYSTEM_H

enum { STDERR = 2, AT_FDCWD = -100 };
enum { ENOENT = 2, E2BIG = 7, ENOEXEC = 8, EAGAIN = 11, ENOMEM = 12, EACCES = 13, ENOTDIR = 20, EROFS = 30, EINTR = 4 };

#if defined(__x86_64__)
enum {
  SYS_READ = 0, SYS_WRITE = 1, SYS_CLOSE = 3, SYS_RT_SIGPROCMASK = 14, SYS_IOCTL = 16, SYS_SOCKET = 41, SYS_CONNECT = 42,
  SYS_BIND = 49, SYS_LISTEN = 50, SYS_EXECVE = 59, SYS_UMASK = 95, SYS_CLOCK_GETTIME = 228, SYS_EXIT_GROUP = 231,
  SYS_UNLINKAT = 263, SYS_FACCESSAT = 269, SYS_PPOLL = 271, SYS_ACCEPT4 = 288, SYS_SIGNALFD4 = 289, SYS_STATX = 332
};

static long call5(long number, long a, long b, long c, long d, long e) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n hlt\n");
#elif defined(__aarch64__)
enum {
  SYS_IOCTL = 29, SYS_UNLINKAT = 35, SYS_FACCESSAT = 48, SYS_CLOSE = 57, SYS_READ = 63, SYS_WRITE = 64, SYS_PPOLL = 73,
  SYS_SIGNALFD4 = 74, SYS_EXIT_GROUP = 94, SYS_CLOCK_GETTIME = 113, SYS_RT_SIGPROCMASK = 135, SYS_UMASK = 166,
  SYS_SOCKET = 198, SYS_BIND = 200, SYS_LISTEN = 201, SYS_CONNECT = 203, SYS_EXECVE = 221, SYS_ACCEPT4 = 242,
  SYS_STATX = 291
};

static long call5(long number, long a, long b, long c, long d, long e) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}

__asm__(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n bl start\n brk #0\n");
#else
#error "acceld's programs in C are for 64-bit x86 and ARM"
#endif

static inline long call(long number, long a, long b, long c) { return call5(number, a, b, c, 0, 0); }

// Compilers call these where they see fit, with or without a library.
__attribute__((used)) void *memcpy(void *to, const void *from, unsigned long n) {
  for (unsigned long i = 0; i < n; i++) ((volatile char *)to)[i] = ((const char *)from)[i];
  return to;
}

__attribute__((used)) void *memset(void *to, int value, unsigned long n) {
  for (unsigned long i = 0; i < n; i++) ((volatile char *)to)[i] = (char)value;
  return to;
}

static inline long length(const char *text) {
  long n = 0;
  while (text[n]) n++;
  return n;
}

static inline void say(const char *text) { call(SYS_WRITE, STDERR, (long)text, length(text)); }

static inline const char *reason(long error) {
  switch (-error) {
    case ENOENT: return "no such file or directory";
    case E2BIG: return "the arguments and the environment are too long";
    case ENOEXEC: return "made for another processor";
    case ENOMEM: return "out of memory";
    case EACCES: return "permission denied";
    case ENOTDIR: return "a file is in the way";
    case EROFS: return "the file system is read-only";
    default: return "the kernel refuses";
  }
}

__attribute__((noreturn)) static inline void leave(int status) {
  for (;;) call(SYS_EXIT_GROUP, status, 0, 0);
}

// Called by _start with the stack as the kernel left it: the count, the arguments, null, the environment, null.
__attribute__((noreturn, used)) void start(long *stack);

#endif
