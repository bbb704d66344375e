package org.paravane.boot.image;

import java.util.List;
import org.paravane.boot.elf.ElfNotes;

/**
 * What is known about an image, for people to read.
 *
 * @param format the format in a few words
 * @param facts names and values, in the order to print them
 * @param protocols the boot protocols it offers, preferred first
 * @param notes the ELF notes of the image or of its payload
 */
public record ImageDescription(
    String format, List<Fact> facts, List<BootProtocol> protocols, ElfNotes notes) {
  /**
   * One line of a description.
   *
   * @param name what it is
   * @param value its value as text
   */
  public record Fact(String name, String value) {}

  /** Copies the lists. */
  public ImageDescription {
    facts = List.copyOf(facts);
    protocols = List.copyOf(protocols);
  }
}
