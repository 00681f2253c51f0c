package io.monorelay.server.admission;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.relay.SenderPolicy;
import io.monorelay.server.admission.AccessRule.Kind;
import io.monorelay.server.channel.Live;
import io.monorelay.server.config.Access;
import io.monorelay.server.config.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may connect and take part: what the settings say, and rules that are made, end and are lifted while the relay runs,
 * and outlive it in the data directory. Whoever is let in no longer loses its connections at once.
 *
 * <p>Any thread may ask, which costs a look at one field while there are no rules. Any thread may change something, which
 * holds from then on; what is returned completes when it is on disk too, on a thread of this class's own.
 */
public final class AccessRules implements SenderPolicy, AutoCloseable {
    /** How many rules may be made at run time. */
    static final int MAX_RULES = 100_000;

    private static final int CLOSE_TIMEOUT_SECONDS = 5;
    private static final String REVOKED = "no access to this relay";
    private static final Logger LOG = LoggerFactory.getLogger(AccessRules.class);

    // fixed after construction
    private final NodeKey self;
    private final @Nullable AccessRuleFile file;
    private final InstantSource clock;
    private final ExecutorService saver = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("relay-access").daemon().factory());

    // guarded by this
    private final Map<Subject, AccessRule> made = new LinkedHashMap<>();

    // any thread
    private volatile Access settings;
    private volatile Compiled compiled;
    private volatile @Nullable LiveConnections live;

    /** All rules that hold, as they are looked up. */
    private record Compiled(CompiledRules denied, CompiledRules allowed, boolean listed, Optional<Instant> until) {
        /** Whether some keys are refused at all. */
        boolean concernsKeys() {
            return listed || denied.hasKeys();
        }

        boolean concernsAddresses() {
            return denied.hasAddresses() || (listed && allowed.hasAddresses());
        }
    }

    /**
     * Reads the rules that were made before. Blocks.
     *
     * @param self the key of this node, which always takes part
     * @throws IOException if they cannot be read, with one line that says why
     */
    public static AccessRules open(Access settings, NodeKey self, Path data, InstantSource clock) throws IOException {
        AccessRuleFile file = new AccessRuleFile(data);
        return new AccessRules(settings, self, file, clock, file.read());
    }

    /** What the settings say alone; what is made at run time is kept nowhere. */
    public static AccessRules ofSettings(Access settings, NodeKey self, InstantSource clock) {
        return new AccessRules(settings, self, null, clock, List.of());
    }

    private AccessRules(
            Access settings,
            NodeKey self,
            @Nullable AccessRuleFile file,
            InstantSource clock,
            List<AccessRule> before) {
        this.settings = settings;
        this.self = self;
        this.file = file;
        this.clock = clock;
        before.forEach(rule -> made.put(rule.subject(), rule));
        compiled = compile();
    }

    /** From now on, whoever is let in no longer loses these connections. */
    public void enforceOn(LiveConnections connections) {
        live = connections;
    }

    /** From now on the settings say this, beside the rules that were made at run time. */
    public synchronized void use(Access access) {
        settings = access;
        compiled = compile();
        enforce();
    }

    // who may

    /** Whether only nodes that have proven their key are served with messages. */
    public boolean requireProof() {
        return settings.mode() != Access.Mode.OPEN;
    }

    /** Whether a connection from there is accepted. */
    public boolean admits(InetAddress address) {
        Compiled rules = compiled;
        if (!rules.concernsAddresses()) {
            return true;
        }
        boolean unlisted = rules.listed && rules.allowed.hasAddresses() && !rules.allowed.name(address);
        return !unlisted && !rules.denied.name(address);
    }

    /** Whether the node with that key takes part. */
    public boolean admits(NodeKey key) {
        Compiled rules = compiled;
        if (!rules.concernsKeys() || key.equals(self)) {
            return true;
        }
        return !rules.denied.name(key) && (!rules.listed || rules.allowed.name(key));
    }

    @Override
    public boolean refuses(NodeKey sender) {
        return !admits(sender);
    }

    /**
     * Lets the node with that key pass.
     *
     * @throws ProtocolException ACCESS_DENIED if it takes no part
     */
    public void check(NodeKey key) throws ProtocolException {
        if (!admits(key)) {
            throw new ProtocolException(Fault.ACCESS_DENIED, REVOKED);
        }
    }

    /**
     * Lets whoever is at that address pass.
     *
     * @throws ProtocolException ACCESS_DENIED if nobody there is served
     */
    public void check(InetAddress address) throws ProtocolException {
        if (!admits(address)) {
            throw new ProtocolException(Fault.ACCESS_DENIED, REVOKED);
        }
    }

    // changes at run time

    /**
     * Denies somebody access, and closes its connections. It takes the place of an earlier rule for the same subject.
     *
     * @param until when that ends by itself
     * @throws IllegalArgumentException for the key of this node
     * @throws IllegalStateException when there are too many rules
     */
    public CompletionStage<Void> ban(Subject subject, Optional<Instant> until, String reason) {
        if (subject instanceof Subject.OfKey named && named.key().equals(self)) {
            throw new IllegalArgumentException("the key of this node itself");
        }
        return make(new AccessRule(Kind.DENY, subject, until, reason, false));
    }

    /** Puts somebody on the list of those who may; otherwise as {@link #ban}. Has an effect where the mode is that list. */
    public CompletionStage<Void> allow(Subject subject, Optional<Instant> until, String reason) {
        return make(new AccessRule(Kind.ALLOW, subject, until, reason, false));
    }

    private synchronized CompletionStage<Void> make(AccessRule rule) {
        if (made.size() >= MAX_RULES && !made.containsKey(rule.subject())) {
            throw new IllegalStateException("there are " + MAX_RULES + " access rules, which is the most");
        }
        made.put(rule.subject(), rule);
        return changed();
    }

    /** Takes back what was made at run time; completes with whether there was such a rule. */
    public synchronized CompletionStage<Boolean> lift(Subject subject) {
        return made.remove(subject) == null
                ? CompletableFuture.completedFuture(false)
                : changed().thenApply(saved -> true);
    }

    /** Lets the rules go whose time is over; to be called every second or so. */
    public void expire() {
        Optional<Instant> next = compiled.until;
        if (next.isPresent() && !clock.instant().isBefore(next.get())) {
            removeExpired();
        }
    }

    private synchronized void removeExpired() {
        Instant now = clock.instant();
        if (made.values().removeIf(rule -> !rule.holdsAt(now))) {
            changed();
        }
    }

    /** Every rule that holds: those of the settings, then those made at run time, in the order in which they were made. */
    public synchronized List<AccessRule> list() {
        Instant now = clock.instant();
        List<AccessRule> rules = new ArrayList<>();
        settings.deny().forEach(subject -> rules.add(permanent(Kind.DENY, subject)));
        settings.allow().forEach(subject -> rules.add(permanent(Kind.ALLOW, subject)));
        made.values().stream().filter(rule -> rule.holdsAt(now)).forEach(rules::add);
        return rules;
    }

    private static AccessRule permanent(Kind kind, Subject subject) {
        return new AccessRule(kind, subject, Optional.empty(), "", true);
    }

    private synchronized Compiled compile() {
        List<AccessRule> rules = list();
        return new Compiled(
                new CompiledRules(rules, Kind.DENY),
                new CompiledRules(rules, Kind.ALLOW),
                settings.mode() == Access.Mode.ALLOW_LIST,
                rules.stream().map(AccessRule::until).flatMap(Optional::stream).min(Instant::compareTo));
    }

    private synchronized CompletionStage<Void> changed() {
        compiled = compile();
        enforce();
        List<AccessRule> rules = List.copyOf(made.values());
        try {
            return CompletableFuture.runAsync(() -> save(rules), saver);
        } catch (RejectedExecutionException ended) {
            return CompletableFuture.failedFuture(ended);
        }
    }

    private void save(List<AccessRule> rules) {
        if (file == null) {
            return;
        }
        try {
            file.write(rules);
        } catch (IOException failed) {
            LOG.warn("the access rules cannot be saved, and hold until the relay ends: {}", failed.toString());
            throw new UncheckedIOException(failed);
        }
    }

    private void enforce() {
        LiveConnections connections = live;
        if (connections != null) {
            connections.closeAll(this::isUnwanted, CloseCode.ACCESS_DENIED, REVOKED);
        }
    }

    private boolean isUnwanted(LiveConnection connection) {
        return !admits(connection.address().getAddress())
                || connection.key().filter(key -> !admits(key)).isPresent()
                || (requireProof() && readsUnproven(connection.protocol()));
    }

    private static boolean readsUnproven(Live.Protocol protocol) {
        return switch (protocol) {
            case V1, EVENTS -> true;
            case V2, HTTP -> false;
        };
    }

    /** Waits until the last change is saved. Blocks. */
    @Override
    public void close() {
        saver.shutdown();
        try {
            if (!saver.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the access rules were not saved within {} s", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
