package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The two ways in which the wire writes a time, always UTC: {@code YYYY-MM-DD HH:MM:SS} in messages, and the same with
 * {@code .uuuuuu} in handshakes. Reading is strict: exactly these characters, and a date that exists.
 */
public final class WireTime {
    /** What the reading methods return for a text that is no time. */
    public static final long UNREADABLE = Long.MIN_VALUE;

    /** The length of a time in seconds. */
    public static final int SECOND_CHARS = 19;

    /** The length of a time in microseconds. */
    public static final int MICRO_CHARS = 26;

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final int[] DAYS_BEFORE_MONTH = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    private static final int DAYS_UNTIL_1970 = 719_528;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private WireTime() {}

    /** The epoch second in the 19 bytes from {@code offset}, or {@link #UNREADABLE}; they must exist. */
    public static long parseSecond(byte[] text, int offset) {
        if (!hasSeparators(text, offset)) {
            return UNREADABLE;
        }
        int day = epochDay(number(text, offset, 4), number(text, offset + 5, 2), number(text, offset + 8, 2));
        int second =
                secondOfDay(number(text, offset + 11, 2), number(text, offset + 14, 2), number(text, offset + 17, 2));
        return day == Integer.MIN_VALUE || second < 0 ? UNREADABLE : day * 86_400L + second;
    }

    /** The epoch second of a text of exactly 19 characters, or {@link #UNREADABLE}. */
    public static long parseSecond(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return bytes.length == SECOND_CHARS ? parseSecond(bytes, 0) : UNREADABLE;
    }

    /** The microseconds since the epoch of a text of exactly 26 characters, or {@link #UNREADABLE}. */
    public static long parseMicros(String text) {
        // Of the bytes: what is not ASCII may be fewer of them than it has characters.
        byte[] bytes = text.getBytes(US_ASCII);
        if (bytes.length != MICRO_CHARS || bytes[SECOND_CHARS] != '.') {
            return UNREADABLE;
        }
        long second = parseSecond(bytes, 0);
        int micros = number(bytes, SECOND_CHARS + 1, 6);
        return second == UNREADABLE || micros < 0 ? UNREADABLE : second * MICROS_PER_SECOND + micros;
    }

    /** The time in a message: 19 characters. */
    public static String formatSecond(long epochSecond) {
        return SECONDS.format(LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC));
    }

    /** The time in a handshake: 26 characters. */
    public static String formatMicros(Instant time) {
        return MICROS.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
    }

    private static boolean hasSeparators(byte[] text, int at) {
        boolean date = text[at + 4] == '-' && text[at + 7] == '-' && text[at + 10] == ' ';
        return date && text[at + 13] == ':' && text[at + 16] == ':';
    }

    /** The number that these digits write, or a negative one if they are not digits. */
    private static int number(byte[] text, int from, int digits) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int epochDay(int year, int month, int day) {
        if (year < 0 || month < 1 || month > 12 || day < 1) {
            return Integer.MIN_VALUE;
        }
        boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        int length = DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1] + (leap && month == 2 ? 1 : 0);
        if (day > length) {
            return Integer.MIN_VALUE;
        }
        int leapDayPassed = leap && month > 2 ? 1 : 0;
        return daysBefore(year) + DAYS_BEFORE_MONTH[month - 1] + leapDayPassed + day - 1 - DAYS_UNTIL_1970;
    }

    /** The days from the start of year 0, which is a leap year, to the start of this one. */
    private static int daysBefore(int year) {
        int leapYears = year == 0 ? 0 : (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1;
        return year * 365 + leapYears;
    }

    private static int secondOfDay(int hour, int minute, int second) {
        boolean real = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        return real ? (hour * 60 + minute) * 60 + second : -1;
    }
}
