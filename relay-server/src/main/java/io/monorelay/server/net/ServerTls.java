package io.monorelay.server.net;

import io.monorelay.server.config.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this relay speaks TLS: its certificate and key, and what it takes of versions and ciphers. The files are looked at
 * every {@value #LOOK_SECONDS} s; once new ones have come to rest they serve whoever connects from then on, and where they cannot be used
 * the old ones stay. BoringSSL does the work where its library loads, and the JDK elsewhere.
 */
public final class ServerTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final int LOOK_SECONDS = 1;

    /** Ephemeral keys and authenticated encryption alone; the order in which a server prefers them. */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final ApplicationProtocolConfig HTTP_1 = new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            "http/1.1");

    // fixed after construction
    private final Tls settings;
    private final SslProvider provider;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("relay-tls", true));

    // written by its thread, read by any
    private volatile Served current;

    // owned by its thread
    private Stamp tried;
    private @Nullable Stamp seen;
    private boolean missed;
    /** An event loop may just be about to use the one before, so that lives until the next. */
    private @Nullable Served before;

    private ServerTls(Tls settings, SslProvider provider) throws IOException {
        this.settings = settings;
        this.provider = provider;
        tried = Stamp.of(settings);
        current = Served.of(KeyPairFiles.read(settings), provider);
    }

    /**
     * Reads the files, and from then on looks at them.
     *
     * @throws IOException if they cannot be used; the message names the setting and says why
     */
    public static ServerTls start(Tls settings) throws IOException {
        SslProvider fastest = OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
        ServerTls tls = open(settings, fastest);
        tls.thread.scheduleWithFixedDelay(tls::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return tls;
    }

    /** The same, where the caller is the one that looks. */
    static ServerTls open(Tls settings, SslProvider provider) throws IOException {
        return new ServerTls(settings, provider);
    }

    /**
     * What speaks TLS on one connection. Any thread.
     *
     * @param handshakeTimeout how long a client may take for its part of the handshake
     */
    SslHandler newHandler(ByteBufAllocator alloc, Duration handshakeTimeout) {
        SslHandler handler = current.context().newHandler(alloc);
        handler.setHandshakeTimeout(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    /** Whose certificate is served, for people. Any thread. */
    String description() {
        return current.description();
    }

    void look() {
        try {
            Stamp now = Stamp.of(settings);
            missed = false;
            // A file that changes between two looks is still being written, or the other one has yet to be.
            if (!now.equals(tried) && now.equals(seen)) {
                tried = now;
                replace();
            }
            seen = now;
        } catch (IOException missing) {
            // For a moment that is so whenever they are replaced; it is said when it stays so, and once.
            if (seen == null && !missed) {
                missed = true;
                LOG.warn("TLS goes on with the certificate that it has: {}", missing.getMessage());
            }
            seen = null;
        }
    }

    private void replace() {
        try {
            KeyPairFiles files = KeyPairFiles.read(settings);
            files.requireValidNow();
            Served next = Served.of(files, provider);
            release(before);
            before = current;
            current = next;
            LOG.info("TLS has a new certificate, {}", next.description());
        } catch (IOException unusable) {
            LOG.warn("TLS goes on with the certificate that it has: {}", unusable.getMessage());
        }
    }

    /** Lets go of everything; called when no event loop takes connections any more. */
    @Override
    public void close() {
        thread.execute(this::release);
        thread.shutdown();
    }

    private void release() {
        release(before);
        release(current);
    }

    private static void release(@Nullable Served served) {
        if (served != null) {
            ReferenceCountUtil.release(served.context());
        }
    }

    /**
     * What a certificate and its key were made into.
     *
     * @param description for people
     */
    private record Served(SslContext context, String description) {
        static Served of(KeyPairFiles files, SslProvider provider) throws IOException {
            SslContext context = SslContextBuilder.forServer(files.key(), files.chain())
                    .sslProvider(provider)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(HTTP_1)
                    .build();
            return new Served(context, files.description());
        }
    }

    /** How both files looked at one moment. */
    private record Stamp(FileTime certificate, long certificateBytes, FileTime key, long keyBytes) {
        static Stamp of(Tls settings) throws IOException {
            BasicFileAttributes certificate = KeyPairFiles.attributes("tls.certificate", settings.certificate());
            BasicFileAttributes key = KeyPairFiles.attributes("tls.key", settings.key());
            return new Stamp(certificate.lastModifiedTime(), certificate.size(), key.lastModifiedTime(), key.size());
        }
    }
}
