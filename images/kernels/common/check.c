/* Counts checks and prints a line for each. */
#include "run.h"

static const char *current;
static u64 passed, failed, skipped;

void group(const char *name) { current = name; }

static void result(int ok) {
  if (ok) {
    passed++;
  } else {
    failed++;
  }
}

void check(int ok, const char *name) {
  result(ok);
  print("%s %s: %s", ok ? "pass" : "FAIL", current, name);
}

void check_equal(const char *name, u64 got, u64 want) {
  result(got == want);
  if (got == want) {
    print("pass %s: %s", current, name);
  } else {
    print("FAIL %s: %s | %x, not %x", current, name, got, want);
  }
}

void expect(const char *name, u64 vector, u64 error, u64 rip) {
  int ok = state.vector == vector && state.error == error && state.rip == rip;
  result(ok);
  if (ok) {
    print("pass %s: %s", current, name);
  } else {
    print("FAIL %s: %s | vector %d, error code %x, at %x, not vector %d, error code %x, at %x", current, name, state.vector,
          state.error, state.rip, vector, error, rip);
  }
}

void expect_end(const char *name, const void *end) { expect(name, BP, 0, (u64)end + 1); }

void skip(const char *name, const char *reason) {
  skipped++;
  print("skip %s: %s | %s", current, name, reason);
}

void finish(const char *guest) {
  print("%s: %d passed, %d failed, %d skipped", guest, passed, failed, skipped);
  power_off();
}
