/* Who may do what to which page (SDM Vol. 3A 4.6 to 4.10): the answer of the CPU against that of the rules. */
#include "processor.h"

#define P 1UL
#define RW 2UL
#define US 4UL
#define A 0x20UL
#define D 0x40UL
#define PS 0x80UL
#define G 0x100UL
#define NX (1UL << 63)
#define OPEN (P | RW | US)

#define WINDOW 0x8000000000UL
#define LIMIT_OF_DETAILS 8

enum { READ, WRITE, FETCH };
enum { SIZE_4K, SIZE_2M, SIZE_1G };

typedef u64 table[512] __attribute__((aligned(4096)));
extern table pml4;
static table pdpt, pd, pt;
static u8 target[2][4096] __attribute__((aligned(4096)));

SNIPPET(read_byte, "mov (%rdi), %al");
SNIPPET(write_byte, "movb $0xCC, (%rdi)");
SNIPPET(fetch_byte, "jmp *%rdi");

static const char *const size_names[] = {"4 KiB", "2 MiB", "1 GiB"};
static const u64 size_bytes[] = {1UL << 12, 1UL << 21, 1UL << 30};
static const void *const code_of[] = {read_byte, write_byte, fetch_byte};
static int has_smep, has_smap, has_1g;

static u64 *leaf(u64 size) { return size == SIZE_4K ? &pt[1] : size == SIZE_2M ? &pd[1] : &pdpt[1]; }

/* The address at which a page of this size shows a physical address. */
static u64 address_of(u64 size, u64 physical) { return WINDOW + size_bytes[size] + (physical & (size_bytes[size] - 1)); }

static u64 frame_of(u64 size, u64 physical) { return (physical & ~(size_bytes[size] - 1)) | (size == SIZE_4K ? 0 : PS); }

static void open_upper_levels(void) {
  pml4[WINDOW >> 39] = (u64)pdpt | OPEN | A;
  pdpt[0] = (u64)pd | OPEN | A;
  pd[0] = (u64)pt | OPEN | A;
}

/* The rules: -1 if allowed, else the error code. */
static u64 error_of(u64 rights, u64 access, u64 cpl, u64 flags) {
  u64 cr0 = read_cr0(), cr4 = read_cr4();
  u64 code = (access == WRITE ? 2 : 0) | (cpl ? 4 : 0) | (access == FETCH ? 16 : 0);
  if (!(rights & P)) {
    return code;
  }
  code |= 1;
  if (access == FETCH && (rights & NX)) {
    return code;
  }
  if (cpl) {
    return (rights & US) && (access != WRITE || (rights & RW)) ? -1UL : code;
  }
  if (access == FETCH) {
    return (rights & US) && (cr4 & CR4_SMEP) ? code : -1UL;
  }
  if ((rights & US) && (cr4 & CR4_SMAP) && !(flags & FLAG_AC)) {
    return code;
  }
  return access == WRITE && !(rights & RW) && (cr0 & CR0_WP) ? code : -1UL;
}

static void go(u64 access, u64 cpl, u64 flags, u64 address) {
  const void *code = code_of[access];
  prepare(cpl ? code : (const void *)SUPERVISOR(code), cpl);
  state.rdi = address;
  state.rflags |= flags;
  run();
}

/* Whether the run went as the rules say. */
static int as_expected(u64 error, u64 access, u64 cpl, u64 address) {
  if (error != -1UL) {
    u64 at = access == FETCH ? address : cpl ? (u64)code_of[access] : SUPERVISOR(code_of[access]);
    return state.vector == PF && state.error == error && trap_cr2 == address && state.rip == at;
  }
  return state.vector == BP && (access != FETCH || state.rip == address + 1);
}

static u64 details;

static void explain(u64 rights, u64 access, u64 cpl, u64 flags, u64 want, u64 entry) {
  if (details++ < LIMIT_OF_DETAILS) {
    print("  rights %x, access %d, CPL %d, AC %d, CR0.WP %d, CR4 %x: vector %d, error code %x, CR2 %x, want %x, entry %x",
          rights, access, cpl, flags / FLAG_AC, read_cr0() >> 16 & 1, read_cr4(), state.vector, state.error, trap_cr2, want,
          entry);
  }
}

/* One page, all rights, all ways of access. */
static int matrix(u64 size, u64 access, u64 cpl) {
  u64 address = address_of(size, (u64)target), frame = frame_of(size, (u64)target), bad = 0;
  u64 *entry = leaf(size);
  for (u64 mode = 0; mode < 16; mode++) {
    if (((mode & 2) && !has_smep) || ((mode & 4) && !has_smap)) {
      continue;
    }
    write_cr0((read_cr0() & ~CR0_WP) | (mode & 1 ? CR0_WP : 0));
    write_cr4((read_cr4() & ~(CR4_SMEP | CR4_SMAP)) | (mode & 2 ? CR4_SMEP : 0) | (mode & 4 ? CR4_SMAP : 0));
    u64 flags = mode & 8 ? FLAG_AC : 0;
    for (u64 i = 0; i < 128; i++) {
      u64 rights = (i & 7) | (i & 8 ? A : 0) | (i & 16 ? D : 0) | (i & 32 ? G : 0) | (i & 64 ? NX : 0);
      *entry = frame | rights;
      invlpg(address);
      target[0][0] = 0xCC;
      go(access, cpl, flags, address);
      u64 error = error_of(rights, access, cpl, flags);
      u64 after = frame | rights | (error == -1UL ? A | (access == WRITE ? D : 0) : 0);
      if (!as_expected(error, access, cpl, address) || *entry != after) {
        explain(rights, access, cpl, flags, error, *entry);
        bad++;
      }
    }
  }
  write_cr4(read_cr4() & ~(CR4_SMEP | CR4_SMAP));
  write_cr0(read_cr0() | CR0_WP);
  *entry = 0;
  invlpg(address);
  return !bad;
}

/* Rights withheld at one upper level bind as those of the page do. */
static int upper_levels(void) {
  u64 address = address_of(SIZE_4K, (u64)target), bad = 0;
  u64 *entries[] = {&pml4[WINDOW >> 39], &pdpt[0], &pd[0], &pt[1]};
  pt[1] = (u64)target | OPEN | A | D;
  for (u64 level = 0; level < 4; level++) {
    u64 open = *entries[level];
    for (u64 i = 0; i < 16; i++) {
      u64 rights = (i & 7) | (i & 8 ? NX : 0);
      for (u64 way = 0; way < 6; way++) {
        u64 access = way % 3, cpl = way / 3 ? 3 : 0;
        *entries[level] = (open & ~(OPEN | A)) | rights;
        flush_tlb();
        target[0][0] = 0xCC;
        go(access, cpl, 0, address);
        u64 error = error_of(rights, access, cpl, 0);
        if (!as_expected(error, access, cpl, address) || (error == -1UL && !(*entries[level] & A))) {
          explain(rights, access, cpl, level, error, *entries[level]);
          bad++;
        }
      }
    }
    *entries[level] = open;
  }
  flush_tlb();
  return !bad;
}

static void reserved(const char *name, u64 *entry, u64 value, u64 address, u64 want) {
  u64 before = *entry;
  *entry = value;
  flush_tlb();
  go(READ, 0, 0, address);
  check(as_expected(want, READ, 0, address), name);
  *entry = before;
  flush_tlb();
}

static void check_reserved(void) {
  u64 small = address_of(SIZE_4K, (u64)target), large = address_of(SIZE_2M, (u64)target);
  u64 frame2m = frame_of(SIZE_2M, (u64)target);
  pt[1] = (u64)target | OPEN;
  reserved("reserved: PS in a PML4 entry", &pml4[WINDOW >> 39], pml4[WINDOW >> 39] | PS, small, 9);
  reserved("reserved: bit 51 of a frame", &pt[1], pt[1] | 1UL << 51, small, 9);
  reserved("reserved: bit 51 of a page directory's entry", &pd[0], pd[0] | 1UL << 51, small, 9);
  reserved("reserved: bit 51 of a PDPT's entry", &pdpt[0], pdpt[0] | 1UL << 51, small, 9);
  reserved("reserved: bit 51 of a PML4 entry", &pml4[WINDOW >> 39], pml4[WINDOW >> 39] | 1UL << 51, small, 9);
  reserved("reserved: bit 13 of a 2 MiB frame", &pd[1], frame2m | OPEN | 1UL << 13, large, 9);
  reserved("reserved: bit 20 of a 2 MiB frame", &pd[1], frame2m | OPEN | 1UL << 20, large, 9);
  reserved("reserved: bit 12 of a 2 MiB page is PAT", &pd[1], frame2m | OPEN | 1UL << 12, large, -1UL);
  reserved("reserved: PAT of a 4 KiB page", &pt[1], pt[1] | PS, small, -1UL);
  reserved("reserved: bits of an absent entry do not count", &pt[1], (pt[1] & ~P) | 1UL << 51, small, 0);
  reserved("reserved: bits 52 to 58 are ignored", &pt[1], pt[1] | 0x7FUL << 52, small, -1UL);
  reserved("reserved: bits 9 to 11 are ignored", &pt[1], pt[1] | 0xE00, small, -1UL);
  write_msr(EFER, read_msr(EFER) & ~EFER_NXE);
  reserved("reserved: NX where EFER.NXE is clear", &pt[1], pt[1] | NX, small, 9);
  pt[1] = (u64)target | RW;
  flush_tlb();
  go(FETCH, 0, 0, small);
  check(state.vector == PF && state.error == 0, "no I/D in the error code where neither NXE nor SMEP is set");
  write_msr(EFER, read_msr(EFER) | EFER_NXE);
}

static u64 first_byte(u64 address) { return *(volatile u8 *)address; }

/* What a changed entry means before it is flushed, and after. */
static void check_tlb(void) {
  u64 address = address_of(SIZE_4K, (u64)target);
  target[0][0] = 1;
  target[1][0] = 2;
  pt[1] = (u64)target[0] | P | RW;
  invlpg(address);
  first_byte(address);
  pt[1] = (u64)target[1] | P | RW;
  invlpg(address);
  check_equal("TLB: INVLPG takes the new entry", first_byte(address), 2);
  pt[1] = (u64)target[0] | P | RW;
  write_cr3(read_cr3());
  check_equal("TLB: MOV to CR3 takes the new entry", first_byte(address), 1);
  pt[1] = (u64)target[0] | P | RW | G;
  flush_tlb();
  first_byte(address);
  pt[1] = (u64)target[1] | P | RW | G;
  write_cr3(read_cr3());
  check_equal("TLB: a global page outlives MOV to CR3", first_byte(address), 1);
  invlpg(address);
  check_equal("TLB: INVLPG flushes a global page", first_byte(address), 2);
  pt[1] = (u64)target[0] | P | RW | G;
  flush_tlb();
  check_equal("TLB: a change of CR4.PGE flushes global pages", first_byte(address), 1);
  pt[1] = 0;
  invlpg(address);
  go(READ, 0, 0, address);
  check(state.vector == PF, "TLB: an absent page faults");
  pt[1] = (u64)target[1] | P | RW;
  check_equal("TLB: an absent page is not remembered", first_byte(address), 2);
  pt[1] = (u64)target[0] | P;
  invlpg(address);
  first_byte(address);
  pt[1] = (u64)target[0] | P | RW;
  go(WRITE, 0, 0, address);
  int stale = state.vector == PF;
  go(WRITE, 0, 0, address);
  check(stale ? state.vector == BP : 1, "TLB: a fault of a stale entry drops it");
  pd[1] = frame_of(SIZE_2M, (u64)target) | P | RW;
  u64 large = address_of(SIZE_2M, (u64)target);
  target[0][0] = 7;
  first_byte(large);
  first_byte((large & ~(size_bytes[SIZE_2M] - 1)) + 4096);
  pd[1] = 0;
  invlpg((large & ~(size_bytes[SIZE_2M] - 1)) + 8192);
  go(READ, 0, 0, large);
  check(state.vector == PF, "TLB: INVLPG flushes all of a large page");
  pt[1] = 0;
  invlpg(address);
}

SNIPPET(move_quarter, "mov %rdi, %rax; mov (%rdi), %rcx");
SNIPPET(write_word, "movw $1, (%rdi)");
SNIPPET(add_byte, "addb $0, (%rdi)");
SNIPPET(compare_exchange, "cmpxchg %cl, (%rdi)");
SNIPPET(push_there, "pushq %rax");
SNIPPET(store_string, "rep stosb");

static void check_accesses(void) {
  u64 address = address_of(SIZE_4K, (u64)target);
  pt[1] = (u64)target[0] | P | RW | US;
  pt[2] = 0;
  flush_tlb();
  prepare(write_word, 0);
  target[0][4095] = 9;
  state.rdi = address + 4095;
  run();
  check(state.vector == PF && state.error == 2 && trap_cr2 == address + 4096 && target[0][4095] == 9,
        "a write across pages names the second and writes nothing");
  prepare(move_quarter, 3);
  state.rdi = address + 4093;
  run();
  check(state.vector == PF && state.error == 4 && trap_cr2 == address + 4096, "a read across pages names the second");
  pt[1] = (u64)target[0] | P | US;
  pt[2] = (u64)target[1] | P | US;
  flush_tlb();
  prepare(add_byte, 3);
  state.rdi = address;
  run();
  check(state.vector == PF && state.error == 7 && trap_cr2 == address, "read-modify-write is a write");
  target[0][0] = 5;
  prepare(compare_exchange, 3);
  state.rdi = address;
  state.rax = 6;
  run();
  check(state.vector == PF && state.error == 7 && (state.rax & 0xFF) == 6, "CMPXCHG that does not match is a write");
  prepare(push_there, 3);
  state.rsp = address + 64;
  run();
  check(state.vector == PF && state.error == 7 && trap_cr2 == address + 56 && state.rsp == address + 64,
        "PUSH that faults leaves RSP");
  pt[1] = (u64)target[0] | P | US | RW;
  pt[2] = 0;
  flush_tlb();
  prepare(store_string, 3);
  state.rdi = address + 4000;
  state.rcx = 200;
  run();
  check(state.vector == PF && trap_cr2 == address + 4096 && state.rcx == 104 && state.rdi == address + 4096 &&
            state.rip == (u64)store_string,
        "REP STOSB that faults has done what came before");
  target[0][4095] = 0x90;
  pt[1] = (u64)target[0] | P | US;
  flush_tlb();
  prepare((void *)(address + 4095), 3);
  run();
  check(state.vector == PF && state.error == 0x14 && trap_cr2 == address + 4096 && state.rip == address + 4096,
        "a fetch on the next page faults there");
  target[0][4095] = 0x0F;
  prepare((void *)(address + 4095), 3);
  run();
  check(state.vector == PF && state.error == 0x14 && trap_cr2 == address + 4096 && state.rip == address + 4095,
        "the tail of an instruction on the next page faults at its start");
  pt[1] = pt[2] = 0;
  flush_tlb();
}

void check_paging(void) {
  static const char *const accesses[] = {"read", "write", "fetch"};
  u32 leaf7[4], extended[4];
  group("paging");
  cpuid(7, 0, leaf7);
  cpuid(0x80000001, 0, extended);
  has_smep = leaf7[1] >> 7 & 1;
  has_smap = leaf7[1] >> 20 & 1;
  has_1g = extended[3] >> 26 & 1;
  open_upper_levels();
  for (u64 size = SIZE_4K; size <= SIZE_1G; size++) {
    for (u64 access = READ; access <= FETCH; access++) {
      if (size == SIZE_1G && !has_1g) {
        skip("1 GiB pages", "this processor has none");
        break;
      }
      for (u64 cpl = 0; cpl <= 3; cpl += 3) {
        details = 0;
        int ok = matrix(size, access, cpl);
        static char name[64];
        char *at = name;
        for (const char *part = size_names[size]; *part;) {
          *at++ = *part++;
        }
        *at++ = ',';
        *at++ = ' ';
        for (const char *part = accesses[access]; *part;) {
          *at++ = *part++;
        }
        for (const char *part = cpl ? " at CPL 3" : " at CPL 0"; *part;) {
          *at++ = *part++;
        }
        *at = 0;
        check(ok, name);
      }
    }
  }
  details = 0;
  check(upper_levels(), "rights withheld at upper levels");
  check_reserved();
  check_tlb();
  check_accesses();
  pml4[WINDOW >> 39] = 0;
  flush_tlb();
}
