package io.monorelay.server.admission;

import io.monorelay.server.config.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file that keeps the rules made at run time: {@code
 * {"version":1,"rules":[{"kind":"deny","subject":…,"until":… or null,"reason":…},…]}}. It is replaced as a whole, so that
 * it is never half written. Blocks.
 */
final class AccessRuleFile {
    private static final String NAME = "access.json";
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;

    /**
     * @param data the data directory
     */
    AccessRuleFile(Path data) {
        file = data.resolve(NAME);
    }

    /**
     * Reads the rules; there are none where there is no file.
     *
     * @throws IOException if they cannot be read, with one line that says why: a rule that is passed over would let
     *     somebody in
     */
    List<AccessRule> read() throws IOException {
        try {
            return parsed(JSON.readTree(Files.readString(file)));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (JacksonException | DateTimeException | IllegalArgumentException malformed) {
            throw new IOException(file + " is not a file of access rules: " + malformed.getMessage(), malformed);
        }
    }

    private static List<AccessRule> parsed(JsonNode root) {
        if (root.path("version").asInt(0) != VERSION) {
            throw new IllegalArgumentException("expected \"version\": " + VERSION);
        }
        List<AccessRule> rules = new ArrayList<>();
        for (JsonNode rule : root.path("rules")) {
            rules.add(rule(rule));
        }
        return rules;
    }

    private static AccessRule rule(JsonNode rule) {
        String text = rule.path("subject").asString("");
        Subject subject = Subject.parse(text);
        if (subject == null) {
            throw new IllegalArgumentException("\"" + text + "\" is neither a key nor an address");
        }
        JsonNode until = rule.path("until");
        return new AccessRule(
                AccessRule.Kind.valueOf(rule.path("kind").asString("").toUpperCase(Locale.ROOT)),
                subject,
                until.isString() ? Optional.of(Instant.parse(until.stringValue())) : Optional.empty(),
                rule.path("reason").asString(""),
                false);
    }

    void write(Collection<AccessRule> rules) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", VERSION);
        root.put("rules", rules.stream().map(AccessRuleFile::members).toList());
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path fresh = Files.createTempFile(directory, NAME, ".new");
        Files.write(fresh, JSON.writeValueAsBytes(root));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, @Nullable Object> members(AccessRule rule) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("kind", rule.kind().name().toLowerCase(Locale.ROOT));
        members.put("subject", rule.subject().toString());
        members.put("until", rule.until().map(Instant::toString).orElse(null));
        members.put("reason", rule.reason());
        return members;
    }
}
