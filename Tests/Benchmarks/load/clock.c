#include <time.h>

#include "load.h"

static int64_t time_of(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) err(1, "clock_gettime");
    return time.tv_sec * SECOND + time.tv_nsec;
}

int64_t now(void) {
    return time_of(CLOCK_MONOTONIC);
}

// Of all threads, dead ones too: /proc/PID/stat has the same in ticks of 10 ms.
int64_t proxy_cpu(void) {
    int64_t sum = 0;
    for (int i = 0; i < options.processes; i++) {
        clockid_t clock;
        if (clock_getcpuclockid(options.process[i], &clock) != 0) errx(1, "process %d is gone", options.process[i]);
        sum += time_of(clock);
    }
    return sum;
}
