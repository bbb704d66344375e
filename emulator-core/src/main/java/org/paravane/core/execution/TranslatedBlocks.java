package org.paravane.core.execution;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoder;
import org.paravane.core.host.HostCode;
import org.paravane.core.host.Translation;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The blocks of one machine that were executed often and are translated to code for the host. Which blocks are, and when,
 * changes nothing that a guest could see.
 */
final class TranslatedBlocks {
  /** After so many executions a block is translated. */
  private static final int HOT = 8;

  private final PhysicalMemory memory;
  private final byte[] bytes = new byte[0x1000 + Decoder.MAX_LENGTH];
  private final int[] slots = new int[BlockBuilder.MAX_INSTRUCTIONS];

  /** Blocks by the number of their translation. */
  private final List<Block> blocks = new ArrayList<>();

  /** The block at the end of which a link is, by its number. */
  private final List<Block> linkedFrom = new ArrayList<>();

  private int hot = HOT;
  private long codeBytes = HostCode.CODE_BYTES;
  private boolean enabled = true;
  private HostCode host;

  /** All was forgotten since the last execution: what was asked for then is no more. */
  private boolean cleared;

  TranslatedBlocks(PhysicalMemory memory) {
    this.memory = memory;
  }

  /** Says after how many executions a block is translated; 0 for never. */
  void translate(int newHot) {
    enabled = newHot > 0;
    hot = newHot;
  }

  /** Says how much room there is for translations: see {@link HostCode#create}. */
  void room(long newCodeBytes) {
    codeBytes = newCodeBytes;
  }

  /** Tells whether a block is to be translated when it is executed often: {@link #hot()}. */
  boolean wants(Block block) {
    return enabled
        && HostCode.suits(block.mode)
        && block.ramOffset >= 0
        && block.secondRamOffset < 0;
  }

  /** After so many executions a block is to be shown to {@link #isReady}. */
  int hot() {
    return hot;
  }

  /** How many blocks are translated. */
  int count() {
    return blocks.size();
  }

  /** Tells whether a block is translated; translates it if it isn't. */
  boolean isReady(Block block) {
    return block.translation != null || translate(block);
  }

  private boolean translate(Block block) {
    if (host == null) {
      host = HostCode.create(memory.ram(), codeBytes);
      enabled = host != null;
    }
    if (!enabled || block.dropped) {
      block.hotAt = Integer.MAX_VALUE;
      return false;
    }
    if (host.isFull()) {
      clear();
    }
    MemorySegment.copy(
        memory.ram().segment(), ValueLayout.JAVA_BYTE, block.ramOffset, bytes, 0, block.length);
    for (int i = 0; i < slots.length; i++) {
      // The last two may be one for the interpreter.
      slots[i] = Math.min(i, block.code.length - 1);
    }
    block.translation = host.translate(bytes, block.length, block.mode, slots);
    if (block.translation == null) {
      block.hotAt = Integer.MAX_VALUE;
      return false;
    }
    blocks.add(block);
    while (linkedFrom.size() < host.links()) {
      linkedFrom.add(block);
    }
    return true;
  }

  /** Forgets all translations. */
  void clear() {
    blocks.forEach(block -> block.translation = null);
    blocks.clear();
    linkedFrom.clear();
    cleared = true;
    if (host != null) {
      host.clear();
    }
  }

  /**
   * Executes a block that {@link #isReady} and is current, and what follows.
   *
   * @param link what this gave when it asked for the block, or {@link HostCode#BETWEEN_BLOCKS}: next time it will not ask
   */
  int execute(Cpu cpu, Block block, int link) {
    Translation translation = block.translation;
    if (HostCode.isLink(link) && !cleared) {
      link(HostCode.linkOf(link), block);
    }
    cleared = false;
    host.verified(translation, block.linear, block.epoch, (block.mode & CpuMode.USER) != 0);
    return host.enter(cpu, translation);
  }

  private void link(int link, Block to) {
    Block from = linkedFrom.get(link);
    boolean samePage =
        (from.ramOffset ^ to.ramOffset) >>> 12 == 0 && (from.linear ^ to.linear) >>> 12 == 0;
    if (samePage) {
      host.linkUnchecked(link, to.translation);
    } else {
      host.link(link, to.translation);
    }
  }

  /** The block at the end of which translated code asked for another. */
  Block from(int exit) {
    return linkedFrom.get(HostCode.linkOf(exit));
  }

  /** The block in the midst of which translated code was left. */
  Block in(int exit) {
    return blocks.get(HostCode.blockOf(exit));
  }
}
