/* Segment selectors, in the order SYSCALL and SYSRET want them (Intel SDM Vol. 3A 5.8.8). */
#define KERNEL_CODE 0x10
#define KERNEL_DATA 0x18
#define SYSRET_BASE 0x23
#define USER_DATA 0x2B
#define USER_CODE 0x33
#define TASK_STATE 0x38
