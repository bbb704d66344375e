/* Exception and interrupt entries, and the way to user mode and back. */
#include "selectors32.h"

        .text
        .set    vector, 0
        .rept   256
        .balign 16
        .if     vector == 0
        .globl  trap_entries
trap_entries:                                   /* one every 16 bytes */
        .endif
        .if     vector == SYSTEM_CALL
        jmp     system_call
        .else
        .if     !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
        pushl   $0                              /* where the CPU pushes no error code */
        .endif
        pushl   $vector
        jmp     trap_common
        .endif
        .set    vector, vector + 1
        .endr

trap_common:
        pushal
        pushl   40(%esp)                        /* EIP */
        pushl   40(%esp)                        /* error code */
        pushl   40(%esp)                        /* vector */
        cld
        call    trap
        addl    $12, %esp
        popal
        addl    $8, %esp
        jmp     *return_from_trap

system_call:
        cmpl    $2, %eax
        je      1f
        incl    system_calls
        leal    1(%edi), %eax                   /* call 1: the next number */
        jmp     *return_from_trap
1:      movl    kernel_esp, %esp
        movl    %edi, %eax
        movl    %ss, %ecx
        movl    %ecx, %ds
        movl    %ecx, %es
        popl    %edi
        popl    %esi
        popl    %ebp
        popl    %ebx
        ret

/* u32 run_user(u32 eip): runs user code until its INT 80h with EAX = 2, returns its EDI. */
        .globl  run_user
run_user:
        movl    4(%esp), %eax
        pushl   %ebx
        pushl   %ebp
        pushl   %esi
        pushl   %edi
        movl    %esp, kernel_esp
        movl    $USER_DATA, %ecx
        movl    %ecx, %ds
        movl    %ecx, %es
        pushl   %ecx
        pushl   $0
        pushl   $2                              /* EFLAGS: interrupts off */
        pushl   $USER_CODE
        pushl   %eax
        jmp     *return_from_trap

        .globl  native_return
native_return:
        iret

/* lguest: the saved IF goes where its host looks; between that and IRET the host must not interrupt. */
        .globl  lguest_return, lguest_return_critical, lguest_return_end
lguest_return:
        pushl   %eax
        movl    12(%esp), %eax                  /* EFLAGS */
        andl    $0x200, %eax
lguest_return_critical:
        movl    %eax, %ss:lguest_data           /* irq_enabled */
        popl    %eax
        iret
lguest_return_end:

/* The user program, copied to its page: counts from 40 to 43 by system calls, then reports that and its CS. */
        .globl  user_program, user_program_end
user_program:
        movl    $40, %edi
1:      movl    $1, %eax
        int     $SYSTEM_CALL
        movl    %eax, %edi
        cmpl    $43, %eax
        jne     1b
        xorl    %eax, %eax
        movw    %cs, %ax
        shll    $8, %eax
        orl     %eax, %edi
        movl    $2, %eax
        int     $SYSTEM_CALL
user_program_end:

        .data
        .balign 4
        .globl  return_from_trap
return_from_trap: .long native_return

        .bss
        .balign 4
kernel_esp: .skip 4
        .globl  system_calls
system_calls: .skip 4

        .section .note.GNU-stack, "", @progbits
