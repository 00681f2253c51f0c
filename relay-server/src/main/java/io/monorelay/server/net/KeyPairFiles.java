package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.monorelay.server.config.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with its issuers, and the private key that belongs to it, read from files and held against each other.
 *
 * @param chain the relay's own certificate first
 */
record KeyPairFiles(PrivateKey key, List<X509Certificate> chain) {
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final byte[] PROBE = {1, 2, 3};
    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    /**
     * Reads both files. Blocks.
     *
     * @throws IOException if they cannot be used; the message names the setting and says why
     */
    static KeyPairFiles read(Tls settings) throws IOException {
        List<X509Certificate> chain = chain(bytes("tls.certificate", settings.certificate()), settings.certificate());
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = key(bytes("tls.key", settings.key()), settings.key(), publicKey);
        if (!belongTogether(key, publicKey)) {
            throw new IOException(
                    "tls.key: " + settings.key() + " is not the key of the certificate in " + settings.certificate());
        }
        return new KeyPairFiles(key, chain);
    }

    private static byte[] bytes(String setting, Path file) throws IOException {
        if (attributes(setting, file).size() > MAX_FILE_BYTES) {
            throw new IOException(setting + ": " + file + " is larger than 1 MiB, expected a file in PEM form");
        }
        return Files.readAllBytes(file);
    }

    /** What the file system says of the file that a setting names. */
    static BasicFileAttributes attributes(String setting, Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException missing) {
            throw new IOException(setting + ": there is no file " + file, missing);
        }
    }

    private static List<X509Certificate> chain(byte[] pem, Path file) throws IOException {
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!chain.isEmpty()) {
                return chain;
            }
            throw new CertificateException("it has none");
        } catch (CertificateException unreadable) {
            throw new IOException(
                    "tls.certificate: expected certificates in PEM form in " + file + ": " + unreadable.getMessage(),
                    unreadable);
        }
    }

    private static PrivateKey key(byte[] pem, Path file, PublicKey publicKey) throws IOException {
        Matcher found = PKCS8.matcher(new String(pem, ISO_8859_1));
        if (!found.find()) {
            throw new IOException("tls.key: expected \"BEGIN PRIVATE KEY\" (PKCS#8, not encrypted) in " + file
                    + "; \"openssl pkcs8 -topk8 -nodes -in FILE\" makes that of other forms");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new IOException(
                    "tls.key: expected a key of type " + publicKey.getAlgorithm() + ", as the certificate's, in "
                            + file,
                    unreadable);
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) throws IOException {
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm(publicKey));
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException unusable) {
            throw new IOException("tls.key: it does not sign: " + unusable.getMessage(), unusable);
        }
    }

    private static String signatureAlgorithm(PublicKey publicKey) throws IOException {
        return switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default ->
                throw new IOException("tls.certificate: expected an RSA or EC key, got " + publicKey.getAlgorithm());
        };
    }

    /** Why it would be of no use now. */
    void requireValidNow() throws IOException {
        try {
            chain.getFirst().checkValidity();
        } catch (CertificateException notNow) {
            throw new IOException("tls.certificate: not valid now: " + notNow.getMessage(), notNow);
        }
    }

    /** For people. */
    String description() {
        X509Certificate own = chain.getFirst();
        return own.getSubjectX500Principal() + ", valid until "
                + own.getNotAfter().toInstant();
    }
}
