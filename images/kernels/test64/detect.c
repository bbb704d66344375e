/* Which platform is this? How we were entered tells, or the hypervisor's name at one of the CPUID leaves that are left to
 * hypervisors. */
#include "test64.h"

#define FIRST_LEAF 0x40000000
#define LAST_LEAF 0x4000FF00
#define LEAF_STEP 0x100
#define HYPERVISOR_PRESENT (1u << 31)

const struct paravirt_ops *ops;

/* One that imitates another besides its own interface comes before that; where no sign shows it is bare hardware. */
static const struct paravirt_ops *const platforms[] = {&xen_pv, &xen_pvh, &kvm, &vmware, &hyper_v, &bare};

u32 hypervisor_leaf(const char *signature) {
  u32 r[4];
  cpuid_leaf(1, r);
  if (!(r[2] & HYPERVISOR_PRESENT)) {
    return 0;
  }
  for (u32 leaf = FIRST_LEAF; leaf <= LAST_LEAF; leaf += LEAF_STEP) {
    cpuid_leaf(leaf, r);
    u64 text = (u64)signature;
    if (r[1] == peek32(text) && r[2] == peek32(text + 4) && r[3] == peek32(text + 8)) {
      return leaf;
    }
  }
  return 0;
}

void detect_platform(const struct platform *platform) {
  const struct paravirt_ops *const *candidate = platforms;
  while (!(*candidate)->here(platform)) {
    candidate++;
  }
  ops = *candidate;
  platform_name = ops->name;
}
