/* Exception and interrupt entries, and the way to user mode and back. */
#include "selectors.h"

        .text
        .set    vector, 0
        .rept   256
        .balign 16
        .if     vector == 0
        .globl  trap_entries
trap_entries:                                   /* one every 16 bytes */
        .endif
        .if     !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
        pushq   $0                              /* where the CPU pushes no error code */
        .endif
        pushq   $vector
        jmp     trap_common
        .set    vector, vector + 1
        .endr

trap_common:
        pushq   %rax
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        movq    72(%rsp), %rdi                  /* vector */
        movq    80(%rsp), %rsi                  /* error code */
        movq    88(%rsp), %rdx                  /* RIP */
        cld
        call    trap                            /* the CPU aligned the stack, and 16 words keep it so */
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rax
        addq    $16, %rsp
        iretq

/* u64 run_user(u64 rip): runs user code until its SYSCALL with EAX = 2, returns its RDI. */
        .globl  run_user
run_user:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, kernel_rsp
        movq    %rdi, %rcx
        movl    $2, %r11d                       /* RFLAGS: interrupts off */
        xorl    %esp, %esp
        sysretq

        .globl  syscall_entry
syscall_entry:
        cmpl    $2, %eax
        je      1f
        incq    syscall_count
        leaq    1(%rdi), %rax                   /* call 1: the next number */
        sysretq
1:      movq    kernel_rsp, %rsp
        movq    %rdi, %rax
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret

/* The user program, copied to its page: counts from 40 to 43 by system calls, then reports that and its CS. */
        .globl  user_program, user_program_end
user_program:
        movl    $40, %edi
1:      movl    $1, %eax
        syscall
        movl    %eax, %edi
        cmpl    $43, %eax
        jne     1b
        movl    %cs, %eax
        shll    $8, %eax
        orl     %eax, %edi
        movl    $2, %eax
        syscall
user_program_end:

        .bss
        .balign 8
kernel_rsp: .skip 8
        .globl  syscall_count
syscall_count: .skip 8

        .section .note.GNU-stack, "", @progbits
