/*
 * The one entry point, valid in 32-bit protected mode and in 64-bit mode, and in the latter at ring 3 too.
 *
 *   entered by                       mode   ring   parameters
 *   Linux 64-bit protocol            64     0      RSI = boot_params
 *   Linux 32-bit protocol            32     0      ESI = boot_params
 *   PVH (the note below names it)    32     0      EBX = hvm_start_info
 *   Xen PV                           64     3      RSI = start_info
 *
 * Linked where it is loaded, so that one address serves as e_entry, as PHYS32_ENTRY and as virtual address.
 */
#include "selectors.h"

        .section .note.Xen, "a", @note
        .balign 4
        .long   4, 8, 18                /* name size, value size, XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .quad   start

        .section .text.start, "ax"
        .code32
        .globl  start
start:
        xorl    %ecx, %ecx
        incl    %ecx                    /* 0x41: in 64-bit mode no instruction but a REX prefix, so ECX stays 0 */
        testl   %ecx, %ecx              /* with that prefix: testl %ecx, %r9d, zero all the same */
        jnz     start32

        .code64
        movl    $stack_top, %esp
        movl    $64, %edi
        movl    %cs, %eax
        testb   $3, %al
        jnz     start_kernel                    /* the segments are the hypervisor's, and good as they are */
        lgdt    gdt_pointer
        pushq   $KERNEL_CODE
        pushq   $start_common
        lretq

        .code32
start32:
        movl    $stack_top, %esp
        movl    $early_pdpt + 3, early_pml4     /* present, writable */
        movl    $early_pd + 3, early_pdpt
        movl    $0x83, %eax                     /* present, writable, 2 MiB page */
        movl    $early_pd, %edi
1:      movl    %eax, (%edi)
        addl    $0x200000, %eax
        addl    $8, %edi
        cmpl    $early_pd + 4096, %edi
        jne     1b

        movl    %cr4, %eax
        orl     $0x20, %eax                     /* CR4.PAE */
        movl    %eax, %cr4
        movl    $early_pml4, %eax
        movl    %eax, %cr3
        movl    $0xC0000080, %ecx               /* IA32_EFER */
        rdmsr
        orl     $0x100, %eax                    /* LME */
        wrmsr
        movl    %cr0, %eax
        orl     $0x80000001, %eax               /* CR0.PG, CR0.PE */
        movl    %eax, %cr0
        lgdt    gdt_pointer
        movl    $32, %edi
        ljmp    $KERNEL_CODE, $start_common

        .code64
start_common:                                   /* EDI = bits of the mode we were entered in */
        movl    $KERNEL_DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
start_kernel:
        movq    %rbx, %rdx
        cmpl    $64, %edi
        je      1f
        movl    %esi, %esi                      /* the upper halves are undefined after the switch */
        movl    %edx, %edx
1:      cld
        xorl    %ebp, %ebp
        call    kernel_main                     /* (mode, rsi, rbx), does not return */

        .data
        .balign 16
        .globl  gdt
gdt:    .quad   0
        .quad   0
        .quad   0x00AF9A000000FFFF              /* KERNEL_CODE: 64-bit */
        .quad   0x00CF92000000FFFF              /* KERNEL_DATA */
        .quad   0                               /* SYSRET_BASE: user code of compatibility mode, unused */
        .quad   0x00CFF2000000FFFF              /* USER_DATA */
        .quad   0x00AFFA000000FFFF              /* USER_CODE: 64-bit */
        .quad   0, 0                            /* TASK_STATE, filled by install_traps */
gdt_end:
gdt_pointer:
        .word   gdt_end - gdt - 1
        .quad   gdt

        .bss
        .balign 4096
early_pml4: .skip 4096
early_pdpt: .skip 4096
early_pd:   .skip 4096
        .skip   16384
stack_top:

        .section .note.GNU-stack, "", @progbits
