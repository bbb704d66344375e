/* Into the code under test, and out of it by whatever trap ends it. */
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
        pushq   %rbx
        pushq   %rbp
        pushq   %rsi
        pushq   %rdi
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, %rdi                      /* struct state */
        movq    %rsp, %rbx
        andq    $-16, %rsp
        cld
        call    trap                            /* returns to go on */
        movq    %rbx, %rsp
restore:
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rdi
        popq    %rsi
        popq    %rbp
        popq    %rbx
        popq    %rdx
        popq    %rcx
        popq    %rax
        addq    $16, %rsp
        .globl  enter_by_iret
enter_by_iret:
        iretq

/* void enter(void): into the code that `state` describes. */
        .globl  enter
enter:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, runner_rsp
        movq    $state, %rsp
        jmp     restore

/* void leave(void): returns from enter(). */
        .globl  leave
leave:
        movq    runner_rsp, %rsp
        movl    $0x18, %eax
        movl    %eax, %ss
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        cld
        ret

        .bss
        .balign 8
runner_rsp: .skip 8

        .section .note.GNU-stack, "", @progbits
