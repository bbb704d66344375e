package org.paravane.core.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.memory.GuestRam;

/**
 * Blocks of one machine, translated to code for the host that leads from one to the next without coming back.
 *
 * <p>A translation does what the interpreter does with its block at whatever linear address it lies. It is left with all blocks
 * retired that it executed, or in the midst of one, for the interpreter to go on with an instruction: whatever is not translated,
 * misses the TLB or faults. So exceptions, devices and changes of code are the interpreter's alone.
 */
public final class HostCode {
  /** What {@link #enter} gives between two blocks. */
  public static final int BETWEEN_BLOCKS = -1;

  /** Bits of a position that count the instructions of a block. */
  private static final int POSITION_BITS = 8;

  private static final int LINK = 1 << 31;

  /** Room for blocks where there is enough of it. */
  public static final long CODE_BYTES = 60L << 20;

  /** Blocks by linear address, for supervisor and user: an address and where to enter. */
  static final int TABLE_ENTRIES = 4096;

  private static final int TABLE_ENTRY_BYTES = 1 << BlockCode.TABLE_ENTRY_SHIFT;
  private static final int TABLE_BYTES = TABLE_ENTRIES * TABLE_ENTRY_BYTES;

  private static final int MAX_BLOCKS = 1 << 17;
  private static final long DESCRIPTORS = 2 * TABLE_BYTES;
  private static final int DESCRIPTOR_BYTES = 16;
  private static final long CODE = DESCRIPTORS + (long) MAX_BLOCKS * DESCRIPTOR_BYTES;
  private static final int ALIGNMENT = 16;

  /** No block needs more. */
  private static final int MAX_BLOCK_BYTES = 32 << 10;

  private static final int MXCSR_MASKS = 0x1f80;
  private static final int HOST_MXCSR = 0x1f80;

  /** Address that no block has: it is not canonical. */
  private static final long NOWHERE = 1L << 62;

  private static final int[] SAVED = {Assembler.RBX, Assembler.RBP, 12, 13, 14, 15};

  private final MemorySegment memory;
  private final long address;
  private final long[] state = new long[HostState.SLOTS];
  private final MemorySegment stateSegment = MemorySegment.ofArray(state);

  private final Assembler code = new Assembler();
  private final CodeLayout layout = new CodeLayout();
  private final BlockCode block = new BlockCode(code, layout);
  private final BlockTranslator translator = new BlockTranslator(block);

  /** What the table of blocks by linear address has. */
  private final Translation[] table = new Translation[2 * TABLE_ENTRIES];

  private final MemorySegment entry;
  private final long start;
  private long end;
  private int blocks;

  /** Places of the jumps that lead from block to block, by number: offset of the byte behind them. */
  private long[] linkPlaces = new long[1024];

  /** Where they lead until they are linked: offsets. */
  private long[] linkStubs = new long[linkPlaces.length];

  private int links;

  /** Arrays of the processors that translated code is given, as it takes them. */
  private final Map<long[], MemorySegment> segments = new IdentityHashMap<>();

  private HostCode(MemorySegment memory, GuestRam ram) {
    this.memory = memory;
    address = memory.address();
    state[HostState.RAM] = ram.segment().address();
    state[HostState.HOST_MXCSR] = HOST_MXCSR;
    end = CODE;
    writeCommonParts();
    entry = memory.asSlice(CODE);
    start = end;
    clear();
  }

  /**
   * For a machine with that RAM; null if this host can't.
   *
   * @param codeBytes room for blocks, at least 64 KiB
   */
  public static HostCode create(GuestRam ram, long codeBytes) {
    if (!CodeMemory.supported()) {
      return null;
    }
    MemorySegment memory = CodeMemory.allocate(CODE + codeBytes);
    return memory == null ? null : new HostCode(memory, ram);
  }

  /** Tells whether blocks of a mode can be translated. */
  public static boolean suits(int mode) {
    return (mode & ~CpuMode.USER) == (CpuMode.CODE64 | CpuMode.STACK32 | CpuMode.FLAT);
  }

  /** Forgets all translations; none of them may be used again. */
  public void clear() {
    end = start;
    blocks = 0;
    links = 0;
    Arrays.fill(table, null);
    for (long i = 0; i < 2 * TABLE_BYTES; i += TABLE_ENTRY_BYTES) {
      memory.set(ValueLayout.JAVA_LONG, i, NOWHERE);
    }
  }

  /** Tells whether there is no more room for another block. */
  public boolean isFull() {
    return blocks == MAX_BLOCKS || end + MAX_BLOCK_BYTES > memory.byteSize();
  }

  /** How many links between blocks there are: the number of the next one. */
  public int links() {
    return links;
  }

  // What leads into translated code and out of it

  private void writeCommonParts() {
    code.clear();
    for (int register : SAVED) {
      code.push(register);
    }
    code.addressOf(HostState.STATE, Assembler.RDI, HostState.BIAS);
    code.move(64, HostState.TLB, Assembler.RSI);
    code.store(Assembler.RDX, HostState.STATE, HostState.at(HostState.XMM));
    code.load(HostState.GUEST_RAM, HostState.STATE, HostState.at(HostState.RAM));
    mxcsr(2, HostState.MXCSR);
    code.move(64, Assembler.RAX, Assembler.RCX);
    for (int guest = 0; guest < 16; guest++) {
      if (HostState.host(guest) >= 0) {
        code.load(HostState.host(guest), HostState.STATE, HostState.at(guest));
      }
    }
    code.registers(64, 0xff, 4, Assembler.RAX);
    int exitBetween = code.size();
    code.immediate(Assembler.RAX, BETWEEN_BLOCKS);
    int exit = code.size();
    for (int guest = 0; guest < 16; guest++) {
      if (HostState.host(guest) >= 0) {
        code.store(HostState.host(guest), HostState.STATE, HostState.at(guest));
      }
    }
    mxcsr(3, HostState.MXCSR);
    mxcsr(2, HostState.HOST_MXCSR);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.byteAt(0xc3);
    long origin = address + end;
    layout.parts(origin + exit, origin + exitBetween);
    place();
  }

  /** LDMXCSR (2) or STMXCSR (3). */
  private void mxcsr(int operation, int slot) {
    code.memory(32, 0x0fae, operation, HostState.STATE, HostState.at(slot));
  }

  /** Puts what was written behind the code so far, and gives its address. */
  private long place() {
    long at = end;
    MemorySegment.copy(code.bytes(), 0, memory, ValueLayout.JAVA_BYTE, at, code.size());
    end = at + code.size() + ALIGNMENT - 1 & -ALIGNMENT;
    return address + at;
  }

  // Translating

  /**
   * Translates a block; there has to be room for it.
   *
   * @param bytes its bytes
   * @param length how many
   * @param mode one that {@link #suits}
   * @param slotOf for each instruction, the number of what the interpreter has for it
   * @return null if nothing of it can be translated
   */
  public Translation translate(byte[] bytes, int length, int mode, int[] slotOf) {
    long descriptor = DESCRIPTORS + (long) blocks * DESCRIPTOR_BYTES;
    code.clear();
    layout.origin(address + end);
    long at = layout.to(address + descriptor);
    block.load(Assembler.RAX, Cpu.RIP);
    code.relative(64, 0x3b, Assembler.RAX, at, 0);
    code.jumpIfTo(BlockCode.NOT_EQUAL, layout.exitBetween());
    code.relative(64, 0x8b, Assembler.RAX, at + 8, 0);
    code.memory(64, 0x3b, Assembler.RAX, HostState.STATE, HostState.at(HostState.LOCAL_EPOCH));
    int current = code.jumpIf(BlockCode.EQUAL);
    code.memory(64, 0x3b, Assembler.RAX, HostState.STATE, HostState.at(HostState.GLOBAL_EPOCH));
    code.jumpIfTo(BlockCode.NOT_EQUAL, layout.exitBetween());
    code.bind(current);
    int entryOffset = code.size();
    if (!translator.translate(bytes, length, mode)) {
      return null;
    }
    BlockCode.Link[] places = block.end(blocks, slotOf, links);
    for (int i = 0; i < places.length; i++) {
      if (links == linkPlaces.length) {
        linkPlaces = Arrays.copyOf(linkPlaces, 2 * links);
        linkStubs = Arrays.copyOf(linkStubs, 2 * links);
      }
      linkPlaces[links] = end + places[i].jump();
      linkStubs[links++] = end + places[i].stub();
    }
    long placed = place();
    blocks++;
    return new Translation(this, placed + entryOffset, placed, descriptor);
  }

  /** Has a link lead to a block straight away: for a block in the same page, which is verified whenever the first is. */
  public void linkUnchecked(int link, Translation to) {
    patch(linkPlaces[link], to.entry());
    to.linked(link);
  }

  /** Has a link lead to a block, which is verified then. */
  public void link(int link, Translation to) {
    patch(linkPlaces[link], to.checkedEntry());
    to.linked(link);
  }

  private void patch(long place, long target) {
    memory.set(
        ValueLayout.JAVA_INT_UNALIGNED, place - 4, Math.toIntExact(target - (address + place)));
  }

  /** Has whatever leads to a translation leave translated code. */
  void drop(Translation translation) {
    for (int link : translation.incoming()) {
      patch(linkPlaces[link], address + linkStubs[link]);
    }
    layout.origin(0);
    for (long place : new long[] {translation.entry(), translation.checkedEntry()}) {
      memory.set(ValueLayout.JAVA_BYTE, place - address, (byte) 0xe9);
      patch(place - address + 5, layout.exitBetween());
    }
  }

  // Executing

  /** Says where a block was verified to be: see {@link org.paravane.core.cpu.LinearMemory#localEpoch}. */
  public void verified(Translation translation, long linear, long epoch, boolean user) {
    boolean changed = translation.verified(linear, epoch);
    if (changed) {
      memory.set(ValueLayout.JAVA_LONG, translation.descriptor(), linear);
      memory.set(ValueLayout.JAVA_LONG, translation.descriptor() + 8, epoch);
    }
    int index = (user ? TABLE_ENTRIES : 0) | (int) (linear ^ linear >>> 12) & TABLE_ENTRIES - 1;
    if (changed || table[index] != translation) {
      table[index] = translation;
      long entryOffset = (long) index * TABLE_ENTRY_BYTES;
      memory.set(ValueLayout.JAVA_LONG, entryOffset, linear);
      memory.set(ValueLayout.JAVA_LONG, entryOffset + 8, translation.checkedEntry());
    }
  }

  /**
   * Executes blocks from one on that is verified, until the deadline or something is the interpreter's.
   *
   * @return {@link #BETWEEN_BLOCKS}, or what {@link #isLink} and the like take apart
   */
  public int enter(Cpu cpu, Translation translation) {
    long[] state = this.state;
    System.arraycopy(cpu.gpr, 0, state, 0, Cpu.RIP + 1);
    long budget = cpu.deadline <= cpu.instructions ? 0 : cpu.deadline - cpu.instructions;
    state[HostState.BUDGET] = budget;
    int flags = cpu.statusFlags();
    state[HostState.FLAGS] = (flags & 0xffL) << 8 | flags >> 11 & 1;
    System.arraycopy(cpu.segmentBase, 0, state, HostState.SEGMENT_BASE, 6);
    state[HostState.LOCAL_EPOCH] = cpu.memory.localEpoch();
    state[HostState.GLOBAL_EPOCH] = cpu.memory.globalEpoch();
    state[HostState.TABLE] = address + ((cpu.mode & CpuMode.USER) != 0 ? TABLE_BYTES : 0);
    state[HostState.SYSTEM_FLAGS] = cpu.systemFlags;
    state[HostState.CPL] = cpu.cpl;
    int mxcsr = cpu.fpu.sse.mxcsr();
    boolean sse = (mxcsr & MXCSR_MASKS) == MXCSR_MASKS && cpu.control.sseAvailable();
    state[HostState.SSE_USABLE] = sse ? 1 : 0;
    state[HostState.MXCSR] = sse ? mxcsr : HOST_MXCSR;
    int exit =
        (int)
            CodeMemory.call(
                entry,
                stateSegment,
                segment(cpu.memory.tlb()),
                segment(cpu.fpu.xmm),
                translation.entry());
    System.arraycopy(state, 0, cpu.gpr, 0, Cpu.RIP + 1);
    cpu.instructions += budget - state[HostState.BUDGET];
    cpu.systemFlags = (int) state[HostState.SYSTEM_FLAGS];
    flags = (int) state[HostState.FLAGS];
    cpu.statusFlags(flags >> 8 & 0xff | (flags & 1) << 11);
    if (sse && (int) state[HostState.MXCSR] != mxcsr) {
      cpu.fpu.sse.mxcsr((int) state[HostState.MXCSR]);
    }
    return exit;
  }

  private MemorySegment segment(long[] array) {
    return segments.computeIfAbsent(array, MemorySegment::ofArray);
  }

  static int position(int block, int instruction) {
    return block << POSITION_BITS | instruction;
  }

  static int link(int number) {
    return LINK | number;
  }

  /** Tells whether translated code was left between two blocks, the second of which it may lead to: {@link #link}. */
  public static boolean isLink(int exit) {
    return exit < BETWEEN_BLOCKS;
  }

  /** The number of the link. */
  public static int linkOf(int exit) {
    return exit & ~LINK;
  }

  /** The number of the block in the midst of which translated code was left. */
  public static int blockOf(int exit) {
    return exit >> POSITION_BITS;
  }

  /** The number of what the interpreter has to go on with in the block. */
  public static int instructionOf(int exit) {
    return exit & (1 << POSITION_BITS) - 1;
  }
}
