/* The groups of checks. */
#pragma once

#include "run.h"

void check_paging(void);
void check_segments(void);
void check_exceptions(void);
void check_control(void);
void check_transfers(void);
void check_legacy(void);
void check_virtual8086(void);
void check_paging32(void);
void check_legacy_segments(void);
void check_instructions(void);
void check_gates16(void);
void check_real(void);
void check_inner_stacks(void);
void check_debug(void);
void check_msrs(void);
void check_code_changes(void);
void check_interrupts(void);
void check_timers(void);
