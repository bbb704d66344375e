package org.paravane.boot.xen;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The page that tells a PV guest what it has.
 *
 * <pre>
 * 000 magic 32   020 nr_pages 8   028 shared_info 8   030 flags 4   038 store_mfn 8   040 store_evtchn 4
 * 048 console mfn 8   050 console evtchn 4   058 pt_base 8   060 nr_pt_frames 8   068 mfn_list 8
 * 070 mod_start 8   078 mod_len 8   080 cmd_line 400   480 first_p2m_pfn 8   488 nr_p2m_frames 8
 * </pre>
 *
 * @abi xen/include/public/xen.h
 */
final class StartInfo {
  static final int COMMAND_LINE_BYTES = 1024;

  private static final int BYTES = 0x490;
  private static final String MAGIC = "xen-3.0-x86_64";
  private static final int MOD_START_PFN = 8;
  private static final int VIRT_P2M_4TOOLS = 0x10;

  private StartInfo() {}

  static byte[] of(
      PvLayout layout, PvSpace space, PvDomain domain, byte[] commandLine, long initrdBytes) {
    ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    boolean initrdByFrame = initrdBytes != 0 && !layout.initrdMapped();
    page.put(0, MAGIC.getBytes(StandardCharsets.US_ASCII));
    page.putLong(0x20, space.pages());
    page.putLong(0x28, domain.sharedInfoAddress());
    page.putInt(0x30, VIRT_P2M_4TOOLS | (initrdByFrame ? MOD_START_PFN : 0));
    page.putLong(0x38, space.machineFrame(layout.storeFrame()));
    page.putInt(0x40, domain.storePort());
    page.putLong(0x48, space.machineFrame(layout.consoleFrame()));
    page.putInt(0x50, domain.consolePort());
    page.putLong(0x58, layout.linear(layout.tableFrame()));
    page.putLong(0x60, layout.tables());
    page.putLong(0x68, layout.p2mAddress());
    if (initrdBytes != 0) {
      page.putLong(
          0x70, initrdByFrame ? layout.initrdFrame() : layout.linear(layout.initrdFrame()));
      page.putLong(0x78, initrdBytes);
    }
    page.put(0x80, commandLine);
    if (layout.p2mApart()) {
      page.putLong(0x480, layout.p2mFrame());
      page.putLong(0x488, layout.p2mFrames() + layout.p2mTables());
    }
    return page.array();
  }
}
