/* What Xen reads before it builds a PV guest: the entry is that of the ELF header, linear addresses are pseudo-physical ones. */
        .macro  note type
        .balign 4
        .long   4, 2f - 1f, \type
        .asciz  "Xen"
1:
        .endm

        .section .note.Xen, "a", @note
        note    1                               /* XEN_ELFNOTE_ENTRY */
        .quad   start
2:      note    2                               /* HYPERCALL_PAGE */
        .quad   hypercall_page
2:      note    3                               /* VIRT_BASE */
        .quad   0
2:      note    4                               /* PADDR_OFFSET */
        .quad   0
2:      note    5                               /* XEN_VERSION */
        .asciz  "xen-3.0"
2:      note    6                               /* GUEST_OS */
        .asciz  "paravane-test64"
2:      note    8                               /* LOADER */
        .asciz  "generic"
2:

        .section .note.GNU-stack, "", @progbits
