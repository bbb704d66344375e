/* Operations on processors: bringing up a second one, vcpu_info, NMIs. */
#include "xenpvh.h"

#define APIC_COMMAND 0xFEE00300UL
#define APIC_COMMAND_HIGH 0xFEE00310UL
#define COMMAND_INIT 0x4500
#define COMMAND_STARTUP 0x4600
#define TRAMPOLINE 0x8000UL

struct context32 {
  u32 mode, pad;
  u32 eax, ecx, edx, ebx, esp, ebp, esi, edi, eip, eflags, cr0, cr3, cr4, pad1;
  u64 efer;
  u32 base[5], limit[5]; /* cs ds ss es tr */
  u16 rights[5], pad2[3];
};
struct context64 {
  u32 mode, pad;
  u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, rip, rflags, cr0, cr3, cr4, efer;
};
union context {
  struct context32 narrow;
  struct context64 wide;
};

extern volatile u32 started, started_id, started_apic_id, started_cs, resume;
extern volatile u64 started_rdi, started_cr3, started_rflags;
extern const u8 start_in_64[], start_in_32[], trampoline[], trampoline_end[];

static u8 stack[PAGE] __attribute__((aligned(16)));
static union context context;

static void prepare_64(void) {
  context = (union context){0};
  struct context64 *c = &context.wide;
  c->mode = 1;
  c->rip = (u64)start_in_64;
  c->rsp = (u64)(stack + sizeof stack);
  c->rflags = FLAG_FIXED;
  c->rdi = 0x123456789ABCUL;
  c->cr0 = read_cr0();
  c->cr3 = read_cr3();
  c->cr4 = read_cr4() & ~CR4_PGE;
  c->efer = read_msr(EFER);
}

static void prepare_32(void) {
  context = (union context){0};
  struct context32 *c = &context.narrow;
  c->eip = (u32)(u64)start_in_32;
  c->esi = 0x87654321;
  c->eflags = FLAG_FIXED;
  c->cr0 = 0x11;
  for (int i = 0; i < 5; i++) {
    c->limit[i] = 0xFFFFFFFF;
    c->rights[i] = i ? 0xC92 : 0xC9A; /* accessed is for Xen to set */
  }
  c->limit[4] = 0x67;
  c->rights[4] = 0x89;
}

static long initialise(void) { return vcpu_op(VCPU_INITIALISE, 1, &context); }

static void wait_for(u32 value) {
  u64 limit = now() + 1000000000;
  while (started != value && now() < limit) {
    call(CALL_SCHED_OP, SCHED_YIELD, 0, 0, 0);
  }
}

static void wait_until_off(void) {
  u64 limit = now() + 1000000000;
  while (vcpu_op(VCPU_IS_UP, 1, 0) && now() < limit) {
    call(CALL_SCHED_OP, SCHED_YIELD, 0, 0, 0);
  }
}

static void refused_64(void) {
  prepare_64();
  context.wide.mode = 2;
  check_equal("an unknown mode", initialise(), -EINVAL);
  prepare_64();
  context.wide.pad = 1;
  check_equal("padding", initialise(), -EINVAL);
  prepare_64();
  context.wide.rip = NON_CANONICAL;
  check_equal("a RIP that is not canonical", initialise(), -EINVAL);
  prepare_64();
  context.wide.cr0 &= ~CR0_PG;
  check_equal("64-bit mode without paging", initialise(), -EINVAL);
  prepare_64();
  context.wide.cr4 &= ~0x20UL;
  check_equal("without PAE", initialise(), -EINVAL);
  prepare_64();
  context.wide.efer &= ~EFER_LME;
  check_equal("without LME", initialise(), -EINVAL);
  prepare_64();
  context.wide.cr4 |= 1UL << 31;
  check_equal("a bit that CR4 has not", initialise(), -EINVAL);
  prepare_64();
  context.wide.efer |= 1UL << 40;
  check_equal("a bit that EFER has not", initialise(), -EINVAL);
}

static void segment(const char *name, int index, u16 rights) {
  prepare_32();
  context.narrow.rights[index] = rights;
  check_equal(name, initialise(), -EINVAL);
}

static void refused_32(void) {
  segment("no CS", 0, 0);
  segment("CS that is data", 0, 0xC92);
  segment("CS that is not present", 0, 0xC1A);
  segment("CS that is a system segment", 0, 0xC8A);
  segment("CS with reserved bits", 0, 0x1C9A);
  segment("no SS", 2, 0);
  segment("SS that is read-only", 2, 0xC90);
  segment("SS of another privilege", 2, 0xCF2);
  segment("DS of another privilege", 1, 0xCF2);
  segment("ES that is execute-only", 3, 0xC98);
  segment("TR that is no task", 4, 0x82);
  segment("TR that is data", 4, 0x93);
  prepare_32();
  context.narrow.pad1 = 1;
  check_equal("more padding", initialise(), -EINVAL);
  prepare_32();
  context.narrow.pad2[2] = 1;
  check_equal("and more", initialise(), -EINVAL);
  prepare_32();
  context.narrow.limit[0] = 0x100;
  check_equal("EIP beyond the limit", initialise(), -EINVAL);
  prepare_32();
  context.narrow.efer = EFER_LMA;
  check_equal("LMA without LME", initialise(), -EINVAL);
}

static void second_in_64(void) {
  check_equal("it is off", vcpu_op(VCPU_IS_UP, 1, 0), 0);
  check_equal("up before it has a state", vcpu_op(VCPU_UP, 1, 0), -EINVAL);
  refused_64();
  prepare_64();
  check_equal("a state for 64-bit mode", initialise(), 0);
  check_equal("twice", initialise(), -EEXIST);
  check_equal("it is off still", vcpu_op(VCPU_IS_UP, 1, 0), 0);
  check_equal("up", vcpu_op(VCPU_UP, 1, 0), 0);
  check_equal("it is up", vcpu_op(VCPU_IS_UP, 1, 0), 1);
  wait_for(1);
  check_equal("it runs", started, 1);
  check_equal("with its registers", started_rdi, 0x123456789ABCUL);
  check_equal("and page tables", started_cr3, read_cr3());
  check_equal("with interrupts off", started_rflags & FLAG_IF, 0);
  check_equal("as processor 1", started_id, 1);
  check_equal("with APIC id 2", started_apic_id, 2);
  struct { u64 frame; u32 offset, reserved; } info = {(u64)pages[6] >> 12, 0, 0};
  check_equal("the vcpu_info of another that is up", vcpu_op(VCPU_REGISTER_INFO, 1, &info), -EINVAL);
  check_equal("up again is nothing", vcpu_op(VCPU_UP, 1, 0), 0);
  resume = 1;
  wait_until_off();
  check_equal("halting with interrupts off takes it off", vcpu_op(VCPU_IS_UP, 1, 0), 0);
  check_equal("a state for what has one", initialise(), -EEXIST);
  check_equal("up once more", vcpu_op(VCPU_UP, 1, 0), 0);
  wait_for(2);
  check_equal("goes on behind the halt", started, 2);
  wait_until_off();
  check_equal("and takes itself off again", vcpu_op(VCPU_IS_UP, 1, 0), 0);
}

static void init(void) {
  *(volatile u32 *)APIC_COMMAND_HIGH = 2 << 24;
  *(volatile u32 *)APIC_COMMAND = COMMAND_INIT;
}

static void startup(void) {
  *(volatile u32 *)APIC_COMMAND_HIGH = 2 << 24;
  *(volatile u32 *)APIC_COMMAND = COMMAND_STARTUP | TRAMPOLINE >> 12;
}

static void second_in_real(void) {
  volatile u8 *page = (volatile u8 *)TRAMPOLINE;
  u64 bytes = trampoline_end - trampoline;
  for (u64 i = 0; i < bytes; i++) {
    page[i] = trampoline[i];
  }
  volatile u32 *flag = (volatile u32 *)(page + bytes - 4);
  startup();
  call(CALL_SCHED_OP, SCHED_YIELD, 0, 0, 0);
  check(!*flag && !vcpu_op(VCPU_IS_UP, 1, 0), "a start-up IPI for what has a state is nothing");
  init();
  check_equal("INIT", vcpu_op(VCPU_UP, 1, 0), -EINVAL);
  startup();
  u64 limit = now() + 1000000000;
  while (*flag != 0x51 && now() < limit) {
    call(CALL_SCHED_OP, SCHED_YIELD, 0, 0, 0);
  }
  check_equal("a start-up IPI starts it in real mode", *flag, 0x51);
  wait_until_off();
  prepare_32();
  check_equal("it has a state then", initialise(), -EEXIST);
  init();
}

static void second_in_32(void) {
  refused_32();
  prepare_32();
  check_equal("a state for 32-bit mode", initialise(), 0);
  check_equal("up", vcpu_op(VCPU_UP, 1, 0), 0);
  wait_for(0x32);
  check_equal("it runs", started, 0x32);
  check_equal("with its registers", (u32)started_rdi, 0x87654321);
  check_equal("and without paging", (u32)started_cr3, 0x11);
  wait_until_off();
  check_equal("down is nothing for what is down", vcpu_op(VCPU_DOWN, 1, 0), 0);
  struct { u64 frame; u32 offset, reserved; } info = {(u64)pages[6] >> 12, 0x40, 0};
  check_equal("the vcpu_info of one that is off", vcpu_op(VCPU_REGISTER_INFO, 1, &info), 0);
}

SNIPPET(wait_here, "nop; nop");
SNIPPET(send_nmi, "movl $11, %edi; xorl %esi, %esi; xorl %edx, %edx; call *%rbx");

static void own(void) {
  check_equal("a processor that is not there", vcpu_op(VCPU_IS_UP, 77, 0), -ENOENT);
  check_equal("a far one", vcpu_op(VCPU_IS_UP, 0xFFFFFFFF, 0), -ENOENT);
  check_equal("this one is up", vcpu_op(VCPU_IS_UP, 0, 0), 1);
  check_equal("up again is nothing", vcpu_op(VCPU_UP, 0, 0), 0);
  prepare_64();
  check_equal("and it has a state", vcpu_op(VCPU_INITIALISE, 0, &context), -EEXIST);
  check_equal("an unknown operation", vcpu_op(77, 0, 0), -ENOSYS);
  check_equal("its physical number is not for guests", vcpu_op(VCPU_GET_PHYSID, 0, pages[0]), -EINVAL);
  check_equal("an NMI with an argument", vcpu_op(VCPU_SEND_NMI, 0, pages[0]), -EINVAL);
  prepare(send_nmi, 0);
  state.rbx = (u64)(hypercall_page + 32 * CALL_VCPU_OP);
  run();
  expect("an NMI comes right behind the call", NMI, 0, (u64)(hypercall_page + 32 * CALL_VCPU_OP + 8));
  run_at(wait_here, 0);                /* INT3 returned by no IRET: NMIs are open again */
  expect_end("and once", wait_here_end);
  struct { u64 frame; u32 offset, reserved; } info = {(u64)pages[6] >> 12, PAGE - 0x38, 0};
  check_equal("a vcpu_info across pages", vcpu_op(VCPU_REGISTER_INFO, 0, &info), -ENXIO);
  info.offset = 4;
  check_equal("a misaligned one", vcpu_op(VCPU_REGISTER_INFO, 0, &info), -ENXIO);
  info.offset = 0;
  info.frame = NO_MEMORY >> 12;
  check_equal("one that is no memory", vcpu_op(VCPU_REGISTER_INFO, 0, &info), -EINVAL);
}

void check_processors(void) {
  group("processors");
  own();
  if (processors() < 2) {
    skip("a second processor", "there is none");
    return;
  }
  second_in_64();
  second_in_real();
  second_in_32();
}
