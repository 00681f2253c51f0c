package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses and headers without measure. */
final class HugeRequests implements Attack {
    private static final int ATTACKERS = 4;
    private static final double PER_SECOND_EACH = 10;
    private static final int MEGABYTE = 1 << 20;
    private static final String REFUSED = "refused and ended";
    private static final Pattern REFUSAL = Pattern.compile("HTTP/1\\.1 4[0-9]{2} ");

    private static final List<String> REQUESTS = List.of(
            "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: relay\r\n\r\n",
            "GET /" + "x".repeat(MEGABYTE) + " HTTP/1.1\r\nHost: relay\r\n\r\n",
            "GET /messages?after=" + "9".repeat(100_000) + " HTTP/1.1\r\nHost: relay\r\n\r\n",
            "x".repeat(MEGABYTE),
            "GET / HTTP/1.1\r\nHost: relay\r\nX: " + "x".repeat(MEGABYTE) + "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: relay\r\n" + "X: x\r\n".repeat(20_000) + "\r\n",
            "GET / HTTP/1.1\r\nHost: relay\r\n" + "x".repeat(MEGABYTE) + ": x\r\n\r\n",
            "POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(MEGABYTE));

    @Override
    public String name() {
        return "huge-urls";
    }

    @Override
    public String what() {
        return "40 requests/s with addresses, headers and bodies of up to a megabyte";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        assault.repeat(
                ATTACKERS,
                PER_SECOND_EACH,
                connection -> send(connection, REQUESTS.get(number.getAndIncrement() % REQUESTS.size())));
    }

    private static String send(Hostile connection, String request) throws IOException {
        connection.sendWhatIsTaken(request.getBytes(US_ASCII));
        String answers = connection.rest();
        Matcher refusal = REFUSAL.matcher(answers);
        // The answer may be lost with the connection, which is reset where more had come than was read.
        return answers.isEmpty() || (refusal.lookingAt() && !refusal.find())
                ? REFUSED
                : answers.lines().findFirst().orElse("");
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long all = aftermath.outcomes().ofAll(what -> true);
        return List.of(
                aftermath.seen("each is refused and its connection ended", all, REFUSED),
                aftermath.counted("faults", "bad_http_request", all / 2),
                aftermath.counted("faults", "too_large", 1));
    }
}
