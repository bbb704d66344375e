/* The entry of the process: the stack has argc and then argv (System V ABI for AMD64, 3.4.1). */
    .globl _start
_start:
    xorl %ebp, %ebp
    movq (%rsp), %rdi
    leaq 8(%rsp), %rsi
    andq $-16, %rsp
    call program_main
    ud2

    .section .note.GNU-stack, "", @progbits
