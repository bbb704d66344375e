/* Power-off as the ACPI tables describe it (ACPI 6.5 sections 4.8.3.2, 4.8.3.7, 5.2, 7.4.2). */
#include "kernel.h"

#define FADT_DSDT 40
#define FADT_PM1A_CNT 64
#define FADT_PM_TIMER 76
#define FADT_FLAGS 112
#define FADT_X_DSDT 140
#define FADT_SLEEP_CONTROL 244
#define FADT_HW_REDUCED (1 << 20)
#define SLEEP_ENABLE_PM1 (1 << 13)
#define SLEEP_ENABLE_REDUCED (1 << 5)

u16 pm_timer_port;

static u16 port;
static u16 value;
static int wide; /* a 16-bit register */

static int equal(u64 address, const char *text) {
  for (; *text; text++, address++) {
    if (*(const volatile char *)address != *text) {
      return 0;
    }
  }
  return 1;
}

static int sums_to_zero(u64 address, u64 length) {
  u8 sum = 0;
  while (length--) {
    sum += *(const volatile u8 *)address++;
  }
  return sum == 0;
}

static u64 scan_for_rsdp(void) {
  for (u64 address = 0xE0000; address < 0x100000; address += 16) {
    if (equal(address, "RSD PTR ") && sums_to_zero(address, 20)) {
      return address;
    }
  }
  fail("no ACPI root pointer");
}

static u64 find_fadt(u64 rsdp) {
  int extended = *(const volatile u8 *)(rsdp + 15) >= 2 && peek64(rsdp + 24);
  u64 root = extended ? peek64(rsdp + 24) : peek32(rsdp + 16);
  u64 step = extended ? 8 : 4;
  for (u64 entry = root + 36; entry < root + peek32(root + 4); entry += step) {
    u64 table = extended ? peek64(entry) : peek32(entry);
    if (equal(table, "FACP")) {
      return table;
    }
  }
  fail("no FADT below the ACPI root at %x", root);
}

/* The first element of the package _S5_: AML NameOp, name, PackageOp, length, count, then a byte constant. */
static u8 sleep_type(u64 dsdt) {
  for (u64 at = dsdt + 36; at < dsdt + peek32(dsdt + 4) - 8; at++) {
    if (equal(at, "_S5_\x12")) {
      const volatile u8 *element = (const volatile u8 *)at + 5;
      element += 1 + (*element >> 6) + 1;
      return *element == 0x0A ? element[1] : *element; /* BytePrefix, or ZeroOp and OneOp */
    }
  }
  fail("no _S5_ in the DSDT at %x", dsdt);
}

void find_power_off(u64 rsdp) {
  rsdp = rsdp ? rsdp : scan_for_rsdp();
  u64 fadt = find_fadt(rsdp);
  u32 length = peek32(fadt + 4);
  if (!sums_to_zero(fadt, length)) {
    fail("the FADT at %x has a wrong checksum", fadt);
  }
  u64 dsdt = length >= FADT_X_DSDT + 8 ? peek64(fadt + FADT_X_DSDT) : 0;
  u8 type = sleep_type(dsdt ? dsdt : peek32(fadt + FADT_DSDT));
  wide = !(peek32(fadt + FADT_FLAGS) & FADT_HW_REDUCED);
  port = wide ? peek32(fadt + FADT_PM1A_CNT) : peek64(fadt + FADT_SLEEP_CONTROL + 4);
  pm_timer_port = wide ? peek32(fadt + FADT_PM_TIMER) : 0;
  value = wide ? type << 10 | SLEEP_ENABLE_PM1 : type << 2 | SLEEP_ENABLE_REDUCED;
  print("ACPI: root pointer %x, power-off by writing %x to port %x", rsdp, (u64)value, (u64)port);
}

void power_off(void) {
  if (wide) {
    out16(port, value);
  } else {
    out8(port, value);
  }
  halt(); /* the power may take a moment to go */
}
