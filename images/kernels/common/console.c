/* Printing: to the serial port, a 16550 at 0x3F8, 115200 8N1, polled, unless a platform has a console of its own. */
#include <stdarg.h>

#include "kernel.h"

#define COM1 0x3F8

void console_init(void) {
  out8(COM1 + 1, 0);    /* no interrupts */
  out8(COM1 + 3, 0x80); /* divisor latch */
  out8(COM1 + 0, 1);
  out8(COM1 + 1, 0);
  out8(COM1 + 3, 0x03); /* 8N1 */
  out8(COM1 + 2, 0x07); /* FIFO on, emptied */
}

static void put_serial(char c) {
  while (!(in8(COM1 + 5) & 0x20)) {
  }
  out8(COM1, c);
}

void (*console_put)(char c) = put_serial;
void (*stop_after_failure)(void) = halt;
const char *platform_name = "bare";

static void put_string(const char *text) {
  while (*text) {
    console_put(*text++);
  }
}

static void put_number(u64 value, u64 base) {
  char digits[20];
  int count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  while (count) {
    console_put(digits[--count]);
  }
}

static void print_list(const char *format, va_list list) {
  put_string("PARAVANE: ");
  for (; *format; format++) {
    if (*format != '%') {
      console_put(*format);
      continue;
    }
    switch (*++format) {
      case 's':
        put_string(va_arg(list, const char *));
        break;
      case 'd':
        put_number(va_arg(list, u64), 10);
        break;
      case 'x':
        put_string("0x");
        put_number(va_arg(list, u64), 16);
        break;
    }
  }
  put_string("\r\n");
}

void print(const char *format, ...) {
  va_list list;
  va_start(list, format);
  print_list(format, list);
  va_end(list);
}

void fail(const char *format, ...) {
  va_list list;
  va_start(list, format);
  print_list(format, list);
  va_end(list);
  print("%s BOOT FAILED", platform_name);
  for (;;) {
    stop_after_failure();
  }
}
