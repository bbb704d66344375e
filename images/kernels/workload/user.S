/* The user program, copied to its page: EDI rounds of calls 0, 1 and 2 in turn, then the last with what they gave. */
#include "traps.h"

        .text
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
        movl    $CALL_END, %eax
        syscall
user_program_end:

        .section .note.GNU-stack, "", @progbits
