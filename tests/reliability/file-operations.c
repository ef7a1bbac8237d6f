/*
 * Preloaded into a program: lists every change it makes below FILE_OPS_ROOT, in order, in FILE_OPS_LOG (but for those
 * that cannot succeed), and at operation number FILE_OPS_AT does FILE_OPS_DO: kill-before, kill-after, tear (half of a
 * write, then killed), fail:ERRNO (this operation) or fail-from:ERRNO (this one and all after it that FILE_OPS_KINDS
 * names). FILE_OPS_CLOCK shifts the clock by seconds.
 * A line: number, operation, how often the program has sent something over the network so far, arguments.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char *root;
static size_t root_length;
static int log_fd = -1;
static int count, at, sent, error_number, from;
static const char *act = "", *kinds = "";
static long clock_shift;

__attribute__((constructor)) static void start(void) {
  const char *log = getenv("FILE_OPS_LOG"), *number = getenv("FILE_OPS_AT");
  root = getenv("FILE_OPS_ROOT");
  root_length = root ? strlen(root) : 0;
  at = number ? atoi(number) : 0;
  act = getenv("FILE_OPS_DO") ? getenv("FILE_OPS_DO") : "";
  kinds = getenv("FILE_OPS_KINDS") ? getenv("FILE_OPS_KINDS") : "";
  from = strncmp(act, "fail-from:", 10) == 0;
  error_number = from ? atoi(act + 10) : strncmp(act, "fail:", 5) == 0 ? atoi(act + 5) : 0;
  clock_shift = getenv("FILE_OPS_CLOCK") ? atol(getenv("FILE_OPS_CLOCK")) : 0;
  if (log) log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
  return root && path && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static const char *path_of(int fd, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  return is_ours(buffer) ? buffer : NULL;
}

static int is_there(const char *path) {
  struct stat found;
  return syscall(SYS_newfstatat, AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) == 0;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
}

/* Answers 1 if the operation is to fail; errno is set then. */
static int enter(const char *operation, const char *path, const char *more, const void *data, size_t size) {
  int number = ++count;
  if (log_fd >= 0) {
    char head[2 * PATH_MAX + 128];
    int length = snprintf(head, sizeof head, "%d %s %d %s %s ", number, operation, sent, path, more ? more : "-");
    char *line = malloc(length + 2 * size + 1);
    memcpy(line, head, length);
    for (size_t i = 0; i < size; i++) {
      line[length++] = "0123456789abcdef"[((const unsigned char *)data)[i] >> 4];
      line[length++] = "0123456789abcdef"[((const unsigned char *)data)[i] & 15];
    }
    line[length++] = '\n';
    syscall(SYS_write, log_fd, line, length);
    free(line);
  }
  if (number == at && strcmp(act, "kill-before") == 0) die();
  int strikes = error_number && (from ? at > 0 && number >= at && strstr(kinds, operation) : number == at);
  if (strikes) errno = error_number;
  return strikes;
}

static void leave(void) {
  int saved = errno;
  if (count == at && strcmp(act, "kill-after") == 0) die();
  errno = saved;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define AROUND(ours, operation, path, more, call) \
  if (!(ours)) return call;                       \
  if (enter(operation, path, more, NULL, 0)) return -1; \
  int result = call;                              \
  leave();                                     \
  return result;

static int open_at(int directory, const char *path, int flags, mode_t mode) {
  int changes = 0;
  if (is_ours(path) && (flags & (O_CREAT | O_TRUNC))) {
    int there = is_there(path);
    changes = there ? ((flags & O_TRUNC) && !(flags & O_EXCL)) : (flags & O_CREAT) != 0;
    if (changes && enter(there ? "truncate" : "create", path, there ? "0" : NULL, NULL, 0)) return -1;
  }
  int fd = syscall(SYS_openat, directory, path, flags, mode);
  if (changes) leave();
  return fd;
}

#define OPEN_MODE                                                \
  mode_t mode = 0;                                               \
  if (flags & (O_CREAT | O_TMPFILE)) {                           \
    va_list arguments;                                           \
    va_start(arguments, flags);                                  \
    mode = va_arg(arguments, mode_t);                            \
    va_end(arguments);                                           \
  }
int open(const char *path, int flags, ...) { OPEN_MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int directory, const char *path, int flags, ...) { OPEN_MODE return open_at(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { OPEN_MODE return open_at(directory, path, flags, mode); }

static void note_sending(int fd) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) == 0 && address.ss_family != AF_UNIX) sent++;
}

static ssize_t write_at(int fd, const void *data, size_t size, off_t offset, int positioned) {
  char path[PATH_MAX], where[32];
  if (!path_of(fd, path)) {
    if (fd > 2 && !positioned) note_sending(fd);
    return positioned ? syscall(SYS_pwrite64, fd, data, size, offset) : syscall(SYS_write, fd, data, size);
  }
  off_t start = positioned ? offset : lseek(fd, 0, SEEK_CUR);
  snprintf(where, sizeof where, "%ld", (long)start);
  if (enter("write", path, where, data, size)) return -1;
  int torn = count == at && strcmp(act, "tear") == 0;
  ssize_t written = syscall(SYS_pwrite64, fd, data, torn ? size / 2 : size, start);
  if (torn) die();
  if (!positioned && written > 0) lseek(fd, written, SEEK_CUR);
  leave();
  return written;
}

ssize_t write(int fd, const void *data, size_t size) { return write_at(fd, data, size, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return write_at(fd, data, size, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return write_at(fd, data, size, offset, 1); }

ssize_t writev(int fd, const struct iovec *parts, int number) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) {
    if (fd > 2) note_sending(fd);
    return syscall(SYS_writev, fd, parts, number);
  }
  ssize_t total = 0;
  for (int i = 0; i < number; i++) {
    ssize_t written = write_at(fd, parts[i].iov_base, parts[i].iov_len, 0, 0);
    if (written < 0) return total ? total : -1;
    total += written;
  }
  return total;
}

#define SYNC(name)                      \
  int name(int fd) {                    \
    char path[PATH_MAX];                \
    AROUND(path_of(fd, path), "fsync", path, NULL, REAL(name)(fd)) \
  }
SYNC(fsync)
SYNC(fdatasync)

#define CUT(name, type)                                       \
  int name(int fd, type size) {                               \
    char path[PATH_MAX], more[32];                            \
    snprintf(more, sizeof more, "%ld", (long)size);           \
    AROUND(path_of(fd, path), "truncate", path, more, REAL(name)(fd, size)) \
  }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

int fchmod(int fd, mode_t mode) {
  char path[PATH_MAX];
  AROUND(path_of(fd, path), "chmod", path, NULL, REAL(fchmod)(fd, mode))
}
int rename(const char *a, const char *b) { AROUND(is_ours(a) || is_ours(b), "rename", a, b, REAL(rename)(a, b)) }
int link(const char *a, const char *b) { AROUND(is_ours(b) && !is_there(b), "link", a, b, REAL(link)(a, b)) }
int symlink(const char *a, const char *b) { AROUND(is_ours(b) && !is_there(b), "symlink", a, b, REAL(symlink)(a, b)) }
int unlink(const char *path) { AROUND(is_ours(path) && is_there(path), "unlink", path, NULL, REAL(unlink)(path)) }
int rmdir(const char *path) { AROUND(is_ours(path), "rmdir", path, NULL, REAL(rmdir)(path)) }
int mkdir(const char *path, mode_t mode) { AROUND(is_ours(path) && !is_there(path), "mkdir", path, NULL, REAL(mkdir)(path, mode)) }
int truncate(const char *path, off_t size) {
  char more[32];
  snprintf(more, sizeof more, "%ld", (long)size);
  AROUND(is_ours(path), "truncate", path, more, REAL(truncate)(path, size))
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = REAL(clock_gettime)(clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += clock_shift;
  return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = REAL(gettimeofday)(now, zone);
  now->tv_sec += clock_shift;
  return result;
}
