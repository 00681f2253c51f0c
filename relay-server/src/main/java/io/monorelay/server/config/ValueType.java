package io.monorelay.server.config;

import io.monorelay.client.ProxySettings;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.AddressBlock;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a setting becomes a value.
 *
 * @param expected what is accepted, worded to follow "expected"
 * @param isList whether the file may give a YAML list, whose elements are joined by commas
 */
record ValueType<T>(String expected, boolean isList, Parser<T> parser) {
    private static final int MAX_TEXT_CHARS = 128;
    private static final int MAX_URL_CHARS = 2_048;

    /** Reads one text. */
    interface Parser<T> {
        /** The value, or null where the text is not an accepted one. */
        @Nullable
        T parse(String text);
    }

    static ValueType<String> text() {
        return single("at most " + MAX_TEXT_CHARS + " printable characters", ValueType::parseText);
    }

    static ValueType<Boolean> bool() {
        return single("true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    static ValueType<Integer> integer(int least, int most) {
        return single("a whole number from " + least + " to " + most, text -> parseInteger(text, least, most));
    }

    /** Nothing, or a whole number. */
    static ValueType<Optional<Integer>> anyInteger(int least, int most) {
        return single("nothing, or a whole number from " + least + " to " + most, text -> {
            Integer value = parseInteger(text, least, most);
            return value == null && !text.isBlank() ? null : Optional.ofNullable(value);
        });
    }

    /** Nothing, or what that reads. */
    static <T> ValueType<Optional<T>> any(ValueType<T> type) {
        return single("nothing, or " + type.expected(), text -> {
            T value = text.isBlank() ? null : type.parser().parse(text);
            return value == null && !text.isBlank() ? null : Optional.ofNullable(value);
        });
    }

    static ValueType<Integer> powerOfTwo(int least, int most) {
        return single("a power of two from " + least + " to " + most, text -> {
            Integer value = parseInteger(text, least, most);
            return value != null && Integer.bitCount(value) == 1 ? value : null;
        });
    }

    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        return oneOf(type, ValueType::lowerCase);
    }

    /** The same for constants whose words are joined by hyphens in the text. */
    static <E extends Enum<E>> ValueType<E> hyphenated(Class<E> type) {
        return oneOf(type, constant -> lowerCase(constant).replace('_', '-'));
    }

    private static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type, Function<E, String> name) {
        E[] constants = type.getEnumConstants();
        String expected = Arrays.stream(constants).map(name).collect(Collectors.joining(", ", "one of ", ""));
        return single(
                expected,
                text -> Arrays.stream(constants)
                        .filter(constant -> name.apply(constant).equals(text))
                        .findFirst()
                        .orElse(null));
    }

    /** Nothing, or where the driver of PostgreSQL connects to. A password has no place where it would be shown. */
    static ValueType<String> storeUrl() {
        String expected = "nothing (SQLite in the data directory), or jdbc:postgresql://HOST[:PORT]/DATABASE without a"
                + " password in it";
        return single(expected, text -> isStoreUrl(text) ? text : null);
    }

    static ValueType<Path> path() {
        return single("a path", ValueType::parsePath);
    }

    /** Nothing, or a path. */
    static ValueType<Optional<Path>> anyPath() {
        return single("nothing, or a path", text -> {
            Path path = parsePath(text);
            return path == null && !text.isBlank() ? null : Optional.ofNullable(path);
        });
    }

    /** Nothing, or what stands in the place of the proxies that the environment names. */
    static ValueType<Optional<ProxySettings>> proxy() {
        String expected = "nothing (as the environment says), none, http://HOST:PORT or socks5://HOST:PORT";
        return single(expected, text -> {
            try {
                return text.isBlank() ? Optional.empty() : Optional.of(ProxySettings.parse(text));
            } catch (IllegalArgumentException notAProxy) {
                return null;
            }
        });
    }

    static ValueType<RelayConfig.Listen> listen() {
        return single("host:port such as 0.0.0.0:8000 or [::]:8000", ValueType::parseListen);
    }

    /** Nothing, or the same. */
    static ValueType<Optional<RelayConfig.Listen>> anyListen() {
        return single("nothing, or host:port such as 127.0.0.1:8008", text -> {
            RelayConfig.Listen listen = parseListen(text);
            return listen == null && !text.isBlank() ? null : Optional.ofNullable(listen);
        });
    }

    /** Addresses without a path, so that a proof made for one of them can be compared as text. */
    static ValueType<List<URI>> addresses() {
        String expected = "a list of addresses such as wss://relay.example.org, with the scheme ws, wss, http or https"
                + " and without a path";
        return new ValueType<>(expected, true, text -> parseList(text, ValueType::parseAddress));
    }

    static ValueType<List<NodeKey>> keys() {
        return new ValueType<>(
                "a list of keys, each in base64url or hex", true, text -> parseList(text, ValueType::parseKey));
    }

    static ValueType<List<Subject>> subjects() {
        return new ValueType<>(
                "a list of keys, addresses, and networks such as 192.0.2.0/24",
                true,
                text -> parseList(text, Subject::parse));
    }

    static ValueType<List<AddressBlock>> addressBlocks() {
        return new ValueType<>(
                "a list of addresses and networks such as 10.0.0.1 or 10.0.0.0/8",
                true,
                text -> parseList(text, AddressBlock::parse));
    }

    static <T> ValueType<T> single(String expected, Parser<T> parser) {
        return new ValueType<>(expected, false, parser);
    }

    static @Nullable Integer parseInteger(String text, int least, int most) {
        Long value = parseLong(text);
        return value != null && value >= least && value <= most ? value.intValue() : null;
    }

    static @Nullable Long parseLong(String text) {
        if (!text.matches("-?[0-9]{1,18}")) {
            return null;
        }
        return Long.valueOf(text);
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String parseText(String text) {
        boolean printable = text.chars().noneMatch(Character::isISOControl);
        return printable && text.length() <= MAX_TEXT_CHARS ? text : null;
    }

    private static boolean isStoreUrl(String text) {
        boolean hasPassword = text.matches(".*[?&](?i:password)=.*");
        boolean isPostgres = text.matches("jdbc:postgresql:\\S+") && text.length() <= MAX_URL_CHARS;
        return text.isEmpty() || (isPostgres && !hasPassword);
    }

    private static @Nullable Path parsePath(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException notAPath) {
            return null;
        }
    }

    private static RelayConfig.@Nullable Listen parseListen(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return null;
        }
        Integer port = parseInteger(text.substring(colon + 1), 0, 65535);
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        boolean readable = bracketed ? bare.matches("[0-9A-Fa-f:.]+(%\\w+)?") : bare.matches("[0-9A-Za-z._-]+");
        return port != null && readable ? new RelayConfig.Listen(bare, port) : null;
    }

    private static <T> @Nullable List<T> parseList(String text, Parser<T> parser) {
        List<T> elements = new ArrayList<>();
        if (text.isBlank()) {
            return elements;
        }
        for (String part : text.split(",", -1)) {
            T element = parser.parse(part.strip());
            if (element == null) {
                return null;
            }
            elements.add(element);
        }
        return elements;
    }

    private static @Nullable NodeKey parseKey(String text) {
        try {
            return NodeKey.parse(text);
        } catch (IllegalArgumentException notAKey) {
            return null;
        }
    }

    private static @Nullable URI parseAddress(String text) {
        if (!text.matches("(?i)(wss?|https?)://(\\[[0-9a-f:.]+]|[0-9a-z.-]+)(:[0-9]{1,5})?/?")) {
            return null;
        }
        String withoutSlash = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        try {
            URI address = new URI(withoutSlash.toLowerCase(Locale.ROOT));
            return address.getHost() != null && address.getPort() <= 65535 ? address : null;
        } catch (URISyntaxException notAnAddress) {
            return null;
        }
    }
}
