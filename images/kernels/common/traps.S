/* Exception and interrupt entries, system calls, and the way to user mode and back. */
#include "selectors.h"
#include "traps.h"

        .include "traps.inc"

        .text
        .balign 16
        .globl  trap_entries
trap_entries:                                   /* one every 16 bytes */
        .set    vector, 0
        .rept   VECTORS
        .balign 16
        trap_entry vector, trap_common
        .set    vector, vector + 1
        .endr

trap_common:
        call_trap
        iretq

        .globl  run_user
run_user:
        push_kept
        subq    $8, %rsp                        /* the stack of a call is aligned to 16 bytes */
        movq    %rsp, %gs:8
        movq    %rdi, %rcx
        movq    %rsi, %rdi
        movl    $2, %r11d                       /* RFLAGS: interrupts off */
        swapgs
        sysretq

        .globl  syscall_entry
syscall_entry:
        swapgs
        movq    %rsp, %gs:0
        movq    %gs:8, %rsp
        cmpl    $CALL_END, %eax
        je      1f
        call_system_call
        movq    %gs:0, %rsp
        swapgs
        sysretq
1:      movq    %rsi, %rax
        addq    $8, %rsp
        pop_kept
        ret

        .section .note.GNU-stack, "", @progbits
