// The one answer of a run: backend.c sends it, client.c expects it byte for byte behind any proxy.
#pragma once

#define ANSWER_BODY \
    "{\"id\":\"k3v9q0d2m7x1\",\"status\":\"running\",\"provider\":\"replicate\",\"cost_usd\":0.42,\"progress\":0.61}"
#define ANSWER_BODY_SIZE (sizeof(ANSWER_BODY) - 1)
