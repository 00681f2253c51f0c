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
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.Durability;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A message path with a small log behind it, at a fixed time. Everything is durable when the test says so. */
final class PathWorld {
    static final int SLOTS = 4;
    static final Duration WINDOW = Duration.ofMinutes(10);

    final MessageLog log = new MessageLog(SLOTS, 1 << 20);
    final LogReader reader = log.addReader(Runnable::run, () -> {});
    final CommitMark mark = new CommitMark(Durability.COMMIT, 0);
    final CommitQueue commits = mark.newQueue(Runnable::run);
    final SeenCache seen = new SeenCache(1000, Duration.ofHours(1), Ticker.disabledTicker());
    final KeyDirectory directory = new KeyDirectory();
    final RelayMetrics metrics = new RelayMetrics();
    final InstantSource clock;
    final MessagePath path;

    PathWorld(Instant now) {
        clock = InstantSource.fixed(now);
        TimeWindow window = new TimeWindow(WINDOW, clock);
        path = new MessagePath(window, SignedMessages.VERIFIER, seen, log, directory, metrics);
    }

    /** Publishes a message and makes it durable; returns what its publisher is told then. */
    Receipt publish(DecodedMessage message) {
        return publish(message, Origin.NONE);
    }

    Receipt publish(DecodedMessage message, Origin origin) {
        RecordedPublisher publisher = new RecordedPublisher(origin, commits);
        path.publish(message, publisher);
        mark.advanceTo(log.lastPosition());
        return publisher.only();
    }

    /** Publishes a message and leaves it at that. */
    RecordedPublisher begin(DecodedMessage message) {
        RecordedPublisher publisher = new RecordedPublisher(Origin.NONE, commits);
        path.publish(message, publisher);
        return publisher;
    }

    /** What has come into the log since the last call. */
    List<FreshMessage> logged() {
        List<FreshMessage> logged = new ArrayList<>();
        reader.read(logged::add);
        return logged;
    }
}
