package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that vouches for itself, for {@code localhost} and 127.0.0.1, and its key, in two files in PEM form.
 */
public record CertificateFiles(Path certificate, Path key) {
    public static final String PASSWORD = "password";
    private static final int LINE_CHARS = 64;

    /** Makes new ones in that directory, where they are called {@code NAME.crt} and {@code NAME.key}. */
    public static CertificateFiles make(Path directory, String name) throws Exception {
        return make(directory, name, 30);
    }

    /**
     * The same with a certificate that is good for so many days.
     *
     * @param days negative for one that is not good any more
     */
    public static CertificateFiles make(Path directory, String name, int days) throws Exception {
        KeyStore keys = keys(directory.resolve(name + ".p12"), name, "dns:localhost,ip:127.0.0.1", days);
        return new CertificateFiles(
                pem(
                        directory.resolve(name + ".crt"),
                        "CERTIFICATE",
                        certificate(keys).getEncoded()),
                pem(directory.resolve(name + ".key"), "PRIVATE KEY", key(keys).getEncoded()));
    }

    /** Puts the same into other files, one after the other. */
    public void copyTo(CertificateFiles other) throws IOException {
        Files.writeString(other.certificate(), Files.readString(certificate));
        Files.writeString(other.key(), Files.readString(key));
    }

    private static Certificate certificate(KeyStore keys) throws GeneralSecurityException {
        return keys.getCertificate("node");
    }

    private static Key key(KeyStore keys) throws GeneralSecurityException {
        return keys.getKey("node", PASSWORD.toCharArray());
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /** Keys for a name, in the file that is made for them, under {@value #PASSWORD} as {@code node}. */
    public static KeyStore keysFor(Path directory, String name) throws Exception {
        return keys(directory.resolve(name + ".p12"), name, "dns:" + name, 30);
    }

    private static KeyStore keys(Path file, String name, String alternatives, int days) throws Exception {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(List.of(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "node",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-startdate",
                        days < 0 ? days + "d" : "-1d",
                        "-validity",
                        days < 0 ? "1" : Integer.toString(days + 1),
                        "-ext",
                        "SAN=" + alternatives,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling(name + ".log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }
}
