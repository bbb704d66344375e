/* What a PVH guest finds when it is entered: the start structure, ACPI's tables, CPUID, the hypercall page. */
#include "xenpvh.h"

#define RAM 1
#define RESERVED 2

SNIPPET(write_register, "wrmsr");
SNIPPET(read_register, "rdmsr");

static const struct memory_map_entry *map(void) { return (const struct memory_map_entry *)start_info->memory_map; }

static void memory_map(void) {
  check(map()[0].start == 0 && map()[0].type == RAM, "memory begins with RAM");
  int ordered = 1, special = 0;
  for (u32 i = 0; i < start_info->memory_map_entries; i++) {
    const struct memory_map_entry *entry = &map()[i];
    ordered &= entry->length != 0 && (!i || map()[i - 1].start + map()[i - 1].length <= entry->start);
    special |= entry->type == RESERVED && entry->start <= SPECIAL_PAGES && entry->start + entry->length >= SPECIAL_PAGES + 8 * PAGE;
  }
  check(ordered, "its entries are in order and don't overlap");
  check(special, "Xen's own pages are reserved");
  struct { u32 entries; u64 buffer; } query = {128, (u64)pages};
  check_equal("XENMEM_memory_map", call(CALL_MEMORY_OP, 9, (u64)&query, 0, 0), 0);
  check_equal("has as many entries", query.entries, start_info->memory_map_entries);
  int same = 1;
  for (u32 i = 0; i < query.entries; i++) {
    u64 at = (u64)pages + 20 * i;
    same &= peek64(at) == map()[i].start && peek64(at + 8) == map()[i].length && peek32(at + 16) == map()[i].type;
  }
  check(same, "and the same");
  query.entries = 1;
  call(CALL_MEMORY_OP, 9, (u64)&query, 0, 0);
  check_equal("room for one entry", query.entries, 1);
}

static u64 sum(u64 at, u64 length) {
  u8 total = 0;
  while (length--) {
    total += *(const volatile u8 *)at++;
  }
  return total;
}

static u64 table(u64 xsdt, const char *signature) {
  for (u64 entry = xsdt + 36; entry < xsdt + peek32(xsdt + 4); entry += 8) {
    if (text_is((void *)peek64(entry), signature)) {
      return peek64(entry);
    }
  }
  return 0;
}

static int contains(u64 at, const char *text) {
  for (u64 i = 36; i < peek32(at + 4); i++) {
    if (text_is((void *)(at + i), text)) {
      return 1;
    }
  }
  return 0;
}

static void acpi(void) {
  u64 rsdp = start_info->rsdp;
  check(text_is((void *)rsdp, "RSD PTR ") && !sum(rsdp, 36), "the root pointer");
  u64 xsdt = peek64(rsdp + 24), fadt = table(xsdt, "FACP"), madt = table(xsdt, "APIC");
  check(fadt && !sum(fadt, peek32(fadt + 4)) && madt && !sum(madt, peek32(madt + 4)), "FADT and MADT");
  u64 dsdt = peek64(fadt + 140);
  check(text_is((void *)dsdt, "DSDT") && !contains(dsdt, "_S5_"), "there is no sleep state to power off with");
  check_equal("no VGA, no CMOS clock", peek32(fadt + 109) & 0xFFFF, 0x24);
  check_equal("not hardware-reduced", peek32(fadt + 112) >> 20 & 1, 0);
  u32 count = 0, good = 1;
  for (u64 at = madt + 44; at < madt + peek32(madt + 4); at += ((const volatile u8 *)at)[1]) {
    const volatile u8 *entry = (const volatile u8 *)at;
    good &= entry[0] == 0 && entry[2] == count && entry[3] == 2 * count && peek32(at + 4) == 1;
    count++;
  }
  check(good, "local APICs with even ids, and nothing else");
  check_equal("one for each processor", count, processors());
}

static void leaves(void) {
  u32 r[4];
  cpuid(1, 0, r);
  check_equal("hypervisor present", r[2] >> 31, 1);
  check_equal("the first APIC id", r[1] >> 24, 0);
  cpuid(0x40000000, 0, r);
  check(r[0] == 0x40000005 && r[1] == 0x566E6558 && r[2] == 0x65584D4D && r[3] == 0x4D4D566E, "signature and last leaf");
  cpuid(0x40000001, 0, r);
  check(r[0] == 0x40011 && !r[1] && !r[2] && !r[3], "version");
  cpuid(0x40000002, 0, r);
  check(r[0] == 1 && r[1] == 0x40000000 && !r[2] && !r[3], "one hypercall page, and its MSR");
  cpuid(0x40000003, 0, r);
  check(!r[1] && r[2], "the time-stamp counter has a rate");
  u32 rate = r[2];
  cpuid(0x40000003, 1, r);
  u64 second = (u64)rate * 1000;
  second = (signed char)r[3] >= 0 ? second << r[3] : second >> -(signed char)r[3];
  u64 nanoseconds = (unsigned __int128)second * r[2] >> 32;
  check(nanoseconds > 999900000 && nanoseconds < 1000100000, "its scale makes a second of it");
  cpuid(0x40000003, 2, r);
  check(r[0] && !r[1] && !r[2] && !r[3], "the processor's rate");
  cpuid(0x40000003, 3, r);
  check(!(r[0] | r[1] | r[2] | r[3]), "and no more of time");
  cpuid(0x40000004, 0, r);
  check_equal("IOMMU mappings, processor and domain number, upcall vectors", r[0] & 0x5C, 0x5C);
  check_equal("processor number", r[1], 0);
  check(!r[2] == !!HOST && r[2] < 0x7FF0, "domain number");
  cpuid(0x40000004, 1, r);
  check(!(r[0] | r[1] | r[2] | r[3]), "nothing in another subleaf");
  cpuid(0x40000005, 0, r);
  check(!(r[0] | r[1] | r[2] | r[3]), "nothing of PV");
  cpuid(0x40000006, 0, r);
  check(!(r[0] | r[1] | r[2] | r[3]), "nothing behind the last leaf");
  cpuid(0x40000100, 0, r);
  check(!(r[0] | r[1] | r[2] | r[3]), "no other hypervisor");
  cpuid(0x3FFFFFFF, 0, r);
  check(!(r[0] | r[1] | r[2] | r[3]), "nothing behind the last basic leaf");
}

static void wrmsr(u32 msr, u64 value) {
  prepare(write_register, 0);
  state.rcx = msr;
  state.rax = (u32)value;
  state.rdx = value >> 32;
  run();
}

static void hypercall_pages(void) {
  int good = 1;
  for (u32 number = 0; number < PAGE / 32; number++) {
    const u8 *stub = hypercall_page + 32 * number;
    good &= number == CALL_IRET ? stub[0] == 0x0F && stub[1] == 0x0B
                                : stub[0] == 0xB8 && peek32((u64)stub + 1) == number && stub[5] == 0x0F && stub[6] == 0x01 &&
                                      (stub[7] == 0xC1 || stub[7] == 0xD9) && stub[8] == 0xC3;
  }
  check(good, "stubs, and UD2 for iret");
  prepare(read_register, 0);
  state.rcx = 0x40000000;
  run();
  expect_end("reading its MSR", read_register_end);
  check(!state.rax && !state.rdx, "gives 0");
  wrmsr(0x40000000, (u64)pages);
  expect_end("another page", write_register_end);
  check_equal("is filled too", peek32((u64)pages), 0xB8);
  wrmsr(0x40000000, (u64)pages | 1);
  expect("a second page of it", GP, 0, (u64)write_register);
  wrmsr(0x40000000, NO_MEMORY);
  expect("an address where no memory is", GP, 0, (u64)write_register);
  wrmsr(0x40000000, 1UL << 60);
  expect("an address beyond all", GP, 0, (u64)write_register);
  wrmsr(0x40000001, 0);
  expect("the MSR behind it", GP, 0, (u64)write_register);
  prepare(read_register, 0);
  state.rcx = 0x40000001;
  run();
  expect("reading that", GP, 0, (u64)read_register);
}

void check_start(void) {
  group("start");
  check_equal("magic", start_info->magic, 0x336EC578);
  check_equal("no modules", start_info->modules, 0);
  if (HOST) {
    skip("what the toolstack writes", "Xen itself has built this domain");
  } else {
    check_equal("version", start_info->version, 1);
    check(!start_info->flags && !start_info->reserved, "no flags");
    memory_map();
    acpi();
  }
  leaves();
  hypercall_pages();
}
