/* The user program, copied to its page: counts from 40 to 43 by system calls, then reports that and its CS. */
#include "traps.h"

        .text
        .globl  user_program, user_program_end
user_program:
        movl    $40, %esi
1:      movl    $1, %eax
        syscall
        movl    %eax, %esi
        cmpl    $43, %eax
        jne     1b
        movl    %cs, %eax
        shll    $8, %eax
        orl     %eax, %esi
        movl    $CALL_END, %eax
        syscall
user_program_end:

        .section .note.GNU-stack, "", @progbits
