/* Shows another time of day than the machine's: CLOCK_REALTIME moved by the seconds that a file says. LD_PRELOAD it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long moved_by(void) {
    static int file = -1;
    char text[24] = {0};
    if (file < 0) {
        const char *path = getenv("CLOCK_FILE");
        if (!path) return 0;
        file = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (file < 0 || pread(file, text, sizeof text - 1, 0) <= 0) return 0;
    return atol(text);
}

int clock_gettime(clockid_t clock, struct timespec *shown) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, shown);
    if (!done && clock == CLOCK_REALTIME) shown->tv_sec += moved_by();
    return done;
}
