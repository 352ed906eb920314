// The load on one proxy, on one thread: one kind of work, measured between two moments of rest.
//
//   load WORK --port N --connections C --seconds S --cpu PID[,PID...] [--streams N] [--requests N] [--wait]
//        [--status N --target PATH] [--http2]
//
// It warms the proxy up, lets it come to rest, then measures, so that the CPU time of the processes named by --cpu
// belongs to exactly the work it counts. Prints one JSON line. The first wrong answer ends it with a sentence and exit
// code 1; work that the proxy has no means for with code 3. With --wait it prints a line more, `at rest`, and waits for
// a byte on standard input before the measured part and after it: a tracer sees that part alone.
#include <getopt.h>
#include <signal.h>

#include "load.h"

static const double WARM_UP_SECONDS = 0.15;

struct options options = {.streams = 1, .status = 200, .target = "/health", .seconds = 1};

static const struct work *const works[] = {&requests_work, &refusals_work, &streams_work, &full_work, &resumed_work,
    &upload_work, &download_work, &mixed_work};

static void measure(const struct work *work) {
    // A proxy that stops answering must not keep this waiting or spinning.
    alarm(60);
    work->prepare();
    alarm((unsigned)(options.seconds + WARM_UP_SECONDS) + (options.requests_max > 0 ? 120 : 20));
    work->load(WARM_UP_SECONDS < options.seconds ? WARM_UP_SECONDS : options.seconds);
    forget_tally();
    wait_for_reader("at rest");
    int64_t cpu = proxy_cpu(), begin = now();
    work->load(options.seconds);
    int64_t end = tally.count > 0 ? tally.ended : now();
    print_report((double)(end - begin) / (double)SECOND, proxy_cpu() - cpu);
    wait_for_reader(NULL);
}

static void read_option(int option, char *text) {
    switch (option) {
    case 'p': options.port = atoi(text); return;
    case 'c': options.connections = atoi(text); return;
    case 's': options.seconds = atof(text); return;
    case 'm': options.streams = atoi(text); return;
    case 'n': options.requests_max = atol(text); return;
    case 'w': options.wait = true; return;
    case 'o': options.status = atoi(text); return;
    case 't': options.target = text; return;
    case '2': options.http2 = true; return;
    case 'u':
        for (char *pid = strtok(text, ","); pid && options.processes < PROCESSES_MAX; pid = strtok(NULL, ","))
            options.process[options.processes++] = atoi(pid);
        return;
    default: exit(2);
    }
}

static void read_options(int count, char **arguments) {
    static const struct option names[] = {{"port", 1, 0, 'p'}, {"connections", 1, 0, 'c'}, {"seconds", 1, 0, 's'},
        {"streams", 1, 0, 'm'}, {"requests", 1, 0, 'n'}, {"cpu", 1, 0, 'u'}, {"wait", 0, 0, 'w'},
        {"status", 1, 0, 'o'}, {"target", 1, 0, 't'}, {"http2", 0, 0, '2'}, {0}};
    int option;
    while ((option = getopt_long(count, arguments, "", names, NULL)) != -1) read_option(option, optarg);
    if (optind != count - 1 || options.port < 1 || options.connections < 1 || options.seconds <= 0
        || options.streams < 1 || options.streams > 128)
        errx(2, "usage: load WORK --port N --connections C --seconds S --cpu PID[,PID...] (see main.c)");
    options.work = arguments[optind];
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    signal(SIGPIPE, SIG_IGN);
    poll_set = epoll_create1(EPOLL_CLOEXEC);
    if (poll_set < 0) err(1, "epoll_create1");
    if (strcmp(options.work, "idle") == 0) {
        alarm(300);
        run_idle();
        return 0;
    }
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        if (strcmp(works[i]->name, options.work) != 0) continue;
        measure(works[i]);
        return 0;
    }
    errx(2, "%s: no such work", options.work);
}
