package org.paravane.cli.options;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an amount of memory such as {@code 512M}; a bare number counts MiB, as QEMU's {@code -m} does. */
final class MemorySize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})([KMGT]?)(?:I?B)?");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not an amount of memory such as 512M or 2G");
    }
    int shift =
        switch (matcher.group(2)) {
          case "K" -> 10;
          case "G" -> 30;
          case "T" -> 40;
          default -> 20;
        };
    long amount = Long.parseLong(matcher.group(1));
    if (amount > Long.MAX_VALUE >> shift) {
      throw new TypeConversionException("'" + text + "' is more memory than there is");
    }
    return amount << shift;
  }
}
