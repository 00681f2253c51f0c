package io.monorelay.relay;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.DecodedMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A message path with a small log behind it, at a fixed time. */
final class PathWorld {
    static final int SLOTS = 4;
    static final Duration WINDOW = Duration.ofMinutes(10);

    final MessageLog log = new MessageLog(SLOTS, 1 << 20);
    final LogReader reader = log.addReader(Runnable::run, () -> {});
    final KeyDirectory directory = new KeyDirectory();
    final RelayMetrics metrics = new RelayMetrics();
    final InstantSource clock;
    final MessagePath path;

    PathWorld(Instant now) {
        clock = InstantSource.fixed(now);
        SeenCache seen = new SeenCache(1000, Duration.ofHours(1), Ticker.disabledTicker());
        TimeWindow window = new TimeWindow(WINDOW, clock);
        path = new MessagePath(window, SignedMessages.VERIFIER, seen, log, directory, metrics);
    }

    Receipt publish(DecodedMessage message) {
        return path.publish(message, Origin.NONE);
    }

    /** What has come into the log since the last call. */
    List<FreshMessage> logged() {
        List<FreshMessage> logged = new ArrayList<>();
        reader.read(logged::add);
        return logged;
    }
}
