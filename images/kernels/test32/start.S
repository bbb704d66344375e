/*
 * The one entry point, in 32-bit protected mode without paging, at whatever ring the loader chose.
 *
 *   entered by                       ring   parameters
 *   multiboot                        0      EAX = 2BADB002h, EBX = information
 *   PVH (the note below names it)    0      EBX = hvm_start_info
 *   Linux 32-bit protocol            0      ESI = boot_params
 *   lguest                           1      ESI = boot_params
 */
        .section .note.Xen, "a", @note
        .balign 4
        .long   4, 4, 18                /* name size, value size, XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .long   start

        .section .text.start, "ax"
        .balign 4
        .long   0x1BADB002, 2, -(0x1BADB002 + 2) /* multiboot header: tell us about memory */

        .globl  start
start:
        movl    $stack_top, %esp
        xorl    %ecx, %ecx
        movw    %cs, %cx
        cld
        xorl    %ebp, %ebp
        pushl   %ecx
        pushl   %esi
        pushl   %ebx
        pushl   %eax
        call    kernel_main             /* (eax, ebx, esi, cs), does not return */

        .bss
        .balign 16
        .skip   16384
stack_top:

        .section .note.GNU-stack, "", @progbits
