#include "system.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t noted = 0;
static const char *volatile talk = NULL;

// Calls nothing but what POSIX lists as safe in a handler.
static void note(int number) {
  int code = errno;
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  if (noted == 0) noted = number;
  const char *words = talk;
  if (words != NULL && write(STDERR_FILENO, words, strlen(words)) < 0) {
    // Nobody listens; the process ends soon all the same.
  }
  errno = code;
}

static void heed(int number) {
  struct sigaction old;
  if (sigaction(number, NULL, &old) != 0 || old.sa_handler == SIG_IGN) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

void herdbook_heed_interruptions(const char *words) {
  talk = words;
  const int numbers[] = {SIGINT, SIGTERM, SIGUSR1, SIGUSR2};
  // A parent that started this process from a thread with blocked signals would make it deaf.
  sigset_t all;
  sigemptyset(&all);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    heed(numbers[i]);
    sigaddset(&all, numbers[i]);
  }
  sigprocmask(SIG_UNBLOCK, &all, 0);
}

int herdbook_interruption(void) { return (int)noted; }

int herdbook_interruption_is_warning(void) { return noted == SIGUSR1 || noted == SIGUSR2; }
