package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WireTimeTest {
    @Test
    void aTimeIsReadAsUtc() {
        assertThat(WireTime.parseSecond("2022-09-22 12:03:11"))
                .isEqualTo(Instant.parse("2022-09-22T12:03:11Z").getEpochSecond());
        assertThat(WireTime.parseMicros("1969-12-31 23:59:59.999999")).isEqualTo(-1);
    }

    @Test
    void everyCombinationIsReadAsTheCalendarSays() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            int year = random.nextInt(10_000);
            int month = random.nextInt(14);
            int day = random.nextInt(33);
            int hour = random.nextInt(26);
            int minute = random.nextInt(62);
            int second = random.nextInt(62);
            String text = String.format("%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute, second);
            assertThat(WireTime.parseSecond(text)).as(text).isEqualTo(model(year, month, day, hour, minute, second));
        }
    }

    private static long model(int year, int month, int day, int hour, int minute, int second) {
        try {
            return LocalDateTime.of(year, month, day, hour, minute, second).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return WireTime.UNREADABLE;
        }
    }

    @Test
    void whatIsWrittenIsReadBack() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000) * 1000L);
            assertThat(WireTime.parseSecond(WireTime.formatSecond(time.getEpochSecond())))
                    .isEqualTo(time.getEpochSecond());
            assertThat(WireTime.parseMicros(WireTime.formatMicros(time)))
                    .isEqualTo(time.getEpochSecond() * 1_000_000 + time.getNano() / 1000);
        }
    }

    @Test
    void aTimeIsReadFromTheMiddleOfAText() {
        byte[] text = "\"time\":\"2022-09-22 12:03:11\"}".getBytes(US_ASCII);
        assertThat(WireTime.parseSecond(text, 8)).isEqualTo(WireTime.parseSecond("2022-09-22 12:03:11"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2022-09-22 12:03:1\ud83d\ude00",
                "2022-09-22 12:03:\ud83d\ude00",
                "",
                "not a time",
                "2022-09-22T12:03:11",
                "2022-09-22 12:03:11Z",
                "2022-09-22 12:03:11.5",
                " 2022-09-22 12:03:11",
                "2022-9-22 12:03:11 ",
                "2022-09-22 12:03:60",
                "2022-09-22 24:00:00",
                "2023-02-29 00:00:00",
                "1900-02-29 00:00:00",
                "2022-04-31 00:00:00",
                "2022-00-10 00:00:00",
                "2022-01-00 00:00:00",
                "+022-01-01 00:00:00",
                "2022-01-01 -1:00:00",
                "２022-01-01 00:00:00"
            })
    void whatIsNotExactlyATimeIsUnreadable(String text) {
        assertThat(WireTime.parseSecond(text)).isEqualTo(WireTime.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2022-09-22 12:03:11.12345\ud83d\ude00",
                "9929\ud83d\ude00-22 12:03:11.123456",
                "2022-09-22 12:03:11.1234\ud83d\ude00",
                "2022-09-22 12:03:11",
                "2022-09-22 12:03:11,123456",
                "2022-09-22 12:03:11.12345",
                "2022-09-22 12:03:11.1234567",
                "2022-09-22 12:03:11.12345x",
                "2022-02-30 12:03:11.123456"
            })
    void whatIsNotExactlyATimeInMicrosecondsIsUnreadable(String text) {
        assertThat(WireTime.parseMicros(text)).isEqualTo(WireTime.UNREADABLE);
    }
}
