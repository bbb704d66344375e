package org.paravane.cli.options;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.paravane.debug.trace.TraceCategory;
import org.paravane.debug.trace.TraceRange;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what a trace is to tell of. */
final class TraceOf {
  private TraceOf() {}

  /** Reads a category, such as {@code irq}. */
  static final class Category implements ITypeConverter<TraceCategory> {
    @Override
    public TraceCategory convert(String text) {
      return Arrays.stream(TraceCategory.values())
          .filter(category -> category.text().equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "'%s' is none of %s"
                      .formatted(
                          text,
                          Arrays.stream(TraceCategory.values())
                              .map(TraceCategory::text)
                              .collect(Collectors.joining(", ")))));
    }
  }

  /** Reads {@code FROM-TO}, hexadecimal with or without 0x, both included. */
  static final class Addresses implements ITypeConverter<TraceRange> {
    @Override
    public TraceRange convert(String text) {
      int dash = text.indexOf('-');
      try {
        return new TraceRange(
            address(text.substring(0, Math.max(dash, 0))), address(text.substring(dash + 1)));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'" + text + "' is not FROM-TO, such as ffffffff81000000-ffffffff81000fff");
      }
    }

    private static long address(String text) {
      return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
    }
  }

  /** Reads {@code FROM-TO} or {@code FROM-}, counts of instructions, both included. */
  static final class Instructions implements ITypeConverter<TraceRange> {
    private final InstructionCount count = new InstructionCount();

    @Override
    public TraceRange convert(String text) {
      int dash = text.indexOf('-');
      try {
        String to = text.substring(dash + 1);
        return new TraceRange(
            count.convert(text.substring(0, Math.max(dash, 0))),
            to.isEmpty() ? Long.MAX_VALUE : count.convert(to));
      } catch (IllegalArgumentException | TypeConversionException e) {
        throw new TypeConversionException(
            "'" + text + "' is not FROM-TO in instructions, such as 10M-10.5M");
      }
    }
  }
}
