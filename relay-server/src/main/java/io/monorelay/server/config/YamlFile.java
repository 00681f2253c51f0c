package io.monorelay.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a YAML file into texts by key. {@code a: {b: 1}} and {@code a.b: 1} are the same. */
final class YamlFile {
    private static final int MAX_BYTES = 1 << 20;

    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final KnownKeys keys;
    private final Map<String, String> values = new HashMap<>();

    private YamlFile(Path file, KnownKeys keys) {
        this.file = file;
        this.keys = keys;
    }

    static Map<String, String> read(Path file, KnownKeys keys) throws ConfigException {
        YamlFile yaml = new YamlFile(file, keys);
        yaml.addSection("", yaml.parse(yaml.readBytes()));
        return yaml.values;
    }

    private byte[] readBytes() throws ConfigException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(
                        "file " + file + " has " + Files.size(file) + " bytes, at most " + MAX_BYTES + " are read");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new ConfigException("file " + file + " does not exist", missing);
        } catch (IOException unreadable) {
            throw new ConfigException("file " + file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private JsonNode parse(byte[] bytes) throws ConfigException {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(bytes);
        } catch (JacksonException malformed) {
            String where = malformed.getLocation() == null
                    ? ""
                    : ", line " + malformed.getLocation().getLineNr();
            String what = malformed.getOriginalMessage().replaceAll("\\s+", " ");
            throw new ConfigException("file " + file + where + ": " + what, malformed);
        }
        if (!tree.isObject() && !isEmpty(tree)) {
            throw new ConfigException("file " + file + ": expected keys with values, such as \"listen: 0.0.0.0:8000\"");
        }
        return tree;
    }

    private void addSection(String prefix, JsonNode section) throws ConfigException {
        for (Map.Entry<String, JsonNode> entry : section.properties()) {
            add(prefix + entry.getKey(), entry.getValue());
        }
    }

    private void add(String key, JsonNode node) throws ConfigException {
        Setting<?> setting = keys.find(key);
        boolean isSection = node.isObject() && keys.isSection(key);
        if (setting != null && !isSection) {
            addValue(setting, text(setting, node));
        } else if (node.isObject() && !node.isEmpty()) {
            addSection(key + ".", node);
        } else if (!keys.isSection(key)) {
            throw keys.unknown(key, "key " + key + " in file " + file);
        } else if (!isEmpty(node)) {
            throw new ConfigException(key + " in file " + file + ": expected a section with keys of its own");
        }
    }

    private void addValue(Setting<?> setting, String text) throws ConfigException {
        if (values.put(setting.key(), text) != null) {
            throw new ConfigException(setting.key() + " is given twice in file " + file + ": expected once");
        }
    }

    private String text(Setting<?> setting, JsonNode node) throws ConfigException {
        if (node.isValueNode() && !node.isNull()) {
            return node.asString();
        }
        if (!node.isArray() || !setting.type().isList()) {
            throw new ConfigException(
                    setting.key() + " = " + node + "  (file " + file + "): expected " + setting.expected());
        }
        List<String> elements = new ArrayList<>();
        for (JsonNode element : node) {
            elements.add(element.asString(""));
        }
        return String.join(",", elements);
    }

    private static boolean isEmpty(JsonNode node) {
        return node.isNull() || node.isMissingNode() || (node.isObject() && node.isEmpty());
    }
}
