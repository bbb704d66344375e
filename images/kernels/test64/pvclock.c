/* Time from the time-stamp counter and a structure that the hypervisor keeps: KVM's and Xen's clock. */
#include "test64.h"

static u64 shifted(u64 value, int shift) { return shift < 0 ? value >> -shift : value << shift; }

u64 pvclock_now(const struct pvclock *clock) {
  u32 version;
  u64 now;
  do {
    version = clock->version;
    u64 delta = shifted(read_tsc() - clock->tsc_timestamp, clock->tsc_shift);
    now = clock->system_time_ns + (u64)((unsigned __int128)delta * clock->tsc_to_system_mul >> 32);
  } while (version & 1 || version != clock->version);
  return now;
}

u64 pvclock_tsc_khz(const struct pvclock *clock) {
  return shifted((1000000UL << 32) / clock->tsc_to_system_mul, -clock->tsc_shift);
}
