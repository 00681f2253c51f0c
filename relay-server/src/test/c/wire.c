/*
 * wire - two network namespaces, and the wire between them, which can be long, lossy, one-way or cut.
 *
 *   gcc -O2 -Wall -Wextra -o wire wire.c            (Linux with /dev/net/tun; run as root; nothing else is needed)
 *   wire [--delay-ms N] [--loss-percent N] [--seed N] [--seconds N]
 *
 * It makes both namespaces itself and gives each a TUN device: a network interface, the packets of which this program
 * reads and writes. So what passes between the two sides passes through the loop below, and the kernel needs neither
 * netem nor a packet filter.
 *
 *      public side                                                     private side
 *      10.99.0.1 ── tun ──► address translation ─► loss ─► delay ──► tun ── 10.99.0.2
 *                   tun ◄── delay ◄─ loss ◄─ address translation ◄── tun
 *
 * Nothing of it is visible outside: the namespaces have no name, and are gone when this program and those that were
 * started in them have ended. Its first line on standard output says where to enter them, for instance with
 * "nsenter --net=PATH COMMAND":
 *
 *      public /proc/4711/fd/4 10.99.0.1 private /proc/4711/fd/7 10.99.0.2
 *
 * In the middle there is what stands between a home and the world. Like an address translation (NAT) it lets TCP pass
 * only on connections that were opened from the private side: it remembers the ports there from which a connection was
 * opened. Strangers get no answer, not even a refusal. What is not TCP over IPv4 does not pass.
 *
 * --delay-ms N       each packet takes so long, either way; at most 10 s; 0 unless told otherwise
 * --loss-percent N   so many of the packets get lost, either way, by chance; 0 unless told otherwise
 * --seed N           what that chance begins with; 1 unless told otherwise
 * --seconds N        it ends by itself after that time; 600 unless told otherwise
 *
 * Each character on standard input is a command, but for white space. It is carried out before its answer is written,
 * a line with the counts of packets so far:
 *
 *      carried 812 lost 17 strangers 3 forgotten 0 swallowed 0 overflowed 0 other 9
 *
 *   h   becomes a black hole: each packet disappears, those under way included, and nobody is told
 *   w   becomes whole again
 *   f   forgets the connections that there are: their packets disappear, and new ones can be opened; this is what a
 *       home's router does that was started again, and nobody is told that either
 *   o   opens the way in: whoever dials from the public side gets through
 *   s   shuts it: no new connections from there
 *   c   nothing but the answer
 *
 * The end of standard input ends it, so it does not outlive who started it. Exit codes: 0 ended as told, 77 this machine
 * does not let it make namespaces or TUN devices, 1 anything else that went wrong, 2 wrong arguments.
 *
 * Memory: one queue of QUEUE_PACKETS for each way, all of it allocated from the start. What does not fit is lost and
 * counted as overflowed, as in any router.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PUBLIC_ADDRESS "10.99.0.1"
#define PRIVATE_ADDRESS "10.99.0.2"
#define DEVICE "wire"
#define MTU 1500
#define QUEUE_PACKETS 4096
#define PACKETS_A_TURN 64        /* read from one side before the other one has its turn */
#define NS_PER_MS 1000000ull
#define NS_PER_S 1000000000ull
#define NOT_ON_THIS_MACHINE 77

enum direction { INWARDS, OUTWARDS }; /* seen from the private side */

struct packet {
    uint64_t due;
    size_t length;
    unsigned char bytes[MTU];
};

/* One direction: packets leave in the order in which they came, since each takes equally long. */
struct way {
    int from, to;
    unsigned head, count;
    struct packet queue[QUEUE_PACKETS];
};

/* What the answer to a command says. */
enum fate { CARRIED, LOST, STRANGERS, FORGOTTEN, SWALLOWED, OVERFLOWED, OTHER, FATES };
static const char *const fate_names[FATES] = {
    "carried", "lost", "strangers", "forgotten", "swallowed", "overflowed", "other",
};

static struct way ways[2];
static unsigned long fates[FATES];
static unsigned char opened[65536]; /* by port of the private side: is there a connection that may pass? */
static int is_black_hole, is_way_in_open;

static uint64_t delay_ns;
static double loss_percent;
static uint64_t chance = 1;
static uint64_t seconds = 600;

static void fail(int code, const char *what) {
    fprintf(stderr, "wire: %s: %s\n", what, strerror(errno));
    exit(code);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* ---- The two sides ---- */

static void set_address(int control, unsigned long request, const char *address) {
    struct ifreq ask = {.ifr_name = DEVICE};
    struct sockaddr_in *in = (struct sockaddr_in *) &ask.ifr_addr;
    in->sin_family = AF_INET;
    inet_pton(AF_INET, address, &in->sin_addr);
    if (ioctl(control, request, &ask) < 0) fail(1, address);
}

static void bring_up(int control, const char *device) {
    struct ifreq ask = {0};
    strncpy(ask.ifr_name, device, IFNAMSIZ - 1);
    if (ioctl(control, SIOCGIFFLAGS, &ask) < 0) fail(1, device);
    ask.ifr_flags |= IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &ask) < 0) fail(1, device);
}

/*
 * Moves this program into a new namespace with a loopback and a TUN device; the kernel adds the route to the far end.
 * Returns the descriptor of the device, which stays in that namespace when the program leaves it.
 */
static int make_side(const char *here, const char *there, int *name_space) {
    if (unshare(CLONE_NEWNET) < 0) fail(NOT_ON_THIS_MACHINE, "a network namespace cannot be made");
    *name_space = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tun < 0) fail(NOT_ON_THIS_MACHINE, "/dev/net/tun");
    struct ifreq ask = {.ifr_name = DEVICE, .ifr_flags = IFF_TUN | IFF_NO_PI};
    if (ioctl(tun, TUNSETIFF, &ask) < 0) fail(NOT_ON_THIS_MACHINE, "a TUN device cannot be made");
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (*name_space < 0 || control < 0) fail(1, "a new namespace cannot be used");
    bring_up(control, "lo");
    set_address(control, SIOCSIFADDR, here);
    set_address(control, SIOCSIFDSTADDR, there);
    bring_up(control, DEVICE);
    close(control);
    return tun;
}

static void make_both_sides(void) {
    int public_name_space, private_name_space;
    int public_tun = make_side(PUBLIC_ADDRESS, PRIVATE_ADDRESS, &public_name_space);
    int private_tun = make_side(PRIVATE_ADDRESS, PUBLIC_ADDRESS, &private_name_space);
    ways[INWARDS].from = ways[OUTWARDS].to = public_tun;
    ways[OUTWARDS].from = ways[INWARDS].to = private_tun;
    printf("public /proc/%d/fd/%d %s private /proc/%d/fd/%d %s\n",
           getpid(), public_name_space, PUBLIC_ADDRESS, getpid(), private_name_space, PRIVATE_ADDRESS);
    fflush(stdout);
}

/* ---- What may pass ---- */

/* The beginning of the TCP header, or null if it is none that could be read: RFC 791, section 3.1. */
static const unsigned char *tcp_of(const unsigned char *bytes, size_t length) {
    size_t header = (bytes[0] & 0x0F) * 4;
    int is_fragment = (bytes[6] & 0x1F) != 0 || bytes[7] != 0;
    int is_tcp = length >= 20 && bytes[0] >> 4 == 4 && bytes[9] == IPPROTO_TCP;
    return is_tcp && !is_fragment && header >= 20 && length >= header + 20 ? bytes + header : NULL;
}

/* Whether the address translation lets it pass, and what becomes of it otherwise. */
static enum fate translated(enum direction direction, const unsigned char *tcp) {
    const unsigned char *private_port = direction == OUTWARDS ? tcp : tcp + 2;
    unsigned port = private_port[0] << 8 | private_port[1];
    int opens = (tcp[13] & 0x12) == 0x02; /* SYN without ACK */
    if (opens && direction == INWARDS && !is_way_in_open) return STRANGERS;
    if (opens) opened[port] = 1;
    return opened[port] ? CARRIED : FORGOTTEN;
}

/* A number from 0 to 100, the latter excluded. SplitMix64, by Sebastiano Vigna. */
static double next_percent(void) {
    uint64_t z = chance += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return (z ^ z >> 31) % 1000000 / 10000.0;
}

static enum fate fate_of(enum direction direction, const unsigned char *bytes, size_t length) {
    const unsigned char *tcp = tcp_of(bytes, length);
    if (tcp == NULL) return OTHER;
    if (is_black_hole) return SWALLOWED;
    enum fate fate = translated(direction, tcp);
    if (fate != CARRIED) return fate;
    if (next_percent() < loss_percent) return LOST;
    return ways[direction].count == QUEUE_PACKETS ? OVERFLOWED : CARRIED;
}

/* ---- The way of a packet ---- */

static void take(enum direction direction, const unsigned char *bytes, size_t length) {
    enum fate fate = fate_of(direction, bytes, length);
    fates[fate]++;
    if (fate != CARRIED) return;
    struct way *way = &ways[direction];
    struct packet *packet = &way->queue[(way->head + way->count++) % QUEUE_PACKETS];
    packet->due = now_ns() + delay_ns;
    packet->length = length;
    memcpy(packet->bytes, bytes, length);
}

static void read_side(enum direction direction) {
    unsigned char bytes[MTU];
    for (int i = 0; i < PACKETS_A_TURN; i++) {
        ssize_t length = read(ways[direction].from, bytes, sizeof bytes);
        if (length < 0) {
            if (errno != EAGAIN && errno != EINTR) fail(1, "a packet cannot be read");
            return;
        }
        take(direction, bytes, length);
    }
}

static void deliver(struct way *way) {
    uint64_t now = now_ns();
    while (way->count > 0 && way->queue[way->head].due <= now) {
        struct packet *packet = &way->queue[way->head];
        if (write(way->to, packet->bytes, packet->length) < 0) fail(1, "a packet cannot be written");
        way->head = (way->head + 1) % QUEUE_PACKETS;
        way->count--;
    }
}

/* ---- Commands ---- */

static void swallow_what_is_under_way(struct way *way) {
    fates[CARRIED] -= way->count;
    fates[SWALLOWED] += way->count;
    way->count = 0;
}

static void carry_out(char command) {
    switch (command) {
        case 'h':
            is_black_hole = 1;
            swallow_what_is_under_way(&ways[INWARDS]);
            swallow_what_is_under_way(&ways[OUTWARDS]);
            break;
        case 'w': is_black_hole = 0; break;
        case 'f': memset(opened, 0, sizeof opened); break;
        case 'o': is_way_in_open = 1; break;
        case 's': is_way_in_open = 0; break;
        case 'c': break;
        default:
            fprintf(stderr, "wire: the command '%c' is unknown, expected one of h w f o s c\n", command);
            exit(1);
    }
    for (int i = 0; i < FATES; i++) printf("%s%s %lu", i == 0 ? "" : " ", fate_names[i], fates[i]);
    printf("\n");
    fflush(stdout);
}

/* Ends the program at the end of input. */
static void read_commands(void) {
    char commands[64];
    ssize_t count = read(STDIN_FILENO, commands, sizeof commands);
    if (count <= 0) exit(0);
    for (ssize_t i = 0; i < count; i++) {
        if (commands[i] != '\n' && commands[i] != ' ') carry_out(commands[i]);
    }
}

/* ---- The loop ---- */

static struct timespec until(uint64_t end) {
    uint64_t next = end;
    for (int i = 0; i < 2; i++) {
        struct way *way = &ways[i];
        if (way->count > 0 && way->queue[way->head].due < next) next = way->queue[way->head].due;
    }
    uint64_t now = now_ns();
    uint64_t left = next > now ? next - now : 0;
    return (struct timespec) {.tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S};
}

static void carry(void) {
    uint64_t end = now_ns() + seconds * NS_PER_S;
    struct pollfd watched[3] = {
        {.fd = ways[INWARDS].from, .events = POLLIN},
        {.fd = ways[OUTWARDS].from, .events = POLLIN},
        {.fd = STDIN_FILENO, .events = POLLIN},
    };
    while (now_ns() < end) {
        struct timespec timeout = until(end);
        if (ppoll(watched, 3, &timeout, NULL) < 0 && errno != EINTR) fail(1, "ppoll");
        /* First, so that a command holds for every packet that is sent after its answer. */
        if (watched[2].revents) read_commands();
        if (watched[INWARDS].revents) read_side(INWARDS);
        if (watched[OUTWARDS].revents) read_side(OUTWARDS);
        deliver(&ways[INWARDS]);
        deliver(&ways[OUTWARDS]);
    }
}

static double number(const char *name, const char *text, double most) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= 0 && value <= most)) {
        fprintf(stderr, "wire: --%s is \"%s\", expected a number from 0 to %g\n", name, text, most);
        exit(2);
    }
    return value;
}

int main(int count, char **arguments) {
    static const struct option options[] = {
        {"delay-ms", required_argument, NULL, 'd'},
        {"loss-percent", required_argument, NULL, 'l'},
        {"seed", required_argument, NULL, 's'},
        {"seconds", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    int option, index = 0;
    while ((option = getopt_long(count, arguments, "", options, &index)) >= 0) {
        const char *name = options[index].name;
        switch (option) {
            case 'd': delay_ns = number(name, optarg, 10000) * NS_PER_MS; break;
            case 'l': loss_percent = number(name, optarg, 100); break;
            case 's': chance = number(name, optarg, 1e15); break;
            case 't': seconds = number(name, optarg, 86400); break;
            default: return 2;
        }
    }
    if (optind < count) {
        fprintf(stderr, "wire: \"%s\" is no option\n", arguments[optind]);
        return 2;
    }
    make_both_sides();
    carry();
    return 0;
}
