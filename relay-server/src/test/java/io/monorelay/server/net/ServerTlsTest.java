package io.monorelay.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.server.config.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificate is served while its files change. */
final class ServerTlsTest {
    @TempDir
    Path directory;

    private CertificateFiles files;
    private ServerTls tls;

    @BeforeEach
    void open() throws Exception {
        files = CertificateFiles.make(directory, "first");
        tls = ServerTls.open(new Tls(files.certificate(), files.key(), false), Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        tls.close();
    }

    @Test
    void newFilesAreTakenOnceTheyHaveComeToRest() throws Exception {
        CertificateFiles.make(directory, "second").copyTo(files);
        tls.look();
        assertServed("first");
        tls.look();
        assertServed("second");
    }

    @Test
    void aKeyThatComesAfterItsCertificateIsWaitedFor() throws Exception {
        CertificateFiles second = CertificateFiles.make(directory, "second");
        Files.writeString(files.certificate(), Files.readString(second.certificate()));
        look();
        assertServed("first");
        Files.writeString(files.key(), Files.readString(second.key()));
        look();
        assertServed("second");
    }

    @Test
    void filesThatCannotBeUsedLeaveTheOldOnesInPlace() throws Exception {
        CertificateFiles.make(directory, "expired", -10).copyTo(files);
        look();
        assertServed("first");
        Files.writeString(files.certificate(), "nothing of that kind");
        look();
        assertServed("first");
        Files.delete(files.certificate());
        look();
        assertServed("first");
        CertificateFiles.make(directory, "third").copyTo(files);
        look();
        assertServed("third");
    }

    private void look() {
        tls.look();
        tls.look();
    }

    private void assertServed(String name) {
        assertThat(tls.description()).startsWith("CN=" + name + ",");
    }
}
