/* Opens L listening TCP ports, U UDP sockets and E loopback connections (2E established rows), says "ready" and keeps them
   until its input ends. With "mixed" every other socket is IPv6, and a tenth of the connections are half-closed besides.
   Connections are spread over processes, each of which opens as many as its limit of descriptors lets it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PORT 20000

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static socklen_t address(struct sockaddr_storage *to, int ipv6, int loopback, int port)
{
    memset(to, 0, sizeof *to);
    if (ipv6) {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;
        six->sin6_family = AF_INET6;
        six->sin6_addr = loopback ? in6addr_loopback : in6addr_any;
        six->sin6_port = htons(port);
        return sizeof *six;
    }
    struct sockaddr_in *four = (struct sockaddr_in *)to;
    four->sin_family = AF_INET;
    four->sin_addr.s_addr = htonl(loopback ? INADDR_LOOPBACK : INADDR_ANY);
    four->sin_port = htons(port);
    return sizeof *four;
}

static int open_bound(int ipv6, int type, int port)
{
    struct sockaddr_storage to;
    int one = 1;
    int descriptor = socket(ipv6 ? AF_INET6 : AF_INET, type, 0);
    socklen_t length = address(&to, ipv6, 0, port);
    if (descriptor < 0)
        fail("socket");
    if (ipv6)
        setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(descriptor, (struct sockaddr *)&to, length) < 0)
        fail("bind");
    return descriptor;
}

static int open_connection(int listener, int ipv6, int port)
{
    struct sockaddr_storage to;
    socklen_t length = address(&to, ipv6, 1, port);
    int client = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    if (client < 0)
        fail("socket");
    if (connect(client, (struct sockaddr *)&to, length) < 0)
        fail("connect");
    if (accept(listener, NULL, NULL) < 0)
        fail("accept");
    return client;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: workload LISTENERS UDP CONNECTIONS [mixed]\n");
        return 2;
    }
    int listeners = atoi(argv[1]), udp = atoi(argv[2]), connections = atoi(argv[3]), mixed = argc > 4;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int share = ((int)(limit.rlim_max > 1000000 ? 1000000 : limit.rlim_max) - listeners - udp - 100) / 2;
    if (share < 1) {
        fprintf(stderr, "the limit of descriptors is too low\n");
        return 1;
    }

    int *open_listeners = calloc(listeners, sizeof(int));
    for (int i = 0; i < listeners; i++) {
        open_listeners[i] = open_bound(mixed && i % 2, SOCK_STREAM, FIRST_PORT + i);
        if (listen(open_listeners[i], 128) < 0)
            fail("listen");
    }
    for (int i = 0; i < udp; i++)
        open_bound(mixed && i % 2, SOCK_DGRAM, FIRST_PORT + i);
    for (int first = 0; first < connections; first += share) {
        int done[2];
        char byte;
        if (pipe(done) < 0)
            fail("pipe");
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            for (int i = first; i < connections && i < first + share; i++) {
                int which = i % listeners;
                open_connection(open_listeners[which], mixed && which % 2, FIRST_PORT + which);
            }
            write(done[1], "", 1);
            while (read(0, &byte, 1) > 0)
                ;
            _exit(0);
        }
        close(done[1]);
        if (read(done[0], &byte, 1) != 1)
            return 1;
        close(done[0]);
    }
    for (int i = 0; mixed && i < connections / 10; i++)
        close(open_connection(open_listeners[0], 0, FIRST_PORT));

    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    while (wait(NULL) > 0)
        ;
    return 0;
}
