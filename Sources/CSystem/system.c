#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__linux__)
#include <sched.h>
#include <sys/syscall.h>
#endif

int herdbook_exchange(const char *first, const char *second) {
#if defined(__APPLE__)
  return renamex_np(first, second, RENAME_SWAP) == 0 ? 0 : errno;
#elif defined(__linux__)
  // Through the system call: the wrapper is younger than some C libraries in use. 2 is
  // RENAME_EXCHANGE of <linux/fs.h>.
  return syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2) == 0 ? 0 : errno;
#else
  (void)first;
  (void)second;
  return ENOSYS;
#endif
}

// strerror_r comes in two kinds; the overload that fits the one at hand is chosen by its result.
static void take_gnu(const char *result, char *text, size_t capacity) {
  if (result != text) snprintf(text, capacity, "%s", result);
}
static void take_posix(int result, int code, char *text, size_t capacity) {
  if (result != 0) snprintf(text, capacity, "error %d", code);
}

void herdbook_error_text(int code, char *text, size_t capacity) {
  if (capacity == 0) return;
#if defined(__GLIBC__)
  take_gnu(strerror_r(code, text, capacity), text, capacity);
  (void)take_posix;
#else
  take_posix(strerror_r(code, text, capacity), code, text, capacity);
  (void)take_gnu;
#endif
}

int herdbook_host(char *text, size_t capacity) {
  if (gethostname(text, capacity) != 0) return errno;
  text[capacity - 1] = 0;
  return 0;
}

#if defined(__linux__)

// The whole of a small file of /proc, as a string. Returns 0, or the error number.
static int read_small(const char *path, char *text, size_t capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno;
  ssize_t count = read(file, text, capacity - 1);
  int code = count < 0 ? errno : 0;
  close(file);
  text[count < 0 ? 0 : count] = 0;
  return code;
}

int herdbook_boot(char *text, size_t capacity) {
  char boot[64];
  char space[64];
  int code = read_small("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
  if (code != 0) return code;
  boot[strcspn(boot, "\n")] = 0;
  ssize_t count = readlink("/proc/self/ns/pid", space, sizeof space - 1);
  if (count < 0) return errno;
  space[count] = 0;
  snprintf(text, capacity, "%s %s", boot, space);
  return 0;
}

enum herdbook_life herdbook_process(int64_t pid, uint64_t *since) {
  if (pid <= 0 || (pid_t)pid != pid) return HERDBOOK_LIFE_NONE;
  if (kill((pid_t)pid, 0) != 0 && errno == ESRCH) return HERDBOOK_LIFE_NONE;
  char path[64];
  char text[1024];
  snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
  if (read_small(path, text, sizeof text) != 0) return HERDBOOK_LIFE_UNKNOWN;
  // The second field is the command in parentheses and may hold anything; the third is the state,
  // the twenty-second the start in ticks since boot.
  const char *rest = strrchr(text, ')');
  char state;
  unsigned long long start;
  if (rest == NULL
      || sscanf(
             rest,
             ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
             &state, &start)
          != 2) {
    return HERDBOOK_LIFE_UNKNOWN;
  }
  if (state == 'Z' || state == 'X' || state == 'x') return HERDBOOK_LIFE_NONE;
  *since = start;
  return HERDBOOK_LIFE_SINCE;
}

#elif defined(__APPLE__)

int herdbook_boot(char *text, size_t capacity) {
  size_t count = capacity;
  return sysctlbyname("kern.bootsessionuuid", text, &count, NULL, 0) == 0 ? 0 : errno;
}

enum herdbook_life herdbook_process(int64_t pid, uint64_t *since) {
  if (pid <= 0 || (pid_t)pid != pid) return HERDBOOK_LIFE_NONE;
  int query[4] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid};
  struct kinfo_proc process;
  size_t count = sizeof process;
  if (sysctl(query, 4, &process, &count, NULL, 0) != 0) return HERDBOOK_LIFE_UNKNOWN;
  if (count == 0 || process.kp_proc.p_stat == SZOMB) return HERDBOOK_LIFE_NONE;
  *since = (uint64_t)process.kp_proc.p_starttime.tv_sec * 1000000
      + (uint64_t)process.kp_proc.p_starttime.tv_usec;
  return HERDBOOK_LIFE_SINCE;
}

#else

int herdbook_boot(char *text, size_t capacity) {
  (void)text;
  (void)capacity;
  return ENOSYS;
}

enum herdbook_life herdbook_process(int64_t pid, uint64_t *since) {
  (void)pid;
  (void)since;
  return HERDBOOK_LIFE_UNKNOWN;
}

#endif

int herdbook_processors(void) {
#if defined(__linux__)
  // Machines with more than 1024 processors refuse so small a set; then those that are online count.
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}
