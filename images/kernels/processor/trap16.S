/*
 * Into code under test in real-address mode, and back to IA-32e mode by whatever interrupt or exception ends it. What runs in
 * 16-bit segments is copied to REAL_STUB, which 16 bits reach.
 */
#include "real.h"

#define KERNEL_CODE 0x10
#define KERNEL_DATA 0x18
#define CODE32 0x48
#define KERNEL_DATA16 0x58
#define CODE16 0x60
#define LOW(label) (label - real_stub + REAL_STUB)

/* void enter_real(void): IRET to REAL_IN with its registers. */
        .text
        .code64
        .globl  enter_real
enter_real:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, real_runner
        lidt    real_idt
        pushq   $CODE32
        pushq   $1f
        lretq
        .code32
1:      movl    $KERNEL_DATA, %eax
        movl    %eax, %ss
        movl    %cr0, %eax
        andl    $0x7FFFFFFF, %eax               /* PG */
        movl    %eax, %cr0
        ljmp    $CODE16, $REAL_STUB

/* Copied to REAL_STUB. */
        .globl  real_stub, real_stub_end
        .code16
real_stub:
        movw    $KERNEL_DATA16, %ax             /* limits of 64 KiB */
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %fs
        movw    %ax, %gs
        movw    %ax, %ss
        movl    %cr0, %eax
        andl    $0xFFFFFFFE, %eax               /* PE */
        movl    %eax, %cr0
        ljmp    $0, $LOW(in_real)
in_real:
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %fs
        movw    %ax, %gs
        movw    REAL_IN + R16_ES, %es
        movw    REAL_IN + R16_SS, %ss
        movl    REAL_IN + R16_ESP, %esp
        pushw   REAL_IN + R16_FLAGS
        pushw   REAL_IN + R16_CS
        pushw   REAL_IN + R16_IP
        movl    REAL_IN + R16_EAX, %eax
        movl    REAL_IN + R16_ECX, %ecx
        movl    REAL_IN + R16_EDX, %edx
        movl    REAL_IN + R16_EBX, %ebx
        movl    REAL_IN + R16_EBP, %ebp
        movl    REAL_IN + R16_ESI, %esi
        movl    REAL_IN + R16_EDI, %edi
        movw    REAL_IN + R16_DS, %ds
        iretw

        .set    vector, 0
        .rept   256
        .balign 8
        .if     vector == 0
        .globl  real_entries
real_entries:                                   /* one every 8 bytes */
        .endif
        pushw   $vector
        jmp     real_common
        .set    vector, vector + 1
        .endr

real_common:
        pushw   %ds
        pushw   $0
        popw    %ds
        movl    %eax, REAL_OUT + R16_EAX
        movl    %ecx, REAL_OUT + R16_ECX
        movl    %edx, REAL_OUT + R16_EDX
        movl    %ebx, REAL_OUT + R16_EBX
        movl    %ebp, REAL_OUT + R16_EBP
        movl    %esi, REAL_OUT + R16_ESI
        movl    %edi, REAL_OUT + R16_EDI
        movw    %es, REAL_OUT + R16_ES
        movw    %ss, REAL_OUT + R16_SS
        popw    REAL_OUT + R16_DS
        popw    REAL_OUT + R16_VECTOR
        popw    REAL_OUT + R16_IP
        popw    REAL_OUT + R16_CS
        popw    REAL_OUT + R16_FLAGS
        movl    %esp, REAL_OUT + R16_ESP
        pushfw
        popw    REAL_OUT + R16_FLAGS_IN
        movl    %cr0, %eax
        orl     $1, %eax
        movl    %eax, %cr0
        ljmpl   $CODE32, $from_real
real_stub_end:

        .code32
from_real:
        movl    $KERNEL_DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        movl    real_runner, %esp
        pushl   $2
        popfl
        movl    %cr0, %eax
        orl     $0x80000000, %eax
        movl    %eax, %cr0
        ljmp    $KERNEL_CODE, $1f
        .code64
1:      movq    real_runner, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret

        .bss
        .balign 8
real_runner: .skip 8

        .section .note.GNU-stack, "", @progbits
