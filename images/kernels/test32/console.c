/* Lines on the platform's console. */
#include <stdarg.h>

#include "test32.h"

static void put_string(const char *text) {
  while (*text) {
    ops.put(*text++);
  }
}

static void put_number(u64 value, u32 base) {
  u32 low = value, high = value >> 32;
  char digits[20];
  int count = 0;
  do {
    u32 rest = high % base;
    high /= base;
    __asm__("divl %2" : "+a"(low), "+d"(rest) : "r"(base));
    digits[count++] = "0123456789abcdef"[rest];
  } while (low | high);
  while (count) {
    ops.put(digits[--count]);
  }
}

static void print_list(const char *format, va_list list) {
  put_string("PARAVANE: ");
  for (; *format; format++) {
    if (*format != '%') {
      ops.put(*format);
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
  print("%s BOOT FAILED", ops.name);
  for (;;) {
    ops.stop();
  }
}
