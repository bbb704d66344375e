/* Into code under test in legacy protected mode, and back to IA-32e mode by whatever trap ends it. */
#define KERNEL_CODE 0x10
#define KERNEL_DATA 0x18
#define CODE32 0x48
#define TASK_RETURN 0x1F0
#define EFER 0xC0000080

/* Loads CR4, CR3, IA32_EFER and CR0 from a struct machine_mode. */
        .macro  load_mode from
        movl    \from+4, %eax
        movl    %eax, %cr4
        movl    \from+8, %eax
        movl    %eax, %cr3
        movl    $EFER, %ecx
        movl    \from+12, %eax
        xorl    %edx, %edx
        wrmsr
        movl    \from, %eax
        movl    %eax, %cr0
        .endm

/* void enter_legacy(void): IRET to the frame at legacy_frame with the registers of legacy_registers. */
        .text
        .code64
        .globl  enter_legacy
enter_legacy:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, legacy_runner
        lidt    idt32_pointer
        pushq   $CODE32
        pushq   $1f
        lretq
        .code32
1:      movl    $KERNEL_DATA, %eax
        movl    %eax, %ss
        movl    %cr0, %eax
        andl    $0x7FFFFFFF, %eax               /* PG */
        movl    %eax, %cr0
        load_mode legacy_mode
        movl    legacy_task, %eax
        ltr     %ax
        movl    $legacy_registers, %esp
        popal
        popl    %gs
        popl    %fs
        popl    %es
        popl    %ds
        movl    %cs:legacy_frame, %esp
        iretl

        .set    vector, 0
        .rept   256
        .balign 16
        .if     vector == 0
        .globl  trap_entries32
trap_entries32:                                 /* one every 16 bytes */
        .endif
        .if     !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
        pushl   $0
        .endif
        pushl   $vector
        jmp     trap_common32
        .set    vector, vector + 1
        .endr

trap_common32:
        pushal
        pushl   %ds
        pushl   %es
        pushl   %fs
        pushl   %gs
        movl    $KERNEL_DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %ss, %edx
        movl    %edx, legacy_trap_ss
        movl    %esp, legacy_trap_esp
        movl    %eax, %ss
        movl    %esp, %esi
        movl    $legacy_trap, %edi
        movl    $32, %ecx
        cld
        rep movsl
        movl    legacy_runner, %esp
        pushl   $2                              /* NT and all else off */
        popfl
        xorl    %eax, %eax
        str     %ax
        movl    %eax, legacy_trap_task
        movl    $TASK_RETURN, %eax
        ltr     %ax
        movl    %cr2, %eax
        movl    %eax, legacy_trap_cr2
        movl    %cr0, %eax
        movl    %eax, legacy_trap_cr0
        andl    $0x7FFFFFFF, %eax
        movl    %eax, %cr0
        load_mode long_mode
        ljmp    $KERNEL_CODE, $1f
        .code64
1:      movq    legacy_runner, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret

        .bss
        .balign 8
legacy_runner: .skip 8

        .section .note.GNU-stack, "", @progbits
