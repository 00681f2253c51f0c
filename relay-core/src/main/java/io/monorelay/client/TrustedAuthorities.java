package io.monorelay.client;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whose certificates a client trusts. */
public final class TrustedAuthorities {
    private TrustedAuthorities() {}

    /**
     * For {@link ClientOptions#withTls}: what the system trusts and, beside that, the certificates of a file. Host names
     * are verified. Blocks while it reads.
     *
     * @param pem one certificate or several, in PEM form
     * @throws IOException if the file cannot be read, or has no certificate in that form
     */
    public static SslContext ofSystemAnd(Path pem) throws IOException {
        try {
            KeyStore trusted = systemStore();
            int number = 0;
            for (Certificate certificate : read(pem)) {
                trusted.setCertificateEntry("given " + number++, certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(managers)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the platform's certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> read(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IOException(pem + " has no certificate in PEM form");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(pem + " has no certificate in PEM form: " + e.getMessage(), e);
        }
    }

    private static KeyStore systemStore() throws GeneralSecurityException, IOException {
        TrustManagerFactory system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        system.init((KeyStore) null);
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (TrustManager manager : system.getTrustManagers()) {
            if (manager instanceof X509TrustManager authorities) {
                int number = 0;
                for (X509Certificate authority : authorities.getAcceptedIssuers()) {
                    store.setCertificateEntry("system " + number++, authority);
                }
            }
        }
        return store;
    }
}
