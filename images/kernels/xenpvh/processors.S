/* Where the second processor starts, in each of its modes. */
        .text
        .code64
        .globl  start_in_64
start_in_64:
        movq    %rdi, started_rdi
        movl    $0x40000004, %eax
        xorl    %ecx, %ecx
        cpuid
        movl    %ebx, started_id
        movl    $1, %eax
        cpuid
        shrl    $24, %ebx
        movl    %ebx, started_apic_id
        movq    %cr3, %rax
        movq    %rax, started_cr3
        movl    %cs, %eax
        movl    %eax, started_cs
        pushfq
        popq    started_rflags
        movl    $1, started
1:      pause
        cmpl    $0, resume
        je      1b
        cli
        hlt                                     /* off */
        movl    $2, started                     /* until it is brought up again */
        cli
        hlt
        ud2

        .code32
        .globl  start_in_32
start_in_32:
        movl    $0x32, started
        movl    %esi, started_rdi
        movl    %cr0, %eax
        movl    %eax, started_cr3
1:      hlt
        jmp     1b
        .code64

/* A trampoline for a start-up IPI, to be copied to a page below 1 MiB: in real mode, CS is the page. */
        .code16
        .globl  trampoline, trampoline_end
trampoline:
        movl    $0x51, %cs:started_in_real - trampoline
        cli
        hlt
        ud2
started_in_real: .long 0
trampoline_end:
        .code64

        .data
        .balign 8
        .globl  started, started_id, started_apic_id, started_cs, resume, started_rdi, started_cr3, started_rflags
started: .long 0
started_id: .long 0
started_apic_id: .long 0
started_cs: .long 0
resume: .long 0
        .long   0
started_rdi: .quad 0
started_cr3: .quad 0
started_rflags: .quad 0

        .section .note.GNU-stack, "", @progbits
