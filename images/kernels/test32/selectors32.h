/* Segment selectors, those of 32-bit Linux; a kernel that runs at ring 1 has them with RPL 1. */
#define KERNEL_CODE 0x60
#define KERNEL_DATA 0x68
#define USER_CODE 0x73
#define USER_DATA 0x7B
#define TASK_STATE 0x80
#define SYSTEM_CALL 0x80
