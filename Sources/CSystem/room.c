// What this process may still take: disk and memory.
#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "system.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#if defined(__APPLE__)
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/sysctl.h>
#else
#include <sys/statvfs.h>
#endif

int herdbook_free_disk(const char *folder, uint64_t *bytes) {
#if defined(__APPLE__)
  // There, statvfs counts blocks with 32 bits.
  struct statfs system;
  if (statfs(folder, &system) != 0) return errno;
  *bytes = (uint64_t)system.f_bavail * (uint64_t)system.f_bsize;
#else
  struct statvfs system;
  if (statvfs(folder, &system) != 0) return errno;
  *bytes = (uint64_t)system.f_bavail * (uint64_t)system.f_frsize;
#endif
  return 0;
}

// The number that follows `name` and a space or a colon at the begin of a line of a file; the first
// number of the file where `name` is empty. Returns 0, EINVAL where there is none, or the error
// number.
static int read_number(const char *path, const char *name, uint64_t *number) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return errno;
  char line[256];
  size_t length = strlen(name);
  int code = EINVAL;
  while (code != 0 && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, name, length) != 0) continue;
    const char *rest = line + length;
    if (length > 0) {
      if (*rest != ':' && *rest != ' ') continue;
      rest++;
    }
    if (sscanf(rest, "%" SCNu64, number) == 1) code = 0;
  }
  fclose(file);
  return code;
}

// The room of one group. Returns 0, EINVAL for no limit, or the error number.
static int group_room(const char *group, uint64_t *bytes) {
  char path[4300];
  uint64_t limit;
  uint64_t used;
  uint64_t cached = 0;
  snprintf(path, sizeof path, "%s/memory.max", group);
  int code = read_number(path, "", &limit);
  if (code != 0) return code;
  snprintf(path, sizeof path, "%s/memory.current", group);
  code = read_number(path, "", &used);
  if (code != 0) return code;
  snprintf(path, sizeof path, "%s/memory.stat", group);
  if (read_number(path, "inactive_file", &cached) != 0 || cached > used) cached = 0;
  used -= cached;
  *bytes = limit > used ? limit - used : 0;
  return 0;
}

int herdbook_group_memory(const char *root, const char *path, uint64_t *bytes) {
  char group[4200];
  int length = snprintf(group, sizeof group, "%s%s", root, path);
  if (length < 0 || (size_t)length >= sizeof group) return ENAMETOOLONG;
  size_t top = strlen(root);
  int code = ENOENT;
  for (;;) {
    uint64_t room;
    if (group_room(group, &room) == 0 && (code != 0 || room < *bytes)) {
      *bytes = room;
      code = 0;
    }
    char *slash = strrchr(group, '/');
    if (slash == NULL || (size_t)(slash - group) < top) return code;
    *slash = 0;
  }
}

#if defined(__linux__)

// The path of this process's group in the one hierarchy of version 2. Returns 0, or the error
// number.
static int own_group(char *path, size_t capacity) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  if (file == NULL) return errno;
  char line[4200];
  int code = ENOENT;
  while (code != 0 && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "0::/", 4) != 0) continue;
    line[strcspn(line, "\n")] = 0;
    snprintf(path, capacity, "%s", line + 3);
    code = 0;
  }
  fclose(file);
  return code;
}

int herdbook_free_memory(uint64_t *bytes) {
  uint64_t kilobytes;
  int code = read_number("/proc/meminfo", "MemAvailable", &kilobytes);
  if (code != 0) return code;
  *bytes = kilobytes * 1024;
  char group[4100];
  uint64_t room;
  if (own_group(group, sizeof group) == 0
      && herdbook_group_memory("/sys/fs/cgroup", group, &room) == 0 && room < *bytes) {
    *bytes = room;
  }
  return 0;
}

#elif defined(__APPLE__)

int herdbook_free_memory(uint64_t *bytes) {
  size_t count = sizeof *bytes;
  return sysctlbyname("hw.memsize", bytes, &count, NULL, 0) == 0 ? 0 : errno;
}

#else

int herdbook_free_memory(uint64_t *bytes) {
  (void)bytes;
  return ENOSYS;
}

#endif
