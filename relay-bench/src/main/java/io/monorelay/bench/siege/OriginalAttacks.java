package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.report.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests that end an original node, or have it sign what it should not, as they were captured. */
final class OriginalAttacks implements Attack {
    private static final int ATTACKERS = 4;
    private static final double PER_SECOND_EACH = 10;

    /** With what each is refused. */
    private static final Map<String, Integer> REFUSALS = new TreeMap<>(Map.of(
            "broadcast-bad-time", 400,
            "broadcast-bad-utf8", 400,
            "oracle-1-learn-key", 403,
            "oracle-2-sign", 400,
            "oracle-3-broadcast-forged", 403,
            "panic-handshake-time", 400,
            "replay-2022-message", 403));

    @Override
    public String name() {
        return "original-attacks";
    }

    @Override
    public String what() {
        return "40 requests/s, in turn those that end an original node or make it a signing oracle";
    }

    @Override
    public void run(Assault assault) throws IOException, InterruptedException {
        List<String> names = List.copyOf(REFUSALS.keySet());
        Map<String, byte[]> requests = new TreeMap<>();
        for (String name : names) {
            requests.put(
                    name,
                    Files.readAllBytes(
                            assault.target().vectors().resolve("original/attacks/" + name + ".request.bin")));
        }
        AtomicInteger number = new AtomicInteger();
        assault.repeat(ATTACKERS, PER_SECOND_EACH, connection -> {
            String name = names.get(number.getAndIncrement() % names.size());
            connection.send(requests.getOrDefault(name, new byte[0]));
            Hostile.Answer answer = connection.answer();
            boolean isSigned = new String(answer.body(), UTF_8).contains("\"signature\"");
            return name + ": " + (isSigned ? "signed" : answer.text());
        });
    }

    @Override
    public List<Finding> judge(Aftermath aftermath) {
        return REFUSALS.entrySet().stream()
                .map(refusal -> {
                    long all = aftermath.outcomes().ofAll(what -> what.startsWith(refusal.getKey() + ":"));
                    return aftermath.seen(
                            refusal.getKey() + " is refused", all, refusal.getKey() + ": HTTP " + refusal.getValue());
                })
                .toList();
    }
}
