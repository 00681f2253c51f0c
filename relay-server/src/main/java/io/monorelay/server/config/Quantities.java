package io.monorelay.server.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values with a unit: byte sizes and durations. */
final class Quantities {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,12}) ?([A-Za-z]*)");

    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);

    private static final Map<String, Long> MILLISECONDS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Quantities() {}

    /** A number of bytes, with or without a unit; the bounds are texts of the same form. */
    static ValueType<Long> byteSize(String least, String most) {
        long from = bound(least, BYTES);
        long to = bound(most, BYTES);
        String expected = "a byte size such as 64KiB, from " + least + " to " + most;
        return ValueType.single(expected, text -> within(parse(text, BYTES), from, to));
    }

    /** A length of time, with its unit; the bounds are texts of the same form. */
    static ValueType<Duration> duration(String least, String most) {
        long from = bound(least, MILLISECONDS);
        long to = bound(most, MILLISECONDS);
        String expected = "a duration such as 8ms, 10s or 5m, from " + least + " to " + most;
        return ValueType.single(expected, text -> {
            Long milliseconds = within(parse(text, MILLISECONDS), from, to);
            return milliseconds == null ? null : Duration.ofMillis(milliseconds);
        });
    }

    private static long bound(String text, Map<String, Long> units) {
        Long value = parse(text, units);
        if (value == null) {
            throw new IllegalArgumentException(text + " as a bound, expected a number with one of " + units.keySet());
        }
        return value;
    }

    private static @Nullable Long parse(String text, Map<String, Long> units) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Long unit = units.get(matcher.group(2));
        long number = Long.parseLong(matcher.group(1));
        return unit == null || number > Long.MAX_VALUE / unit ? null : Long.valueOf(number * unit);
    }

    private static @Nullable Long within(@Nullable Long value, long least, long most) {
        return value != null && value >= least && value <= most ? value : null;
    }
}
