/* How Xen enters a PV kernel, and how that goes back: an iret of its own, for ring 3 is the kernel's too. Each frame has RCX and
 * R11 on top, behind them it is as the processor makes it. */
#include "traps.h"

        .include "traps.inc"

#define HYPERCALL_IRET 23
#define FLAT_CODE 0xE033
#define FLAT_DATA 0xE02B
#define EVENT_VECTOR 0xF3

        .text
        .balign 16
        .globl  xen_trap_entries
xen_trap_entries:                               /* one every 16 bytes, for exceptions only */
        .set    vector, 0
        .rept   32
        .balign 16
        popq    %rcx
        popq    %r11
        trap_entry vector, xen_trap_common
        .set    vector, vector + 1
        .endr

        .globl  xen_event_entry
xen_event_entry:
        popq    %rcx
        popq    %r11
        trap_entry EVENT_VECTOR, xen_trap_common

/* A segment register could not be loaded: RCX, R11, the four, and then the frame. We load none. */
        .globl  xen_failsafe_entry
xen_failsafe_entry:
        ud2

xen_trap_common:
        call_trap
xen_return:                                     /* RSP is at RIP */
        pushq   $0                              /* flags: RCX and R11 are to be loaded */
        jmp     hypercall_page + 32 * HYPERCALL_IRET

        .globl  xen_run_user
xen_run_user:
        push_kept
        movq    %rsp, kernel_rsp
        pushq   $FLAT_DATA
        pushq   $0                              /* RSP */
        pushq   $2                              /* RFLAGS: events off */
        pushq   $FLAT_CODE
        pushq   %rdi
        movq    %rsi, %rdi
        jmp     xen_return

        .globl  xen_syscall_entry
xen_syscall_entry:
        popq    %rcx
        popq    %r11
        cmpl    $CALL_END, %eax
        je      1f
        subq    $8, %rsp                        /* the stack of a call is aligned to 16 bytes */
        call_system_call
        addq    $8, %rsp
        jmp     xen_return
1:      movq    %rsi, %rax
        movq    kernel_rsp, %rsp
        pop_kept
        ret

        .bss
        .balign 8
kernel_rsp: .skip 8

        .section .note.GNU-stack, "", @progbits
