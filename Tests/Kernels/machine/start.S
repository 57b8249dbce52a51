// From the reset of a processor to C in 64-bit mode with AVX-512 enabled: all that a ROM needs that stands in for the
// BIOS. The ROM ends at 4 GiB; the last 64 KiB of it are what the processor sees in real mode as segment 0xf000.
//
//   0x1000  page tables: the first 4 GiB as they are      0x80000  the loader's stack, downwards

        .section .low, "ax"
        .code16
// Segment 0xf000 begins here, at 0xffff0000.
real:
        cli
        lgdtl %cs:(tables - real)
        movl %cr0, %eax
        orb $1, %al
        movl %eax, %cr0
        ljmpl $0x08, $protected

        .code32
protected:
        movw $0x10, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %ss
        // Level 4 at 0x1000, level 3 at 0x2000, four of level 2 from 0x3000: pages of 2 MiB, present and writable.
        movl $0x1000, %edi
        xorl %eax, %eax
        movl $0x1800, %ecx
        rep stosl
        movl $0x2003, 0x1000
        movl $0x3003, 0x2000
        movl $0x4003, 0x2008
        movl $0x5003, 0x2010
        movl $0x6003, 0x2018
        movl $0x3000, %edi
        movl $0x83, %eax
1:      movl %eax, (%edi)
        addl $8, %edi
        addl $0x200000, %eax
        jnc 1b
        // Physical address extension, SSE, XSAVE; long mode and the system call; paging, x87 without emulation.
        movl $0x40620, %eax
        movl %eax, %cr4
        movl $0x1000, %eax
        movl %eax, %cr3
        movl $0xc0000080, %ecx
        movl $0x101, %eax
        xorl %edx, %edx
        wrmsr
        movl $0x80000003, %eax
        movl %eax, %cr0
        ljmpl $0x18, $wide

        .code64
wide:
        // XCR0: x87, SSE, AVX, mask registers and both parts of AVX-512.
        xorl %ecx, %ecx
        xorl %edx, %edx
        movl $0xe7, %eax
        xsetbv
        // A system call goes to `gate`, in the same segments and at the same privilege.
        movl $0xc0000081, %ecx
        xorl %eax, %eax
        movl $0x00100018, %edx
        wrmsr
        movl $0xc0000082, %ecx
        leaq gate(%rip), %rax
        movq %rax, %rdx
        shrq $32, %rdx
        wrmsr
        movl $0xc0000084, %ecx
        xorl %eax, %eax
        xorl %edx, %edx
        wrmsr
        fninit
        movl $0x80000, %esp
        call load
        // load gives the program's stack in rax and its entry in rdx.
        movq %rax, %rsp
        xorl %ebp, %ebp
        pushq %rdx
        xorl %edx, %edx
        ret

// A system call as Linux has it: number in rax, arguments in rdi, rsi, rdx; all but rax, rcx and r11 kept.
gate:
        pushq %rcx
        pushq %r11
        pushq %rdi
        pushq %rsi
        pushq %rdx
        pushq %r8
        pushq %r9
        pushq %r10
        pushq %rbp
        movq %rsp, %rbp
        andq $-16, %rsp
        movq %rdx, %rcx
        movq %rsi, %rdx
        movq %rdi, %rsi
        movq %rax, %rdi
        call serve
        movq %rbp, %rsp
        popq %rbp
        popq %r10
        popq %r9
        popq %r8
        popq %rdx
        popq %rsi
        popq %rdi
        popq %r11
        popq %rcx
        pushq %r11
        popfq
        jmpq *%rcx

        .balign 8
// Null, flat 32-bit code, flat data, flat 64-bit code, flat data again for the system call's stack segment.
descriptors:
        .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff, 0x00cf93000000ffff
tables:
        .word . - descriptors - 1
        .long descriptors

        .section .reset, "ax"
        // What the processor runs first, sixteen bytes below 4 GiB: a jump over the segment's end to its begin.
        .byte 0xe9
        .word 13
        .balign 16, 0xff

        .section .program, "a"
        .balign 16
        .globl program
program:
        .incbin PROGRAM
