/* Makes every fsync and fdatasync take FSYNC_DELAY_US longer: a school's old disk, on any machine. LD_PRELOAD it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_more(void) {
    const char *delay = getenv("FSYNC_DELAY_US");
    if (delay) usleep((useconds_t)atoi(delay));
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int done = real(file);
    wait_more();
    return done;
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int done = real(file);
    wait_more();
    return done;
}
