/* Where trap16.S and real.c exchange registers, in RAM below 64 KiB that nothing else uses by then. */
#pragma once

#define REAL_STUB 0x8000
#define REAL_IN 0x7800
#define REAL_OUT 0x7880

/* Offsets of the registers. */
#define R16_EAX 0
#define R16_ECX 4
#define R16_EDX 8
#define R16_EBX 12
#define R16_EBP 16
#define R16_ESI 20
#define R16_EDI 24
#define R16_ESP 28
#define R16_IP 32
#define R16_CS 34
#define R16_FLAGS 36
#define R16_DS 38
#define R16_ES 40
#define R16_SS 42
#define R16_VECTOR 44
#define R16_FLAGS_IN 46 /* in the handler */
