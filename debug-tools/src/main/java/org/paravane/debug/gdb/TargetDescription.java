package org.paravane.debug.gdb;

import java.util.List;
import java.util.stream.Collectors;

/** The target description that gdb reads (GDB manual, appendix G): our registers, by features that it knows. */
final class TargetDescription {
  private static final String HEAD =
      """
      <?xml version="1.0"?>
      <!DOCTYPE target SYSTEM "gdb-target.dtd">
      <target version="1.0">
      <architecture>i386:x86-64</architecture>
      """;

  private static final String CORE_TYPES =
      flags(
          "i386_eflags",
          4,
          "CF 0, 1 1, PF 2, AF 4, ZF 6, SF 7, TF 8, IF 9, DF 10, OF 11, NT 14, RF 16, VM 17, AC 18,"
              + " VIF 19, VIP 20, ID 21");

  private static final String SSE_TYPES =
      """
      <vector id="v4f" type="ieee_single" count="4"/>
      <vector id="v2d" type="ieee_double" count="2"/>
      <vector id="v16i8" type="int8" count="16"/>
      <vector id="v8i16" type="int16" count="8"/>
      <vector id="v4i32" type="int32" count="4"/>
      <vector id="v2i64" type="int64" count="2"/>
      <union id="vec128">
      <field name="v4_float" type="v4f"/>
      <field name="v2_double" type="v2d"/>
      <field name="v16_int8" type="v16i8"/>
      <field name="v8_int16" type="v8i16"/>
      <field name="v4_int32" type="v4i32"/>
      <field name="v2_int64" type="v2i64"/>
      <field name="uint128" type="uint128"/>
      </union>
      """
          + flags(
              "i386_mxcsr",
              4,
              "IE 0, DE 1, ZE 2, OE 3, UE 4, PE 5, DAZ 6, IM 7, DM 8, ZM 9, OM 10, UM 11, PM 12, FZ 15");

  private static final String SYSTEM_TYPES =
      flags("x64_cr0", 8, "PE 0, MP 1, EM 2, TS 3, ET 4, NE 5, WP 16, AM 18, NW 29, CD 30, PG 31")
          + flags(
              "x64_cr4",
              8,
              "VME 0, PVI 1, TSD 2, DE 3, PSE 4, PAE 5, MCE 6, PGE 7, PCE 8, OSFXSR 9, OSXMMEXCPT 10,"
                  + " UMIP 11, FSGSBASE 16, SMEP 20, SMAP 21")
          + flags("x64_efer", 8, "SCE 0, LME 8, LMA 10, NXE 11");

  /** The whole document. */
  static final String XML =
      HEAD
          + feature("org.gnu.gdb.i386.core", "core", CORE_TYPES)
          + feature("org.gnu.gdb.i386.sse", "sse", SSE_TYPES)
          + feature("org.gnu.gdb.i386.segments", "segments", "")
          + feature("org.paravane.system", "system", SYSTEM_TYPES)
          + "</target>\n";

  private TargetDescription() {}

  private static String flags(String id, int sizeBytes, String namesAndBits) {
    String fields =
        List.of(namesAndBits.split(", ")).stream()
            .map(field -> field.split(" "))
            .map(field ->
                "<field name=\"%s\" start=\"%s\" end=\"%s\"/>\n"
                    .formatted(field[0].equals("1") ? "" : field[0], field[1], field[1]))
            .collect(Collectors.joining());
    return "<flags id=\"%s\" size=\"%d\">\n%s</flags>\n".formatted(id, sizeBytes, fields);
  }

  private static String feature(String name, String shortName, String types) {
    String registers =
        RegisterFile.ALL.stream()
            .filter(register -> register.feature().equals(shortName))
            .map(register ->
                "<reg name=\"%s\" bitsize=\"%d\" type=\"%s\"/>\n"
                    .formatted(register.name(), register.bits(), register.type()))
            .collect(Collectors.joining());
    return "<feature name=\"%s\">\n%s%s</feature>\n".formatted(name, types, registers);
  }
}
