// Threads for one parallel stretch of work: made, run and joined here.
#include <pthread.h>
#include <stdlib.h>

#include "kernels.h"

typedef struct {
  void (*body)(void *, size_t, size_t);
  void *context;
  pthread_mutex_t lock;
  pthread_cond_t complete;
  size_t made;  // threads, the caller among them, once all that can be made are; 0 until then
} team;

typedef struct {
  team *team;
  size_t worker;
  pthread_t thread;
} member;

static void *run(void *argument) {
  member *self = argument;
  team *team = self->team;
  pthread_mutex_lock(&team->lock);
  while (!team->made) pthread_cond_wait(&team->complete, &team->lock);
  pthread_mutex_unlock(&team->lock);
  team->body(team->context, self->worker, team->made);
  return 0;
}

void hb_workers(size_t most, void (*body)(void *, size_t, size_t), void *context) {
  member *members = most > 1 ? calloc(most, sizeof *members) : 0;
  if (!members) {
    body(context, 0, 1);
    return;
  }
  team team = {.body = body, .context = context};
  pthread_mutex_init(&team.lock, 0);
  pthread_cond_init(&team.complete, 0);
  size_t made = 1;
  for (; made < most; made++) {
    members[made] = (member){.team = &team, .worker = made};
    if (pthread_create(&members[made].thread, 0, run, &members[made])) break;
  }
  pthread_mutex_lock(&team.lock);
  team.made = made;
  pthread_cond_broadcast(&team.complete);
  pthread_mutex_unlock(&team.lock);
  body(context, 0, made);
  for (size_t w = 1; w < made; w++) pthread_join(members[w].thread, 0);
  pthread_cond_destroy(&team.complete);
  pthread_mutex_destroy(&team.lock);
  free(members);
}
