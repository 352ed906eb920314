#include "load.h"

enum { LATENCY_MAX_US = 1 << 20, NOT_AVAILABLE = 3 };

struct tally tally;
static uint32_t latencies[LATENCY_MAX_US];  // how many answers took that many microseconds

void forget_tally(void) {
    tally = (struct tally){0};
    memset(latencies, 0, sizeof latencies);
}

void count_one(int64_t took) {
    int64_t us = took / 1000;
    latencies[us < LATENCY_MAX_US ? us : LATENCY_MAX_US - 1]++;
    tally.count++;
    tally.ended = now();
}

static int percentile(double share) {
    int64_t wanted = (int64_t)(share * (double)tally.count), seen = 0;
    for (int i = 0; i < LATENCY_MAX_US; i++)
        if ((seen += latencies[i]) > wanted) return i;
    return LATENCY_MAX_US;
}

void print_report(double seconds, int64_t cpu) {
    printf("{\"count\": %ld, \"bytes\": %ld, \"seconds\": %.6f, \"cpu_ns\": %ld, \"p50_us\": %d, \"p99_us\": %d}\n",
        (long)tally.count, (long)tally.bytes, seconds, (long)cpu, percentile(0.50), percentile(0.99));
    fflush(stdout);
}

void wait_for_reader(const char *line) {
    char byte;
    if (!options.wait) return;
    if (line != NULL) puts(line);
    fflush(stdout);
    if (read(STDIN_FILENO, &byte, 1) < 0) err(1, "standard input");
}

void not_available(const char *reason) {
    fprintf(stderr, "not available: %s\n", reason);
    exit(NOT_AVAILABLE);
}
