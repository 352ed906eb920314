// What travels in a run, known to both ends: backend.c sends or checks it, the load checks or sends it, byte for byte.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ANSWER_BODY \
    "{\"id\":\"k3v9q0d2m7x1\",\"status\":\"running\",\"provider\":\"replicate\",\"cost_usd\":0.42,\"progress\":0.61}"
#define ANSWER_BODY_SIZE (sizeof(ANSWER_BODY) - 1)

// Everything below the first path is bulk: a GET is answered with BULK_SIZE bytes of the pattern, a PUT brings as many.
// Below the second it is more than anybody waits for.
#define BULK_PATH "/api/cloud/storage/bench/"
#define ENDLESS_PATH BULK_PATH "endless/"
#define BULK_SIZE ((size_t)16 << 20)
#define ENDLESS_SIZE ((size_t)1 << 40)

// The pattern repeats after a prime number of bytes, so that records or chunks of any usual size that are lost, doubled
// or swapped do not look right. It is stored once and a run longer: every run of the body is contiguous somewhere.
enum { PATTERN_PERIOD = 65521, PATTERN_RUN_MAX = 128 * 1024 };
static unsigned char pattern[PATTERN_PERIOD + PATTERN_RUN_MAX];

static inline void fill_pattern(void) {
    uint32_t state = 2463534242u;
    for (size_t i = 0; i < sizeof pattern; i++) {
        state ^= state << 13, state ^= state >> 17, state ^= state << 5;
        pattern[i] = i < PATTERN_PERIOD ? (unsigned char)state : pattern[i - PATTERN_PERIOD];
    }
}

// The bytes of a bulk body from `offset` on; at most PATTERN_RUN_MAX of them may be used.
static inline const unsigned char *pattern_at(size_t offset) {
    return pattern + offset % PATTERN_PERIOD;
}

static inline bool is_pattern(const void *bytes, size_t count, size_t offset) {
    const unsigned char *next = bytes;
    while (count > 0) {
        size_t run = count < PATTERN_RUN_MAX ? count : PATTERN_RUN_MAX;
        if (memcmp(next, pattern_at(offset), run) != 0) return false;
        next += run, offset += run, count -= run;
    }
    return true;
}
