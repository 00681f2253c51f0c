package io.monorelay.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.NodeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A node's key pair on disk, in the format of an original node's {@code keys.config}: {@code {"priv_key":[64
 * numbers],"pub_key":[32 numbers]}}, the private key being the seed with the public key after it. Blocks on the disk: not
 * for event loops.
 */
public final class KeyFile {
    /**
     * What was read.
     *
     * @param readableByOthers whether other users of the machine may read the secret, which deserves a warning
     */
    public record Loaded(NodeIdentity identity, boolean readableByOthers) {}

    private static final int MAX_BYTES = 8192;
    private static final int PRIVATE_BYTES = Ed25519.SEED_BYTES + NodeKey.BYTES;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS_READ =
            EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final JsonFactory JSON = new JsonFactory();

    private KeyFile() {}

    /**
     * Reads a key file.
     *
     * @throws NoSuchFileException if there is none
     * @throws IOException if it cannot be read or is no key file, saying what was expected
     */
    public static Loaded read(Path file, Ed25519 ed25519) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw fault(file, "expected at most " + MAX_BYTES + " bytes, got " + Files.size(file));
        }
        Halves halves = parse(file, Files.readAllBytes(file));
        byte[] seed = Arrays.copyOf(halves.privateKey(), Ed25519.SEED_BYTES);
        NodeIdentity identity = NodeIdentity.fromSeed(seed, ed25519);
        boolean matches = Arrays.equals(identity.key().bytes(), halves.publicKey())
                && identity.key().equals(NodeKey.of(halves.privateKey(), Ed25519.SEED_BYTES));
        if (!matches) {
            throw fault(file, "the public key is not the one that belongs to the private key");
        }
        return new Loaded(identity, isReadableByOthers(file));
    }

    /**
     * Writes a new key file, whole or not at all, readable by its owner only from the first moment on.
     *
     * @throws FileAlreadyExistsException if there is a file of this name, which stays as it is
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, NodeIdentity identity) throws IOException {
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null || Files.exists(target)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Files.createDirectories(directory);
        Path draft = Files.createTempFile(directory, ".key", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            writeDurably(draft, text(identity));
            // unlike a move, a link fails if the name is taken meanwhile
            Files.createLink(target, draft);
            syncDirectory(directory);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void writeDurably(Path draft, byte[] text) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static byte[] text(NodeIdentity identity) {
        byte[] key = identity.key().bytes();
        byte[] privateKey = Arrays.copyOf(identity.seed(), PRIVATE_BYTES);
        System.arraycopy(key, 0, privateKey, Ed25519.SEED_BYTES, key.length);
        return ("{\"priv_key\":" + numbers(privateKey) + ",\"pub_key\":" + numbers(key) + "}").getBytes(US_ASCII);
    }

    private static String numbers(byte[] bytes) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 ? "" : ",").append(bytes[i] & 0xff);
        }
        return text.append(']').toString();
    }

    private static boolean isReadableByOthers(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(OTHERS_READ);
        permissions.retainAll(Files.getPosixFilePermissions(file));
        return !permissions.isEmpty();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Halves(byte[] privateKey, byte[] publicKey) {}

    private static Halves parse(Path file, byte[] text) throws IOException {
        byte[] privateKey = null;
        byte[] publicKey = null;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            while (object && parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "priv_key" -> privateKey = octets(parser, PRIVATE_BYTES);
                    case "pub_key" -> publicKey = octets(parser, NodeKey.BYTES);
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw fault(file, "it is not JSON");
        }
        return new Halves(
                present(file, "priv_key", PRIVATE_BYTES, privateKey),
                present(file, "pub_key", NodeKey.BYTES, publicKey));
    }

    private static byte @Nullable [] octets(JsonParser parser, int length) {
        byte[] octets = new byte[length];
        int count = 0;
        boolean good = parser.currentToken() == JsonToken.START_ARRAY;
        while (good && parser.nextToken() != JsonToken.END_ARRAY) {
            int value = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : -1;
            good = count < length && value >= 0 && value <= 255;
            if (good) {
                octets[count++] = (byte) value;
            }
        }
        return good && count == length ? octets : null;
    }

    private static byte[] present(Path file, String field, int length, byte @Nullable [] value) throws IOException {
        if (value == null) {
            throw fault(file, "expected \"" + field + "\" to be " + length + " numbers 0 to 255");
        }
        return value;
    }

    private static IOException fault(Path file, String what) {
        return new IOException("the key file " + file + " cannot be used: " + what);
    }
}
