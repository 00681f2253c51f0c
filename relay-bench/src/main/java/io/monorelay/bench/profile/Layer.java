package io.monorelay.bench.profile;

import java.util.List;

/** What a relay was doing when it was looked at, in the order of a table. */
public enum Layer {
    SEND_COPY("kernel: copying what is sent"),
    SEND_WAKE("kernel: waking those who read"),
    SEND("kernel: the rest of sending"),
    RECEIVE("kernel: receiving"),
    WAIT("kernel: waiting for sockets"),
    SIGNATURE("Ed25519"),
    DECODE("frames and messages, decoded and encoded"),
    ADMIT("ids, log, path of a message"),
    FAN_OUT("fan-out"),
    NETTY("Netty: buffers and pipelines; sessions"),
    STORE("store: writer, checkpoints, acknowledgements"),
    GC("garbage collection"),
    COMPILER("compiling (JIT)"),
    OTHER("other");

    /** Threads that do one thing only, whatever they call. */
    private static final List<Rule> THREADS = List.of(
            new Rule("[relay-store", STORE),
            new Rule("[relay-checkpoint", STORE),
            new Rule("[GC Thread", GC),
            new Rule("[ParGC", GC),
            new Rule("[VM Thread", GC),
            new Rule("[C1 Compiler", COMPILER),
            new Rule("[C2 Compiler", COMPILER));

    /** Of two that fit the same frame the first one counts. */
    private static final List<Rule> FRAMES = List.of(
            new Rule("_copy_from_iter_[k]", SEND_COPY),
            new Rule("sock_def_readable_[k]", SEND_WAKE),
            new Rule("io/netty/channel/unix/Socket.send", SEND),
            new Rule("io/netty/channel/unix/FileDescriptor.write", SEND),
            new Rule("io/netty/channel/unix/Socket.recv", RECEIVE),
            new Rule("io/netty/channel/unix/FileDescriptor.read", RECEIVE),
            new Rule("io/netty/channel/epoll/Native.epollWait", WAIT),
            new Rule("com/amazon/corretto/", SIGNATURE),
            new Rule("org/bouncycastle/", SIGNATURE),
            new Rule("io/monorelay/crypto/", SIGNATURE),
            new Rule("io/monorelay/websocket/", DECODE),
            new Rule("io/monorelay/protocol/", DECODE),
            new Rule("tools/jackson/", DECODE),
            new Rule("io/monorelay/log/", ADMIT),
            new Rule("io/monorelay/relay/", ADMIT),
            new Rule("com/lmax/", ADMIT),
            new Rule("com/github/benmanes/", ADMIT),
            new Rule("io/monorelay/fanout/", FAN_OUT),
            new Rule("io/monorelay/peer/", FAN_OUT),
            new Rule("io/monorelay/store/", STORE),
            new Rule("io/monorelay/server/store/", STORE),
            new Rule("io/monorelay/server/", NETTY),
            new Rule("io/netty/", NETTY));

    private final String title;

    Layer(String title) {
        this.title = title;
    }

    private record Rule(String prefix, Layer layer) {}

    /**
     * The layer of a stack as async-profiler writes it: its thread in brackets and its frames from the outermost to the innermost,
     * with semicolons between. The innermost frame that is somebody's counts, so that what is called on the way belongs to its caller.
     */
    static Layer of(String stack) {
        String[] frames = stack.split(";", -1);
        Layer layer = find(THREADS, frames[0]);
        for (int i = frames.length - 1; i > 0 && layer == OTHER; i--) {
            layer = find(FRAMES, frames[i]);
        }
        return layer;
    }

    private static Layer find(List<Rule> rules, String frame) {
        return rules.stream()
                .filter(rule -> frame.startsWith(rule.prefix()))
                .findFirst()
                .map(Rule::layer)
                .orElse(OTHER);
    }

    /** Its name in tables. */
    public String title() {
        return title;
    }
}
