/* The entry, and how the code under test is entered and left. */
        .macro  note type, text:vararg
        .balign 4
        .long   4, 2f - 1f, \type
        .asciz  "Xen"
1:      \text
2:      .balign 4
        .endm

        .section .note.Xen, "a", @note
        note    6, .asciz "paravane"                    /* GUEST_OS */
        note    8, .asciz "generic"                     /* LOADER */
        note    5, .asciz "xen-3.0"                     /* XEN_VERSION */
        note    1, .quad start                          /* ENTRY */
        note    3, .quad 0xFFFFFFFF80000000             /* VIRT_BASE */

        .section .text.start, "ax"
        .globl  start
start:  pushfq
        popq    first_rflags
        movq    %rsp, first_rsp
        movw    %cs, first_cs
        movw    %ss, first_ss
        movq    $stack_top, %rsp
        cld
        movq    %rsi, %rdi
        call    kernel_main

        .text
        .macro  entry vector, has_error
        call    note_registers
        popq    %rcx                            /* below what the CPU would push, Xen pushes these */
        popq    %r11
        .if     !\has_error
        pushq   $0
        .endif
        pushq   $\vector
        jmp     trap_common
        .endm

        .set    vector, 0
        .balign 32
        .globl  trap_entries
trap_entries:                                   /* one every 32 bytes */
        .rept   256
        .balign 32
        entry   vector, (vector == 8 || (vector >= 10 && vector <= 14) || vector == 17)
        .set    vector, vector + 1
        .endr
        .globl  event_entry, syscall_entry, failsafe_entry
event_entry:    entry 0x100, 0
syscall_entry:  entry 0x101, 0
failsafe_entry: entry 0x102, 0

note_registers:
        movq    %rcx, handler_rcx
        movq    %r11, handler_r11
        ret

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
        andq    $-16, %rsp
        cld
        call    trap                            /* does not return */

/* void enter(void): by the iret hypercall into the code that `state` describes. */
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
        pushq   iret_flags
        pushq   %rcx
        pushq   %r11
        pushq   %rax
        movl    $23, %eax
        syscall
        ud2

/* void leave(void): returns from enter(). */
        .globl  leave
leave:
        movq    runner_rsp, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        cld
        ret

        .data
        .globl  handler_rcx, handler_r11
handler_rcx: .quad 0
handler_r11: .quad 0
        .globl  first_rflags, first_rsp, first_cs, first_ss
first_rflags: .quad 0
first_rsp: .quad 0
first_cs: .word 0
first_ss: .word 0

        .bss
        .balign 16
runner_rsp: .skip 8
        .balign 4096
        .skip   16384
stack_top:

        .section .note.GNU-stack, "", @progbits
