/* Exception entries, system calls, and the way to user mode and back. */
#include "selectors.h"

        .text
        .set    vector, 0
        .rept   32
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

        .globl  run_user
run_user:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $8, %rsp                        /* the stack of a call is aligned to 16 bytes */
        movq    %rsp, %gs:8
        movq    %rdi, %rcx
        movq    %rsi, %rdi
        movl    $2, %r11d                       /* RFLAGS: interrupts off */
        swapgs
        sysretq

/* Number in EAX, arguments in RSI and RDX, result in RAX. */
        .globl  syscall_entry
syscall_entry:
        swapgs
        movq    %rsp, %gs:0
        movq    %gs:8, %rsp
        cmpl    $3, %eax
        je      1f
        pushq   %rcx
        pushq   %r11
        pushq   %rdi
        pushq   %rsi
        pushq   %rdx
        pushq   %r8
        movl    %eax, %edi
        call    system_call                     /* (number, RSI, RDX) */
        popq    %r8
        popq    %rdx
        popq    %rsi
        popq    %rdi
        popq    %r11
        popq    %rcx
        movq    %gs:0, %rsp
        swapgs
        sysretq
1:      movq    %rsi, %rax
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret

/* The user program, copied to its page: EDI rounds of calls 0, 1 and 2 in turn, then call 3 with what they gave. */
        .globl  user_program, user_program_end
user_program:
        xorl    %esi, %esi
        xorl    %ebx, %ebx
1:      movl    %ebx, %eax
        movl    %edi, %edx
        syscall
        rolq    $7, %rsi
        xorq    %rax, %rsi
        incl    %ebx
        cmpl    $3, %ebx
        jne     2f
        xorl    %ebx, %ebx
2:      decl    %edi
        jnz     1b
        movl    $3, %eax
        syscall
user_program_end:

        .section .note.GNU-stack, "", @progbits
