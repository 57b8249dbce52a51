// Memory that lies in a file which nobody else sees.
#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// Has all blocks of a file, so that no write to its memory can find the disk full; where the file system copies on
// writing, it still may, and the process ends as it does where a disk fails.
static int reserve(int file, off_t size) {
#if defined(__APPLE__)
  fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, size, 0};
  if (fcntl(file, F_PREALLOCATE, &store) != 0) return errno;
  return ftruncate(file, size) == 0 ? 0 : errno;
#else
  int code;
  while ((code = posix_fallocate(file, 0, size)) == EINTR) {
  }
  return code;
#endif
}

int herdbook_swap_open(const char *folder, size_t size, int *opened, void **memory) {
  char path[PATH_MAX];
  int length = snprintf(path, sizeof path, "%s/swap-XXXXXX", folder);
  if (length < 0 || (size_t)length >= sizeof path) return ENAMETOOLONG;
  int file = mkostemp(path, O_CLOEXEC);
  if (file < 0) return errno;
  // Without a name it goes with the process, however that ends.
  int code = unlink(path) == 0 ? reserve(file, (off_t)size) : errno;
  if (code == 0) {
    *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (*memory == MAP_FAILED) code = errno;
    // Else the system reads far more than was asked for, and has it in memory.
    if (code == 0) madvise(*memory, size, MADV_RANDOM);
  }
  if (code != 0) close(file);
  *opened = file;
  return code;
}

int herdbook_swap_write(int file, size_t offset, const void *bytes, size_t size) {
  const char *from = bytes;
  while (size > 0) {
    ssize_t written = pwrite(file, from, size, (off_t)offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    from += written;
    offset += (size_t)written;
    size -= (size_t)written;
  }
  return 0;
}

void herdbook_swap_out(void *memory, size_t size) { madvise(memory, size, MADV_DONTNEED); }

void herdbook_swap_close(int file, void *memory, size_t size) {
  munmap(memory, size);
  close(file);
}
