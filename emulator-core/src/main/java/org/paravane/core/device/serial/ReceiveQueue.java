package org.paravane.core.device.serial;

import java.util.Arrays;

/** A growing ring of received characters, each with the line-status bits that came with it in bits 8 to 15. */
final class ReceiveQueue {
  private final int limit;
  private int[] characters = new int[16];
  private int head;
  private int size;

  ReceiveQueue(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size >= limit;
  }

  void addLast(int character) {
    makeRoom();
    characters[head + size++ & characters.length - 1] = character;
  }

  void addFirst(int character) {
    makeRoom();
    head = head - 1 & characters.length - 1;
    characters[head] = character;
    size++;
  }

  /** The oldest character, or 0 when there is none. */
  int first() {
    return size == 0 ? 0 : characters[head];
  }

  int removeFirst() {
    int character = characters[head];
    head = head + 1 & characters.length - 1;
    size--;
    return character;
  }

  int removeLast() {
    return characters[head + --size & characters.length - 1];
  }

  /** Tells whether a character has one of the given bits. */
  boolean anyWith(int bits) {
    for (int i = 0; i < size; i++) {
      if ((characters[head + i & characters.length - 1] & bits) != 0) {
        return true;
      }
    }
    return false;
  }

  private void makeRoom() {
    if (size == characters.length) {
      int[] larger = Arrays.copyOf(characters, 2 * size);
      System.arraycopy(characters, 0, larger, size, head);
      characters = larger;
    }
  }
}
