// Threads for one parallel stretch of work: made, run and joined here.
#include <pthread.h>
#include <stdlib.h>

#include "kernels.h"

typedef struct {
  void (*body)(void *, size_t);
  void *context;
  size_t worker;
  pthread_t thread;
  int started;
} job;

static void *run(void *argument) {
  job *one = argument;
  one->body(one->context, one->worker);
  return 0;
}

void hb_workers(size_t workers, void (*body)(void *, size_t), void *context) {
  job *jobs = workers > 1 ? calloc(workers, sizeof *jobs) : 0;
  for (size_t w = 1; w < workers && jobs; w++) {
    jobs[w] = (job){.body = body, .context = context, .worker = w};
    jobs[w].started = pthread_create(&jobs[w].thread, 0, run, &jobs[w]) == 0;
  }
  body(context, 0);
  for (size_t w = 1; w < workers; w++) {
    if (jobs && jobs[w].started)
      pthread_join(jobs[w].thread, 0);
    else
      body(context, w);
  }
  free(jobs);
}
