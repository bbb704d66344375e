/*
 * 32-bit paging with 4 KiB and 4 MiB pages, and PAE paging with 4 KiB and 2 MiB pages, outside IA-32e mode (SDM Vol. 3A 4.3,
 * 4.4): the answer of the CPU against that of the rules.
 */
#include "legacy.h"

#define P 1UL
#define RW 2UL
#define US 4UL
#define A 0x20UL
#define D 0x40UL
#define PS 0x80UL
#define G 0x100UL
#define NX (1UL << 63)
#define OPEN (P | RW | US)
#define CR4_PSE (1U << 4)
#define CR4_PAE (1U << 5)
#define LIMIT_OF_DETAILS 8

enum { READ, WRITE, FETCH };

/* The window starts at 1 GiB: entry 256 of a 32-bit page directory, PDPTE 1 of PAE paging. */
#define WINDOW 0x40000000U

static u32 directory32[1024] __attribute__((aligned(4096)));
static u32 identity32[2][1024] __attribute__((aligned(4096)));
static u32 window32[1024] __attribute__((aligned(4096)));
static u64 pointers[4] __attribute__((aligned(4096))), other_pointers[4] __attribute__((aligned(32)));
static u64 identity_pae[512] __attribute__((aligned(4096)));
static u64 directory_pae[512] __attribute__((aligned(4096)));
static u64 window_pae[512] __attribute__((aligned(4096)));
static u8 target[2][4096] __attribute__((aligned(4096)));

SNIPPET(read32, ".code32; movb (%edi), %al");
SNIPPET(write32, ".code32; movb $0xCC, (%edi)");
SNIPPET(fetch32, ".code32; jmp *%edi");
SNIPPET(load_cr3, ".code32; movl %edi, %cr3");
SNIPPET(change_pointer, ".code32; movl $0, (%esi); invlpg (%edi); movb (%edi), %al");

static const void *const code_of[] = {read32, write32, fetch32};
static int has_smep, has_smap;

static const struct kind {
  const char *name;
  u32 pae, large;
} kinds[] = {{"32-bit, 4 KiB", 0, 0}, {"32-bit, 4 MiB", 0, 1}, {"PAE, 4 KiB", 1, 0}, {"PAE, 2 MiB", 1, 1}};

static u32 page_bytes(const struct kind *kind) { return !kind->large ? 1U << 12 : kind->pae ? 1U << 21 : 1U << 22; }

/* The second page of the window, so that the first table serves small pages too. */
static u32 address_of(const struct kind *kind) {
  return WINDOW + page_bytes(kind) + (low(target) & (page_bytes(kind) - 1));
}

static u64 read_entry(const struct kind *kind) {
  return kind->pae ? (kind->large ? directory_pae : window_pae)[1] : kind->large ? directory32[257] : window32[1];
}

static void write_entry(const struct kind *kind, u64 value) {
  if (kind->pae) {
    (kind->large ? directory_pae : window_pae)[1] = value;
  } else if (kind->large) {
    directory32[257] = value;
  } else {
    window32[1] = value;
  }
}

static u64 frame_of(const struct kind *kind) {
  return (low(target) & ~(u64)(page_bytes(kind) - 1)) | (kind->large ? PS : 0);
}

/* The first 8 MiB as install_machine has them; the window. */
static void build_tables(void) {
  for (u32 i = 0; i < 2048; i++) {
    u32 region = i >> 9, frame = region == 3 ? i - 512 : i;
    identity32[i >> 10][i & 1023] = frame << 12 | P | RW | (region == 2 ? US : 0);
  }
  directory32[0] = low(identity32[0]) | OPEN;
  directory32[1] = low(identity32[1]) | OPEN;
  directory32[256] = low(window32) | OPEN | A;
  directory32[257] = 0;
  for (u64 region = 0; region < 4; region++) {
    identity_pae[region] = (region == 3 ? 2 : region) << 21 | PS | P | RW | (region == 2 ? US : 0);
  }
  pointers[0] = low(identity_pae) | P;
  pointers[1] = low(directory_pae) | P;
  pointers[2] = pointers[3] = 0;
  directory_pae[0] = low(window_pae) | OPEN | A;
}

static void choose(const struct kind *kind, u32 smep, u32 smap, u32 wp) {
  install_legacy();
  legacy_mode.cr0 = (legacy_mode.cr0 & ~CR0_WP) | CR0_PG | (wp ? CR0_WP : 0);
  legacy_mode.cr4 = (legacy_mode.cr4 & ~(CR4_PAE | CR4_SMEP | CR4_SMAP)) | CR4_PGE | CR4_PSE | (kind->pae ? CR4_PAE : 0) |
                    (smep ? CR4_SMEP : 0) | (smap ? CR4_SMAP : 0);
  legacy_mode.cr3 = kind->pae ? low(pointers) : low(directory32);
  legacy_mode.efer &= ~EFER_LME;
}

/* The rules: -1 if allowed, else the error code. */
static u32 error_of(u64 rights, u32 access, u32 user, u32 flags) {
  u32 cr4 = legacy_mode.cr4;
  int named = (cr4 & CR4_SMEP) || ((cr4 & CR4_PAE) && (legacy_mode.efer & EFER_NXE));
  u32 code = (access == WRITE ? 2 : 0) | (user ? 4 : 0) | (access == FETCH && named ? 16 : 0);
  if (!(rights & P)) {
    return code;
  }
  code |= 1;
  if (access == FETCH && (rights & NX)) {
    return code;
  }
  if (user) {
    return (rights & US) && (access != WRITE || (rights & RW)) ? -1U : code;
  }
  if (access == FETCH) {
    return (rights & US) && (cr4 & CR4_SMEP) ? code : -1U;
  }
  if ((rights & US) && (cr4 & CR4_SMAP) && !(flags & FLAG_AC)) {
    return code;
  }
  return access == WRITE && !(rights & RW) && (legacy_mode.cr0 & CR0_WP) ? code : -1U;
}

static void go(u32 access, u32 user, u32 flags, u32 address) {
  legacy_registers[R_EDI] = address;
  u32 code = low(code_of[access]);
  run_legacy(user ? code : (u32)SUPERVISOR((u64)code), user ? USER_CODE32 : CODE32, flags);
}

static int as_expected(u32 error, u32 access, u32 user, u32 address) {
  if (error == -1U) {
    return legacy_trap[T_VECTOR] == BP && (access != FETCH || legacy_trap[T_EIP] == address + 1);
  }
  u32 code = low(code_of[access]);
  u32 at = access == FETCH ? address : user ? code : (u32)SUPERVISOR((u64)code);
  return trapped(PF, error) && legacy_trap_cr2 == address && legacy_trap[T_EIP] == at;
}

static u64 details;

static void explain(u64 rights, u32 access, u32 user, u32 error) {
  if (details++ < LIMIT_OF_DETAILS) {
    print("  rights %x, access %d, user %d, CR0 %x, CR4 %x: vector %d, error code %x, CR2 %x, want %x", rights, (u64)access,
          (u64)user, (u64)legacy_mode.cr0, (u64)legacy_mode.cr4, (u64)legacy_trap[T_VECTOR], (u64)legacy_trap[T_ERROR],
          (u64)legacy_trap_cr2, (u64)error);
  }
}

/* One kind of page, all rights, all ways of access. */
static int matrix(const struct kind *kind, u32 access, u32 user) {
  u32 address = address_of(kind), bad = 0;
  for (u32 mode = 0; mode < 16; mode++) {
    if (((mode & 2) && !has_smep) || ((mode & 4) && !has_smap)) {
      continue;
    }
    choose(kind, mode & 2, mode & 4, mode & 1);
    u32 flags = mode & 8 ? FLAG_AC : 0;
    for (u32 i = 0; i < (kind->pae ? 128 : 64); i++) {
      u64 rights = (i & 7) | (i & 8 ? A : 0) | (i & 16 ? D : 0) | (i & 32 ? G : 0) | (i & 64 ? NX : 0);
      write_entry(kind, frame_of(kind) | rights);
      target[0][0] = 0xCC;
      go(access, user, flags, address);
      u32 error = error_of(rights, access, user, flags);
      u64 after = frame_of(kind) | rights | (error == -1U ? A | (access == WRITE ? D : 0) : 0);
      if (!as_expected(error, access, user, address) || read_entry(kind) != after) {
        explain(rights, access, user, error);
        bad++;
      }
    }
  }
  write_entry(kind, 0);
  return !bad;
}

/* Rights withheld by the directory bind as those of the page do. */
static int upper_level(const struct kind *kind) {
  u32 address = address_of(kind), bad = 0;
  choose(kind, 0, 0, 1);
  for (u32 i = 0; i < (kind->pae ? 16 : 8); i++) {
    u64 rights = (i & 7) | (i & 8 ? NX : 0);
    for (u32 way = 0; way < 6; way++) {
      write_entry(kind, frame_of(kind) | OPEN | A | D);
      if (kind->pae) {
        directory_pae[0] = low(window_pae) | rights;
      } else {
        directory32[256] = low(window32) | rights;
      }
      target[0][0] = 0xCC;
      go(way % 3, way / 3, 0, address);
      u32 error = error_of(rights, way % 3, way / 3, 0);
      u64 entry = kind->pae ? directory_pae[0] : directory32[256];
      if (!as_expected(error, way % 3, way / 3, address) || (error == -1U && !(entry & A))) {
        explain(rights, way % 3, way / 3, error);
        bad++;
      }
    }
  }
  build_tables();
  write_entry(kind, 0);
  return !bad;
}

static void expect_read(const char *name, const struct kind *kind, u64 entry, u32 error) {
  write_entry(kind, entry);
  go(READ, 0, 0, address_of(kind));
  if (!as_expected(error, READ, 0, address_of(kind))) {
    explain(entry, READ, 0, error);
  }
  check(as_expected(error, READ, 0, address_of(kind)), name);
  write_entry(kind, 0);
}

static void check_reserved32(void) {
  const struct kind *small = &kinds[0], *large = &kinds[1];
  choose(large, 0, 0, 1);
  expect_read("32-bit: bit 21 of a 4 MiB page is reserved", large, frame_of(large) | P | 1U << 21, 9);
  expect_read("32-bit: bit 12 of a 4 MiB page is PAT", large, frame_of(large) | P | 1U << 12, -1U);
  choose(small, 0, 0, 1);
  expect_read("32-bit: bit 7 of a 4 KiB page is PAT", small, frame_of(small) | P | PS, -1U);
  expect_read("32-bit: bits 9 to 11 are ignored", small, frame_of(small) | P | 0xE00, -1U);
  choose(small, 0, 0, 1);
  legacy_mode.cr4 &= ~CR4_PSE;
  directory32[256] |= PS;
  expect_read("32-bit: PS is ignored without CR4.PSE", small, frame_of(small) | P, -1U);
  build_tables();
}

static void check_reserved_pae(void) {
  const struct kind *small = &kinds[2], *large = &kinds[3];
  choose(small, 0, 0, 1);
  expect_read("PAE: bit 51 of a frame is reserved", small, frame_of(small) | P | 1UL << 51, 9);
  expect_read("PAE: bit 52 is reserved", small, frame_of(small) | P | 1UL << 52, 9);
  expect_read("PAE: bit 62 is reserved", small, frame_of(small) | P | 1UL << 62, 9);
  expect_read("PAE: reserved bits of an absent entry do not count", small, 1UL << 62, 0);
  choose(large, 0, 0, 1);
  expect_read("PAE: bit 13 of a 2 MiB page is reserved", large, frame_of(large) | P | 1UL << 13, 9);
  expect_read("PAE: bit 20 of a 2 MiB page is reserved", large, frame_of(large) | P | 1UL << 20, 9);
  expect_read("PAE: bit 62 of a 2 MiB page is reserved", large, frame_of(large) | P | 1UL << 62, 9);
  choose(small, 0, 0, 1);
  legacy_mode.efer &= ~EFER_NXE;
  expect_read("PAE: NX without EFER.NXE is reserved", small, frame_of(small) | P | NX, 9);
}

/* The page-directory-pointer-table entries are read when CR3 is loaded. */
static void check_pointers(void) {
  static const struct {
    const char *name;
    u64 entry;
    u32 vector;
  } loads[] = {
      {"PAE: MOV to CR3 takes an absent PDPTE with reserved bits", 0x1E6, BP},
      {"PAE: MOV to CR3 refuses bit 1 of a PDPTE", P | 2, GP},
      {"PAE: MOV to CR3 refuses bit 2 of a PDPTE", P | 4, GP},
      {"PAE: MOV to CR3 refuses bit 5 of a PDPTE", P | 0x20, GP},
      {"PAE: MOV to CR3 refuses bit 8 of a PDPTE", P | 0x100, GP},
      {"PAE: MOV to CR3 refuses bit 51 of a PDPTE", P | 1UL << 51, GP},
      {"PAE: MOV to CR3 refuses bit 63 of a PDPTE", P | NX, GP},
      {"PAE: MOV to CR3 takes PWT, PCD and bits 9 to 11 of a PDPTE", P | 0xE18, BP},
  };
  for (u32 i = 0; i < sizeof loads / sizeof *loads; i++) {
    choose(&kinds[2], 0, 0, 1);
    other_pointers[0] = pointers[0];
    other_pointers[1] = pointers[1];
    other_pointers[2] = 0;
    other_pointers[3] = loads[i].entry | (loads[i].entry & P ? low(directory_pae) : 0);
    legacy_registers[R_EDI] = low(other_pointers);
    run_legacy(low(load_cr3), CODE32, 0);
    expect32(loads[i].name, loads[i].vector, 0);
  }
  choose(&kinds[2], 0, 0, 1);
  go(READ, 0, 0, 0x80000000);
  check(trapped(PF, 0) && legacy_trap_cr2 == 0x80000000, "PAE: an absent PDPTE faults");
  choose(&kinds[2], 0, 0, 1);
  write_entry(&kinds[2], frame_of(&kinds[2]) | P | RW);
  legacy_registers[R_EDI] = address_of(&kinds[2]);
  legacy_registers[R_ESI] = low(&pointers[1]);
  run_legacy(low(change_pointer), CODE32, 0);
  expect32("PAE: a PDPTE in memory counts only when CR3 is loaded", BP, 0);
  build_tables();
  write_entry(&kinds[2], 0);
}

static void name_of(char *at, const char *kind, u32 access, u32 user) {
  static const char *const accesses[] = {", read", ", write", ", fetch"};
  const char *parts[] = {kind, accesses[access], user ? " at CPL 3" : " at CPL 0"};
  for (u32 i = 0; i < 3; i++) {
    for (const char *part = parts[i]; *part;) {
      *at++ = *part++;
    }
  }
  *at = 0;
}

void check_paging32(void) {
  u32 leaf7[4];
  group("paging32");
  cpuid(7, 0, leaf7);
  has_smep = leaf7[1] >> 7 & 1;
  has_smap = leaf7[1] >> 20 & 1;
  build_tables();
  for (u32 kind = 0; kind < 4; kind++) {
    for (u32 access = READ; access <= FETCH; access++) {
      for (u32 user = 0; user < 2; user++) {
        static char name[64];
        details = 0;
        int ok = matrix(&kinds[kind], access, user);
        name_of(name, kinds[kind].name, access, user);
        check(ok, name);
      }
    }
  }
  details = 0;
  check(upper_level(&kinds[0]), "32-bit: rights withheld by the directory");
  check(upper_level(&kinds[2]), "PAE: rights withheld by the directory");
  check_reserved32();
  check_reserved_pae();
  check_pointers();
}
