package io.monorelay.server.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS on the relay's port.
 *
 * @param certificate the file with the certificate and those of its issuers, in PEM form, the relay's own first
 * @param key the file with its private key, PKCS#8 in PEM form
 * @param required whether who does not speak TLS is refused
 */
public record Tls(Path certificate, Path key, boolean required) {
    static Optional<Tls> of(Settings settings) {
        Optional<Path> certificate = settings.get(Catalogue.TLS_CERTIFICATE);
        Optional<Path> key = settings.get(Catalogue.TLS_KEY);
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(new Tls(certificate.get(), key.get(), settings.get(Catalogue.TLS_REQUIRED)))
                : Optional.empty();
    }
}
