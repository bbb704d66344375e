/* Exceptions, interrupts and system calls of a 64-bit kernel; traps.S has the entries, traps.c the tables. */
#pragma once

#define VECTORS 256
#define CALL_END 3 /* the system call that ends run_user; each kernel has others of its own */

#ifndef __ASSEMBLER__
#include "kernel.h"

void install_traps(void);

/* Runs user code at rip with EDI = argument. It calls with the number in EAX, arguments in RSI and RDX, and finds the
 * result in RAX; CALL_END returns what RSI is. */
u64 run_user(u64 rip, u64 argument);

/* Every kernel's own. */
void trap(u64 vector, u64 error, u64 rip);
u64 system_call(u64 number, u64 rsi, u64 rdx);
#endif
