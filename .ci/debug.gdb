# What gdb does in the check 'gdb debugs Debian' of .ci/run; each line that starts with 'check:' is looked for there.
set pagination off
set confirm off
set width 0

break start_kernel
continue
printf "check: in start_kernel at %d\n", $pc == (long) &start_kernel
backtrace 3
info registers rip rsp eflags cs gs_base cr3 cr4 efer mxcsr
x/8i $pc

# On two instructions and back.
set $there = $pc
set $stack = $rsp
stepi
stepi
printf "check: went on %d\n", $pc != $there
reverse-stepi
reverse-stepi
printf "check: and back %d\n", $pc == $there && $rsp == $stack

# The first change of jiffies, and before it.
delete
watch *(long *) &jiffies
set $before = *(long *) &jiffies
continue
printf "check: jiffies changed %d\n", *(long *) &jiffies == $before + 1
reverse-continue
printf "check: jiffies as they were %d\n", *(long *) &jiffies == $before
delete

# Physical and linear addresses show the same bytes.
set $linear = *(long *) &start_kernel
maintenance packet Qqemu.PhyMemMode:1
printf "check: physical memory %d\n", *(long *) ((long) &start_kernel - 0xffffffff80000000) == $linear
maintenance packet Qqemu.PhyMemMode:0
monitor info

hbreak do_sys_openat2
continue
printf "check: in do_sys_openat2 at %d\n", $pc == (long) &do_sys_openat2
backtrace 4

# Back from deep in the boot: where it was called from, and the same function the time before.
set $stack = $rsp
reverse-stepi
printf "check: before the call %d\n", $rsp == $stack + 8
stepi
set $file = $rsi
continue
continue
reverse-continue
reverse-continue
printf "check: the same call again %d\n", $rsp == $stack && $rsi == $file
monitor info
delete
detach
