package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is refused, and how the refusal is worded. */
final class InboundDecoderTest {
    private static final String SENDER = numbers(32, 3);
    private static final String SIGNATURE = numbers(64, 7);
    private static final String TIME = "\"2022-09-22 12:03:11\"";
    private static final String CONTENTS = contents(SENDER, "[]", "\"hello\"", TIME);
    private static final String GOOD = message(CONTENTS, SIGNATURE);

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());

    @Test
    void theMessageThatTheOthersAreMadeFromIsGood() throws ProtocolException {
        Inbound.Publish publish = (Inbound.Publish) decoder.decode(GOOD.getBytes(UTF_8));
        assertThat(publish.message().sender().bytes()).containsOnly(3);
        assertThat(publish.message().receiver()).isNull();
        assertThat(publish.message().signature()).hasSize(64).containsOnly(7);
        assertThat(publish.message().form()).isEqualTo(Form.MONOCHAIN);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        refused("", Fault.MALFORMED_JSON, "expected a JSON object, got nothing");
        refused("   ", Fault.MALFORMED_JSON, "expected a JSON object, got nothing");
        refused("hello", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{\"info\":\"x\"", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{'info':'x'}", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{\"info\":\"x\",}", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{\"info\":\"x\n\"}", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{\"info\":\"\\x\"}", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{\"code\":01,\"info\":\"x\"}", Fault.MALFORMED_JSON, "not JSON at byte");
        refused("{\"info\":\"x\"} // no", Fault.MALFORMED_JSON, "not JSON at byte");
    }

    @Test
    void otherEncodingsThanUtf8AreRefused() {
        byte[] utf16 = GOOD.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
        assertThat(refusal(utf16).fault()).isEqualTo(Fault.MALFORMED_JSON);
        byte[] withMark = ("\ufeff" + GOOD).getBytes(UTF_8);
        assertThat(refusal(withMark).fault()).isEqualTo(Fault.MALFORMED_JSON);
    }

    @Test
    void jsonThatIsNoObjectIsRefused() {
        refused("[]", Fault.UNKNOWN_SHAPE, "expected a JSON object, got an array");
        refused("1", Fault.UNKNOWN_SHAPE, "expected a JSON object, got a whole number");
        refused("null", Fault.UNKNOWN_SHAPE, "expected a JSON object, got null");
    }

    @Test
    void anObjectOfNoKnownShapeIsRefused() {
        refused("{}", Fault.UNKNOWN_SHAPE, "expected the members of a message, a handshake or an answer");
        refused("{\"_type\":\"Broadcast_Message\"}", Fault.UNKNOWN_SHAPE, "got none of them");
        refused(
                "{\"ack\":{\"position\":1},\"gap\":{\"from\":1,\"to\":2,\"reason\":\"\"}}",
                Fault.UNKNOWN_SHAPE,
                "got two");
    }

    @Test
    void trailingBytesAreRefused() {
        refused(GOOD + "x", Fault.MALFORMED_JSON, "not JSON at byte");
        refused(GOOD + "{}", Fault.MALFORMED_JSON, "expected nothing after the JSON object");
        refused(GOOD + "\0", Fault.MALFORMED_JSON, "not JSON at byte");
    }

    @Test
    void whitespaceAroundIsAccepted() throws ProtocolException {
        assertThat(decoder.decode((" \r\n\t" + GOOD + " \n").getBytes(UTF_8))).isInstanceOf(Inbound.Publish.class);
    }

    @Test
    void textThatHasBeenCheckedIsReadLikeAnyOther() throws ProtocolException {
        String text = GOOD.replace("hello", "caf\u00e9 \ud83d\ude00");
        for (String layout : new String[] {text, " " + text}) {
            Inbound.Publish publish = (Inbound.Publish) decoder.decodeChecked(layout.getBytes(UTF_8));
            assertThat(publish.message().data()).isEqualTo("caf\u00e9 \ud83d\ude00");
        }
        byte[] tooLong = new byte[Limits.defaults().maxFrameBytes() + 1];
        assertThat(catchThrowableOfType(ProtocolException.class, () -> decoder.decodeChecked(tooLong))
                        .fault())
                .isEqualTo(Fault.TOO_LARGE);
    }

    @Test
    void invalidUtf8IsRefusedWhereverItIs() {
        for (String bad :
                new String[] {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080", "\u00e2\u0082"
                }) {
            byte[] inData = GOOD.replace("hello", bad).getBytes(ISO_8859_1);
            assertThat(refusal(inData).fault()).isEqualTo(Fault.INVALID_UTF8);
            byte[] inName = GOOD.replace("{\"message\"", "{\"" + bad + "\":1,\"message\"")
                    .getBytes(ISO_8859_1);
            assertThat(refusal(inName).fault()).isEqualTo(Fault.INVALID_UTF8);
        }
    }

    @Test
    void halfOfASurrogatePairIsRefused() {
        refused(GOOD.replace("hello", "\\ud83d"), Fault.INVALID_UTF8, "field \"data\": has half of a surrogate pair");
        refused(GOOD.replace("hello", "\\ude00\\ud83d"), Fault.INVALID_UTF8, "field \"data\"");
    }

    @Test
    void nulInTextsIsRefused() {
        refused(GOOD.replace("hello", "a\\u0000b"), Fault.NUL_IN_TEXT, "field \"data\": has a NUL");
        refused(GOOD.replace("hello", "a\0b"), Fault.MALFORMED_JSON, "not JSON at byte");
    }

    @Test
    void numbersOutsideOctetsAreRefused() {
        refused(
                GOOD.replace("[3,", "[256,"),
                Fault.NUMBER_OUT_OF_RANGE,
                "field \"sender\": expected 0 to 255, got 256");
        refused(
                GOOD.replace("[7,", "[-1,"),
                Fault.NUMBER_OUT_OF_RANGE,
                "field \"signature\": expected 0 to 255, got -1");
        refused(
                GOOD.replace("[7,", "[" + "9".repeat(40) + ","),
                Fault.NUMBER_OUT_OF_RANGE,
                "got 999999999999999999999999…");
        refused(GOOD.replace("[3,", "[9223372036854775808,"), Fault.NUMBER_OUT_OF_RANGE, "got 9223372036854775808");
        refused(
                GOOD.replace("[3,", "[3.0,"),
                Fault.WRONG_TYPE,
                "expected a whole number, got a number with a fraction");
        refused(GOOD.replace("[3,", "[3e0,"), Fault.WRONG_TYPE, "expected a whole number");
        refused(GOOD.replace("[3,", "[\"3\","), Fault.WRONG_TYPE, "expected a whole number, got a string");
        refused(GOOD.replace("[3,", "[null,"), Fault.WRONG_TYPE, "expected a whole number, got null");
        refused(GOOD.replace("[3,", "[[3],"), Fault.WRONG_TYPE, "expected a whole number, got an array");
        refused(GOOD.replace("[3,", "[03,"), Fault.MALFORMED_JSON, "not JSON at byte");
    }

    @Test
    void wrongLengthsAreRefused() {
        refused(GOOD.replace("[3,", "["), Fault.WRONG_LENGTH, "field \"sender\": expected 32 numbers, got 31");
        refused(GOOD.replace("[3,", "[3,3,"), Fault.WRONG_LENGTH, "field \"sender\": expected 32 numbers, got 33");
        refused(GOOD.replace("[7,", "["), Fault.WRONG_LENGTH, "field \"signature\": expected 64 numbers, got 63");
        refused(GOOD.replace("[]", "[1]"), Fault.WRONG_LENGTH, "field \"receiver\": expected 32 numbers, got 1");
        refused(GOOD.replace(SENDER, "[]"), Fault.WRONG_LENGTH, "field \"sender\": expected 32 numbers, got 0");
        refused(
                GOOD.replace(SENDER, "\"abc\""),
                Fault.WRONG_LENGTH,
                "expected 43 characters of unpadded base64url, got 3");
        refused(
                GOOD.replace(SENDER, "\"\""),
                Fault.WRONG_LENGTH,
                "expected 43 characters of unpadded base64url, got 0");
    }

    @Test
    void wrongTypesAreRefused() {
        refused(
                GOOD.replace(CONTENTS, "\"text\""),
                Fault.WRONG_TYPE,
                "field \"message\": expected an object, got a string");
        refused(GOOD.replace(CONTENTS, "[]"), Fault.WRONG_TYPE, "field \"message\": expected an object, got an array");
        refused(GOOD.replace(SENDER, "null"), Fault.WRONG_TYPE, "field \"sender\": expected 32 numbers, got null");
        refused(
                GOOD.replace("\"hello\"", "1"),
                Fault.WRONG_TYPE,
                "field \"data\": expected a string, got a whole number");
        refused(GOOD.replace("\"hello\"", "null"), Fault.WRONG_TYPE, "field \"data\": expected a string, got null");
        refused(GOOD.replace("[]", "{}"), Fault.WRONG_TYPE, "field \"receiver\": expected 32 numbers, got an object");
        refused(GOOD.replace(TIME, "1663848191"), Fault.WRONG_TYPE, "field \"time\": expected a string");
    }

    @Test
    void missingFieldsAreNamed() {
        refused(
                message(contents(null, "[]", "\"\"", TIME), SIGNATURE),
                Fault.MISSING_FIELD,
                "field \"sender\": missing");
        refused(message(contents(SENDER, "[]", null, TIME), SIGNATURE), Fault.MISSING_FIELD, "field \"data\": missing");
        refused(
                message(contents(SENDER, "[]", "\"\"", null), SIGNATURE),
                Fault.MISSING_FIELD,
                "field \"time\": missing");
        refused("{\"message\":" + CONTENTS + "}", Fault.MISSING_FIELD, "field \"signature\": missing");
        refused("{\"signature\":" + SIGNATURE + "}", Fault.MISSING_FIELD, "field \"message\": missing");
        refused("{\"position\":1,\"signature\":" + SIGNATURE + "}", Fault.MISSING_FIELD, "field \"message\": missing");
    }

    @Test
    void duplicateFieldsAreRefusedAlsoWhenTheyAreUnknownOrEscaped() {
        refused(
                GOOD.replace("\"data\"", "\"time\":" + TIME + ",\"data\""),
                Fault.DUPLICATE_FIELD,
                "field \"time\": there twice");
        refused(
                GOOD.replace("{\"message\"", "{\"\\u0073ignature\":" + SIGNATURE + ",\"message\""),
                Fault.DUPLICATE_FIELD,
                "\"signature\"");
        refused(
                GOOD.replace("{\"message\"", "{\"x\":1,\"x\":1,\"message\""),
                Fault.DUPLICATE_FIELD,
                "field \"x\": there twice");
    }

    @Test
    void unreadableTimesAreRefused() {
        for (String time :
                new String[] {"", "not a time", "2022-02-30 00:00:00", "2022-09-22T12:03:11", "2022-09-22 12:03:11.1"
                }) {
            refused(GOOD.replace(TIME, "\"" + time + "\""), Fault.UNREADABLE_TIME, "YYYY-MM-DD HH:MM:SS");
        }
    }

    @Test
    void formsAreNotMixed() {
        String compactKey = "\"" + Base64Url.encode(new byte[32]) + "\"";
        refused(
                GOOD.replace("[]", compactKey),
                Fault.WRONG_TYPE,
                "field \"receiver\": expected to be written as field \"sender\" is");
        refused(GOOD.replace(SENDER, compactKey), Fault.WRONG_TYPE, "field \"signature\": expected to be written as");
    }

    @Test
    void base64UrlIsReadStrictly() {
        String key = Base64Url.encode(new byte[32]);
        refused(
                GOOD.replace(SENDER, "\"" + key.substring(1) + "B\""),
                Fault.WRONG_TYPE,
                "expected 43 characters of unpadded base64url");
        refused(GOOD.replace(SENDER, "\"" + key.substring(1) + "=\""), Fault.WRONG_TYPE, "expected 43 characters");
        refused(GOOD.replace(SENDER, "\"" + key.substring(1) + "+\""), Fault.WRONG_TYPE, "expected 43 characters");
    }

    @Test
    void aReceiverThatIsNullMissingOrEmptyIsEverybody() throws ProtocolException {
        for (String receiver : new String[] {"null", "[]", "[ ]", "\"\"", null}) {
            byte[] text = message(contents(SENDER, receiver, "\"hello\"", TIME), SIGNATURE)
                    .getBytes(UTF_8);
            assertThat(((Inbound.Publish) decoder.decode(text)).message().receiver())
                    .isNull();
        }
    }

    @Test
    void depthIsBounded() throws ProtocolException {
        String atLimit = GOOD.replace("{\"message\"", "{\"x\":" + "[".repeat(7) + "]".repeat(7) + ",\"message\"");
        assertThat(decoder.decode(atLimit.getBytes(UTF_8))).isInstanceOf(Inbound.Publish.class);
        String beyond = GOOD.replace("{\"message\"", "{\"x\":" + "[".repeat(8) + "]".repeat(8) + ",\"message\"");
        refused(beyond, Fault.NESTED_TOO_DEEPLY, "nested more than 8 deep");
        refused("[".repeat(10_000), Fault.UNKNOWN_SHAPE, "expected a JSON object, got an array");
        refused("{\"a\":".repeat(5000), Fault.NESTED_TOO_DEEPLY, "nested more than 8 deep");
    }

    @Test
    void fieldsAreBoundedInAllObjectsTogether() throws ProtocolException {
        assertThat(decoder.decode(withUnknownFields(26).getBytes(UTF_8))).isInstanceOf(Inbound.Publish.class);
        refused(withUnknownFields(27), Fault.TOO_MANY_FIELDS, "more than 32 members");
    }

    private static String withUnknownFields(int count) {
        String fields =
                IntStream.range(0, count - 1).mapToObj(i -> "\"x" + i + "\":1").collect(Collectors.joining(","));
        return GOOD.replace("{\"message\"", "{\"x\":{" + fields + "},\"message\"");
    }

    @Test
    void longNamesAndNumbersAreRefused() {
        refused(
                GOOD.replace("{\"message\"", "{\"" + "n".repeat(1000) + "\":1,\"message\""),
                Fault.MALFORMED_JSON,
                "not JSON");
        refused(GOOD.replace("[3,", "[" + "1".repeat(1000) + ","), Fault.MALFORMED_JSON, "not JSON");
    }

    @Test
    void textsAreBounded() {
        refused(
                "{\"info\":\"" + "x".repeat(2049) + "\"}",
                Fault.WRONG_LENGTH,
                "field \"info\": expected at most 2048 characters, got 2049");
    }

    @Test
    void framesAreBounded() throws ProtocolException {
        int room = 65_536 - GOOD.length() + 5;
        assertThat(decoder.decode(GOOD.replace("hello", "x".repeat(room)).getBytes(UTF_8)))
                .isInstanceOf(Inbound.Publish.class);
        refused(
                GOOD.replace("hello", "x".repeat(room + 1)),
                Fault.TOO_LARGE,
                "65537 bytes, at most 65536 are accepted");
    }

    @Test
    void unknownMembersAreIgnoredInAnyOrder() throws ProtocolException {
        String text =
                "{\"_type\":1,\"signature\":" + SIGNATURE + ",\"y\":{\"a\":[{}]},\"message\":{\"z\":null,\"time\":"
                        + TIME + ",\"data\":\"\",\"sender\":" + SENDER + "}}";
        assertThat(decoder.decode(text.getBytes(UTF_8))).isInstanceOf(Inbound.Publish.class);
    }

    @Test
    void theTextMayBeAPartOfAnArray() throws ProtocolException {
        for (String text : new String[] {GOOD, GOOD.replace(":[", ": [")}) {
            byte[] array = ("xx" + text + "yy").getBytes(UTF_8);
            DecodedMessage message = ((Inbound.Publish) decoder.decode(array, 2, array.length - 4)).message();
            int from = message.contentsOffset();
            String contents = new String(array, from, message.contentsLength(), UTF_8);
            assertThat(contents).startsWith("{\"sender\"").endsWith("11\"}");
        }
    }

    @Test
    void theMembersAreFoundOnlyWhereTheyAreWrittenAsTheyAreRelayed() throws ProtocolException {
        assertThat(members("{\"x\":1,\"message\":" + CONTENTS + ",\"signature\":" + SIGNATURE + " }"))
                .isEqualTo("\"message\":" + CONTENTS + ",\"signature\":" + SIGNATURE);
        assertThat(members("{\"message\": " + CONTENTS + ",\"signature\":" + SIGNATURE + "}"))
                .isNull();
        assertThat(members("{\"message\":" + CONTENTS + ",\"signature\":" + SIGNATURE.replace(",", ", ") + "}"))
                .isNull();
        assertThat(members("{\"signature\":" + SIGNATURE + ",\"message\":" + CONTENTS + "}"))
                .isNull();
        assertThat(members("{\"message\":" + CONTENTS + ",\"x\":1,\"signature\":" + SIGNATURE + "}"))
                .isNull();
    }

    private String members(String text) throws ProtocolException {
        DecodedMessage message = ((Inbound.Publish) decoder.decode(text.getBytes(UTF_8))).message();
        int from = message.membersOffset();
        return from < 0 ? null : new String(message.array(), from, message.membersLength(), UTF_8);
    }

    @Test
    void negativePositionsAreRefused() {
        refused("{\"ack\":{\"position\":-1}}", Fault.NUMBER_OUT_OF_RANGE, "field \"position\": expected 0 to");
        refused("{\"ack\":{}}", Fault.MISSING_FIELD, "field \"position\": missing");
        refused("{\"ack\":7}", Fault.WRONG_TYPE, "field \"ack\": expected an object, got a whole number");
    }

    private void refused(String text, Fault fault, String info) {
        ProtocolException refusal = refusal(text.getBytes(UTF_8));
        assertThat(refusal.fault()).as(refusal.info()).isEqualTo(fault);
        assertThat(refusal.info()).contains(info);
    }

    private ProtocolException refusal(byte[] text) {
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, () -> decoder.decode(text));
        assertThat(refusal).as(new String(text, UTF_8)).isNotNull();
        return refusal;
    }

    private static String numbers(int count, int value) {
        int[] all = new int[count];
        Arrays.fill(all, value);
        return Arrays.toString(all).replace(" ", "");
    }

    private static String message(String contents, String signature) {
        return "{\"message\":" + contents + ",\"signature\":" + signature + "}";
    }

    private static String contents(String sender, String receiver, String data, String time) {
        String[] names = {"sender", "receiver", "data", "time"};
        String[] values = {sender, receiver, data, time};
        return IntStream.range(0, names.length)
                .filter(i -> values[i] != null)
                .mapToObj(i -> "\"" + names[i] + "\":" + values[i])
                .collect(Collectors.joining(",", "{", "}"));
    }
}
