package org.paravane.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A debug-exit value and the exit code it shall give.
 *
 * @param value what the guest writes
 * @param code what the process exits with
 */
record ExitCodePair(int value, int code) {
  /** Reads {@code VALUE=CODE}, decimal or 0x hexadecimal. */
  static final class Converter implements ITypeConverter<ExitCodePair> {
    @Override
    public ExitCodePair convert(String text) {
      int equals = text.indexOf('=');
      try {
        return new ExitCodePair(
            Integer.decode(text.substring(0, Math.max(equals, 0))),
            Integer.decode(text.substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is not VALUE=CODE, such as 16=0");
      }
    }
  }
}
