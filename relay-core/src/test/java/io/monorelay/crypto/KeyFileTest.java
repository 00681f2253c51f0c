package io.monorelay.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.protocol.Vectors;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyFileTest {
    private final Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.AUTO);
    private final NodeIdentity identity = NodeIdentity.fromSeed(Vectors.SEED_A, ed25519);

    @TempDir
    private Path directory;

    @Test
    void theFileIsWrittenAsAnOriginalNodeWritesIt() throws IOException {
        Path file = directory.resolve("deep").resolve("keys.config");
        KeyFile.write(file, identity);
        assertThat(Files.readAllBytes(file)).isEqualTo(Vectors.generated("keys-a.config"));
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        Path file = directory.resolve("keys.config");
        KeyFile.write(file, identity);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.read(file, ed25519).readableByOthers()).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(KeyFile.read(file, ed25519).readableByOthers()).isTrue();
    }

    @Test
    void anOriginalNodesFileIsRead() throws IOException {
        Path file = written(Vectors.generated("keys-b.config"));
        assertThat(KeyFile.read(file, ed25519).identity().key())
                .isEqualTo(NodeIdentity.fromSeed(Vectors.SEED_B, ed25519).key());
    }

    @Test
    void anExistingFileStaysAsItIs() throws IOException {
        Path file = written("precious".getBytes(UTF_8));
        assertThatThrownBy(() -> KeyFile.write(file, identity)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void nothingElseIsLeftInTheDirectory() throws IOException {
        KeyFile.write(directory.resolve("keys.config"), identity);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aMissingFileIsAnErrorOfItsOwn() {
        assertThatThrownBy(() -> KeyFile.read(directory.resolve("none"), ed25519))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void otherContentsAreRefusedNamingTheFileAndWhatWasExpected() throws IOException {
        String good = new String(Vectors.generated("keys-a.config"), UTF_8);
        refused("", "expected \"priv_key\" to be 64 numbers 0 to 255");
        refused("{", "it is not JSON");
        refused("[]", "expected \"priv_key\" to be 64 numbers 0 to 255");
        refused(good.replace("[0,", "["), "expected \"priv_key\" to be 64 numbers 0 to 255");
        refused(good.replace("[0,", "[256,"), "expected \"priv_key\" to be 64 numbers 0 to 255");
        refused(good.replace("[0,", "[\"x\","), "expected \"priv_key\" to be 64 numbers 0 to 255");
        refused(good.replace("\"pub_key\"", "\"other\""), "expected \"pub_key\" to be 32 numbers 0 to 255");
        refused(good.replace("[0,", "[1,"), "the public key is not the one that belongs to the private key");
        refused(good.replace(":[3,161", ":[4,161"), "the public key is not the one that belongs to the private key");
        refused(" ".repeat(9000), "expected at most 8192 bytes, got 9000");
    }

    @Test
    void theSeedIsNotPrinted() {
        assertThat(identity).hasToString("NodeIdentity[" + identity.key() + "]");
        assertThat(NodeIdentity.generate(ed25519).key())
                .isNotEqualTo(NodeIdentity.generate(ed25519).key());
    }

    private void refused(String text, String expected) throws IOException {
        Path file = written(text.getBytes(UTF_8));
        assertThatThrownBy(() -> KeyFile.read(file, ed25519))
                .isInstanceOf(IOException.class)
                .hasMessage("the key file " + file + " cannot be used: " + expected);
    }

    private Path written(byte[] text) throws IOException {
        return Files.write(directory.resolve("keys.config"), text);
    }
}
