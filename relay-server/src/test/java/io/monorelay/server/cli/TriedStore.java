package io.monorelay.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.crypto.Ed25519Provider;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import io.monorelay.server.node.ForeignNode;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.server.store.PostgresServer;
import io.monorelay.server.store.StoredRow;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A store that the tools are tried on, which need not be there yet.
 *
 * @param settings where it is, as a relay would be told
 */
record TriedStore(Map<String, String> settings) {
    /** When every message was stored, in ms since the epoch. */
    static final long ACCEPTED_AT = 1_700_000_000_000L;

    private static final RowCheck CHECK = new RowCheck(Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE));

    /** The file in that data directory. */
    static TriedStore sqlite(Path data) {
        return new TriedStore(Map.of("data", data.toString()));
    }

    /** The database behind that URL, for a relay with that data directory. */
    static TriedStore postgres(String url, Path data) {
        return new TriedStore(Map.of("data", data.toString(), "store.url", url, "store.user", PostgresServer.USER));
    }

    /** Runs that tool on it. */
    Cli tool(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("store", name));
        new LinkedHashMap<>(settings).forEach((key, value) -> arguments.add("--" + key + "=" + value));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    Cli importLines(List<String> lines, String... more) throws IOException {
        Path file = Files.createTempFile("lines", ".ndjson");
        try {
            Files.write(file, lines);
            List<String> arguments = new ArrayList<>(List.of("--in", file.toString()));
            arguments.addAll(List.of(more));
            return tool("import", arguments.toArray(String[]::new));
        } finally {
            Files.delete(file);
        }
    }

    /** Imports what that store exports. */
    Cli importFrom(TriedStore other, String... more) throws IOException {
        return importLines(other.tool("export").lines(), more);
    }

    /** Opens it as a relay does, which makes it. */
    JdbcStore open() throws StoreException {
        try {
            RelayConfig config = ConfigLoader.load(null, Map.of(), settings).config();
            Files.createDirectories(config.data());
            return JdbcStore.open(config.store(), config.data(), InstantSource.system());
        } catch (ConfigException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Four messages: two broadcasts, one in compact form, one addressed, with positions left out between them. */
    TriedStore filled(ForeignNode node, ForeignNode other) {
        return filled(
                other,
                List.of(
                        stored(3, node.broadcast("hello")),
                        stored(4, other.broadcast("second")),
                        stored(5, node.addressed(other, "addressed")),
                        stored(12, node.compact("compact"))));
    }

    /** Those messages, 1,000 positions reserved, and a node that has processed the first four. */
    TriedStore filled(ForeignNode reader, List<StoredMessage> messages) {
        try (JdbcStore store = open()) {
            store.reserve(1000);
            store.restore(messages);
            store.rememberPositions(Map.of(NodeKey.of(reader.key()), 4L));
            return this;
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    static StoredMessage stored(long position, String text) {
        try {
            VerifiedMessage message = CHECK.verified(((Inbound.Publish) CHECK.decode(text.getBytes(UTF_8))).message());
            return new StoredMessage(
                    position,
                    message.id(),
                    message.sender(),
                    message.receiver(),
                    message.form(),
                    ACCEPTED_AT,
                    message.timeEpochSecond(),
                    RowCheck.membersOf(message));
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every column of every message. */
    List<String> rows() throws StoreException {
        try (JdbcStore store = open()) {
            return store.rows(0, 100).stream().map(TriedStore::described).toList();
        }
    }

    private static String described(StoredRow row) {
        return ExportLine.message(row) + row.form() + (row.receiver() == null);
    }

    /** Up to where each node has processed the messages. */
    Map<NodeKey, Long> rememberedPositions() throws StoreException {
        try (JdbcStore store = open()) {
            return store.rememberedPositions();
        }
    }

    long reservedThrough() throws StoreException {
        try (JdbcStore store = open()) {
            return store.reservedThrough();
        }
    }
}
