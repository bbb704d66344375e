/* Structures in memory: sorting, a chained hash table of strings, a binary search tree, a walk over scattered pages. */
#include "workload.h"

#define RECORDS 20000
#define BUCKETS 4096
#define NAMES 12000
#define NODES 16000

struct record {
  u32 key;
  u16 rank;
  u8 kind;
  u8 flags;
};

static struct record records[RECORDS];

static int before(const struct record *a, const struct record *b) {
  return a->kind != b->kind ? a->kind < b->kind : a->key < b->key;
}

static void sift(struct record *heap, u32 root, u32 size) {
  for (u32 child; (child = 2 * root + 1) < size; root = child) {
    if (child + 1 < size && before(&heap[child], &heap[child + 1])) {
      child++;
    }
    if (!before(&heap[root], &heap[child])) {
      return;
    }
    struct record swapped = heap[root];
    heap[root] = heap[child];
    heap[child] = swapped;
  }
}

u64 run_sort(void) {
  u64 seed = 11, sum = 0;
  for (u32 round = 0; round < 2; round++) {
    for (u32 i = 0; i < RECORDS; i++) {
      u64 value = next_random(&seed);
      records[i] = (struct record){.key = value, .rank = i, .kind = value >> 60, .flags = value >> 40};
    }
    for (u32 i = RECORDS / 2; i-- > 0;) {
      sift(records, i, RECORDS);
    }
    for (u32 last = RECORDS - 1; last > 0; last--) {
      struct record swapped = records[0];
      records[0] = records[last];
      records[last] = swapped;
      sift(records, 0, last);
    }
    for (u32 i = 0; i < RECORDS; i++) {
      sum = mix(sum, (u64)records[i].key << 24 | records[i].rank << 8 | (records[i].kind ^ records[i].flags));
    }
  }
  return sum;
}

struct name {
  struct name *next;
  u32 hash;
  u16 length;
  u16 uses;
  char text[24];
};

static struct name names[NAMES];
static struct name *buckets[BUCKETS];

static u32 hash_of(const char *text, u32 length) {
  u32 hash = 2166136261u;
  for (u32 i = 0; i < length; i++) {
    hash = (hash ^ (u8)text[i]) * 16777619u;
  }
  return hash;
}

static int same(const char *a, const char *b, u32 length) {
  while (length && *a == *b) {
    a++;
    b++;
    length--;
  }
  return !length;
}

u64 run_hash(void) {
  u64 seed = 23, sum = 0;
  u32 used = 0;
  for (u32 i = 0; i < BUCKETS; i++) {
    buckets[i] = 0;
  }
  for (u32 i = 0; i < 70000; i++) {
    char text[24];
    u64 value = next_random(&seed) % (NAMES - 1) * 0x9E3779B97F4A7C15;
    u32 length = 0;
    do {
      text[length++] = 'a' + value % 26;
      value /= 26;
    } while (value && length < sizeof text);
    u32 hash = hash_of(text, length);
    struct name *name = buckets[hash % BUCKETS];
    while (name && !(name->hash == hash && name->length == length && same(name->text, text, length))) {
      name = name->next;
    }
    if (!name) {
      name = &names[used++];
      *name = (struct name){.next = buckets[hash % BUCKETS], .hash = hash, .length = length};
      for (u32 j = 0; j < length; j++) {
        name->text[j] = text[j];
      }
      buckets[hash % BUCKETS] = name;
    }
    name->uses++;
    sum = mix(sum, hash + name->uses);
  }
  return mix(sum, used);
}

struct node {
  struct node *child[2];
  u64 key;
  u32 priority;
};

static struct node nodes[NODES];

/* A treap (Seidel and Aragon, 1996): ordered by key, a heap by priority. */
static struct node *insert(struct node *root, struct node *node) {
  if (!root) {
    return node;
  }
  int side = node->key > root->key;
  struct node *child = insert(root->child[side], node);
  root->child[side] = child;
  if (child->priority > root->priority) {
    root->child[side] = child->child[!side];
    child->child[!side] = root;
    return child;
  }
  return root;
}

u64 run_tree(void) {
  u64 seed = 31, sum = 0;
  struct node *root = 0;
  for (u32 i = 0; i < NODES; i++) {
    u64 key = next_random(&seed);
    nodes[i] = (struct node){.key = key, .priority = key * 0x9E3779B1u >> 7};
    root = insert(root, &nodes[i]);
  }
  for (u32 i = 0; i < 90000; i++) {
    u64 key = i & 1 ? nodes[next_random(&seed) % NODES].key : next_random(&seed);
    u32 depth = 0;
    const struct node *at = root;
    while (at && at->key != key) {
      at = at->child[key > at->key];
      depth++;
    }
    sum = mix(sum, depth << 1 | (at != 0));
  }
  return sum;
}

u64 run_pages(void) {
  u64 seed = 41, sum = 0;
  unmap_window();
  for (u64 page = 0; page < WINDOW_PAGES; page++) {
    clear_frame(page);
    map_window(page, (u64)frame_of(page));
  }
  u32 page = 0;
  for (u32 i = 0; i < 700000; i++) {
    volatile u64 *cell = (volatile u64 *)(WINDOW + (u64)page * 4096 + (i & 511) * 8);
    sum += *cell;
    *cell = sum ^ i;
    page = (i & 15) ? (page + 37) % WINDOW_PAGES : next_random(&seed) % WINDOW_PAGES;
  }
  return sum;
}
