#pragma once

#include <stddef.h>
#include <stdint.h>

/// Exchanges two folders or files of one file system in one step, so that each path always names
/// one or the other. Returns 0, or the error number; EINVAL, ENOSYS and ENOTSUP say that the file
/// system or the kernel cannot.
int herdbook_exchange(const char *first, const char *second);

/// The system's words for an error number, cut to `capacity` with its closing zero.
void herdbook_error_text(int code, char *text, size_t capacity);

/// The name of this machine. Returns 0, or the error number.
int herdbook_host(char *text, size_t capacity);

/// What is the same for two processes only if they can see each other's process ids: the start of
/// the machine, and on Linux the pid namespace. Returns 0, or the error number.
int herdbook_boot(char *text, size_t capacity);

enum herdbook_life {
  /// No such process, or only its exit status is left.
  HERDBOOK_LIFE_NONE = 0,
  /// It lives; since when is not ours to see.
  HERDBOOK_LIFE_UNKNOWN = 1,
  /// It lives since `*since`.
  HERDBOOK_LIFE_SINCE = 2,
};

/// Whether a process of this machine lives, and since when, in a unit of the system's own that only
/// tells two processes of one id apart.
enum herdbook_life herdbook_process(int64_t pid, uint64_t *since);

/// From now on the first SIGINT or SIGTERM is noted, `words` are written to stderr, and the second
/// ends the process at once, as if nobody had asked. SIGUSR1 and SIGUSR2 are noted, too, and do not end
/// it. A signal that is ignored stays so. `words` must live as long as the process; NULL for none.
void herdbook_heed_interruptions(const char *words);

/// The signal that was noted; 0 for none.
int herdbook_interruption(void);

/// Whether that was SIGUSR1 or SIGUSR2, with which schedulers warn of the end of a job's time.
int herdbook_interruption_is_warning(void);

/// The processors that this process may use, at least one: on Linux those of its affinity, which
/// schedulers of clusters and containers set.
int herdbook_processors(void);

/// The bytes of the file system of a folder that this user may still fill. Returns 0, or the error
/// number.
int herdbook_free_disk(const char *folder, uint64_t *bytes);

/// The bytes of memory that this process may take beside what it has: on Linux what is available
/// without swapping and what its control group leaves, elsewhere all of the machine's. Returns 0,
/// or the error number.
int herdbook_free_memory(uint64_t *bytes);

/// What control groups (version 2) mounted at `root` leave to the group at `path`, which begins with
/// a slash: the least of its own room and that of the groups around it, where files that are merely
/// cached count as room. Returns 0, ENOENT where none of them has a limit, or the error number.
int herdbook_group_memory(const char *root, const char *path, uint64_t *bytes);

/// Zeros in memory that lies in a file of `folder` which has no name there; all of its blocks are there
/// from the start. Returns 0, or the error number: ENODEV and EINVAL say that the file system cannot.
int herdbook_swap_open(const char *folder, size_t size, int *file, void **memory);

/// Writes to such memory by its file, which takes less time than page after page. Returns 0, or the error number.
int herdbook_swap_write(int file, size_t offset, const void *bytes, size_t size);

/// Lets the system have the pages of such memory; what they hold is read from the file when it is asked
/// for again, also by another thread at this moment.
void herdbook_swap_out(void *memory, size_t size);

void herdbook_swap_close(int file, void *memory, size_t size);
