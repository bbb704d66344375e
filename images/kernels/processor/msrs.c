/* Model-specific registers, the time-stamp counter, CPUID (SDM Vol. 4; Vol. 3B 17.17; Vol. 2A CPUID). */
#include "processor.h"

SNIPPET(read_any, "rdmsr");
SNIPPET(write_any, "wrmsr");
SNIPPET(read_counter, "rdtsc");
SNIPPET(read_counter_p, "rdtscp");
SNIPPET(read_base, "rdfsbase %rax");
SNIPPET(write_base, "wrfsbase %rax");

static void refuses(const char *name, u32 msr, u64 value) {
  prepare(read_any, 0);
  state.rcx = msr;
  run();
  u64 before = state.rdx << 32 | (u32)state.rax;
  prepare(write_any, 0);
  state.rcx = msr;
  state.rax = (u32)value;
  state.rdx = value >> 32;
  run();
  expect(name, GP, 0, (u64)write_any);
  if (state.vector == BP) {
    write_msr(msr, before);
  }
}

static void keeps(const char *name, u32 msr, u64 value) {
  u64 before = read_msr(msr);
  write_msr(msr, value);
  u64 after = read_msr(msr);
  write_msr(msr, before);
  check_equal(name, after, value);
}

static void check_registers(void) {
  prepare(read_any, 0);
  state.rcx = 0x12345678;
  run();
  expect("RDMSR of a register that does not exist", GP, 0, (u64)read_any);
  refuses("WRMSR of a register that does not exist", 0x12345678, 0);
  refuses("IA32_EFER with an undefined bit", EFER, read_msr(EFER) | 1UL << 40);
  refuses("IA32_EFER with LME cleared under paging", EFER, read_msr(EFER) & ~(1UL << 8));
  refuses("IA32_FS_BASE that is not canonical", FS_BASE, 0x800000000000);
  refuses("IA32_GS_BASE that is not canonical", GS_BASE, 0x800000000000);
  refuses("IA32_KERNEL_GS_BASE that is not canonical", 0xC0000102, 0x800000000000);
  refuses("IA32_LSTAR that is not canonical", 0xC0000082, 0x800000000000);
  refuses("IA32_SYSENTER_EIP that is not canonical", 0x176, 0x800000000000);
  refuses("IA32_PAT with an undefined type", 0x277, 2);
  refuses("IA32_TSC_AUX with a high half", 0xC0000103, 1UL << 32);
  keeps("IA32_FS_BASE", FS_BASE, 0xFFFF800000000000);
  keeps("IA32_KERNEL_GS_BASE", 0xC0000102, 0x7FFFFFFFFFFF);
  keeps("IA32_STAR", 0xC0000081, 0x0023001012345678);
  keeps("IA32_LSTAR", 0xC0000082, 0xFFFFFFFF80001234);
  keeps("IA32_FMASK", 0xC0000084, 0x47700);
  keeps("IA32_PAT", 0x277, 0x0606060601050004);
  keeps("IA32_TSC_AUX", 0xC0000103, 0x12345678);
  check_equal("IA32_EFER shows LMA", read_msr(EFER) >> 10 & 1, 1);
}

static void check_counter(void) {
  u64 first = read_tsc(), second = read_tsc();
  check(second >= first, "the time-stamp counter does not run backwards");
  write_msr(0xC0000103, 77);
  run_at(read_counter_p, 3);
  check(state.vector == BP && state.rcx == 77, "RDTSCP reads IA32_TSC_AUX");
  write_cr4(read_cr4() | CR4_TSD);
  run_at(read_counter, 3);
  expect("RDTSC at CPL 3 with CR4.TSD", GP, 0, (u64)read_counter);
  run_at(read_counter_p, 3);
  expect("RDTSCP at CPL 3 with CR4.TSD", GP, 0, (u64)read_counter_p);
  run_at(read_counter, 0);
  expect_end("RDTSC at CPL 0 with CR4.TSD", read_counter_end);
  write_cr4(read_cr4() & ~CR4_TSD);
  run_at(read_counter, 3);
  expect_end("RDTSC at CPL 3 without CR4.TSD", read_counter_end);
  write_msr(0x10, 1UL << 40);
  u64 now = read_tsc();
  check(now >= 1UL << 40 && now < (1UL << 40) + (1UL << 36), "WRMSR sets the time-stamp counter");
}

static void check_bases(void) {
  write_cr4(read_cr4() & ~CR4_FSGSBASE);
  run_at(read_base, 3);
  expect("RDFSBASE without CR4.FSGSBASE", UD, 0, (u64)read_base);
  write_cr4(read_cr4() | CR4_FSGSBASE);
  write_msr(FS_BASE, 0x123456789);
  run_at(read_base, 3);
  check_equal("RDFSBASE at CPL 3", state.rax, 0x123456789);
  prepare(write_base, 3);
  state.rax = 0x800000000000;
  run();
  expect("WRFSBASE that is not canonical", GP, 0, (u64)write_base);
  write_cr4(read_cr4() & ~CR4_FSGSBASE);
}

static void check_cpuid(void) {
  u32 basic[4], features[4], extended[4], sizes[4];
  cpuid(0, 0, basic);
  check(basic[0] >= 1, "CPUID has leaf 1");
  cpuid(1, 0, features);
  check(features[3] >> 5 & 1, "CPUID says MSR");
  check(features[3] >> 9 & 1, "CPUID says APIC");
  cpuid(0x80000000, 0, extended);
  check(extended[0] >= 0x80000008, "CPUID has leaf 80000008");
  cpuid(0x80000001, 0, features);
  check(features[3] >> 29 & 1, "CPUID says IA-32e mode");
  check(features[3] >> 11 & 1, "CPUID says SYSCALL");
  cpuid(0x80000008, 0, sizes);
  check((sizes[0] & 0xFF) >= 36 && (sizes[0] >> 8 & 0xFF) >= 48, "CPUID says the sizes of addresses");
}

void check_msrs(void) {
  group("msrs");
  check_registers();
  check_counter();
  check_bases();
  check_cpuid();
}
