package org.paravane.core.execution;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.host.Translation;
import org.paravane.core.instructions.integer.FrequentInstructions;

/**
 * A run of decoded instructions that is entered at its start only. It belongs to the RAM that it was decoded from and to
 * an execution mode, not to a linear address: {@link #linear} and {@link #epoch} note where it was last verified to be
 * what the page tables map.
 */
final class Block implements LinearMemory.CodeRange {
  /** An epoch that is never current. */
  static final long NEVER = -1;

  /** A block that was executed more often does not note more successors. */
  private static final int SUCCESSORS_NOTED_UNTIL = 4096;

  private static final int MAX_EARLIER_SUCCESSORS = 30;

  /** Stands for "no block": it is current nowhere. */
  static final Block NONE = new Block(new Instruction[0], new int[0], 0, 0, 0, false, 0, -1, -1);

  /** The instructions in order. */
  final Instruction[] code;

  /** What {@link FrequentInstructions} knows them by. */
  final byte[] numbers;

  /** Offset of each instruction from the start of the block. */
  final int[] starts;

  /** Guest instructions in the block; one more than {@link #code} has if the last two are fused. */
  final int instructionCount;

  /** Bytes from the first instruction's start to the last one's end. */
  final int length;

  /** What to add to RIP at the end; 0 if the last instruction sets RIP. */
  final int fallThrough;

  /** The mode that it was decoded for: see {@link org.paravane.core.cpu.CpuMode}. */
  final int mode;

  /** Where its first byte lies in RAM; -1 if not in RAM, and then it is not cached. */
  final long ramOffset;

  /** Where the second page's part of its only instruction lies in RAM, or -1 if it lies in one page. */
  final long secondRamOffset;

  /** Behind its last instruction, mode and mapping are what they were before it. */
  final boolean near;

  /** How often the interpreter executed it. */
  int executions;

  /** The count of {@link #executions} at which the interpreter takes a closer look. */
  int hotAt = Integer.MAX_VALUE;

  /** The region that it is the entry of, or null. */
  Region region;

  /** The next {@link #region}, from the thread that compiled it. */
  private volatile Region offered;

  /** Entries of the regions that it is part of, or null if it is part of none. */
  private List<Block> regionEntries;

  /** Its code on the host, or null. */
  Translation translation;

  /** Linear address at which it was last verified. */
  long linear = NEVER;

  /** {@link LinearMemory#localEpoch()} or {@link LinearMemory#globalEpoch()} at that time. */
  long epoch = NEVER;

  /** Its bytes changed; it may still stand in the table of the other page that it touches. */
  boolean dropped;

  /** Blocks that were entered from this one. */
  Block successor;

  Block otherSuccessor;

  /** More of them, of a block that ends by an indirect branch: those that lost their place in the fields above. */
  private List<Block> earlierSuccessors = List.of();

  Block(
      Instruction[] code,
      int[] starts,
      int instructionCount,
      int length,
      int fallThrough,
      boolean near,
      int mode,
      long ramOffset,
      long secondRamOffset) {
    this.code = code;
    numbers = FrequentInstructions.numbers(code);
    this.starts = starts;
    this.instructionCount = instructionCount;
    this.length = length;
    this.fallThrough = fallThrough;
    this.near = near;
    this.mode = mode;
    this.ramOffset = ramOffset;
    this.secondRamOffset = secondRamOffset;
    // NONE is its own successor: the constant is not there yet while it is made.
    successor = NONE == null ? this : NONE;
    otherSuccessor = successor;
  }

  /** Notes a block that was entered from this one, from the page tables or a table of blocks. */
  void entered(Block next) {
    if (otherSuccessor != NONE && executions < SUCCESSORS_NOTED_UNTIL) {
      noteEarlier(otherSuccessor);
    }
    otherSuccessor = successor;
    successor = next;
  }

  private void noteEarlier(Block block) {
    if (earlierSuccessors.size() < MAX_EARLIER_SUCCESSORS && !earlierSuccessors.contains(block)) {
      List<Block> more = new ArrayList<>(earlierSuccessors);
      more.add(block);
      earlierSuccessors = more;
    }
  }

  /** The blocks that were entered from this one, as far as they are remembered. */
  List<Block> successors() {
    Set<Block> all = new LinkedHashSet<>(earlierSuccessors);
    all.add(successor);
    all.add(otherSuccessor);
    all.remove(NONE);
    return List.copyOf(all);
  }

  /** Tells whether the page tables are known to map it at that linear address. */
  boolean current(LinearMemory memory, long address) {
    return linear == address && (epoch == memory.globalEpoch() || epoch == memory.localEpoch());
  }

  /** Names the entry of a region that it is part of. */
  void addRegionEntry(Block entry) {
    if (regionEntries == null) {
      regionEntries = new ArrayList<>();
    }
    regionEntries.add(entry);
  }

  /** Leaves a region that begins with it for the interpreter to take; may be called on any thread. */
  void offer(Region made) {
    offered = made;
    hotAt = 0;
  }

  /** Takes the region that was left for it, unless code of it has changed since; false if there is none. */
  boolean takeOffered() {
    Region made = offered;
    offered = null;
    if (made == null || made.stale()) {
      return false;
    }
    region = made;
    return true;
  }

  /** Its bytes change: it and the regions that it is part of are not used any more. */
  void drop() {
    dropped = true;
    epoch = NEVER;
    if (translation != null) {
      translation.drop();
      translation = null;
    }
    if (regionEntries != null) {
      for (Block entry : regionEntries) {
        if (entry.region != null) {
          entry.region.dropped = true;
          entry.region = null;
        }
        entry.hotAt = 2 * entry.executions;
      }
    }
  }

  /** Bytes in the first page. */
  int firstPageBytes() {
    return secondRamOffset < 0 ? length : (int) (0x1000 - (ramOffset & 0xfff));
  }

  /** Tells whether it covers any of these bytes of RAM. */
  boolean covers(long offset, int bytes) {
    int inFirst = firstPageBytes();
    return offset < ramOffset + inFirst && ramOffset < offset + bytes
        || secondRamOffset >= 0
            && offset < secondRamOffset + length - inFirst
            && secondRamOffset < offset + bytes;
  }

  @Override
  public boolean overlaps(long offset, int bytes) {
    return instructionCount > 1 && covers(offset, bytes);
  }

  @Override
  public boolean continues() {
    return instructionCount > 1;
  }

  @Override
  public int lastOffset() {
    return code.length == 0 ? 0 : starts[code.length - 1];
  }

  @Override
  public int lastIndex() {
    return Math.max(instructionCount - 1, 0);
  }
}
