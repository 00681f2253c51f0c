package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Requests whose end two programs could see in different places, and another request behind that. */
final class Smuggling implements Attack {
    private static final int ATTACKERS = 4;
    private static final double PER_SECOND_EACH = 10;
    private static final String REFUSED = "HTTP 400 and the end";
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 [0-9]{3} ");

    private static final List<String> HEADERS = List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5, 6",
            "Content-Length: -1",
            "Content-Length: +5",
            "Content-Length: 0x5",
            "Content-Length: 99999999999999999999",
            "Content-Length : 5",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: xchunked\r\nContent-Length: 5",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity, chunked\r\nContent-Length: 5",
            "Transfer-Encoding: \u000bchunked\r\nContent-Length: 5",
            "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5",
            "Folded: a\r\n b: c\r\nContent-Length: 5\r\nContent-Length: 4");

    @Override
    public String name() {
        return "smuggling";
    }

    @Override
    public String what() {
        return "40 requests/s whose end is in doubt (CL and TE, two lengths, folded lines, …), with another one behind";
    }

    @Override
    public void run(Assault assault) throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        assault.repeat(ATTACKERS, PER_SECOND_EACH, connection -> smuggle(connection, number.getAndIncrement()));
    }

    private static String smuggle(Hostile connection, int number) throws IOException {
        String doubtful = HEADERS.get(number % HEADERS.size());
        connection.send("POST /broadcast HTTP/1.1\r\nHost: relay\r\n" + doubtful
                + "\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: smuggled\r\n\r\n");
        String answers = connection.rest();
        long count = ANSWER.matcher(answers).results().count();
        if (count == 1 && answers.startsWith("HTTP/1.1 400 ")) {
            return REFUSED;
        }
        return count + " answers to " + doubtful.replaceAll("\\s+", " ");
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        long all = aftermath.outcomes().ofAll(what -> true);
        return List.of(
                aftermath.seen("one refusal to each, and nothing behind it is a request", all, REFUSED),
                aftermath.counted("faults", "bad_http_request", all));
    }
}
