// The rest of the machine that runs one static Linux program: it copies the program's segments to where they belong,
// gives it a stack, and serves the few system calls that a program makes which only computes and prints. Output goes
// to Bochs' port 0xe9; the end, to its port 0x8900. Nothing of the machine is writable but the words at `state`.
#include <elf.h>
#include <stdint.h>

extern const uint8_t program[];

typedef struct {
  uint64_t end;  // of the program's heap
} machine;
static machine *const state = (machine *)0x7000;

enum { STACK = 0x3f00000, HEAP_END = 0x3000000 };

static inline void out(uint16_t port, uint8_t byte) { __asm__ volatile("outb %0, %1" : : "a"(byte), "Nd"(port)); }

static inline void set_register(uint32_t name, uint64_t value) {
  __asm__ volatile("wrmsr" : : "c"(name), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static void copy(uint8_t *to, const uint8_t *from, uint64_t count) {
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void clear(uint8_t *to, uint64_t count) {
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(0) : "memory");
}

static void finish(uint64_t status) {
  // The word that the caller of Bochs looks for, then the power button.
  const char *word = status ? "\nstatus 1\n" : "\nstatus 0\n";
  for (; *word; word++) out(0xe9, (uint8_t)*word);
  for (word = "Shutdown"; *word; word++) out(0x8900, (uint8_t)*word);
  for (;;) __asm__ volatile("hlt");
}

// Number and arguments as Linux has them on x86-64; what is not here is refused as unknown.
int64_t serve(uint64_t call, uint64_t a, uint64_t b, uint64_t c) {
  enum { WRITE = 1, PROTECT = 10, BREAK = 12, WRITE_VECTOR = 20, ARCHITECTURE = 158, SET_THREAD = 218, EXIT = 231 };
  switch (call) {
    case WRITE:
      for (uint64_t i = 0; i < c; i++) out(0xe9, ((const uint8_t *)b)[i]);
      return (int64_t)c;
    case WRITE_VECTOR: {
      int64_t written = 0;
      const uint64_t(*part)[2] = (const uint64_t(*)[2])b;
      for (uint64_t i = 0; i < c; i++) written += serve(WRITE, a, part[i][0], part[i][1]);
      return written;
    }
    case BREAK:
      if (a > state->end && a < HEAP_END) {
        clear((uint8_t *)state->end, a - state->end);
        state->end = a;
      }
      return (int64_t)state->end;
    case ARCHITECTURE:
      if (a != 0x1002) return -22;
      set_register(0xc0000100, b);  // the base of fs: thread-local memory
      return 0;
    case PROTECT: return 0;
    case SET_THREAD: return 1;
    case EXIT: finish(a); return 0;
    default: return -38;
  }
}

typedef struct {
  uint64_t stack, entry;
} start;

start load(void) {
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)program;
  const Elf64_Phdr *part = (const Elf64_Phdr *)(program + header->e_phoff);
  uint64_t headers = 0;
  state->end = 0;
  for (int i = 0; i < header->e_phnum; i++) {
    if (part[i].p_type != PT_LOAD) continue;
    uint8_t *to = (uint8_t *)part[i].p_vaddr;
    copy(to, program + part[i].p_offset, part[i].p_filesz);
    clear(to + part[i].p_filesz, part[i].p_memsz - part[i].p_filesz);
    uint64_t end = (part[i].p_vaddr + part[i].p_memsz + 4095) & ~UINT64_C(4095);
    if (end > state->end) state->end = end;
    if (part[i].p_offset == 0) headers = part[i].p_vaddr + header->e_phoff;
  }
  // What Linux leaves on the stack: the count of words, the words, the environment, facts about the process.
  uint64_t *stack = (uint64_t *)STACK, n = 0;
  char *name = (char *)(stack + 64);
  copy((uint8_t *)name, (const uint8_t *)"digests", 8);
  stack[n++] = 1;
  stack[n++] = (uint64_t)name;
  stack[n++] = 0;
  stack[n++] = 0;
  const uint64_t facts[][2] = {{AT_PHDR, headers},          {AT_PHENT, sizeof *part}, {AT_PHNUM, header->e_phnum},
                               {AT_PAGESZ, 4096},           {AT_ENTRY, header->e_entry},
                               {AT_RANDOM, (uint64_t)name}, {AT_SECURE, 0},           {AT_NULL, 0}};
  for (uint64_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    stack[n++] = facts[i][0];
    stack[n++] = facts[i][1];
  }
  return (start){(uint64_t)stack, header->e_entry};
}
